"""Problems: said in two languages, in file order, each with place, expectation and remedy."""

import json
import pickle
import re
from pathlib import Path

import pytest

from scenarios.catalogue import PARTS, Named, catalogue, say, word
from scenarios.problems import (
    Problem,
    ScenarioError,
    as_record,
    error,
    has_errors,
    in_order,
    nearest,
    render,
    tell,
    warning,
)
from scenarios.yaml_core import parse, plain
from scenarios.yaml_entries import blocks

CODES = sorted(code for code in catalogue().texts if code.startswith("SCN"))
PARAMETER = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


def test_a_problem_reads_as_a_clickable_line_and_a_remedy() -> None:
    problem = error("SCN501", "plans/a.yaml:14:28", "js-1", near="js-01")
    assert render(problem, "en") == (
        "plans/a.yaml:14:28: SCN501 error: the plan names the school 'js-1', which does not exist"
        " - expected a school of the schools table, or a new school of this plan\n"
        "    fix: Did you mean 'js-01'? Correct the id."
    )
    assert render(problem, "zh") == (
        "plans/a.yaml:14:28: SCN501 错误: 方案写了不存在的学校“js-1”；应为：学校表中的学校，或本方案新建的学校\n"
        "    改法: 是不是“js-01”？改正学校编号。"
    )


def test_a_folder_in_front_makes_the_place_clickable_from_elsewhere() -> None:
    problem = warning("SCN330", "data/zones.csv", "senior")
    assert render(problem, "en", "my-county/").startswith("my-county/data/zones.csv: SCN330 warning: ")
    assert render(problem, "en", ".").startswith("data/zones.csv: ")


def test_lists_are_joined_in_the_language_of_the_reader() -> None:
    problem = error("SCN342", "data/schools.csv:2:school", ("5", "6"), school="a", year=2023, table="t.csv")
    assert "缺少年级 5、6" in tell(problem, "zh").what
    assert "the grades 5, 6 in 2023" in tell(problem, "en").what
    assert problem.found == "5, 6"


def test_long_lists_and_long_values_are_cut() -> None:
    assert say(tuple("abcdefghijk"), "en") == "a, b, c, d, e, f, g, h and 3 more"
    assert say(tuple("abcdefghijk"), "zh") == "a、b、c、d、e、f、g、h 等，另有 3 个"
    assert len(say("9" * 5000, "en")) == 198


def test_words_are_translated_and_unknown_ones_shown() -> None:
    assert say("@whole_number", "zh") == "整数"
    assert say("@whole_number", "en") == "a whole number"
    assert word("no such word", "en") == "no such word"


def test_a_parameter_that_was_not_given_is_shown_and_never_raises() -> None:
    assert "{parent}" in render(error("SCN102", "study.yaml:1:1"), "en")


def test_values_of_the_planner_are_never_read_as_templates() -> None:
    assert "{near}" in render(error("SCN101", "a.yaml:1:1", "{near}{0}{x!r}", known=("a",)), "en")


def test_texts_of_the_problem_itself_win_over_the_catalogue_where_it_says_nothing() -> None:
    problem = Problem("XXX999", "error", "a.yaml", "found this", "expected that", "mend it so")
    assert render(problem, "en") == "a.yaml: XXX999 error: found this - expected expected that\n    fix: mend it so"


def test_problems_stand_in_file_order_and_once() -> None:
    places = ["b.csv:10:x", "b.csv:9:x", "a.yaml:2:11", "a.yaml:2:3", "a.yaml", "a.yaml:2:3"]
    problems = in_order(error("SCN101", place, "k") for place in places)
    assert [problem.place for problem in problems] == ["a.yaml", "a.yaml:2:3", "a.yaml:2:11", "b.csv:9:x", "b.csv:10:x"]


def test_cells_of_a_workbook_stand_in_row_order_and_then_by_column() -> None:
    cells = ["b.xlsx[二]!A1", "b.xlsx[一]!AA2", "b.xlsx[一]!B10", "b.xlsx[一]!Z2", "b.xlsx[一]", "b.xlsx", "a.csv:9:x"]
    problems = in_order(error("SCN101", place, "k") for place in cells)
    assert [problem.place for problem in problems] == [
        "a.csv:9:x", "b.xlsx", "b.xlsx[一]", "b.xlsx[一]!Z2", "b.xlsx[一]!AA2", "b.xlsx[一]!B10", "b.xlsx[二]!A1",
    ]  # fmt: skip


