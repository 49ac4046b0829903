"""Projects on a calendar: stages at their medians, how unsure the hand-over is, what was promised, seasons of rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from reports.figures_base import fit, nothing_to_draw, sheet
from reports.figures_school import WIDTHS
from reports.figures_setting import Caption, Case, Setting
from reports.fonts import text_width
from reports.style import BLACK, FAINT, GREY, INK, PAPER, SMALL_PT, VERMILLION, styled
from sim.works import month_of_date

FILLS = (
    ("#f2f2f2", "...."), ("#fde0c5", "\\\\\\\\"), ("#c6dbef", ""), ("#e3d4ea", "xxxx"), ("#2171b5", ""),
    ("#66c2a4", "//"),
)  # fmt: skip
"""Colour and hatching of the 1st, 2nd … group of stages: grey values and hatching tell them apart in print, too."""
ROW_IN = 0.34
NAME_PT, NAME_SHARE = 150.0, 19.0
"""Room of the names of projects [pt]: at most, and for each inch of the figure."""
NOTE_PT = 130.0
HIGH = 0.5
SEASON = "#dfe8ef"
DATES = ("begin_p50", "end_p10", "end_p50", "end_p90")


@dataclass(frozen=True)
class Works:
    """What the picture needs beside the stages: groups of stages in order, promised openings, seasons of rest."""

    group_of: Mapping[str, int]
    """Stage -> place of its group."""
    groups: tuple[str, ...]
    """Names of the groups."""
    promised: Mapping[str, int]
    """Project -> promised opening, school year."""
    seasons: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Name and calendar months of each season."""


