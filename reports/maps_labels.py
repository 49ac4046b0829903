"""Names on a map that never touch: greedy placement, the most important first, names without room are left out.

Everything in points; boxes are (left, bottom, right, top). Same input, same places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]
# East, west, then the corners and the middles: the order in which a reader expects a name.
SIDES = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))
STEPS = (1.5, 8.0, 16.0)
"""Distances between symbol and name tried, nearest first [pt]; a name far off gets a leader line."""


LEADER_PT = 5.0


@dataclass(frozen=True)
class Wanted:
    """A name to place: where its symbol is, how large symbol and name are [pt], and how important it is."""

    x: float
    y: float
    radius: float
    width: float
    height: float
    weight: float = 0.0


@dataclass(frozen=True)
class Placed:
    """Where a name stands, and whether it needs a line to its symbol."""

    box: Box
    leader: bool


def touches(one: Box, other: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come nearer than `gap`."""
    return one[0] < other[2] + gap and other[0] < one[2] + gap and one[1] < other[3] + gap and other[1] < one[3] + gap


def overlaps(boxes: Sequence[Box]) -> int:
    """Number of pairs of boxes that overlap."""
    return sum(touches(one, other) for place, one in enumerate(boxes) for other in boxes[:place])


def _candidate(name: Wanted, side: tuple[int, int], step: float) -> Box:
    reach = (name.radius + step) * (0.72 if side[0] and side[1] else 1.0)
    x, y = name.x + side[0] * reach, name.y + side[1] * reach
    left = x - name.width * (0.0 if side[0] > 0 else 1.0 if side[0] < 0 else 0.5)
    bottom = y - name.height * (0.0 if side[1] > 0 else 1.0 if side[1] < 0 else 0.5)
    return left, bottom, left + name.width, bottom + name.height


def _free(box: Box, taken: np.ndarray, room: Box) -> bool:
    if box[0] < room[0] or box[1] < room[1] or box[2] > room[2] or box[3] > room[3]:
        return False
    if not len(taken):
        return True
    clear = (box[0] >= taken[:, 2]) | (taken[:, 0] >= box[2]) | (box[1] >= taken[:, 3]) | (taken[:, 1] >= box[3])
    return bool(clear.all())


def _gaps(box: Box, symbols: np.ndarray) -> np.ndarray:
    """Distance [pt] from a box to every symbol (x, y, radius), from edge to edge."""
    x, y = np.clip(symbols[:, 0], box[0], box[2]), np.clip(symbols[:, 1], box[1], box[3])
    return np.asarray(np.hypot(x - symbols[:, 0], y - symbols[:, 1]) - symbols[:, 2])


def place(names: Sequence[Wanted], room: Box, blocked: Sequence[Box] = ()) -> list[Placed | None]:
    """Place of each name inside `room`, or None where none fits; no name covers another, a symbol or a blocked box.

    A name stands nearer to its own symbol than to any other; only where that cannot be, a leader line tells.
    """
    taken = [(n.x - n.radius, n.y - n.radius, n.x + n.radius, n.y + n.radius) for n in names] + list(blocked)
    symbols = np.array([(n.x, n.y, n.radius) for n in names]).reshape(-1, 3)
    placed: list[Placed | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda i: (-names[i].weight, i)):
        boxes = np.array(taken)
        free = [
            box for step in STEPS for side in SIDES if _free(box := _candidate(names[index], side, step), boxes, room)
        ]
        own = [box for box in free if _gaps(box, symbols).argmin() == index]
        if free:
            box = (own or free)[0]
            far = bool(_gaps(box, symbols)[index] > LEADER_PT)
            placed[index] = Placed(box, far or not own)
            taken.append(box)
    return placed
