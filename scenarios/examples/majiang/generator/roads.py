"""The roads: a synthetic network of a hilly county, in kilometres from the county seat, with heights.

Every line is made up. A county road leads from the seat to every township, an expressway crosses the county on bridges
and meets the other roads at one interchange; village roads join neighbouring units that no third one lies between
(Gabriel graph of the units), every unit has lanes to three hamlets, town cores a few streets. Roads are bent so that
they are about half as long again as the straight line, which is what the study assumed before it had any. Heights are
a smooth surface between the 576 m and 900 m of the facts (domain facts 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, hypot, sin, tau

from shapely import Point as ShapelyPoint

from scenarios.examples.generator.texts import layer
from scenarios.examples.majiang.generator.chance import uniform
from scenarios.examples.majiang.generator.drawing import Point, to_lonlat
from scenarios.examples.majiang.generator.network import SCHOOLS, position_km
from scenarios.examples.majiang.generator.places import TOWNSHIPS, Unit

STEP_KM = {"县道": 0.9, "村道": 0.9, "小路": 0.7, "支路": 0.6, "高速公路": 3.0}
BEND = {"县道": 0.34, "村道": 0.5, "小路": 0.4, "支路": 0.06, "高速公路": 0.04}
"""Largest offset of a midpoint, share of the piece."""
HAMLETS = 3
INTERCHANGE = "jz-v01"  # the unit at which the expressway is reached
EXPRESSWAY: list[Point] = [(-27.0, 1.0), (-15.0, 2.5), (-4.0, -4.5), (9.0, -2.6), (24.0, -1.0)]


@dataclass(frozen=True)
class Road:
    """One road."""

    road: str
    kind: str
    line: list[Point]
    level: int = 0
    oneway: int = 0


def height(x_km: float, y_km: float) -> int:
    """Height of the ground [m]: valleys and ridges, 576-900 m."""
    ridges = 0.55 * sin(tau * (0.9 * x_km + 0.5 * y_km) / 11.0) + 0.3 * cos(tau * (0.4 * x_km - 0.9 * y_km) / 7.0)
    hills = 0.15 * sin(tau * x_km / 2.9) * cos(tau * y_km / 3.3)
    return round(738.0 + 162.0 * (ridges + hills))


def roads(units: list[Unit]) -> list[Road]:
    """All roads, sorted by id."""
    seeds = {unit.unit: unit.cell.seed for unit in units}
    found = [_drawn("G-01", "高速公路", EXPRESSWAY, level=1), *_county_roads(seeds), *_village_roads(seeds)]
    slip = [EXPRESSWAY[2], seeds[INTERCHANGE]]
    found.append(_drawn("G-02", "县道", slip, level=0))
    for unit in units:
        found += _lanes(unit)
    found += _school_roads(seeds)
    return sorted(found, key=lambda road: road.road)


def _drawn(name: str, kind: str, points: list[Point], level: int = 0, oneway: int = 0) -> Road:
    line = [points[0]]
    for start, end in pairwise(points):
        line += _bent(start, end, kind)
    return Road(name, kind, line, level, oneway)


def _bent(start: Point, end: Point, kind: str) -> list[Point]:
    """Points after `start` up to and including `end`; the same line from either side would be bent otherwise."""
    east, north = end[0] - start[0], end[1] - start[1]
    if hypot(east, north) < STEP_KM[kind]:
        return [end]
    offset = BEND[kind] * (2.0 * uniform("road", *(f"{value:.3f}" for value in (*start, *end))) - 1.0)
    middle = ((start[0] + end[0]) / 2 - north * offset, (start[1] + end[1]) / 2 + east * offset)
    return [*_bent(start, middle, kind), *_bent(middle, end, kind)]


def _nearest(seeds: dict[str, Point], to: Point, start: str = "") -> str:
    names = [name for name in sorted(seeds) if name.startswith(start)]
    return min(names, key=lambda name: round(hypot(seeds[name][0] - to[0], seeds[name][1] - to[1]), 6))


def _county_roads(seeds: dict[str, Point]) -> list[Road]:
    """From the seat to the middle of every other township."""
    centre = seeds[_nearest(seeds, (0.0, 0.0))]
    names = [code for code in sorted(TOWNSHIPS) if TOWNSHIPS[code].seat != (0.0, 0.0)]
    ends = {code: seeds[_nearest(seeds, TOWNSHIPS[code].seat, code)] for code in names}
    return [_drawn(f"X-{code}", "县道", [centre, end]) for code, end in ends.items()]


def _village_roads(seeds: dict[str, Point]) -> list[Road]:
    """Between units whose circle (on the line between them) holds no third one."""
    found = []
    for a, b in combinations(sorted(seeds), 2):
        (ax, ay), (bx, by) = seeds[a], seeds[b]
        mid, radius = ((ax + bx) / 2, (ay + by) / 2), hypot(ax - bx, ay - by) / 2
        others = (seeds[name] for name in seeds if name not in (a, b))
        if all(hypot(x - mid[0], y - mid[1]) >= radius - 1e-9 for x, y in others):
            in_town = "-v" not in a and "-v" not in b
            found.append(_drawn(f"C-{a}-{b}", "支路" if in_town else "村道", [seeds[a], seeds[b]]))
    return found


def _lanes(unit: Unit) -> list[Road]:
    """From the middle of a unit to its hamlets; in town a street around the block, one way."""
    x, y = unit.cell.seed
    reach = (unit.cell.polygon.area / 3.14159) ** 0.5
    ends: list[Point] = []
    for number in range(HAMLETS):
        turn = tau * (number + 0.7 * uniform("lane", unit.unit, number)) / HAMLETS
        far = reach * (0.45 + 0.35 * uniform("hamlet", unit.unit, number))
        while not unit.cell.polygon.contains(ShapelyPoint(x + far * cos(turn), y + far * sin(turn))):
            far *= 0.8
        ends.append((x + far * cos(turn), y + far * sin(turn)))
    kind = "支路" if unit.urban else "小路" if unit.unit.endswith(("3", "7")) else "村道"
    found = [_drawn(f"L-{unit.unit}-{number}", kind, [unit.cell.seed, end]) for number, end in enumerate(ends)]
    if unit.urban:
        found.append(Road(f"L-{unit.unit}-9", "支路", [*ends, ends[0]], 0, 1))
    return found


def _school_roads(seeds: dict[str, Point]) -> list[Road]:
    """From the middle of a unit to each school that stands apart from it."""
    found = []
    for school in SCHOOLS:
        end = position_km(school, seeds)
        if end != seeds[school.unit]:
            found.append(_drawn(f"S-{school.school}", "支路", [seeds[school.unit], end]))
    return found


def roads_geojson(units: list[Unit]) -> str:
    """The layer of roads, one feature a line: EPSG:4490, five decimals, heights in metres as third number."""
    features: list[dict[str, object]] = []
    for road in roads(units):
        line = [[*_metre(to_lonlat(x, y)), height(x, y)] for x, y in road.line]
        properties = {"road": road.road, "等级": road.kind, "level": road.level, "oneway": road.oneway}
        geometry: dict[str, object] = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return layer("roads", "Synthetic: every road is made up. 合成数据：全部道路均为虚构。", features)


def _metre(point: Point) -> Point:
    """A point to a metre: five decimals of a degree."""
    return round(point[0], 5), round(point[1], 5)
