"""A repaired layer: new GeoJSON from any format, attributes and untouched corners as they were."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from gis.layer_rewrite import RewrittenLayer, rewrite_layer
from gis.layers import LayerSource
from tests.gis.county import DEGREES, METRES, TO_DEGREES, grid, square


def frame(crs: str = METRES) -> gpd.GeoDataFrame:
    """Three units in a row; the first is drawn 2 m into the second, the third is clean."""
    features = [("u1", square(0, 0, 1.002)), ("u2", square(1, 0)), ("u3", square(2, 0))]
    shapes = np.array([shapely.geometry.shape(shape) for _, shape in features], dtype=object)
    if crs == DEGREES:
        shapes = shapely.transform(shapes, lambda xy: np.column_stack(TO_DEGREES.transform(xy[:, 0], xy[:, 1])))
    columns = {"unit": [name for name, _ in features], "村名": ["甲", "乙", "丙"], "人口": [100, 200, 300]}
    columns |= {"share": [0.5, None, 1.0], "day": np.array(["2023-09-01"] * 3, dtype="datetime64[D]")}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def written(
    path: Path, layer: str | None = None, crs: str = METRES, known: frozenset[str] | None = None
) -> RewrittenLayer:
    source = LayerSource(path, f"data/{path.name}", "unit", crs, layer=layer)
    result = rewrite_layer(source, METRES, known)
    assert result is not None
    return result


def features(result: RewrittenLayer) -> list[dict]:
    return json.loads(result.text)["features"]


@pytest.mark.parametrize("crs", [METRES, DEGREES])
def test_a_package_with_several_layers_becomes_geojson_with_all_attributes(tmp_path: Path, crs: str) -> None:
    path = tmp_path / "county.gpkg"
    pyogrio.write_dataframe(frame(crs), path, layer="units")
    pyogrio.write_dataframe(frame(crs), path, layer="other", append=True)
    result = written(path, "units", crs)
    assert [one["properties"]["村名"] for one in features(result)] == ["甲", "乙", "丙"]
    assert [one["properties"]["人口"] for one in features(result)] == [100, 200, 300]
    assert [one["properties"]["share"] for one in features(result)] == [0.5, None, 1.0]
    assert features(result)[0]["properties"]["day"].startswith("2023-09-01")
    assert json.loads(result.text)["crs"]["properties"]["name"].endswith(crs.rpartition(":")[2])
    (unit,) = result.units
    assert unit.unit in {"u1", "u2"}, "the strip belongs to both; the one with the shorter common border gives it up"
    assert unit.codes == ("FIX003",)
    assert unit.lost_m2 == pytest.approx(2000, rel=1e-3)


def test_corners_that_no_repair_touched_keep_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "county.geojson"
    before = frame(DEGREES)
    pyogrio.write_dataframe(before, path, COORDINATE_PRECISION=15)
    old = {tuple(at) for at in shapely.get_coordinates(pyogrio.read_dataframe(path).geometry).tolist()}
    result = written(path, crs=DEGREES)
    new = [shapely.geometry.shape(one["geometry"]) for one in features(result)]
    fresh = {tuple(at) for at in shapely.get_coordinates(new).tolist()} - old
    assert len(fresh) <= 8, "only where the two borders met"
    assert new[2].equals(pyogrio.read_dataframe(path).geometry[2])
    assert shapely.area(shapely.intersection(new[0], new[1])) == 0


def test_a_shapefile_in_gbk_keeps_its_words(tmp_path: Path) -> None:
    path = tmp_path / "county.shp"
    table = frame()[["unit", "村名", "geometry"]].rename(columns={"村名": "NAME"})
    pyogrio.write_dataframe(table, path, driver="ESRI Shapefile", ENCODING="GBK")
    path.with_suffix(".cpg").unlink()
    result = written(path)
    assert [one["properties"]["NAME"] for one in features(result)] == ["甲", "乙", "丙"]


def test_a_misspelt_id_is_replaced_where_one_unit_of_the_table_has_no_shape(tmp_path: Path) -> None:
    path = tmp_path / "county.geojson"
    clean = gpd.GeoDataFrame(
        {"unit": ["U00", "u01"]}, geometry=[shapely.geometry.shape(shape) for _, shape in grid(2, 1)], crs=METRES
    )
    pyogrio.write_dataframe(clean, path)
    result = written(path, known=frozenset({"u00", "u01"}))
    assert [one["properties"]["unit"] for one in features(result)] == ["u00", "u01"]
    assert [(change.problem.code, change.problem.place, change.before, change.after) for change in result.changes] == [
        ("FIX004", "data/county.geojson:feature 1 (U00)", "U00", "u00")
    ]
    assert result.units == ()
    source = LayerSource(path, "data/county.geojson", "unit", METRES)
    assert rewrite_layer(source, METRES, frozenset({"z9", "u01"})) is None


def test_a_layer_that_cannot_be_placed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "county.geojson"
    pyogrio.write_dataframe(frame(), path)
    for crs, working in (("nonsense", METRES), (METRES, DEGREES), (DEGREES, METRES)):
        assert rewrite_layer(LayerSource(path, "county.geojson", "unit", crs), working, None) is None
    assert rewrite_layer(LayerSource(tmp_path / "none.geojson", "none.geojson", "unit", METRES), METRES, None) is None
