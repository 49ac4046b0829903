"""`problems.gpkg`: every problem that has a place on the map, for QGIS; one layer for points, lines and areas each.

Shapes are in the CRS of the units layer as the planner declared it, so that they lie upon it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

import geopandas as gpd
import numpy as np
import shapely

from gis.findings import Finding, Mark
from gis.geopackage import write_package
from gis.problem_style import style
from scenarios.problems import Problem, tell

LAYERS = ("problem_points", "problem_lines", "problem_areas")
COLUMNS = (
    "code",
    "severity",
    "place",
    "message_zh",
    "message_en",
    "fix_zh",
    "fix_en",
    "units",
    "area_m2",
    "at",
)
_YEAR = 2000  # the date inside the file: a constant, so that the same problems give the same bytes
_SEVERITIES = ("error", "warning", "note")


def problem_frames(problems: Iterable[Problem]) -> dict[str, gpd.GeoDataFrame]:
    """Frames by layer, one row for each mark: columns of `COLUMNS` and `geometry`; a layer without rows is absent.

    Errors first, then by code and place, the largest area first.
    """
    found = [problem for problem in problems if isinstance(problem, Finding)]
    crs = next((finding.crs for finding in found if finding.crs is not None), None)
    rows = sorted((_row(finding, mark) for finding in found for mark in finding.marks), key=_order)
    by_layer: dict[str, list[dict[str, object]]] = {layer: [] for layer in LAYERS}
    for row in rows:
        by_layer[LAYERS[int(shapely.get_dimensions(np.array([row["geometry"]], dtype=object))[0])]].append(row)
    columns = [*COLUMNS, "geometry"]
    return {
        layer: gpd.GeoDataFrame(chosen, columns=columns, geometry="geometry", crs=crs)
        for layer, chosen in by_layer.items()
        if chosen
    }


def write_problem_layer(problems: Iterable[Problem], path: Path) -> bool:
    """Write the layers with their styles to a new GeoPackage; False (and no file) if no problem has a shape."""
    frames = problem_frames(problems)
    if not frames:
        return False
    write_package(path, list(frames.items()), _YEAR, {name: style(name) for name in frames})
    return True


def _row(finding: Finding, mark: Mark) -> dict[str, object]:
    zh, en = tell(finding, "zh"), tell(finding, "en")
    return {
        "code": finding.code,
        "severity": finding.severity,
        "place": finding.place,
        "message_zh": zh.what,
        "message_en": en.what,
        "fix_zh": zh.fix,
        "fix_en": en.fix,
        "units": ", ".join(mark.units),
        "area_m2": None if mark.area_m2 is None else round(mark.area_m2, 1),
        "at": mark.at,
        "geometry": _plain(mark.shape),
    }


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    """Areas as multipolygons and lines as multilines, so that a layer has one type; points as they are."""
    kind = shapely.get_type_id(shape)
    if kind == shapely.GeometryType.POLYGON:
        return cast("shapely.Geometry", shapely.multipolygons([shape]))
    if kind == shapely.GeometryType.LINESTRING:
        return cast("shapely.Geometry", shapely.multilinestrings([shape]))
    return shape


def _order(row: dict[str, object]) -> tuple[int, str, str, float, str, str]:
    area = row["area_m2"]
    largest_first = -area if isinstance(area, float) else 0.0
    severity = _SEVERITIES.index(str(row["severity"]))
    return severity, str(row["code"]), str(row["place"]), largest_first, str(row["at"]), str(row["units"])
