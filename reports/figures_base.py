"""The sheet a picture is drawn on: header with the finding, footer with source and marks, and the pieces charts share.

Sizes in inches for figures, points for everything on them. Text is wrapped by measured width: Chinese has no spaces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from reports.figures_setting import Bound, Caption, Setting
from reports.fonts import text_width
from reports.style import FONT_PT, GREY, INK, PAPER, SMALL_PT, TITLE_PT, VERMILLION, WINDOW

MARGIN_PT = 10.0
HINTED = 0.97
"""Letters drawn as pixels are up to 3 % wider than their outlines, which `text_width` measures."""
HALO = withStroke(linewidth=2.0, foreground=PAPER)
"""Keeps a name readable where it stands on marks of the chart."""
LINE = 1.5
"""Line pitch in font sizes; CJK type is tall."""
SEPARATOR = " · "
NOTHING = "nothing"
"""Mark (gid) of a sheet that only says why there is no picture; its label is the reason."""
# One Chinese character or one Latin word, each with the opening marks that may not end a line and the closing ones that
# may not start one; a no-break space, as in 8 789.4, holds a number together.
_PIECES = re.compile(
    r"[^\S\xa0]+|[“‘（《「]*(?:[一-鿿][，。；：、）】」》”’％%]*|(?:[^\s一-鿿“‘（《「]|\xa0)+)|[“‘（《「]+"
)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width` [pt]; breaks at ` · ` first, then at spaces and between Chinese characters."""
    lines: list[str] = []
    for part in filter(str.strip, text.split(SEPARATOR)):
        whole = f"{lines[-1]}{SEPARATOR}{part}" if lines else part
        if text_width(whole, size) <= width:
            lines[-1:] = [whole]
        elif lines and text_width(part, size) <= width:
            lines.append(part)
        else:
            lines[-1:] = _broken(whole, size, width)
    return lines


def _broken(text: str, size: float, width: float) -> list[str]:
    """Lines of one running text; none begins with closing punctuation."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1].strip() and text_width(lines[-1] + piece.rstrip(), size) > width:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return [line.strip(SEPARATOR) for line in lines if line.strip(SEPARATOR)]


def fit(text: str, size: float, width: float) -> str:
    """The text, or as much of it as fits `width` [pt] with an ellipsis."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _lines_down(figure: Figure, lines: Sequence[str], top: float, size: float, color: str) -> float:
    """Write lines from `top` [pt from the upper edge] down; returns where the next line may begin."""
    height = figure.get_figheight() * 72
    for line in lines:
        x, y = MARGIN_PT / (figure.get_figwidth() * 72), 1 - top / height
        figure.text(x, y, line, size=size, color=color, va="top", ha="left", linespacing=1.0)
        top += size * LINE
    return top


def _legend(figure: Figure, keys: Sequence[Artist], top: float) -> float:
    """One legend row for the whole figure from `top` [pt] down, in more lines if it must; returns where it ends."""
    if not keys:
        return top
    width, height = figure.get_figwidth() * 72, figure.get_figheight() * 72
    size = SMALL_PT + 0.4
    widths = [text_width(str(key.get_label()), size) + size * 4.6 for key in keys]
    columns = len(keys)
    if sum(widths) > width - 2 * MARGIN_PT:
        columns = max(1, int((width - 2 * MARGIN_PT) // max(widths)))
    drawn = Legend(
        figure, list(keys), [str(key.get_label()) for key in keys], loc="upper left", ncols=columns, borderpad=0.2,
        bbox_to_anchor=((MARGIN_PT - 3) / width, 1 - top / height), bbox_transform=figure.transFigure,
        columnspacing=1.4, handletextpad=0.5, borderaxespad=0.0, labelspacing=0.25,
    )  # fmt: skip
    figure.add_artist(drawn)
    return top + -(-len(keys) // columns) * size * 1.75 + 2


@dataclass(frozen=True)
class Words:
    """The lines around a picture: what is said above and below, and the legend rows."""

    caption: Caption
    keys: tuple[Sequence[Artist], ...] = ()
    notes: tuple[str, ...] = ()


def page(setting: Setting, words: Words, size: tuple[float, float]) -> tuple[Figure, tuple[float, float]]:
    """A figure with title, subtitle, legend rows and footer; also how high [pt] the footer and the header are.

    `size` is the width of the figure and the height of the drawing room [in]; header and footer come on top of it.
    The label of the figure is what it tells those who cannot see it: title and subtitle.
    """
    width = (size[0] * 72 - 2 * MARGIN_PT) * HINTED
    title = wrap(_quoted(words.caption.title, setting), TITLE_PT, width)
    subtitle = wrap(_quoted(words.caption.subtitle, setting), FONT_PT, width)
    said = [*setting.marks(), *words.notes, *([setting.source] if setting.source else [])]
    foot = wrap(SEPARATOR.join(said), SMALL_PT, width)
    footer = LINE * SMALL_PT * len(foot) + MARGIN_PT
    figure = Figure(figsize=size)
    header = 0.0
    for attempt in range(2):  # the first pass only measures: positions are fractions of a height not yet known
        top = _lines_down(figure, title, MARGIN_PT * 0.6, TITLE_PT, INK)
        top = _lines_down(figure, subtitle, top, FONT_PT, GREY) + 1
        for row in words.keys:
            top = _legend(figure, row, top)
        header = top + 4
        if attempt == 0:
            figure.clear()
            figure.set_figheight(size[1] + (header + footer) / 72)
    _lines_down(figure, foot, figure.get_figheight() * 72 - footer + MARGIN_PT * 0.5, SMALL_PT, GREY)
    figure.set_label(SEPARATOR.join(part for part in (words.caption.title, words.caption.subtitle) if part))
    return figure, (footer, header)


def _quoted(text: str, setting: Setting) -> str:
    """English text with straight quotation marks: the font of the pictures draws the others as wide as a character."""
    return text if setting.labels.lang == "zh" else text.replace("“", '"').replace("”", '"')


def sheet(
    setting: Setting,
    caption: Caption,
    size: tuple[float, float],
    keys: Sequence[Artist] = (),
    notes: Sequence[str] = (),
) -> Figure:
    """A page whose drawing room belongs to a constrained layout; sizes as in `page`."""
    figure, (footer, header) = page(setting, Words(caption, (keys,), tuple(notes)), size)
    height = figure.get_figheight() * 72
    rect = (0.006, footer / height, 0.988, 1 - (header + footer) / height)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=rect))
    return figure


def nothing_to_draw(setting: Setting, caption: Caption, reason: str) -> Figure:
    """A sheet that says why there is no picture."""
    figure = sheet(setting, caption, (7.2, 1.2))
    axes = figure.add_subplot()
    axes.set_axis_off()
    said = setting.labels("figure.nothing", reason=reason)
    axes.text(0.5, 0.5, said, ha="center", va="center", color=GREY, size=FONT_PT + 1, gid=NOTHING)
    figure.set_gid(NOTHING)
    figure.set_label(said)
    return figure


def year_ticks(axes: Axes, setting: Setting, first: int, last: int, width: float) -> None:
    """School years under a chart `width` [pt] wide: as many as have room, the last one always among the candidates."""
    room = text_width(setting.labels.school_year(last), SMALL_PT) + 10
    step = max(1, int(np.ceil((last - first + 1) * room / max(width, room))))
    years = np.arange(last, first - 1, -step)[::-1]
    axes.set_xticks(years, [setting.labels.school_year(int(year)) for year in years], fontsize=SMALL_PT)
    axes.set_xticks(np.arange(first, last + 1), minor=True)
    axes.set_xlim(first - 0.5, last + 0.5)


def number_ticks(axes: Axes, setting: Setting) -> None:
    """Whole numbers on the y axis, thousands set apart, faint lines across."""
    axes.yaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda value, _: setting.labels.integer(value))
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def shade_window(axes: Axes, setting: Setting) -> None:
    """Shade the years of the decision window."""
    if setting.window is not None:
        axes.axvspan(setting.window[0] - 0.5, setting.window[1] + 0.5, color=WINDOW, lw=0, zorder=0)


