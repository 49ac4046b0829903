"""Shapefiles that we write: names of fields, texts, empty values and shapes come back as they were."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from gis.shapefile_write import ENCODINGS, TEXT_BYTES, short_names, write_shapefile
from gis.shapefiles import read_shapefile
from scenarios.problems import render

LONG = "麻江县第一中学附属实验小学金竹街道分校区" * 2  # 40 signs: 120 bytes in UTF-8
FRAME = gpd.GeoDataFrame(
    {
        "名称": [LONG, None, "x"],
        "share": [0.123456, np.nan, 1.0],
        "opened": pd.array([2029, None, 0], dtype="Int64"),
        "largest_class_p50": [45.5, 0.0, -3.25],
        "largest_class_p95": [1, 2, 3],
        "new": [True, False, True],
    },
    geometry=[Point(107.593172, 26.494803), Point(107.6, 26.6), Point(107.7, 26.7)],
    crs="EPSG:4490",
)
FIELDS = [str(name) for name in FRAME.columns if name != "geometry"]


def written(folder: Path, encoding: str, frame: gpd.GeoDataFrame = FRAME, name: str = "layer") -> tuple[Path, list]:
    names = short_names([str(column) for column in frame.columns if column != "geometry"], {}, encoding)
    files, problems = write_shapefile(frame, folder / f"{name}.shp", names, encoding, 2023)
    assert all(file.exists() for file in files)
    return folder / f"{name}.shp", problems


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_everything_comes_back_and_nothing_missing_becomes_zero(tmp_path: Path, encoding: str) -> None:
    path, problems = written(tmp_path, encoding)
    assert problems == []
    back = pyogrio.read_dataframe(path)
    assert list(back.columns) == ["名称", "share", "opened", "largest_cl", "largest__2", "new", "geometry"]
    assert back["名称"].tolist()[0] == LONG
    assert pd.isna(back["名称"][1])
    assert back["share"].to_numpy() == pytest.approx([0.123456, np.nan, 1.0], abs=0, nan_ok=True)
    assert back["opened"].isna().tolist() == [False, True, False]
    assert back["opened"][0] == 2029
    assert back["opened"][2] == 0
    assert back["largest_cl"].tolist() == [45.5, 0.0, -3.25]
    assert back["new"].tolist() == [1, 0, 1]
    assert back.geometry.equals(FRAME.geometry)
    assert back.crs == FRAME.crs


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_field_with_a_chinese_name_is_found_by_our_own_reader(tmp_path: Path, encoding: str) -> None:
    path, _ = written(tmp_path, encoding)
    raw, problems = read_shapefile(path, "名称", "units")
    assert raw is not None
    assert raw.values is not None
    assert raw.values[0] == LONG
    assert {problem.code for problem in problems} == {"GIS050"}
    (tmp_path / "layer.cpg").unlink()  # lost on the way to the bureau: the head of the table tells, or trying does
    again, problems = read_shapefile(path, "名称", "units")
    assert again is not None
    assert again.values == raw.values


def test_texts_too_long_are_cut_after_a_whole_sign_and_told(tmp_path: Path) -> None:
    frame = FRAME.assign(名称=[LONG * 3, LONG, ""])
    path, problems = written(tmp_path, "utf-8", frame)
    assert [problem.code for problem in problems] == ["GIS199"]
    assert "1 values of the field '名称'" in render(problems[0], "en")
    assert problems[0].severity == "warning"
    text = pyogrio.read_dataframe(path)["名称"][0]
    assert text == (LONG * 3)[: TEXT_BYTES // 3]


def test_signs_outside_gbk_are_kept_and_told(tmp_path: Path) -> None:
    frame = FRAME.assign(名称=["䶮村小学", "𠮷家", "x"])
    path, problems = written(tmp_path, "gbk", frame)
    assert [(problem.code, problem.params["signs"]) for problem in problems] == [("GIS201", "䶮𠮷")]
    assert pyogrio.read_dataframe(path)["名称"].tolist() == ["䶮村小学", "𠮷家", "x"]
    assert written(tmp_path, "utf-8", frame, "other")[1] == []


def test_polygons_of_one_and_several_parts_share_a_layer_and_kinds_do_not_mix(tmp_path: Path) -> None:
    shapes = [box(0, 0, 1, 1), MultiPolygon([box(2, 0, 3, 1), box(4, 0, 5, 1)])]
    frame = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=shapes, crs="EPSG:4545")
    path, _ = written(tmp_path, "utf-8", frame)
    assert pyogrio.read_dataframe(path).geometry.area.tolist() == [1.0, 2.0]
    mixed = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[shapes[0], Point(0, 0)], crs="EPSG:4545")
    with pytest.raises(ValueError, match="several kinds"):
        written(tmp_path, "utf-8", mixed, "mixed")


def test_an_empty_layer_and_the_same_bytes(tmp_path: Path) -> None:
    path, problems = written(tmp_path, "utf-8", FRAME[:0], "empty")
    assert problems == []
    assert pyogrio.read_info(path)["features"] == 0
    write_shapefile(FRAME[:0], path, short_names(FIELDS, {}, "utf-8"), "utf-8", 2023, "Point")
    assert pyogrio.read_info(path)["geometry_type"] == "Point"
    first = {part.suffix: part.read_bytes() for part in written(tmp_path, "gbk")[0].parent.glob("layer.*")}
    again = {part.suffix: part.read_bytes() for part in written(tmp_path, "gbk")[0].parent.glob("layer.*")}
    assert first == again
    assert first[".cpg"] == b"GB18030"


@given(st.lists(st.text("abcXYZ县校学_0", min_size=1, max_size=14), min_size=1, max_size=40, unique=True))
def test_short_names_are_short_and_no_two_are_alike(names: list[str]) -> None:
    for encoding, (codec, _, _) in ENCODINGS.items():
        short = short_names(names, {}, encoding)
        assert list(short) == names
        assert all(0 < len(name.encode(codec)) <= 10 for name in short.values())
        assert len({name.lower() for name in short.values()}) == len(names)


def test_known_short_names_are_used() -> None:
    assert short_names(["largest_class_p50", "year"], {"largest_class_p50": "class_p50"}, "utf-8") == {
        "largest_class_p50": "class_p50", "year": "year"
    }  # fmt: skip
