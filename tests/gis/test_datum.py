import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from gis.crs import find_way, shifted_crs
from gis.datum import BOX, SHIFTS, from_shifted, in_box, to_shifted
from gis.layer_crs import shift_m
from gis.layers import LayerSource, scan_layer
from tests.gis.county import codes, told

WEST, SOUTH, EAST, NORTH = BOX
GEOD = Geod(ellps="GRS80")
METRES = 111_320.0
LON, LAT = st.floats(WEST, EAST), st.floats(SOUTH, NORTH)

# Published pairs (longitude, latitude): test/app.js of wandergis/coordtransform and the tests of eviltransform.
TRUE_AND_GCJ = [
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
GCJ_AND_BD = ((116.404, 39.915), (116.41036949371029, 39.92133699351021))

# Seats of the five places: centre of the county file, or the city's published seat (Zhuzhou, Yangjiang); offset [m].
SEATS = {
    "Majiang": (107.593172, 26.494803, 573),
    "Zhuzhou": (113.13, 27.83, 672),
    "Yangjiang": (111.983, 21.857, 606),
    "Xinqiu": (121.790541, 42.086603, 513),
    "Jinyun": (120.078965, 28.654208, 564),
}


def one(lon: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lon]), np.array([lat])


def apart_m(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray]) -> float:
    """Distance of two positions on the plane of the first [m]; fine down to nanometres."""
    east = (a[0][0] - b[0][0]) * np.cos(np.deg2rad(a[1][0]))
    return float(np.hypot(east, a[1][0] - b[1][0]) * METRES)


@pytest.mark.parametrize(("true", "shifted"), TRUE_AND_GCJ)
def test_gcj02_reproduces_published_pairs(true: tuple[float, float], shifted: tuple[float, float]) -> None:
    lon, lat = to_shifted("GCJ-02", *one(*true))
    assert (lon[0], lat[0]) == pytest.approx(shifted, abs=1e-12)


def test_bd09_reproduces_a_published_pair() -> None:
    gcj, baidu = GCJ_AND_BD
    lon, lat = to_shifted("BD-09", *from_shifted("GCJ-02", *one(*gcj)))
    assert (lon[0], lat[0]) == pytest.approx(baidu, abs=1e-12)


@pytest.mark.parametrize("seat", SEATS)
def test_gt7_offsets_of_the_five_seats(seat: str) -> None:
    lon, lat, metres = SEATS[seat]
    shifted = to_shifted("GCJ-02", *one(lon, lat))
    assert GEOD.inv(lon, lat, shifted[0][0], shifted[1][0])[2] == pytest.approx(metres, abs=1.0)


@pytest.mark.parametrize("datum", SHIFTS)
@given(lon=LON, lat=LAT)
@example(lon=WEST, lat=SOUTH)
@example(lon=EAST, lat=NORTH)
@example(lon=WEST, lat=NORTH)
@example(lon=105.0, lat=35.0)
@example(lon=np.nextafter(105.0, 104.0), lat=47.0)
def test_there_and_back_inside_the_box_and_on_its_border(datum: str, lon: float, lat: float) -> None:
    true = one(lon, lat)
    back = from_shifted(datum, *to_shifted(datum, *true))
    assert apart_m(back, true) < 1e-6
    assert apart_m(to_shifted(datum, *back), to_shifted(datum, *true)) < 1e-6


@pytest.mark.parametrize("datum", SHIFTS)
@given(lon=st.floats(-180, 180), lat=st.floats(-90, 90))
def test_outside_the_box_nothing_moves(datum: str, lon: float, lat: float) -> None:
    point = one(lon, lat)
    if in_box(*point)[0]:
        return
    assert to_shifted(datum, *point) == point
    # One shift from the border a position may be the shifted picture of one inside.
    near = in_box(*point, beyond=0.02)[0]
    assert near or from_shifted(datum, *point) == point


