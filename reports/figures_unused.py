"""Seats that stand empty against pupils without a seat, year by year, plans side by side on one scale."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import number_ticks, shade_window, sheet, window_key, year_ticks
from reports.figures_school import WIDTHS, case_title
from reports.figures_seats import SPARE
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.style import BLACK, GREEN, HATCH_SHORT, HATCH_SPARE, VERMILLION, styled

_SIDES = (("short", 1.0, VERMILLION, HATCH_SHORT, BLACK), ("unused", -1.0, SPARE, HATCH_SPARE, GREEN))


@styled
def unused_and_short(unused: pd.DataFrame, setting: Setting, *, cases: Sequence[Case], caption: Caption) -> Figure:
    """Pupils without a seat above the line, empty seats below it: means by school year with their 5-95 % ranges.

    `unused` is the table of a run: scope, period (a school year), indicator (short | unused), mean, p05, p95.
    """
    caption = setting.caption(caption, setting.labels("figure.unused_short"), cases)
    words = setting.labels
    keys: list[Artist] = [
        Patch(facecolor=VERMILLION, ec=BLACK, hatch=HATCH_SHORT * 2, lw=0.4, label=words("figure.short_pupils")),
        Patch(facecolor=SPARE, ec=GREEN, hatch=HATCH_SPARE * 2, lw=0.4, label=words("figure.unused")),
        Line2D([], [], color=BLACK, ls="", marker="|", ms=8, label=words("figure.band90")),
        *window_key(setting),
    ]
    figure = sheet(setting, caption, (WIDTHS[min(len(cases), 3)], 2.7), keys)
    panels = figure.subplots(1, len(cases), squeeze=False, sharey=True)[0]
    room = WIDTHS[min(len(cases), 3)] * 72 / len(cases) - 50
    for axes, case in zip(panels, cases, strict=True):
        own = of_case(unused, case, scope="county")
        own = own[own["period"].str.fullmatch(r"\d{4}")]
        shade_window(axes, setting)
        for indicator, sign, color, hatch, edge in _SIDES:
            part = own[own["indicator"] == indicator]
            years = part["period"].astype(int).to_numpy()
            mean, low, high = (part[name].to_numpy(dtype=float) for name in ("mean", "p05", "p95"))
            axes.bar(years, sign * mean, width=0.8, color=color, hatch=hatch, ec=edge, lw=0.4, zorder=2, gid=indicator)
            ends = np.clip(np.vstack([mean - low, high - mean]), 0.0, None)
            ends = ends if sign > 0 else ends[::-1]
            axes.errorbar(years, sign * mean, yerr=ends, fmt="none", ecolor=BLACK, elinewidth=0.8, capsize=2, zorder=4)
        axes.axhline(0.0, color=BLACK, lw=0.8, zorder=3)
        case_title(axes, setting, case, cases)
        number_ticks(axes, setting)
        axes.yaxis.set_major_formatter(lambda value, _: words.integer(abs(value)))
        year_ticks(axes, setting, setting.base_year + 1, setting.horizon, room)
    panels[0].set_ylabel(words("figure.axis.seats_pupils"))
    return figure
