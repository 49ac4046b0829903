from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.checks import check_cover, gap_pieces, mean_width_m, overlap_pieces
from gis.crs import find_way
from tests.gis.county import DEGREES, EAST, METRES, NORTH, codes, grid, square, told

NAME = "data/units.geojson"


def frame(features: list[tuple[str, Any]]) -> gpd.GeoDataFrame:
    columns = {"id": [name for name, _ in features], "feature": range(1, len(features) + 1)}
    shapes = [shapely.geometry.shape(shape) for _, shape in features]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=METRES)


def check(features: list[tuple[str, Any]], source: str = METRES):
    way, _ = find_way(CRS(source), CRS(METRES), NAME)
    assert way is not None
    return check_cover(frame(features), NAME, way)


def shapes(features: list[tuple[str, Any]]) -> np.ndarray:
    return np.array([shapely.geometry.shape(shape) for _, shape in features], dtype=object)


def test_squared_paper_covers_the_county() -> None:
    assert check(grid(4, 3)) == []
    assert check(grid(1, 1)) == []


def test_mean_width_is_exact_for_a_strip_and_half_the_side_of_a_square() -> None:
    strip, block = shapely.box(0, 0, 100_000, 2), shapely.box(0, 0, 10, 10)
    assert mean_width_m(np.array([strip, block])) == pytest.approx([2.0, 5.0], rel=1e-4)


def test_an_overlap_is_told_with_pair_area_and_place() -> None:
    problems = check([("a", square(0, 0)), ("b", square(0.9, 0)), ("c", square(2.9, 0))])
    assert codes(problems) == ["GIS023"]
    message = told(problems, "GIS023")
    assert (
        f"{NAME}:feature 1 (a): GIS023 error: units 'a' and 'b' overlap by 100000 m2 (10.0 % of the smaller)" in message
    )
    assert "at 450950.0, 2930500.0" in message


def test_the_place_is_told_in_the_crs_of_the_layer() -> None:
    message = told(check([("a", square(0, 0)), ("b", square(0.9, 0))], DEGREES), "GIS023")
    assert "at 107.508" in message


@given(width=st.floats(0.01, 0.9), height=st.floats(0.01, 0.9))
def test_the_area_of_an_overlap_has_a_closed_form(width: float, height: float) -> None:
    pieces = overlap_pieces(shapes([("a", square(0, 0)), ("b", square(1 - width, 1 - height))]))
    assert pieces.area_m2 == pytest.approx([width * height * 1e6], rel=1e-6)
    assert (pieces.first[0], pieces.second[0]) == (0, 1)


def test_one_unit_inside_another_and_the_same_unit_twice_are_overlaps() -> None:
    inside = told(check([("a", square(0, 0, 2, 2)), ("b", square(0.5, 0.5))]), "GIS023")
    assert "overlap by 1000000 m2 (100.0 % of the smaller)" in inside
    assert "'a' and 'b'" in told(check([("a", square(0, 0)), ("b", square(0, 0))]), "GIS023")


@given(order=st.permutations(range(6)))
def test_the_order_of_units_never_changes_what_overlaps(order: list[int]) -> None:
    features = [*grid(2, 2), ("x", square(0.5, 0.5)), ("y", square(1.8, 0))]
    pieces = overlap_pieces(shapes([features[at] for at in order]))
    names = [features[at][0] for at in order]
    pairs = {
        (frozenset((names[a], names[b])), round(area))
        for a, b, area in zip(pieces.first, pieces.second, pieces.area_m2, strict=True)
    }
    quarter = {(frozenset((name, "x")), 250_000) for name in ("u00", "u01", "u02", "u03")}
    assert pairs == quarter | {(frozenset(("u01", "y")), 200_000)}


def test_a_hole_in_the_county_is_a_gap() -> None:
    features = [item for item in grid(3, 3) if item[0] != "u04"]
    problems = check(features)
    assert [problem.severity for problem in problems] == ["warning"]
    message = told(problems, "GIS025")
    assert "1000000 m2 inside the county belong to no unit, at 451500.0, 2931500.0" in message
    assert "beside: u00, u01, u02, u03, u05, u06, u07, u08" in message
    assert gap_pieces(shapes(features))[0].equals(shapely.geometry.shape(square(1, 1)))


def test_a_bay_of_the_outer_border_is_no_gap() -> None:
    assert check([item for item in grid(3, 3) if item[0] != "u01"]) == []


def test_two_islands_are_no_gap() -> None:
    assert check([("a", square(0, 0)), ("b", square(5, 5))]) == []


def test_thin_overlaps_and_gaps_are_pooled_in_one_warning() -> None:
    hair = 0.002
    ring = [("s", square(0, -1, 3 + hair, 1)), ("n", square(0, 1, 3 + hair, 1)), ("e", square(2 + hair, 0))]
    problems = check([("w", square(0, 0, 1 + hair, 1)), ("m", square(1, 0)), *ring])
    assert codes(problems) == ["GIS024"]
    assert problems[0].severity == "warning"
    message = told(problems, "GIS024")
    assert "1 x thin overlap, 1 x thin gap (mean width below 5 m), 4000 m2 in all; the largest 2000 m2" in message


def test_rounding_noise_is_below_notice() -> None:
    assert check([("a", square(0, 0)), ("b", square(1 - 5e-7, 0))]) == []


def test_units_of_several_parts_are_named() -> None:
    twin = {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], square(2, 0)["coordinates"]]}
    alone = {"type": "MultiPolygon", "coordinates": [square(1, 0)["coordinates"]]}
    problems = check([("a", twin), ("b", alone)])
    assert [problem.severity for problem in problems] == ["warning"]
    message = told(problems, "GIS027")
    assert f"{NAME}:feature 1 (a)" in message
    assert "1 x unit of several parts: a (2)" in message


def test_a_wide_and_a_thin_overlap_of_one_pair_are_both_told() -> None:
    bump = [[0, 0], [1000, 0], [1000, 500], [1200, 500], [1200, 600], [1000, 600], [1000, 700]]
    step = [*bump, [1001, 700], [1001, 1000], [0, 1000], [0, 0]]
    left = {"type": "Polygon", "coordinates": [[[EAST + x, NORTH + y] for x, y in step]]}
    problems = check([("a", left), ("b", square(1, 0))])
    assert codes(problems) == ["GIS023", "GIS024"]
    assert "overlap by 20300 m2" in told(problems, "GIS023")
    assert "1 x thin overlap, 0 x thin gap" in told(problems, "GIS024")