def in_months(stages: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Columns `DATES` as months since 1 September of the base year, nan for empty ones."""
    found = {name: [month_of_date(str(day), base_year) for day in stages[name]] for name in DATES}
    return stages.assign(**found).sort_values("order", kind="stable")


def _spans(own: pd.DataFrame, first: float, last: float) -> list[tuple[str, float, float]]:
    """Stages of one project as (stage, begin, end): a begin that is not known lies where the stage before ended."""
    before, spans = float("nan"), []
    for row in own[["stage", "begin_p50", "end_p50"]].to_dict("records"):
        begin, end = float(row["begin_p50"]), float(row["end_p50"])
        begin = begin if np.isfinite(begin) else before
        if np.isfinite(begin) and not np.isfinite(end):
            spans.append((str(row["stage"]), begin, last))
        elif np.isfinite(end):
            spans.append((str(row["stage"]), begin if np.isfinite(begin) else min(first, end), end))
        before = end
    return spans


def _row(axes: Axes, own: pd.DataFrame, place: int, works: Works, span: tuple[float, float]) -> None:
    """One project: its stages, and under them the range of its hand-over."""
    for stage, begin, end in _spans(own, *span):
        low, high = max(begin, span[0]), min(end, span[1])
        if high > low:
            colour, hatch = FILLS[works.group_of[stage] % len(FILLS)]
            box = Rectangle((low, place - HIGH / 2), high - low, HIGH, fc=colour, ec=INK, lw=0.4, hatch=hatch, zorder=3)
            box.set_gid(f"stage:{stage}")
            axes.add_patch(box)
    final = own.iloc[-1]
    early, middle, late = (float(final[name]) for name in ("end_p10", "end_p50", "end_p90"))
    if np.isfinite(early):
        right = late if np.isfinite(late) else span[1]
        axes.plot([early, min(right, span[1])], [place] * 2, color=BLACK, lw=1.6, zorder=5, gid="handover",
                  marker="|", ms=8, mew=1.4, clip_on=False)  # fmt: skip
        if not np.isfinite(late):
            axes.plot([span[1]], [place], marker=">", color=BLACK, ms=5, clip_on=False, zorder=6)
    if np.isfinite(middle):
        axes.plot([middle], [place], marker="o", color=PAPER, mec=BLACK, mew=1.2, ms=5, zorder=6, gid="median")


def _calendar(axes: Axes, setting: Setting, works: Works, span: tuple[float, float], room: float) -> None:
    """1 Septembers as lines with their date, as many as have room [pt], seasons as shades."""
    words, first = setting.labels, int(np.floor(span[0] / 12))
    years = range(first, int(np.ceil(span[1] / 12)) + 1)
    for number in years:
        axes.axvline(12 * number, color=GREY, lw=0.7, ls=(0, (4, 3)), zorder=1.5, gid="september")
        for _, months in works.seasons:
            for month in months:
                axes.axvspan(12 * number + (month - 9) % 12, 12 * number + (month - 9) % 12 + 1, color=SEASON, lw=0,
                             zorder=0.5)  # fmt: skip
    wide = text_width(words("works.september", year=setting.base_year), SMALL_PT) + 10
    shown = list(years)[:: max(1, int(np.ceil(len(years) * wide / room)))]
    axes.set_xticks(
        [12 * number for number in shown],
        [words("works.september", year=setting.base_year + number) for number in shown],
        fontsize=SMALL_PT,
    )
    axes.set_xlim(*span)


def _note(own: pd.DataFrame, setting: Setting) -> str:
    """Median month of the hand-over with its range."""
    final, words = own.iloc[-1], setting.labels
    days = [str(final[name])[:7] for name in ("end_p10", "end_p50", "end_p90")]
    if not days[1]:
        return words("works.not_by_then", chance=words.percent(1 - float(final["p_ends"])))
    low, middle, high = (day or words("works.later") for day in days)
    return middle if low == high else words("works.range", middle=middle, low=low, high=high)


def _keys(setting: Setting, works: Works, used: Sequence[int]) -> list[Artist]:
    words = setting.labels
    keys: list[Artist] = [
        Patch(
            fc=FILLS[place % len(FILLS)][0],
            ec=INK,
            lw=0.4,
            hatch=FILLS[place % len(FILLS)][1],
            label=works.groups[place],
        )
        for place in used
    ]
    keys.append(
        Line2D([], [], color=BLACK, lw=1.6, marker="o", mfc=PAPER, mec=BLACK, ms=5, label=words("works.handover"))
    )
    if works.promised:
        keys.append(Line2D([], [], ls="", marker="v", color=VERMILLION, ms=6, label=words("works.promised")))
    keys += [Patch(fc=SEASON, ec=FAINT, lw=0.4, label=name) for name, _ in works.seasons]
    return keys


def _groups(own: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Stages of each project with any date, the first to be handed over on top. own: as of `in_months`."""
    groups = {str(key): rows for key, rows in own.groupby("project", sort=False)}
    groups = {key: rows for key, rows in groups.items() if np.isfinite(rows[list(DATES)].to_numpy(dtype=float)).any()}
    order = sorted(groups, key=lambda key: (_last(groups[key], "end_p50"), _last(groups[key], "end_p10"), key))
    return {key: groups[key] for key in order}


def handover_order(stages: pd.DataFrame, base_year: int) -> list[str]:
    """Projects of one case in the order of the picture."""
    return list(_groups(in_months(stages, base_year)))


@styled
def gantt(stages: pd.DataFrame, setting: Setting, *, case: Case, works: Works, caption: Caption) -> Figure:
    """Projects on a calendar: stages from median begin to median end, the 10-90 % range of the hand-over, promises.

    `stages` is the table of a run: project, stage, order, p_ends, begin_p50, end_p10, end_p50, end_p90.
    """
    caption = setting.caption(caption, setting.labels("works.gantt"), [case])
    own = stages[(stages["future"] == case.future) & (stages["plan"] == case.plan)]
    own = in_months(own, setting.base_year)
    groups = _groups(own)
    if not groups:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_projects"))
    order = list(groups)
    span = _span(own, works, setting)
    used = sorted({works.group_of[str(stage)] for key in order for stage in groups[key]["stage"]})
    width = setting.wide(WIDTHS[3])
    name_pt = min(NAME_PT, width * NAME_SHARE)
    figure = sheet(setting, caption, (width, ROW_IN * len(order) + 0.6), _keys(setting, works, used))
    axes = figure.add_subplot()
    raw = stages[(stages["future"] == case.future) & (stages["plan"] == case.plan)].sort_values("order", kind="stable")
    notes = []
    for place, key in enumerate(order):
        _row(axes, groups[key], place, works, span)
        if key in works.promised:
            at = 12.0 * (works.promised[key] - setting.base_year)
            if span[0] <= at <= span[1]:
                axes.plot([at], [place - 0.36], marker="v", color=VERMILLION, ms=6, ls="", zorder=7, gid="promised",
                          clip_on=False)  # fmt: skip
        notes.append(_note(raw[raw["project"] == key], setting))
    _calendar(axes, setting, works, span, width * 72 - name_pt - NOTE_PT)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_yticks(range(len(order)), [fit(setting.name("project", key), SMALL_PT + 0.6, name_pt) for key in order],
                    fontsize=SMALL_PT + 0.6)  # fmt: skip
    axes.tick_params(axis="y", length=0)
    beside = axes.secondary_yaxis("right")
    beside.set_yticks(range(len(order)), notes, fontsize=SMALL_PT)
    beside.tick_params(length=0, pad=7)
    beside.spines["right"].set_visible(False)
    return figure


def _last(rows: pd.DataFrame, name: str) -> float:
    value = float(rows.iloc[-1][name])
    return value if np.isfinite(value) else float("inf")


def _span(own: pd.DataFrame, works: Works, setting: Setting) -> tuple[float, float]:
    """First and last month drawn: from the first begin to the last promised or likely hand-over, whole quarters."""
    dates = own[list(DATES)].to_numpy(dtype=float)
    known = dates[np.isfinite(dates)]
    promised = [12.0 * (year - setting.base_year) for year in works.promised.values()]
    last = 12.0 * (setting.horizon + 1 - setting.base_year)
    open_ended = not np.isfinite(own.groupby("project")["end_p90"].last().to_numpy(dtype=float)).all()
    high = max([float(known.max()), *promised]) + (6.0 if open_ended else 1.0)
    return 3.0 * np.floor((float(known.min()) - 1) / 3), min(last, 3.0 * np.ceil(high / 3))
