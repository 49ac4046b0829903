"""Checks of the shapes of single units: several parts, size against the county, spikes.

Each kind is one warning; every unit concerned has its mark (`gis.findings`).
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from gis.arrays import IntArray
from gis.crs import Way
from gis.findings import Finding, Mark, back, feature_place, located, mark
from gis.spikes import spikes
from scenarios.problems import warning

FEWEST_FOR_SIZE = 8
"""Units from which the usual size in the county can be said."""
TINY_SHARE, TINY_M2 = 1 / 5_000, 100.0
"""A unit below this share of the median area, or below this area [m2], is tiny."""
HUGE_TIMES, HUGE_SHARE = 200.0, 0.5
"""A unit above this multiple of the median area, or above this share of the county, is huge."""


def check_shapes(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    """Findings of single shapes. units: columns `id`, `feature`, `geometry` (working CRS, valid polygons)."""
    return [
        *_multipart(units, place, way),
        *_sizes(units, place, way),
        *_spikes(units, place, way),
    ]


def _first_place(units: gpd.GeoDataFrame, row: int, place: str) -> str:
    return feature_place(place, int(units["feature"].iloc[row]), str(units["id"].iloc[row]))


def _multipart(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    shapes = np.asarray(units.geometry.array, dtype=object)
    parts = np.asarray(shapely.get_num_geometries(shapes))
    several = np.flatnonzero(parts > 1)
    if not several.size:
        return []
    names = units["id"].to_numpy()
    shown = tuple(f"{names[at]} ({parts[at]})" for at in several)
    marks = [mark(part, way, (str(names[at]),)) for at in several for part in _lesser_parts(shapes[at])]
    problem = warning("GIS027", _first_place(units, int(several[0]), place), count=int(several.size), units=shown)
    return [located(problem, marks, way.source)]


def _lesser_parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Every part but the largest, the largest of them first."""
    parts = shapely.get_parts(shape)
    order = np.argsort(-shapely.area(parts), kind="stable")
    return list(parts[order[1:]])


def _sizes(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    """Units far outside the usual range of the county: drawn by mistake, or in another unit of length."""
    area = np.asarray(units.geometry.area, dtype=np.float64)
    if len(area) < FEWEST_FOR_SIZE:
        return []
    median = float(np.median(area))
    low, high = max(TINY_M2, TINY_SHARE * median), min(HUGE_TIMES * median, HUGE_SHARE * float(area.sum()))
    found = []
    for code, rows in (("GIS064", np.flatnonzero(area < low)), ("GIS065", np.flatnonzero(area > high))):
        if rows.size:
            found.append(_size_finding(code, units, rows, (low, high, median), place, way))
    return found


def _size_finding(
    code: str, units: gpd.GeoDataFrame, rows: IntArray, usual: Sequence[float], place: str, way: Way
) -> Finding:
    names, shapes = units["id"].to_numpy(), units.geometry.to_numpy()
    marks = [mark(shapes[at], way, (str(names[at]),)) for at in rows]
    shown = tuple(f"{item.units[0]} ({item.area_m2 or 0.0:.0f})" for item in marks)
    low, high, median = (f"{value:.0f}" for value in usual)
    params = {"count": int(rows.size), "units": shown, "low": low, "high": high, "median": median}
    problem = warning(code, _first_place(units, int(rows[0]), place), "", "", **params, at=marks[0].at)
    return located(problem, marks, way.source)


def _spikes(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    """All spikes in one warning; a corner that two neighbours share is one spike."""
    names = units["id"].to_numpy()
    found = spikes(np.asarray(units.geometry.array, dtype=object))
    by_tip: dict[tuple[float, float], list[int]] = {}
    for at, (x, y) in enumerate(found.tip.tolist()):
        by_tip.setdefault((round(x, 3), round(y, 3)), []).append(at)
    marks: list[Mark] = []
    for rows in by_tip.values():
        largest = max(rows, key=lambda at: float(found.area_m2[at]))
        owners = tuple(sorted({str(names[found.owner[at]]) for at in rows}))
        x, y = found.tip[largest].tolist()
        marks.append(Mark(back(found.shapes[largest], way), way.back_text(x, y), owners, float(found.area_m2[largest])))
    if not marks:
        return []
    marks.sort(key=lambda item: (-(item.area_m2 or 0.0), item.at))
    params: dict[str, object] = {
        "count": len(marks),
        "units": tuple(dict.fromkeys(name for item in marks for name in item.units)),
        "largest": f"{marks[0].area_m2:.0f}",
        "at": marks[0].at,
    }
    return [located(warning("GIS069", place, "", "", **params), marks, way.source)]
