"""One look for every picture: colours, type, and how a figure becomes bytes that are the same on every run.

`styled` runs a drawing function with our settings and puts matplotlib's own back; nothing is set on import. Colours:
Okabe-Ito for lines, cividis for counts, PuOr for gaps (purple = seats to spare, orange = too few), orange alone for
risk; hatching repeats in black and white what colour says about shortage.
"""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib as mpl
from matplotlib.figure import Figure

from reports.figures_setting import Setting
from reports.fonts import FALLBACK, register

P = ParamSpec("P")
T = TypeVar("T")

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
INK, GREY, FAINT, PAPER = "#1a1a1a", "#666666", "#d9d9d9", "#ffffff"
WINDOW = "#f0f0ee"

LINES = ((BLUE, "-"), (GREEN, "--"), (PURPLE, "-."), (ORANGE, ":"), (SKY, "-"), (BLACK, "--"))
"""Colour and dash of the 1st, 2nd … line of a picture: never colour alone; vermillion is kept for limits."""

# ColorBrewer PuOr, from plenty (purple) to shortage (brown-orange); the two middle steps are light in print, too.
SPARE_TO_SHORT = ("#998ec3", "#d8daeb", "#f7f7f7", "#fee0b6", "#f1a340", "#b35806")
RISK = ("#ffffff", "#fee8c8", "#fdbb84", "#e0742f", "#9c3d05")
"""Steps of the chance of a breach: below 1 %, 10 %, 50 %, 90 %, and above; monotone in grey."""

HATCH_SHORT = "///"
HATCH_SPARE = "...."
FONT_PT = 8.0
SMALL_PT = 6.8
TITLE_PT = 12.0

SETTINGS = MappingProxyType(
    {
        "font.size": FONT_PT,
        "axes.unicode_minus": False,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": FONT_PT + 0.5,
        "axes.grid": False,
        "grid.color": FAINT,
        "grid.linewidth": 0.5,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "lines.linewidth": 1.6,
        "hatch.linewidth": 0.45,
        "legend.frameon": False,
        "legend.fontsize": SMALL_PT + 0.4,
        "legend.handlelength": 2.2,
        "text.color": INK,
        "text.parse_math": False,
        "figure.facecolor": PAPER,
        "savefig.facecolor": PAPER,
    }
)


def settings() -> AbstractContextManager[None]:
    """Context in which figures are drawn and rendered; matplotlib's own settings come back afterwards."""
    ours: dict[str, Any] = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")}
    ours |= {**SETTINGS, "font.family": [register(), FALLBACK]}
    return mpl.rc_context(cast(Any, ours))


def _legible(value: object) -> object:
    return value.legible() if isinstance(value, Setting) else value


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Run a drawing function under `settings()`, with names that can be drawn."""

    @wraps(draw)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        with settings():
            return draw(*map(_legible, args), **{key: _legible(value) for key, value in kwargs.items()})  # type: ignore[arg-type]

    return inner


def to_png(figure: Figure, dpi: int = 144) -> bytes:
    """The figure as PNG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    with settings():
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def to_svg(figure: Figure) -> bytes:
    """The figure as SVG, letters as outlines (no font is needed to read it); equal figures give equal bytes."""
    buffer = io.BytesIO()
    with settings(), mpl.rc_context({"svg.hashsalt": "schoolplan", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "schoolplan"})
    return buffer.getvalue()
