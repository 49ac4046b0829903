"""Ridges of the largest class: one hill for each school, built of the quantiles that the run keeps, limits as marks.

A hill is terraces, not a smooth curve: the lowest holds nine draws of ten, the next eight, the top one half of them.
Nothing is drawn that the table does not say.
"""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from reports.figures_base import fit, nothing_to_draw, sheet
from reports.figures_school import WIDTHS, case_title
from reports.figures_setting import Bound, Caption, Case, Setting, of_case
from reports.fonts import text_width
from reports.style import BLUE, GREY, HATCH_SHORT, INK, SMALL_PT, VERMILLION, styled

TERRACES = (("p05", "p95", 0.34, "#c6dbef"), ("p10", "p90", 0.56, "#9ecae1"), ("p25", "p75", 0.80, "#6baed6"))
"""Ends of each terrace, its height in rows, its colour; one hue, light to dark."""
FIGURES = ("p05", "p10", "p25", "p50", "p75", "p90", "p95", "p_exceed")
FAR = (0.4, 1.6)
"""Ends of the axis at most: so many times the lowest and the highest limit."""
LEAST_WIDE = 0.6
"""Pupils that a terrace is wide at least: quantiles of whole classes often fall together."""
MOST_ROWS, LEAST_ROWS = 24, 12
NEGLIGIBLE = 0.01
ROW_IN = 0.27
NAME_PT = 150.0
LIKELY = 0.5
Row = tuple[str, str]
"""School and stage."""


def largest_classes(schools: pd.DataFrame, case: Case, year: int) -> pd.DataFrame:
    """Quantiles of the largest class and chance of a breach, by (school, stage); schools without pupils left out."""
    found = of_case(schools, case, indicator="largest_class", year=year)
    found = found[~found["stage"].str.startswith("grade:") & (found["p95"] > 0)]
    return found.set_index(["entity", "stage"]).sort_index()


def riskiest(tables: Sequence[pd.DataFrame], most: int = MOST_ROWS) -> tuple[list[Row], int]:
    """Rows by the highest chance of a breach over all cases, then by the largest p95; and how many are left out.

    Rows below 1 % in every case are left out beyond the least number, as in the table of chances.
    """
    every = pd.concat(list(tables)) if tables else pd.DataFrame()
    if every.empty:
        return [], 0
    every = every[every["p_exceed"].notna()]
    facts = every.groupby(level=[0, 1])[["p_exceed", "p95"]].max().round(9).reset_index()
    facts = facts.sort_values(["p_exceed", "p95", "entity", "stage"], ascending=[False, False, True, True])
    order = list(zip(facts["entity"].astype(str), facts["stage"].astype(str), strict=True))
    shown = min(most, max(int((facts["p_exceed"] >= NEGLIGIBLE).sum()), LEAST_ROWS))
    return order[:shown], max(0, len(order) - shown)


def _hill(axes: Axes, row: Mapping[str, float], place: int) -> None:
    for low, high, height, color in TERRACES:
        middle, wide = (row[low] + row[high]) / 2, max(row[high] - row[low], LEAST_WIDE)
        box = Rectangle((middle - wide / 2, place - height + 0.36), wide, height, fc=color, ec=BLUE, lw=0.4, zorder=3)
        box.set_gid(f"terrace:{low}")
        axes.add_patch(box)
    if row["p_exceed"] > LIKELY:
        wide = max(row["p95"] - row["p05"], LEAST_WIDE)
        corner = ((row["p05"] + row["p95"] - wide) / 2, place + 0.02)
        box = Rectangle(corner, wide, TERRACES[0][2], fc="none", ec=INK, lw=0, hatch=HATCH_SHORT, zorder=3.5)
        box.set_gid("hatch")
        axes.add_patch(box)
    axes.plot([row["p50"]] * 2, [place + 0.36, place - 0.5], color=INK, lw=1.4, zorder=4, gid="median",
              solid_capstyle="butt")  # fmt: skip


def _panel(
    axes: Axes, table: pd.DataFrame, order: Sequence[Row], bounds: Mapping[Row, Bound], setting: Setting
) -> None:
    beside = axes.get_yaxis_transform()
    for place, key in enumerate(order):
        axes.axhline(place + 0.36, color=GREY, lw=0.3, zorder=1)
        limit = bounds.get(key)
        if limit is not None:
            axes.plot([limit.value] * 2, [place + 0.42, place - 0.52], color=VERMILLION, ls=(0, (3, 1.5)), lw=1.2,
                      zorder=5, gid="bound")  # fmt: skip
        if key in table.index:
            row = {str(name): float(table[name].loc[key]) for name in FIGURES}
            _hill(axes, row, place)
            axes.text(1.03, place, setting.labels.percent(row["p_exceed"]), transform=beside, ha="left",
                      va="center", size=SMALL_PT, color=INK, gid="chance")  # fmt: skip
    axes.set_ylim(len(order) - 0.45, -0.75)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _keys(setting: Setting) -> list[Artist]:
    words = setting.labels
    names = ("figure.band90", "figure.band80", "figure.band50")
    keys: list[Artist] = [
        Patch(fc=color, ec=BLUE, lw=0.4, label=words(name))
        for (_, _, _, color), name in zip(TERRACES, names, strict=True)
    ]
    keys.append(Line2D([], [], color=INK, lw=1.4, label=words("figure.median")))
    keys.append(Line2D([], [], color=VERMILLION, ls=(0, (3, 1.5)), lw=1.2, label=words("figure.ridge.bound")))
    keys.append(Patch(fc="none", ec=INK, lw=0.4, hatch=HATCH_SHORT * 2, label=words("figure.likely")))
    return keys


