"""Regret: how much worse a plan is in each future than the plan that would have been best there; the worst one told.

Outcomes keep their own units and panels: they are never added up here.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from reports.figures_base import fit, nothing_to_draw, sheet
from reports.figures_frontier import MARKS
from reports.figures_school import WIDTHS
from reports.figures_setting import Caption, Setting
from reports.style import FAINT, GREY, INK, LINES, SMALL_PT, styled

ROW_IN = 0.36
NAME_PT = 130.0
SPREAD = 0.56
"""Height of a row [rows] over which the marks of the futures are spread."""


def measures_of(table: pd.DataFrame, order: Sequence[str]) -> list[str]:
    """Outcomes in which some plan does worse than another in some future."""
    return [name for name in order if table.loc[table["measure"] == name, "regret"].abs().max() > 0]


def worst_regret(table: pd.DataFrame, measure: str) -> pd.Series:
    """Worst regret over the futures of one outcome, by plan."""
    return table[table["measure"] == measure].groupby("plan")["regret"].max()


def steadiest(table: pd.DataFrame, measure: str) -> list[str]:
    """Plans with the least worst regret of an outcome."""
    worst = worst_regret(table, measure)
    return sorted(str(plan) for plan in worst.index[worst - worst.min() < 1e-6])


def _lanes(count: int) -> list[float]:
    return [0.0] if count == 1 else list(np.linspace(-SPREAD / 2, SPREAD / 2, count))


def _panel(axes: Axes, own: pd.DataFrame, plans: Sequence[str], futures: Sequence[str], setting: Setting) -> None:
    worst = own.groupby("plan")["regret"].max()
    least, top = float(worst.min()), max(float(worst.max()), 1e-9)
    for place, plan in enumerate(plans):
        if plan not in worst.index:
            continue
        value = float(worst[plan])
        axes.barh([place], [value], height=0.74, color=FAINT, lw=0, zorder=1, gid="worst")
        steady = value - least < 1e-6
        said = setting.labels("figure.regret.steady" if steady else "figure.regret.worst", n=_number(setting, value))
        axes.annotate(
            said, (value, place), xytext=(7, 0), textcoords="offset points", ha="left", va="center",
            size=SMALL_PT, color=INK if steady else GREY,
        )  # fmt: skip
        mine = own[own["plan"] == plan].set_index("future")["regret"]
        for at, (future, lane) in enumerate(zip(futures, _lanes(len(futures)), strict=True)):
            if future in mine.index:
                axes.plot(
                    [mine[future]], [place + lane], marker=MARKS[at % len(MARKS)], ls="", ms=4.2,
                    color=LINES[at % len(LINES)][0], mec=INK, mew=0.3, zorder=3, gid=f"future:{future}",
                )  # fmt: skip
    axes.set_xlim(-0.03 * top, top * 1.36)
    axes.set_ylim(len(plans) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: _number(setting, value))
    axes.tick_params(axis="x", labelsize=SMALL_PT)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def _number(setting: Setting, value: float) -> str:
    return setting.labels.integer(value) if value >= 10 or value == round(value) else f"{value:.1f}"


def _keys(setting: Setting, futures: Sequence[str]) -> list[Artist]:
    keys: list[Artist] = [
        Line2D([], [], ls="", marker=MARKS[at % len(MARKS)], color=LINES[at % len(LINES)][0], mec=INK, mew=0.3, ms=4.6,
               label=setting.name("future", future))
        for at, future in enumerate(futures)
    ]  # fmt: skip
    return [*keys, Patch(facecolor=FAINT, lw=0, label=setting.labels("figure.regret.bar"))]


@styled
def regret_dots(
    table: pd.DataFrame,
    setting: Setting,
    *,
    plans: Sequence[str],
    futures: Sequence[str],
    measures: Mapping[str, str],
    caption: Caption,
) -> Figure:
    """Regret of every plan in every future, a panel an outcome; a bar to the worst, the least worst plan told.

    Parameters
    ----------
    table : tidy table `regret` of a run: future, plan, measure, regret
    measures : outcomes drawn -> name of their axis with its unit

    """
    caption = setting.caption(caption, setting.labels("figure.regret"), [])
    shown = measures_of(table, [*measures])
    if not shown or len(plans) < 2:
        return nothing_to_draw(setting, caption, setting.labels("charts.regret.none"))
    columns = 1 if len(shown) == 1 else 2
    lines = -(-len(shown) // columns)
    width = setting.wide(WIDTHS[1] if columns == 1 else WIDTHS[3])
    figure = sheet(setting, caption, (width, (ROW_IN * len(plans) + 0.55) * lines), _keys(setting, futures))
    grid = figure.subplots(lines, columns, squeeze=False, sharey=True).ravel()
    for axes, measure in zip(grid, shown, strict=False):
        _panel(axes, table[table["measure"] == measure], plans, futures, setting)
        axes.set_title(measures[measure])
    for axes in grid[len(shown) :]:
        axes.set_visible(False)
    names = [fit(setting.name("plan", plan), SMALL_PT + 0.6, min(NAME_PT, width * 20)) for plan in plans]
    for axes in grid[::columns]:
        axes.set_yticks(range(len(plans)), names, fontsize=SMALL_PT + 0.6)
    return figure