def test_a_position_without_a_true_one_stays() -> None:
    # On the western border the shift leads inwards, and nothing is drawn between the border and its picture.
    picture = to_shifted("GCJ-02", *one(WEST, 40.0))
    assert picture[0][0] > WEST
    gap = one((WEST + picture[0][0]) / 2, 40.0)
    assert from_shifted("GCJ-02", *gap) == gap


@given(order=st.permutations(range(7)))
def test_a_point_comes_out_the_same_whatever_stands_beside_it(order: list[int]) -> None:
    lon, lat = np.linspace(73.0, 135.0, 7), np.linspace(18.0, 53.0, 7)
    straight = from_shifted("BD-09", lon, lat)
    mixed = from_shifted("BD-09", lon[order], lat[order])
    assert np.array_equal(mixed[0], straight[0][order])
    assert np.array_equal(mixed[1], straight[1][order])


def test_no_points_and_missing_points() -> None:
    nothing = np.array([], dtype=np.float64)
    assert from_shifted("GCJ-02", nothing, nothing)[0].shape == (0,)
    lon, lat = from_shifted("GCJ-02", np.array([np.nan, np.inf, 1e12]), np.array([30.0, 30.0, 30.0]))
    assert np.isnan(lon[0])
    assert lon[1] == np.inf
    assert (lon[2], lat[2]) == (1e12, 30.0)


@pytest.mark.parametrize("datum", SHIFTS)
def test_a_way_undoes_the_shift_and_projects_in_one_go(datum: str) -> None:
    way, problems = find_way(shifted_crs(datum), CRS("EPSG:4545"), "x")
    plain, _ = find_way(CRS("EPSG:4490"), CRS("EPSG:4545"), "x")
    assert problems == []
    assert way is not None
    assert plain is not None
    lon, lat = one(107.593172, 26.494803)
    xy = way.points(np.column_stack(to_shifted(datum, lon, lat)))
    assert xy == pytest.approx(plain.points(np.column_stack([lon, lat])), abs=1e-6)
    shown = to_shifted(datum, lon, lat)
    assert way.back_text(*xy[0]) == f"{shown[0][0]:.6f}, {shown[1][0]:.6f}"


def test_the_length_of_the_shift_at_a_shifted_position() -> None:
    assert shift_m("GCJ-02", np.array([[107.593172, 26.494803]]))[0] == pytest.approx(572.2, abs=0.1)
    assert shift_m("BD-09", np.array([[107.593172, 26.494803]]))[0] == pytest.approx(1082, abs=1)


def boundaries() -> Path:
    """Folder of published county boundaries in GCJ-02; they are not ours and lie beside the checkout."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("SCHOOLPLAN_DATA", beside)) / "china"
    if not folder.is_dir():
        pytest.skip("no county boundaries: set SCHOOLPLAN_DATA to the folder that holds `china/`")
    return folder


FILES = {
    "county_522635": ("Majiang", 1),
    "city_430200": ("Zhuzhou", 9),
    "city_441700": ("Yangjiang", 4),
    "county_210903": ("Xinqiu", 1),
    "county_331122": ("Jinyun", 1),
}


@pytest.mark.parametrize("file", FILES)
def test_published_boundaries_are_read_as_gcj02(file: str) -> None:
    place, count = FILES[file]
    path = boundaries() / f"{file}_gcj02.geojson"
    frame, problems = scan_layer(LayerSource(path, path.name, "adcode", "GCJ-02"))
    assert frame is not None
    assert len(frame) == count
    assert all(len(name) == 6 and name.isdigit() for name in frame["id"])
    assert codes(problems) == ["GIS042"]
    assert "converted from GCJ-02 to CGCS2000, shift about" in told(problems, "GIS042")
    # The note speaks of the middle of the layer, the golden numbers of the seats.
    assert float(str(problems[0].params["metres"])) == pytest.approx(SEATS[place][2], abs=15)
    centres = [item["properties"]["center"] for item in json.loads(path.read_text(encoding="utf-8"))["features"]]
    assert count > 1 or centres == [list(SEATS[place][:2])]
