"""From the drawing to units: cells without gaps or overlaps, their common borders drawn as natural lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from shapely import (
    LineString,
    MultiPoint,
    Polygon,
    get_parts,
    line_merge,
    polygonize,
    unary_union,
    voronoi_polygons,
)
from shapely import Point as ShapelyPoint

from scenarios.examples.majiang.generator.chance import uniform
from scenarios.examples.majiang.generator.drawing import CORES, TOWNSHIPS, Point, ring

RELAXATIONS = 12  # Lloyd steps: enough for villages of similar size, few enough to stay irregular
STEP_KM = 0.55  # a border is bent until its pieces are shorter than this
BEND = 0.13  # largest offset of a midpoint, share of the piece
GRID_KM = 0.001  # corners of neighbours, computed apart, meet on this grid


@dataclass(frozen=True)
class Cell:
    """A unit before it has a name: the area it was cut from, its number there, a point inside, its polygon [km]."""

    area: str
    number: int
    seed: Point
    polygon: Polygon


def areas() -> dict[str, Polygon]:
    """Built-up cores and the rest of each township [km]."""
    cores = {name: Polygon(ring(nodes)) for name, nodes in CORES.items()}
    rest = {}
    for township, nodes in TOWNSHIPS.items():
        left = Polygon(ring(nodes))
        for name, core in cores.items():
            if name.split("-")[0] == township:
                left = _polygon(left.difference(core))
        rest[township] = left
    return {**cores, **rest}


def _polygon(shape: object) -> Polygon:
    """The shape if it is one polygon, as every area of the drawing must be."""
    if not isinstance(shape, Polygon):
        raise TypeError(f"a polygon is expected, found {shape}")
    return shape


def seeds(name: str, area: Polygon, count: int) -> list[Point]:
    """Spread points in an area: repeatable chance, then relaxation towards the centres of their cells."""
    west, south, east, north = area.bounds
    points: list[Point] = []
    trial = 0
    while len(points) < count:
        x = west + (east - west) * uniform("seed-x", name, trial)
        y = south + (north - south) * uniform("seed-y", name, trial)
        trial += 1
        if area.contains(ShapelyPoint(x, y)):
            points.append((x, y))
    for _ in range(RELAXATIONS):
        moved = [cell.centroid for cell in cells_of(area, points)]
        points = [(p.x, p.y) if area.contains(p) else old for p, old in zip(moved, points, strict=True)]
    return points


def cells_of(area: Polygon, points: list[Point]) -> list[Polygon]:
    """The part of an area nearest to each point, in the order of the points."""
    if len(points) == 1:
        return [area]
    parts = get_parts(voronoi_polygons(MultiPoint(points), extend_to=area, ordered=True))
    return [_piece(part.intersection(area), point) for part, point in zip(parts, points, strict=True)]


def _piece(shape: Polygon, point: Point) -> Polygon:
    if isinstance(shape, Polygon):
        return shape
    return _polygon(next(part for part in get_parts(shape) if part.contains(ShapelyPoint(point))))


def bend(line: LineString) -> LineString:
    """A border as a natural line: ends stay, every piece is bent at its middle, the same from either side."""
    points = [(float(x), float(y)) for x, y in line.coords]
    if points[0] > points[-1]:
        points.reverse()
    bent = [points[0]]
    for start, end in pairwise(points):
        bent.extend(_bend_piece(start, end))
    return LineString(bent)


def _bend_piece(start: Point, end: Point) -> list[Point]:
    """Points after `start` up to and including `end`."""
    east, north = end[0] - start[0], end[1] - start[1]
    if (east * east + north * north) ** 0.5 < STEP_KM:
        return [end]
    offset = BEND * (2.0 * uniform("bend", *(f"{value:.3f}" for value in (*start, *end))) - 1.0)
    middle = ((start[0] + end[0]) / 2 - north * offset, (start[1] + end[1]) / 2 + east * offset)
    return [*_bend_piece(start, middle), *_bend_piece(middle, end)]


def tessellate(counts: dict[str, int]) -> list[Cell]:
    """Cut every area into its number of cells; neighbours share the very same border points."""
    straight: list[tuple[str, int, Point, Polygon]] = []
    for name, area in areas().items():
        points = seeds(name, area, counts[name])
        straight += [(name, i, points[i], cell) for i, cell in enumerate(cells_of(area, points))]
    network = unary_union([cell.boundary for *_, cell in straight], grid_size=GRID_KM)
    borders = [bend(line) for line in get_parts(line_merge(network))]
    faces = [_polygon(face) for face in get_parts(polygonize(borders))]
    return [Cell(name, number, seed, _face_of(faces, seed)) for name, number, seed, _ in straight]


def _face_of(faces: Iterable[Polygon], seed: Point) -> Polygon:
    held = [face for face in faces if face.contains(ShapelyPoint(seed))]
    if len(held) != 1:
        raise ValueError(f"{len(held)} faces hold the point {seed}")
    return held[0]
