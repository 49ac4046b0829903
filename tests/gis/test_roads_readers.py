"""Roads as they come: layers, OpenStreetMap, plain text; each mistake with its code, in both languages."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS

from gis import roads_layer
from gis.roads import measured, number_of, oneway_of, text_of
from gis.roads_layer import MOST_CORNERS, Source, _osm_allowed, _osm_level, _osm_oneway, _tags, read_roads
from gis.roads_text import roads_of_text
from gis.space import build_space
from scenarios.schema_travel import Network
from tests.gis.county import METRES, told
from tests.gis.road_study import CLASSES, CROSS, NAMES, road_layer, study

WORKING = CRS(METRES)


def read(path: Path, **network):
    given = {"path": path.name, "crs": METRES, "class_field": "class"} | network
    source = Source(path, path.name, "study.yaml:travel.network", Network.model_validate(given), METRES)
    return read_roads(source, CLASSES, WORKING)


def test_a_layer_with_classes_directions_levels_speeds_and_heights(tmp_path) -> None:
    said = [
        {"class": "县道", "ow": "T", "lv": 1, "v": "50"},
        {"class": "Residential", "ow": None, "lv": None, "v": None},
    ]
    path = road_layer(tmp_path / "r.geojson", [[[0, 0, 7], [1, 0, 8]], [[0, 0], [0, 1], [0, 2]]], said)
    roads, _, problems = read(path, oneway_field="ow", level_field="lv", speed_field="v")
    assert problems == []
    assert roads is not None
    assert [NAMES[number] for number in roads.road_class] == ["county", "local"]
    assert (roads.oneway.tolist(), roads.level.tolist(), roads.feature.tolist()) == ([-1, 0], [1, 0], [1, 2])
    assert roads.car_km_per_h.tolist()[0] == 50
    assert roads.z.tolist()[:2] == [7, 8]
    assert measured(roads).tolist() == [1000, 2000]


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_the_same_roads_from_other_formats(tmp_path, suffix) -> None:
    import geopandas as gpd

    frame = gpd.read_file(road_layer(tmp_path / "r.geojson", CROSS))
    frame.to_file(tmp_path / f"r{suffix}")
    roads, _, problems = read(tmp_path / f"r{suffix}")
    assert [one.code for one in problems if one.severity != "note"] == []
    assert roads is not None
    assert measured(roads).tolist() == [2000, 1000]


def test_parts_of_a_line_are_roads_of_their_own(tmp_path) -> None:
    path = road_layer(tmp_path / "r.geojson", CROSS)
    content = json.loads(path.read_text(encoding="utf-8"))
    lines = [feature["geometry"]["coordinates"] for feature in content["features"]]
    content["features"][0]["geometry"] = {"type": "MultiLineString", "coordinates": lines}
    path.write_text(json.dumps(content), encoding="utf-8")
    roads, _, _ = read(path)
    assert roads is not None
    assert (roads.count, roads.feature.tolist()) == (3, [1, 1, 2])


def test_attributes_that_are_not_there_or_not_said(tmp_path) -> None:
    path = road_layer(tmp_path / "r.geojson", CROSS)
    message = told(read(path, class_field="clas")[2], "GIS095")
    assert message.startswith("study.yaml:travel.network.class_field: GIS095 error: the layer has no attribute 'clas'")
    assert "did you mean" in message.lower()
    assert "the layer has class" in told(read(path, class_field=None)[2], "GIS096")
    roads, _, problems = read(path, class_field=None, all_class="乡道")
    assert problems == []
    assert roads is not None
    assert NAMES[roads.road_class[0]] == "township"
    assert "there is no road class 'contry'" in told(read(path, class_field=None, all_class="contry")[2], "GIS092")


def test_classes_that_nobody_knows_and_what_is_no_road(tmp_path) -> None:
    said = [{"class": "vilage"}, {"class": "village"}, {"class": "construction"}, {"class": None}]
    path = road_layer(tmp_path / "r.geojson", [*CROSS, *CROSS], said)
    roads, _, problems = read(path)
    assert roads is not None
    assert roads.count == 1
    assert "the class of 2 of 4 roads is not known, and they are left out: empty, vilage" in told(problems, "GIS101")
    assert "1 features are no roads to travel on and are left out: construction" in told(problems, "GIS100")
    roads, _, problems = read(road_layer(tmp_path / "r.geojson", CROSS, [{"class": "x"}, {"class": "y"}]))
    assert roads is None
    assert "no road can be used" in told(problems, "GIS094")


def test_one_way_words_that_nobody_knows(tmp_path) -> None:
    path = road_layer(tmp_path / "r.geojson", CROSS, [{"ow": "perhaps"}, {"ow": "1"}])
    message = told(read(path, oneway_field="ow")[2], "GIS099")
    assert "of 1 roads is not understood: perhaps" in message
    assert oneway_of([1.0, "T", "否", None, -1, "F", True])[0].tolist() == [1, -1, 0, 0, -1, 1, 1]
    assert text_of([3.0, None, np.nan, " a "]) == ["3", "", "", "a"]
    assert np.isnan(number_of(["", "x"])).all()


def test_features_that_are_no_lines_and_features_without_a_shape(tmp_path) -> None:
    path = road_layer(tmp_path / "r.geojson", CROSS)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["features"][0]["geometry"] = None
    path.write_text(json.dumps(content), encoding="utf-8")
    roads, _, problems = read(path)
    assert roads is not None
    assert "1 features have no shape and are left out (features 1)" in told(problems, "GIS098")
    content["features"][0]["geometry"] = {"type": "Point", "coordinates": [450_000, 2_930_000]}
    path.write_text(json.dumps(content), encoding="utf-8")
    message = told(read(path)[2], "GIS097")
    assert message.startswith("r.geojson:feature 1: GIS097 error: 1 features of the road layer are no lines (Point)")


def test_roads_of_no_length_are_left_out_and_told(tmp_path) -> None:
    source = study(tmp_path, [*CROSS, [[0.3, 0.3], [0.3, 0.3]]])
    space, problems = build_space(source)
    assert space is not None
    assert "1 roads have no length and are left out (features 3)" in told(problems, "GIS104")


@pytest.mark.parametrize(
    ("change", "code"),
    [("degrees", "GIS038"), ("swapped", "GIS012"), ("northing first", "GIS047")],
)
def test_degrees_taken_for_metres_and_swapped_axes(tmp_path, change, code) -> None:
    from tests.gis.county import TO_DEGREES

    path = road_layer(tmp_path / "r.geojson", CROSS)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["crs"]
    for feature in content["features"]:
        line = feature["geometry"]["coordinates"]
        if change != "northing first":
            line = [list(TO_DEGREES.transform(*point)) for point in line]
        feature["geometry"]["coordinates"] = [point[::-1] for point in line] if change != "degrees" else line
    path.write_text(json.dumps(content), encoding="utf-8")
    roads, _, problems = read(path, crs="EPSG:4490" if change == "swapped" else METRES)
    assert roads is None
    assert code in [one.code for one in problems]


def test_a_line_of_a_million_corners_is_read_and_one_of_too_many_is_refused(tmp_path, monkeypatch) -> None:
    x = np.linspace(450_000, 452_000, 1_000_000)
    line = shapely.LineString(np.column_stack([x, 2_930_500 + np.sin(x / 5)]))
    feature = f'{{"type":"Feature","properties":{{"class":"village"}},"geometry":{shapely.to_geojson(line)}}}'
    path = tmp_path / "r.geojson"
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}', encoding="utf-8")
    start = time.process_time()
    roads, _, problems = read(path)
    assert time.process_time() - start < 20
    assert problems == []
    assert roads is not None
    assert len(roads.xy) == 1_000_000 < MOST_CORNERS
    monkeypatch.setattr(roads_layer, "MOST_CORNERS", 999_999)
    assert "the roads have 1000000 corners" in told(read(path)[2], "GIS093")


def test_a_file_that_is_no_extract(tmp_path) -> None:
    path = tmp_path / "r.osm.pbf"
    assert "no such file" in told(read(path)[2], "GIS001")
    path.write_bytes(b"nothing of the kind")
    assert "GIS001" in [one.code for one in read(path)[2]]


def test_tags_of_openstreetmap() -> None:
    tags = _tags('"junction"=>"roundabout","layer"=>"-1","foot"=>"no"')
    assert tags == {"junction": "roundabout", "layer": "-1", "foot": "no"}
    assert (_osm_oneway(tags), _osm_level(tags), _osm_allowed(tags)) == ("yes", -1.0, 2)
    assert _osm_level({"layer": "1;2"}) == 0.0
    assert _tags(None) == {}
    assert _osm_allowed({"access": "no"}) == 0
    assert _osm_allowed({"access": "no", "foot": "yes"}) == 1
    assert _osm_allowed({"motor_vehicle": "no"}) == 1
    assert _osm_allowed({"access": "private"}) == 3


TEXT = "2\n28.70 115.80 7 0\n28.70 115.81 8 1\n1\n7 8 980.0 10.0 2 0 1 2\n1 0 0\n0 0 0\n"


def text(content: str, **network):
    given = {"path": "r.txt", "crs": "EPSG:4326"} | network
    source = Source(Path("r.txt"), "r.txt", "study.yaml:travel.network", Network.model_validate(given))
    return roads_of_text(content, source, CLASSES, CRS("EPSG:4547"))


def test_the_road_network_form_of_traffic_simulators() -> None:
    roads, _, problems = text(TEXT)
    assert [one.code for one in problems if one.severity == "error"] == []
    assert roads is not None
    assert (roads.count, roads.oneway.tolist(), roads.length_m.tolist(), roads.car_km_per_h.tolist()) == (
        1,
        [1],
        [980],
        [36],
    )
    assert measured(roads) == pytest.approx([977], abs=2)


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        ("two\n", "r.txt:1", "two"),
        ("2\n28.7 115.8 7 0\n", "r.txt:3", "empty"),
        (TEXT.replace("7 8 980.0", "7 9 980.0"), "r.txt:5", "9"),
        (TEXT.replace("980.0", "far"), "r.txt:5", "far"),
    ],
)
def test_a_line_of_the_text_that_cannot_be_read(content, place, found) -> None:
    roads, _, problems = text(content)
    assert roads is None
    message = told(problems, "GIS102")
    assert message.startswith(f"{place}: GIS102 error: this line of the road network cannot be read: {found}")


def test_no_road_and_lengths_in_kilometres() -> None:
    assert "no road can be used" in told(text("0\n0\n")[2], "GIS094")
    assert "0.001002 times" in told(text(TEXT.replace("980.0", "0.98"))[2], "GIS103")
    assert "there is no road class 'x'" in told(text(TEXT, all_class="x")[2], "GIS092")
