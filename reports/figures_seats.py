"""Seats against demand by stage: seats that stand empty, children without one, plans side by side."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import nothing_to_draw, number_ticks, shade_window, sheet, window_key, year_ticks
from reports.figures_demand import county_rows, stages_present
from reports.figures_school import SEATS, WIDTHS, case_title
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.style import BLACK, BLUE, GREEN, GREY, HATCH_SHORT, HATCH_SPARE, SMALL_PT, VERMILLION, styled

SPARE = "#e5f5f0"
PANEL_IN = 2.4
STRIP_IN = 0.15
MOST_COLUMNS = 3


def shared_schools(schools: pd.DataFrame) -> list[str]:
    """Schools with pupils of several stages whose seats are not split by stage in the table."""
    plain = schools[~schools["stage"].str.startswith("grade:") & (schools["stage"] != "all")]
    stages = plain[plain["indicator"] == "roll"].groupby("entity")["stage"].nunique()
    split = set(plain.loc[plain["indicator"] == "seats", "entity"])
    return sorted(str(key) for key in stages.index[stages > 1] if key not in split)


def seats_of_stage(schools: pd.DataFrame, case: Case, stage: str, indicator: str) -> pd.Series:
    """Expected seats of a stage by year, added over schools (means add; an opening that is not sure counts in part).

    Rooms are shared by the stages of a school: where the table has one row for the whole school, its seats go to the
    stages as its pupils do that year.
    """
    found = of_case(schools, case, indicator=indicator).set_index(["entity", "year"])
    if stage == "all":
        whole = found.loc[found["stage"] == "all", "mean"]
        parts = found.loc[found["stage"] != "all", "mean"].groupby(level=[0, 1]).sum()
        return whole.combine_first(parts).groupby(level="year").sum().sort_index()
    rolls = of_case(schools, case, indicator="roll").set_index(["entity", "year"])
    mine, every = (rolls.loc[rolls["stage"] == name, "mean"] for name in (stage, "all"))
    share = (mine / every.where(every > 0)).dropna()
    whole = found.loc[found["stage"] == "all", "mean"].reindex(share.index) * share
    return found.loc[found["stage"] == stage, "mean"].combine_first(whole).groupby(level="year").sum().sort_index()


def _gap_areas(axes: Axes, seats: pd.Series, demand: pd.Series) -> None:
    """Unused seats (dotted) above demand, children over (hatched) above seats, year by year as steps."""
    years = seats.index.intersection(demand.index)
    gap = (demand - seats).reindex(years)
    for gid, chosen, color, hatch, edge in (
        ("short", gap > 0, VERMILLION, HATCH_SHORT, BLACK),
        ("spare", gap < 0, SPARE, HATCH_SPARE, GREEN),
    ):
        at = years[chosen.to_numpy()]
        low = pd.concat([seats, demand], axis=1).min(axis=1).reindex(at)
        bars = axes.bar(
            at, gap.reindex(at).abs(), bottom=low, width=1.0, lw=0, color=color, hatch=hatch, ec=edge, zorder=1.5
        )
        for bar in bars:
            bar.set_gid(gid)


def _panel(axes: Axes, schools: pd.DataFrame, demand: pd.DataFrame, setting: Setting, case: Case, stage: str) -> None:
    shade_window(axes, setting)
    _gap_areas(axes, seats_of_stage(schools, case, stage, "seats"), demand["p50"])
    axes.fill_between(demand.index, demand["p05"], demand["p95"], color=BLUE, alpha=0.25, lw=0, zorder=2)
    axes.plot(demand.index, demand["p50"], color=BLUE, zorder=3, gid="demand")
    for indicator, color, dash in SEATS:
        line = seats_of_stage(schools, case, stage, indicator)
        axes.step(line.index, line.to_numpy(), where="mid", color=color, ls=dash, lw=1.3, zorder=3, gid=indicator)
    number_ticks(axes, setting)


def _strip(axes: Axes, beyond: pd.Series, setting: Setting) -> None:
    """Children beyond the seats of their own school, mean, added over schools: a county total hides them."""
    for year, value in beyond.items():
        text = setting.labels.integer(value)
        axes.text(float(str(year)), 0.5, text, ha="center", va="center_baseline", size=SMALL_PT - 0.8)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.tick_params(which="both", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _keys(setting: Setting) -> list[Artist]:
    words = setting.labels
    return [
        Line2D([], [], color=BLUE, label=words("figure.demand_median")),
        Patch(color=BLUE, alpha=0.25, lw=0, label=words("figure.band90")),
        *(Line2D([], [], color=c, ls=d, lw=1.3, label=words(f"figure.{name}")) for name, c, d in SEATS),
        Patch(facecolor=SPARE, ec=GREEN, hatch=HATCH_SPARE * 2, lw=0.4, label=words("figure.unused")),
        Patch(facecolor=VERMILLION, ec=BLACK, hatch=HATCH_SHORT * 2, lw=0.4, label=words("figure.short")),
        *window_key(setting),
    ]


@styled
def seats_against_demand(
    schools: pd.DataFrame,
    county: pd.DataFrame,
    setting: Setting,
    *,
    cases: Sequence[Case],
    caption: Caption,
    stages: Sequence[str] | None = None,
) -> Figure:
    """Seats against demand, stages as rows and cases as columns; unused seats dotted, a shortfall hatched.

    The figures under each panel are children beyond the seats of their own school, which a county total hides.
    """
    if len(cases) > MOST_COLUMNS:
        raise ValueError(f"seats_against_demand draws at most {MOST_COLUMNS} cases side by side, not {len(cases)}")
    caption = setting.caption(caption, setting.labels("figure.seats_demand"), cases)
    shown = (
        []
        if schools.empty
        else stages_present(county[county["indicator"] == "roll"], setting, stages or [*setting.stages])
    )
    if not shown:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=setting.labels("figure.seats")))
    seats = schools[schools["indicator"].isin(["roll", "seats", "safe_seats", "beyond_seats"])]
    notes = [setting.labels("figure.shared_seats")] if shared_schools(seats) and shown != ["all"] else []
    width = setting.wide(WIDTHS[len(cases)])
    figure = sheet(setting, caption, (width, (PANEL_IN + STRIP_IN) * len(shown) + 0.4), _keys(setting), notes)
    heights = [part for _ in shown for part in (PANEL_IN, STRIP_IN)]
    grid = figure.subplots(2 * len(shown), len(cases), squeeze=False, sharex=True, sharey="row", height_ratios=heights)
    for place, stage in enumerate(shown):
        for column, case in enumerate(cases):
            axes, strip = grid[2 * place, column], grid[2 * place + 1, column]
            _panel(axes, seats, county_rows(county, case, stage, "roll"), setting, case, stage)
            _strip(strip, seats_of_stage(seats, case, stage, "beyond_seats"), setting)
            year_ticks(strip, setting, setting.base_year + 1, setting.horizon, width * 72 / len(cases) - 50)
            if place == 0:
                case_title(axes, setting, case, cases)
        grid[2 * place, 0].set_ylim(bottom=0)
        grid[2 * place, 0].set_ylabel(setting.labels("figure.stage_pupils", stage=setting.name("stage", stage)))
        beyond = setting.labels("figure.beyond")
        grid[2 * place + 1, 0].set_ylabel(beyond, rotation=0, ha="right", va="center", size=SMALL_PT, color=GREY)
    return figure