def window_key(setting: Setting) -> list[Artist]:
    """Legend entry of the shaded decision window, if the study has one."""
    if setting.window is None:
        return []
    return [Patch(facecolor=WINDOW, edgecolor=GREY, lw=0.4, label=setting.labels("figure.window"))]


def bound_line(axes: Axes, bound: Bound, named: bool = True) -> None:
    """A dashed line at a limit, named above its left end unless its name stands elsewhere."""
    axes.axhline(bound.value, color=VERMILLION, ls=(0, (5, 2.5)), lw=1.3, zorder=4, gid="bound")
    if named:
        axes.annotate(
            bound.name, (0, bound.value), xycoords=("axes fraction", "data"), xytext=(3, 2), textcoords="offset points",
            ha="left", va="bottom", size=SMALL_PT, color=VERMILLION, zorder=6, path_effects=[HALO],
        )  # fmt: skip


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions as near the wanted ones as a least distance `gap` allows, order kept.

    >>> spread([1.0, 1.0, 5.0], 1.0)
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(np.asarray(wanted, dtype=float), kind="stable")
    blocks: list[tuple[float, list[int]]] = []  # (centre, members), neighbours merge until they no longer touch
    for index in order:
        centre, members = float(wanted[index]), [int(index)]
        while blocks and centre - blocks[-1][0] < gap * (len(members) + len(blocks[-1][1])) / 2:
            before, others = blocks.pop()
            total = len(others) + len(members)
            centre = (before * len(others) + centre * len(members)) / total
            members = others + members
        blocks.append((centre, members))
    placed = [0.0] * len(wanted)
    for centre, members in blocks:
        for rank, index in enumerate(members):
            placed[index] = centre + gap * (rank - (len(members) - 1) / 2)
    return placed


def right_labels(axes: Axes, entries: Sequence[tuple[float, str, str]], height: float) -> None:
    """Names (y, text, colour) at the right edge of a chart `height` [pt] high, spread so that none touches another."""
    entries = [entry for entry in entries if np.isfinite(entry[0])]
    low, high = axes.get_ylim()
    gap = SMALL_PT * LINE * (high - low) / height
    for place, (_, text, color) in zip(spread([entry[0] for entry in entries], gap), entries, strict=True):
        axes.annotate(
            text, (1, place), xycoords=("axes fraction", "data"), xytext=(4, 0), textcoords="offset points",
            ha="left", va="center", size=SMALL_PT, color=color, annotation_clip=False,
        )  # fmt: skip


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """Limits of a y axis of lines: from zero when the values come near it, with headroom for names on top."""
    finite = np.asarray([value for value in values if np.isfinite(value)], dtype=float)
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    start = min(low, 0.0) if low < 0.45 * high else low - 0.12 * (high - low)
    return start, high + 0.12 * max(high - start, 1.0)
