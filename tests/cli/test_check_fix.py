"""`check --fix`: repairs in a new folder and nowhere else; the copy checks better; every change is listed."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
import shapely
from openpyxl import Workbook

import schoolplan
from scenarios.loader import load
from scenarios.problems import tell
from schoolplan.fix_all import default_folder
from tests.cli.test_check_out import study, table, tree
from tests.cli.test_commands import BASE, cli
from tests.scenarios.messy import messy_study


def counts(problems) -> tuple[int, int]:
    """Errors and warnings."""
    return tuple(sum(one.severity == kind for one in problems) for kind in ("error", "warning"))  # type: ignore[return-value]


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(("cases", "gone", "code"), [
    (("layer-geometry-crosses-itself",), "GIS020", "FIX001"),
    (("layer-ring-touches-itself",), "GIS068", "FIX001"),
    (("layer-with-a-spike",), "GIS069", "FIX002"),
    (("layer-thin-overlap",), "GIS024", "FIX003"),
])  # fmt: skip
def test_a_mistake_of_the_layer_is_gone_in_the_copy(tmp_path: Path, cases, gone: str, code: str) -> None:
    file = study(tmp_path / "county", *cases)
    before = tree(tmp_path)
    repairs = schoolplan.fix(file, tmp_path / "out", lang="en")
    assert gone in {problem.code for problem in repairs.before}
    assert {change.problem.code for change in repairs.changes} == {code}
    assert gone not in {problem.code for problem in repairs.after}
    assert all(a <= b for a, b in zip(counts(repairs.after), counts(repairs.before), strict=True))
    assert repairs.file is not None
    assert [p for p in schoolplan.check(repairs.file) if p.severity != "note"] == [
        p for p in repairs.after if p.severity != "note"
    ]
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("out/") for name in after.keys() - before.keys())
    rows = table(tmp_path / "out" / "changes.csv")
    assert [row["code"] for row in rows] == [code]
    assert rows[0]["file"] == "data/units.geojson"
    areas = table(tmp_path / "out" / "units.csv")
    assert [row["codes"] for row in areas] == [code]
    assert float(areas[0]["after_m2"]) == pytest.approx(
        float(areas[0]["before_m2"]) + float(areas[0]["gained_m2"]) - float(areas[0]["lost_m2"]), abs=1
    )


def test_every_unit_stays_and_untouched_ones_keep_their_coordinates(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "layer-thin-overlap")
    schoolplan.fix(file, tmp_path / "out")
    old, new = (
        json.loads((tmp_path / folder / "data" / "units.geojson").read_text(encoding="utf-8"))["features"]
        for folder in ("county", "out/repaired")
    )
    assert [one["properties"] for one in new] == [one["properties"] for one in old]
    assert new[2]["geometry"] == json.loads(json.dumps(old[2]["geometry"]))
    shapes = [shapely.geometry.shape(one["geometry"]) for one in new]
    assert shapely.intersection(shapes[0], shapes[1]).area == 0


def test_a_wide_overlap_is_left_to_the_planner(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "layer-overlapping-units")
    before = tree(tmp_path)
    repairs = schoolplan.fix(file)
    assert repairs.changes == ()
    assert repairs.folder is None
    assert "GIS023" in {problem.code for problem in repairs.after}
    assert tree(tmp_path) == before


def test_nothing_to_repair_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    before = tree(tmp_path)
    done = cli("check", file, "--fix", "--lang", "zh")
    assert done.returncode == 0
    assert "什么也没有写" in done.stdout
    assert tree(tmp_path) == before


def test_tables_are_written_as_they_are_read(tmp_path: Path) -> None:
    """GBK, a title above the head, Chinese heads, full-width digits, a row of sums, misspelt ids, an unknown column."""
    file = study(tmp_path / "county")
    rows = lines(tmp_path / "county" / "data" / "births.csv")[1:]
    rows[0] = ["u1", "2018年", "３０"]
    rows[1][0] = "U1"
    messy = [["麻江县出生登记表", "", "", ""], ["单元编号", "年份", "出生人数", "经办"]]
    messy += [[*row, "某" if at == 2 else ""] for at, row in enumerate(rows)]
    messy.append(["合计", "", str(sum(int(row[2]) for row in rows[1:]) + 30), ""])
    target = tmp_path / "county" / "data" / "births.csv"
    with target.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows(messy)
    changed(tmp_path / "county" / "data" / "children.csv", "u3,local,5", "u-3,local,5")
    before = tree(tmp_path)
    done = cli("check", file, "--fix", "--lang", "en")
    assert done.returncode == 3, "the planner's own file still has the misspelt ids"
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("county-repairs/") for name in after.keys() - before.keys())
    copy = tmp_path / "county-repairs" / "repaired"
    written = table(copy / "data" / "births.csv")
    assert list(written[0]) == ["unit", "year", "births", "经办"]
    assert [list(row.values()) for row in written[:3]] == [
        ["u1", "2018", "30", ""], ["u1", "2019", rows[1][2], ""], ["u1", "2020", rows[2][2], "某"],
    ]  # fmt: skip
    assert len(written) == len(rows)
    listed = table(tmp_path / "county-repairs" / "changes.csv")
    found = {(row["file"], row["code"], row["before"], row["after"]) for row in listed}
    assert {
        ("data/births.csv", "FIX011", "单元编号", "unit"),
        ("data/births.csv", "FIX010", "2018年", "2018"),
        ("data/births.csv", "FIX010", "３０", "30"),
        ("data/births.csv", "FIX012", "U1", "u1"),
        ("data/children.csv", "FIX012", "u-3", "u3"),
    } <= found
    assert {"SCN260", "SCN284", "SCN287"} <= {row["code"] for row in listed}
    place = next(row for row in listed if row["before"] == "U1")
    assert (place["row"], place["column"]) == ("4", "单元编号")
    left = schoolplan.check(copy / "approval.yaml")
    assert counts(left)[0] == 0
    assert {problem.code for problem in left} == {"SCN211"}, "the unknown column stays, and is told again"
    assert "the only one that is near" in next(row["why"] for row in listed if row["code"] == "FIX012")


def test_a_workbook_becomes_tables_and_the_study_points_at_them(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    data = tmp_path / "county" / "data"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "单元"
    for row in lines(data / "units.csv"):
        sheet.append(row)
    sheet["D2"] = "Ｔ１"
    sheet["E2"] = "是"
    book.save(data / "all.xlsx")
    (data / "units.csv").unlink()
    changed(
        tmp_path / "county" / "study.yaml",
        "units: data/units.csv",
        "units: {path: data/all.xlsx, sheet: 单元}  # 教育局",
    )
    repairs = schoolplan.fix(file, tmp_path / "out", lang="zh")
    text = (tmp_path / "out" / "repaired" / "study.yaml").read_text(encoding="utf-8")
    assert "units: data/units.csv  # 教育局" in text
    assert (tmp_path / "out" / "repaired" / "data" / "units.csv").is_file()
    moved = [change for change in repairs.changes if change.problem.code == "FIX015"]
    assert [(change.before, change.after) for change in moved] == [("data/all.xlsx", "data/units.csv")]
    assert repairs.file is not None
    assert counts(schoolplan.check(repairs.file)) == (0, 0)
    rows = table(tmp_path / "out" / "changes.csv")
    assert ("data/all.xlsx", "单元", "2", "E", "是", "1") in {
        (row["file"], row["sheet"], row["row"], row["column"], row["before"], row["after"]) for row in rows
    }


def test_a_value_said_once_is_written_into_every_row(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    data = tmp_path / "county" / "data"
    rows = [row for row in lines(data / "births.csv")[1:] if row[1] == "2023"]
    older = [row for row in lines(data / "births.csv")[1:] if row[1] != "2023"]
    with (data / "births.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["2023年出生登记", ""], ["unit", "births"], *([row[0], row[2]] for row in rows)])
    repairs = schoolplan.fix(file, tmp_path / "out", lang="zh")
    said = [change for change in repairs.changes if change.problem.code == "FIX013"]
    assert [(change.before, change.after) for change in said] == [("2023", "year")]
    assert "写进了每一行" in tell(said[0].problem, "zh").what
    assert lines(tmp_path / "out" / "repaired" / "data" / "births.csv") == [["unit", "year", "births"], *rows]
    assert older, "the years before are missing in this table: that is for the planner to decide"
    assert counts(repairs.after) == counts(repairs.before)


def test_values_across_the_page_become_rows(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    data = tmp_path / "county" / "data"
    rows = table(data / "enrolment.csv")
    years = sorted({row["year"] for row in rows})
    keys = sorted({(row["school"], row["grade"]) for row in rows})
    pupils = {(row["school"], row["grade"], row["year"]): row["pupils"] for row in rows}
    wide = [["school", "grade", *(f"{year}年" for year in years), "备注"]]
    wide += [[*key, *(pupils[(*key, year)] for year in years), "校核"] for key in keys]
    with (data / "enrolment.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(wide)
    repairs = schoolplan.fix(file, tmp_path / "out")
    assert {"SCN285", "FIX014"} <= {change.problem.code for change in repairs.changes}
    written = table(tmp_path / "out" / "repaired" / "data" / "enrolment.csv")
    assert list(written[0]) == ["school", "grade", "year", "pupils"]
    assert {(row["school"], row["grade"], row["year"]): row["pupils"] for row in written} == pupils
    left_out = next(change for change in repairs.changes if change.problem.code == "FIX014")
    assert left_out.before == "备注"
    assert "备注" in tell(left_out.problem, "zh").what


def test_a_messy_workbook_becomes_clean_tables_with_the_same_content(tmp_path: Path) -> None:
    file = messy_study(tmp_path)
    before = tree(tmp_path)
    repairs = schoolplan.fix(file, tmp_path / "out", lang="zh")
    assert {name: content for name, content in tree(tmp_path).items() if name in before} == before
    assert repairs.file is not None
    first, second = load(file), load(repairs.file)
    assert first.tables.keys() == second.tables.keys()
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, second.tables[name])
    readings = {"SCN284", "SCN285", "SCN287", "SCN290", "SCN295", "SCN297", "SCN260"}
    assert readings <= {problem.code for problem in repairs.before}
    assert not readings & {problem.code for problem in repairs.after}
    assert "SCN292" in {problem.code for problem in repairs.after}, "units were mixed: only the old file can show it"
    assert not list((tmp_path / "out").rglob("*.xlsx")), "nothing in the copy names the workbook any more"
    for change in repairs.changes:
        for lang in ("zh", "en"):
            told = tell(change.problem, lang)
            assert told.what
            assert "{" not in told.what + told.expected + told.fix


def test_what_the_planner_must_decide_is_never_changed(tmp_path: Path) -> None:
    """An id with two near ones, a row that would stand there twice, a cell that is no number, rows of uneven length."""
    file = study(tmp_path / "county")
    data = tmp_path / "county" / "data"
    changed(data / "zones.csv", "primary,u3,a,1", "primary,u9,a,1")
    changed(data / "children.csv", "u3,local,5,", "U1,local,5,")
    changed(data / "sites.csv", "a-1,a,12", "a-1,a,many")
    changed(data / "births.csv", "u3,2018,13", "u3,2018,13,extra")
    repairs = schoolplan.fix(file, tmp_path / "out")
    assert [change.problem.code for change in repairs.changes] == []
    assert repairs.folder is None
    changed(data / "sites.csv", "b-1,b,9", "b-1,b,９")
    repairs = schoolplan.fix(file, tmp_path / "out")
    assert [(change.problem.code, change.before, change.after) for change in repairs.changes] == [("FIX010", "９", "9")]
    copied = table(tmp_path / "out" / "repaired" / "data" / "sites.csv")
    assert [row["rooms"] for row in copied] == ["many", "9"]
    assert (tmp_path / "out" / "repaired" / "data" / "births.csv").read_bytes() == (data / "births.csv").read_bytes()
    assert counts(repairs.after) == counts(repairs.before)


def test_misspelt_ids_of_the_layer_are_proposed(tmp_path: Path) -> None:
    file = study(tmp_path / "county")
    changed(tmp_path / "county" / "data" / "units.geojson", '"unit": "u2"', '"unit": "U2"')
    repairs = schoolplan.fix(file, tmp_path / "out", lang="zh")
    (change,) = repairs.changes
    assert (change.problem.code, change.before, change.after) == ("FIX004", "U2", "u2")
    assert "请确认" in tell(change.problem, "zh").fix
    assert {"GIS017", "GIS018"} <= {problem.code for problem in repairs.before}
    assert counts(repairs.after) == (0, 0)


def test_a_folder_that_holds_something_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "layer-thin-overlap")
    assert default_folder(file) == tmp_path / "county-repairs"
    (tmp_path / "county-repairs").mkdir()
    (tmp_path / "county-repairs" / "mine.txt").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    done = cli("check", file, "--fix")
    assert done.returncode == 2
    assert "RUN005" in done.stderr
    assert tree(tmp_path) == before


def test_a_study_elsewhere_and_its_paths_are_mirrored_inside_the_folder(tmp_path: Path) -> None:
    """The scenario file names `../shared/county/study.yaml`: nothing may land outside the folder of the repairs."""
    study(tmp_path / "shared" / "county", "layer-thin-overlap")
    home = tmp_path / "plans" / "mine"
    home.mkdir(parents=True)
    text = (BASE / "approval.yaml").read_text(encoding="utf-8")
    for old in ("study.yaml", "futures/", "plans/"):
        text = text.replace(old, f"../../shared/county/{old}")
    (home / "approval.yaml").write_text(text, encoding="utf-8")
    before = tree(tmp_path)
    repairs = schoolplan.fix(home / "approval.yaml")
    assert repairs.folder == tmp_path / "plans" / "mine-repairs"
    assert repairs.file == tmp_path / "plans" / "mine-repairs" / "repaired" / "plans" / "mine" / "approval.yaml"
    after = tree(tmp_path)
    assert {name: after[name] for name in before} == before
    assert all(name.startswith("plans/mine-repairs/") for name in after.keys() - before.keys())
    assert counts(schoolplan.check(repairs.file)) == (0, 0)


def test_a_study_alone_and_json(tmp_path: Path) -> None:
    study(tmp_path / "county", "layer-thin-overlap")
    done = cli(
        "check", tmp_path / "county" / "study.yaml", "--fix", "--json", "--out", tmp_path / "out", "--lang", "en"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {record["code"] for record in told["changes"]} == {"FIX003"}
    assert told["file"] == str(tmp_path / "out" / "repaired" / "study.yaml")
    assert "snapped to its neighbours" in told["changes"][0]["why"]
    assert told["left"] == []


def test_a_file_that_cannot_be_read_leaves_nothing_to_repair(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "yaml-tab")
    done = cli("check", file, "--fix", "--lang", "en")
    assert done.returncode == 3
    assert "nothing was written" in done.stdout
    assert not (tmp_path / "county-repairs").exists()


def test_the_summary_counts_each_kind(tmp_path: Path) -> None:
    file = study(tmp_path / "county", "layer-thin-overlap")
    done = cli("check", file, "--fix", "--lang", "zh", "-q")
    assert "共 1 处改动；您的文件没有动" in done.stdout
    assert "1 处 FIX003 单元边界对齐" in done.stdout
    assert "改前 0 个错误、1 条提醒；改后的副本还有 0 个错误、0 条提醒" in done.stdout
