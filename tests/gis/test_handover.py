"""In which CRSs layers are handed over, and that positions come out where they belong."""

import numpy as np
import pytest
from pyproj import CRS, Transformer

from gis.datum import to_shifted
from gis.handover import targets, way_to, zone_of
from scenarios.problems import ScenarioError
from tests.gis.test_datum import GEOD, SEATS


@pytest.mark.parametrize("seat", SEATS)
def test_the_seats_in_degrees_and_in_their_zone(seat: str) -> None:
    lon, lat, metres = SEATS[seat]
    zone = CRS(zone_of(lon).name)
    x, y = Transformer.from_crs("EPSG:4490", zone, always_xy=True).transform(lon, lat)
    kinds, told = targets(zone, (x, y), "shp")
    assert told == []
    assert [kind.name for kind in kinds] == ["EPSG_4490", zone.to_string().replace(":", "_")]
    back = kinds[0].way.points(np.array([[x, y]]))[0]
    assert back == pytest.approx((lon, lat), abs=1e-9)
    assert kinds[1].way.points(np.array([[x, y]]))[0] == pytest.approx((x, y), abs=1e-6)
    # A layer in GCJ-02 by mistake would lie as far off as the golden numbers say.
    shifted = to_shifted("GCJ-02", np.array([back[0]]), np.array([back[1]]))
    assert GEOD.inv(back[0], back[1], shifted[0][0], shifted[1][0])[2] == pytest.approx(metres, abs=1.0)


@pytest.mark.parametrize(
    ("source", "point", "expected"),
    [
        ("EPSG:4545", (460_000.0, 2_930_000.0), ["EPSG_4490", "EPSG_4545"]),
        ("EPSG:4524", (36_460_000.0, 2_930_000.0), ["EPSG_4490", "EPSG_4524"]),  # the study's own, with its number
        ("EPSG:32648", (758_000.0, 2_932_000.0), ["EPSG_4490", "EPSG_4545"]),  # WGS 84 / UTM: the zone of its middle
        ("EPSG:4490", (107.6, 26.5), ["EPSG_4490", "EPSG_4545"]),
    ],
)
def test_in_china_degrees_and_a_zone_of_cgcs2000(source: str, point: tuple[float, float], expected: list[str]) -> None:
    kinds, told = targets(CRS(source), point, "shp")
    assert [kind.name for kind in kinds] == expected
    assert told == []


def test_elsewhere_wgs_84_and_the_crs_of_the_study_with_a_note() -> None:
    kinds, told = targets(CRS("EPSG:26985"), (433_000.0, 180_000.0), "shp")  # Baltimore
    assert [kind.name for kind in kinds] == ["EPSG_4326", "EPSG_26985"]
    assert [(problem.code, problem.severity) for problem in told] == [("GIS200", "note")]
    assert kinds[0].way.points(np.array([[433_000.0, 180_000.0]]))[0] == pytest.approx((-76.62, 39.29), abs=0.05)


def test_the_nearest_zone_and_no_way_from_an_old_datum() -> None:
    assert zone_of(107.6).name == "EPSG:4545"
    assert zone_of(109.4).name == "EPSG:4545"
    assert zone_of(109.6).name == "EPSG:4546"
    with pytest.raises(ScenarioError) as refused:
        way_to(CRS("EPSG:2380"), CRS("EPSG:4490"), "shp")  # Xian 1980
    assert [problem.code for problem in refused.value.problems] == ["GIS011"]