def test_a_problem_that_repeats_names_its_rows() -> None:
    few = error("SCN323", "t.csv:2:school", "x", again=(2, 5), times=2)
    assert "（共 2 处：第 2、5 行）" in tell(few, "zh").what
    many = error("SCN323", "t.csv:2:school", "x", again=(2, 3, 4, 5, 6), times=40)
    assert "(40 times, first in rows 2, 3, 4, 5, 6)" in tell(many, "en").what


def test_an_error_among_warnings_counts() -> None:
    assert not has_errors([warning("SCN330", "a")])
    assert has_errors([warning("SCN330", "a"), error("SCN328", "b")])


def test_the_exception_holds_and_says_all_problems() -> None:
    fault = ScenarioError([error("SCN004", "a.yaml"), error("SCN004", "b.yaml")])
    assert len(fault.problems) == 2
    assert "a.yaml: SCN004" in str(fault)
    assert "b.yaml: SCN004" in str(fault)


def test_a_record_holds_all_parts() -> None:
    record = as_record(error("SCN403", "f.yaml:8:11", "e2", near="e1"), "en")
    assert record["code"] == "SCN403"
    assert record["severity"] == "error"
    assert record["found"] == "e2"
    assert record["expected"] == "an id of the estates table"
    assert record["fix"].startswith("Did you mean 'e1'?")


@pytest.mark.parametrize(
    ("written", "known", "meant"),
    [
        ("base_yaer", ["base_year", "horizon"], "base_year"),
        ("Reach", ["reach", "unit"], "reach"),
        ("u4", ["u1", "js-01"], "u1"),
        ("zzz", ["primary", "junior"], ""),
        ("x", [], ""),
        (12, [11, 120], "120"),
    ],
)
def test_the_nearest_name(written: object, known: list[object], meant: str) -> None:
    assert nearest(written, known) == meant


@pytest.mark.parametrize("code", sorted(catalogue().texts))
def test_every_text_is_there_in_both_languages_with_the_same_parameters(code: str) -> None:
    entry = catalogue().texts[code]
    # A note says how something was read; there is nothing else to expect then.
    assert set(entry) in (set(PARTS), {"what", "fix"})
    for part in entry:
        assert set(entry[part]) == {"zh", "en"}
        zh, en = (set(PARAMETER.findall(entry[part][lang])) for lang in ("zh", "en"))
        assert zh == en, part
        assert entry[part]["zh"].strip()
        assert entry[part]["en"].strip()


def test_texts_read_one_by_one_are_those_of_the_whole_files(repository: Path) -> None:
    whole: dict[str, dict] = {"words": {}, "problems": {}}
    for file in sorted((repository / "scenarios").glob("messages*.yaml")):
        for section, entries in plain(parse(file.read_text(encoding="utf-8"))).items():
            whole[section] |= entries or {}
    assert dict(catalogue().texts) == whole["problems"]
    assert dict(catalogue().words) == whole["words"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("words:\n  a: {zh: x}\n  b: {}\n  a: {zh: y}\n", "line 4: a is said twice"),
        ("words:\n  a: {zh: x}\n a: {zh: y}\n", "line 3: no entry at 2 spaces"),
        ("words:\n  - a\n", "line 2: no entry"),
    ],
)
def test_a_file_of_texts_that_is_no_list_of_names_said_once_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        blocks(text, 2)


def test_the_catalogue_and_the_code_know_the_same_codes(repository: Path) -> None:
    used: set[str] = set()
    pages = [*(repository / "scenarios").glob("*.py"), *(repository / "scenarios" / "dictionary").glob("*.yaml")]
    for file in [*pages, *(repository / "schoolplan").glob("*.py")]:
        used |= set(re.findall(r"\bSCN\d{3}\b", file.read_text(encoding="utf-8")))
    assert used == set(CODES)


def test_every_word_that_is_used_is_there(repository: Path) -> None:
    used: set[str] = set()
    for file in (repository / "scenarios").glob("*.py"):
        used |= set(re.findall(r'"@(\w+)"', file.read_text(encoding="utf-8")))
    assert used <= set(catalogue().words)
    assert used


def test_an_id_with_a_chinese_name_stays_that_id_for_everything_but_a_chinese_message() -> None:
    reach = Named("reach", "学区外招生范围")
    again = pickle.loads(pickle.dumps(reach))
    assert (again, again.zh, str(again), json.dumps(again)) == ("reach", "学区外招生范围", "reach", '"reach"')
    problem = error("SCN250", "a.csv:3:reach", 4, kind="SCN206", column=reach)
    assert tell(problem, "zh").what.startswith("学区外招生范围（reach）还有 4 处")
    assert tell(problem, "en").what.startswith("4 more cells of reach have")
    assert Named("K", "").said("zh") == "K"
