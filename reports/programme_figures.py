"""Charts of a programme: pupils of the whole, and of every member, as fans by future."""

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import number_ticks, shade_window, sheet, window_key, year_ticks
from reports.figures_setting import Caption, Setting
from reports.programme_view import ProgrammeView
from reports.style import FONT_PT, INK, LINES, styled

WIDE, TALL = 9.6, 3.6
COLUMNS, PANEL = 3, 1.9


def _rolls(view: ProgrammeView, level: str, entity: str, future: str) -> pd.DataFrame:
    rows = view.tables["county"]
    at = (
        (rows["level"] == level) & (rows["entity"] == entity) & (rows["indicator"] == "roll") & (rows["stage"] == "all")
    )
    return rows[at & (rows["future"] == future) & (rows["plan"] == view.plan)].sort_values("year")


def _draw(axes: Axes, view: ProgrammeView, level: str, entity: str) -> None:
    for number, future in enumerate(view.card["futures"]):
        color, dash = LINES[number % len(LINES)]
        own = _rolls(view, level, entity, future["id"])
        axes.fill_between(own["year"], own["p05"], own["p95"], color=color, alpha=0.16, lw=0)
        axes.plot(own["year"], own["p50"], color=color, ls=dash, lw=1.5, zorder=3)


def _keys(view: ProgrammeView, setting: Setting) -> list[Artist]:
    keys: list[Artist] = [
        Line2D(
            [], [], color=LINES[i % len(LINES)][0], ls=LINES[i % len(LINES)][1], label=view.name("futures", one["id"])
        )
        for i, one in enumerate(view.card["futures"])
    ]
    return [
        *keys,
        Patch(color=LINES[0][0], alpha=0.16, lw=0, label=setting.labels("figure.band90")),
        *window_key(setting),
    ]


@styled
def whole_fan(view: ProgrammeView) -> Figure:
    """Pupils of the whole by year, a fan for each future, under the plan in front."""
    setting, words = view.setting, view.labels
    last = view.card["years"][-1]
    end = _rolls(view, "whole", view.card["id"], view.first_future).iloc[-1]
    values = {"name": view.title, "year": words.school_year(last), "future": view.name("futures", view.first_future)}
    numbers = words.interval(end["p50"], end["p05"], end["p95"])
    caption = Caption(
        words("programme.chart.whole", pupils=numbers, **values),
        words("programme.chart.sub", plan=view.name("plans", view.plan)),
    )
    figure = sheet(setting, caption, (WIDE, TALL), _keys(view, setting))
    axes = figure.add_subplot()
    _finish(axes, view, setting, "whole", view.card["id"], WIDE * 72 - 60)
    axes.set_ylabel(words("figure.pupils"), size=FONT_PT)
    return figure


@styled
def member_fans(view: ProgrammeView) -> Figure:
    """The same for every member, each on its own scale."""
    setting, words = view.setting, view.labels
    lines = -(-len(view.done) // COLUMNS)
    caption = Caption(
        words("programme.chart.members", member=view.level("member")),
        words("programme.chart.sub", plan=view.name("plans", view.plan)),
    )
    figure = sheet(setting, caption, (WIDE, PANEL * lines + 0.4), _keys(view, setting))
    grid = figure.subplots(lines, COLUMNS, squeeze=False)
    for place, axes in enumerate(grid.ravel()):
        if place >= len(view.done):
            axes.set_visible(False)
            continue
        member = view.done[place]
        _finish(axes, view, setting, "member", member, WIDE * 72 / COLUMNS - 40)
        axes.set_title(view.name("members", member), size=FONT_PT, color=INK)
    return figure


def _finish(axes: Axes, view: ProgrammeView, setting: Setting, level: str, entity: str, width: float) -> None:
    shade_window(axes, setting)
    _draw(axes, view, level, entity)
    number_ticks(axes, setting)
    year_ticks(axes, setting, view.card["years"][0], view.card["years"][-1], width)
    axes.margins(y=0.12)


def charts(view: ProgrammeView) -> dict[str, Figure]:
    """All charts by name."""
    return {"whole": whole_fan(view), "members": member_fans(view)}
