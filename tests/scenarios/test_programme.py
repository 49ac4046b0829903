"""A programme file: members, cases, flows; every mistake with its code, its place and what to do."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.draft import Read
from scenarios.loader import check
from scenarios.problems import Problem, ScenarioError, tell
from scenarios.programme import is_programme, load_programme, read_programme
from scenarios.programme_checks import programme_problems
from scenarios.schema_errors import validate
from scenarios.schema_programme import COMMON_SHARE, ProgrammeFile
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import read_yaml

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
HEAD = """schema_version: 1
id: city
name: {zh: 某市, en: City}
synthetic: true
draws: 20
seed: 3
"""
MEMBERS = """members:
  - {id: a, scenario: a/approval.yaml}
  - {id: b, scenario: b/approval.yaml}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two copies of a small study: futures baseline and high, plans do-nothing and build."""
    for name in "ab":
        shutil.copytree(BASE, tmp_path / name)
    return tmp_path


def written(folder: Path, text: str = MEMBERS) -> Path:
    file = folder / "programme.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def told(folder: Path, text: str = MEMBERS) -> list[Problem]:
    return read_programme(written(folder, text))[1]


def only(problems: list[Problem], code: str) -> Problem:
    """The one problem of a code; it is said in both languages."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [problem.code for problem in problems]
    assert all(tell(found[0], lang).what for lang in ("zh", "en"))
    return found[0]


def test_a_programme_without_cases_adds_up_what_all_members_have(folder: Path) -> None:
    programme = load_programme(written(folder))
    assert [member.id for member in programme.sound] == ["a", "b"]
    assert programme.futures == {"baseline": {"a": "baseline", "b": "baseline"}, "high": {"a": "high", "b": "high"}}
    assert list(programme.plans) == ["do-nothing", "build"]
    assert programme.file.common_share == COMMON_SHARE
    assert [problem for problem in programme.problems if problem.severity == "error"] == []
    assert programme.members[0].name.en == programme.sound[0].name.en


def test_a_programme_is_told_from_a_scenario_and_a_study(folder: Path) -> None:
    assert is_programme(written(folder))
    assert not is_programme(folder / "a" / "approval.yaml")
    assert not is_programme(folder / "a" / "study.yaml")
    assert not is_programme(folder / "nowhere.yaml")


def test_a_member_and_a_scenario_stand_once(folder: Path) -> None:
    problems = told(folder, MEMBERS + "  - {id: a, scenario: ./b/approval.yaml}\n")
    assert only(problems, "PRG001").place == "programme.yaml:10:10"
    assert only(problems, "PRG002").params["first"] == "b"


def test_a_broken_member_is_listed_with_its_problems_and_stops_nobody(folder: Path) -> None:
    changed(folder / "b" / "study.yaml", "base_year:", "base_yea:")
    programme, problems = read_programme(written(folder))
    assert programme is not None
    assert [member.id for member in programme.sound] == ["a"]
    assert only(problems, "SCN101").place.startswith("b/study.yaml:")
    assert only(problems, "PRG003").params["number"] == 1
    assert programme.futures == {"baseline": {"a": "baseline"}, "high": {"a": "high"}}


def test_a_member_whose_file_is_missing_is_broken(folder: Path) -> None:
    (folder / "b" / "approval.yaml").unlink()
    programme, problems = read_programme(written(folder))
    assert programme is not None
    assert only(problems, "SCN006").place == "programme.yaml:9:23"
    assert only(problems, "PRG003").found == "b"


def test_a_programme_in_a_programme_is_refused_and_so_is_itself(folder: Path) -> None:
    problems = told(folder, MEMBERS + "  - {id: d, scenario: programme.yaml}\n")
    assert only(problems, "PRG004").severity == "error"
    with pytest.raises(ScenarioError, match="PRG004"):
        load_programme(folder / "programme.yaml")


def test_groups_are_known_and_used(folder: Path) -> None:
    groups = "groups: {urban: {zh: 城区, en: urban}, none: {zh: 空, en: empty}}\n"
    problems = told(folder, groups + MEMBERS.replace("b/approval.yaml}", "b/approval.yaml, group: urbn}"))
    assert only(problems, "PRG005").params["near"] == "urban"
    assert {problem.found for problem in problems if problem.code == "PRG006"} == {"urban", "none"}


def test_a_missing_future_is_an_error_and_an_extra_one_a_note(folder: Path) -> None:
    problems = told(folder, MEMBERS + "cases: {futures: {low: {a: high}}, plans: {do-nothing: {bb: x}}}\n")
    missing = only(problems, "PRG007")
    assert (missing.found, missing.params["member"], missing.place) == ("low", "b", "programme.yaml:10:24")
    assert only(problems, "PRG008").params["near"] == "b"
    assert {problem.params["member"] for problem in problems if problem.code == "PRG020"} >= {"b"}


def test_one_future_of_a_member_stands_for_one_on_the_roll_up(folder: Path) -> None:
    problems = told(folder, MEMBERS + "cases: {futures: {baseline: {}, high: {}, higher: {a: high, b: high}}}\n")
    twice = [problem for problem in problems if problem.code == "PRG024"]
    assert {(problem.params["member"], problem.params["names"]) for problem in twice} == {
        ("a", ("high", "higher")),
        ("b", ("high", "higher")),
    }


