"""Shapes of a zoning: zones as areas, holes in them, roads between home and school. Each a plain function.

A *hole* of a zone is an area of at least 1 m2 and 5 m width that its units surround; who lives there crosses the zone
to get anywhere.  Home and school are *parted* by a road where the straight line between them meets it an odd number of
times: then they lie on two sides of it (an even number: the line leaves and comes back).
Tests: tests/gis/test_zonings_shapes.py (broken layers drawn by hand, cells of squared paper in plain loops).
"""

import numpy as np
import shapely
from scipy.sparse import csr_array

from gis.arrays import FloatArray, IntArray
from gis.catchments import NOWHERE
from gis.pieces import NOISE_M2, THIN_M, Geometries
from gis.zonings import Zoning, compactness


def neighbours(shapes: Geometries, metres: float = THIN_M) -> csr_array:
    """Pairs of shapes that touch or come as near as this, themselves included, [unit, unit]. shapes: [unit]."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=metres)
    return csr_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(shapes), len(shapes)))


def zone_numbers(zoning: Zoning) -> tuple[IntArray, list[tuple[str, ...]]]:
    """Zone of each unit, -1 for none, [unit]; and the schools of each zone. A zone is units of the same schools."""
    names = [zoning.names(row) for row in range(len(zoning.units))]
    zones = sorted(set(names) - {()})
    number = {zone: at for at, zone in enumerate(zones)}
    return np.array([number.get(name, NOWHERE) for name in names], dtype=np.int64), zones


def zone_areas(shapes: Geometries, zone: IntArray, count: int) -> Geometries:
    """The area of each zone as one shape, [zone]. shapes, zone: [unit]."""
    return np.array([shapely.union_all(shapes[zone == number]) for number in range(count)], dtype=object)


def holes_of(area: shapely.Geometry) -> list[shapely.Polygon]:
    """Holes of an area that are more than drawing noise, the largest first; a ring may be closed by corners alone."""
    half = THIN_M / 2
    closed = shapely.buffer(area, half, join_style="mitre")
    rings = [ring for part in shapely.get_parts(closed) for ring in part.interiors]
    holes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    whole = shapely.buffer(holes, half, join_style="mitre")
    return sorted((hole for hole in whole if hole.area >= NOISE_M2), key=lambda hole: -float(hole.area))


def inside_hole(hole: shapely.Polygon, points: FloatArray) -> IntArray:
    """Rows of the points within a hole. points: one in each unit, [unit, 2]."""
    shapely.prepare(hole)
    return np.flatnonzero(shapely.contains_xy(hole, points[:, 0], points[:, 1])).astype(np.int64)


def roundness(areas: Geometries) -> FloatArray:
    """Compactness of each area (Polsby-Popper), [zone]."""
    area = np.asarray(shapely.area(areas), dtype=np.float64)
    return compactness(area, np.asarray(shapely.length(areas), dtype=np.float64))


def whole_roads(lines: Geometries) -> Geometries:
    """Lines joined end to end as far as no third one meets them. lines: [line]; returned: [road]."""
    if not len(lines):
        return np.zeros(0, dtype=object)
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.union_all(lines))), dtype=object)


def parting_roads(home: FloatArray, school: FloatArray, roads: Geometries) -> IntArray:
    """Number of roads that part home and school, [pair]. home, school: points [m], [pair, 2].  roads: [road]."""
    found = np.zeros(len(home), dtype=np.int64)
    if not len(home) or not len(roads):
        return found
    way = np.asarray(shapely.linestrings(np.stack([home, school], axis=1)), dtype=object)
    pair, road = shapely.STRtree(roads).query(way, predicate="intersects")
    met = shapely.get_num_geometries(shapely.intersection(way[pair], roads[road]))
    np.add.at(found, pair[met % 2 == 1], 1)
    return found
