"""Units of a study as they go into a run folder, and the document that is written of them."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.export import units_frame
from gis.files import read_raw
from gis.layers import read_layer
from reports.geojson import units_document
from reports.run_folder import document_bytes
from scenarios.problems import ScenarioError
from tests.gis.county import DEGREES, METRES, bundle, grid, in_degrees, write_layer

SCHOOLS = [("s1", "u00", 0.5, 0.5)]
NAMES = [name for name, _ in grid(2, 2)]
LAYERS = {"units": {"path": "data/units.geojson", "id": "unit", "crs": DEGREES}}


def frame(root: Path, order: list[int]) -> gpd.GeoDataFrame:
    features = [(name, in_degrees(shape)) for name, shape in (grid(2, 2)[at] for at in order)]
    write_layer(root / "data/units.geojson", features, crs=None)
    return units_frame(bundle(root, SCHOOLS, NAMES, layers=LAYERS))


def written(root: Path, order: list[int]) -> Path:
    target = root / "units.geojson"
    target.write_bytes(document_bytes(units_document(frame(root, order))))
    return target


def test_what_is_written_reads_back_in_the_working_crs(tmp_path: Path) -> None:
    target = written(tmp_path, [0, 1, 2, 3])
    raw, problems = read_raw(target, "unit", "units.geojson")
    assert problems == []
    assert raw is not None
    assert raw.own_crs == "urn:ogc:def:crs:EPSG::4545"
    back = read_layer(target, METRES, "unit")
    assert list(back["id"]) == NAMES
    assert back.geometry.area.tolist() == pytest.approx([1e6] * 4, abs=20)
    assert shapely.coverage_is_valid(back.geometry.to_numpy())


def test_same_units_same_bytes_whatever_the_order_of_features(tmp_path: Path) -> None:
    first = written(tmp_path, [0, 1, 2, 3]).read_bytes()
    assert written(tmp_path, [2, 0, 3, 1]).read_bytes() == first


def test_properties_and_coordinates(tmp_path: Path) -> None:
    content = json.loads(written(tmp_path, [3, 2, 1, 0]).read_text(encoding="utf-8"))
    feature = content["features"][1]
    named = {"unit": "u01", "name_zh": "u01村", "name_en": "Village u01", "township": "t1", "urban": 0}
    assert feature["properties"] == named
    ring = feature["geometry"]["coordinates"][0]
    found = sorted((round(x), round(y)) for x, y in ring[:-1])
    assert found == [(451000, 2930000), (451000, 2931000), (452000, 2930000), (452000, 2931000)]


def test_a_layer_with_errors_gives_no_units(tmp_path: Path) -> None:
    write_layer(tmp_path / "data/units.geojson", [])
    with pytest.raises(ScenarioError, match="GIS013"):
        units_frame(bundle(tmp_path, SCHOOLS, NAMES, layers=LAYERS))
