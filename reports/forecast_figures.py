"""Charts of a forecast: the county's fan, districts side by side, the schools that change most."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import fit, nothing_to_draw, number_ticks, right_labels, sheet, value_range, year_ticks
from reports.figures_school import draw_fan
from reports.figures_setting import Caption, Setting
from reports.forecast_terminal import county
from reports.forecast_view import ForecastView, growing_and_shrinking, past_totals
from reports.i18n import interval
from reports.style import BLACK, BLUE, FONT_PT, INK, styled

WIDE, PANEL = 9.6, 1.55
"""Width of a chart, and height of one panel of several [in]."""
COLUMNS = 5
MOST_DISTRICTS = 15
TITLE = FONT_PT - 0.5


@dataclass(frozen=True)
class Fan:
    """One panel: name, forecast by year (mean and quantiles), counts by year."""

    name: str
    ahead: pd.DataFrame
    before: pd.Series


def setting_of(view: ForecastView) -> Setting:
    """Words and years of the charts."""
    version = metadata.version("schoolplan")
    source = view.labels("forecast.chart.source", title=view.title, origin=view.origin, version=version)
    first, last = view.origin, view.last
    return Setting(labels=view.labels, base_year=first, horizon=last, synthetic=view.synthetic, source=source)


def fan_of(view: ForecastView, level: str, key: str = "") -> Fan:
    """A total of a school, a district or the county, with its past."""
    rows = view.level(level)
    if level == "county":
        return Fan(view.labels("forecast.county"), rows.sort_values("year"), past_totals(view))
    found = rows[rows[level] == key].sort_values("year")
    return Fan(view.name(key), found, past_totals(view, **{level: key}))


@styled
def county_fan(view: ForecastView, *, caption: Caption) -> Figure:
    """The county by year: counts, median, 50 % and 90 % bands, and the last year in figures."""
    setting, fan = setting_of(view), fan_of(view, "county")
    figure = sheet(setting, caption, (WIDE, 3.0), _keys(view, setting))
    axes = figure.add_subplot()
    _panel(axes, setting, view, fan, WIDE * 72 - 90)
    axes.set_ylabel(setting.labels("figure.pupils"))
    last, names = fan.ahead.iloc[-1], ("p95", "p50", "p05") if view.intervals else ("mean",)
    entries = [(float(last[name]), setting.labels.integer(last[name]), BLUE) for name in names]
    right_labels(axes, entries, 3.0 * 72 * 0.8)
    return figure


@styled
def many_fans(view: ForecastView, fans: Sequence[Sequence[Fan]], *, caption: Caption, notes: Sequence[str]) -> Figure:
    """Small charts in rows, each with a scale of its own that starts at zero where the numbers come near it."""
    setting = setting_of(view)
    columns = max(map(len, fans), default=0)
    if not columns:
        return nothing_to_draw(setting, caption, setting.labels("figure.no_rows", what=caption.title))
    figure = sheet(setting, caption, (WIDE, PANEL * len(fans) + 0.1), _keys(view, setting), notes)
    grid = figure.subplots(len(fans), columns, squeeze=False)
    for row, line in enumerate(fans):
        for column in range(columns):
            axes = grid[row, column]
            if column >= len(line):
                axes.set_visible(False)
                continue
            width = WIDE * 72 / columns
            _panel(axes, setting, view, line[column], width - 34)
            axes.set_title(fit(line[column].name, TITLE, width - 22), size=TITLE, color=INK)
            axes.tick_params(axis="y", labelsize=6.5)
            if column == 0:
                axes.set_ylabel(setting.labels("figure.pupils"), size=6.8)
    return figure


def _panel(axes: Axes, setting: Setting, view: ForecastView, fan: Fan, width: float) -> None:
    ahead = fan.ahead
    if view.intervals:
        draw_fan(axes, ahead, fan.before)
    else:
        axes.plot(ahead["year"], ahead["mean"], color=BLUE, gid="median", zorder=3)
        axes.plot(fan.before.index, fan.before.to_numpy(), "o", color=BLACK, ms=3, gid="register", zorder=4)
    number_ticks(axes, setting)
    first = int(fan.before.index[0]) if len(fan.before) else view.origin
    year_ticks(axes, setting, first, view.last, width)
    bounds = ["p05", "p95"] if view.intervals else ["mean"]
    values = [*fan.before.to_numpy(dtype=float), *ahead[bounds].to_numpy(dtype=float).ravel()]
    axes.set_ylim(value_range(values))


def _keys(view: ForecastView, setting: Setting) -> list[Artist]:
    words = setting.labels
    keys: list[Artist] = [Line2D([], [], color=BLACK, marker="o", ms=3, ls="", label=words("figure.register"))]
    if not view.intervals:
        return [*keys, Line2D([], [], color=BLUE, label=words("forecast.chart.path"))]
    return [
        *keys,
        Line2D([], [], color=BLUE, label=words("figure.median")),
        Patch(color=BLUE, alpha=0.55, lw=0, label=words("figure.band50")),
        Patch(color=BLUE, alpha=0.2, lw=0, label=words("figure.band90")),
    ]


def charts(view: ForecastView) -> dict[str, Figure]:
    """All charts by the name of their file, without its suffix."""
    labels, whole = view.labels, county(view)
    words = {"origin": labels.school_year(view.origin), "last": labels.school_year(view.last)}
    numbers = {"now": labels.integer(whole.now), "end": interval(whole.end, whole.low, whole.high)}
    title = labels("forecast.chart.county", **words, **numbers)
    made = {"county": county_fan(view, caption=Caption(title, labels("forecast.chart.county.sub")))}
    if view.districts():
        made["districts"] = _districts(view)
    up, down = growing_and_shrinking(view, COLUMNS)
    if up or down:
        names = {"up": view.name(up[0].school) if up else "", "down": view.name(down[0].school) if down else ""}
        key = "forecast.chart.schools" if up and down else "forecast.chart.schools.one"
        caption = Caption(labels(key, **names, name="".join(names.values())), labels("forecast.chart.schools.sub"))
        lines = [[fan_of(view, "school", one.school) for one in side] for side in (up, down) if side]
        made["schools"] = many_fans(view, lines, caption=caption, notes=())
    return made


def _districts(view: ForecastView) -> Figure:
    labels, every = view.labels, view.districts()
    fans = [fan_of(view, "district", key) for key in every]
    moves = np.array([fan.ahead[view.middle].iloc[-1] - fan.before.get(view.origin, np.nan) for fan in fans])
    title = labels("forecast.chart.districts", up=int((moves > 0).sum()), down=int((moves < 0).sum()))
    shown = fans[:MOST_DISTRICTS]
    left_out = labels("forecast.chart.districts.some", shown=len(shown), all=len(fans))
    notes = [left_out] if len(shown) < len(fans) else []
    lines = [shown[start : start + COLUMNS] for start in range(0, len(shown), COLUMNS)]
    return many_fans(view, lines, caption=Caption(title, labels("forecast.chart.districts.sub")), notes=notes)
