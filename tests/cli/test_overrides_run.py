"""A plan with smaller classes, end to end: the run has more classes, `explain` and the report say from where."""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from scenarios.pack_listing import entries
from scenarios.problems import ScenarioError
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import options, prepare
from tests.typed import typed as cli

pytestmark = pytest.mark.usefixtures("no_pictures")

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
SMALL = """schema_version: 1
id: small
name: {zh: 小班方案, en: Small classes}
extends: build
overrides:
  - name: {zh: 小班化, en: Small classes at primary}
    set: {stages.primary.planned_class_size: 25}
    source: {zh: 县教育局文件（测试）, en: Decree of the bureau (test)}
  - name: {zh: 初中小班, en: Small classes at junior}
    set: {stages.junior.planned_class_size: 35}
    from: 2027
"""
WHERE = "plans/small.yaml:7:46"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    (folder / "plans" / "small.yaml").write_text(SMALL, encoding="utf-8")
    file = folder / "approval.yaml"
    file.write_text(file.read_text("utf-8").replace("plans/do-nothing.yaml", "plans/small.yaml"), "utf-8")
    return file


@pytest.fixture(scope="module")
def finished(study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = schoolplan.run(study, tmp_path_factory.mktemp("run") / "r", draws=20, workers=1, drivers=True, lang="en")
    return folder.path


def _classes(schools: pd.DataFrame, plan: str, stage: str) -> pd.Series:
    rows = schools[(schools["plan"] == plan) & (schools["indicator"] == "classes") & (schools["stage"] == stage)]
    return rows.groupby("year")["mean"].sum()


def test_smaller_classes_are_more_classes_of_that_plan_and_stage_and_from_that_year(finished: Path) -> None:
    schools = pd.read_parquet(finished / "schools.parquet")
    usual, small = (_classes(schools, plan, "primary") for plan in ("build", "small"))
    assert (small >= usual).all()  # rooms are short until the new school opens
    assert (small[small.index >= 2028] > usual[usual.index >= 2028] * 1.1).all()
    usual, small = (_classes(schools, plan, "junior") for plan in ("build", "small"))
    assert (small[small.index < 2027] == usual[usual.index < 2027]).all()
    assert (small[small.index >= 2027] > usual[usual.index >= 2027]).all()


def test_the_report_names_the_overrides_of_the_plan(finished: Path) -> None:
    card = json.loads((finished / "study.json").read_text(encoding="utf-8"))
    told = {plan["id"]: plan["overrides"] for plan in card["plans"]}
    assert told["build"] == []
    assert [(one["name"]["en"], one["set"], one["from"]) for one in told["small"]] == [
        ("Small classes at primary", {"stages.primary.planned_class_size": "25"}, None),
        ("Small classes at junior", {"stages.junior.planned_class_size": "35"}, 2027),
    ]
    page = (finished / "report.html").read_text(encoding="utf-8")
    assert "Small classes at primary" in page
    assert "stages.junior.planned_class_size = 35, from 2027" in page
    assert "Decree of the bureau (test)" in page


def test_explain_says_where_every_value_comes_from(study: Path, tmp_path: Path) -> None:
    tables = {t.title: t.rows for t in schoolplan.explain(study, tmp_path / "values", lang="en")}
    rows = {(row[0], row[1]): row[2:] for row in tables["explain.values"]}
    size = "stages.primary.planned_class_size"
    assert rows["study", size] == ("45", "pupils/class", "study.yaml:13:140")
    assert rows["plan:small", size] == ("25", "pupils/class", f"{WHERE} override 'Small classes at primary'")
    assert rows["plan:small", "stages.junior.planned_class_size"][0] == "35 (2027-)"
    assert rows["plan:small", "budget"][2] == "plans/build.yaml:4:9 (inherited)"
    assert ("study", "spread.births_zone_share") not in rows
    with (tmp_path / "values" / "values.csv").open(encoding="utf-8-sig", newline="") as file:
        every = {(row["group"], row["path"]): row for row in csv.DictReader(file)}
    assert every["study", "spread.births_zone_share"]["origin"] == "default"
    assert every["plan:small", size]["override_zh"] == "小班化"
    clauses = [row for row in every.values() if row["origin"] == "clause"]
    bundle = prepare(study).bundle
    assert sum(row["group"] == f"pack:{bundle.pack.id}" for row in clauses) == len(entries(bundle.pack))
    assert {row["group"] for row in clauses} == {f"pack:{bundle.pack.id}", "pack:cn-zhejiang-2018-warning"}
    assert all(row["grade"] in ("A", "B", "C", "M") for row in clauses)
    told = {row[1]: row[4] for t in schoolplan.explain(study, every_value=True, lang="en")
            if t.title == "explain.values" for row in t.rows}  # fmt: skip
    assert told["spread.births_zone_share"] == "default"
    assert any(text.endswith(", from memory, unverified") for text in told.values())


def test_a_changed_clause_stands_where_the_study_changes_it(study: Path, tmp_path: Path) -> None:
    shutil.copytree(study.parent, tmp_path, dirs_exist_ok=True)
    codes = [rule.code for rule in prepare(study).bundle.pack.rules]
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    change = "{tolerance: 2, source: {zh: 县文件, en: Bureau}, source_grade: C}"
    (tmp_path / "study.yaml").write_text(f"{text}standards_overrides:\n  {codes[0]}: {change}\n", encoding="utf-8")
    tables = {t.title: t.rows for t in schoolplan.explain(tmp_path / "approval.yaml", lang="en")}
    line = len(text.splitlines()) + 2
    found = [row for row in tables["explain.values"] if row[1] == codes[0]]
    assert [row[4] for row in found] == [f"study.yaml:{line}:3"]


def test_an_override_and_an_unlisted_parent_are_part_of_the_hash(study: Path, tmp_path: Path) -> None:
    def key(folder: Path) -> str:
        prepared = prepare(folder / "approval.yaml")
        return run_hash(manifest(prepared.bundle, options(prepared.bundle), {}))

    shutil.copytree(study.parent, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "approval.yaml"
    file.write_text(file.read_text("utf-8").replace(", plans/build.yaml", ""), "utf-8")
    first = key(tmp_path)
    assert key(tmp_path) == first
    plan, parent = tmp_path / "plans" / "small.yaml", tmp_path / "plans" / "build.yaml"
    plan.write_text(SMALL.replace("25}", "26}"), encoding="utf-8")
    second = key(tmp_path)
    parent.write_text(parent.read_text("utf-8").replace("cost: 4000", "cost: 4100"), "utf-8")
    assert len({first, second, key(tmp_path)}) == 3


def test_bad_overrides_stop_a_run(study: Path, tmp_path: Path) -> None:
    shutil.copytree(study.parent, tmp_path, dirs_exist_ok=True)
    (tmp_path / "plans" / "small.yaml").write_text(SMALL.replace("primary.planned", "primary.planed"), "utf-8")
    with pytest.raises(ScenarioError, match="SCN497"):
        schoolplan.run(tmp_path / "approval.yaml", tmp_path / "run", draws=2)
    assert not (tmp_path / "run").exists()


def test_the_command_prints_values_as_lines_that_a_terminal_can_open(study: Path) -> None:
    done = cli("explain", study, "--lang", "en")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    plan = lines[lines.index("Plan small") :]
    size = "  stages.primary.planned_class_size = 25 pupils/class"
    assert f"{size}  [plans/small.yaml:7:46 override 'Small classes at primary']" in plan
    assert lines.index("Study (all cases)") < lines.index("Plan small")
    refused = cli("explain", study, "--lang", "xx")
    assert refused.returncode == 2
