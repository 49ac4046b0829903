import numpy as np
import pytest
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from gis.crs import (
    check_own_crs,
    check_stretch,
    find_way,
    label,
    parse_crs,
    parse_working_crs,
    shift_of,
    shifted_crs,
    stretch,
)
from tests.gis.county import EAST, NORTH, codes, told

PLACE = "study.yaml:layers.units.crs"


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_missing_crs_is_asked_for(text: str | None) -> None:
    crs, problems = parse_crs(text, PLACE)
    assert crs is None
    assert "no CRS is declared" in told(problems, "GIS003")


def test_an_unknown_crs_gets_a_hint() -> None:
    assert "an EPSG code, e.g. EPSG:4490" in told(parse_crs("EPSG 4490", PLACE)[1], "GIS004")
    assert "unknown CRS 'EPSG:99999'" in told(parse_crs("EPSG:99999", PLACE)[1], "GIS004")
    assert PLACE in told(parse_crs("village grid", PLACE)[1], "GIS004")


@pytest.mark.parametrize(
    ("text", "datum"),
    [("GCJ-02", "GCJ-02"), ("gcj02", "GCJ-02"), ("火星坐标系", "GCJ-02"), ("BD-09", "BD-09"), ("bd09ll", "BD-09")],
)
def test_shifted_datums_are_crss_of_their_own(text: str, datum: str) -> None:
    crs, problems = parse_crs(text, PLACE)
    assert crs is not None
    assert problems == []
    assert (shift_of(crs), label(crs), crs.is_geographic) == (datum, datum, True)
    # Written to a file and read again it is still known, and PROJ alone does not convert it.
    assert shift_of(CRS.from_wkt(crs.to_wkt("WKT1_ESRI"))) == datum
    with pytest.raises(ProjError):
        Transformer.from_crs(crs, "EPSG:4490", always_xy=True, allow_ballpark=False)


@pytest.mark.parametrize("text", ["BD-09MC", "百度墨卡托", "village BD-09 grid"])
def test_what_is_no_longitude_and_latitude_is_no_shifted_datum(text: str) -> None:
    assert codes(parse_crs(text, PLACE)[1]) == ["GIS004"]


def test_cgcs2000_alone_needs_coordinates() -> None:
    crs, problems = parse_crs("CGCS2000", PLACE)
    assert crs is None
    assert "no coordinates that could tell which zone" in told(problems, "GIS040")


def test_a_shifted_layer_may_say_wgs84_of_itself_but_not_the_reverse() -> None:
    gcj = shifted_crs("GCJ-02")
    problems = check_own_crs(gcj, "urn:ogc:def:crs:OGC:1.3:CRS84", PLACE)
    assert [problem.severity for problem in problems] == ["note"]
    assert "file formats have no name for GCJ-02" in told(problems, "GIS044")
    assert check_own_crs(gcj, "GCJ-02", PLACE) == []
    assert "the file itself says GCJ-02" in told(check_own_crs(CRS("EPSG:4490"), "GCJ-02", PLACE), "GIS007")
    assert codes(check_own_crs(gcj, "BD-09", PLACE)) == ["GIS007"]
    assert codes(check_own_crs(gcj, "EPSG:4545", PLACE)) == ["GIS007"]


@pytest.mark.parametrize("text", ["EPSG:4214", "EPSG:4610", "EPSG:2381", "EPSG:2432", "EPSG:4555"])
def test_old_chinese_datums_are_refused_because_proj_would_leave_them_unchanged(text: str) -> None:
    crs, problems = parse_crs(text, PLACE)
    assert crs is None
    assert "would return the coordinates unchanged" in told(problems, "GIS006")


@pytest.mark.parametrize(
    ("text", "unit"), [("EPSG:4490", "degree"), ("EPSG:2263", "US survey foot"), ("EPSG:4978", "metre")]
)
def test_the_working_crs_is_projected_in_metres(text: str, unit: str) -> None:
    crs, problems = parse_working_crs(text, "study.yaml:crs")
    assert crs is None
    assert f"is measured in {unit}" in told(problems, "GIS008")
    assert parse_working_crs("EPSG:4545", "study.yaml:crs")[0] == CRS("EPSG:4545")


def test_a_working_crs_that_cannot_be_read_is_told_once() -> None:
    assert codes(parse_working_crs("EPSG:99999", "study.yaml:crs")[1]) == ["GIS004"]


def test_the_declared_crs_must_be_the_one_of_the_file() -> None:
    declared = CRS("EPSG:4490")
    assert check_own_crs(declared, None, PLACE) == []
    assert check_own_crs(declared, "EPSG:4490", PLACE) == []
    assert check_own_crs(CRS("EPSG:4326"), "urn:ogc:def:crs:OGC:1.3:CRS84", PLACE) == []
    assert check_own_crs(CRS("EPSG:4545"), "CGCS2000_3_Degree_GK_CM_108E", PLACE) == []
    contradiction = told(check_own_crs(declared, "EPSG:4545", PLACE), "GIS007")
    assert "declares EPSG:4490" in contradiction
    assert "the file itself says EPSG:4545" in contradiction
    assert "'EPSG:99999'" in told(check_own_crs(declared, "EPSG:99999", PLACE), "GIS036")


def test_wgs84_and_cgcs2000_degrees_are_equal_and_said_to_be() -> None:
    problems = check_own_crs(CRS("EPSG:4490"), "urn:ogc:def:crs:OGC:1.3:CRS84", PLACE)
    assert [problem.severity for problem in problems] == ["warning"]
    assert "equal to a few centimetres" in told(problems, "GIS037")
    assert codes(check_own_crs(CRS("EPSG:4490"), "EPSG:4269", PLACE)) == ["GIS007"]


def test_a_way_that_would_pass_coordinates_through_is_refused() -> None:
    way, problems = find_way(CRS("EPSG:4214"), CRS("EPSG:4545"), PLACE)
    assert way is None
    assert "no transformation is known" in told(problems, "GIS011")


@pytest.mark.parametrize("source", ["EPSG:4490", "EPSG:4326"])
def test_ways_go_there_and_back_with_x_first(source: str) -> None:
    way, problems = find_way(CRS(source), CRS("EPSG:4545"), PLACE)
    assert way is not None
    assert problems == []
    xy = way.points(np.array([[108.0, 26.5], [107.5, 26.5]]))
    assert xy[0, 0] == pytest.approx(500_000.0, abs=1e-6)
    assert 445_000 < xy[1, 0] < 455_000
    assert way.back_text(*xy[1]) == "107.500000, 26.500000"


def test_lengths_are_checked_where_the_county_lies() -> None:
    assert stretch(CRS("EPSG:4545"), EAST, NORTH) < 1e-4
    assert check_stretch(CRS("EPSG:4545"), EAST, NORTH, "study.yaml:crs") == []
    two_zones_off = check_stretch(CRS("EPSG:4545"), EAST + 500_000, NORTH, "study.yaml:crs")
    assert two_zones_off[0].severity == "warning"
    assert "off by 0.3 %" in told(two_zones_off, "GIS010")
    web = check_stretch(CRS("EPSG:3857"), 11_977_000, 3_060_000, "study.yaml:crs")
    assert web[0].severity == "error"
    assert "off by 11.7 %" in told(web, "GIS009")
    assert stretch(CRS("EPSG:4545"), 1e12, 1e12) == float("inf")
