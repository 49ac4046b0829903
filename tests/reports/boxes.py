"""Where the words of a figure stand: which overlap, and which run off the sheet."""

from dataclasses import dataclass

from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from reports.style import settings

SLACK = 1.0
"""Pixels by which boxes may touch: line height counts accents that most words lack."""


@dataclass(frozen=True)
class Word:
    """A text as drawn: left, bottom, right, top [px]."""

    text: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Words:
    """All visible texts of a figure and the size of the sheet [px]."""

    words: tuple[Word, ...]
    sheet: tuple[float, float]

    @property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    def collisions(self) -> list[tuple[str, str]]:
        """Pairs of texts that cover each other."""
        return [
            (one.text, other.text)
            for place, one in enumerate(self.words)
            for other in self.words[:place]
            if _shared(one.box, other.box, 0) > SLACK and _shared(one.box, other.box, 1) > SLACK
        ]

    def cut_off(self) -> list[str]:
        """Texts that run off the sheet."""
        wide, high = self.sheet
        return [w.text for w in self.words if min(w.box[:2]) < -1 or w.box[2] > wide + 1 or w.box[3] > high + 1]


def _shared(one: tuple[float, ...], other: tuple[float, ...], axis: int) -> float:
    return min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])


def words_of(figure: Figure) -> Words:
    """Draw the figure and collect its visible words."""
    canvas = FigureCanvasAgg(figure)
    with settings():
        canvas.draw()
        renderer = canvas.get_renderer()
        idle = {id(text) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in _idle(axis)}
        shown = [
            text
            for text in figure.findobj(Text)
            if text.get_visible() and text.get_text().strip() and id(text) not in idle
            and (text.axes is None or text.axes.get_visible())
        ]  # fmt: skip
        words = tuple(Word(text.get_text(), text.get_window_extent(renderer).extents) for text in shown)
    width, height = figure.get_size_inches() * figure.dpi
    return Words(words, (width, height))


def _idle(axis: Axis) -> list[Text]:
    """Tick labels that matplotlib keeps but does not draw: outside the limits, or left over from an earlier scale."""
    used = {id(tick) for tick in axis._update_ticks()} if axis.axes.axison else set()
    spare = [tick for tick in (*axis.majorTicks, *axis.minorTicks) if id(tick) not in used]
    return [label for tick in spare for label in (tick.label1, tick.label2)]
