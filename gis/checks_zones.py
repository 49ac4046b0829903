"""Checks of zones on the map: a school outside its own zone, a zone that falls into parts.

A zone is the set of units that the zones table gives a school in a stage. Units closer than 5 m are neighbours, so that
a thin gap along a border does not tear a zone apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gis.arrays import IntArray
from gis.crs import Way
from gis.findings import Finding, located, mark
from gis.pieces import THIN_M, Geometries
from gis.places import TOUCH_M, SchoolPoints, way_off
from scenarios.problems import warning


@dataclass(frozen=True)
class Zone:
    """Units that one or several schools share in a stage; rows of the units layer."""

    stage: str
    schools: tuple[str, ...]
    rows: IntArray


def zones_of(table: pd.DataFrame, ids: Sequence[str]) -> list[Zone]:
    """Zones of the base year. table: columns stage, unit, school.  ids: units, in the order of the layer."""
    row = {name: at for at, name in enumerate(ids)}
    units_of: dict[tuple[str, str], set[int]] = {}
    for stage, unit, school in zip(table["stage"], table["unit"], table["school"], strict=True):
        if unit in row:
            units_of.setdefault((str(stage), str(school)), set()).add(row[unit])
    sharing: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for (stage, school), rows in sorted(units_of.items()):
        sharing.setdefault((stage, tuple(sorted(rows))), []).append(school)
    return [Zone(stage, tuple(who), np.array(rows, dtype=np.int64)) for (stage, rows), who in sharing.items()]


def schools_outside(
    zones: Iterable[Zone], points: SchoolPoints, held: Sequence[str], units: gpd.GeoDataFrame, way: Way
) -> list[Finding]:
    """Schools that stand outside the units of their own zone, with the distance; those in no unit have been told."""
    shapes = np.asarray(units.geometry.array, dtype=object)
    names = units["id"].to_numpy()
    at_of = {school: at for at, school in enumerate(points.ids)}
    found = []
    for zone in zones:
        members = set(names[zone.rows])
        for at in (at_of[school] for school in zone.schools if school in at_of):
            if held[at] == "" or held[at] in members:
                continue
            dot = shapely.Point(points.xy[at])
            away = np.asarray(shapely.distance(dot, shapes[zone.rows]), dtype=np.float64)
            nearest = int(zone.rows[np.argmin(away)])
            if away.min() > TOUCH_M:
                marked = way_off(dot, shapes[nearest], way, (points.ids[at], str(names[nearest])))
                params = {"school": points.ids[at], "stage": zone.stage, "unit": held[at]}
                metres = f"{away.min():.0f}"
                problem = warning("GIS060", points.places[at], "", "", **params, metres=metres, at=marked.at)
                found.append(located(problem, [marked], way.source))
    return found


def torn_zones(zones: Iterable[Zone], units: gpd.GeoDataFrame, place: str, way: Way) -> list[Finding]:
    """Zones in several parts that do not touch. units: columns `id`, `geometry` (working CRS).  place: zones table."""
    shapes = np.asarray(units.geometry.array, dtype=object)
    touching = _neighbours(shapes, 0.0)
    found = []
    for zone in zones:
        count, part = connected_components(touching[zone.rows][:, zone.rows], directed=False)
        if count > 1:  # only now it matters what is near without touching, which takes longer to find
            count, part = connected_components(_neighbours(shapes[zone.rows], THIN_M), directed=False)
        if count > 1:
            found.append(_torn(zone, np.asarray(part), shapes, units["id"].to_numpy(), (place, way)))
    return found


def _neighbours(shapes: Geometries, metres: float) -> csr_array:
    """Pairs of shapes that touch, or come as near as this, [unit, unit]."""
    tree = shapely.STRtree(shapes)
    if metres > 0:
        left, right = tree.query(shapes, predicate="dwithin", distance=metres)
    else:
        left, right = tree.query(shapes, predicate="intersects")
    return csr_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(shapes), len(shapes)))


def _torn(zone: Zone, part: IntArray, shapes: Geometries, names: Geometries, where: tuple[str, Way]) -> Finding:
    place, way = where
    pieces = [shapely.union_all(shapes[zone.rows[part == number]]) for number in range(part.max() + 1)]
    largest = int(np.argmax(shapely.area(pieces)))
    apart = [number for number in range(len(pieces)) if number != largest]
    metres = max(float(shapely.distance(pieces[number], pieces[largest])) for number in apart)
    members = {number: tuple(str(name) for name in names[zone.rows[part == number]]) for number in apart}
    marks = [mark(pieces[number], way, members[number]) for number in apart]
    marks.sort(key=lambda item: (-(item.area_m2 or 0.0), item.at))
    problem = warning(
        "GIS061",
        f"{place}:{zone.schools[0]}",
        school=zone.schools,
        stage=zone.stage,
        parts=len(pieces),
        units=tuple(name for item in marks for name in item.units),
        metres=f"{metres:.0f}",
        at=marks[0].at,
    )
    return located(problem, marks, way.source)
