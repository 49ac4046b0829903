"""The fan of one school for a page of many: no heading, no layout solver, drawn at the size it is printed at."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures_base import bound_line, number_ticks, shade_window, value_range
from reports.figures_school import FAR_OFF, SEATS, draw_fan, fan_rows, seats_by_year
from reports.figures_setting import Bound, Setting, past
from reports.style import SMALL_PT, styled

MM = 25.4
SIZE_MM = (156.0, 58.0)
EVERY = 3
"""Years from tick to tick."""
NAMES = {"register": "register", "median": "median", "band50": "band50", "band90": "band90"}
"""Mark of what is drawn -> its label `figure.<name>`; seats are named as `SEATS` has them."""


@styled
def small_fan(
    rows: pd.DataFrame, history: pd.DataFrame, setting: Setting, school: str, bound: Bound | None
) -> Figure | None:
    """Register, median, 50 and 90 % bands, seats and limit of a school; None where it has no pupils in any year.

    Parameters
    ----------
    rows : rows of the schools table of one school and case (`roll` [pupils] of stage `all`, `seats`, `safe_seats`)
    history : school, grade, year, pupils

    """
    roll = fan_rows(rows[(rows["indicator"] == "roll") & (rows["stage"] == "all")].sort_values("year"))
    before = past(history, school=school)
    if roll.empty and before.empty:
        return None
    figure = Figure(figsize=(SIZE_MM[0] / MM, SIZE_MM[1] / MM))
    axes = figure.add_axes((0.1, 0.09, 0.66, 0.86))
    shade_window(axes, setting)
    draw_fan(axes, roll, before)
    values = [*before, *roll["p05"], *roll["p95"]]
    for indicator, color, dash in SEATS:
        line = seats_by_year(rows, indicator)
        axes.step(line.index, line.to_numpy(), where="mid", color=color, ls=dash, lw=1.3, gid=indicator, zorder=3)
        values += list(line)
    if bound is not None and bound.value <= FAR_OFF * max(values):
        bound_line(axes, bound)
        values.append(bound.value)
    number_ticks(axes, setting)
    axes.set_ylim(value_range(values))
    axes.set_ylabel(setting.labels("figure.pupils"), size=SMALL_PT)
    _years(axes, setting, int(before.index[0]) if len(before) else setting.base_year + 1)
    _legend(figure, axes, setting)
    return figure


def _years(axes: Axes, setting: Setting, first: int) -> None:
    """A tick every few years, counted from the base year."""
    ticks = [year for year in range(first, setting.horizon + 1) if (year - setting.base_year) % EVERY == 0]
    axes.set_xticks(ticks, [f"{year}" for year in ticks])
    axes.set_xlim(first - 0.6, setting.horizon + 0.6)


def _legend(figure: Figure, axes: Axes, setting: Setting) -> None:
    """Names at the right of the picture, in the order in which things are drawn."""
    named = {**NAMES, **{name: name for name, _, _ in SEATS}}
    found = {str(artist.get_gid()): artist for artist in axes.get_children() if artist.get_gid() in named}
    keys = [key for key in named if key in found]
    texts = [setting.labels(f"figure.{named[key]}") for key in keys]
    figure.legend([found[key] for key in keys], texts, loc="upper left", bbox_to_anchor=(0.77, 0.97), frameon=False,
                  fontsize=SMALL_PT)  # fmt: skip
