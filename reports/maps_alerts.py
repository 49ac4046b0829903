"""Maps of early warnings: units coloured by the level of their zone, plans side by side, zones bounded."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.figures_base import MARGIN_PT, Words, nothing_to_draw, page
from reports.figures_setting import Caption, Case, Setting, of_case
from reports.maps_access import FURNITURE_PT, GAP_PT, PAGE_IN, TITLE_PT, draw_places, furniture, panel_axes
from reports.maps_draw import SEEN_PT, UNIT_LINE, WHOLE
from reports.maps_shapes import borders, panel_frame, simplified, to_outline
from reports.shapes_alerts import LEVELS
from reports.style import BLACK, FONT_PT, GREY, INK, PAPER, YELLOW, styled

LOOKS: Mapping[str, tuple[str, str]] = {
    "under": ("#e4e1ee", "oo"),
    "green": ("#d9f0d3", ""),
    "blue": ("#9ecae1", "--"),
    "yellow": ("#ffe45c", ".."),
    "orange": ("#f39c2f", "//"),
    "red": ("#a50f15", "xx"),
}
"""Colour and hatching of a level: darker and denser as it gets graver, so that colour alone carries nothing."""
NO_ZONE = "--"


def levels_of_units(table: pd.DataFrame, case: Case, stage: str, year: int) -> pd.Series:
    """Level by unit of a case; units without a zone are absent."""
    rows = of_case(table, case, stage=stage, year=year)
    pairs = [(unit, level) for units, level in zip(rows["units"], rows["level"], strict=True) for unit in units.split()]
    return pd.Series(dict(pairs), dtype=object)


def zones_of_units(table: pd.DataFrame, case: Case, stage: str, year: int) -> pd.Series:
    """Zone by unit of a case."""
    rows = of_case(table, case, stage=stage, year=year)
    pairs = [(unit, zone) for units, zone in zip(rows["units"], rows["zone"], strict=True) for unit in units.split()]
    return pd.Series(dict(pairs), dtype=object)


@styled
def alert_maps(
    units: gpd.GeoDataFrame,
    table: pd.DataFrame,
    setting: Setting,
    *,
    panels: tuple[Sequence[Case], str, int],
    caption: Caption,
    schools: Mapping[Case, pd.DataFrame],
) -> Figure:
    """Units by level of warning, one map for each case, on one scale.

    Parameters
    ----------
    units : unit, geometry in the working CRS [m]
    table : `sim.alerts.alert_rows` with future and plan
    panels : cases, stage and school year
    schools : by case the schools open for the stage: x, y [m]

    """
    cases, stage, year = panels
    labels = setting.labels
    said = labels("alerts.map", stage=setting.name("stage", stage), year=labels.school_year(year))
    caption = setting.caption(caption, said, cases)
    levels = [levels_of_units(table, case, stage, year) for case in cases]
    if not any(len(found) for found in levels):
        return nothing_to_draw(setting, caption, labels("figure.no_rows", what=labels("section.alerts")))
    columns = min(len(cases), max(PAGE_IN))
    inches = PAGE_IN[columns]
    width = (inches * 72 - 2 * MARGIN_PT - GAP_PT * (columns - 1)) / columns
    height, scale = panel_frame(units.total_bounds, width, WHOLE)
    notes = (labels("alerts.notice"), labels("map.internal"))
    shown = [level for level in LEVELS if any((found == level).any() for found in levels)]
    words = Words(caption, (_keys(setting, shown),), notes)
    figure, (footer, _) = page(setting, words, (inches, (height + TITLE_PT + FURNITURE_PT) / 72))
    shapes, names = simplified(units, SEEN_PT * scale), units["unit"].astype(str).tolist()
    for column, (case, found) in enumerate(zip(cases, levels, strict=True)):
        left = MARGIN_PT + column * (width + GAP_PT)
        axes = panel_axes(figure, (left, footer + FURNITURE_PT, width, height), units.total_bounds, scale)
        axes.set_title(setting.case_name(case, cases), size=FONT_PT + 0.5)
        _fill(axes, shapes, names, found)
        _bound(axes, shapes, names, zones_of_units(table, case, stage, year))
        draw_places(axes, schools[case])
    furniture(figure, setting, (MARGIN_PT, footer, width, FURNITURE_PT), scale)
    return figure


def _fill(axes: Axes, shapes: np.ndarray, names: Sequence[str], levels: pd.Series) -> None:
    """Units by level; without a zone in paper with dashes."""
    for name, shape in zip(names, shapes, strict=True):
        level = levels.get(name)
        color, hatch = (PAPER, NO_ZONE) if level is None else LOOKS[str(level)]
        edge = "#ffd9b0" if level == "red" else GREY
        drawn = PathCollection(
            [to_outline(shape)],
            facecolor=color,
            edgecolor=edge,
            lw=0,
            hatch=hatch or None,
            zorder=1,
            gid=f"unit:{name}",
        )
        axes.add_collection(drawn, autolim=False)
    lines = PathCollection([borders(shapes)], facecolor="none", edgecolor=UNIT_LINE, lw=0.25, zorder=2)
    axes.add_collection(lines, autolim=False)


def _bound(axes: Axes, shapes: np.ndarray, names: Sequence[str], zones: pd.Series) -> None:
    """A line around every zone."""
    of = np.array([str(zones.get(name, "")) for name in names])
    whole = np.array([shapely.union_all(shapes[of == zone]) for zone in dict.fromkeys(of.tolist())], dtype=object)
    lines = PathCollection([borders(whole)], facecolor="none", edgecolor=INK, lw=0.9, zorder=3)
    axes.add_collection(lines, autolim=False)


def _keys(setting: Setting, shown: Sequence[str]) -> list[Artist]:
    labels = setting.labels
    keys: list[Artist] = []
    for level in shown:
        color, hatch = LOOKS[level]
        name = labels("alerts.legend.green" if level == "green" else f"alerts.level.{level}")
        edge = "#ffd9b0" if level == "red" else GREY
        keys.append(Patch(facecolor=color, edgecolor=edge, lw=0.4, hatch=hatch or None, label=name))
    keys.append(Line2D([], [], color=INK, lw=0.9, label=labels("alerts.map.zone_border")))
    keys.append(
        Line2D([], [], ls="", marker="^", ms=4.2, mfc=YELLOW, mec=BLACK, mew=0.6, label=labels("access.map.school"))
    )
    return keys
