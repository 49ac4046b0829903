from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.crs import find_way
from gis.places import SchoolPoints, common_offset, locate, offset_problem
from tests.gis.county import EAST, METRES, NORTH, SIDE, codes, grid, told

COUNTY = grid(4, 4)
WAY, _ = find_way(CRS(METRES), CRS(METRES), "")
assert WAY is not None


def frame(features: list[tuple[str, Any]] = COUNTY) -> gpd.GeoDataFrame:
    shapes = [shapely.geometry.shape(shape) for _, shape in features]
    return gpd.GeoDataFrame({"id": [name for name, _ in features]}, geometry=shapes, crs=METRES)


def points(rows: list[tuple[str, str, float, float]]) -> SchoolPoints:
    """Rows (school, unit, column, row) on the grid [km]."""
    xy = np.array([(EAST + column * SIDE, NORTH + row * SIDE) for _, _, column, row in rows])
    names = tuple(row[0] for row in rows)
    return SchoolPoints(names, tuple(row[1] for row in rows), xy, tuple(f"data/schools.csv:{name}" for name in names))


def one_each(east: float = 0.0, north: float = 0.0) -> SchoolPoints:
    """A school somewhere in each unit, shifted by some km."""
    spots = [(at * 0.618 % 0.9 + 0.05, at * 0.379 % 0.9 + 0.05) for at in range(16)]
    rows = [(f"s{at:02d}", f"u{at:02d}", at % 4 + x + east, at // 4 + y + north) for at, (x, y) in enumerate(spots)]
    return points(rows)


def test_schools_where_the_table_says() -> None:
    held, problems = locate(one_each(), frame(), WAY)
    assert held == tuple(f"u{at:02d}" for at in range(16))
    assert problems == []
    assert common_offset(one_each(), frame()) is None


def test_a_school_outside_every_unit_is_an_error() -> None:
    held, problems = locate(points([("s", "u03", 4.25, 0.5)]), frame(), WAY)
    assert held == ("",)
    assert problems[0].severity == "error"
    message = told(problems, "GIS031")
    assert "data/schools.csv:s: GIS031" in message
    assert "stands in no unit; the nearest is 'u03', 250 m away" in message


def test_a_school_in_another_unit_is_a_warning_with_its_distance() -> None:
    held, problems = locate(points([("s", "u02", 0.6, 0.5)]), frame(), WAY)
    assert held == ("u00",)
    assert problems[0].severity == "warning"
    assert "stands in unit 'u00', the table says 'u02' (1400 m away)" in told(problems, "GIS032")


def test_an_unknown_unit_is_left_to_the_tables() -> None:
    assert locate(points([("s", "nowhere", 0.6, 0.5)]), frame(), WAY) == (("u00",), [])


@pytest.mark.parametrize("unit", ["u00", "u01"])
def test_on_the_border_the_table_decides(unit: str) -> None:
    assert locate(points([("s", unit, 1.0, 0.5)]), frame(), WAY) == ((unit,), [])
    just_outside = points([("s", "u03", 4.0005, 0.5)])
    assert locate(just_outside, frame(), WAY) == (("u03",), [])


@given(order=st.permutations(range(16)))
def test_the_order_of_schools_never_matters(order: list[int]) -> None:
    rows = [(f"s{at:02d}", f"u{at:02d}", at % 4 + 0.7, at // 4 + 1.1) for at in range(16)]
    held, problems = locate(points([rows[at] for at in order]), frame(), WAY)
    straight, expected = locate(points(rows), frame(), WAY)
    assert held == tuple(straight[at] for at in order)
    assert sorted(codes(problems)) == sorted(codes(expected))


@pytest.mark.parametrize(
    ("bearing", "direction"), [(90, "east"), (120, "south-east"), (0, "north"), (225, "south-west")]
)
def test_a_common_offset_is_recognised_with_length_and_direction(bearing: float, direction: str) -> None:
    east, north = 0.55 * np.sin(np.deg2rad(bearing)), 0.55 * np.cos(np.deg2rad(bearing))
    offset = common_offset(one_each(east, north), frame())
    assert offset is not None
    assert offset.metres == pytest.approx(550, abs=75)
    message = told([offset_problem(offset, "study.yaml:school_crs", in_china=True)], "GIS033")
    assert f"to the {direction}: GCJ-02, perhaps" in message
    abroad = told([offset_problem(offset, "study.yaml:school_crs", in_china=False)], "GIS033")
    assert "another datum, perhaps?" in abroad


def test_a_few_wrong_places_are_no_common_offset() -> None:
    good = one_each()
    moved = good.xy.copy()
    moved[:3] += [[0.0, 1000.0], [1000.0, 0.0], [-1000.0, -1000.0]]
    assert common_offset(SchoolPoints(good.ids, good.units, moved, good.places), frame()) is None
    assert common_offset(points([("s", "u00", 1.4, 0.5), ("t", "u01", 2.4, 0.5)]), frame()) is None
