"""The ten-minute tour does what README says: file, block and verdict are read from it, so the two stay together."""

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from typer.main import get_command

import schoolplan
from schoolplan.cli import app
from sim.engine import CasePlan
from tests import story

ROW = re.compile(r"^\| .*\(`(?P<school>[\w-]+)`\) \| `(?P<rule>[\w.]+)`.* \| (?P<before>\w+), (?P<p>[<>\d %]+)"
                 r" \| (?P<after>\w+), (?P<q>[<>\d %]+) \|$", re.MULTILINE)  # fmt: skip
EDIT = re.compile(
    r"Open `my-county/(plans/(?P<plan>[\w-]+)\.yaml)` .*?delete the project `(?P<project>[\w-]+)`", re.DOTALL
)
EDIT_ZH = re.compile(r"`my-county/(plans/[\w-]+\.yaml)` 中删去项目 `([\w-]+)`")
FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Tour:
    """What README tells a new user to do and to see."""

    text: str
    file: str
    plan: str
    project: str
    verdict: re.Match[str]


@pytest.fixture(scope="module")
def tour(repository: Path) -> Tour:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    text = readme.split("## Ten minutes", 1)[1].split("\n## ", 1)[0]
    edit, verdict = EDIT.search(text), ROW.search(text)
    assert edit is not None
    assert verdict is not None
    return Tour(text, edit[1], edit["plan"], edit["project"], verdict)


def block_of(text: str, project: str) -> str:
    """The lines of one project of a plan file."""
    found = re.search(rf"^  - id: {re.escape(project)}\n(?:    .*\n)+", text, re.MULTILINE)
    assert found is not None
    return found[0]


def percent(text: str) -> float:
    return float(text.strip("<> %").strip()) / 100.0


def test_readme_shows_the_block_as_the_plan_has_it(tour: Tour) -> None:
    plan = (story.APPROVAL.parent / tour.file).read_text(encoding="utf-8")
    shown = [body for kind, body in FENCE.findall(tour.text) if kind == "yaml"]
    assert shown == [block_of(plan, tour.project)]


def test_the_chinese_tour_makes_the_same_edit(tour: Tour, repository: Path) -> None:
    chinese = (repository / "README.md").read_text(encoding="utf-8").split("## 中文简介", 1)[1]
    assert EDIT_ZH.findall(chinese) == [(tour.file, tour.project)]
    assert f"`{tour.verdict['school']}`" in chinese


def test_every_command_of_readme_exists(repository: Path) -> None:
    readme = (repository / "README.md").read_text(encoding="utf-8")
    used = re.findall(r"\.venv/bin/schoolplan (\w+)((?: [^\n`#|]+)?)", readme)
    verbs = get_command(app).commands  # type: ignore[attr-defined]
    assert {verb for verb, _ in used} >= {"new", "check", "explain", "run", "compare"}
    for verb, words in used:
        assert verb in verbs, verb
        options = {name for parameter in verbs[verb].params for name in parameter.opts}
        assert set(re.findall(r"--[\w-]+", words)) <= options, (verb, words)


@pytest.mark.slow
def test_the_edit_of_the_tour_turns_the_named_verdict(tour: Tour, tmp_path: Path) -> None:
    def wanted(case: CasePlan) -> bool:
        return (case.network.plan, case.rates.future) == (tour.plan, "baseline")

    def verdict(tables: dict[str, pd.DataFrame]) -> pd.Series:
        rows = tables["verdicts"].query("scope == 'school'").set_index(["entity", "rule"])
        return rows.loc[(tour.verdict["school"], tour.verdict["rule"])]

    folder = schoolplan.new(tmp_path / "my-county", "majiang")
    before = verdict(story.tables(folder / "approval.yaml", tmp_path / "before", wanted))
    plan = folder / tour.file
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace(block_of(text, tour.project), ""), encoding="utf-8")
    assert {one.severity for one in schoolplan.check(folder / "approval.yaml")} <= {"note"}
    after = verdict(story.tables(folder / "approval.yaml", tmp_path / "after", wanted))
    assert (
        (before["verdict"], after["verdict"]) == (tour.verdict["before"], tour.verdict["after"]) == ("holds", "fails")
    )
    # README shows a run of 1000 draws; 125 draws of the same probability lie within three standard errors of .045.
    assert before["probability"] == pytest.approx(percent(tour.verdict["p"]), abs=0.05)
    assert after["probability"] == pytest.approx(percent(tour.verdict["q"]), abs=0.13)
