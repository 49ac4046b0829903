"""A study file alone: checked like a part of a scenario, and what only a run needs may still be missing."""

import shutil
from pathlib import Path

import pytest

import schoolplan
from scenarios.loader import load, load_study, read_study
from scenarios.problems import Problem, ScenarioError, render

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
NEEDED = ("schools", "sites", "zones", "enrolment")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A copy of the tiny study; its folder."""
    return Path(shutil.copytree(BASE, tmp_path / "county"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def without(study: Path, *tables: str) -> None:
    for table in tables:
        change(study / "study.yaml", f"  {table}: data/{table}.csv\n", "")


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.severity, problem.found) for problem in problems]


def test_a_whole_study_is_clean_alone(study: Path) -> None:
    assert schoolplan.check(study / "study.yaml") == []
    bundle = load_study(study / "study.yaml")
    assert bundle.study_file == "study.yaml"
    assert set(bundle.tables) == set(load(study / "approval.yaml").tables)
    assert bundle.layer_path("units") == study / "data" / "units.geojson"


def test_what_a_run_needs_is_a_warning_alone_and_an_error_in_a_scenario(study: Path) -> None:
    without(study, *NEEDED)
    alone = schoolplan.check(study / "study.yaml")
    assert told(alone) == [("SCN361", "warning", name) for name in NEEDED]
    whole = schoolplan.check(study / "approval.yaml")
    missing = [problem for problem in whole if problem.code == "SCN361"]
    assert told(missing) == [("SCN361", "error", name) for name in NEEDED]
    with pytest.raises(ScenarioError, match="SCN361"):
        schoolplan.explain(study / "approval.yaml")


def test_the_message_names_table_and_bureau_in_both_languages(study: Path) -> None:
    without(study, "zones")
    (problem,) = schoolplan.check(study / "study.yaml")
    english, chinese = render(problem, "en"), render(problem, "zh")
    assert english.startswith("study.yaml:21:1: SCN361 warning:")
    assert "the table of zones" in english
    assert "the education bureau" in english
    assert "学区表" in chinese
    assert "教育局" in chinese


@pytest.mark.parametrize("table", NEEDED)
def test_one_table_missing_never_ends_in_a_traceback(study: Path, table: str) -> None:
    without(study, table)
    assert ("SCN361", "warning", table) in told(schoolplan.check(study / "study.yaml"))
    assert ("SCN361", "error", table) in told(schoolplan.check(study / "approval.yaml"))


def test_units_alone_are_a_study_that_can_be_checked(study: Path) -> None:
    without(study, *NEEDED, "children", "births", "attendance", "estates")
    change(study / "study.yaml", "children_as_of: 2023-08-31\n", "")
    problems = schoolplan.check(study / "study.yaml")
    assert {(problem.code, problem.severity) for problem in problems} == {("SCN361", "warning"), ("SCN310", "warning")}
    assert set(load_study(study / "study.yaml").tables) == {"units"}


def test_the_geography_of_a_study_alone_is_checked(study: Path) -> None:
    without(study, "schools", "sites", "zones", "enrolment")
    change(study / "study.yaml", 'crs: "EPSG:4490"}', 'crs: "EPSG:99999"}')
    codes = {problem.code for problem in schoolplan.check(study / "study.yaml") if problem.severity == "error"}
    assert codes
    assert all(code.startswith("GIS") for code in codes)


def test_schools_of_a_study_alone_are_held_against_the_units(study: Path) -> None:
    file = study / "data" / "schools.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("lon")
    cells = lines[1].split(",")
    cells[at] = str(float(cells[at]) + 3)
    file.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")
    assert "GIS031" in {problem.code for problem in schoolplan.check(study / "study.yaml")}


def test_a_broken_study_alone_is_told_with_its_places(study: Path) -> None:
    change(study / "study.yaml", "horizon: 2030", "horizon: 2010")
    bundle, problems = read_study(study / "study.yaml")
    assert bundle is None
    assert ("SCN301", "error", "2010") in told(problems)
    with pytest.raises(ScenarioError, match="SCN301"):
        load_study(study / "study.yaml")


def test_explain_and_run_say_that_a_study_is_no_scenario(study: Path, tmp_path: Path) -> None:
    for verb in (schoolplan.explain, lambda path: schoolplan.run(path, tmp_path / "run")):
        with pytest.raises(ScenarioError) as caught:
            verb(study / "study.yaml")
        (problem,) = caught.value.problems
        assert problem.code == "SCN362"
        assert "can only be checked" in render(problem, "en")
        assert "只能用 check 检查" in render(problem, "zh")
    assert not (tmp_path / "run").exists()
