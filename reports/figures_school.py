"""One school over the years: the fan of its roll against its limit and its seats, plans side by side on one scale."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import (
    bound_line,
    nothing_to_draw,
    number_ticks,
    right_labels,
    shade_window,
    sheet,
    value_range,
    window_key,
    year_ticks,
)
from reports.figures_setting import Bound, Caption, Case, Setting, of_case, past
from reports.style import BLACK, BLUE, GREEN, INK, SMALL_PT, VERMILLION, styled

WIDTHS = {1: 7.2, 2: 8.6, 3: 10.4, 4: 13.2}
"""Width of a figure [in] by number of panels in a row."""
PANELS_IN_A_ROW = 3
PANEL_HEIGHT = 3.0
QUANTILES = ("p05", "p25", "p50", "p75", "p95")
FAR_OFF = 3.0
"""A limit above so many times the largest value is named, not drawn: it would press the lines onto the axis."""
SEATS = (("seats", GREEN, "-"), ("safe_seats", INK, (0, (4, 1.2, 1, 1.2))))


def columns_for(count: int) -> int:
    """Panels in a row: three at most, four as two by two."""
    return 2 if count == 4 else min(count, PANELS_IN_A_ROW)


def grid_of(figure: Figure, count: int, columns: int | None = None) -> list[Axes]:
    """`count` panels on one scale, so many in a row."""
    columns = columns_for(count) if columns is None else columns
    height = -(-count // columns)
    axes = figure.subplots(height, columns, squeeze=False, sharey=True, sharex=True).ravel().tolist()
    for place, spare in enumerate(axes[count:], start=count):
        spare.set_visible(False)
        axes[place - columns].tick_params(labelbottom=True)
    return axes[:count]


def case_title(axes: Axes, setting: Setting, case: Case, cases: Sequence[Case]) -> None:
    """Heading of a panel, only where there are several."""
    if len(cases) > 1:
        axes.set_title(setting.case_name(case, cases), color=INK)


def fan_rows(roll: pd.DataFrame) -> pd.DataFrame:
    """Rows of a roll in years in which the school has pupils in at least one draw of twenty."""
    return roll[roll["p95"] > 0]


def draw_fan(axes: Axes, roll: pd.DataFrame, before: pd.Series) -> None:
    """Dots of the register, the median and the 50 % and 90 % bands; the bands open from the last dot."""
    full = roll
    if len(before) and len(roll):
        known = {"year": int(before.index[-1])} | dict.fromkeys(QUANTILES, float(before.iloc[-1]))
        full = pd.concat([pd.DataFrame([known]), roll], ignore_index=True)
    years = full["year"].to_numpy(dtype=float)
    for low, high, alpha, gid in (("p05", "p95", 0.20, "band90"), ("p25", "p75", 0.38, "band50")):
        bounds = full[low].to_numpy(dtype=float), full[high].to_numpy(dtype=float)
        axes.fill_between(years, *bounds, color=BLUE, alpha=alpha, lw=0, gid=gid, zorder=2)
    # A school that most draws have closed has no pupils, and no line on the axis.
    axes.plot(roll["year"], roll["p50"].where(roll["p50"] > 0), color=BLUE, gid="median", zorder=3)
    axes.plot(before.index, before.to_numpy(), "o", color=BLACK, ms=3, gid="register", zorder=4)


def seats_by_year(table: pd.DataFrame, indicator: str) -> pd.Series:
    """Median seats of a school by year (rows of stage `all`, else summed over stages); years without seats left out."""
    found = table[table["indicator"] == indicator]
    overall = found[found["stage"] == "all"]
    seats = (overall if len(overall) else found).groupby("year")["p50"].sum().sort_index()
    return seats[seats > 0]


def _fan_keys(setting: Setting) -> list[Artist]:
    words = setting.labels
    keys: list[Artist] = [
        Line2D([], [], color=BLACK, marker="o", ms=3, ls="", label=words("figure.register")),
        Line2D([], [], color=BLUE, label=words("figure.median")),
        Patch(color=BLUE, alpha=0.55, lw=0, label=words("figure.band50")),
        Patch(color=BLUE, alpha=0.2, lw=0, label=words("figure.band90")),
        *(Line2D([], [], color=c, ls=d, lw=1.3, label=words(f"figure.{name}")) for name, c, d in SEATS),
    ]
    return keys + window_key(setting)


def _values(rolls: Sequence[pd.DataFrame], seats: Sequence[pd.Series], before: pd.Series) -> list[float]:
    values = [*before, *(value for line in seats for value in line)]
    return [*values, *(value for roll in rolls for name in ("p05", "p95") for value in roll[name])]


def _draw_bound(axes: Axes, bound: Bound, setting: Setting, near: bool) -> None:
    """The limit as a line, or its name at the top where it lies far above the picture."""
    if near:
        bound_line(axes, bound)
        return
    text = setting.labels("figure.bound_far", bound=bound.name)
    axes.text(0.02, 0.97, text, transform=axes.transAxes, va="top", size=SMALL_PT, color=VERMILLION, gid="bound-far")


@styled
def roll_fan(
    schools: pd.DataFrame,
    history: pd.DataFrame | None,
    setting: Setting,
    *,
    school: str,
    cases: Sequence[Case],
    bound: Bound | None = None,
    caption: Caption,
) -> Figure:
    """Roll of one school by year and case: register, median, 50 % and 90 % bands, limit, nominal and safe seats.

    Parameters
    ----------
    schools : tidy table of a run (`roll` [pupils] of stage `all`, `seats`, `safe_seats`)
    history : school, grade, year, pupils; None if there is none
    cases : the panels; all on the same scale
    bound : limit of school size [pupils] and its name

    """
    caption = setting.caption(caption, setting.labels("figure.fan", school=setting.name("school", school)), cases)
    own = schools[schools["entity"] == school]
    tables = [of_case(own, case) for case in cases]
    rolls = [fan_rows(table[(table["indicator"] == "roll") & (table["stage"] == "all")]) for table in tables]
    before = past(history, school=school)
    if not any(len(roll) for roll in rolls) and before.empty:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=setting.name("school", school)))
    columns = columns_for(len(cases))
    width, lines = setting.wide(WIDTHS[columns]), -(-len(cases) // columns)
    figure = sheet(setting, caption, (width, PANEL_HEIGHT * lines), _fan_keys(setting))
    first = int(before.index[0]) if len(before) else setting.base_year + 1
    panels = grid_of(figure, len(cases))
    seats = [seats_by_year(table, indicator) for table in tables for indicator, _, _ in SEATS]
    values = _values(rolls, seats, before)
    near = bound is None or bound.value <= FAR_OFF * max(values)
    for axes, case, table, roll in zip(panels, cases, tables, rolls, strict=True):
        shade_window(axes, setting)
        draw_fan(axes, roll, before)
        for indicator, color, dash in SEATS:
            line = seats_by_year(table, indicator)
            axes.step(line.index, line.to_numpy(), where="mid", color=color, ls=dash, lw=1.3, gid=indicator, zorder=3)
        if bound is not None:
            _draw_bound(axes, bound, setting, near)
        case_title(axes, setting, case, cases)
        number_ticks(axes, setting)
        year_ticks(axes, setting, first, setting.horizon, width * 72 / columns - 40)
    panels[0].set_ylim(value_range([*values, *([bound.value] if bound and near else [])]))
    panels[0].set_ylabel(setting.labels("figure.pupils"))
    _end_values(panels, rolls, setting)
    return figure


def _end_values(panels: Sequence[Axes], rolls: Sequence[pd.DataFrame], setting: Setting) -> None:
    """The last year's median and 90 % band in figures, beside each fan."""
    for axes, roll in zip(panels, rolls, strict=True):
        if len(roll) and roll["p50"].iloc[-1] > 0:
            last = roll.iloc[-1]
            entries = [(float(last[name]), setting.labels.integer(last[name]), BLUE) for name in ("p95", "p50", "p05")]
            right_labels(axes, entries, PANEL_HEIGHT * 72 * 0.72)
