"""Shapes of zonings: neighbours against libpysal, holes and roads drawn by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from libpysal.weights import Queen

from gis.catchments import parts_of
from gis.zonings import Zoning
from gis.zonings_shapes import (
    holes_of,
    inside_hole,
    neighbours,
    parting_roads,
    roundness,
    whole_roads,
    zone_areas,
    zone_numbers,
)


def cells(columns: int, rows: int, gap: float = 0.0) -> np.ndarray:
    """Squares of 100 m, `gap` [m] apart."""
    return np.array(
        [
            shapely.box(100 * x, 100 * y, 100 * x + 100 - gap, 100 * y + 100 - gap)
            for y in range(rows)
            for x in range(columns)
        ]
    )


@given(zone=st.lists(st.integers(0, 2), min_size=20, max_size=20))
def test_contiguity_is_that_of_libpysal(zone: list[int]) -> None:
    shapes = cells(5, 4)
    part = parts_of(neighbours(shapes, 0.0), np.array(zone))
    for number in set(zone):
        mine = np.flatnonzero(np.array(zone) == number)
        frame = gpd.GeoDataFrame(geometry=list(shapes[mine]))
        labels = Queen.from_dataframe(frame, use_index=False, silence_warnings=True).component_labels
        wanted = {frozenset(mine[labels == one].tolist()) for one in set(labels.tolist())}
        assert {frozenset(mine[part[mine] == one].tolist()) for one in set(part[mine].tolist())} == wanted


def test_a_thin_gap_does_not_part_neighbours() -> None:
    assert neighbours(cells(2, 1, gap=4.0)).toarray().tolist() == [[1, 1], [1, 1]]
    assert neighbours(cells(2, 1, gap=6.0)).toarray().tolist() == [[1, 0], [0, 1]]


def plain_surrounded(zone: list[int], columns: int, rows: int, number: int) -> set[int]:
    """Cells outside a zone from which no way over shared sides leads to the edge; a flood from the edge, in loops."""
    edge = [n for n in range(columns * rows) if n % columns in (0, columns - 1) or n // columns in (0, rows - 1)]
    reached = {n for n in edge if zone[n] != number}
    queue = list(reached)
    while queue:
        n = queue.pop()
        x, y = n % columns, n // columns
        for a, b in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            m = b * columns + a
            if 0 <= a < columns and 0 <= b < rows and zone[m] != number and m not in reached:
                reached.add(m)
                queue.append(m)
    return {n for n in range(columns * rows) if zone[n] != number} - reached


@given(zone=st.lists(st.integers(0, 1), min_size=30, max_size=30))
def test_holes_are_what_a_flood_from_the_edge_does_not_reach(zone: list[int]) -> None:
    shapes = cells(6, 5)
    points = shapely.get_coordinates(shapely.centroid(shapes))
    for number, area in enumerate(zone_areas(shapes, np.array(zone), 2)):
        found = {int(row) for hole in holes_of(area) for row in inside_hole(hole, points)}
        inside = plain_surrounded(zone, 6, 5, number)
        # A cell of the zone inside the hole lies there too: it is an island in it.
        assert {row for row in found if zone[row] != number} == inside


def test_drawing_noise_is_no_hole() -> None:
    ring = shapely.box(0, 0, 300, 300)
    thin = shapely.box(50, 50, 250, 54)
    wide = shapely.box(100, 100, 130, 130)
    assert holes_of(shapely.difference(ring, thin)) == []
    assert [hole.area for hole in holes_of(shapely.difference(ring, wide))] == [900.0]
    assert holes_of(shapely.MultiPolygon([ring, shapely.box(400, 0, 500, 100)])) == []
    assert holes_of(shapely.GeometryCollection()) == []


def test_zones_are_units_of_the_same_schools() -> None:
    zoning = Zoning("primary", ("u1", "u2", "u3", "u4"), ("a", "b"), np.array([[0.5, 0.5], [0, 1], [0.1, 0.9], [0, 0]]))
    numbers, names = zone_numbers(zoning)
    assert numbers.tolist() == [0, 1, 0, -1]
    assert names == [("a", "b"), ("b",)]


def test_compactness_of_a_circle_and_of_squares() -> None:
    found = roundness(np.array([shapely.Point(0, 0).buffer(100, 512), shapely.box(0, 0, 7, 7), shapely.Polygon()]))
    assert found.tolist() == pytest.approx([1.0, np.pi / 4, 0.0], abs=1e-4)


ROAD = shapely.LineString([(50, -100), (50, 500)])
BEND = shapely.LineString([(0, 50), (20, 50), (20, 80), (80, 80), (80, 50), (100, 50)])


@pytest.mark.parametrize(
    ("home", "school", "roads", "count"),
    [
        ((0, 0), (100, 0), [ROAD], 1),
        ((0, 0), (40, 0), [ROAD], 0),
        ((0, 0), (100, 0), [ROAD, shapely.LineString([(70, -9), (70, 9)])], 2),
        ((50, 60), (50, 99), [BEND], 1),
        ((10, 70), (90, 70), [BEND], 0),  # over the road and back: on the same side
        ((0, 0), (0, 0), [ROAD], 0),
        ((0, 0), (100, 0), [], 0),
    ],
)
def test_a_road_parts_home_and_school_where_it_is_met_an_odd_number_of_times(home, school, roads, count) -> None:
    found = parting_roads(np.array([home], dtype=float), np.array([school], dtype=float), np.array(roads, dtype=object))
    assert found.tolist() == [count]


def test_pieces_of_a_road_are_one_road() -> None:
    pieces = [((0, 0), (10, 0)), ((10, 0), (20, 5)), ((20, 5), (30, 5)), ((0, 90), (9, 90))]
    lines = np.array([shapely.LineString(piece) for piece in pieces])
    assert sorted(road.length for road in whole_roads(lines)) == pytest.approx([9.0, 20 + 125**0.5])
    assert len(whole_roads(lines[:0])) == 0
