"""People of a population raster (GeoTIFF such as WorldPop: people per pixel) in polygons; extra `raster`.

A pixel on a border is divided by area, measured in the working CRS: its corners are taken there, so that neighbouring
pixels and neighbouring polygons fit without gaps and the pixels of a county add up exactly. The raster is read window
by window, so memory does not grow with it. Test: tests/gis/test_raster.py (against brute force).
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.arrays import FloatArray
from gis.crs import Way, find_way, parse_crs
from scenarios.problems import Problem, error

Geometries = NDArray[np.object_]

TILE = 256
"""Rows and columns of a window [pixels]."""
_LEAF = 16  # blocks of at most so many rows and columns are cut pixel by pixel
MOST_PIXELS = 200_000_000
"""Pixels that are read of one raster; a large county at 10 m has 100 million."""
_MOST_BLOCK = 32_000_000  # pixels that must be unpacked at once; a tile has 65 536, a strip a few rows
_EDGE = 64  # points along each side of a raster or window where its outline is taken to another CRS


@dataclass(frozen=True)
class RasterPeople:
    """What a raster says about polygons."""

    people: FloatArray
    """People in each polygon [polygon]."""
    outside: FloatArray
    """Part of each polygon's area that lies outside the raster [polygon], 0-1."""


class _RefusedError(Exception):
    """A problem that ends the reading."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def raster_people(path: Path, shown: str, shapes: Geometries, crs: CRS) -> tuple[RasterPeople | None, list[Problem]]:
    """People of the first band in each polygon.

    shown: the path as problems name it.  shapes: valid polygons [polygon] in the working CRS `crs`.
    None where the extra is missing (CEN040), the raster cannot be read (CEN041) or holds negative people (CEN042).
    """
    if find_spec("rasterio") is None:
        return None, [error("CEN040", shown)]
    rasterio: Any = import_module("rasterio")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)  # told below
            return _read(rasterio.open(path, driver="GTiff"), shown, shapes, crs)
    except _RefusedError as refused:
        return None, [refused.problem]
    except (rasterio.errors.RasterioError, OSError, ValueError) as fault:
        return None, [error("CEN041", shown, str(fault).replace(str(path), path.name).splitlines()[0][:200])]


def _read(opened: Any, shown: str, shapes: Geometries, crs: CRS) -> tuple[RasterPeople | None, list[Problem]]:
    with opened as source:
        if source.crs is None:
            return None, [error("CEN041", shown, "@raster_without_crs")]
        rows, columns = source.block_shapes[0]
        if rows * columns > _MOST_BLOCK:
            return None, [error("CEN041", shown, "@raster_of_one_block")]
        if not np.isfinite(source.transform.determinant) or source.transform.determinant == 0.0:
            return None, [error("CEN041", shown, "@raster_misplaced")]
        own, problems = parse_crs(source.crs.to_wkt(), shown)
        way = None
        if own is not None:
            way, found = find_way(own, crs, shown)
            problems += found
        if way is None:
            return None, problems
        grid = _Grid(source, way, shown)
        return RasterPeople(_sum(grid, shapes), _outside(grid, shapes)), problems


@dataclass(frozen=True)
class _Grid:
    """An open raster and the way from its coordinates to the working CRS."""

    source: Any
    way: Way
    shown: str

    def corners(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> FloatArray:
        """Pixel corners in the working CRS [row, column, 2]."""
        column, row = np.meshgrid(columns.astype(np.float64), rows.astype(np.float64))
        t = self.source.transform
        xy = np.column_stack([(t.a * column + t.b * row + t.c).ravel(), (t.d * column + t.e * row + t.f).ravel()])
        return self.way.points(xy).reshape(len(rows), len(columns), 2)

    def people(self, rows: tuple[int, int], columns: tuple[int, int]) -> FloatArray:
        """People of a window [row, column]; pixels without data hold nobody."""
        masked = self.source.read(1, window=(rows, columns), masked=True)
        values = np.asarray(masked.filled(0), dtype=np.float64)
        values = np.where(np.isnan(values), 0.0, values)
        if not np.isfinite(values).all() or (values < 0).any():
            worst = float(values[(values < 0) | ~np.isfinite(values)].min())
            raise _RefusedError(error("CEN042", self.shown, f"{worst:g}", nodata=str(self.source.nodata)))
        return values


def _sum(grid: _Grid, shapes: Geometries) -> FloatArray:
    out = np.zeros(len(shapes))
    tree = shapely.STRtree(shapes)
    shapely.prepare(shapes)
    for rows, columns in _windows(grid, shapes):
        corners = grid.corners(np.arange(rows[0], rows[1] + 1), np.arange(columns[0], columns[1] + 1))
        if not np.isfinite(corners).all():
            raise _RefusedError(error("CEN041", grid.shown, "@raster_misplaced"))
        _add_block(grid.people(rows, columns), corners, tree, out)
    return out


def _windows(grid: _Grid, shapes: Geometries) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Windows of the raster that the polygons may touch, as (first row, end), (first column, end)."""
    usable = shapes[~shapely.is_empty(shapes)]
    if not usable.size:
        return
    west, south, east, north = shapely.total_bounds(usable)
    # The outline of the box bends on its way into the raster, so it is taken point by point.
    x, y = np.linspace(west, east, _EDGE), np.linspace(south, north, _EDGE)
    box_x = np.concatenate([x, x, np.full(_EDGE, west), np.full(_EDGE, east)])
    box_y = np.concatenate([np.full(_EDGE, south), np.full(_EDGE, north), y, y])
    lon, lat = grid.way.backward(box_x, box_y)
    inverse = ~grid.source.transform
    column = inverse.a * lon + inverse.b * lat + inverse.c
    row = inverse.d * lon + inverse.e * lat + inverse.f
    if not (np.isfinite(column).all() and np.isfinite(row).all()):
        first_row, last_row, first, last = 0, grid.source.height, 0, grid.source.width
    else:
        first_row, last_row = max(int(np.floor(row.min())) - 1, 0), min(int(np.ceil(row.max())) + 1, grid.source.height)
        first, last = max(int(np.floor(column.min())) - 1, 0), min(int(np.ceil(column.max())) + 1, grid.source.width)
    if (last_row - first_row) * (last - first) > MOST_PIXELS:
        raise _RefusedError(error("CEN041", grid.shown, "@raster_too_fine"))
    for top in range(first_row, last_row, TILE):
        for left in range(first, last, TILE):
            yield (top, min(top + TILE, last_row)), (left, min(left + TILE, last))


