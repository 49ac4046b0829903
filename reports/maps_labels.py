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


@dataclass(frozen=True)
class Wanted:
    """A name to place: where its symbol is, how large symbol and name are [pt], and how important it is."""

    x: float
    y: float
    radius: float
    width: float
    height: float
    weight: float = 0.0


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


def place(names: Sequence[Wanted], room: Box) -> list[Box | None]:
    """Box of each name inside `room`, or None where none fits; no name covers another one or any symbol."""
    taken = [(n.x - n.radius, n.y - n.radius, n.x + n.radius, n.y + n.radius) for n in names]
    placed: list[Box | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda i: (-names[i].weight, i)):
        name = names[index]
        boxes = np.array(taken)
        tries = (_candidate(name, side, step) for step in STEPS for side in SIDES)
        found = next((box for box in tries if _free(box, boxes, room)), None)
        if found is not None:
            placed[index] = found
            taken.append(found)
    return placed
