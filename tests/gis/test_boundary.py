"""A boundary as delivered: codes, names, datum, zone; what is wrong is told and left."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.boundary import read_boundary, working_way, working_zone

BOW_TIE = [[[107.5, 26.4], [107.6, 26.5], [107.6, 26.4], [107.5, 26.5], [107.5, 26.4]]]


def square(west: float, south: float, size: float = 0.1) -> list[list[list[float]]]:
    return [[[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]]


def layer(folder: Path, *features: tuple[dict, list | None], kind: str = "Polygon") -> Path:
    shapes = [
        {"type": "Feature", "properties": fields, "geometry": rings and {"type": kind, "coordinates": rings}}
        for fields, rings in features
    ]
    path = folder / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": shapes}), encoding="utf-8")
    return path


def read(path: Path, crs: str = "GCJ-02", field: str | None = None):
    found, problems = read_boundary(path, path.name, crs, field)
    return found, [problem for problem in problems if problem.severity != "note"]


def test_codes_names_and_coordinates_stay_as_delivered(tmp_path: Path) -> None:
    rings = square(107.512345678901, 26.4)
    path = layer(
        tmp_path,
        ({"name": "乙县", "adcode": 522635}, rings),
        ({"name": "甲县", "adcode": 522634.0}, square(107.7, 26.4)),
    )
    found, problems = read(path)
    assert problems == []
    assert found is not None
    assert found.ids == ("522635", "522634")
    assert found.names == ("乙县", "甲县")
    assert json.loads(json.dumps(shapely.geometry.mapping(found.shapes[0])))["coordinates"] == rings
    assert found.lonlat() == pytest.approx([107.656, 26.45], abs=0.01)
    assert found.chosen([1]).ids == ("522634",)


def test_the_way_to_the_working_crs_takes_the_shift_away(tmp_path: Path) -> None:
    path = layer(tmp_path, ({"adcode": 1}, square(107.5, 26.4)))
    gcj, plain = read(path)[0], read(path, "EPSG:4490")[0]
    assert gcj is not None
    assert plain is not None
    zone = working_zone(107.5)
    a, b = (shapely.centroid(working_way(one, zone).geometries(one.shapes))[0] for one in (gcj, plain))
    assert 500 < a.distance(b) < 700


@pytest.mark.parametrize(
    ("lon", "code"),
    [
        (107.578, "EPSG:4545"),
        (113.54, "EPSG:4547"),
        (111.83, "EPSG:4546"),
        (121.82, "EPSG:4550"),
        (120.15, "EPSG:4549"),
    ],
)
def test_the_zone_of_a_longitude(lon: float, code: str) -> None:
    assert working_zone(lon).name == code


def test_another_field_can_be_named(tmp_path: Path) -> None:
    path = layer(tmp_path, ({"adcode": 1, "village": "a"}, square(107.5, 26.4)))
    found, _ = read(path, field="village")
    assert found is not None
    assert found.ids == ("a",)


@pytest.mark.parametrize("field", [None, "villag"])
def test_without_a_field_of_codes(tmp_path: Path, field: str | None) -> None:
    path = layer(tmp_path, ({"village": "a", "area": 3}, square(107.5, 26.4)))
    found, problems = read(path, field=field)
    assert found is None
    assert [problem.code for problem in problems] == ["CEN030"]
    assert problems[0].params["found"] == ("village", "area")


def test_an_invalid_shape_is_told_and_kept(tmp_path: Path) -> None:
    found, problems = read(layer(tmp_path, ({"adcode": 1}, BOW_TIE)))
    assert found is not None
    assert [(problem.code, problem.severity) for problem in problems] == [("CEN034", "warning")]
    assert problems[0].params["at"].startswith("107.55")
    assert not found.shapes[0].is_valid
    assert np.array(found.shapes[0].exterior.coords).tolist() == BOW_TIE[0]


def test_a_code_twice_an_empty_shape_and_a_line_stop(tmp_path: Path) -> None:
    twice = layer(tmp_path, ({"adcode": 1}, square(107.5, 26.4)), ({"adcode": 1}, square(107.6, 26.4)))
    assert [problem.code for problem in read(twice)[1]] == ["CEN037"]
    empty = layer(tmp_path, ({"adcode": 1}, square(107.5, 26.4)), ({"adcode": 2}, None))
    assert [problem.code for problem in read(empty)[1]] == ["GIS019"]
    line = layer(tmp_path, ({"adcode": 1}, square(107.5, 26.4)[0]), kind="LineString")
    assert [problem.code for problem in read(line)[1]] == ["GIS021"]


def test_a_datum_that_does_not_fit_stops(tmp_path: Path) -> None:
    path = layer(tmp_path, ({"adcode": 1}, square(107.5, 26.4)))
    found, problems = read(path, "EPSG:4545")
    assert found is None
    assert problems[0].code == "GIS038"
    assert read(tmp_path / "absent.geojson")[1][0].code == "GIS001"
