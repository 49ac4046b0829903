"""Unit polygons as shared border lines of whole numbers: each border once, so that neighbours stay neighbours.

Coordinates are counted in steps of a grid from the lower left corner. A line is cut where its neighbours change; a
ring is a list of lines, `~i` = line i backwards. The reader needs no more to fill units, to draw the border between
any two groups of units, and to know who is beside whom.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from reports.maps_shapes import Geometries, simplified

STEPS = 8192
"""Grid steps along the longer side: at eight times the size of a 1 000 pixel map still finer than a pixel."""
DETAIL = 1 / 1500
"""Detail below this part of the longer side is taken out: under half a pixel of a map half a page wide."""
Point = tuple[int, int]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Grid:
    """Where the grid lies: lower left corner and step [m], and its size in steps."""

    left: float
    bottom: float
    step: float
    wide: int
    high: int

    def count(self, xy: np.ndarray) -> np.ndarray:
        """Coordinates [m], [point, 2], as whole steps [point, 2]."""
        steps: np.ndarray = np.rint((xy - np.array([self.left, self.bottom])) / self.step).astype(np.int64)
        return steps


@dataclass(frozen=True)
class Topology:
    """Lines [x, y, dx, dy, dx, dy, …] in grid steps, and for each unit its rings of line numbers."""

    grid: Grid
    lines: tuple[tuple[int, ...], ...]
    rings: tuple[tuple[tuple[int, ...], ...], ...]


def grid_of(bounds: Sequence[float]) -> Grid:
    """The grid over an extent (left, bottom, right, top) [m]."""
    left, bottom, right, top = map(float, bounds)
    step = max(right - left, top - bottom, 1.0) / STEPS
    return Grid(left, bottom, step, round((right - left) / step), round((top - bottom) / step))


def topology(units: gpd.GeoDataFrame) -> Topology:
    """Units, simplified together and set on a grid; a unit smaller than a step keeps what is left of its ring."""
    grid = grid_of(units.total_bounds)
    detail = STEPS * grid.step * DETAIL
    shapes = simplified(units.set_geometry(_joined(units.geometry.to_numpy(), detail), crs=units.crs), detail)
    rings = [list(_rings(shape, grid)) for shape in shapes]
    cuts = _cuts(rings)
    numbers: dict[Ring, int] = {}
    found = tuple(tuple(tuple(_numbers(ring, cuts, numbers)) for ring in own) for own in rings)
    return Topology(grid, tuple(_deltas(line) for line in numbers), found)


def _joined(shapes: Geometries, detail: float) -> Geometries:
    """Polygons whose borders meet: overlaps and gaps narrower than `detail` [m], which no eye sees here, are closed.

    A polygon of which nothing would be left stays as it was.
    """
    if bool(shapely.coverage_is_valid(shapes)):
        return shapes
    joined = np.asarray(shapely.coverage_clean(shapes, gap_width=detail))  # type: ignore[attr-defined]
    return np.where(shapely.is_empty(joined), shapes, joined)


def areas_km2(shapes: Geometries) -> np.ndarray:
    """Areas of polygons in a metre CRS [km2], [polygon]."""
    return np.asarray(shapely.area(shapes), dtype=np.float64) / 1e6


def _rings(shape: shapely.Geometry, grid: Grid) -> Iterator[Ring]:
    """Rings of a polygon or multipolygon in grid steps, open, without points that fell together."""
    parts = shapely.get_parts(shape)
    for ring in shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]):
        points = [(int(x), int(y)) for x, y in grid.count(shapely.get_coordinates(ring))]
        kept = points[:1] + [here for before, here in pairwise(points) if here != before]
        yield tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def _edges(ring: Ring) -> list[tuple[Point, Point]]:
    """Edges of an open ring, the closing one last, each with its smaller end first."""
    return [(min(a, b), max(a, b)) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]


def _cuts(rings: Sequence[Sequence[Ring]]) -> set[Point]:
    """Points where the units beside a border change; a cut in one ring is a cut in all that pass there."""
    beside: defaultdict[tuple[Point, Point], set[int]] = defaultdict(set)
    for unit, own in enumerate(rings):
        for ring in own:
            for edge in _edges(ring):
                beside[edge].add(unit)
    return {
        point
        for own in rings
        for ring in own
        for edges in [_edges(ring)]
        for at, point in enumerate(ring)
        if beside[edges[at - 1]] != beside[edges[at]]
    }


def _numbers(ring: Ring, cuts: set[Point], numbers: dict[Ring, int]) -> Iterator[int]:
    """Numbers of the lines of a ring; a line that is new gets the next number, in its own direction."""
    at = [place for place, point in enumerate(ring) if point in cuts]
    start = at[0] if at else ring.index(min(ring))
    turned = (*ring[start:], *ring[:start])
    ends = [place - start for place in at] or [0]
    for first, last in pairwise([*ends, len(ring)]):
        line = turned[first : last + 1] if last < len(ring) else (*turned[first:], turned[0])
        back = line[::-1]
        if back in numbers and line not in numbers:
            yield ~numbers[back]
        else:
            yield numbers.setdefault(line, len(numbers))


def _deltas(line: Ring) -> tuple[int, ...]:
    """First point, then steps from point to point."""
    points = np.array(line, dtype=np.int64)
    return tuple(np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist())
