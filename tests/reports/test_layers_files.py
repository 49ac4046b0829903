"""Layers for others: every number in Shapefiles, GeoJSON and GeoParquet is the one of the run's tables."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from reports.layers_files import write_geojson, write_geoparquet, write_shapefiles
from reports.layers_set import Layer, layer_set
from reports.run_folder import RunFolder
from tests.reports.layer_kit import alerted

NAME40 = "麻江县第一中学附属实验小学金竹街道分校区" * 2


@pytest.fixture(scope="module")
def named(run: RunFolder) -> RunFolder:
    """The run with warnings, and a school whose name has 40 signs."""
    warned = alerted(run)
    schools = warned.tables.school_list.copy()
    schools.loc[0, "name_zh"] = NAME40
    return replace(warned, tables=replace(warned.tables, school_list=schools))


@pytest.fixture(scope="module")
def layers(named: RunFolder) -> list[Layer]:
    return layer_set(named)


@pytest.fixture(scope="module")
def shapefiles(named: RunFolder, layers: list[Layer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers") / "shp"
    files, told = write_shapefiles(named, layers, folder, "utf-8")
    assert told == []
    assert files[0] == folder.with_name("shp.zip")
    return folder


def same_values(back: pd.DataFrame, layer: Layer, names: dict[str, str]) -> None:
    """Every value of a layer, exactly; a text of nothing may come back as missing."""
    assert len(back) == len(layer.frame)
    for column in layer.frame.columns.drop("geometry"):
        given, read = layer.frame[column], back[names.get(column, column)]
        if pd.api.types.is_numeric_dtype(given):
            np.testing.assert_array_equal(
                read.to_numpy(dtype=float, na_value=np.nan), given.to_numpy(dtype=float, na_value=np.nan)
            )
        else:
            assert read.fillna("").tolist() == given.fillna("").tolist(), column


def short(folder: Path, layer: Layer) -> dict[str, str]:
    fields = pd.read_csv(folder / "fields.csv", encoding="utf-8-sig").query("layer == @layer.name")
    return dict(zip(fields["full_name"], fields["short_name"], strict=True))


def test_a_shapefile_of_every_layer_in_degrees_and_metres_with_every_number(
    shapefiles: Path, layers: list[Layer]
) -> None:
    table = pd.read_csv(shapefiles / "layers.csv", encoding="utf-8-sig", keep_default_na=False)
    drawn = [layer for layer in layers if layer.kind != "about"]
    assert len(table) == 2 * len(drawn)
    for layer in drawn:
        names = short(shapefiles, layer)
        assert all(len(name.encode()) <= 10 for name in names.values())
        assert len(set(names.values())) == len(names)
        for row in table[table["layer"] == layer.name].itertuples():
            back = pyogrio.read_dataframe(shapefiles / row.file)
            assert str(back.crs) == row.crs
            assert row.rows == len(layer.frame)
            same_values(back, layer, names)
            if row.crs == "EPSG:4545":
                shapes = back.geometry.to_numpy()
                assert shapely.equals(
                    shapely.normalize(shapes), shapely.normalize(layer.frame.geometry.to_numpy())
                ).all()
    assert set(table["crs"]) == {"EPSG:4490", "EPSG:4545"}


def test_the_numbers_are_those_of_the_tables_of_the_run(shapefiles: Path, named: RunFolder) -> None:
    back = pyogrio.read_dataframe(shapefiles / "EPSG_4490" / "schools_county-plan.shp")
    rolls = named.tables.schools.query("plan == 'county-plan' and indicator == 'roll' and stage == 'all'")
    joined = back.merge(rolls, left_on=["future", "year", "school"], right_on=["future", "year", "entity"])
    assert len(joined) == len(back) == len(rolls)
    for field, column in (("roll_p05", "p05"), ("roll_p50", "p50"), ("roll_p95", "p95"), ("p_ov_size", "p_exceed")):
        np.testing.assert_array_equal(joined[field], joined[column])
    assert NAME40 in set(back["name_zh"])
    warned = pyogrio.read_dataframe(shapefiles / "EPSG_4545" / "alerts_compact_baseline.shp")
    assert sorted(set(warned["year"])) == [2024, 2025]  # 2026 is not published
    assert dict(zip(warned["zone"], warned["level"], strict=True)) == {
        "ps-01": "red",
        "ps-02": "green",
        "~none:u20": "blue",
    }


def test_positions_in_degrees_are_those_of_the_run(shapefiles: Path, named: RunFolder) -> None:
    degrees = pyogrio.read_dataframe(shapefiles / "EPSG_4490" / "schools_compact.shp")
    assert degrees.crs.to_epsg() == 4490
    metres = degrees.to_crs("EPSG:4545").geometry
    places = named.tables.school_list.set_index("school").loc[degrees["school"]]
    assert np.abs(metres.x - places["x"].to_numpy()).max() < 1e-3
    assert np.abs(metres.y - places["y"].to_numpy()).max() < 1e-3


def test_the_archive_holds_all_of_it_and_the_same_run_gives_the_same_bytes(
    shapefiles: Path, named: RunFolder, layers: list[Layer], tmp_path: Path
) -> None:
    with zipfile.ZipFile(shapefiles.with_name("shp.zip")) as archive:
        inside = set(archive.namelist())
    on_disk = {f"shp/{file.relative_to(shapefiles).as_posix()}" for file in shapefiles.rglob("*") if file.is_file()}
    assert inside == on_disk
    again, _ = write_shapefiles(named, layers, tmp_path / "shp", "utf-8")
    assert again[0].read_bytes() == shapefiles.with_name("shp.zip").read_bytes()
    path = f"zip://{shapefiles.with_name('shp.zip')}!shp/EPSG_4490/units.shp"
    assert len(pyogrio.read_dataframe(path)) == 20


def test_gbk_for_old_programs(named: RunFolder, layers: list[Layer], tmp_path: Path) -> None:
    units = [layer for layer in layers if layer.kind == "units"]
    write_shapefiles(named, units, tmp_path / "shp-gbk", "gbk")
    place = tmp_path / "shp-gbk" / "EPSG_4490"
    assert (place / "units.cpg").read_text() == "GB18030"
    assert "社区08".encode("gbk") in (place / "units.dbf").read_bytes()
    same_values(pyogrio.read_dataframe(place / "units.shp"), units[0], {})


def test_geojson_is_rfc_7946(named: RunFolder, layers: list[Layer], tmp_path: Path) -> None:
    write_geojson(named, layers, tmp_path)
    for layer in (one for one in layers if one.kind != "about"):
        path = tmp_path / f"{layer.name.replace(' ', '_')}.geojson"
        document = json.loads(path.read_text(encoding="utf-8"))
        assert "crs" not in document
        back = gpd.read_file(path)
        same_values(back, layer, {})
        west, south, east, north = back.total_bounds
        assert 107 < west <= east < 109
        assert 26 < south <= north < 27
        rings = [ring for shape in back.geometry if shape.geom_type != "Point" for part in shapely.get_parts(shape)
                 for ring in [part.exterior]]  # fmt: skip
        assert all(ring.is_ccw for ring in rings)


def test_geoparquet_keeps_crs_types_and_every_shape(named: RunFolder, layers: list[Layer], tmp_path: Path) -> None:
    write_geoparquet(named, layers, tmp_path)
    for layer in (one for one in layers if one.kind != "about"):
        path = tmp_path / f"{layer.name.replace(' ', '_')}.parquet"
        geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
        assert geo["version"] == "1.1.0"
        assert geo["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 4545}
        back = gpd.read_parquet(path)
        same_values(back, layer, {})
        assert back.geometry.to_wkb().tolist() == layer.frame.geometry.to_wkb().tolist()
        plain = pq.read_table(path)  # a program that knows nothing of shapes
        assert plain.num_rows == len(layer.frame)


def only(layer: Layer, frame: gpd.GeoDataFrame) -> list[Layer]:
    return [replace(layer, frame=frame)]


@pytest.mark.parametrize("rows", [1, 3000])
def test_one_zone_and_three_thousand(named: RunFolder, layers: list[Layer], tmp_path: Path, rows: int) -> None:
    units = layers[0]
    number = np.arange(rows)
    west, south = 470_000.0 + 100 * (number % 60), 2_930_000.0 + 100 * (number // 60)
    names = {
        "unit": [f"u{n}" for n in number],
        "name_zh": [f"村{n}" for n in number],
        "name_en": "",
        "township": "t",
        "urban": 0,
    }
    many = only(units, gpd.GeoDataFrame(names, geometry=shapely.box(west, south, west + 90, south + 90), crs=4545))
    write_shapefiles(named, many, tmp_path / "shp", "utf-8")
    write_geojson(named, many, tmp_path / "geojson")
    write_geoparquet(named, many, tmp_path / "geoparquet")
    for file in ("shp/EPSG_4490/units.shp", "shp/EPSG_4545/units.shp", "geojson/units.geojson"):
        same_values(pyogrio.read_dataframe(tmp_path / file), many[0], {})
    same_values(gpd.read_parquet(tmp_path / "geoparquet" / "units.parquet"), many[0], {})


def test_an_empty_layer_is_written_with_its_fields(named: RunFolder, layers: list[Layer], tmp_path: Path) -> None:
    zones = next(layer for layer in layers if layer.kind == "catchments")
    some = [layers[0], replace(zones, frame=zones.frame[:0])]
    write_shapefiles(named, some, tmp_path / "shp", "utf-8")
    write_geojson(named, some, tmp_path / "geojson")
    write_geoparquet(named, some, tmp_path / "geoparquet")
    stem = zones.name.replace(" ", "_")
    assert pyogrio.read_info(tmp_path / "shp" / "EPSG_4545" / f"{stem}.shp")["features"] == 0
    assert (
        len(pyogrio.read_info(tmp_path / "shp" / "EPSG_4545" / f"{stem}.shp")["fields"]) == len(zones.frame.columns) - 1
    )
    assert json.loads((tmp_path / "geojson" / f"{stem}.geojson").read_text(encoding="utf-8"))["features"] == []
    assert list(gpd.read_parquet(tmp_path / "geoparquet" / f"{stem}.parquet").columns) == list(zones.frame.columns)


def test_a_county_elsewhere_is_written_in_wgs_84_and_said(
    named: RunFolder, layers: list[Layer], tmp_path: Path
) -> None:
    moved = replace(named, study=named.study.model_copy(update={"crs": "EPSG:26985"}))
    frame = layers[0].frame.set_crs("EPSG:26985", allow_override=True)
    frame = frame.set_geometry(frame.translate(-40_000, -2_750_000))
    _, told = write_shapefiles(moved, only(layers[0], frame), tmp_path / "shp", "utf-8")
    assert [problem.code for problem in told] == ["GIS200"]
    assert sorted(path.name for path in (tmp_path / "shp").iterdir() if path.is_dir()) == ["EPSG_26985", "EPSG_4326"]
