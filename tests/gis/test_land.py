"""Distances, lost land, usable area and the school that it carries: closed forms on squares."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.land import Against, against, circles, largest_school, site_need_m2, usable_m2
from scenarios.packs import read_shipped
from scenarios.schema_space import Clearance, SiteArea

SQUARE = shapely.box(0, 0, 100, 100)


def clearance(distance: float, rule: str = "forbidden") -> Clearance:
    said = {"name": {"zh": "某物", "en": "thing"}, "source": "a test", "source_grade": "M"}
    return Clearance.model_validate({"code": "thing", "distance_m": distance, "rule": rule, **said})


def table(*sizes: tuple[int, int, float]) -> SiteArea:
    rows = [{"classes": classes, "pupils": pupils, "site_m2": land} for classes, pupils, land in sizes]
    said = {"name": {"zh": "表", "en": "table"}, "source": "a test", "source_grade": "M"}
    return SiteArea.model_validate({"code": "t", "stages": ["primary"], "sizes": rows, **said})


def held(distance: float, *features: shapely.Geometry, rule: str = "forbidden") -> Against:
    return against(np.array([SQUARE], dtype=object), np.array(features, dtype=object), clearance(distance, rule))


def test_a_line_beside_a_square_takes_a_strip() -> None:
    """20 m away, 50 m asked for: a strip of 30 m of 100 is too near."""
    found = held(50.0, shapely.LineString([(-20, -500), (-20, 600)]))
    assert found.distance_m.tolist() == [20.0]
    assert found.share.tolist() == pytest.approx([0.3])
    assert found.broken.tolist() == [True]


def test_a_station_at_the_corner_takes_a_quarter_circle() -> None:
    found = held(50.0, shapely.Point(0, 0))
    assert found.distance_m.tolist() == [0.0]
    # The strip has sixteen corners in a quarter turn: its area is short of the circle by 0.16 %.
    assert found.share[0] == pytest.approx(math.pi * 50**2 / 4 / 100**2, rel=0.002)


@pytest.mark.parametrize(("gap", "broken"), [(49.99, True), (50.0, False), (50.01, False)])
def test_the_required_distance_itself_is_kept(gap: float, broken: bool) -> None:
    assert held(50.0, shapely.Point(-gap, 50)).broken.tolist() == [broken]


@pytest.mark.parametrize(
    ("feature", "broken", "share"),
    [
        (shapely.box(-50, 0, 0, 100), False, 0.0),  # farmland next door
        (shapely.box(-50, 0, 25, 100), True, 0.25),
        (shapely.box(-50, 0, 0.005, 100), False, 0.0),  # half a square metre: drawing
        (shapely.LineString([(0, 0), (0, 100)]), False, 0.0),  # along the border
        (shapely.LineString([(50, -10), (50, 110)]), True, 0.0),  # across
        (shapely.Point(50, 50), True, 0.0),
        (shapely.Point(0, 50), False, 0.0),  # on the border
        (shapely.Point(500, 50), False, 0.0),
    ],
)
def test_what_may_touch_but_not_share(feature: shapely.Geometry, broken: bool, share: float) -> None:
    found = held(0.0, feature)
    assert found.broken.tolist() == [broken]
    assert found.share.tolist() == pytest.approx([share])


def test_land_that_two_hazards_take_is_lost_once() -> None:
    shapes, area = np.array([SQUARE], dtype=object), np.array([9_900.0])
    left, both = held(0.0, shapely.box(0, 0, 40, 100)), held(0.0, shapely.box(20, 0, 60, 100))
    soft = held(0.0, shapely.box(0, 0, 90, 100), rule="mitigable")
    assert usable_m2(shapes, area, [left, both, soft]).tolist() == pytest.approx([9_900.0 * 0.4])
    assert usable_m2(shapes, area, [soft]).tolist() == [9_900.0]


def test_parcels_without_a_place_and_layers_without_a_feature() -> None:
    shapes = np.array([SQUARE, None], dtype=object)
    found = against(shapes, np.array([], dtype=object), clearance(50.0))
    assert found.distance_m[0] == np.inf
    assert np.isnan(found.distance_m[1])
    assert found.broken.tolist() == [False, False]
    usable = usable_m2(shapes, np.array([9_000.0, 8_000.0]), [found])
    assert usable[0] == 9_000.0
    assert np.isnan(usable[1])


@given(area=st.floats(10.0, 1e6))
def test_circles_have_the_area_asked_for(area: float) -> None:
    (drawn,) = circles(np.array([[3.0, 4.0]]), np.array([area]))
    assert drawn.area == pytest.approx(area)
    assert shapely.centroid(drawn).distance(shapely.Point(3, 4)) < 1e-6 * math.sqrt(area) + 1e-9


SIZES = table((6, 270, 9_000.0), (12, 540, 15_000.0), (24, 1080, 21_000.0))


def test_land_of_a_school_between_two_sizes_is_on_the_line() -> None:
    need = site_need_m2(np.array([100.0, 270.0, 405.0, 810.0, 1080.0, 1081.0]), SIZES)
    assert need[:5].tolist() == [9_000.0, 9_000.0, 12_000.0, 18_000.0, 21_000.0]
    assert np.isnan(need[5])


def test_the_largest_school_is_the_other_way_round() -> None:
    found = largest_school(np.array([8_999.0, 9_000.0, 12_000.0, 20_999.0, 21_000.0, 50_000.0, np.nan]), SIZES)
    assert found.pupils[:6].tolist() == [0.0, 270.0, 405.0, 1079.0, 1080.0, 1080.0]
    assert np.isnan(found.pupils[6])
    assert found.classes.tolist() == [0, 6, 6, 12, 24, 24, 0]
    assert found.largest.tolist() == [False, False, False, False, False, True, False]


@given(pupils=st.integers(270, 1080))
def test_need_and_largest_school_are_inverse(pupils: int) -> None:
    need = site_need_m2(np.array([float(pupils)]), SIZES)
    assert largest_school(need, SIZES).pupils[0] == pytest.approx(pupils, abs=1)


def test_the_shipped_tables_are_those_of_the_standards() -> None:
    """Land per pupil of the rural standard: 34 and 29 m2 as the survey form prints them."""
    pack, _ = read_shipped("cn-2017-quality-balance")
    assert pack is not None
    tables = {each.code: each for each in pack.site_areas}
    rural = tables["land.primary.rural"].sizes
    assert [round(size.site_m2 / size.pupils) for size in rural] == [34, 29, 23, 20]
    assert [size.source_grade for size in rural] == [None, None, "M", "M"]
    assert [round(size.site_m2 / size.pupils) for size in tables["land.junior.rural"].sizes] == [30, 29, 25]
    assert all(each.source.zh for each in tables.values())
