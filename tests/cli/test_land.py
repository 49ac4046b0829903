"""`schoolplan land`: tables, layers and a map of parcels, in both languages, the same bytes every time; and the log."""

import json
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pandas as pd
import pyogrio
import pytest
from PIL import Image

import schoolplan
from gis.land_export import FIT_COLOURS
from gis.land_table import FITS
from tests.gis.parcels import box, county, line, point
from tests.typed import typed as cli

ROWS = (
    "p1,u1,15000,reserved,primary,state,1,land bureau,2023-06-30,decision 12,,\n"
    "p2,u2,12000,planned,junior,collective,0,,,,,\n"
    "p3,u3,20000,allocated,nine_year,,0,,,,107.595,26.455\n"
    "p4,u3,9000,planned,primary,,0,,,,,\n"
)
OUTLINES = {"p1": box(0, 0, 150, 100), "p2": box(1000, 0, 120, 100)}
AGAINST = {
    "farmland": [box(1060, -200, 500, 500)],
    "main_road": [line((-400, 140), (400, 140))],
    "petrol": [point(170, 50)],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return county(tmp_path_factory.mktemp("land"), ROWS, OUTLINES, AGAINST, "")


@pytest.fixture(scope="module")
def written(study: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("written")
    return {lang: schoolplan.land(study, folder / lang, lang=lang).path for lang in ("zh", "en")}


def test_the_folder_holds_tables_layers_and_a_map(written: dict[str, Path]) -> None:
    for folder in written.values():
        assert sorted(file.name for file in folder.iterdir()) == [
            "parcels.csv", "parcels.gpkg", "parcels.png", "parcels.xlsx"
        ]  # fmt: skip
        with Image.open(folder / "parcels.png") as picture:
            assert picture.size[0] > 1200


def test_the_table_says_what_is_broken_and_what_is_left(written: dict[str, Path]) -> None:
    table = pd.read_csv(written["zh"] / "parcels.csv").set_index("parcel")
    assert table["fit"].to_dict() == {"p1": "reduced", "p2": "unfit", "p3": "free", "p4": "unknown"}
    assert table.loc["p1", "breaks"] == "petrol; main_road"
    assert table.loc["p2", "farmland_lost"] == pytest.approx(0.5)
    assert table.loc["p2", "usable_m2"] == pytest.approx(6000, abs=1)
    assert table["locked"].tolist() == [1, 0, 0, 0]


def test_the_workbook_speaks_the_language_and_names_every_source(written: dict[str, Path]) -> None:
    book = openpyxl.load_workbook(written["zh"] / "parcels.xlsx")
    assert book.sheetnames == ["地块", "要求与出处", "用地指标"]
    heads = [cell.value for cell in book["地块"][1]]
    assert heads[:3] == ["地块", "单元", "规划用途"]
    assert "距加油站（米）" in heads
    assert {row[4].value for row in list(book["要求与出处"].rows)[1:]} == {"是", "无图层，未核对"}
    assert all(row[5].value and row[6].value[0] in "ABCM" for row in list(book["要求与出处"].rows)[1:])
    english = openpyxl.load_workbook(written["en"] / "parcels.xlsx")
    assert english.sheetnames == ["parcels", "rules and sources", "norms of land"]
    assert "petrol station" in str([cell.value for row in english["parcels"].rows for cell in row])


def test_the_layers_open_in_qgis_with_their_styles(written: dict[str, Path]) -> None:
    file = written["en"] / "parcels.gpkg"
    names = {str(name): str(kind) for name, kind in pyogrio.list_layers(file) if kind}
    assert names == {
        "parcels": "MultiPolygon", "lost_land": "MultiPolygon", "constraint_points": "MultiPoint",
        "constraint_lines": "MultiLineString", "constraint_areas": "MultiPolygon",
    }  # fmt: skip
    parcels = pyogrio.read_dataframe(file, layer="parcels")
    assert (parcels.crs.to_epsg(), parcels["parcel"].tolist()) == (4545, ["p1", "p2", "p3"])
    lost = pyogrio.read_dataframe(file, layer="lost_land")
    assert set(lost["code"]) == {"farmland", "petrol", "main_road"}
    with sqlite3.connect(file) as database:
        styles = dict(database.execute("select f_table_name, styleQML from layer_styles"))
    assert set(styles) == set(names)
    root = ET.fromstring(styles["parcels"].split("\n", 1)[1])
    assert [each.get("value") for each in root.iter("category")] == list(FITS) == list(FIT_COLOURS)


def test_the_same_study_gives_the_same_bytes(study: Path, written: dict[str, Path], tmp_path: Path) -> None:
    again = schoolplan.land(study, tmp_path / "again", lang="zh")
    for name in again.files:
        assert (again.path / name).read_bytes() == (written["zh"] / name).read_bytes(), name


@pytest.mark.parametrize(("lang", "words"), [("zh", "4个地块：可用 1"), ("en", "4 parcels: free 1")])
def test_the_command_says_what_it_found(study: Path, tmp_path: Path, lang: str, words: str) -> None:
    done = cli("land", study, "--out", tmp_path / "out", "--lang", lang)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
    assert "GIS163" in done.stdout + done.stderr
    data = json.loads(cli("land", study, "--out", tmp_path / "json", "--lang", lang, "--json").stdout)
    assert [row["parcel"] for row in data["parcels"]] == ["p1", "p2", "p3", "p4"]
    assert cli("land", study, "--out", tmp_path / "quiet", "-q").stdout.strip() == str(tmp_path / "quiet")


def test_a_broken_study_and_a_full_folder_are_refused(study: Path, tmp_path: Path) -> None:
    broken = county(tmp_path / "b", ROWS.replace("15000", "22.5"), OUTLINES)
    done = cli("land", broken, "--out", tmp_path / "out", "--lang", "en")
    assert done.returncode == 3
    assert "GIS155" in done.stdout + done.stderr
    assert not (tmp_path / "out").exists()
    full = cli("land", study, "--out", tmp_path / "b", "--lang", "en")
    assert full.returncode == 2
    assert "RUN005" in full.stderr


def test_changes_of_locked_parcels_are_entered_and_only_once(tmp_path: Path) -> None:
    file = county(tmp_path, ROWS, OUTLINES, None, "")
    log = tmp_path / "data/parcel-log.csv"
    first = cli(
        "land",
        file,
        "--record",
        "--by",
        "land bureau",
        "--reason",
        "decision 12",
        "--day",
        "2023-06-30",
        "--lang",
        "en",
    )
    assert first.returncode == 0, first.stderr
    assert "7 entries added" in first.stdout
    before = log.read_bytes()
    same = cli("land", file, "--record", "--by", "x", "--reason", "y", "--lang", "zh")
    assert "没有要登记的" in same.stdout
    assert log.read_bytes() == before
    table = tmp_path / "data/parcels.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("15000", "14800"), encoding="utf-8")
    assert cli("check", file).returncode == 3
    done = cli(
        "land", file, "--record", "--by", "自然资源局", "--reason", "勘测", "--day", "2024-03-01", "--lang", "zh"
    )
    assert "area_m2: 15000 -> 14800" in done.stdout
    assert log.read_bytes().startswith(before)
    assert cli("check", file, "-q").returncode == 0


def test_a_log_keeps_its_encoding_its_heads_and_its_line_ends(tmp_path: Path) -> None:
    file = county(tmp_path, ROWS, OUTLINES, None, "")
    log = tmp_path / "data/parcel-log.csv"
    log.write_bytes("地块编号,序号,日期,项目,原值,新值,登记单位,依据\r\n".encode("gb18030"))
    rows = schoolplan.record(file, by="自然资源局", reason="纪要", day="2023-06-30")
    text = log.read_bytes().decode("gb18030")
    assert len(rows) == 7
    assert text.split("\r\n")[1] == "p1,1,2023-06-30,locked,,1,自然资源局,纪要"
    assert not [problem for problem in schoolplan.check(file) if problem.severity == "error"]


@pytest.mark.parametrize("how", ["no log", "workbook", "another head"])
def test_without_a_log_in_csv_nothing_is_entered(tmp_path: Path, how: str) -> None:
    file = county(tmp_path, ROWS, OUTLINES, None, None if how == "no log" else "")
    if how == "another head":
        (tmp_path / "data/parcel-log.csv").write_text("entry,day,parcel,column,by,reason\n", encoding="utf-8")
    if how == "workbook":
        pd.DataFrame(columns=["entry", "day", "parcel", "column", "by", "reason"]).to_excel(
            tmp_path / "data/log.xlsx", index=False
        )
        file.write_text(file.read_text(encoding="utf-8").replace("parcel-log.csv", "log.xlsx"), encoding="utf-8")
    done = cli("land", file, "--record", "--by", "x", "--reason", "y", "--lang", "en")
    assert done.returncode == 3
    assert "GIS176" in done.stdout + done.stderr
    assert "entry,day,parcel,column,before,after,by,reason" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--record", "--by", "x"), "--reason"),
        (("--record", "--reason", "y"), "--by"),
        (("--record", "--by", "x", "--reason", "y", "--day", "2024-13-01"), "YYYY-MM-DD"),
        (("--by", "x"), "--record"),
    ],
)
def test_options_that_do_not_go_together(study: Path, given: tuple[str, ...], words: str) -> None:
    done = cli("land", study, *given, "--lang", "en")
    assert done.returncode == 2
    assert words in done.stderr