def _name(setting: Setting, key: Row, order: Sequence[Row], room: float) -> str:
    """The school in `room` [pt], with its stage where it has rows of several: the name is cut, not the stage."""
    name = setting.name("school", key[0])
    if sum(other == key[0] for other, _ in order) == 1:
        return fit(name, SMALL_PT, room)
    stage = setting.labels("figure.ridge.stage", stage=setting.name("stage", key[1]))
    return fit(name, SMALL_PT, room - text_width(stage, SMALL_PT)) + stage


def _span(drawn: pd.DataFrame, bounds: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis: all hills and limits, but not far beyond the limits, where a few hills would press the others.

    Hills that run off get an arrow.
    """
    low, high = float(min([drawn["p05"].min(), *bounds])) - 1.5, float(max([drawn["p95"].max(), *bounds])) + 1.5
    if not bounds:
        return max(0.0, low), high
    return max(0.0, low, FAR[0] * min(bounds)), min(high, FAR[1] * max(bounds))


def _arrows(axes: Axes, table: pd.DataFrame, order: Sequence[Row], span: tuple[float, float]) -> None:
    """An arrow where a hill runs off the axis."""
    for place, key in enumerate(order):
        if key in table.index:
            ends = ((span[0], "<", float(table["p05"].loc[key]) < span[0]),
                    (span[1], ">", float(table["p95"].loc[key]) > span[1]))  # fmt: skip
            for at, mark, beyond in ends:
                if beyond:
                    axes.plot([at], [place + 0.2], marker=mark, color=INK, ms=4, clip_on=False, zorder=6, gid="beyond")


def _ticks(axes: Axes, setting: Setting) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: setting.labels.integer(value))
    axes.tick_params(axis="x", labelsize=SMALL_PT)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


@styled
def class_ridge(
    schools: pd.DataFrame,
    setting: Setting,
    *,
    cases: Sequence[Case],
    year: int,
    bounds: Mapping[Row, Bound],
    caption: Caption,
    most: int = MOST_ROWS,
) -> Figure:
    """Distribution over draws of the largest class of each school in one year, cases side by side on one scale.

    Parameters
    ----------
    schools : tidy table of a run (`largest_class` by stage [pupils])
    bounds : (school, stage) -> limit of class size [pupils]
    most : rows drawn at most, riskiest first; how many were left out is said in the footer

    """
    words = setting.labels
    caption = setting.caption(caption, words("figure.ridge", year=words.school_year(year)), cases)
    tables = [largest_classes(schools, case, year) for case in cases]
    order, left = riskiest([table for table in tables if len(table)], most)
    if not order:
        return nothing_to_draw(setting, caption, words("figure.no_rows", what=words("figure.largest_axis")))
    notes = [words("figure.ridge.left_out", n=words.integer(left), shown=len(order))] if left else []
    width = setting.wide(WIDTHS[max(2, len(cases))])
    drawn = pd.concat([table.loc[table.index.isin(order)] for table in tables if len(table)])
    span = _span(drawn, [bounds[key].value for key in order if key in bounds])
    if float(drawn["p05"].min()) < span[0] or float(drawn["p95"].max()) > span[1]:
        notes.append(words("figure.ridge.beyond"))
    figure = sheet(setting, caption, (width, ROW_IN * len(order) + 0.75), _keys(setting), notes)
    panels = figure.subplots(1, len(cases), squeeze=False, sharex=True, sharey=True)[0]
    for axes, case, table in zip(panels, cases, tables, strict=True):
        _panel(axes, table, order, bounds, setting)
        case_title(axes, setting, case, cases)
    panels[0].set_xlim(*span)
    for axes, table in zip(panels, tables, strict=True):
        _arrows(axes, table, order, span)
    names = [_name(setting, key, order, min(NAME_PT, width * 18)) for key in order]
    panels[0].set_yticks(range(len(order)), names, fontsize=SMALL_PT)
    panels[-1].set_xlabel(words("figure.largest_axis"), size=SMALL_PT, color=GREY, loc="right")
    for axes in panels:
        _ticks(axes, setting)
        axes.text(1.01, -0.75, words("figure.ridge.chance"), transform=axes.get_yaxis_transform(), ha="left",
                  va="bottom", size=SMALL_PT - 0.6, color=GREY)  # fmt: skip
    return figure
