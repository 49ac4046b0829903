"""Why one school changes: a waterfall from today to one year by driver, and bars of where the spread comes from."""

from collections.abc import Mapping

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from reports.figures_base import nothing_to_draw, sheet
from reports.figures_setting import Caption, Case, Setting
from reports.i18n import signed
from reports.style import BLUE, GREY, INK, ORANGE, SMALL_PT, styled

ROW_IN, ROOM_IN = 0.25, 0.75
WIDTH = 9.6
SPREAD_ORDER = ("births", "county", "school", "chance", "pace", "construction", "homes")
LEAST_SHARE = 0.005
FEWER_HATCH = "///"


@styled
def why(
    change: Mapping[str, float],
    spread: Mapping[str, float],
    setting: Setting,
    *,
    case: Case,
    after: float,
    caption: Caption,
) -> Figure:
    """Waterfall of the change of a roll and shares of its variance.

    Parameters
    ----------
    change : pupils by driver, in the order drawn; they add up to the change
    spread : variance by part [pupils^2]; empty where there is one draw
    after : mean roll of the year [pupils]

    """
    caption = setting.caption(caption, caption.subtitle, [case])
    labels = setting.labels
    if not change:
        return nothing_to_draw(setting, caption, labels("figure.no_rows", what=labels("drivers.word")))
    total = sum(change.values())
    whole = sum(spread.values())
    keep = [name for name in SPREAD_ORDER if whole > 0 and abs(spread.get(name, 0.0)) >= LEAST_SHARE * whole]
    lines = max(len(change) + 1, len(keep))
    size = (WIDTH, ROW_IN * lines + ROOM_IN)
    figure = sheet(setting, caption, size, _keys(setting), [labels("drivers.note.exact")])
    panels = figure.subplots(1, 2 if keep else 1, squeeze=False, width_ratios=[0.64, 0.36] if keep else [1.0])[0]
    _waterfall(panels[0], change, setting)
    ends = {"before": labels.integer(after - total), "after": labels.integer(after)}
    panels[0].set_title(labels("drivers.head.change", **ends))
    if keep:
        _shares(panels[1], {name: 100.0 * spread[name] / whole for name in keep}, setting)
        panels[1].set_title(labels("drivers.head.spread", sd=labels.integer(float(np.sqrt(whole)))))
    return figure


def _waterfall(axes: Axes, change: Mapping[str, float], setting: Setting) -> None:
    """Floating bars that begin where the one above ends; the whole from zero at the bottom."""
    labels, total = setting.labels, sum(change.values())
    ends = np.cumsum(list(change.values()))
    starts = np.concatenate([[0.0], ends[:-1]])
    rows = [*zip(starts, change.values(), strict=True), (0.0, total)]
    for place, (start, value) in enumerate(rows):
        last = place == len(rows) - 1
        _bar(axes, place, (float(start), float(value)), GREY if last else None)
        if not last:
            axes.plot([start + value] * 2, [place - 0.32, place + 1.32], color=GREY, lw=0.6, zorder=1)
    axes.axvline(0.0, color=INK, lw=0.8, zorder=1)
    _rows_of(axes, [labels(f"drivers.{name}") for name in (*change, "total")], True)
    today = labels.school_year(setting.base_year)
    axes.set_xlabel(labels("drivers.axis.change", today=today), loc="left")
    _values(axes, rows, True)


def _shares(axes: Axes, shares: Mapping[str, float], setting: Setting) -> None:
    rows = [(0.0, share) for share in shares.values()]
    for place, (start, share) in enumerate(rows):
        _bar(axes, place, (start, share), None)
    axes.axvline(0.0, color=INK, lw=0.8, zorder=1)
    _rows_of(axes, [setting.labels(f"drivers.spread.{name}") for name in shares], False)
    axes.set_xlabel(setting.labels("drivers.axis.spread"), loc="left")
    _values(axes, rows, False)


def _bar(axes: Axes, place: int, bar: tuple[float, float], color: str | None) -> None:
    start, value = bar
    more = value >= 0
    chosen = color or (BLUE if more else ORANGE)
    hatch = None if more or color else FEWER_HATCH
    axes.barh(place, value, left=start, height=0.64, color=chosen, hatch=hatch, ec="white", lw=0, zorder=2, gid="bar")


def _rows_of(axes: Axes, names: list[str], sign: bool) -> None:
    """Names down the side, numbers along the bottom; sign: whether + is printed."""
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: signed(value) if sign or value < 0 else f"{value:.0f}")
    axes.tick_params(axis="x", labelsize=SMALL_PT)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def _values(axes: Axes, rows: list[tuple[float, float]], sign: bool) -> None:
    """Numbers beside the ends of the bars, with room made for them; sign: whether + is printed."""
    spots = [(start, start + value) for start, value in rows]
    low, high = min(0.0, *(min(spot) for spot in spots)), max(0.0, *(max(spot) for spot in spots))
    room = 0.16 * max(high - low, 1.0)
    axes.set_xlim(low - room, high + room)
    for place, (start, value) in enumerate(rows):
        more = value >= 0
        said = signed(value) if sign or value < 0 else f"{value:.0f}"
        axes.annotate(
            said, (start + value, place), xytext=(3 if more else -3, 0), textcoords="offset points",
            ha="left" if more else "right", va="center", size=SMALL_PT, color=INK, zorder=5,
            bbox={"fc": "white", "ec": "none", "pad": 0.3},
        )  # fmt: skip


def _keys(setting: Setting) -> list[Artist]:
    labels = setting.labels
    return [
        Patch(facecolor=BLUE, label=labels("drivers.key.more")),
        Patch(facecolor=ORANGE, hatch=FEWER_HATCH, ec="white", lw=0, label=labels("drivers.key.fewer")),
        Patch(facecolor=GREY, label=labels("drivers.key.total")),
    ]
