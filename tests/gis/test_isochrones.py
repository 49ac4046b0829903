"""Isochrones: along one straight road the area is known; bands lie inside one another; nobody gets on a motorway."""

import numpy as np
import pytest
import shapely

from gis.network import travel_times, walking_metres
from gis.travel_isochrones import MINUTES, Walk, isochrone_frame, isochrones, surface
from gis.travel_layers import write_travel_layers
from gis.travel_network import RoadNetwork
from scenarios.problems import ScenarioError
from tests.gis.county import METRES
from tests.gis.road_study import CLASSES, net, study

WALK = Walk(1.0, 3.6, 1e9)
BOX = np.array([-3000.0, -3000.0, 3000.0, 3000.0])
ROAD = [[[-5000, 0], [5000, 0]]]


def road(lines, **more) -> RoadNetwork:
    network = net(lines, **more)
    return RoadNetwork(
        network, CLASSES, travel_times(network, CLASSES, "none"), walking_metres(network, CLASSES), "r", False
    )


def test_along_a_straight_road_they_are_diamonds() -> None:
    """60 m a minute along the road and off it: |x| + |y| <= 60 t, an area of 2 (60 t)^2."""
    found = dict(isochrones(road(ROAD), "walk", np.array([[0.0, 0.0]]), WALK, BOX, 50.0))
    assert tuple(found) == MINUTES
    for minutes, shape in found.items():
        assert shape.is_valid
        assert shape.area == pytest.approx(2 * (60 * minutes) ** 2, rel=0.01)
        assert shapely.bounds(shape) == pytest.approx(np.array([-60, -60, 60, 60]) * minutes, abs=1.0)
    assert found[30.0].covers(found[15.0])
    assert found[15.0].covers(found[10.0])


def test_off_the_road_the_detour_counts() -> None:
    shape = dict(isochrones(road(ROAD), "walk", np.array([[0.0, 0.0]]), Walk(1.5, 3.6, 1e9), BOX, 25.0))[10.0]
    assert shapely.bounds(shape) == pytest.approx([-600, -400, 600, 400], abs=2.0)


def test_a_school_beside_the_road_walks_to_it_first_and_the_nearest_of_two_counts() -> None:
    schools = np.array([[0.0, 300.0], [2000.0, 0.0]])
    found = road(ROAD)
    points = np.array([[0.0, 0.0], [600.0, 0.0], [1400.0, 60.0], [-60.0, -60.0]])
    minutes = surface(found.network, found.times["walk"], schools, points, WALK)
    assert minutes == pytest.approx([5, 15, 11, 7], abs=1e-4)


def test_on_a_one_way_street_the_way_there_counts_and_not_the_way_back() -> None:
    ring = [[[0, 0], [1000, 0]], [[1000, 0], [1000, 1000]], [[1000, 1000], [0, 1000]], [[0, 1000], [0, 0]]]
    found = road(ring, oneway=np.ones(4, dtype=np.int64))
    minutes = surface(
        found.network, found.times["car"], np.array([[500.0, 0.0]]), np.array([[400.0, 0.0], [600, 0]]), WALK
    )
    assert minutes == pytest.approx([100 * 0.06 / 25, 3900 * 0.06 / 25], abs=1e-5)


def test_a_frame_for_qgis() -> None:
    schools = ("a", "b"), np.array([[0.0, 0.0], [1000.0, 0.0]])
    frame = isochrone_frame(road(ROAD), "walk", schools, WALK, (METRES, BOX))
    assert frame.crs.to_epsg() == 4545
    assert frame["school"].tolist() == ["", "", "", "a", "a", "a", "b", "b", "b"]
    assert frame["minutes"].tolist() == [30, 15, 10] * 3
    assert set(frame["mode"]) == {"walk"}
    every = frame[(frame["school"] == "") & (frame["minutes"] == 15)].geometry.iloc[0]
    one = frame[(frame["school"] == "a") & (frame["minutes"] == 15)].geometry.iloc[0]
    assert every.buffer(1).covers(one)


def test_layers_of_a_study_for_qgis(tmp_path) -> None:
    import geopandas as gpd

    source = study(tmp_path)
    for name in ("one", "two"):
        write_travel_layers(source, tmp_path / f"{name}.gpkg", ("walk", "car"))
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    roads = gpd.read_file(tmp_path / "one.gpkg", layer="roads")
    assert (len(roads), set(roads["class"])) == (3, {"village"})
    assert roads["walk_min"].sum() == pytest.approx(3000 / 60, abs=0.01)
    points = gpd.read_file(tmp_path / "one.gpkg", layer="demand_points")
    assert points["unit"].tolist() == ["u00", "u01", "u02", "u03"]
    assert points["walk_min"].tolist()[:2] == pytest.approx([500 / 60, 500 / 60], abs=0.01)
    bands = gpd.read_file(tmp_path / "one.gpkg", layer="isochrones_car")
    assert (len(bands), bands.crs.to_epsg()) == (9, 4545)
    with pytest.raises(ValueError, match="no roads"):
        write_travel_layers(study(tmp_path, travel={"network": None}), tmp_path / "none.gpkg")
    with pytest.raises(ScenarioError, match="GIS109"):
        write_travel_layers(
            study(tmp_path, schools=[("s1", "u00", 0.2, 0.9)], network={"access_m": 10}), tmp_path / "x"
        )