def test_other_commands_say_that_a_programme_is_none_of_theirs(folder: Path) -> None:
    assert only(check(written(folder)), "PRG030").severity == "error"


def test_the_reference_futures_are_matched_with_each_other(folder: Path) -> None:
    assert "PRG015" not in [problem.code for problem in told(folder)]
    problems = told(folder, MEMBERS + "cases: {futures: {baseline: {b: high}}}\n")
    assert only(problems, "PRG015").params["members"] == ("b",)


def flow(*lines: str) -> str:
    return MEMBERS + "flows:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


@pytest.mark.parametrize(
    ("lines", "code", "near"),
    [
        (["from: a, to: bx, stage: primary, share: 0.5"], "PRG009", "b"),
        (["from: a, to: b, stage: primary, share: 0.7", "from: a, to: bb, stage: primary, share: 0.4"], "PRG010", ""),
        (["from: a, to: a, stage: primary, share: 0.5"], "PRG011", ""),
        (["from: a, to: b, stage: primary, share: 0.5"] * 2, "PRG012", ""),
    ],
)
def test_mistakes_in_flows(folder: Path, lines: list[str], code: str, near: str) -> None:
    assert only(told(folder, flow(*lines)), code).params.get("near", "") == near


def test_a_flow_names_a_stage_of_both_ends_from_which_pupils_leave(folder: Path) -> None:
    misspelt = told(folder, flow("from: a, to: b, stage: primery, share: 0.5"))
    assert {problem.params["near"] for problem in misspelt if problem.code == "PRG013"} == {"primary"}
    assert only(told(folder, flow("from: a, to: b, stage: junior, share: 0.5")), "PRG023").severity == "warning"
    good = told(folder, flow("from: a, to: b, stage: primary, share: 0.5"))
    assert [problem.code for problem in good if problem.severity != "note"] == []


def test_flows_between_other_ladders_are_refused(folder: Path) -> None:
    file = written(folder, flow("from: a, to: b, stage: primary, share: 0.5"))
    primary, junior = _study_of(file, "b").stages
    stages = (primary.model_copy(update={"grades": (*primary.grades, "7")}), junior)
    assert only(_with_b(file, stages=stages), "PRG014").severity == "error"


def test_stages_before_school_have_no_flows(folder: Path) -> None:
    file = written(folder, flow("from: a, to: b, stage: primary, share: 0.5"))
    primary, junior = _study_of(file, "b").stages
    stages = (primary, junior.model_copy(update={"entry": "residents"}))
    assert only(_with_b(file, stages=stages), "PRG025").params["member"] == "b"


def test_years_that_differ_are_told_and_flows_between_them_refused(folder: Path) -> None:
    changed(folder / "b" / "study.yaml", "horizon: 2030", "horizon: 2029")
    problems = told(folder, flow("from: a, to: b, stage: primary, share: 0.5"))
    assert only(problems, "PRG018").severity == "error"
    warned = only(problems, "PRG017")
    assert (warned.severity, warned.params["first"], warned.params["last"]) == ("warning", 2024, 2029)


def test_members_without_a_year_in_common_cannot_be_added(folder: Path) -> None:
    assert only(_with_b(written(folder), base_year=2040, horizon=2050), "PRG016").severity == "error"


def _study_of(file: Path, member: str) -> StudyFile:
    return next(one.bundle.study for one in load_programme(file).sound if one.id == member and one.bundle)


def _with_b(file: Path, **changes: object) -> list[Problem]:
    """Problems of a programme whose member b has another study than its file says."""
    a, b = load_programme(file).sound
    assert b.bundle is not None
    other = replace(b.bundle, study=b.bundle.study.model_copy(update=changes))
    source, _ = read_yaml(file, file.name)
    assert source is not None
    model, _ = validate(ProgrammeFile, source)
    assert model is not None
    return programme_problems(Read(model, source), (a, replace(b, bundle=other)))


def test_draws_of_a_certain_member_cannot_be_added_to_others(folder: Path) -> None:
    changed(folder / "b" / "approval.yaml", "draws: 20", "draws: 1")
    changed(folder / "b" / "approval.yaml", "spread: study", "spread: none")
    assert only(told(folder), "PRG019").params["found"] == ("b",)


def test_clauses_of_some_members_only_are_told(folder: Path) -> None:
    changed(folder / "b" / "study.yaml", "standards: cn-2017-quality-balance", "standards: cn-large-class")
    assert only(told(folder), "PRG021").severity == "note"


def test_members_that_let_different_clauses_decide_are_told(folder: Path) -> None:
    """SCN665 names who lets what decide; members that agree are not told."""
    assert "SCN665" not in {one.code for one in told(folder)}
    changed(folder / "b" / "approval.yaml", "p_required: 0.9", "p_required: 0.9, decides: [L4]")
    found = only(told(folder), "SCN665")
    assert (found.severity, found.params["sets"]) == ("warning", ("a: -", "b: L4"))
