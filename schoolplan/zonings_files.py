"""The files of a zoning folder: tables, problems, layers for QGIS, map, page, and the table to edit."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.geopackage import write_package
from gis.zones import dissolve
from gis.zonings import Zoning
from gis.zonings_compare import Pair, change_layer
from gis.zonings_style import changed_style, zone_style
from reports.forecast_html import write_charts
from reports.run_folder import csv_bytes
from reports.zoning_html import write_zoning_page
from reports.zoning_map import school_colours, zoning_map
from reports.zoning_view import ZoningView
from scenarios.problems import Problem
from schoolplan.problem_files import write_into

PROPOSAL = "rezoning.csv"
_DIGITS = {"children": 1, "moved_children": 1, "moved_entrants": 1, "area_km2": 3, "compactness": 3}


def write_zoning(folder: Path, view: ZoningView, problems: Sequence[Problem], proposal: pd.DataFrame | None) -> None:
    """Write everything into an existing folder. proposal: a zoning to edit, None where none was asked for."""
    for name, file in (("zones", "zoning.csv"), ("changes", "changes.csv"), ("summary", "summary.csv")):
        (folder / file).write_bytes(csv_bytes(rounded(view.tables[name])))
    if proposal is not None:
        (folder / PROPOSAL).write_bytes(csv_bytes(proposal))
    write_into(folder, problems, view.labels.lang)
    write_layers(view, folder / "zoning.gpkg")
    chart = write_charts({"zoning": zoning_map(view)}, folder)["zoning"]
    write_zoning_page(view, chart, folder / "zoning.html")


def rounded(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as far as they mean something: kilometres and shares with three decimals, children with one."""
    floats = [name for name in table.columns if table[name].dtype == float]
    return table.round({name: _DIGITS.get(name, 3) for name in floats})


def write_layers(view: ZoningView, path: Path) -> None:
    """Layers for QGIS by stage: zones before, zones after, changed units, with their styles."""
    layers: list[tuple[str, pd.DataFrame]] = []
    styles: dict[str, str] = {}
    for pair in view.pairs:
        colours = school_colours(pair)
        sides = [("after", pair.after), *([("before", pair.before)] if view.compared else [])]
        for side, zoning in sides:
            name = f"zones {side} {pair.stage}"
            layers.append((name, _zones(pair, zoning, view)))
            styles[name] = zone_style({**{key: colours[key] for key in colours}, **_shared(pair, zoning, colours)})
        if view.changed and bool(pair.changed.any()):
            name = f"changed units {pair.stage}"
            layers.append((name, rounded(change_layer(pair))))
            styles[name] = changed_style()
    write_package(path, layers, view.setting.base_year, styles)


def _zones(pair: Pair, zoning: Zoning, view: ZoningView) -> gpd.GeoDataFrame:
    """Dissolved zones: school (several joined by +), its name, number of units."""
    frame = dissolve(pair.study.units.frame[["id", "geometry"]], zoning.served())
    frame = frame.rename(columns={"zone": "school"})
    frame["name"] = [view.schools(key) for key in frame["school"]]
    frame["units"] = [len(units) for units in frame["units"]]
    return frame[["school", "name", "units", "geometry"]]


def _shared(pair: Pair, zoning: Zoning, colours: dict[str, str]) -> dict[str, str]:
    """Colours of zones that several schools share: that of the first."""
    sets = {zoning.names(row) for row in range(len(zoning.units))}
    return {"+".join(names): colours[names[0]] for names in sets if len(names) > 1}
