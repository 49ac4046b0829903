"""What opens when, and what it costs by year against the budget."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from reports.figures_base import fit, nothing_to_draw, number_ticks, shade_window, sheet, window_key, year_ticks
from reports.figures_cells import Scale, ink_on
from reports.figures_school import WIDTHS, case_title
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.style import BLACK, BLUE, GREY, INK, PAPER, SMALL_PT, VERMILLION, styled

OPEN = Scale((0.01, 0.25, 0.5, 0.75, 0.9), ("#ffffff", "#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c"))
"""Chance of being open: one hue, light to dark."""
KIND_MARK = {
    "new_school": "D", "extension": "s", "closure": "X", "conversion": "P", "renovation": "v", "temporary": "^",
    "boarding_centre": "h",
}  # fmt: skip
ROW_IN = 0.42
NAME_PT, NAME_SHARE = 140.0, 19.0
"""Room of the names of projects [pt]: at most, and for each inch of the figure."""
NOTE_PT = 120.0
CELL_PT = 17.0
"""Least width of a cell that is told in figures."""
TEXT_PT = 6.0
TICK_PT = 26.0
"""Room of one calendar year under the bars."""


def _note(setting: Setting, row: pd.Series) -> str:
    """What the project waits for, and how likely it is never to open before the horizon."""
    words, key = setting.labels, f"figure.waits.{row['waits_for']}"
    parts = [words(key) if words.has(key) else str(row["waits_for"])]
    if row["p_never"] > 0:
        parts.append(
            words("figure.never", chance=words.percent(row["p_never"]), year=words.school_year(setting.horizon))
        )
    return "\n".join(parts)


def _cells(axes: Axes, project: pd.DataFrame, place: int, setting: Setting, room: float) -> None:
    """The chance of being open by year, as shaded cells `room` [pt] wide, with figures where they fit."""
    for year, chance in zip(project["year"], project["p_open"], strict=True):
        if chance <= 0:
            continue
        color = OPEN.color(float(chance))
        axes.add_patch(Rectangle((year - 0.5, place + 0.02), 1, 0.36, facecolor=color, edgecolor=PAPER, lw=0.6))
        if room < CELL_PT:
            continue
        text, shade = setting.labels.percent(chance), GREY if chance < OPEN.breaks[0] else ink_on(color)
        axes.text(year, place + 0.2, text, ha="center", va="center_baseline", size=TEXT_PT, color=shade)


def _ribbon(axes: Axes, row: pd.Series, place: int, setting: Setting) -> None:
    """A bar from the 10 % to the 90 % year of opening, the median on it; an arrow where it runs past the horizon."""
    beyond = setting.horizon + 1.0
    low, middle, high = (
        min(float(row[name]), beyond) if np.isfinite(row[name]) else beyond for name in ("p10", "p50", "p90")
    )
    if low >= beyond:
        return
    y, end = place - 0.2, min(high, beyond - 0.5)
    axes.plot(
        [low - 0.12, end + 0.12], [y, y], color=BLUE, lw=5, alpha=0.35, solid_capstyle="butt", gid="ribbon", zorder=3
    )
    if high >= beyond:
        axes.plot([end + 0.05], [y], marker=">", color=BLUE, ms=5, clip_on=False, zorder=4)
    if middle < beyond:
        mark = KIND_MARK.get(str(row["kind"]), "o")
        axes.plot([middle], [y], marker=mark, color=INK, mec=PAPER, mew=0.5, ms=6.5, ls="", gid="median", zorder=5)


def _keys(setting: Setting, kinds: Sequence[str]) -> list[Artist]:
    words = setting.labels
    keys: list[Artist] = [Patch(color=BLUE, alpha=0.35, lw=0, label=words("figure.opening_range"))]
    for kind in kinds:
        name = words("figure.opening_median", kind=words(f"figure.kind.{kind}"))
        keys.append(Line2D([], [], ls="", marker=KIND_MARK.get(kind, "o"), color=INK, ms=6, label=name))
    keys.append(Patch(facecolor=OPEN.colors[3], lw=0, label=words("figure.p_open")))
    return keys + window_key(setting)


def opening_order(projects: pd.DataFrame, case: Case) -> list[str]:
    """Projects of a case, the first to open on top."""
    facts = of_case(projects, case).groupby("project").first()
    return [str(key) for key in facts.sort_values(["p10", "p50"], na_position="last", kind="stable").index]


@styled
def timeline(projects: pd.DataFrame, setting: Setting, *, case: Case, caption: Caption) -> Figure:
    """What opens when: the 10-90 % range of the opening year with its median, and the chance of being open by year.

    `projects` is the tidy table of a run: project, kind, year, p_open, p10, p50, p90, p_never, waits_for.
    """
    caption = setting.caption(caption, setting.labels("figure.timeline"), [case])
    own = of_case(projects, case)
    if own.empty:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_projects"))
    facts = own.groupby("project").first().loc[opening_order(projects, case)]
    keys = _keys(setting, [kind for kind in KIND_MARK if (facts["kind"] == kind).any()])
    width = setting.wide(WIDTHS[3])
    figure = sheet(setting, caption, (width, ROW_IN * len(facts) + 0.45), keys)
    axes = figure.add_subplot()
    name_pt = min(NAME_PT, width * NAME_SHARE)
    room = width * 72 - name_pt - NOTE_PT
    shade_window(axes, setting)
    notes = []
    for place, (key, row) in enumerate(facts.iterrows()):
        _cells(axes, own[own["project"] == key], place, setting, room / (setting.horizon - setting.base_year))
        _ribbon(axes, row, place, setting)
        notes.append(_note(setting, row))
    axes.set_ylim(len(facts) - 0.5, -0.5)
    names = [fit(setting.name("project", str(key)), SMALL_PT + 0.6, name_pt) for key in facts.index]
    axes.set_yticks(range(len(facts)), names, fontsize=SMALL_PT + 0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", which="both")
    axes.set_axisbelow(True)
    year_ticks(axes, setting, setting.base_year + 1, setting.horizon, room)
    beside = axes.secondary_yaxis("right")
    beside.set_yticks(range(len(facts)), notes, fontsize=SMALL_PT)
    for label in beside.get_yticklabels():
        label.set_linespacing(1.3)
    beside.tick_params(length=0, pad=7)
    beside.spines["right"].set_visible(False)
    return figure


def _bars(axes: Axes, spend: pd.DataFrame, budget: pd.Series) -> None:
    """Spending of the year with its 10-90 % range, the year's budget, and the budget with what earlier years left."""
    years = spend.index.to_numpy(dtype=int)
    axes.bar(years, spend["mean"], width=0.7, color="#9ecae1", ec=BLUE, lw=0.6, zorder=2, gid="spend")
    ends = np.clip(np.vstack([spend["mean"] - spend["p10"], spend["p90"] - spend["mean"]]), 0, None)
    axes.errorbar(years, spend["mean"], yerr=ends, fmt="none", ecolor=BLACK, elinewidth=0.9, capsize=2.5, zorder=4)
    if budget.empty:
        return
    given = budget.reindex(years, fill_value=0.0)
    held = given.cumsum() - spend["mean"].cumsum().shift(fill_value=0.0)
    for line, color, dash, gid in ((held, INK, ":", "held"), (given, VERMILLION, (0, (5, 2.5)), "budget")):
        edges = np.append(years - 0.5, years[-1] + 0.5)
        axes.stairs(line.to_numpy(dtype=float), edges, baseline=None, color=color, ls=dash, lw=1.4, zorder=3, gid=gid)


