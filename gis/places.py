"""Where schools stand: the unit whose polygon holds each point, and what does not fit the table.

A point counts as inside a unit up to 1 m beyond its border. Points that all lie off by one and the same few hundred
metres are most often GCJ-02, the shifted datum of Chinese web maps: the offset is searched for, never undone.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.arrays import FloatArray
from gis.crs import Way
from gis.findings import Finding, Mark, back, located
from scenarios.problems import Problem, error, warning

TOUCH_M = 1.0
"""How far outside a border a point still counts as inside [m]."""
OFFSET_SHARE = 0.5
"""Share of the misplaced schools that one offset must explain before it is named."""
OFFSET_COUNT = 3
"""Least number of schools that one offset must explain."""
_RINGS_M = np.arange(300.0, 851.0, 50.0)
_BEARINGS = np.deg2rad(np.arange(0.0, 360.0, 15.0))
_COMPASS = ("@north", "@north_east", "@east", "@south_east", "@south", "@south_west", "@west", "@north_west")


@dataclass(frozen=True)
class SchoolPoints:
    """Schools as points of the working CRS, with what the table says about them."""

    ids: tuple[str, ...]
    units: tuple[str, ...]
    """Unit where the school stands, as the table or the plan says."""
    xy: FloatArray
    """[school, 2] in metres."""
    places: tuple[str, ...]
    """Where the school is written, for messages."""
    content: str = ""
    """Hash of what was read from a database, empty for files."""


@dataclass(frozen=True)
class Offset:
    """One shift that would bring many points into the units that the table names."""

    metres: float
    compass: str
    explained: int
    misplaced: int


def locate(points: SchoolPoints, units: gpd.GeoDataFrame, way: Way) -> tuple[tuple[str, ...], list[Finding]]:
    """Unit that holds each school ("" if none), [school], and every school that is not where the table says.

    units: columns `id`, `geometry` (working CRS), sorted by id.  way: from the layer's CRS to the working CRS.
    """
    names = [str(name) for name in units["id"]]
    row = {name: at for at, name in enumerate(names)}
    shapes = np.asarray(units.geometry.array, dtype=object)
    dots = np.asarray(shapely.points(points.xy), dtype=object)
    tree = shapely.STRtree(shapes)
    who, where = tree.query(dots, predicate="dwithin", distance=TOUCH_M)
    near = {(int(a), names[int(b)]) for a, b in zip(who, where, strict=True)}
    closest = np.asarray(tree.nearest(dots), dtype=np.int64)
    gaps = np.asarray(shapely.distance(dots, shapes[closest]), dtype=np.float64)
    held: list[str] = []
    found: list[Finding] = []
    for at, (school, unit, place) in enumerate(zip(points.ids, points.units, points.places, strict=True)):
        if (at, unit) in near:
            held.append(unit)
            continue
        outside, nearest = bool(gaps[at] > TOUCH_M), names[closest[at]]
        held.append("" if outside else nearest)
        if outside:
            params = {"unit": nearest, "metres": f"{gaps[at]:.0f}", "table": unit}
            problem, meant = error("GIS031", place, school=school, **params), nearest
        elif unit in row:
            away = f"{shapely.distance(dots[at], shapes[row[unit]]):.0f}"
            params = {"unit": nearest, "table": unit, "metres": away}
            problem, meant = warning("GIS032", place, school=school, **params), unit
        else:
            continue
        line = way_off(dots[at], shapes[row[meant]], way, (school, meant))
        found.append(located(problem, [line], way.source))
    return tuple(held), found


def way_off(dot: shapely.Point, towards: shapely.Geometry, way: Way, names: tuple[str, ...]) -> Mark:
    """The straight line from a school to where it should be."""
    return Mark(back(shapely.shortest_line(dot, towards), way), way.back_text(dot.x, dot.y), names)


def common_offset(points: SchoolPoints, units: gpd.GeoDataFrame) -> Offset | None:
    """The one shift of 300-850 m that explains most misplaced schools, if it explains enough of them.

    Search: 12 lengths x 24 directions; the shift with the most schools inside their unit wins (the mean of equals).
    """
    shapes = dict(zip(units["id"], units.geometry, strict=True))
    known = [at for at, unit in enumerate(points.units) if unit in shapes]
    if len(known) < OFFSET_COUNT:
        return None
    homes = np.array([shapes[points.units[at]] for at in known], dtype=object)
    shapely.prepare(homes)
    xy = points.xy[known]
    inside: NDArray[np.bool_] = shapely.dwithin(homes, shapely.points(xy), TOUCH_M)
    length, bearing = (axis.ravel() for axis in np.meshgrid(_RINGS_M, _BEARINGS, indexing="ij"))
    east, north = length * np.sin(bearing), length * np.cos(bearing)
    shifted = shapely.contains_xy(homes[None, :], xy[:, 0] - east[:, None], xy[:, 1] - north[:, None])
    gain = shifted.sum(axis=1) - int(inside.sum())
    best = int(np.argmax(gain))
    misplaced = int((~inside).sum())
    if gain[best] < max(OFFSET_COUNT, OFFSET_SHARE * misplaced):
        return None
    equal = gain == gain[best]
    mean_east, mean_north = float(east[equal].mean()), float(north[equal].mean())
    where = compass(mean_east, mean_north)
    return Offset(float(np.hypot(mean_east, mean_north)), where, int(gain[best]), misplaced)


def compass(east: float, north: float) -> str:
    """The direction of a vector as a word of the message catalogue: `@north_east`."""
    return _COMPASS[int(np.round(np.rad2deg(np.arctan2(east, north)) / 45.0)) % 8]


def offset_problem(offset: Offset, place: str, in_china: bool) -> Problem:
    """The warning about a common offset; only in China does it point to GCJ-02."""
    params = {"metres": f"{offset.metres:.0f}", "direction": offset.compass}
    counts = {"explained": offset.explained, "misplaced": offset.misplaced}
    cause = "@cause_gcj" if in_china else "@cause_datum"
    return warning("GIS033", place, "", "", **params, **counts, cause=cause, remedy="@find_out")
