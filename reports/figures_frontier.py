"""What a plan costs against the pupils over a limit that it leaves: which plans no other one beats on both.

Points are means over the draws, whiskers their 90 % range; a line of steps joins the plans that nobody beats.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reports.figures_base import HALO, nothing_to_draw, sheet
from reports.figures_school import WIDTHS, columns_for, grid_of
from reports.figures_setting import Caption, Setting
from reports.fonts import text_width
from reports.maps_labels import Box, Placed, Wanted, place
from reports.style import BLUE, GREY, INK, LINES, PAPER, SMALL_PT, styled
from sim.arrays import FloatArray

COLUMNS = ("plan", "cost", "cost_low", "cost_high", "over", "over_low", "over_high")
PANEL_IN = 2.35
DOT_PT = 4.0
MARKS = "osD^vPX*"


def efficient(points: pd.DataFrame) -> list[str]:
    """Plans that no other beats, cheapest first: none costs no more, leaves no more pupils over, and is better in one.

    >>> efficient(pd.DataFrame({"plan": ["a", "b", "c"], "cost": [0.0, 5.0, 6.0], "over": [9.0, 2.0, 2.0]}))
    ['a', 'b']
    """
    cost, over = (points[name].to_numpy(dtype=float) for name in ("cost", "over"))
    no_worse = (cost[:, None] <= cost[None, :]) & (over[:, None] <= over[None, :])
    better = (cost[:, None] < cost[None, :]) | (over[:, None] < over[None, :])
    kept = points[np.asarray(~(no_worse & better).any(axis=0), dtype=bool)]
    return [str(plan) for plan in kept.sort_values(["cost", "over", "plan"])["plan"]]


def _whiskers(axes: Axes, points: pd.DataFrame) -> None:
    for row in points.to_dict("records"):
        x, y = float(row["cost"]), float(row["over"])
        if np.isfinite(row["cost_low"]) and row["cost_high"] > row["cost_low"]:
            axes.plot([row["cost_low"], row["cost_high"]], [y, y], color=GREY, lw=1.0, zorder=3, gid="cost90")
        if np.isfinite(row["over_low"]) and row["over_high"] > row["over_low"]:
            axes.plot([x, x], [row["over_low"], row["over_high"]], color=GREY, lw=1.0, zorder=3, gid="over90")


def _panel(axes: Axes, points: pd.DataFrame, setting: Setting, order: Sequence[str], named: bool) -> None:
    best = efficient(points)
    _whiskers(axes, points)
    line = points.set_index("plan").loc[best]
    axes.step(line["cost"], line["over"], where="post", color=BLUE, lw=1.2, ls="--", zorder=2, gid="frontier")
    for row in points.to_dict("records"):
        plan = str(row["plan"])
        chosen, at = plan in best, order.index(plan)
        color = BLUE if named else LINES[at % len(LINES)][0]
        axes.plot(
            [row["cost"]], [row["over"]], marker="o" if named else MARKS[at % len(MARKS)], ls="", color=color,
            mfc=color if chosen else PAPER, mec=color, mew=1.2, ms=DOT_PT * 1.7, zorder=5, gid=f"plan:{plan}",
        )  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10], integer=True))
        axis.set_major_formatter(lambda value, _: setting.labels.integer(value))
    axes.grid()
    axes.set_axisbelow(True)


def _corners(line: Line2D) -> FloatArray:
    """Points of a line in data units, with the corners of its steps."""
    points = np.asarray(line.get_xydata(), dtype=float)
    if line.get_gid() != "frontier" or len(points) < 2:
        return points
    turns = [corner for one, other in pairwise(points) for corner in ((other[0], one[1]), tuple(other))]
    return np.array([tuple(points[0]), *turns])


def _boxes(axes: Axes, figure: Figure) -> tuple[list[Box], Box]:
    """Boxes [pt] of the whiskers and the steps of a panel, and of the panel itself."""
    scale = 72.0 / figure.dpi
    found = []
    for line in axes.lines:
        if line.get_gid() in ("cost90", "over90", "frontier"):
            points = axes.transData.transform(_corners(line)) * scale
            for ends in pairwise(points):
                (left, low), (right, high) = np.min(ends, axis=0), np.max(ends, axis=0)
                found.append((left - 1, low - 1, right + 1, high + 1))
    room = np.asarray(axes.get_window_extent().extents) * scale
    return found, (float(room[0]), float(room[1]), float(room[2]), float(room[3]))


def _name(axes: Axes, text: str, at: tuple[float, float], placed: Placed) -> None:
    """One name beside the point `at` [pt on the figure], with a line to it where it stands far off."""
    left, low, right, high = placed.box
    off = (left + 1 - at[0], (low + high) / 2 - at[1])
    notes = [
        axes.annotate(
            text, at, xytext=off, xycoords="figure points", textcoords="offset points", ha="left", va="center",
            size=SMALL_PT, color=INK, zorder=6, path_effects=[HALO], annotation_clip=False, gid="name",
        )
    ]  # fmt: skip
    if placed.leader:
        end = (min(max(at[0], left), right) - at[0], (low if low > at[1] else high) - at[1])
        notes.append(
            axes.annotate(
                "", at, xytext=end, xycoords="figure points", textcoords="offset points", annotation_clip=False,
                arrowprops={"arrowstyle": "-", "lw": 0.5, "color": GREY, "shrinkA": 0, "shrinkB": 3},
            )
        )  # fmt: skip
    for note in notes:
        note.set_in_layout(False)


def _names(axes: Axes, figure: Figure, points: pd.DataFrame, setting: Setting) -> bool:
    """Write the name of each plan beside its point where it covers nothing; False where one has no room."""
    scale, size = 72.0 / figure.dpi, SMALL_PT
    texts = [setting.name("plan", str(plan)) for plan in points["plan"]]
    at = axes.transData.transform(points[["cost", "over"]].to_numpy(dtype=float)) * scale
    wanted = [
        Wanted(float(x), float(y), DOT_PT, text_width(text, size) + 2, size * 1.3, -place_)
        for place_, ((x, y), text) in enumerate(zip(at, texts, strict=True))
    ]
    blocked, room = _boxes(axes, figure)
    found = place(wanted, room, blocked)
    if any(one is None for one in found):
        found = place(wanted, room)
    for (x, y), text, one in zip(at, texts, found, strict=True):
        if one is None:
            return False
        _name(axes, text, (float(x), float(y)), one)
    return True


def _keys(setting: Setting, order: Sequence[str], named: bool, with_range: bool) -> list[Artist]:
    words, shade = setting.labels, BLUE if named else GREY
    dot = {"ls": "", "marker": "o", "ms": DOT_PT * 1.5, "mec": shade}
    keys: list[Artist] = [
        Line2D([], [], color=shade, label=words("figure.frontier.best"), **dot),  # type: ignore[arg-type]
        Line2D([], [], color=shade, mfc=PAPER, mew=1.2, label=words("figure.frontier.beaten"), **dot),  # type: ignore[arg-type]
        Line2D([], [], color=BLUE, lw=1.2, ls="--", label=words("figure.frontier.line")),
    ]
    if with_range:
        keys.append(Line2D([], [], color=GREY, lw=1.0, label=words("figure.band90")))
    if not named:
        for at, plan in enumerate(order):
            color = LINES[at % len(LINES)][0]
            keys.append(
                Line2D([], [], ls="", marker=MARKS[at % len(MARKS)], color=color, ms=DOT_PT * 1.5,
                       label=setting.name("plan", plan))
            )  # fmt: skip
    return keys


def _figure(
    panels: Mapping[str, pd.DataFrame], setting: Setting, words: tuple[Caption, str, Sequence[str]], named: bool
) -> tuple[Figure, bool]:
    """The figure, and whether every name had room. words: caption, name of the axis of cost, notes."""
    caption, axis, notes = words
    every = pd.concat(panels.values())
    order = list(dict.fromkeys(every["plan"]))
    ranged = bool((every["over_high"] > every["over_low"]).any() or (every["cost_high"] > every["cost_low"]).any())
    columns = columns_for(len(panels)) if setting.abreast > 2 else min(len(panels), 2)
    lines = -(-len(panels) // columns)
    keys = _keys(setting, order, named, ranged)
    figure = sheet(setting, caption, (setting.wide(WIDTHS[max(columns, 1)]), PANEL_IN * lines + 0.3), keys, notes)
    grid = grid_of(figure, len(panels), columns)
    for place_, (axes, (title, points)) in enumerate(zip(grid, panels.items(), strict=True)):
        _panel(axes, points, setting, order, named)
        axes.set_title(title)
        if place_ % columns == 0:
            axes.set_ylabel(setting.labels("figure.frontier.over"))
        if place_ >= len(panels) - columns:
            axes.set_xlabel(axis)
    _limits(grid[0], every)
    engine = figure.get_layout_engine()
    if named and engine is not None:
        engine.execute(figure)
        named = all(_names(axes, figure, points, setting) for axes, points in zip(grid, panels.values(), strict=True))
    return figure, named


def _limits(axes: Axes, every: pd.DataFrame) -> None:
    """One scale for all panels: from zero, with room for names."""
    costs = every[["cost", "cost_low", "cost_high"]].to_numpy(dtype=float)
    top = float(np.nanmax(every[["over", "over_high"]].to_numpy(dtype=float)))
    low, high = float(np.nanmin(costs)), float(np.nanmax(costs))
    wide = max(high - low, 1.0)
    axes.set_xlim(min(low, 0.0) - 0.08 * wide, high + 0.14 * wide)
    axes.set_ylim(-0.06 * max(top, 1.0), max(top, 1.0) * 1.12)


@styled
def frontier(
    panels: Mapping[str, pd.DataFrame], setting: Setting, *, axis: str, caption: Caption, notes: Sequence[str] = ()
) -> Figure:
    """Cost against pupils over, a panel a future, plans as points with their 90 % ranges, on one scale.

    Parameters
    ----------
    panels : heading of a panel -> table `COLUMNS`, a row a plan; ends of a range nan where there is none
    axis : what the cost is, with its unit

    """
    caption = setting.caption(caption, setting.labels("figure.frontier"), [])
    panels = {title: points for title, points in panels.items() if len(points)}
    if not panels or max(len(points) for points in panels.values()) < 2:
        return nothing_to_draw(setting, caption, setting.labels("charts.frontier.none"))
    figure, whole = _figure(panels, setting, (caption, axis, notes), named=True)
    return figure if whole else _figure(panels, setting, (caption, axis, notes), named=False)[0]