@styled
def cash_flow(cash: pd.DataFrame, setting: Setting, *, cases: Sequence[Case], caption: Caption) -> Figure:
    """Spending by calendar year (mean, 10-90 % range) against the budget, plans side by side on one scale.

    `cash` is the tidy table of a run: year, source (`all` = whole plan), kind (spend | budget), mean, p10, p90 [万元].
    """
    caption = setting.caption(caption, setting.labels("figure.cash"), cases)
    own = {case: of_case(cash, case, source="all").set_index("year") for case in cases}
    drawn = [case for case in cases if len(own[case])]
    if not drawn:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_spending"))
    words = setting.labels
    together = pd.concat([own[case] for case in drawn])
    last = together.index[together["p90"] > 0].max()
    keys: list[Artist] = [
        Patch(facecolor="#9ecae1", ec=BLUE, lw=0.6, label=words("figure.spend")),
        Line2D([], [], color=BLACK, ls="", marker="|", ms=8, label=words("figure.range80")),
        Line2D([], [], color=VERMILLION, ls=(0, (5, 2.5)), lw=1.4, label=words("figure.budget")),
        Line2D([], [], color=INK, ls=":", lw=1.4, label=words("figure.held")),
    ]
    width = setting.wide(WIDTHS[min(len(drawn), 3)])
    figure = sheet(setting, caption, (width, 2.5), keys)
    panels = figure.subplots(1, len(drawn), squeeze=False, sharey=True)[0]
    for axes, case in zip(panels, drawn, strict=True):
        table = own[case]
        spend, budget = table[table["kind"] == "spend"], table.loc[table["kind"] == "budget", "mean"]
        spend = spend[spend.index <= last]
        _bars(axes, spend, budget)
        case_title(axes, setting, case, cases)
        number_ticks(axes, setting)
        years = spend.index.to_numpy(dtype=int)
        step = -(-len(years) * TICK_PT // (width * 72 / len(drawn) - 50))
        shown = years[:: int(max(step, 1))]
        axes.set_xticks(shown, [str(year) for year in shown], fontsize=SMALL_PT)
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel(words("figure.money"))
    panels[-1].set_xlabel(words("figure.calendar_year"), size=SMALL_PT, color=GREY, loc="right")
    return figure
