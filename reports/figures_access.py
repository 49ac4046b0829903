"""The way to school by plan: how long it is for most pupils, who is beyond the limit, how evenly places lie.

Drawn from the table of `gis.access_table.access_table`, one row for each plan and stage. Bars are quantiles of pupils.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import nothing_to_draw, sheet
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.i18n import decimal
from reports.style import BLUE, GREY, INK, SKY, SMALL_PT, VERMILLION, styled

WIDE, NARROW = ("p10", "p90"), ("p30", "p70")
ROW_IN, PANEL_IN = 0.3, 0.62
HEADS = ("mean", "beyond", "covered", "gini")
SHARES = (0.6, 0.4)
"""Shares of the width for bars and for columns of numbers."""


def case_rows(table: pd.DataFrame, cases: Sequence[Case], stage: str, year: int, measure: str) -> pd.DataFrame:
    """Rows of a stage in a year, one for each case in their order, index 0 .. n - 1.

    A column without a value in the chosen measure takes that of the other: a clause is in kilometres or in minutes.
    """
    found = []
    for case in cases:
        rows = of_case(table, case, stage=stage, year=year)
        own = rows[rows["measure"] == measure]
        if len(own):
            other = rows[rows["measure"] != measure]
            row = own.iloc[0].copy()
            for column in ("beyond", "beyond_share", "covered_share"):
                known = other[column].dropna()
                row[column] = known.iloc[0] if pd.isna(row[column]) and len(known) else row[column]
            found.append(row.to_dict())
    return pd.DataFrame(found, columns=list(table.columns))


def _bars(axes: Axes, rows: pd.DataFrame, far: float) -> None:
    """Bars, medians and means; what lies beyond the axis ends at its edge."""
    for place, row in enumerate(rows.to_dict("records")):
        for (low, high), color, height in ((WIDE, SKY, 0.5), (NARROW, BLUE, 0.5)):
            start, end = (min(float(row[name]), far) for name in (low, high))
            alpha = 0.45 if color == SKY else 0.9
            axes.barh(place, end - start, left=start, height=height, color=color, alpha=alpha, lw=0, zorder=2)
        middle = float(row["p50"])
        if np.isfinite(middle):
            axes.plot([middle, middle], [place - 0.36, place + 0.36], color=INK, lw=1.8, zorder=4, gid="median")
        axes.plot([float(row["mean"])], [place], marker="o", ms=4, mfc="white", mec=INK, mew=0.9, zorder=5, gid="mean")


def _numbers(axes: Axes, rows: pd.DataFrame, setting: Setting, heads: bool) -> None:
    """Columns of numbers beside the bars, on axes of their own with the same rows."""
    axes.set(xlim=(0, len(HEADS)), ylim=(len(rows) - 0.5, -0.5))
    axes.set_axis_off()
    for column, head in enumerate(HEADS):
        x = column + 0.5
        if heads:
            axes.annotate(
                setting.labels(f"access.head.{head}"), (x / len(HEADS), 1), xycoords="axes fraction", xytext=(0, 3),
                textcoords="offset points", ha="center", va="bottom", size=SMALL_PT, color=GREY,
            )  # fmt: skip
        for place, row in enumerate(rows.to_dict("records")):
            text, color = _number(row, head, setting), _color(row, head)
            axes.text(x, place, text, ha="center", va="center", size=SMALL_PT, color=color)


def _number(row: dict[object, object], head: str, setting: Setting) -> str:
    labels, value = setting.labels, {key: float(str(row[key])) for key in ("mean", "beyond", "beyond_share")}
    if head == "mean":
        return decimal(value["mean"], 1)
    if head == "beyond":
        if np.isnan(value["beyond"]):
            return labels.integer(float("nan"))
        share = f"{100 * value['beyond_share']:.1f}{labels('number.percent')}"
        return labels("access.beyond", n=labels.integer(value["beyond"]), share=share)
    if head == "covered":
        covered = float(str(row["covered_share"]))
        return labels.integer(float("nan")) if np.isnan(covered) else f"{100 * covered:.0f}{labels('number.percent')}"
    return decimal(float(str(row["access_gini"])), 2)


def _color(row: dict[object, object], head: str) -> str:
    return VERMILLION if head == "beyond" and float(str(row["beyond"])) >= 0.5 else INK


def _keys(setting: Setting) -> list[Artist]:
    labels = setting.labels
    return [
        Patch(facecolor=SKY, alpha=0.45, label=labels("access.key.wide")),
        Patch(facecolor=BLUE, alpha=0.9, label=labels("access.key.narrow")),
        Line2D([], [], color=INK, lw=0, marker="|", ms=8, mew=1.8, label=labels("access.key.median")),
        Line2D([], [], color=INK, lw=0, marker="o", ms=4, mfc="white", mec=INK, label=labels("access.key.mean")),
    ]


def _notes(rows: dict[str, pd.DataFrame], setting: Setting) -> list[str]:
    """What must be known, and pupils without any way."""
    labels = setting.labels
    notes = [labels(f"access.note.{name}") for name in ("expected", "beyond", "gini")]
    lost = [
        labels("access.no_way_of", plan=setting.name("plan", row["plan"]), stage=setting.name("stage", stage),
               n=labels.integer(float(row["unreachable"])))
        for stage, found in rows.items() for row in found.to_dict("records") if float(row["unreachable"]) >= 0.5
    ]  # fmt: skip
    glue = "；" if labels.lang == "zh" else "; "
    return [*notes, labels("access.no_way", parts=glue.join(lost))] if lost else notes


@styled
def travel_by_plan(
    access: pd.DataFrame,
    setting: Setting,
    *,
    cases: Sequence[Case],
    year: int,
    caption: Caption,
    measure: str = "km",
    stages: Sequence[str] | None = None,
) -> Figure:
    """The way to school under each plan, a panel for each stage: quantiles of pupils, and four numbers.

    Parameters
    ----------
    access : table of `gis.access_table.access_table`, of one measure or of both
    measure : `km` or `minutes`, drawn
    stages : stages drawn; those of the study that have rows, when not given

    """
    labels = setting.labels
    drawn = labels("access.travel", year=labels.school_year(year), measure=labels(f"access.measure.{measure}"))
    caption = setting.caption(caption, drawn, cases)
    found = {stage: case_rows(access, cases, stage, year, measure) for stage in stages or setting.stages}
    rows = {stage: part for stage, part in found.items() if len(part) and (part["pupils"] > 0).any()}
    if not rows:
        return nothing_to_draw(setting, caption, labels("figure.no_rows", what=labels("access.word")))
    sizes = [len(part) * ROW_IN + 0.1 for part in rows.values()]
    figure = sheet(setting, caption, (9.6, sum(sizes) + PANEL_IN * len(sizes)), _keys(setting), _notes(rows, setting))
    shares = {"height_ratios": sizes, "width_ratios": SHARES}
    grid = figure.subplots(len(rows), 2, squeeze=False, gridspec_kw=shares, sharex="col")
    far = _far(pd.concat(rows.values()))
    for at, ((axes, side), (stage, part)) in enumerate(zip(grid, rows.items(), strict=True)):
        _bars(axes, part, far)
        axes.set(xlim=(0, far), ylim=(len(part) - 0.5, -0.5))
        names = [setting.case_name(Case(row["future"], row["plan"]), cases) for row in part.to_dict("records")]
        axes.set_yticks(range(len(part)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_title(setting.name("stage", stage))
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        _numbers(side, part, setting, at == 0)
    grid[-1, 0].set_xlabel(labels(f"access.axis.{measure}"), loc="left")
    return figure


def _far(rows: pd.DataFrame) -> float:
    """Right end of the axis: a little beyond the largest finite 90 % quantile or mean."""
    known = rows[["p90", "mean"]].to_numpy(dtype=float)
    known = known[np.isfinite(known)]
    return float(known.max()) * 1.08 if known.size and known.max() > 0 else 1.0
