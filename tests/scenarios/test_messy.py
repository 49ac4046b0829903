"""The workbook of a county bureau: read as the clean study it means, every reading told; mistakes told at once."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from scenarios.loader import check, load
from scenarios.problems import Problem, tell
from tests.scenarios.messy import BOOK, clean_study, messy_study

BOOK_AT = f"data/{BOOK}"


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Problem]]:
    """The scenario file of the messy study, and what is said of it."""
    scenario = messy_study(tmp_path_factory.mktemp("messy"))
    return scenario, check(scenario)


def test_the_workbook_is_read_as_the_clean_study(messy: tuple[Path, list[Problem]], tmp_path: Path) -> None:
    meant, found = load(clean_study(tmp_path)).tables, load(messy[0]).tables
    assert set(found) == set(meant)
    for name, frame in meant.items():
        assert found[name].equals(frame), name


def test_cells_of_schools_are_known_by_sheet_and_cell(messy: tuple[Path, list[Problem]]) -> None:
    bundle = load(messy[0])
    assert bundle.place("schools", "lon", "3152000456") == f"{BOOK_AT}[学校基本情况]!H8"
    assert bundle.place("units", "name_zh", "u2") == "data/units.csv:3:name_zh"
    assert bundle.place("zones", "unit", "u2") == f"{BOOK_AT}:u2"


READINGS = [
    ("data/births.csv", "SCN260", "GB18030"),
    ("data/births.csv:2:2018年", "SCN285", "18"),
    ("data/births.csv:3:2018年", "SCN295", "全角"),
    ("data/births.csv:6:单元", "SCN287", "合计、小计行：6"),
    (BOOK_AT, "SCN275", "旧数据"),
    (f"{BOOK_AT}[学校基本情况]", "SCN283", "学校基本情况"),
    (f"{BOOK_AT}[学校基本情况]!A4", "SCN284", "第 4、5 行"),
    (f"{BOOK_AT}[学校基本情况]!A5", "SCN211", "序号"),
    (f"{BOOK_AT}[学校基本情况]!A6", "SCN287", "栏次"),
    (f"{BOOK_AT}[学校基本情况]!A10", "SCN287", "备注、签名：10、11"),
    (
        f"{BOOK_AT}[学校基本情况]!E7",
        "SCN226",
        "建成年份（built）；如 一年级 → 1、六年级 → 6、学区 → zone、公办 → public、2005年 → 2005）",
    ),
    (f"{BOOK_AT}[学校基本情况]!G7", "SCN297", "甲社区"),
    (f"{BOOK_AT}[学校基本情况]!M7", "SCN295", "当作空"),
    (f"{BOOK_AT}[校舍]!G2", "SCN290", "亩"),
    (f"{BOOK_AT}[校舍]!B3", "SCN297", "甲小学"),
    (f"{BOOK_AT}[校舍]!C3", "SCN295", "12间"),
    (f"{BOOK_AT}[校舍]!E3", "SCN295", "千分位"),
    (f"{BOOK_AT}[校舍]!F3", "SCN295", "3000平方米"),
    (f"{BOOK_AT}[校舍]!D4", "SCN295", "１２０"),
    (f"{BOOK_AT}[校舍]!A5", "SCN287", "合计、小计行：5"),
    (f"{BOOK_AT}[划片]!D1", "SCN293", "学校名称"),
    (f"{BOOK_AT}[划片]!A2", "SCN295", "小学"),
    (f"{BOOK_AT}[儿童]!C3", "SCN287", "合计列"),
    (f"{BOOK_AT}[儿童]!D3", "SCN285", "60"),
    (f"{BOOK_AT}[儿童]!A5", "SCN295", "合并"),
    (f"{BOOK_AT}[儿童]!A6", "SCN287", "6、8、10、11"),
    (f"{BOOK_AT}[在校生]!C2", "SCN285", "一年级/人数"),
    (f"{BOOK_AT}[在校生]!U2", "SCN287", "合计/人数、合计/班数"),
    (f"{BOOK_AT}[在校生]!B4", "SCN295", "2020-2021学年"),
    (f"{BOOK_AT}[在校生]!A8", "SCN287", "8、13、14"),
    (f"{BOOK_AT}[在校生]!A15", "SCN287", "备注"),
    (f"{BOOK_AT}[项目]!J1", "SCN290", "万元"),
    (f"{BOOK_AT}[项目]!D3", "SCN226", "2022年3月15日 → 2022-03-15"),
    (f"{BOOK_AT}[项目]!I3", "SCN295", "1234.5"),
    (f"{BOOK_AT}[项目]!F4", "SCN295", "当月1日"),
    (f"{BOOK_AT}[项目]!H4", "SCN295", "序号"),
    (f"{BOOK_AT}[项目]!K4", "SCN295", "0.18公顷"),
    (f"{BOOK_AT}[项目]!L4", "SCN295", "当作空"),
]


@pytest.mark.parametrize(("place", "code", "words"), READINGS)
def test_every_reading_is_told(messy: tuple[Path, list[Problem]], place: str, code: str, words: str) -> None:
    told = [tell(problem, "zh").what for problem in messy[1] if (problem.place, problem.code) == (place, code)]
    assert any(words in what for what in told), told
    assert all(problem.severity == "note" for problem in messy[1] if (problem.place, problem.code) == (place, code))


def test_nothing_is_wrong_with_it_but_two_units_in_one_column(messy: tuple[Path, list[Problem]]) -> None:
    loud = [(problem.code, problem.place) for problem in messy[1] if problem.severity != "note"]
    assert loud == [("SCN292", f"{BOOK_AT}[项目]!K3")]


MISTAKES = {
    ("在校生", "C4"): ("约68", "SCN294"),
    ("在校生", "B9"): ("2020-2022学年", "SCN207"),
    ("在校生", "U5"): (999, "SCN288"),
    ("校舍", "D4"): ("１２０亩", "SCN291"),
    ("校舍", "C4"): ("9.5间", "SCN217"),
    ("划片", "B3"): ("乙社社区", "SCN322"),
    ("儿童", "F4"): ("-26", "SCN224"),
    ("儿童", "C11"): (9999, "SCN288"),
    ("学校基本情况", "J7"): ("全校", "SCN209"),
    ("项目", "F3"): ("二〇二二年三月", "SCN289"),
}


def spoil(book: Workbook) -> None:
    for (sheet, cell), (value, _) in MISTAKES.items():
        book[sheet][cell] = value


def test_ten_mistakes_are_told_at_once_with_sheet_and_cell(tmp_path: Path) -> None:
    problems = check(messy_study(tmp_path, spoil))
    loud = {(problem.place, problem.code) for problem in problems if problem.severity != "note"}
    expected = {(f"{BOOK_AT}[{sheet}]!{cell}", code) for (sheet, cell), (_, code) in MISTAKES.items()}
    assert expected <= loud
    # A wrong cell also spoils the sums beside and below it, and 乙社区 is left without a zone; nothing else is said.
    others = {(place, code) for place, code in loud - expected if code != "SCN288"}
    assert others == {(f"{BOOK_AT}[项目]!K3", "SCN292"), ("data/units.csv:3:unit", "SCN327")}, others


def test_a_misspelt_name_is_told_with_the_name_that_was_meant(tmp_path: Path) -> None:
    problems = check(messy_study(tmp_path, spoil))
    found = next(problem for problem in problems if problem.code == "SCN322")
    assert "乙社区" in tell(found, "zh").fix
    assert found.found == "乙社社区"


def renamed(scenario: Path, old: str, new: str) -> list[Problem]:
    """Problems after study.yaml names another sheet."""
    study = scenario.parent / "study.yaml"
    study.write_text(study.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return check(scenario)


def test_a_sheet_that_is_not_there_is_told_with_the_sheet_that_was_meant(tmp_path: Path) -> None:
    problems = renamed(messy_study(tmp_path), "sheet: 校舍", "sheet: 校舍表")
    found = [problem for problem in problems if problem.code == "SCN280"]
    line = (tmp_path / "study.yaml").read_text(encoding="utf-8").split("sheet: 校舍表")[0].count("\n") + 1
    assert [problem.place.split(":")[:2] for problem in found] == [["study.yaml", str(line)]]
    assert "是不是“校舍”" in tell(found[0], "zh").fix
    assert "旧数据" in tell(found[0], "zh").expected
    assert BOOK in tell(found[0], "zh").what
    assert BOOK in tell(found[0], "en").what


def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path: Path) -> None:
    scenario = messy_study(tmp_path)
    problems = renamed(scenario, f"enrolment: data/{BOOK}", f"enrolment: {{path: data/{BOOK}, sheet: 旧数据}}")
    assert f"{BOOK_AT}[旧数据]!B2" in [problem.place for problem in problems]
    # It holds one row of 2019, which is not the base year.
    assert [problem.code for problem in problems if problem.severity == "error"] == ["SCN341"]


def test_the_wrong_sheet_is_told_column_by_column(tmp_path: Path) -> None:
    problems = renamed(messy_study(tmp_path), "sheet: 校舍", "sheet: 划片")
    assert (f"{BOOK_AT}[划片]!A1", "SCN213") in [(problem.place, problem.code) for problem in problems]


def test_places_of_a_workbook_stand_in_the_order_of_its_cells(messy: tuple[Path, list[Problem]]) -> None:
    places = [problem.place for problem in messy[1] if problem.place.startswith(f"{BOOK_AT}[校舍]!")]
    assert places == [f"{BOOK_AT}[校舍]!{cell}" for cell in ("A2", "G2", "B3", "C3", "D3", "E3", "F3", "D4", "A5")]
