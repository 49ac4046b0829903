"""The county's children: how many, where demand comes from and how sure each part is."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import nothing_to_draw, number_ticks, shade_window, sheet, window_key, year_ticks
from reports.figures_school import WIDTHS
from reports.figures_setting import Caption, Case, Setting, of_case, past
from reports.style import BLACK, GREY, PAPER, VERMILLION, styled

# From certain to assumed: darker is surer; the assumed parts carry hatching, too.
SOURCES = (
    ("demand_enrolled", "#08519c", None),
    ("demand_born", "#6baed6", None),
    ("demand_arrivals", "#fdb863", "////"),
    ("demand_unborn", "#f7f7f7", "...."),
)
PANEL_IN = 2.4
MOST_COLUMNS = 4


def county_rows(county: pd.DataFrame, case: Case, stage: str, indicator: str) -> pd.DataFrame:
    """Rows of one county indicator, indexed by year."""
    return of_case(county, case, stage=stage, indicator=indicator).set_index("year")


def _stacked(axes: Axes, county: pd.DataFrame, case: Case, stage: str) -> None:
    """Mean pupils by how sure they are, as bars on top of each other; negative parts go down from zero."""
    up, down = pd.Series(dtype=float), pd.Series(dtype=float)
    for indicator, color, hatch in SOURCES:
        part = county_rows(county, case, stage, indicator)["mean"]
        if part.empty:
            continue
        base = pd.Series(
            np.where(part >= 0, up.reindex(part.index, fill_value=0), down.reindex(part.index, fill_value=0))
        )
        axes.bar(
            part.index, part, bottom=base.to_numpy(), width=0.86, color=color, ec=GREY, lw=0.3, hatch=hatch,
            label=indicator, zorder=2,
        )  # fmt: skip
        up = up.reindex(part.index, fill_value=0) + part.clip(lower=0)
        down = down.reindex(part.index, fill_value=0) + part.clip(upper=0)


def _band(axes: Axes, total: pd.DataFrame) -> None:
    """Median and 90 % band of the total as whiskers on the bars."""
    middle = total["p50"].to_numpy()
    ends = np.vstack([middle - total["p05"].to_numpy(), total["p95"].to_numpy() - middle])
    axes.errorbar(
        total.index, middle, yerr=ends, fmt="_", color=BLACK, ms=5, mew=1.3, elinewidth=0.9, capsize=2, zorder=4,
    )  # fmt: skip


def _previous(axes: Axes, previous: pd.DataFrame | None, stage: str) -> None:
    """Last year's forecast as hollow dots."""
    if previous is not None and len(previous):
        found = previous[previous["stage"] == stage].sort_values("year")
        axes.plot(found["year"], found["p50"], "o", mfc=PAPER, mec=VERMILLION, ms=4, zorder=5, gid="previous")


def _demand_keys(setting: Setting, with_previous: bool) -> list[Artist]:
    words = setting.labels
    dot = {"ls": "", "marker": "o", "ms": 3.0}
    keys: list[Artist] = [Line2D([], [], color=BLACK, label=words("figure.register"), **dot)]  # type: ignore[arg-type]
    if with_previous:
        keys.append(Line2D([], [], ls="", marker="o", ms=4, mfc=PAPER, mec=VERMILLION, label=words("figure.previous")))
    for indicator, color, hatch in SOURCES:
        keys.append(Patch(facecolor=color, ec=GREY, lw=0.4, hatch=hatch, label=words(f"figure.{indicator}")))
    keys.append(Line2D([], [], color=BLACK, ls="", marker="|", ms=8, label=words("figure.total_band")))
    return keys + window_key(setting)


def stages_present(table: pd.DataFrame, setting: Setting, wanted: Sequence[str] | None) -> list[str]:
    """Stages to draw: the wanted ones, or those of the study and `all`, as far as the table has rows of them."""
    present = set(table["stage"])
    return [stage for stage in (wanted or [*setting.stages, "all"]) if stage in present]


def _panel(axes: Axes, drawn: pd.DataFrame, before: pd.Series, setting: Setting, case: Case, stage: str) -> int:
    """One stage of one case; returns the first year drawn."""
    shade_window(axes, setting)
    _stacked(axes, drawn, case, stage)
    _band(axes, county_rows(drawn, case, stage, "roll"))
    axes.plot(before.index, before.to_numpy(), "o", color=BLACK, ms=3, zorder=4, gid="register")
    number_ticks(axes, setting)
    return int(before.index[0]) if len(before) else setting.base_year + 1


@styled
def demand_stack(
    county: pd.DataFrame,
    history: pd.DataFrame | None,
    setting: Setting,
    *,
    cases: Sequence[Case],
    caption: Caption,
    stages: Sequence[str] | None = None,
    previous: pd.DataFrame | None = None,
) -> Figure:
    """Demand by stage (columns) and case (rows): enrolled, born here, assumed arrivals, unborn; 90 % band of the total.

    Parameters
    ----------
    county : tidy table of a run (`demand_*` means [pupils], `roll` quantiles [pupils])
    stages : stages drawn; those of the study that have rows, when not given
    previous : last year's forecast: stage, year, p50 [pupils]; hollow dots

    """
    caption = setting.caption(caption, setting.labels("figure.demand"), cases)
    drawn = county[county["indicator"].isin(["roll", *(name for name, _, _ in SOURCES)])]
    drawn = pd.concat([of_case(drawn, case) for case in cases])
    demand = drawn[drawn["indicator"] != "roll"]
    shown = stages_present(demand if len(demand) else drawn, setting, stages)[:MOST_COLUMNS]
    if not shown:
        return nothing_to_draw(
            setting, caption, setting.labels("figure.no_rows", what=setting.labels("figure.demand_word"))
        )
    width = setting.wide(WIDTHS[len(shown)])
    has_previous = previous is not None and len(previous) > 0
    figure = sheet(setting, caption, (width, PANEL_IN * len(cases) + 0.4), _demand_keys(setting, has_previous))
    grid = figure.subplots(len(cases), len(shown), squeeze=False, sharex=True, sharey="col")
    for row, case in enumerate(cases):
        for column, stage in enumerate(shown):
            axes = grid[row, column]
            heading = [setting.name("stage", stage)] + ([setting.case_name(case, cases)] if len(cases) > 1 else [])
            axes.set_title(" · ".join(heading))
            first = _panel(axes, drawn, past(history, setting.stages.get(stage)), setting, case, stage)
            _previous(axes, previous, stage)
            year_ticks(axes, setting, first, setting.horizon, width * 72 / len(shown) - 50)
        grid[row, 0].set_ylabel(setting.labels("figure.pupils"))
    for axes in grid[0]:
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    return figure
