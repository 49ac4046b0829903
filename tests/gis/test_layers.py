import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import shifted_crs
from gis.layers import LayerSource, check_against_table, read_layer, scan_layer
from scenarios.problems import ScenarioError
from tests.gis.county import DEGREES, METRES, codes, grid, in_degrees, polygon, square, told, write_layer

NAME = "data/units.geojson"
BOW = [[450_000, 2_930_000], [451_000, 2_931_000], [451_000, 2_930_000], [450_000, 2_931_000], [450_000, 2_930_000]]


def scan(path: Path, crs: str | None = METRES, field: str = "unit", place: str = NAME):
    return scan_layer(LayerSource(path, place, field, crs))


def test_a_good_layer_comes_back_sorted_with_its_feature_numbers(tmp_path) -> None:
    path = write_layer(tmp_path / NAME, list(reversed(grid(2, 2))))
    frame = read_layer(path, METRES, "unit")
    assert list(frame["id"]) == ["u00", "u01", "u02", "u03"]
    assert list(frame["feature"]) == [4, 3, 2, 1]
    assert frame.crs == METRES
    assert frame.geometry.area.tolist() == [1e6] * 4


@given(order=st.permutations(range(6)))
def test_the_order_of_features_never_matters(order, tmp_path_factory) -> None:
    features = grid(3, 2)
    path = write_layer(tmp_path_factory.mktemp("order") / NAME, [features[at] for at in order])
    frame = read_layer(path, METRES, "unit")
    assert list(frame["id"]) == [name for name, _ in features]
    assert [shape.wkt for shape in frame.geometry] == [shapely.geometry.shape(shape).wkt for _, shape in features]


def test_numbers_as_ids_become_text(tmp_path) -> None:
    path = write_layer(tmp_path / NAME, [(7, square(0, 0)), (12, square(1, 0))])
    assert list(read_layer(path, METRES, "unit")["id"]) == ["12", "7"]


def test_a_file_without_crs_takes_the_declared_one(tmp_path) -> None:
    features = [(name, in_degrees(shape)) for name, shape in grid(2, 1)]
    path = write_layer(tmp_path / NAME, features, crs=None)
    assert scan(path, DEGREES)[0].crs == DEGREES
    frame, problems = scan(path, METRES)
    assert frame is None
    assert "cannot be in EPSG:4545" in told(problems, "GIS038")


def test_crs_problems_stop_the_layer(tmp_path) -> None:
    path = write_layer(tmp_path / NAME, grid(2, 1))
    assert codes(scan(path, None)[1]) == ["GIS003"]
    assert codes(scan(path, "EPSG:99999")[1]) == ["GIS004"]
    assert codes(scan(path, "GCJ-02")[1]) == ["GIS007", "GIS038"]
    assert codes(scan(path, "EPSG:2381")[1]) == ["GIS006"]
    assert codes(scan(path, "EPSG:4547")[1]) == ["GIS007"]
    unknown = write_layer(tmp_path / "unknown.geojson", grid(2, 1), crs="EPSG:99999")
    assert codes(scan(unknown)[1]) == ["GIS036"]


def test_latitude_before_longitude_is_recognised(tmp_path) -> None:
    shapes = [(name, in_degrees(shape)) for name, shape in grid(2, 1)]
    for _, shape in shapes:
        shape["coordinates"] = [[[lat, lon] for lon, lat in shape["coordinates"][0]]]
    frame, problems = scan(write_layer(tmp_path / NAME, shapes, crs=None), DEGREES)
    assert frame is None
    assert "latitude before longitude" in told(problems, "GIS012")


def test_files_that_cannot_be_read(tmp_path) -> None:
    assert "no such file" in told(scan(tmp_path / "none.geojson")[1], "GIS001")
    broken = tmp_path / "broken.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    assert "cannot be read" in told(scan(broken)[1], "GIS001")
    other = tmp_path / "other.geojson"
    other.write_text("[1, 2]", encoding="utf-8")
    assert str(tmp_path) not in told(scan(other)[1], "GIS001")
    assert ".geojson, .json, .gpkg, .shp, .zip" in told(scan(tmp_path / "units.xyz")[1], "GIS002")


def test_an_empty_layer(tmp_path) -> None:
    frame, problems = scan(write_layer(tmp_path / NAME, []))
    assert frame is None
    assert codes(problems) == ["GIS013"]
    assert f"{NAME}: GIS013 error: the layer holds no feature" in told(problems, "GIS013")


def test_a_missing_id_field_names_the_fields_and_the_nearest(tmp_path) -> None:
    path = write_layer(tmp_path / NAME, grid(2, 1), field="unit_id")
    problems = scan(path)[1]
    message = told(problems, "GIS014")
    assert "no field 'unit'; it has: unit_id" in message
    assert problems[0].params["near"] == "unit_id"


def test_ids_that_are_missing_or_used_twice(tmp_path) -> None:
    features = [("a", square(0, 0)), (None, square(1, 0)), ("a", square(2, 0))]
    frame, problems = scan(write_layer(tmp_path / NAME, features))
    assert frame is None
    assert f"{NAME}:feature 2: GIS015" in told(problems, "GIS015")
    assert f"{NAME}:feature 3 (a): GIS016 error: id 'a' is used again; feature 1 has it already" in told(
        problems, "GIS016"
    )


