"""Capital by source: what is spent in each calendar year, the money of the year, and what is at hand with the rest."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import nothing_to_draw, number_ticks, sheet
from reports.figures_setting import Caption, Case, Setting, rows
from reports.style import BLACK, GREY, INK, SMALL_PT, VERMILLION, styled

FILLS = (("#9ecae1", ""), ("#fdd0a2", "///"), ("#a1d99b", "..."), ("#dadaeb", "xxx"), ("#d9d9d9", "\\\\\\"))
"""Colour and hatching of the 1st, 2nd … source."""
TOP_IN, PANEL_IN = 2.0, 1.35
DASH = (0, (5, 2.5))


def _by_year(own: pd.DataFrame, kind: str, source: str, years: list[int]) -> pd.DataFrame:
    found = rows(own, kind=kind, source=source).set_index("year")[["mean", "p10", "p90"]]
    return found.reindex(years, fill_value=0.0)


def _whisker(axes: Axes, years: list[int], spend: pd.DataFrame) -> None:
    ends = np.clip(np.vstack([spend["mean"] - spend["p10"], spend["p90"] - spend["mean"]]), 0, None)
    axes.errorbar(years, spend["mean"], yerr=ends, fmt="none", ecolor=BLACK, elinewidth=0.9, capsize=2.5, zorder=5)


def _stack(axes: Axes, own: pd.DataFrame, sources: list[str], years: list[int]) -> None:
    """Mean spending, sources on each other, with the range of the sum."""
    floor = np.zeros(len(years))
    for place, source in enumerate(sources):
        values = _by_year(own, "fund_spend", source, years)["mean"].to_numpy(dtype=float)
        colour, hatch = FILLS[place % len(FILLS)]
        bars = axes.bar(years, values, bottom=floor, width=0.7, color=colour, hatch=hatch, ec=INK, lw=0.5, zorder=2)
        for bar in bars:
            bar.set_gid(f"spend:{source}")
        floor = floor + values
    _whisker(axes, years, _by_year(own, "spend", "all", years))


def _one(axes: Axes, own: pd.DataFrame, source: str, years: list[int], place: int) -> None:
    """One source: spending under the money of the year and the money at hand."""
    spend = _by_year(own, "fund_spend", source, years)
    colour, hatch = FILLS[place % len(FILLS)]
    axes.bar(years, spend["mean"], width=0.7, color=colour, hatch=hatch, ec=INK, lw=0.5, zorder=2)
    _whisker(axes, years, spend)
    edges = np.append(np.array(years) - 0.5, years[-1] + 0.5)
    for kind, colour, dash in (("fund_at_hand", INK, ":"), ("fund_budget", VERMILLION, DASH)):
        line = _by_year(own, kind, source, years)["mean"].to_numpy(dtype=float)
        axes.stairs(line, edges, baseline=None, color=colour, ls=dash, lw=1.4, zorder=4, gid=f"{kind}:{source}")


def _keys(setting: Setting, names: Mapping[str, str]) -> list[Artist]:
    words = setting.labels
    fills = [Patch(fc=FILLS[i % len(FILLS)][0], hatch=FILLS[i % len(FILLS)][1], ec=INK, lw=0.5, label=name)
             for i, name in enumerate(names.values())]  # fmt: skip
    return [
        *fills,
        Line2D([], [], color=BLACK, ls="", marker="|", ms=8, label=words("figure.range80")),
        Line2D([], [], color=VERMILLION, ls=DASH, lw=1.4, label=words("works.given")),
        Line2D([], [], color=INK, ls=":", lw=1.4, label=words("works.at_hand")),
    ]


@styled
def fund_flow(
    cash: pd.DataFrame, setting: Setting, *, case: Case, names: Mapping[str, str], caption: Caption
) -> Figure:
    """Spending of one plan by calendar year: all sources on each other, then each with its money on the same years.

    `cash` is the tidy table of a run: year, source, kind, mean, p10, p90 [万元].  names: source -> its name, in order.
    """
    caption = setting.caption(caption, setting.labels("works.funds"), [case])
    own = rows(cash, future=case.future, plan=case.plan)
    spent = own[(own["kind"] == "fund_spend") & (own["p90"] > 0)]
    if spent.empty:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_spending"))
    years = list(range(int(spent["year"].min()), int(spent["year"].max()) + 1))
    sources = list(names)
    figure = sheet(setting, caption, (10.4, TOP_IN + PANEL_IN * len(sources)), _keys(setting, names))
    ratios = [TOP_IN, *[PANEL_IN] * len(sources)]
    panels = figure.subplots(len(sources) + 1, 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": ratios})[
        :, 0
    ]
    _stack(panels[0], own, sources, years)
    panels[0].set_title(setting.labels("works.all_sources"))
    for place, source in enumerate(sources):
        _one(panels[place + 1], own, source, years, place)
        panels[place + 1].set_title(names[source])
    for axes in panels:
        number_ticks(axes, setting)
        axes.set_ylim(bottom=0)
        axes.set_ylabel(setting.labels("works.money_axis"), size=SMALL_PT)
    panels[-1].set_xticks(years, [str(year) for year in years], fontsize=SMALL_PT)
    panels[-1].set_xlabel(setting.labels("figure.calendar_year"), size=SMALL_PT, color=GREY, loc="right")
    return figure
