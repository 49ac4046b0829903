"""Checks of the units layer as a cover of the county: overlaps, gaps, slivers, multipart units.

Lengths and areas are taken in the working CRS. A piece is *thin* (a sliver: drawing noise along a shared border) when
its mean width 2 x area / perimeter is below 5 m. Thin overlaps and gaps are pooled in one warning; a wide overlap is an
error, a wide gap a warning of its own. Nothing is repaired.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray
from gis.crs import Way
from gis.layers import feature_place
from scenarios.problems import Problem, error, warning

IntArray = NDArray[np.int64]
Geometries = NDArray[np.object_]

THIN_M = 5.0
"""Mean width below which an overlap or gap counts as a sliver [m]."""
NOISE_M2 = 1.0
"""Area below which a piece is rounding, not drawing [m2]; straight lines bend by as much under reprojection."""


@dataclass(frozen=True)
class Pieces:
    """Overlaps of pairs of units (first < second), one row for each connected piece."""

    first: IntArray
    second: IntArray
    shapes: Geometries
    area_m2: FloatArray
    width_m: FloatArray


def check_cover(units: gpd.GeoDataFrame, place: str, way: Way) -> list[Problem]:
    """All problems of the units as a cover.

    units: columns `id`, `feature`, `geometry` (working CRS, valid polygons).  place: path of the layer.
    way: from the layer's CRS to the working CRS.
    """
    shapes = np.asarray(units.geometry.array, dtype=object)
    overlaps = overlap_pieces(shapes)
    gaps = gap_pieces(shapes)
    thin_gaps = mean_width_m(gaps) < THIN_M
    return [
        *_overlap_problems(units, overlaps, place, way),
        *_gap_problems(units, gaps[~thin_gaps], place, way),
        *_sliver_problems(overlaps, gaps[thin_gaps], place, way),
        *_multipart_problems(units, place),
    ]


def mean_width_m(shapes: Geometries) -> FloatArray:
    """Mean width of polygons [m]: 2 x area / perimeter, exact for a long strip, half the side for a square."""
    length = np.asarray(shapely.length(shapes), dtype=np.float64)
    width: FloatArray = 2.0 * shapely.area(shapes) / np.where(length > 0, length, 1.0)
    return width


def overlap_pieces(shapes: Geometries) -> Pieces:
    """Pieces of at least 1 m2 that two polygons share.

    shapes: polygons in a metre CRS.  A cover without any overlap is recognised without building intersections.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if len(shapes) < 2 or shapely.coverage_is_valid(shapes):
        return _pieces(shapes, nothing, nothing)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    order = np.lexsort((right[pair], left[pair]))
    return _pieces(shapes, left[pair][order], right[pair][order])


def _pieces(shapes: Geometries, left: IntArray, right: IntArray) -> Pieces:
    shared = np.asarray(shapely.intersection(shapes[left], shapes[right]), dtype=object)
    parts, owner = shapely.get_parts(shared, return_index=True)
    area = np.asarray(shapely.area(parts), dtype=np.float64)
    real = area >= NOISE_M2
    parts, owner = np.asarray(parts, dtype=object)[real], owner[real]
    return Pieces(left[owner], right[owner], parts, area[real], mean_width_m(parts))


def gap_pieces(shapes: Geometries) -> Geometries:
    """Holes of at least 1 m2 in the union of the polygons, largest first."""
    whole = shapely.union_all(shapes)
    rings = shapely.get_rings(shapely.get_parts(whole))
    outer = {shapely.get_exterior_ring(part).wkb for part in shapely.get_parts(whole)}
    holes = np.array([shapely.Polygon(ring) for ring in rings if ring.wkb not in outer], dtype=object)
    area = np.asarray(shapely.area(holes), dtype=np.float64)
    order = np.argsort(-area, kind="stable")
    return holes[order[area[order] >= NOISE_M2]]


def _at(shape: shapely.Geometry, way: Way) -> str:
    point = shapely.point_on_surface(shape)
    return way.back_text(float(shapely.get_x(point)), float(shapely.get_y(point)))


def _overlap_problems(units: gpd.GeoDataFrame, overlaps: Pieces, place: str, way: Way) -> list[Problem]:
    names, features = units["id"].to_numpy(), units["feature"].to_numpy()
    wide = overlaps.width_m >= THIN_M
    problems = []
    for left, right in sorted(set(zip(overlaps.first[wide].tolist(), overlaps.second[wide].tolist(), strict=True))):
        mine = (overlaps.first == left) & (overlaps.second == right)
        largest = int(np.argmax(np.where(mine, overlaps.area_m2, -1.0)))
        where = feature_place(place, int(features[left]), str(names[left]))
        area = float(overlaps.area_m2[mine].sum())
        share = 100 * area / min(float(units.geometry.iloc[left].area), float(units.geometry.iloc[right].area))
        params = {"a": names[left], "b": names[right], "area": f"{area:.0f}", "percent": f"{share:.1f}"}
        problems.append(error("GIS023", where, **params, at=_at(overlaps.shapes[largest], way)))
    return problems


def _gap_problems(units: gpd.GeoDataFrame, gaps: Geometries, place: str, way: Way) -> list[Problem]:
    tree, names = shapely.STRtree(units.geometry.array), units["id"].to_numpy()
    problems = []
    for gap in gaps:
        beside = sorted(str(names[at]) for at in tree.query(gap, predicate="intersects"))
        problems.append(warning("GIS025", place, area=f"{gap.area:.0f}", at=_at(gap, way), units=tuple(beside)))
    return problems


def _sliver_problems(overlaps: Pieces, gaps: Geometries, place: str, way: Way) -> list[Problem]:
    thin = overlaps.width_m < THIN_M
    shapes = np.concatenate([overlaps.shapes[thin], gaps])
    if not shapes.size:
        return []
    area = np.asarray(shapely.area(shapes), dtype=np.float64)
    largest = int(np.argmax(area))
    params: dict[str, str | int] = {
        "overlaps": int(thin.sum()),
        "gaps": len(gaps),
        "area": f"{area.sum():.0f}",
        "largest": f"{area[largest]:.0f}",
        "width": f"{THIN_M:.0f}",
    }
    return [warning("GIS024", place, "", "", **params, at=_at(shapes[largest], way))]


def _multipart_problems(units: gpd.GeoDataFrame, place: str) -> list[Problem]:
    parts = np.asarray(shapely.get_num_geometries(units.geometry.array))
    several = np.flatnonzero(parts > 1)
    if not several.size:
        return []
    names, features = units["id"].to_numpy(), units["feature"].to_numpy()
    shown = tuple(f"{names[at]} ({parts[at]})" for at in several)
    first = feature_place(place, int(features[several[0]]), str(names[several[0]]))
    return [warning("GIS027", first, count=int(several.size), units=shown)]
