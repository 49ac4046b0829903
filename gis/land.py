"""Parcels and what stands against them: distances, lost land, and the largest school that the rest carries.

Symbols: parcel p (a polygon of area A_p), constraint features F_k with the required distance d_k (0: no touching).

    distance      g_pk = shortest line from the edge of the parcel to F_k [m], 0 inside
    lost land     L_pk = area of (parcel and everything nearer than d_k to F_k) / area of the parcel         [0-1]
    broken        g_pk < d_k for d_k > 0; for d_k = 0 at least 1 m2 shared (areas), 1 m (lines), a point inside
    usable area   U_p = A_p x (1 - area of the union of lost land under forbidden k / area of the polygon)
    school        N_p = pupils n with need(n) = U_p, need linear between the sizes of the pack; no school below the
                  smallest size, and none is claimed above the largest

A_p is the registered area; where only a centre is known a circle of area A_p stands in. A circle is drawn as a polygon
of 64 corners (radius + 0.04 %, area equal); the strip along a feature has 16 corners in a quarter turn: -0.2 % at most.
Source of d_k and need: the standards pack, each with its own source and grade. Pinned by tests/gis/test_land.py.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import BoolArray, FloatArray
from scenarios.schema_space import Clearance, SiteArea

Geometries = NDArray[np.object_]

NOISE_M2, NOISE_M = 1.0, 1.0
"""Shared area and length below which two shapes only touch [m2], [m]."""
_QUARTER = 16


@dataclass(frozen=True)
class Against:
    """What one kind of constraint does to the parcels."""

    clearance: Clearance
    distance_m: FloatArray
    """To the nearest feature, [parcel]; NaN for a parcel without a place, inf without any feature."""
    lost: Geometries
    """The part of each parcel that is too near, [parcel]; empty where nothing is."""
    share: FloatArray
    """Share of the parcel that is too near [0-1], [parcel]; NaN for a parcel without a place."""
    broken: BoolArray
    """Whether the distance is not kept, [parcel]."""


@dataclass(frozen=True)
class Carries:
    """The largest school on each parcel."""

    pupils: FloatArray
    """[parcel]; 0: not even the smallest size."""
    classes: NDArray[np.int64]
    """Largest listed size, [parcel]."""
    largest: BoolArray
    """The parcel is larger than the largest listed size asks for: more may fit, [parcel]."""


def circles(xy: FloatArray, area_m2: FloatArray) -> Geometries:
    """Circles of the given areas as polygons of the same area, [parcel]; xy: [parcel, 2] in metres."""
    corners = 4 * _QUARTER
    exact = np.sqrt(2.0 * np.asarray(area_m2) / (corners * np.sin(2.0 * np.pi / corners)))
    drawn: Geometries = np.asarray(shapely.buffer(shapely.points(xy), exact, quad_segs=_QUARTER), dtype=object)
    return drawn


def against(shapes: Geometries, features: Geometries, clearance: Clearance) -> Against:
    """Hold parcels to one kind of constraint.

    shapes: polygons of the parcels in a metre CRS, None without a place, [parcel].  features: points, lines or areas in
    the same CRS, [feature].
    """
    placed = ~shapely.is_missing(shapes)
    distance = np.where(placed, np.inf, np.nan)
    lost = np.full(len(shapes), shapely.Polygon(), dtype=object)
    broken = np.zeros(len(shapes), dtype=bool)
    if len(features) and placed.any():
        tree, rows = shapely.STRtree(features), np.flatnonzero(placed)
        nearest, gaps = tree.query_nearest(shapes[rows], return_distance=True, all_matches=False)
        distance[rows[nearest[0]]] = gaps
        reach = clearance.distance_m
        for row in rows[distance[rows] <= reach].tolist():
            near = features[tree.query(shapes[row], predicate="dwithin", distance=reach)]
            lost[row] = _too_near(shapes[row], near, reach)
            broken[row] = bool(distance[row] < reach) if reach > 0 else _touched(shapes[row], near)
    size = np.where(placed, shapely.area(shapes), np.nan)
    return Against(clearance, distance, lost, np.asarray(shapely.area(lost)) / size, broken)


def _too_near(shape: shapely.Geometry, near: Geometries, reach: float) -> shapely.Geometry:
    """The part of a parcel that lies nearer to the features than `reach`."""
    strips = shapely.buffer(near, reach, quad_segs=_QUARTER) if reach > 0 else near
    shared = shapely.intersection(shape, shapely.union_all(strips))
    areas = [part for part in shapely.get_parts(shared) if part.area >= NOISE_M2]
    return shapely.MultiPolygon([part for part in areas if part.geom_type == "Polygon"])


def _touched(shape: shapely.Geometry, near: Geometries) -> bool:
    """Whether features of no required distance are on the parcel, and not only along its edge."""
    shared = shapely.intersection(shape, near)
    inside = shapely.contains_properly(shape, near) & (shapely.get_dimensions(near) == 0)
    return bool((shapely.area(shared) >= NOISE_M2).any() or inside.any() or _crossed(shape, near))


def _crossed(shape: shapely.Geometry, near: Geometries) -> bool:
    """Whether a line runs across a parcel, not along its border."""
    lines = near[shapely.get_dimensions(near) == 1]
    across = shapely.difference(shapely.intersection(shape, lines), shapely.boundary(shape))
    return bool((shapely.length(across) >= NOISE_M).any())


def usable_m2(shapes: Geometries, area_m2: FloatArray, found: list[Against]) -> FloatArray:
    """Registered area less the share that forbidden constraints take, counted once where they overlap, [parcel].

    shapes: [parcel], None without a place: NaN.  area_m2: registered area, [parcel].
    """
    taken = [each.lost for each in found if each.clearance.rule == "forbidden"]
    size = np.where(shapely.is_missing(shapes), np.nan, shapely.area(shapes))
    if not taken:
        return np.where(np.isnan(size), np.nan, area_m2)
    together = shapely.union_all(np.stack(taken), axis=0)
    result: FloatArray = area_m2 * (1.0 - np.minimum(np.asarray(shapely.area(together)) / size, 1.0))
    return result


def site_need_m2(pupils: FloatArray, table: SiteArea) -> FloatArray:
    """Least area of the site of a school for so many pupils [m2], [school].

    Linear between the sizes of the table; a smaller school needs the site of the smallest size all the same; NaN above
    the largest size, of which the table says nothing.
    """
    known, land = _curve(table)
    need: FloatArray = np.interp(np.asarray(pupils, dtype=np.float64), known, land, left=land[0], right=np.nan)
    return need


def largest_school(area_m2: FloatArray, table: SiteArea) -> Carries:
    """The largest school that each area carries, [parcel]: the inverse of `site_need_m2`.

    area_m2: usable area, NaN where it is not known (then no pupils are named: NaN), [parcel].
    """
    known, land = _curve(table)
    area = np.asarray(area_m2, dtype=np.float64)
    pupils = np.floor(np.interp(area, land, known, left=0.0, right=known[-1]) + 1e-9)
    sizes = np.array([0, *(size.classes for size in table.sizes)], dtype=np.int64)
    classes = sizes[np.searchsorted(land, np.nan_to_num(area), side="right")]
    return Carries(np.where(np.isnan(area), np.nan, pupils), classes, area > land[-1])


def _curve(table: SiteArea) -> tuple[FloatArray, FloatArray]:
    """Pupils and land of the sizes of a table, both rising, [size]."""
    known = np.array([size.pupils for size in table.sizes], dtype=np.float64)
    land = np.array([size.site_m2 for size in table.sizes], dtype=np.float64)
    return known, land
