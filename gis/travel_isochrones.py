"""Isochrones: the area from which a school is reached within 10, 15 or 30 minutes, as polygons for a GIS.

The time at any point is that of the demand points (`gis.network_places`): the leg to the nearest road that may be used,
then the way. It is taken on a square grid, and the line of equal time is drawn through it by linear interpolation
(contourpy), so that the borders are as good as the spacing of the grid. Only one road is looked at for each point, the
nearest one: where two roads that do not meet lie close together the line has a jump, as the model itself has.
Tests: tests/gis/test_isochrones.py (a straight road: diamonds with closed forms).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import contourpy
import geopandas as gpd
import numpy as np
import shapely

from gis.arrays import FloatArray
from gis.network import Network, Times
from gis.network_places import Placed, nearest_cost, place_on
from gis.travel_network import RoadNetwork

MINUTES = (10.0, 15.0, 30.0)
"""Bands that planners ask for [min]."""
MOST_CELLS = 1_000_000
"""Grid cells at most; the spacing grows until they are enough."""
_MIN = 0.06  # minutes that 1 m takes at 1 km/h


@dataclass(frozen=True)
class Walk:
    """How the last leg off the roads is walked."""

    detour: float
    """Way / straight line [-]."""
    km_per_h: float
    """[km/h]."""
    access_m: float
    """How far the main part of the network may be for a place that is nearer to another part [m]."""


@dataclass(frozen=True)
class Field:
    """A square grid over an area, put onto the roads once for any number of questions."""

    x: FloatArray
    """[column], metres."""
    y: FloatArray
    """[row], metres."""
    there: Placed
    """Its points, row by row, [row x column]."""
    walk: Walk

    def areas(self, schools: FloatArray) -> list[tuple[float, shapely.Geometry]]:
        """Area of each band: where the nearest of the schools [school, 2] is reached within so many minutes."""
        minutes = _minutes(self.there, schools, self.walk).reshape(len(self.y), len(self.x))
        # Beyond all roads there is no time; a far one keeps the lines finite.
        grid = np.where(np.isfinite(minutes), minutes, 10.0 * max(MINUTES))
        lines = contourpy.contour_generator(self.x, self.y, grid, fill_type=contourpy.FillType.OuterOffset)
        return [(limit, _polygon(lines.filled(-1.0, limit))) for limit in MINUTES]


def field(road: RoadNetwork, mode: str, walk: Walk, box: FloatArray, step_m: float = 100.0) -> Field:
    """The grid of an area. box: west, south, east, north, [4].  step_m: spacing; more where cells would be too many."""
    x, y = _axes(box, step_m)
    column, row = np.meshgrid(x, y)
    spots = np.column_stack([column.ravel(), row.ravel()])
    return Field(x, y, place_on(road.network, road.times[mode], spots, walk.access_m), walk)


def isochrones(
    road: RoadNetwork, mode: str, schools: FloatArray, walk: Walk, box: FloatArray, step_m: float = 100.0
) -> list[tuple[float, shapely.Geometry]]:
    """Area of each band: where the nearest of the schools is reached within so many minutes, (minutes, polygon).

    schools: [school, 2] in metres.  box: west, south, east, north of the area, [4].  step_m: spacing of the grid.
    """
    return field(road, mode, walk, box, step_m).areas(schools)


def surface(network: Network, times: Times, schools: FloatArray, xy: FloatArray, walk: Walk) -> FloatArray:
    """Minutes from any points [point, 2] to the nearest of the schools [school, 2], [point]; inf without a way."""
    return _minutes(place_on(network, times, xy, walk.access_m), schools, walk)


def _minutes(there: Placed, schools: FloatArray, walk: Walk) -> FloatArray:
    """Minutes from places on the roads to the nearest of the schools [school, 2], [place]."""
    per_m = walk.detour * _MIN / walk.km_per_h
    sites = place_on(there.network, there.times, schools, walk.access_m)
    result: FloatArray = nearest_cost(there, sites, sites.leg_m * per_m) + there.leg_m * per_m
    return result


def isochrone_frame(
    road: RoadNetwork,
    mode: str,
    schools: tuple[tuple[str, ...], FloatArray],
    walk: Walk,
    place: tuple[object, FloatArray],
) -> gpd.GeoDataFrame:
    """Bands of every school and of all together (school ""), largest first: school, mode, minutes, geometry.

    schools: ids and positions [school, 2].  place: CRS and box [4] of the area.
    """
    rows: list[dict[str, object]] = []
    names, xy = schools
    grid = field(road, mode, walk, place[1])
    for at in [None, *range(len(names))]:
        chosen = xy if at is None else xy[at : at + 1]
        for minutes, shape in reversed(grid.areas(chosen)):
            rows.append(
                {"school": "" if at is None else names[at], "mode": mode, "minutes": minutes, "geometry": shape}
            )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=place[0])


def _axes(box: FloatArray, step_m: float) -> tuple[FloatArray, FloatArray]:
    """Coordinates of the grid's columns and rows."""
    wide, high = float(box[2] - box[0]), float(box[3] - box[1])
    step = max(step_m, float(np.sqrt(wide * high / MOST_CELLS)))
    return (
        np.linspace(box[0], box[2], max(int(np.ceil(wide / step)) + 1, 2)),
        np.linspace(box[1], box[3], max(int(np.ceil(high / step)) + 1, 2)),
    )


def _polygon(filled: Any) -> shapely.Geometry:
    """One geometry of the outlines and holes that contourpy hands over."""
    parts = []
    for points, offsets in zip(*filled, strict=True):
        rings = [points[a:b] for a, b in pairwise(offsets)]
        parts.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.unary_union(shapely.make_valid(np.array(parts, dtype=object))) if parts else shapely.Polygon()
