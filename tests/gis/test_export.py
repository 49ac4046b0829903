import json
from pathlib import Path

import pytest
import shapely

from gis.export import export_units
from gis.files import read_raw
from gis.layers import read_layer
from scenarios.problems import ScenarioError
from tests.gis.county import DEGREES, METRES, bundle, grid, in_degrees, write_layer

SCHOOLS = [("s1", "u00", 0.5, 0.5)]
NAMES = [name for name, _ in grid(2, 2)]
LAYERS = {"units": {"path": "data/units.geojson", "id": "unit", "crs": DEGREES}}


def write(root: Path, order: list[int]) -> Path:
    features = [(name, in_degrees(shape)) for name, shape in (grid(2, 2)[at] for at in order)]
    write_layer(root / "data/units.geojson", features, crs=None)
    target = root / "units.geojson"
    export_units(bundle(root, SCHOOLS, NAMES, layers=LAYERS), target)
    return target


def test_the_exported_layer_reads_back_in_the_working_crs(tmp_path) -> None:
    target = write(tmp_path, [0, 1, 2, 3])
    raw, problems = read_raw(target, "unit", "units.geojson")
    assert problems == []
    assert raw is not None
    assert raw.own_crs == "urn:ogc:def:crs:EPSG::4545"
    frame = read_layer(target, METRES, "unit")
    assert list(frame["id"]) == NAMES
    assert frame.geometry.area.tolist() == [1e6] * 4
    assert shapely.coverage_is_valid(frame.geometry.to_numpy())


def test_same_units_same_bytes_whatever_the_order_of_features(tmp_path) -> None:
    first = write(tmp_path, [0, 1, 2, 3]).read_bytes()
    assert write(tmp_path, [2, 0, 3, 1]).read_bytes() == first


def test_properties_and_coordinates(tmp_path) -> None:
    content = json.loads(write(tmp_path, [3, 2, 1, 0]).read_text(encoding="utf-8"))
    feature = content["features"][1]
    assert feature["properties"] == {
        "unit": "u01",
        "name_zh": "u01村",
        "name_en": "Village u01",
        "township": "t1",
        "urban": 0,
        "area_m2": 1_000_000,
    }
    ring = feature["geometry"]["coordinates"][0]
    assert sorted(map(tuple, ring[:-1])) == [(451e3, 2930e3), (451e3, 2931e3), (452e3, 2930e3), (452e3, 2931e3)]
    assert shapely.LinearRing(ring).is_ccw


def test_a_layer_with_errors_is_not_exported(tmp_path) -> None:
    write_layer(tmp_path / "data/units.geojson", [])
    with pytest.raises(ScenarioError, match="GIS013"):
        export_units(bundle(tmp_path, SCHOOLS, NAMES, layers=LAYERS), tmp_path / "units.geojson")
    assert not (tmp_path / "units.geojson").exists()
