"""The roads: a synthetic network of a mountain county with heights.

Every line is made up. A provincial road follows the valley through the seat, county roads lead from the seat to every
other township over the hills, village roads join neighbouring units that no third one lies between (Gabriel graph of
the units), every unit has lanes to three hamlets. Heights are a smooth surface: a valley at the seat, ridges around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import cos, hypot, pi, sin, sqrt, tau

from shapely import Point as ShapelyPoint

from scenarios.examples.generator import Spec
from scenarios.examples.generator.chance import Chance
from scenarios.examples.generator.land import Frame, Unit
from scenarios.examples.generator.network import position
from scenarios.examples.generator.spec import Point
from scenarios.examples.generator.texts import layer

STEP_KM = {"省道": 1.2, "县道": 1.0, "村道": 1.0, "小路": 0.8, "支路": 0.6}
BEND = {"省道": 0.25, "县道": 0.45, "村道": 0.6, "小路": 0.45, "支路": 0.06}
"""Largest offset of a midpoint, share of the piece: mountain roads are bent."""
HAMLETS = 3
VALLEY_M, RIDGE_M = 180.0, 620.0  # synthetic
NOTE = "Synthetic: every road is made up. 合成数据：全部道路均为虚构。"


@dataclass(frozen=True)
class Road:
    """One road in kilometres from the middle of the box."""

    road: str
    kind: str
    line: tuple[Point, ...]


def height(x_km: float, y_km: float, seat: Point) -> int:
    """Height of the ground [m]: the valley of the seat runs from west to east, ridges rise to both sides."""
    across = (y_km - seat[1] - 1.5 * sin(tau * (x_km - seat[0]) / 18.0)) / 5.0
    valley = 1.0 - 1.0 / (1.0 + across * across)
    ridges = 0.5 + 0.5 * sin(tau * (0.8 * x_km + 0.6 * y_km) / 6.5) * cos(tau * (0.5 * x_km - 0.8 * y_km) / 5.0)
    return round(VALLEY_M + RIDGE_M * (0.55 * valley + 0.45 * valley * ridges))


class Network:
    """The making of one network."""

    def __init__(self, spec: Spec, units: list[Unit]) -> None:
        self.spec, self.units, self.chance = spec, units, Chance(spec.salt)
        self.seeds = {unit.unit: unit.seed for unit in units}
        self.urban = {unit.unit for unit in units if unit.urban}

    def roads(self) -> list[Road]:
        """All roads, sorted by id."""
        found = [*self.main_roads(), *self.village_roads(), *self.school_roads()]
        for unit in self.units:
            found += self.lanes(unit)
        return sorted(found, key=lambda road: road.road)

    def drawn(self, name: str, kind: str, start: Point, end: Point) -> Road:
        """A bent road."""
        return Road(name, kind, (start, *self.bent(start, end, kind)))

    def bent(self, start: Point, end: Point, kind: str) -> list[Point]:
        """Points after `start` up to and including `end`."""
        east, north = end[0] - start[0], end[1] - start[1]
        if hypot(east, north) < STEP_KM[kind]:
            return [end]
        chance = self.chance.uniform("road", *(f"{value:.3f}" for value in (*start, *end)))
        offset = BEND[kind] * (2.0 * chance - 1.0)
        middle = ((start[0] + end[0]) / 2 - north * offset, (start[1] + end[1]) / 2 + east * offset)
        return [*self.bent(start, middle, kind), *self.bent(middle, end, kind)]

    def centre(self, township: str) -> Point:
        """The first unit of a township: its seat."""
        names = sorted(name for name in self.seeds if name.startswith(f"{township}-"))
        return self.seeds[next((name for name in names if name.endswith("-c1")), names[0])]

    def main_roads(self) -> list[Road]:
        """From the first township, the county seat, to every other one; to the two towns by the provincial road."""
        codes = [township.code for township in self.spec.place.townships]
        towns = {township.code for township in self.spec.place.townships if township.communities}
        start = self.centre(codes[0])
        return [
            self.drawn(f"X-{code}", "省道" if code in towns else "县道", start, self.centre(code)) for code in codes[1:]
        ]

    def village_roads(self) -> list[Road]:
        """Between units whose circle (on the line between them) holds no third one."""
        found = []
        for a, b in combinations(sorted(self.seeds), 2):
            (ax, ay), (bx, by) = self.seeds[a], self.seeds[b]
            middle, radius = ((ax + bx) / 2, (ay + by) / 2), hypot(ax - bx, ay - by) / 2
            others = (point for name, point in self.seeds.items() if name not in (a, b))
            if all(hypot(x - middle[0], y - middle[1]) >= radius - 1e-9 for x, y in others):
                kind = "支路" if {a, b} <= self.urban else "村道"
                found.append(self.drawn(f"C-{a}-{b}", kind, self.seeds[a], self.seeds[b]))
        return found

    def lanes(self, unit: Unit) -> list[Road]:
        """From the middle of a unit to its hamlets."""
        x, y = unit.seed
        kind = "支路" if unit.urban else "村道" if unit.unit.endswith(("1", "2")) else "小路"
        found = []
        for number in range(HAMLETS):
            turn = tau * (number + 0.7 * self.chance.uniform("lane", unit.unit, number)) / HAMLETS
            far = sqrt(unit.polygon.area / pi) * (0.4 + 0.35 * self.chance.uniform("hamlet", unit.unit, number))
            while not unit.polygon.contains(ShapelyPoint(x + far * cos(turn), y + far * sin(turn))):
                far *= 0.8
            end = (x + far * cos(turn), y + far * sin(turn))
            found.append(self.drawn(f"L-{unit.unit}-{number}", kind, unit.seed, end))
        return found

    def school_roads(self) -> list[Road]:
        """From the middle of a unit to each school that stands apart from it."""
        found = []
        for school in self.spec.schools:
            end = position(self.spec, school, self.units)
            if end != self.seeds[school.unit]:
                found.append(self.drawn(f"S-{school.school}", "支路", self.seeds[school.unit], end))
        return found


def roads_geojson(spec: Spec, units: list[Unit]) -> str:
    """The layer of roads: EPSG:4490, five decimals of a degree, heights in metres as third number."""
    frame, network = Frame.of(spec.place), Network(spec, units)
    seat = network.centre(spec.place.townships[0].code)
    features: list[dict[str, object]] = []
    for road in network.roads():
        line = []
        for x, y in road.line:
            lon, lat = frame.to_lonlat(x, y)
            line.append([round(lon, 5), round(lat, 5), height(x, y, seat)])
        geometry: dict[str, object] = {"type": "LineString", "coordinates": line}
        properties = {"road": road.road, "等级": road.kind}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return layer("roads", NOTE, features)
