"""Styles in map.gpkg and the QGIS project: every field a style reads is there, every layer of the project exists."""

import re
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pyogrio
import pytest
from pyproj import CRS

from gis.qgis_page import fitted, segment
from reports.i18n import Labels
from reports.layers_fields import field_of
from reports.layers_out import write_layers
from reports.layers_project import write_project
from reports.layers_set import layer_set
from reports.layers_style import MM, VERDICTS, both, shown, style_of
from reports.layers_zones import years_of
from reports.maps_data import UTILISATION
from reports.maps_draw import radius_of
from reports.matrix import SEVERITY
from reports.run_folder import RunFolder
from tests.reports.layer_kit import alerted

# "name" in quotes is a field; 'use_' || year reads one of a family of fields.
FIELD = re.compile(r'"(\w+)"')
FAMILY = re.compile(r"attribute\('(\w+)' \|\| ")


@pytest.fixture(scope="module")
def warned(run: RunFolder) -> RunFolder:
    return alerted(run)


@pytest.fixture(scope="module")
def folder(warned: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place, layers = tmp_path_factory.mktemp("qgis"), layer_set(warned)
    write_layers(warned, place / "map.gpkg", "zh", layers)
    write_project(warned, place / "map.qgs", "map.gpkg", "zh", layers)
    return place


def read_by(style: ET.Element, years: tuple[int, ...]) -> set[str]:
    """Fields that a renderer, labels and names of fields read."""
    texts = [rule.get("filter", "") for rule in style.iter("rule")]
    texts += [one.get("value", "") for one in style.iter("Option") if one.get("name") == "expression"]
    texts += [one.get("fieldName", "") for one in style.iter("text-style")]
    found = {name for text in texts for name in FIELD.findall(text)}
    found |= {f"{start}{year}" for text in texts for start in FAMILY.findall(text) for year in years}
    return found | {one.get("field", "") for one in style.iter("alias")}


def test_every_layer_has_a_style_and_every_field_it_reads(folder: Path, warned: RunFolder) -> None:
    with sqlite3.connect(folder / "map.gpkg") as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault"))
    names = {name for name, kind in pyogrio.list_layers(folder / "map.gpkg") if kind is not None}
    assert set(styles) == names
    assert any(name.startswith("alerts ") for name in names)
    for name, text in styles.items():
        fields = set(pyogrio.read_info(folder / "map.gpkg", layer=name)["fields"])
        read = read_by(ET.fromstring(text.partition("\n")[2]), years_of(warned))
        assert read, name
        assert read <= fields, f"{name}: {read - fields}"


def test_every_symbol_that_a_class_names_is_there(folder: Path) -> None:
    with sqlite3.connect(folder / "map.gpkg") as base:
        texts = [row[0] for row in base.execute("SELECT styleQML FROM layer_styles")]
    for text in texts:
        root = ET.fromstring(text.partition("\n")[2])
        drawn = root.find("renderer-v2")
        assert drawn is not None
        named = {one.get("symbol") for one in (*drawn.iter("rule"), *drawn.iter("category"))} - {None}
        held = {one.get("name") for one in drawn.findall("symbols/symbol")}
        assert named <= held
        assert len(held) == max(1, len(named))


def test_steps_colours_and_hatches_are_those_of_the_maps(warned: RunFolder) -> None:
    layer = next(one for one in layer_set(warned) if one.kind == "catchments")
    root = ET.fromstring(style_of(layer, warned, "zh").partition("\n")[2])
    filters = [rule.get("filter", "") for rule in root.iter("rule")]
    edges = [f"{edge:g}" for edge in UTILISATION.scale.breaks]
    assert len(filters) == len(UTILISATION.scale.colors) + 1
    assert [re.findall(r"@v [<>]=? ([\d.]+)", text) for text in filters[:-1]] == [
        edges[:1], *([low, high] for low, high in pairwise(edges)), edges[-1:]
    ]  # fmt: skip
    fills = [
        symbol.find("layer/Option/Option[@name='color']").get("value")  # type: ignore[union-attr]
        for symbol in root.findall("renderer-v2/symbols/symbol")
    ]
    hexes = ["#{:02x}{:02x}{:02x}".format(*map(int, text.split(",")[:3])) for text in fills]
    assert hexes[:-1] == list(UTILISATION.scale.colors)


def test_schools_have_the_size_of_the_maps_and_a_mark_for_each_verdict(warned: RunFolder) -> None:
    layer = next(one for one in layer_set(warned) if one.kind == "schools")
    text = style_of(layer, warned, "en")
    still, growing = (float(part) for part in re.search(r"\* \(([\d.]+) \+ ([\d.]+) \* sqrt", text).groups())  # type: ignore[union-attr]
    for roll in (0, 100, 1500):
        assert still + growing * roll**0.5 == pytest.approx(radius_of(roll), abs=0.01)
    assert f"{2 * MM:.6f}" in text
    assert set(VERDICTS) == set(SEVERITY)
    assert len({mark + colour for colour, mark in VERDICTS.values()}) == len(VERDICTS)
    assert "nullif(&quot;name_en&quot;" in text


def test_a_label_is_said_once_where_both_languages_say_the_same() -> None:
    assert both("map.between", low="60%", high="80%") == "60%–80%"
    assert both("map.above", value="110%") == "高于 110% above 110%"


def test_every_field_of_every_layer_has_a_name_in_both_languages(warned: RunFolder) -> None:
    for layer in layer_set(warned):
        for name in layer.frame.columns.drop("geometry", errors="ignore"):
            said = field_of(name)
            assert said.zh
            assert said.en
            assert bool(said.unit_zh) == bool(said.unit_en)
            assert len((said.short or said.name).encode()) <= 10, name
    with pytest.raises(KeyError):
        field_of("nobody_knows")
    assert field_of("use_2029").said.startswith("2029 学年学位利用率")


def test_the_project_names_only_what_the_package_holds(folder: Path, warned: RunFolder) -> None:
    root = ET.fromstring((folder / "map.qgs").read_text(encoding="utf-8").partition("\n")[2])
    layers = root.findall("projectlayers/maplayer")
    tables = dict(pyogrio.list_layers(folder / "map.gpkg"))
    for layer in layers:
        source = layer.findtext("datasource") or ""
        path, table, *rest = source.split("|")
        assert path == "./map.gpkg"
        name = table.removeprefix("layername=")
        assert name in tables
        assert layer.get("geometry", "") in tables[name]
        assert layer.findtext("srs/spatialrefsys/authid") == warned.study.crs
        for only in rest:
            where = only.removeprefix("subset=")
            assert len(pyogrio.read_dataframe(folder / "map.gpkg", layer=name, where=where))
        fields = set(pyogrio.read_info(folder / "map.gpkg", layer=name)["fields"])
        assert read_by(layer, years_of(warned)) <= fields
    ids = [layer.findtext("id") for layer in layers]
    assert len(set(ids)) == len(ids) == len(root.findall("layer-tree-group//layer-tree-layer"))
    assert {one.get("id") for one in root.findall("layer-tree-group//layer-tree-layer")} == set(ids)
    assert CRS(root.findtext("projectCrs/spatialrefsys/wkt")) == CRS(warned.study.crs)


def test_groups_are_plans_the_headline_plan_first_and_shown(folder: Path, warned: RunFolder) -> None:
    root = ET.fromstring((folder / "map.qgs").read_text(encoding="utf-8").partition("\n")[2])
    groups = root.findall("layer-tree-group/layer-tree-group")
    assert len(groups) == len(warned.study.plans) + 1
    assert [group.get("checked") for group in groups] == [
        "Qt::Checked",
        "Qt::Unchecked",
        "Qt::Unchecked",
        "Qt::Checked",
    ]
    words = Labels("zh")
    first = [one.get("name") for one in groups[0]]
    assert first[0] == words("layers.schools")
    assert words("layers.alerts", stage="小学") in first
    names = [one.text for one in root.findall("properties/Variables/variableNames/value")]
    values = [one.text for one in root.findall("properties/Variables/variableValues/value")]
    what = shown(warned, "zh")
    assert dict(zip(names, values, strict=True)) == {
        "schoolplan_year": str(what.year), "schoolplan_future": what.future
    }  # fmt: skip
    assert "合成数据" in (root.findtext("properties/CopyrightLabel/Label") or "")
    legend = root.findall("Layouts/Layout/LayoutItem[@id='legend']//layer-tree-layer")
    assert [one.get("name") for one in legend] == [
        one.get("name") for group in groups for one in group
        if group.get("checked") == one.get("checked") == "Qt::Checked"
    ]  # fmt: skip


def test_the_same_run_gives_the_same_bytes(folder: Path, warned: RunFolder, tmp_path: Path) -> None:
    write_layers(warned, tmp_path / "map.gpkg", "zh")
    write_project(warned, tmp_path / "map.qgs", "map.gpkg", "zh")
    for name in ("map.gpkg", "map.qgs"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_a_run_without_zones_schools_and_values_still_opens(run: RunFolder, tmp_path: Path) -> None:
    tables = replace(run.tables, zone_list=run.tables.zone_list[:0], schools=run.tables.schools[:0])
    bare = replace(run, tables=tables)
    layers = layer_set(bare)
    write_layers(bare, tmp_path / "map.gpkg", "en", layers)
    write_project(bare, tmp_path / "map.qgs", "map.gpkg", "en", layers)
    kinds = {name: kind for name, kind in pyogrio.list_layers(tmp_path / "map.gpkg") if kind is not None}
    assert {kind for name, kind in kinds.items() if not name.startswith("schools ")} == {"MultiPolygon"}
    assert {kind for name, kind in kinds.items() if name.startswith("schools ")} == {"Point"}
    assert pyogrio.read_info(tmp_path / "map.gpkg", layer="catchments compact")["features"] == 0
    root = ET.fromstring((tmp_path / "map.qgs").read_text(encoding="utf-8").partition("\n")[2])
    assert len(root.findall("projectlayers/maplayer")) == 2 * len(run.study.plans) + 1  # no zones, no layer of a stage


@pytest.mark.parametrize("bounds", [(0.0, 0.0, 54_000.0, 33_000.0), (5.0, 5.0, 5.0, 5.0), (0.0, 0.0, 1.0, 90_000.0)])
def test_the_page_shows_everything_undistorted(bounds: tuple[float, float, float, float]) -> None:
    west, south, east, north = fitted(bounds)
    assert west < bounds[0] <= bounds[2] < east
    assert south < bounds[1] <= bounds[3] < north
    assert (east - west) / (north - south) == pytest.approx(296 / 246)


@pytest.mark.parametrize(("width", "metres"), [(54_000, 5000), (9_900, 500), (230_000, 20_000), (8, 1)])
def test_scale_bars_are_round(width: float, metres: float) -> None:
    assert segment(width) == metres