def test_geometries_that_are_missing_or_invalid_are_reported_with_their_place_and_left_alone(tmp_path) -> None:
    open_ring = polygon([[450_000, 2_930_000], [451_000, 2_930_000], [451_000, 2_931_000], [450_000, 2_931_000]])
    empty = {"type": "Polygon", "coordinates": []}
    features = [("a", None), ("b", polygon(BOW)), ("d", empty), ("e", square(5, 0))]
    frame, problems = scan(write_layer(tmp_path / NAME, features))
    assert frame is None
    assert sorted(codes(problems)) == ["GIS019", "GIS019", "GIS020"]
    assert problems[0].place == f"{NAME}:feature 1 (a)"
    assert "invalid geometry: Self-intersection (at 450500 2930500)" in told(problems, "GIS020")
    unclosed = scan(write_layer(tmp_path / NAME, [("c", open_ring)]))[1]
    assert "a ring is not closed" in told(unclosed, "GIS020")


def test_points_are_no_units(tmp_path) -> None:
    features = [("a", square(0, 0)), ("b", {"type": "Point", "coordinates": [450_500, 2_930_500]})]
    problems = scan(write_layer(tmp_path / NAME, features))[1]
    assert "the geometry is a Point" in told(problems, "GIS021")


def test_all_problems_come_at_once(tmp_path) -> None:
    features = [("a", polygon(BOW)), ("a", None)]
    with pytest.raises(ScenarioError) as caught:
        read_layer(write_layer(tmp_path / "units.geojson", features), "EPSG:4610", "unit")
    assert sorted(codes(caught.value.problems)) == ["GIS006", "GIS016", "GIS019", "GIS020"]


def test_ids_of_layer_and_table_must_agree() -> None:
    problems = check_against_table(["u01", "u02"], ["u01", "u2"], NAME, "data/units.csv")
    assert "'u02' is in the layer and not in data/units.csv" in told(problems, "GIS017")
    assert f"'u2' is in the table and has no feature in {NAME}" in told(problems, "GIS018")
    assert [problem.params["near"] for problem in problems] == ["u2", "u02"]
    assert check_against_table(["a", "b"], ["b", "a"], NAME, "data/units.csv") == []


def test_geopackage_in_a_read_only_folder_and_with_several_layers(tmp_path) -> None:
    shapes = [shapely.geometry.shape(shape) for _, shape in grid(2, 1)]
    frame = gpd.GeoDataFrame({"unit": ["b", "a"]}, geometry=shapes, crs=METRES)
    path = tmp_path / "units.gpkg"
    frame.to_file(path, layer="units")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode=wal")
    read = scan(path)[0]
    assert list(read["id"]) == ["a", "b"]
    assert [item.name for item in tmp_path.iterdir() if item.suffix == ".gpkg"] == ["units.gpkg"]
    assert codes(scan(path, "EPSG:4547")[1]) == ["GIS007"]
    frame.to_file(path, layer="old")
    assert "2 layers: " in told(scan(path)[1], "GIS022")
    chosen = LayerSource(path, NAME, "unit", METRES, layer="old")
    assert scan_layer(chosen)[0] is not None


def test_geojson_members_of_older_writers_are_understood(tmp_path) -> None:
    path = write_layer(tmp_path / NAME, grid(1, 1), crs=None)
    body = json.loads(path.read_text(encoding="utf-8"))
    body["crs"] = {"type": "EPSG", "properties": {"code": 4547}}
    path.write_text(json.dumps(body), encoding="utf-8-sig")
    assert "the file itself says EPSG:4547" in told(scan(path)[1], "GIS007")


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_geojson_in_another_encoding_is_read_and_said(tmp_path, encoding: str) -> None:
    path = write_layer(tmp_path / NAME, [("杏山街道", square(0, 0)), ("谷硐镇", square(1, 0))])
    body = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(body, ensure_ascii=False), encoding=encoding)
    frame, problems = scan(path)
    assert frame is not None
    assert sorted(frame["id"]) == sorted(["杏山街道", "谷硐镇"])
    if encoding == "utf-8-sig":
        assert problems == []
    else:
        assert [problem.severity for problem in problems] == ["note"]
        name = {"gbk": "gb18030"}.get(encoding, encoding)
        assert f"texts were read as {name}" in told(problems, "GIS050")


def test_geojson_in_no_encoding_or_nested_without_end_is_told(tmp_path) -> None:
    path = tmp_path / "units.geojson"
    path.write_bytes(b'{"name": "\xff\xff\xff\xff"}')
    assert "cannot be read" in told(scan(path)[1], "GIS001")
    path.write_text("[" * 100_000, encoding="utf-8")
    assert "nested too deeply" in told(scan(path)[1], "GIS001")


def test_geopackage_layers_are_listed_and_guessed(tmp_path) -> None:
    shapes = [shapely.geometry.shape(shape) for _, shape in grid(2, 1)]
    frame = gpd.GeoDataFrame({"unit": ["b", "a"]}, geometry=shapes, crs=METRES)
    path = tmp_path / "units.gpkg"
    for name in ("villages", "townships"):
        frame.to_file(path, layer=name)
    problems = scan_layer(LayerSource(path, NAME, "unit", METRES, layer="vilages"))[1]
    assert "no layer 'vilages'; it has: villages, townships" in told(problems, "GIS057")
    assert problems[0].params["near"] == "villages"


def test_a_shifted_datum_survives_a_geopackage(tmp_path) -> None:
    shapes = [shapely.geometry.shape(in_degrees(shape)) for _, shape in grid(2, 1)]
    path = tmp_path / "units.gpkg"
    gpd.GeoDataFrame({"unit": ["b", "a"]}, geometry=shapes, crs=shifted_crs("GCJ-02")).to_file(path)
    assert codes(scan(path, "GCJ-02")[1]) == ["GIS042"]
    assert "the file itself says GCJ-02" in told(scan(path, DEGREES)[1], "GIS007")
