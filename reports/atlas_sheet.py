"""The printed sheet of the maps of a run: A4 or A3, heads, map frames, legend, scale bars, north arrows, footer.

Everything on a sheet is placed in points from its lower left corner. Of upright and lying paper, legend beside and
below, and every number of columns, the arrangement with the largest maps is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.atlas_keys import Group, draw_groups, groups_below, groups_height
from reports.figures_base import HINTED, LINE, SEPARATOR, wrap
from reports.figures_setting import Caption, Setting
from reports.style import FONT_PT, GREY, INK, SMALL_PT, TITLE_PT, VERMILLION

MM = 72 / 25.4
PAPERS: Mapping[str, tuple[float, float]] = {"A4": (297 * MM, 210 * MM), "A3": (420 * MM, 297 * MM)}
"""Long and short side [pt]."""
EDGE_PT, GAP_PT = 10 * MM, 10.0
HEAD_PT, STRIP_PT = 15.0, 26.0
"""Above a map its name, below it scale bar and north arrow."""
BESIDE_PT = 158.0
WIDEST = 1.4
"""A map is at most so much wider or higher than what it shows."""
LYING = 0.87
"""Upright paper is taken where its maps are larger than this share of what lying paper gives."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Words:
    """What is said on a sheet."""

    caption: Caption
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    marks: tuple[str, ...] = ()
    """What must not be overlooked: synthetic, not calibrated."""


@dataclass(frozen=True)
class Sheet:
    """A page with its frames: boxes are left, bottom, width, height [pt]."""

    figure: Figure
    maps: tuple[Box, ...]

    def overlay(self) -> Axes:
        """Axes over the whole page in points; the first of the figure."""
        return self.figure.axes[0]

    def axes(self, box: Box) -> Axes:
        """Axes in a box of the page."""
        wide, high = (side * 72 for side in self.figure.get_size_inches())
        return self.figure.add_axes((box[0] / wide, box[1] / high, box[2] / wide, box[3] / high))


@dataclass(frozen=True)
class _Try:
    """One arrangement: size of the paper, columns, size of a map [pt], room of the maps, box of the legend."""

    paper: tuple[float, float]
    beside: bool
    columns: int
    size: tuple[float, float]
    room: Box

    def scale(self, aspect: float) -> float:
        """How large what is shown comes out [pt of its width]."""
        return min(self.size[0], self.size[1] / aspect)


def grid(count: int, aspect: float, room: tuple[float, float]) -> tuple[int, tuple[float, float]]:
    """Columns and size of a map [pt], so that `count` maps of an aspect (height / width) come out largest in a room."""
    found: list[tuple[float, int, tuple[float, float]]] = []
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        wide = (room[0] - GAP_PT * (columns - 1)) / columns
        high = room[1] / rows - HEAD_PT - STRIP_PT
        if wide > 0 and high > 0:
            size = (min(wide, WIDEST * high / aspect), min(high, WIDEST * wide * aspect))
            found.append((min(size[0], size[1] / aspect), -columns, size))
    if not found:
        raise ValueError(f"no room for {count} maps")
    _, columns, size = max(found)
    return -columns, size


def _arranged(count: int, aspect: float, words: Words, paper: tuple[float, float]) -> list[_Try]:
    """Legend beside and below on one paper."""
    wide = paper[0] - 2 * EDGE_PT
    top, foot = _head(words, wide), _foot(words, wide)
    high = paper[1] - 2 * EDGE_PT - top - foot
    below = groups_below(words.groups, wide)
    found = []
    for beside in (True, False):
        room = (wide - BESIDE_PT - GAP_PT, high) if beside else (wide, high - below)
        if (beside and groups_height(words.groups, BESIDE_PT) > high) or min(room) < 60:
            continue
        columns, size = grid(count, aspect, room)
        bottom = EDGE_PT + foot + (0 if beside else below)
        found.append(_Try(paper, beside, columns, size, (EDGE_PT, bottom, *room)))
    return found


def _head(words: Words, wide: float) -> float:
    title, subtitle = _head_lines(words, wide)
    return LINE * (TITLE_PT * len(title) + FONT_PT * len(subtitle)) + 2


def _head_lines(words: Words, wide: float) -> tuple[list[str], list[str]]:
    return (
        wrap(words.caption.title, TITLE_PT, wide * HINTED),
        wrap(words.caption.subtitle, FONT_PT, wide * HINTED),
    )


def _foot_lines(words: Words, wide: float) -> tuple[list[str], list[str]]:
    return (
        wrap(SEPARATOR.join(words.marks), FONT_PT, wide * HINTED),
        wrap(SEPARATOR.join(words.notes), SMALL_PT, wide * HINTED),
    )


def _foot(words: Words, wide: float) -> float:
    marks, notes = _foot_lines(words, wide)
    return LINE * (FONT_PT * len(marks) + SMALL_PT * len(notes)) + 4


def sheet(setting: Setting, words: Words, maps: tuple[int, float], paper: str) -> Sheet:
    """A page of `PAPERS` with its words and frames. maps: how many, and height / width of what they show."""
    count, aspect = maps
    long, short = PAPERS[paper]
    tries = _arranged(count, aspect, words, (long, short))
    upright = _arranged(count, aspect, words, (short, long))
    best = max(tries + upright, key=lambda one: one.scale(aspect) * (1 if one.paper[0] == long else LYING))
    figure = Figure(figsize=(best.paper[0] / 72, best.paper[1] / 72))
    overlay = figure.add_axes((0, 0, 1, 1), zorder=5)
    overlay.set(xlim=(0, best.paper[0]), ylim=(0, best.paper[1]))
    overlay.patch.set_alpha(0)
    overlay.set_axis_off()
    _write(overlay, words, best.paper)
    left, bottom, wide, high = best.room
    if best.beside:
        draw_groups(overlay, words.groups, (left + wide + GAP_PT, bottom, BESIDE_PT, high))
    else:
        below = groups_below(words.groups, wide)
        draw_groups(overlay, words.groups, (left, bottom - below, wide, below))
    return Sheet(figure, tuple(_boxes(best, count)))


def _boxes(best: _Try, count: int) -> list[Box]:
    """Frames line by line from the top left; the lines stand in the middle of their room."""
    left, bottom, wide, high = best.room
    rows = -(-count // best.columns)
    step = best.size[1] + HEAD_PT + STRIP_PT
    used = best.columns * best.size[0] + GAP_PT * (best.columns - 1)
    start, top = left + (wide - used) / 2, bottom + high - (high - rows * step) / 2
    return [
        (
            start + (at % best.columns) * (best.size[0] + GAP_PT),
            top - (at // best.columns) * step - HEAD_PT - best.size[1],
            *best.size,
        )
        for at in range(count)
    ]


def _lines(axes: Axes, lines: Sequence[str], top: float, look: tuple[float, str]) -> float:
    size, color = look
    for line in lines:
        axes.text(EDGE_PT, top, line, size=size, color=color, va="top", ha="left")
        top -= size * LINE
    return top


def _write(axes: Axes, words: Words, paper: tuple[float, float]) -> None:
    """Head and foot of the page."""
    wide = paper[0] - 2 * EDGE_PT
    title, subtitle = _head_lines(words, wide)
    top = _lines(axes, title, paper[1] - EDGE_PT, (TITLE_PT, INK))
    _lines(axes, subtitle, top, (FONT_PT, GREY))
    marks, notes = _foot_lines(words, wide)
    top = _lines(axes, marks, EDGE_PT + _foot(words, wide) - 4, (FONT_PT, VERMILLION))
    _lines(axes, notes, top, (SMALL_PT, GREY))
