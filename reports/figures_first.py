"""When a school first breaks a limit: the distribution of the first year over the draws, school by school.

Draws that break nothing before the horizon are told in words beside the bars, so that bars and words add up to all.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from reports.figures_base import fit, nothing_to_draw, shade_window, sheet, window_key, year_ticks
from reports.figures_school import WIDTHS, case_title
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.fonts import text_width
from reports.i18n import Labels
from reports.style import BLACK, GREY, HATCH_SHORT, INK, ORANGE, SMALL_PT, styled

ROW_IN = 0.78
OUTLOOK = 0.45
"""Strength of the colour of years after the window."""
NAME_PT = 118.0
LEAST_TOP = 0.1
"""Lowest upper end of the axis of chances: small chances shall look small."""
TOLD = 0.005
"""Chances from here on are written over their bar."""
TEXT_PT = 6.0
Subject = tuple[str, str]
"""School and clause."""


def first_rows(table: pd.DataFrame, case: Case, subject: Subject) -> pd.DataFrame:
    """Chance that the first breach comes in a year (`p_first`) and by it (`p_by`), by year.

    A school of several stages has one row for each where a clause is on the stage: the likelier one is taken.
    """
    found = of_case(table, case, entity=subject[0], rule=subject[1])
    if found.empty:
        return found
    last = found.groupby("stage")["p_by"].max()
    return found[found["stage"] == str(last.sort_index().idxmax())]


def never(rows: pd.DataFrame) -> float:
    """Chance of no breach before the horizon."""
    return 1.0 if rows.empty else 1.0 - float(rows["p_by"].iloc[-1])


def _told(rows: pd.DataFrame, labels: Labels, room: float) -> list[tuple[float, float]]:
    """Years and chances written over bars `room` [pt] apart, likeliest first, as far as the figures have room."""
    found: list[tuple[float, float]] = []
    wide = {float(p): text_width(labels.percent(p), TEXT_PT) / 2 + 1 for p in rows["p_first"]}
    for row in rows.sort_values(["p_first", "year"], ascending=[False, True]).to_dict("records"):
        year, chance = float(row["year"]), float(row["p_first"])
        if chance >= TOLD and all(abs(year - other) * room >= wide[chance] + wide[p] for other, p in found):
            found.append((year, chance))
    return found


def _panel(axes: Axes, rows: pd.DataFrame, setting: Setting, room: float) -> None:
    shade_window(axes, setting)
    inside = rows["in_window"].to_numpy(dtype=bool) if len(rows) else np.zeros(0, dtype=bool)
    for chosen, hatch, alpha, gid in ((inside, HATCH_SHORT, 1.0, "in"), (~inside, "", OUTLOOK, "out")):
        part = rows[chosen]
        axes.bar(
            part["year"], part["p_first"], width=0.8, color=ORANGE, alpha=alpha, hatch=hatch, ec=BLACK,
            lw=0.4, zorder=3, gid=gid,
        )  # fmt: skip
    for year, chance in _told(rows, setting.labels, room):
        axes.annotate(
            setting.labels.percent(chance), (year, chance), xytext=(0, 1.5), textcoords="offset points",
            ha="center", va="bottom", size=TEXT_PT, color=INK, zorder=4,
        )  # fmt: skip
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    said = setting.labels("figure.first.never", chance=setting.labels.percent(never(rows)))
    axes.text(0.995, 0.93, said, transform=axes.transAxes, ha="right", va="top", size=SMALL_PT, color=GREY, gid="never")


def _keys(setting: Setting) -> list[Artist]:
    words = setting.labels
    return [
        Patch(facecolor=ORANGE, ec=BLACK, lw=0.4, hatch=HATCH_SHORT * 2, label=words("figure.first.window")),
        Patch(facecolor=ORANGE, ec=BLACK, lw=0.4, alpha=OUTLOOK, label=words("figure.first.outlook")),
        *window_key(setting),
    ]


@styled
def first_breach(
    table: pd.DataFrame,
    setting: Setting,
    *,
    subjects: Sequence[tuple[Subject, str]],
    cases: Sequence[Case],
    caption: Caption,
) -> Figure:
    """First year in which each school breaks its limit, a row a school, a column a case, all on one scale.

    Parameters
    ----------
    table : tidy table `first_breach` of a run: p_first, p_by by rule, school and year from the window on
    subjects : ((school, clause), what is broken in words), drawn in this order

    """
    caption = setting.caption(caption, setting.labels("figure.first"), cases)
    rows = [[first_rows(table, case, subject) for case in cases] for subject, _ in subjects]
    top = max((float(one["p_first"].max()) for row in rows for one in row if len(one)), default=0.0)
    if top <= 0:
        return nothing_to_draw(setting, caption, setting.labels("figure.first.none"))
    width = setting.wide(WIDTHS[max(len(cases), 2)])
    figure = sheet(setting, caption, (width, ROW_IN * len(subjects) + 0.5), _keys(setting))
    panels = figure.subplots(len(subjects), len(cases), squeeze=False, sharex=True, sharey=True)
    room = (width * 72 - NAME_PT - 20) / len(cases)
    first = setting.window[0] if setting.window else setting.base_year + 1
    for place, ((school, _), what) in enumerate(subjects):
        name = fit(setting.name("school", school), SMALL_PT + 0.6, NAME_PT)
        for column, case in enumerate(cases):
            axes = panels[place, column]
            _panel(axes, rows[place][column], setting, room / (setting.horizon - first + 1))
            year_ticks(axes, setting, first, setting.horizon, room)
            if place == 0:
                case_title(axes, setting, case, cases)
        said = f"{name}\n{fit(what, SMALL_PT, NAME_PT)}"
        panels[place, 0].set_ylabel(said, rotation=0, ha="right", va="center", size=SMALL_PT + 0.2, linespacing=1.5)
    panels[0, 0].set_ylim(0, max(top, LEAST_TOP) * 1.5)
    return figure
