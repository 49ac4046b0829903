"""The layer of problems that QGIS opens: what it holds, how it is drawn, the same bytes every time."""

import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import pyogrio
import pytest
import shapely
from pyproj import CRS

from gis.crs import find_way, shifted_crs
from gis.findings import Finding, Mark, located, mark
from gis.problem_layer import COLUMNS, LAYERS, problem_frames, write_problem_layer
from gis.problem_style import COLOURS, style
from scenarios.problems import Problem, error, warning
from tests.gis.county import DEGREES, EAST, METRES, NORTH

WAY, _ = find_way(CRS(DEGREES), CRS(METRES), "")
assert WAY is not None


def findings() -> list[Problem]:
    """An area, two pieces of one warning, a line, a point, and a problem without a shape."""
    box = shapely.box(EAST, NORTH, EAST + 10, NORTH + 20)
    small = shapely.box(EAST + 50, NORTH, EAST + 52, NORTH + 2)
    line = shapely.LineString([(EAST, NORTH), (EAST + 300, NORTH)])
    pieces = [mark(small, WAY, ("a", "b")), mark(box, WAY, ("b", "c"))]
    overlap = error("GIS023", "u.geojson:feature 1 (a)", a="a", b="b", area="200", percent="1", at="x")
    slivers = warning("GIS024", "u.geojson", overlaps=2, gaps=0, area="204", largest="200", width="5", at="x")
    outside = error("GIS031", "s.csv:s", school="s", unit="a", metres="300", table="b")
    crossing = error("GIS020", "u.geojson:feature 2 (b)", reason="@crosses_itself", at="107 26")
    return [
        located(slivers, pieces, WAY.source),
        located(overlap, [mark(box, WAY, ("a", "b"))], WAY.source),
        located(outside, [mark(line, WAY, ("s", "b"))], WAY.source),
        located(crossing, [Mark(shapely.Point(107.5, 26.5), "107.5 26.5", ("b",))], WAY.source),
        error("SCN006", "study.yaml:3", "x"),
    ]


def test_every_mark_is_a_row_of_the_layer_of_its_kind() -> None:
    frames = problem_frames(findings())
    assert tuple(frames) == LAYERS
    areas = frames["problem_areas"]
    assert list(areas["code"]) == ["GIS023", "GIS024", "GIS024"]
    assert list(areas["severity"]) == ["error", "warning", "warning"]
    assert areas["area_m2"].tolist() == pytest.approx([200, 200, 4], abs=0.1)
    assert list(areas["units"]) == ["a, b", "b, c", "a, b"]
    assert "重叠" in areas["message_zh"][0]
    assert "overlap" in areas["message_en"][0]
    assert list(frames["problem_lines"]["units"]) == ["s, b"]
    assert frames["problem_points"].geometry[0].equals(shapely.Point(107.5, 26.5))
    assert {frame.crs.to_epsg() for frame in frames.values()} == {4490}


def test_shapes_lie_where_the_layer_lies() -> None:
    area = problem_frames(findings())["problem_areas"].geometry[0]
    there = WAY.geometries(shapely.get_parts(area))[0]
    assert there.symmetric_difference(shapely.box(EAST, NORTH, EAST + 10, NORTH + 20)).area < 1e-3


def test_the_file_has_three_layers_with_a_default_style_each(tmp_path: Path) -> None:
    path = tmp_path / "problems.gpkg"
    assert write_problem_layer(findings(), path)
    assert [name for name, kind in pyogrio.list_layers(path) if kind is not None] == list(LAYERS)
    read = pyogrio.read_dataframe(path, layer="problem_areas")
    assert [*COLUMNS, "geometry"] == list(read.columns)
    with sqlite3.connect(path) as database:
        query = "SELECT f_table_name, f_geometry_column, f_table_schema, useAsDefault, styleQML FROM layer_styles"
        rows = database.execute(query).fetchall()
        geometry = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall())
    database.close()
    assert [(name, column, schema, bool(used)) for name, column, schema, used, _ in rows] == [
        (name, geometry[name], "", True) for name in LAYERS
    ]
    assert [qml for *_, qml in rows] == [style(name) for name in LAYERS]
    assert not list(tmp_path.glob("problems.gpkg-*"))


@pytest.mark.parametrize(("layer", "kind", "drawn"), [
    ("problem_points", "marker", "SimpleMarker"),
    ("problem_lines", "line", "SimpleLine"),
    ("problem_areas", "fill", "SimpleFill"),
])  # fmt: skip
def test_the_style_is_well_formed_and_errors_are_red(layer: str, kind: str, drawn: str) -> None:
    root = ET.fromstring(style(layer))
    renderer = root.find("renderer-v2")
    assert root.tag == "qgis"
    assert renderer is not None
    assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "severity")
    symbols = {symbol.get("name"): symbol for symbol in renderer.iterfind("symbols/symbol")}
    categories = {item.get("value"): symbols[item.get("symbol")] for item in renderer.iterfind("categories/category")}
    assert set(categories) == set(COLOURS) == {"error", "warning", "note"}
    for severity, symbol in categories.items():
        options = {item.get("name"): item.get("value") for item in symbol.iterfind("layer/Option/Option")}
        assert symbol.get("type") == kind
        assert [item.get("class") for item in symbol.iterfind("layer")] == [drawn]
        assert any(str(value).startswith(COLOURS[severity]) for value in options.values())
    red, green, blue = (int(part) for part in COLOURS["error"].split(","))
    assert red > 3 * max(green, blue)


def test_the_same_problems_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    assert write_problem_layer(findings(), tmp_path / "one.gpkg")
    assert write_problem_layer(findings()[::-1], tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def test_without_shapes_there_is_no_file(tmp_path: Path) -> None:
    assert not write_problem_layer([error("SCN006", "study.yaml:3", "x")], tmp_path / "problems.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_a_layer_in_gcj02_or_in_an_unknown_crs_can_be_written_too(tmp_path: Path) -> None:
    spot = [Mark(shapely.Point(107.5, 26.5), "107.5 26.5", ("b",))]
    problem = error("GIS068", "u.geojson:feature 1 (a)", at="107.5 26.5")
    for name, crs in (("gcj", shifted_crs("GCJ-02")), ("none", None)):
        assert write_problem_layer([located(problem, spot, crs)], tmp_path / f"{name}.gpkg")
        assert len(pyogrio.read_dataframe(tmp_path / f"{name}.gpkg", layer="problem_points")) == 1
    assert "GCJ-02" in str(pyogrio.read_info(tmp_path / "gcj.gpkg", layer="problem_points")["crs"])


def test_a_finding_is_told_like_any_problem() -> None:
    first, *_ = findings()
    assert isinstance(first, Finding)
    assert first == located(warning("GIS024", "u.geojson", **dict(first.params)), [], None)
