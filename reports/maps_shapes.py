"""Polygons of a map made ready to draw once and reuse in every panel: simplified to what the eye can see, as paths."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

Geometries = NDArray[np.object_]


def to_outline(geometry: shapely.Geometry) -> Outline:
    """One path of a polygon or multipolygon, holes included."""
    polygons = shapely.get_parts(geometry)
    rings = shapely.get_rings(polygons[shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON])
    if not len(rings):
        return Outline(np.empty((0, 2)))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    starts = np.flatnonzero(np.r_[True, np.diff(owner) > 0])
    codes[starts] = Outline.MOVETO
    codes[np.r_[starts[1:] - 1, len(points) - 1]] = Outline.CLOSEPOLY
    return Outline(points, codes)


def borders(shapes: Geometries) -> Outline:
    """All borders of polygons as one path; a border that two of them share is in it once."""
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(shapes))))
    points, owner = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    codes[np.flatnonzero(np.r_[True, np.diff(owner) > 0][: len(points)])] = Outline.MOVETO
    return Outline(points, codes)


def simplified(units: gpd.GeoDataFrame, tolerance: float) -> Geometries:
    """Geometries with detail below `tolerance` [m] taken out; shared borders stay shared where the layer is clean."""
    shapes = units.geometry.to_numpy()
    if len(shapes) and bool(shapely.coverage_is_valid(shapes)):
        return np.asarray(shapely.coverage_simplify(shapes, tolerance))
    return np.asarray(shapely.simplify(shapes, tolerance, preserve_topology=True))


def panel_frame(bounds: Sequence[float], width: float, aspects: tuple[float, float]) -> tuple[float, float]:
    """Height [pt] of a map panel `width` [pt] wide, and its scale [m/pt], so that `bounds` fit with a margin."""
    across, up = bounds[2] - bounds[0], bounds[3] - bounds[1]
    across, up = max(across, up * 1e-3, 1.0) * 1.06, max(up, across * 1e-3, 1.0) * 1.06
    height = width * float(np.clip(up / across, *aspects))
    return height, max(across / width, up / height)
