"""Which school, which year: the chance of a breach as a table of colours, school size beside class size, worst first.

The chances are marginal, one year at a time; the verdict over the whole window is another number and stands elsewhere.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.transforms import offset_copy

from reports.figures_base import fit, nothing_to_draw, sheet, year_ticks
from reports.figures_cells import Scale, frame_cells, hatch_cells, mesh, write
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.style import BLACK, FAINT, GREY, HATCH_SHORT, PAPER, RISK, SMALL_PT, styled

CHANCE = Scale((0.01, 0.10, 0.50, 0.90), RISK)
MEASURES = (("roll", "figure.heat.roll"), ("largest_class", "figure.heat.largest_class"))
LIKELY = 0.5
MOST_SCHOOLS, LEAST_SCHOOLS = 40, 12
"""Rows drawn at most; schools below 1 % in every year are left out beyond the least number."""
MOST_STACKED = 16
"""Rows drawn at most where the two tables stand on each other, so that they fit a page."""
ROW_IN = 0.19
WIDE_IN = 11.0
NAME_PT = 150.0
TEXT_PT = 6.0


def breach_chance(schools: pd.DataFrame, case: Case, indicator: str) -> pd.DataFrame:
    """Chance of exceeding the bound, school by year; the highest stage where a school has several, NaN where no bound.

    Rows by grade are left out: a clause speaks of the school or the stage.
    """
    found = of_case(schools, case, indicator=indicator)
    found = found[~found["stage"].str.startswith("grade:")]
    return found.pivot_table(index="entity", columns="year", values="p_exceed", aggfunc="max").sort_index()


def worst_first(tables: Sequence[pd.DataFrame], window: tuple[int, int] | None) -> list[str]:
    """School ids by their highest chance inside the window, then by the sum over all years, then by id."""
    together = pd.concat([table.T for table in tables]).T if tables else pd.DataFrame()
    if together.empty:
        return []
    years = together.columns.to_numpy()
    inside = together.loc[:, (years >= window[0]) & (years <= window[1])] if window else together
    peak = (inside if inside.shape[1] else together).groupby(level=0).max().max(axis=1).fillna(0.0)
    total = together.groupby(level=0).max().sum(axis=1)
    order = sorted(together.index.unique(), key=lambda key: (-round(peak[key], 9), -round(total[key], 9), str(key)))
    return [str(key) for key in order]


def first_years(table: pd.DataFrame) -> dict[str, int]:
    """First year in which a breach is at least as likely as not, by school; schools without one are left out."""
    hit = table >= LIKELY
    years = table.columns.to_numpy(dtype=int)
    return {
        str(key): int(years[row.argmax()]) for key, row in zip(table.index, hit.to_numpy(), strict=True) if row.any()
    }


def _panel(
    axes: Axes, table: pd.DataFrame, order: Sequence[str], years: range, first: Mapping[str, int], setting: Setting
) -> None:
    values = table.reindex(index=list(order), columns=years).to_numpy(dtype=float)
    marked = np.nan_to_num(values) > LIKELY
    mesh(axes, years, values, CHANCE)
    hatch_cells(axes, years, marked)
    for row, column in np.ndindex(*values.shape):
        chance = float(values[row, column])
        if np.isfinite(chance):
            faint = chance < CHANCE.breaks[0]
            text, color = setting.labels.percent(chance), CHANCE.color(chance)
            write(axes, years[column], row, text, color, TEXT_PT, plain=not marked[row, column])
            if faint:
                axes.texts[-1].set_color(GREY)
    frame_cells(axes, [(float(first[key]), row) for row, key in enumerate(order) if first.get(key) in years])
    axes.set_facecolor(FAINT)


def _keys(setting: Setting) -> list[Artist]:
    words = setting.labels
    names = [words(f"figure.chance.{name}") for name in ("none", "low", "some", "likely", "near_sure")]
    keys: list[Artist] = [
        Patch(facecolor=color, edgecolor=GREY, lw=0.4, hatch=HATCH_SHORT * 2 if place >= 3 else None, label=name)
        for place, (color, name) in enumerate(zip(RISK, names, strict=True))
    ]
    keys.append(Patch(facecolor=PAPER, edgecolor=BLACK, lw=1.5, label=words("figure.first_breach")))
    keys.append(Patch(facecolor=FAINT, edgecolor=GREY, lw=0.4, label=words("figure.no_bound")))
    return keys


@styled
def breach_heat(
    schools: pd.DataFrame,
    setting: Setting,
    *,
    case: Case,
    caption: Caption,
    first: Mapping[str, Mapping[str, int]] | None = None,
    most: int = MOST_SCHOOLS,
) -> Figure:
    """School x year table of the chance of a breach: school size left, class size right, one order of rows.

    Parameters
    ----------
    schools : tidy table of a run (`p_exceed` of `roll` and `largest_class`)
    first : indicator -> school -> year to frame; the first year with a chance of at least one half when not given
    most : rows drawn at most; how many were left out is said in the footer

    """
    caption = setting.caption(caption, setting.labels("figure.heat"), [case])
    tables = [breach_chance(schools, case, indicator) for indicator, _ in MEASURES]
    order = worst_first([table for table in tables if not table.empty], setting.window)
    stacked = setting.room < WIDE_IN
    most = min(most, MOST_STACKED) if stacked else most
    if not order:
        what = setting.case_name(case, [case, Case("", "")])
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=what))
    peaks = [table.max(axis=1) for table in tables]
    loud = sum(max(peak.get(key, 0.0) for peak in peaks) >= CHANCE.breaks[0] for key in order)
    shown, years = order[: min(most, max(loud, LEAST_SCHOOLS))], range(setting.base_year + 1, setting.horizon + 1)
    notes = []
    if len(order) > len(shown):
        said = "figure.rows_left_out" if loud > len(shown) else "figure.rows_quiet"
        notes.append(setting.labels(said, shown=len(shown), all=len(order), n=len(order) - len(shown)))
    lines = len(MEASURES) if stacked else 1
    size = (setting.wide(WIDE_IN), (ROW_IN * len(shown) + 0.95) * lines)
    figure = sheet(setting, caption, size, _keys(setting), notes)
    panels = figure.subplots(lines, len(MEASURES) // lines, sharey=True)
    for axes, table, (indicator, label) in zip(panels, tables, MEASURES, strict=True):
        framed = first.get(indicator, {}) if first is not None else first_years(table)
        _panel(axes, table, shown, years, framed, setting)
        axes.set_title(setting.labels(label), pad=12)
        year_ticks(axes, setting, years[0], years[-1], size[0] * 36 * lines - NAME_PT * lines / 2 - 20)
        if setting.window is not None:
            _window_bar(figure, axes, setting, setting.window)
    names = [fit(setting.name("school", key), SMALL_PT, NAME_PT) for key in shown]
    for axes in panels[:lines]:
        axes.set_yticks(range(len(shown)), names, fontsize=SMALL_PT)
    return figure


def _window_bar(figure: Figure, axes: Axes, setting: Setting, window: tuple[int, int]) -> None:
    """A bar over the years of the decision window; shading would change the colours of the cells."""
    above = offset_copy(axes.get_xaxis_transform(), figure, 0, 3.0, units="points")
    ends = [window[0] - 0.45, window[1] + 0.45]
    axes.plot(ends, [1, 1], color=GREY, lw=2.5, solid_capstyle="butt", clip_on=False, transform=above)
    axes.annotate(
        setting.labels("figure.window"), (window[1] + 0.5, 1), xycoords=axes.get_xaxis_transform(), xytext=(3, 5),
        textcoords="offset points", size=SMALL_PT - 0.6, color=GREY, va="center_baseline", annotation_clip=False,
    )  # fmt: skip
