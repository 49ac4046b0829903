"""What declaration, file and coordinates say together; the county of squared paper lies near 107.5 E, 26.5 N."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gis.cgcs2000 import ZONES, Box, look, sibling, turned, zone_number, zone_of_code, zone_of_number
from gis.layer_crs import Evidence, settle_crs
from tests.gis.county import codes, told

PLACE, DECLARED = "data/units.shp", "study.yaml:layers.units.crs"
DEGREES: Box = (107.3, 26.28, 107.85, 26.58)
PLAIN: Box = (430_000.0, 2_908_000.0, 485_000.0, 2_941_000.0)
NUMBERED: Box = (36_430_000.0, 2_908_000.0, 36_485_000.0, 2_941_000.0)


def settle(declared: str, box: Box | None, own: str | None = None, working: str | None = None):
    crs, problems = settle_crs(declared, Evidence(box, own, working), PLACE, DECLARED)
    return (None if crs is None else crs.to_epsg()), problems


@pytest.mark.parametrize("zone", ZONES, ids=lambda zone: zone.name)
def test_zones_are_what_the_register_says(zone) -> None:
    crs = CRS(zone.name)
    terms = {param.name: param.value for param in crs.coordinate_operation.params}
    assert terms["Longitude of natural origin"] == zone.meridian
    assert terms["False easting"] == 500_000 + 1_000_000 * zone.number
    assert crs.geodetic_crs.to_epsg() == 4490
    assert sibling(sibling(zone)) == zone
    assert zone_of_code(zone.code) == zone
    assert zone.number == 0 or zone_of_number(zone.number) == zone


def test_zones_of_the_five_places() -> None:
    for number, meridian, with_number, without in ((36, 108, 4524, 4545), (38, 114, 4526, 4547), (41, 123, 4529, 4550)):
        zone = zone_of_number(number)
        assert zone is not None
        assert (zone.code, zone.meridian, sibling(zone).code) == (with_number, meridian, without)


@given(lon=st.floats(74, 135), lat=st.floats(18, 53))
def test_a_place_in_china_is_recognised_in_every_form(lon: float, lat: float) -> None:
    assert look((lon, lat, lon, lat)) == "degrees"
    assert look((lat, lon, lat, lon)) == "degrees_swapped"
    zone = zone_of_number(round(lon / 3))
    assert zone is not None
    for one in (zone, sibling(zone)):
        x, y = Transformer.from_crs("EPSG:4490", one.name, always_xy=True).transform(lon, lat)
        box = (x, y, x, y)
        assert look(box) == ("numbered" if one.number else "plain")
        assert zone_number(box) == one.number
        assert look(turned(box)) == "metres_swapped"


def test_cgcs2000_degrees() -> None:
    code, problems = settle("CGCS2000", DEGREES)
    assert code == 4490
    message = told(problems, "GIS041")
    assert message.startswith(f"{DECLARED}: GIS041 note: CGCS2000 was read as EPSG:4490")
    assert "the coordinates are degrees" in message


def test_cgcs2000_eastings_with_a_zone_number() -> None:
    code, problems = settle("CGCS2000", NUMBERED)
    assert code == 4524
    assert "begin with zone number 36: 3-degree zone, central meridian 108 E" in told(problems, "GIS041")
    six, problems = settle("CGCS2000", (18_730_000.0, 2_908_000.0, 18_760_000.0, 2_941_000.0))
    assert six == 4496
    assert "zone number 18: 6-degree zone, central meridian 105 E" in told(problems, "GIS041")


@pytest.mark.parametrize("working", ["EPSG:4545", "EPSG:4524"])
def test_cgcs2000_eastings_without_a_number_take_the_zone_of_the_study(working: str) -> None:
    code, problems = settle("CGCS2000", PLAIN, working=working)
    assert code == 4545
    assert "the zone of the study's working CRS is taken: central meridian 108 E" in told(problems, "GIS041")


@pytest.mark.parametrize("working", [None, "EPSG:32648", "EPSG:4508"])
def test_cgcs2000_eastings_without_a_number_are_asked_about_otherwise(working: str | None) -> None:
    code, problems = settle("CGCS2000", PLAIN, working=working)
    assert code is None
    message = told(problems, "GIS045")
    assert "fit every zone" in message
    assert "6-degree zones are EPSG:4502 to 4512" in message


def test_cgcs2000_takes_what_the_file_says_if_it_is_cgcs2000() -> None:
    esri = CRS("EPSG:4545").to_wkt("WKT1_ESRI")
    code, problems = settle("CGCS2000", PLAIN, own=esri)
    assert code == 4545
    assert "the file says so" in told(problems, "GIS041")
    assert codes(settle("CGCS2000", NUMBERED, own=esri)[1]) == ["GIS041", "GIS046"]
    assert codes(settle("CGCS2000", DEGREES, own="EPSG:4326")[1]) == ["GIS041", "GIS037"]
    assert codes(settle("CGCS2000", PLAIN, own="EPSG:32648", working="EPSG:4545")[1]) == ["GIS041", "GIS007"]


def test_cgcs2000_with_coordinates_of_another_kind() -> None:
    assert "in no CRS of CGCS2000" in told(settle("CGCS2000", (1.2e7, 3.0e6, 1.21e7, 3.1e6))[1], "GIS048")
    assert codes(settle("CGCS2000", (36_990_000.0, 2_900_000.0, 37_010_000.0, 2_950_000.0))[1]) == ["GIS048"]
    assert codes(settle("CGCS2000", (24_500_000.0, 2_900_000.0, 24_510_000.0, 2_950_000.0))[1]) == ["GIS048"]
    assert codes(settle("CGCS2000", None)[1]) == ["GIS040"]


@pytest.mark.parametrize(
    ("declared", "box", "right", "meridian"),
    [
        ("EPSG:4545", NUMBERED, "EPSG:4524", 108),
        ("EPSG:4524", PLAIN, "EPSG:4545", 108),
        ("EPSG:4525", NUMBERED, "EPSG:4524", 108),
        ("EPSG:4545", (18_730_000.0, 2_908_000.0, 18_760_000.0, 2_941_000.0), "EPSG:4496", 105),
    ],
)
def test_eastings_of_another_zone_name_the_right_code(declared: str, box: Box, right: str, meridian: int) -> None:
    message = told(settle(declared, box)[1], "GIS046")
    assert message.startswith(f"{PLACE}: GIS046 error: {declared} ")
    assert f"expected {right} (" in message
    assert f"central meridian {meridian} E" in message


def test_eastings_that_fit_are_not_talked_about() -> None:
    for declared, box in (("EPSG:4545", PLAIN), ("EPSG:4524", NUMBERED), ("EPSG:32648", PLAIN), ("EPSG:4490", DEGREES)):
        assert settle(declared, box)[1] == []
    # British, Swedish and American grids, each in its own range; 4326 in Svalbard.
    for declared, box in (
        ("EPSG:27700", (500_000.0, 150_000.0, 560_000.0, 200_000.0)),
        ("EPSG:3006", (600_000.0, 6_500_000.0, 700_000.0, 6_600_000.0)),
        ("EPSG:3435", (1_100_000.0, 1_800_000.0, 1_200_000.0, 1_950_000.0)),
        ("EPSG:32618", (355_000.0, 4_340_000.0, 370_000.0, 4_360_000.0)),
        ("EPSG:4326", (15.0, 78.0, 16.0, 78.5)),
    ):
        assert settle(declared, box)[1] == [], declared


@pytest.mark.parametrize(
    ("declared", "box"),
    [
        ("EPSG:4545", PLAIN),
        ("EPSG:4524", NUMBERED),
        ("EPSG:4545", NUMBERED),
        ("EPSG:32648", PLAIN),
        ("CGCS2000", NUMBERED),
    ],
)
def test_northing_before_easting_is_recognised(declared: str, box: Box) -> None:
    problems = settle(declared, turned(box), working="EPSG:4545")[1]
    message = told(problems, "GIS047")
    assert "look like northing before easting" in message
    assert "Chinese survey sheets call northing X and easting Y" in message
    assert "GIS046" not in codes(problems)


@pytest.mark.parametrize("declared", ["EPSG:4490", "CGCS2000", "GCJ-02", "EPSG:4326"])
@pytest.mark.parametrize("box", [DEGREES, (80.1, 40.2, 80.6, 40.9)], ids=["Guizhou", "Xinjiang"])
def test_latitude_before_longitude_is_recognised_in_the_west_too(declared: str, box: Box) -> None:
    assert "latitude before longitude" in told(settle(declared, turned(box))[1], "GIS012")


def test_a_shifted_layer_says_how_far_it_is_moved() -> None:
    crs, problems = settle_crs("GCJ-02", Evidence(DEGREES), PLACE, DECLARED)
    assert crs is not None
    assert codes(problems) == ["GIS042"]
    assert problems[0].severity == "note"
    assert "converted from GCJ-02 to CGCS2000, shift about 57" in told(problems, "GIS042")
    assert "shift about 10" in told(settle_crs("BD-09", Evidence(DEGREES), PLACE, DECLARED)[1], "GIS042")


def test_a_shifted_datum_abroad_is_unusual() -> None:
    problems = settle_crs("GCJ-02", Evidence((-76.7, 39.2, -76.5, 39.4)), PLACE, DECLARED)[1]
    assert [problem.severity for problem in problems] == ["warning"]
    assert "lie outside China" in told(problems, "GIS043")
