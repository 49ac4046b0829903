"""Where polygons overlap and what they leave uncovered, as pieces with area and width.

Lengths and areas are taken in the working CRS. A piece is *thin* (a sliver: drawing noise along a shared border) when
its mean width 2 x area / perimeter is below 5 m.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import BoolArray, FloatArray, IntArray

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

    def pairs(self) -> list[tuple[int, int]]:
        """Pairs of units that overlap, sorted."""
        return sorted(set(zip(self.first.tolist(), self.second.tolist(), strict=True)))

    def of(self, pair: tuple[int, int]) -> BoolArray:
        """Which pieces belong to a pair, [piece]."""
        mine: BoolArray = (self.first == pair[0]) & (self.second == pair[1])
        return mine


def mean_width_m(shapes: Geometries) -> FloatArray:
    """Mean width of polygons [m]: 2 x area / perimeter, exact for a long strip, half the side for a square."""
    length = np.asarray(shapely.length(shapes), dtype=np.float64)
    width: FloatArray = 2.0 * shapely.area(shapes) / np.where(length > 0, length, 1.0)
    return width


def suspects(shapes: Geometries) -> BoolArray:
    """Polygons with an edge that they do not share exactly with a neighbour (or with nobody), [polygon].

    The others form a cover without overlaps and gaps among themselves, and never need to be intersected.
    """
    suspect: BoolArray = ~np.asarray(shapely.is_empty(shapely.coverage_invalid_edges(shapes)), dtype=bool)
    return suspect


def overlap_pieces(shapes: Geometries, suspect: BoolArray | None = None) -> Pieces:
    """Pieces of at least 1 m2 that two polygons share.

    shapes: polygons in a metre CRS, [polygon].  suspect: as `suspects` tells, if that is known already.
    """
    rows = np.flatnonzero(suspects(shapes) if suspect is None else suspect)
    if len(shapes) < 2 or not rows.size:
        nothing = np.zeros(0, dtype=np.int64)
        return _pieces(shapes, nothing, nothing)
    found, other = shapely.STRtree(shapes).query(shapes[rows], predicate="intersects")
    left, right = np.minimum(rows[found], other), np.maximum(rows[found], other)
    pairs = np.unique(np.column_stack([left, right])[left < right], axis=0)
    return _pieces(shapes, pairs[:, 0], pairs[:, 1])


def _pieces(shapes: Geometries, left: IntArray, right: IntArray) -> Pieces:
    shared = np.asarray(shapely.intersection(shapes[left], shapes[right]), dtype=object)
    parts, owner = shapely.get_parts(shared, return_index=True)
    area = np.asarray(shapely.area(parts), dtype=np.float64)
    real = area >= NOISE_M2
    parts, owner = np.asarray(parts, dtype=object)[real], owner[real]
    return Pieces(left[owner], right[owner], parts, area[real], mean_width_m(parts))


def gap_pieces(shapes: Geometries, suspect: BoolArray | None = None) -> Geometries:
    """Holes of at least 1 m2 in the union of the polygons, largest first; a unit inside a hole is no part of it.

    shapes: polygons in a metre CRS, [polygon].  suspect: as `suspects` tells, if that is known already.
    """
    suspect = suspects(shapes) if suspect is None else suspect
    sound = shapely.coverage_union_all(shapes[~suspect])
    parts = shapely.get_parts(shapely.union_all(np.append(shapes[suspect], [sound])))
    rings = shapely.get_rings(parts)
    outer = {ring.wkb for ring in shapely.get_exterior_ring(parts)}
    holes = np.array([shapely.Polygon(ring) for ring in rings if ring.wkb not in outer], dtype=object)
    if len(parts) > 1 and len(holes):
        uncovered = shapely.difference(shapely.union_all(holes), shapely.multipolygons(parts))
        holes = np.asarray(shapely.get_parts(uncovered), dtype=object)
    area = np.asarray(shapely.area(holes), dtype=np.float64)
    order = np.argsort(-area, kind="stable")
    return holes[order[area[order] >= NOISE_M2]]


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry; lines and points go."""
    flat = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)
