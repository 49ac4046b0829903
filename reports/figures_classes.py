"""Classes of one school: the largest class by year against its limit, classes and rooms, and which grade is full."""

from collections.abc import Mapping, Sequence

import numpy as np
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
from reports.figures_cells import Scale, hatch_cells, mesh, write
from reports.figures_school import WIDTHS, case_title
from reports.figures_setting import Bound, Caption, Case, Setting, of_case
from reports.style import BLACK, GREY, HATCH_SHORT, LINES, PAPER, SMALL_PT, VERMILLION, styled

GAP = Scale((-5.0, 0.0, 5.0), ("#d8daeb", "#f7f7f7", "#fdc98b", "#e08214"))
"""Largest class minus its limit [pupils]: well below, near, above, far above (PuOr)."""
MOST_PANELS = 3
CHART_IN = 2.1
ROW_IN = 0.2
LIKELY = 0.5


def _stages_of(table: pd.DataFrame, setting: Setting) -> list[str]:
    present = set(table.loc[(table["indicator"] == "largest_class") & (table["p95"] > 0), "stage"])
    return [stage for stage in setting.stages if stage in present]


def _grades_of(table: pd.DataFrame, setting: Setting) -> list[tuple[str, str]]:
    present = set(table.loc[(table["indicator"] == "largest_class") & (table["p95"] > 0), "stage"])
    return [
        (stage, grade) for stage, grades in setting.stages.items() for grade in grades if f"grade:{grade}" in present
    ]


def _by_year(table: pd.DataFrame, indicator: str, stage: str, column: str, years: range) -> pd.Series:
    found = table[(table["indicator"] == indicator) & (table["stage"] == stage)]
    return found.set_index("year")[column].reindex(years)


def _lines(axes: Axes, table: pd.DataFrame, stages: Sequence[str], years: range) -> None:
    for (color, dash), stage in zip(LINES, stages, strict=False):
        low, middle, high = (_by_year(table, "largest_class", stage, name, years) for name in ("p05", "p50", "p95"))
        open_years = (high > 0).to_numpy()
        axes.fill_between(
            years, low.to_numpy(), high.to_numpy(), where=open_years.tolist(), color=color, alpha=0.2, lw=0
        )
        axes.plot(years, middle.where(middle > 0), color=color, ls=dash, marker="o", ms=2.5, gid=f"median:{stage}")


def _strip(axes: Axes, table: pd.DataFrame, setting: Setting, stages: Sequence[str], years: range) -> None:
    """Median number of classes by stage, and of rooms, one line of figures each."""
    lines = [
        (setting.labels("figure.classes", stage=setting.name("stage", stage)), "classes", stage) for stage in stages
    ]
    lines.append((setting.labels("figure.rooms"), "rooms", "all"))
    for row, (_, indicator, stage) in enumerate(lines):
        values = _by_year(table, indicator, stage, "p50", years)
        for year, value in values.items():
            if np.isfinite(value):
                write(axes, float(str(year)), row, setting.labels.integer(value), PAPER, SMALL_PT)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_yticks(range(len(lines)), [line[0] for line in lines], fontsize=SMALL_PT)
    axes.tick_params(which="both", length=0, labelbottom=False)
    for side in ("left", "top", "bottom"):
        axes.spines[side].set_visible(False)


def _grade_grid(
    axes: Axes,
    table: pd.DataFrame,
    setting: Setting,
    bounds: Mapping[str, Bound],
    years: range,
    grades: Sequence[tuple[str, str]],
) -> None:
    """Rows are the grades of all panels together, so that a row is the same grade in each of them."""
    if not grades:
        return
    read = {
        column: np.array([_by_year(table, "largest_class", f"grade:{grade}", column, years) for _, grade in grades])
        for column in ("p50", "p95", "p_exceed")
    }
    limits = np.array([[bounds[stage].value if stage in bounds else np.nan] for stage, _ in grades])
    values = np.where(read["p50"] > 0, read["p50"], np.nan)  # nobody there in most draws: no class
    gaps = values - limits
    marked = np.nan_to_num(read["p_exceed"]) > LIKELY
    mesh(axes, years, np.where(np.isfinite(gaps), gaps, np.where(np.isfinite(values), -1.0, np.nan)), GAP)
    hatch_cells(axes, years, marked)
    for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
        color, text = GAP.color(gaps[row, column]), setting.labels.integer(values[row, column])
        write(axes, years[column], row, text, color, SMALL_PT, plain=not marked[row, column])
    axes.set_yticks(
        range(len(grades)), [setting.labels("figure.grade", grade=grade) for _, grade in grades], fontsize=SMALL_PT
    )


