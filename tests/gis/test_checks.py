from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gis.checks import check_cover
from gis.crs import find_way
from gis.pieces import gap_pieces, mean_width_m, overlap_pieces
from gis.spikes import spikes, without_spikes
from scenarios.problems import render
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


def test_a_unit_inside_another_is_told_as_such() -> None:
    found = check([("a", square(0, 0, 2, 2)), ("b", square(0.5, 0.5))])
    assert [(problem.code, problem.severity) for problem in found] == [("GIS066", "error")]
    message = told(found, "GIS066")
    assert f"{NAME}:feature 2 (b)" in message
    assert "unit 'b' (1000000 m2) lies wholly inside unit 'a', at 451000.0, 2931000.0" in message
    assert "整个落在单元“a”里面" in render(found[0], "zh")


def test_the_same_polygon_twice_is_told_as_such() -> None:
    found = check([("a", square(0, 0)), ("b", square(0, 0))])
    assert [(problem.code, problem.severity) for problem in found] == [("GIS067", "error")]
    assert "units 'b' and 'a' are the same polygon (1000000 m2)" in told(found, "GIS067")
    thin = check([("a", square(0, 0, 1, 0.004)), ("b", square(0, 0, 1, 0.004))])
    assert codes(thin) == ["GIS067"]


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
    assert "overlap by 20000 m2" in told(problems, "GIS023")
    assert "1 x thin overlap, 0 x thin gap" in told(problems, "GIS024")


def test_every_piece_carries_its_shape_area_units_and_a_place_to_paste() -> None:
    found = check([("a", square(0, 0)), ("b", square(0.9, 0)), ("c", square(1.899, 0))])
    marks = {finding.code: finding.marks for finding in found}
    (wide,), (thin,) = marks["GIS023"], marks["GIS024"]
    assert (wide.units, wide.area_m2, wide.at) == (("a", "b"), pytest.approx(100_000), "450950.0, 2930500.0")
    assert (thin.units, thin.area_m2) == (("b", "c"), pytest.approx(1_000))
    assert wide.shape.equals(shapely.geometry.shape(square(0.9, 0, 0.1, 1)))
    assert {finding.crs.to_epsg() for finding in found} == {4545}


def test_marks_of_several_parts_are_the_lesser_parts() -> None:
    twin = {"type": "MultiPolygon", "coordinates": [square(0, 0)["coordinates"], square(2, 0, 0.5)["coordinates"]]}
    (finding,) = check([("a", twin)])
    assert [(mark.units, mark.area_m2) for mark in finding.marks] == [(("a",), pytest.approx(500_000))]


def test_units_of_an_unusual_size_are_told_against_the_median() -> None:
    crumb, land = square(9, 9, 0.01, 0.01), square(20, 0, 15, 14)
    found = check([*grid(3, 3), ("crumb", crumb), ("land", land)])
    assert [(problem.code, problem.severity) for problem in found] == [("GIS064", "warning"), ("GIS065", "warning")]
    message = told(found, "GIS064")
    assert f"{NAME}:feature 10 (crumb)" in message
    assert "1 x unit far too small (m2): crumb (100); the median of the county is 1000000" in message
    assert "at least 200 m2" in message
    message = told(found, "GIS065")
    assert "1 x unit far too large (m2): land (210000000)" in message
    assert "at most 109500050 m2" in message
    assert check([*grid(2, 3), ("crumb", crumb)]) == [], "too few units to say what is usual"


def spiky(height: float, base: float) -> dict[str, Any]:
    """A square of 1 km with a spike to the east, half way up."""
    ring = [[0, 0], [1000, 0], [1000, 500 - base / 2], [1000 + height, 500], [1000, 500 + base / 2], [1000, 1000]]
    return {"type": "Polygon", "coordinates": [[[EAST + x, NORTH + y] for x, y in [*ring, [0, 1000], [0, 0]]]]}


@given(height=st.floats(100, 900), base=st.floats(0.5, 8))
def test_a_spike_is_told_with_its_area_and_its_tip(height: float, base: float) -> None:
    found = check([("a", spiky(height, base))])
    assert [(problem.code, problem.severity) for problem in found] == [("GIS069", "warning")]
    (mark,) = found[0].marks
    assert mark.area_m2 == pytest.approx(height * base / 2, rel=1e-6)
    assert mark.at == f"{EAST + 1000 + height:.1f}, {NORTH + 500:.1f}"
    assert "1 x spike on borders, units: a" in told(found, "GIS069")


def test_a_spike_that_two_units_share_is_told_once() -> None:
    left = shapely.geometry.shape(spiky(300, 4))
    right = shapely.geometry.shape(square(1, 0)).difference(left)
    found = check([("a", shapely.geometry.mapping(left)), ("b", shapely.geometry.mapping(right))])
    assert codes(found) == ["GIS069"]
    assert [mark.units for mark in found[0].marks] == [("a", "b")]


@given(angle=st.floats(6, 84))
def test_an_ordinary_sharp_corner_is_no_spike(angle: float) -> None:
    height = 1000 / np.tan(np.deg2rad(angle))
    wedge = {
        "type": "Polygon",
        "coordinates": [[[EAST, NORTH], [EAST + 1000, NORTH], [EAST, NORTH + height], [EAST, NORTH]]],
    }
    assert not spikes(np.array([shapely.geometry.shape(wedge)], dtype=object)).tip.size


@given(height=st.floats(100, 900), base=st.floats(0.5, 8))
def test_cutting_a_spike_off_leaves_the_rest_as_it_was(height: float, base: float) -> None:
    mended = without_spikes(shapely.geometry.shape(spiky(height, base)))
    assert mended.equals_exact(
        shapely.geometry.shape(square(0, 0)), 1e-6, normalize=True
    ) or mended.area == pytest.approx(1e6)
    plain = shapely.geometry.shape(square(0, 0))
    assert without_spikes(plain) is plain


def test_a_spike_with_one_long_side_is_cut_where_the_short_side_ends() -> None:
    """The border runs 1 km east past its corner and 20 m back: 20 m are too much, not the whole kilometre."""
    ring = [[0, 0], [1000, 0], [980, 1], [980, 1000], [0, 1000], [0, 0]]
    shape = shapely.Polygon([[EAST + x, NORTH + y] for x, y in ring])
    found = spikes(np.array([shape], dtype=object))
    assert found.area_m2 == pytest.approx([10.0], rel=0.01)
    assert without_spikes(shape).area == pytest.approx(shape.area - 10.0, rel=1e-6)


def test_a_unit_drawn_too_small_all_around_leaves_a_thin_gap_and_no_hole() -> None:
    hair = 0.002
    inner = ("u04", square(1 + hair, 1 + hair, 1 - 2 * hair, 1 - 2 * hair))
    found = check([*(item for item in grid(3, 3) if item[0] != "u04"), inner])
    assert codes(found) == ["GIS024"]
    assert "0 x thin overlap, 1 x thin gap (mean width below 5 m), 7984 m2" in told(found, "GIS024")