def _add_block(people: FloatArray, corners: FloatArray, tree: shapely.STRtree, out: FloatArray) -> None:
    """Add a block of pixels [row, column] to the sums [polygon]: whole if one polygon holds it, else in four parts."""
    if not people.any():
        return
    ring = _outline(corners)
    near = tree.query(ring, predicate="intersects")
    if not near.size:
        return
    shapes = tree.geometries.take(near)
    if near.size == 1 and shapely.contains_properly(shapes[0], ring):
        out[near[0]] += people.sum()
    elif max(people.shape) <= _LEAF:
        _add_pixels(people, corners, shapely.intersection(shapes, ring), near, out)
    else:
        middle = [(0, size // 2, size) if size > _LEAF else (0, size) for size in people.shape]
        for top, bottom in zip(middle[0], middle[0][1:], strict=False):
            for left, right in zip(middle[1], middle[1][1:], strict=False):
                part = corners[top : bottom + 1, left : right + 1]
                _add_block(people[top:bottom, left:right], part, tree, out)


def _add_pixels(
    people: FloatArray, corners: FloatArray, shapes: Geometries, near: NDArray[np.int64], out: FloatArray
) -> None:
    """Add pixels [row, column] by the part of their area in each polygon."""
    rings = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]], axis=2)
    held = people > 0.0
    pixels, counts = shapely.polygons(rings[held]), people[held]
    area = shapely.area(pixels)
    for shape, at in zip(shapes, near.tolist(), strict=True):
        part = np.asarray(shapely.area(shapely.intersection(pixels, shape)), dtype=np.float64)
        out[at] += float((counts * part / area).sum())


def _outline(corners: FloatArray) -> shapely.Polygon:
    """Outline of a block through all the pixel corners on it: [row, column, 2] -> a polygon."""
    parts = (corners[0, :-1], corners[:-1, -1], corners[-1, :0:-1], corners[:0:-1, 0])
    return shapely.Polygon(np.concatenate(parts))


def _outside(grid: _Grid, shapes: Geometries) -> FloatArray:
    """Part of each polygon's area outside the raster [polygon]."""
    rows, columns = (
        np.unique(np.linspace(0, size, min(size, _EDGE) + 1).astype(np.int64))
        for size in (grid.source.height, grid.source.width)
    )
    corners = grid.corners(rows, columns)
    if not np.isfinite(corners).all():  # a raster of the world leaves the reach of the working CRS
        return np.zeros(len(shapes))
    inside = shapely.area(shapely.intersection(shapes, shapely.make_valid(_outline(corners))))
    area = np.asarray(shapely.area(shapes), dtype=np.float64)
    part = 1.0 - np.divide(inside, area, out=np.ones_like(area), where=area > 0.0)
    return np.where(part < 1e-6, 0.0, part)