def _keys(setting: Setting, stages: Sequence[str]) -> list[Artist]:
    words = setting.labels
    keys: list[Artist] = []
    for (color, dash), stage in zip(LINES, stages, strict=False):
        name = words("figure.largest_median", stage=setting.name("stage", stage))
        keys.append(Line2D([], [], color=color, ls=dash, marker="o", ms=2.5, label=name))
    keys.append(Patch(color=GREY, alpha=0.3, lw=0, label=words("figure.band90")))
    keys += window_key(setting)
    for color, name in zip(GAP.colors, ("well_below", "near", "above", "far_above"), strict=True):
        keys.append(Patch(facecolor=color, edgecolor=GREY, lw=0.4, label=words(f"figure.gap.{name}")))
    keys.append(Patch(facecolor=PAPER, edgecolor=BLACK, hatch=HATCH_SHORT * 2, lw=0.4, label=words("figure.likely")))
    return keys


@styled
def class_sizes(
    schools: pd.DataFrame,
    setting: Setting,
    *,
    school: str,
    cases: Sequence[Case],
    bounds: Mapping[str, Bound],
    caption: Caption,
) -> Figure:
    """Largest class by year (median, 90 % band) against its limit, classes and rooms, largest class by grade.

    Parameters
    ----------
    schools : tidy table of a run (`largest_class` by stage and `grade:<g>`, `classes` by stage, `rooms` of stage `all`)
    cases : at most three, side by side on one scale
    bounds : stage id -> limit of class size [pupils]

    """
    if len(cases) > MOST_PANELS:
        raise ValueError(f"class_sizes draws at most {MOST_PANELS} cases side by side, not {len(cases)}")
    name = setting.name("school", school)
    caption = setting.caption(caption, setting.labels("figure.class_sizes", school=name), cases)
    own = schools[schools["entity"] == school]
    tables = [of_case(own, case) for case in cases]
    together = pd.concat(tables)
    stages = _stages_of(together, setting)
    if not stages:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=name))
    years = range(setting.base_year + 1, setting.horizon + 1)
    grades = _grades_of(together, setting)
    heights = [CHART_IN, ROW_IN * (len(stages) + 1), ROW_IN * max(len(grades), 1)]
    width = setting.wide(WIDTHS[len(cases)])
    figure = sheet(setting, caption, (width, sum(heights) + 0.9), _keys(setting, stages))
    panels = figure.subplots(3, len(cases), squeeze=False, sharex=True, sharey="row", height_ratios=heights)
    shown = together[
        (together["indicator"] == "largest_class") & together["stage"].isin(stages) & (together["p95"] > 0)
    ]
    limits = [bounds[stage] for stage in stages if stage in bounds]
    span = value_range([*shown["p05"], *shown["p95"], *(bound.value for bound in limits)])
    for column, (case, table) in enumerate(zip(cases, tables, strict=True)):
        top, strip, grid = panels[:, column]
        shade_window(top, setting)
        _lines(top, table, stages, years)
        for bound in limits:
            bound_line(top, bound, named=False)
        number_ticks(top, setting)
        top.set_ylim(*span)
        case_title(top, setting, case, cases)
        _strip(strip, table, setting, stages, years)
        _grade_grid(grid, table, setting, bounds, years, grades)
        year_ticks(grid, setting, years[0], years[-1], width * 72 / len(cases) - 60)
    panels[0, 0].set_ylabel(setting.labels("figure.largest_axis"))
    panels[2, 0].set_title(setting.labels("figure.by_grade"), size=SMALL_PT, color=GREY, pad=2)
    right_labels(panels[0, -1], [(bound.value, bound.name, VERMILLION) for bound in limits], CHART_IN * 60)
    return figure
