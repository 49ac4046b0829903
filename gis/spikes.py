"""Spikes: a border that runs out to a point and straight back, a slip of the mouse or of a conversion.

A spike is a corner of less than 5 degrees whose two arms are at least 10 m long, with a mean width below 5 m. Its shape
is the triangle of the corner and the two points as far from it as the end of the shorter arm; cutting it off leaves out
(or, where it points inwards, fills) just that triangle.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray, IntArray
from gis.pieces import NOISE_M2, THIN_M, Geometries, mean_width_m, polygons_of

SHARPEST_DEG = 5.0
"""Angle below which a corner may be a spike [degrees]."""
SHORTEST_ARM_M = 10.0
"""Length that both sides of a spike must have [m]."""
_ROUNDS = 20


@dataclass(frozen=True)
class Spikes:
    """Spikes of polygons, one row each."""

    owner: IntArray
    """Row of the polygon, [spike]."""
    tip: FloatArray
    """Its point [m], [spike, 2]."""
    shapes: Geometries
    """Triangle of each spike, [spike]."""
    cut: FloatArray
    """Point of the border that takes the place of the tip when the spike is cut off [m], [spike, 2]."""
    area_m2: FloatArray
    """Area of the triangle [m2], [spike]."""


@dataclass(frozen=True)
class _Corners:
    """Corners of all rings of all polygons, the closing one left out; `before` and `after` along the ring."""

    ring: IntArray
    at: FloatArray
    before: FloatArray
    after: FloatArray


def spikes(shapes: Geometries) -> Spikes:
    """Spikes of polygons in a metre CRS, [polygon]."""
    rings, owner = _rings(shapes)
    corners = _corners(rings)
    sharp = np.flatnonzero(_sharp(corners))
    near, far = _equal_arms(corners, sharp)
    triangles = np.stack([corners.at[sharp], near, far], axis=1)
    shapes_of = np.asarray(shapely.polygons(triangles), dtype=object) if sharp.size else np.zeros(0, dtype=object)
    area = np.asarray(shapely.area(shapes_of), dtype=np.float64)
    real = (area >= NOISE_M2) & (mean_width_m(shapes_of) < THIN_M)
    rows = sharp[real]
    return Spikes(owner[corners.ring[rows]], corners.at[rows], shapes_of[real], far[real], area[real])


def _equal_arms(corners: _Corners, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """End of the shorter arm of each corner, and the point of the longer arm at the same distance [m], [row, 2]."""
    at, before, after = corners.at[rows], corners.before[rows], corners.after[rows]
    one, two = np.hypot(*(before - at).T), np.hypot(*(after - at).T)
    swap = (one > two)[:, None]
    near, long = np.where(swap, after, before), np.where(swap, before, after)
    share = np.minimum(one, two) / np.where(one > two, one, two)
    return near, at + (long - at) * share[:, None]


def without_spikes(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygon with its spikes cut off; the same object if it has none, or if it is hardly more than a spike."""
    mended = shape
    for _ in range(_ROUNDS):
        found = spikes(np.array([mended], dtype=object))
        if not found.tip.size:
            break
        cuts = {tuple(tip): cut for tip, cut in zip(found.tip.tolist(), found.cut.tolist(), strict=True)}
        mended = polygons_of(shapely.make_valid(_without(mended, cuts), method="structure", keep_collapsed=False))
    return mended if shapely.area(mended) > shapely.area(shape) / 2 else shape


def _without(shape: shapely.Geometry, cuts: dict[tuple[float, ...], list[float]]) -> shapely.Geometry:
    """The polygon with these corners moved back; a ring that has no area left goes."""

    def ring(line: shapely.Geometry) -> list[list[float]]:
        corners = [cuts.get(tuple(xy), xy) for xy in shapely.get_coordinates(line).tolist()[:-1]]
        return [*corners, corners[0]] if len(corners) >= 3 else []

    parts = []
    for part in shapely.get_parts(shape):
        shell, holes = ring(part.exterior), [hole for line in part.interiors if (hole := ring(line))]
        if shell:
            parts.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(parts) if len(parts) != 1 else parts[0]


def _rings(shapes: Geometries) -> tuple[Geometries, IntArray]:
    """All rings, and the row of the polygon that each belongs to."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    return np.asarray(rings, dtype=object), np.asarray(row, dtype=np.int64)[part]


def _corners(rings: Geometries) -> _Corners:
    """Corners with their neighbours along the ring; points said twice are one."""
    clean = shapely.remove_repeated_points(rings)
    xy, ring = shapely.get_coordinates(clean, return_index=True)
    if not len(xy):
        nothing = np.zeros((0, 2))
        return _Corners(np.zeros(0, dtype=np.int64), nothing, nothing, nothing)
    last = np.append(ring[1:] != ring[:-1], True)
    xy, ring = xy[~last], ring[~last]
    first = np.append(True, ring[1:] != ring[:-1])
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(ring)) - 1
    before, after = np.arange(len(ring)) - 1, np.arange(len(ring)) + 1
    before[starts], after[ends] = ends, starts
    return _Corners(ring, xy, xy[before], xy[after])


def _sharp(corners: _Corners) -> NDArray[np.bool_]:
    """Corners with two long arms and a small angle between them."""
    one, two = corners.before - corners.at, corners.after - corners.at
    length_one, length_two = np.hypot(one[:, 0], one[:, 1]), np.hypot(two[:, 0], two[:, 1])
    dot = (one * two).sum(axis=1)
    cross = np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])
    angle = np.arctan2(cross, dot)
    sharp: NDArray[np.bool_] = (angle < np.deg2rad(SHARPEST_DEG)) & (
        np.minimum(length_one, length_two) >= SHORTEST_ARM_M
    )
    return sharp
