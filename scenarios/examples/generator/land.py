"""From a specification to units: an outline, townships around their seats, cells without gaps, natural borders.

Every line is synthetic. The outline is a convex curve inside the box with the area of the place, townships are the
parts of it nearest to their seats, units the parts of a township nearest to their own points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, radians, sin, sqrt

from shapely import (
    Geometry,
    LineString,
    MultiPoint,
    Polygon,
    coverage_is_valid,
    get_parts,
    line_merge,
    polygonize,
    unary_union,
    voronoi_polygons,
)
from shapely import Point as ShapelyPoint

from scenarios.examples.generator.chance import Chance
from scenarios.examples.generator.spec import Place, Point, Spec, Township

RELAXATIONS = 12  # Lloyd steps: enough for villages of similar size, few enough to stay irregular
BENDS = (0.13, 0.06, 0.0)  # largest offset of a midpoint, share of the piece; less where lines would cross
PIECES = 7  # pieces of a border as long as a unit is wide
GRID_KM = 0.001  # corners of neighbours, computed apart, meet on this grid
CORNERS = 48


@dataclass(frozen=True)
class Unit:
    """A village, community or estate; its point and polygon in kilometres from the middle of the box."""

    unit: str
    name_zh: str
    name_en: str
    township: str
    kind: str  # village | community | estate
    attraction: float
    seed: Point
    polygon: Polygon

    @property
    def urban(self) -> bool:
        """Communities and estates are urban."""
        return self.kind != "village"


@dataclass(frozen=True)
class Frame:
    """From kilometres to degrees, around the middle of a box."""

    lon: float
    lat: float

    @classmethod
    def of(cls, place: Place) -> Frame:
        """The frame of a place."""
        west, south, east, north = place.box
        return cls((west + east) / 2, (south + north) / 2)

    @property
    def km(self) -> Point:
        """Length of a degree of longitude and of latitude [km], series for the GRS 80 ellipsoid."""
        at = radians(self.lat)
        east = 111.41288 * cos(at) - 0.09350 * cos(3 * at) + 0.00012 * cos(5 * at)
        return east, 111.13295 - 0.55982 * cos(2 * at) + 0.00117 * cos(4 * at)

    def to_km(self, lon: float, lat: float) -> Point:
        """Kilometres from the middle of the box."""
        return (lon - self.lon) * self.km[0], (lat - self.lat) * self.km[1]

    def to_lonlat(self, x: float, y: float) -> Point:
        """Longitude and latitude [degrees, six decimals]."""
        return round(self.lon + x / self.km[0], 6), round(self.lat + y / self.km[1], 6)


def outline(place: Place, chance: Chance) -> Polygon:
    """A convex outline [km]: a superellipse, rounder or squarer in each quarter, of the area of the place."""
    frame = Frame.of(place)
    half = frame.to_km(place.box[2], place.box[3])
    fill = place.area_km2 / (4 * half[0] * half[1])
    if fill > 1.0:
        raise ValueError(f"an area of {place.area_km2} km2 does not fit into the box")
    scale = min(1.0, sqrt(fill / 0.72))
    low, high = 1.0, 12.0
    for _ in range(50):
        power = (low + high) / 2
        found = _curve((half[0] * scale, half[1] * scale), power, chance)
        low, high = (power, high) if found.area < place.area_km2 else (low, power)
    return found


def _curve(half: Point, power: float, chance: Chance) -> Polygon:
    points = []
    for step in range(CORNERS):
        angle = 2 * pi * (step + 0.5) / CORNERS
        quarter = 4 * step // CORNERS
        # At least 1: below it the curve is hollow.
        own = max(1.0, power * (0.75 + 0.5 * chance.uniform("quarter", quarter)))
        x, y = abs(cos(angle)) ** (2 / own), abs(sin(angle)) ** (2 / own)
        points.append((half[0] * x * (1 if cos(angle) > 0 else -1), half[1] * y * (1 if sin(angle) > 0 else -1)))
    return _polygon(Polygon(points).convex_hull)


def _polygon(shape: Geometry) -> Polygon:
    """The one polygon of a shape, as every part of a convex one has; touching lines and points are dropped."""
    found = [part for part in get_parts(shape) if isinstance(part, Polygon)]
    if len(found) != 1:
        raise TypeError(f"one polygon is expected, found {shape}")
    return found[0]


def cells_of(area: Polygon, points: list[Point]) -> list[Polygon]:
    """The part of a convex area nearest to each point, in the order of the points."""
    if len(points) == 1:
        return [area]
    parts = get_parts(voronoi_polygons(MultiPoint(points), extend_to=area, ordered=True))
    return [_polygon(part.intersection(area)) for part in parts]


def seeds(township: Township, area: Polygon, seat: Point, chance: Chance) -> list[tuple[str, Point]]:
    """Kind and point of every unit of a township: town around the seat, villages spread over the rest."""
    fixed: list[tuple[str, Point]] = []
    for kind, count, far in (("community", township.communities, 1.0), ("estate", len(township.estates), 2.0)):
        for number in range(count):
            turn = 2 * pi * (number + chance.uniform("turn", township.code, kind)) / count
            # Not on one circle: cells of such points are not unique.
            near = 0.85 + 0.3 * chance.uniform("ring", township.code, kind, number)
            reach = township.core_km * far * near if count > 1 or kind == "estate" else 0.0
            while not area.contains(ShapelyPoint(seat[0] + reach * cos(turn), seat[1] + reach * sin(turn))):
                reach *= 0.8
            fixed.append((kind, (seat[0] + reach * cos(turn), seat[1] + reach * sin(turn))))
    town = [point for _, point in fixed]
    free = _scattered(township.code, area, township.villages, chance)
    for _ in range(RELAXATIONS if free else 0):
        cells = cells_of(area, town + free)[len(town) :]
        free = [(cell.centroid.x, cell.centroid.y) for cell in cells]
    free.sort(key=lambda point: round((point[0] - seat[0]) ** 2 + (point[1] - seat[1]) ** 2, 6))
    return fixed + [("village", point) for point in free]


def _scattered(name: str, area: Polygon, count: int, chance: Chance) -> list[Point]:
    west, south, east, north = area.bounds
    points: list[Point] = []
    trial = 0
    while len(points) < count:
        x = west + (east - west) * chance.uniform("seed-x", name, trial)
        y = south + (north - south) * chance.uniform("seed-y", name, trial)
        trial += 1
        if area.contains(ShapelyPoint(x, y)):
            points.append((x, y))
    return points


def natural(straight: list[Polygon], points: list[Point], chance: Chance) -> list[Polygon]:
    """The same cells with bent borders; neighbours share the very same points."""
    network = unary_union([cell.boundary for cell in straight], grid_size=GRID_KM)
    lines = get_parts(line_merge(network))
    step = sqrt(sum(cell.area for cell in straight) / len(straight)) / PIECES
    for share in BENDS:
        faces = [_polygon(face) for face in get_parts(polygonize([_bent(line, share, step, chance) for line in lines]))]
        held = [_holding(faces, point) for point in points]
        found = [faces[index] for index in held if index is not None]
        if len(faces) == len(set(held)) == len(points) and len(found) == len(points) and coverage_is_valid(found):
            return found
    raise ValueError("the borders of the units cannot be drawn: points of two units are too near to each other")


def _holding(faces: Iterable[Polygon], point: Point) -> int | None:
    return next((index for index, face in enumerate(faces) if face.contains(ShapelyPoint(point))), None)


def _bent(line: LineString, share: float, step: float, chance: Chance) -> LineString:
    """A border as a natural line: ends stay, every piece is bent at its middle, the same from either side."""
    points = [(float(x), float(y)) for x, y in line.coords]
    if points[0] > points[-1]:
        points.reverse()
    bent = [points[0]]
    for start, end in pairwise(points):
        bent.extend(_bend_piece(start, end, (share, step), chance))
    return LineString(bent)


def _bend_piece(start: Point, end: Point, how: tuple[float, float], chance: Chance) -> list[Point]:
    """Points after `start` up to and including `end`."""
    east, north = end[0] - start[0], end[1] - start[1]
    if sqrt(east * east + north * north) < how[1]:
        return [end]
    offset = how[0] * (2.0 * chance.uniform("bend", *(f"{value:.3f}" for value in (*start, *end))) - 1.0)
    middle = ((start[0] + end[0]) / 2 - north * offset, (start[1] + end[1]) / 2 + east * offset)
    return [*_bend_piece(start, middle, how, chance), *_bend_piece(middle, end, how, chance)]


def units(spec: Spec) -> list[Unit]:
    """All units, sorted by id; villages numbered outward from the seat of their township."""
    place, chance, frame = spec.place, Chance(spec.salt), Frame.of(spec.place)
    border = outline(place, chance)
    seats = [frame.to_km(*township.seat) for township in place.townships]
    for township, seat in zip(place.townships, seats, strict=True):
        if not border.contains(ShapelyPoint(seat)):
            raise ValueError(f"the seat of {township.code} lies outside of the outline")
    areas = cells_of(border, seats)
    labels: list[tuple[Township, str, int]] = []
    points: list[Point] = []
    straight: list[Polygon] = []
    for township, area, seat in zip(place.townships, areas, seats, strict=True):
        own = seeds(township, area, seat, chance)
        numbers: dict[str, int] = {}
        for kind, point in own:
            numbers[kind] = numbers.get(kind, 0) + 1
            labels.append((township, kind, numbers[kind]))
            points.append(point)
        straight += cells_of(area, [point for _, point in own])
    polygons = natural(straight, points, chance)
    found = [
        _named(place, *label, point, polygon) for label, point, polygon in zip(labels, points, polygons, strict=True)
    ]
    return sorted(found, key=lambda unit: unit.unit)


def _named(place: Place, township: Township, kind: str, number: int, seed: Point, polygon: Polygon) -> Unit:
    name = f"{township.code}-{kind[0]}{number:02d}" if kind == "village" else f"{township.code}-{kind[0]}{number}"
    zh, en = {
        "village": (f"{township.name_zh}第{number}村", f"{township.name_en} village {number}"),
        "community": (f"{township.name_zh}第{number}社区", f"{township.name_en} community {number}"),
        "estate": township.estates[number - 1] if kind == "estate" else ("", ""),
    }[kind]
    zh, en = place.names.get(name, (zh, en))
    attraction = place.attraction.get(name, {"village": 0.0, "community": 1.0, "estate": 2.0}[kind])
    return Unit(name, zh, en, township.code, kind, attraction, seed, polygon)
