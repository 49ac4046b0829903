"""`schoolplan explain RUN`: paragraphs as a planner asks for them, records, questions that the run cannot answer."""

import json
from pathlib import Path

import pytest

import schoolplan
from reports.run_errors import RunError
from schoolplan.exits import INVALID_INPUT, WRONG_USE
from tests.reports import factory_explain
from tests.typed import typed as cli


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return factory_explain.make(tmp_path_factory.mktemp("asked") / "run").path


def test_the_verdicts_that_matter_most_under_one_heading(folder: Path) -> None:
    done = cli("explain", folder, "--lang", "zh", "--most", "3", "--plan", "do-nothing")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "方案“维持现状”，情景“快速城镇化”"
    headings = [line for line in lines if line[:1] in "√△×?…–" and " · " in line]
    assert len(headings) == 3
    assert headings[0] == "× 不达标 · 全域：全部条款合计"
    assert "情景“快速城镇化”，" not in "\n".join(lines[1:])


def test_a_school_a_clause_and_a_future_that_are_named(folder: Path) -> None:
    asked = ("--plan", "do-nothing", "--future", "fast", "--lang", "en")
    done = cli("explain", folder, *asked, "--school", "kg-01")
    assert done.returncode == 0, done.stderr
    assert 'Sunny "{0}" Kindergarten 🏫 {school} <b>' in done.stdout
    rule = cli("explain", folder, *asked, "--rule", "CV")
    assert rule.stdout.splitlines()[2] == "√ holds · Whole county: Coefficients of 0.5 at most (Primary)"


def test_records_tell_where_every_number_comes_from(folder: Path) -> None:
    done = cli("explain", folder, "--plan", "do-nothing", "--future", "fast", "--rule", "L4", "--json", "--lang", "en")
    records = json.loads(done.stdout)
    mine = next(row for row in records if row["entity"] == "ps-01")
    assert (mine["verdict"], mine["scope"], mine["stage"]) == ("fails", "school", "primary")
    assert [part["kind"] for part in mine["sentences"]] == ["what", "when", "why", "children", "fix", "sure"]
    assert mine["text"] == " ".join(part["text"] for part in mine["sentences"])
    why = {figure["name"]: figure for figure in mine["sentences"][2]["figures"]}
    assert why["there"]["value"] == 8600.0
    assert why["there"]["from"][0]["table"] == "needs.csv"
    assert why["there"]["from"][0]["column"] == "there"
    assert why["there"]["from"][0]["row"]["rule"] == "L4"


@pytest.mark.parametrize(
    ("option", "found", "known"),
    [("--school", "ps-99", "js-01, "), ("--plan", "no", "do-nothing, "), ("--future", "no", "baseline, fast"),
     ("--rule", "G9", "G4.primary")],
)  # fmt: skip
def test_an_id_that_the_run_does_not_know_is_told_with_those_that_it_does(folder, option, found, known) -> None:
    for lang, what in (("zh", f"这次推演里没有 {option} {found}"), ("en", f"this run has no {option} {found}")):
        done = cli("explain", folder, option, found, "--lang", lang)
        assert done.returncode == INVALID_INPUT
        assert "RUN145" in done.stderr
        assert what in done.stderr
        assert known in done.stderr or option == "--rule"


def test_options_of_the_other_kind_of_target_are_refused(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "approval.yaml"
    file.write_text("scenario: x\n", encoding="utf-8")
    for target, option, value in ((folder, "--out", tmp_path / "x"), (file, "--school", "ps-01")):
        for lang, what in (
            ("zh", f"选项 {option} 不能用于这个对象"),
            ("en", f"option {option} is not for this target"),
        ):
            done = cli("explain", target, option, value, "--lang", lang)
            assert done.returncode == WRONG_USE
            assert "RUN146" in done.stderr
            assert what in done.stderr
    assert "RUN146" in cli("explain", folder, "--all-values").stderr


def test_a_school_without_a_verdict_under_a_plan_is_told(folder: Path) -> None:
    for lang, what in (("zh", "没有符合条件的判定"), ("en", "has no such verdict")):
        done = cli("explain", folder, "--school", "kg-01", "--plan", "county-plan", "--lang", lang)
        assert done.returncode == INVALID_INPUT
        assert "RUN147" in done.stderr
        assert what in done.stderr


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    done = cli("explain", tmp_path)
    assert done.returncode == INVALID_INPUT
    assert "RUN001" in done.stderr


def test_the_python_function_gives_text_and_figures(folder: Path) -> None:
    told = schoolplan.explanations(folder, lang="en", school="ps-01", plan="compact", future="fast")
    assert {one.key.plan for one in told} == {"compact"}
    assert all(one.text and one.figures for one in told)
    with pytest.raises(RunError, match="RUN145"):
        schoolplan.explanations(folder, school="nobody")
    assert len(schoolplan.explanations(folder, most=2)) == 2
    assert len(schoolplan.explanations(folder, school="ps-01", most=1)) == 1
    assert len(schoolplan.explanations(folder)) == 10
