"""Zones redrawn in a table: the same changes as written in the plan, told at the cells of the table."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.loader import load, read_any
from scenarios.reference_tables import table_reference
from scenarios.rezoning import COLUMNS, PLAN_TABLES, plan_table_spec, table_changes
from scenarios.schema_plan import ZoneChange
from schoolplan.prepare import prepare
from sim.network import plan_network

HEAD = {"schema_version": 1, "id": "do-nothing"}
PLAN = "schema_version: 1\nid: do-nothing\nname: {zh: 调整, en: Rezoned}\n"


def frame(*rows: tuple[str, str, float, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stage", "unit", "year", "school", "with_project"])


@pytest.fixture
def county(tmp_path: Path, repository: Path) -> Path:
    shutil.copytree(repository / "tests" / "broken" / "_base", tmp_path, dirs_exist_ok=True)
    return tmp_path


def zones(county: Path, plan: str, table: str | None = None) -> set[tuple]:
    (county / "plans" / "do-nothing.yaml").write_text(PLAN + plan, encoding="utf-8")
    if table is not None:
        (county / "data" / "rezoning.csv").write_text(table, encoding="utf-8")
    found = load(county / "approval.yaml").plans["do-nothing"].zones
    return {(z.stage, unit, z.from_year, frozenset(z.schools)) for z in found for unit in z.units}


def test_a_table_says_the_same_as_the_plan_file(county: Path) -> None:
    written = zones(county, "zones:\n  - {stage: primary, units: [u2, u3], schools: [a], from: 2025}\n")
    table = "学段,单元,生效学年,对应学校\n小学,乙社区,2025,甲小学\n小学,u3,2025,a\n"
    assert zones(county, "rezoning: data/rezoning.csv\n", table) == written
    assert zones(county, "rezoning: {path: data/rezoning.csv}\n", table) == written


def test_the_table_is_a_file_of_the_run(county: Path) -> None:
    zones(county, "rezoning: data/rezoning.csv\n", "stage,unit,year,school\nprimary,u2,2025,a\n")
    assert county / "data" / "rezoning.csv" in load(county / "approval.yaml").files


def test_rows_of_one_moment_and_one_set_of_schools_are_one_change() -> None:
    rows = [("primary", unit, 2025.0, school, "") for unit in ("u2", "u1") for school in ("b", "a")]
    found = table_changes(frame(*rows, ("primary", "u3", 2026.0, "a", "")))
    assert [(one.change.units, one.change.schools, one.change.from_year) for one in found] == [
        (("u2", "u1"), ("a", "b"), 2025),
        (("u3",), ("a",), 2026),
    ]
    assert found[0].unit_rows == (0, 2)
    assert found[0].school_rows == (1, 0)


def test_a_change_with_a_project_has_no_year() -> None:
    (found,) = table_changes(frame(("primary", "u1", float("nan"), "c", "new-c")))
    wanted = {"stage": "primary", "units": ["u1"], "schools": ["c"], "with": "new-c"}
    assert found.change == ZoneChange.model_validate(wanted)


@given(order=st.permutations(range(6)))
def test_the_order_of_rows_never_matters(order: list[int]) -> None:
    rows = [("primary", f"u{n % 4}", 2025.0 + n // 4, "ab"[n % 2], "") for n in range(6)]

    def said(listed: list) -> set:
        return {
            (c.change.stage, u, c.change.from_year, c.change.schools)
            for c in table_changes(frame(*listed))
            for u in c.change.units
        }

    assert said([rows[n] for n in order]) == said(rows)


def test_a_new_school_of_the_plan_may_be_named(county: Path) -> None:
    plan = (county / "plans" / "build.yaml").read_text(encoding="utf-8")
    (county / "plans" / "build.yaml").write_text(
        plan.split("zones:")[0] + "rezoning: data/rezoning.csv\n", encoding="utf-8"
    )
    table = county / "data" / "rezoning.csv"
    table.write_text("stage,unit,year,school,with_project\nprimary,u2,,c,new-c\n", encoding="utf-8")
    (change,) = load(county / "approval.yaml").plans["build"].zones
    assert (change.schools, change.with_project) == (("c",), "new-c")
    table.write_text("stage,unit,year,school,with_project\nprimary,u2,,c,new-d\n", encoding="utf-8")
    _, problems = read_any(county / "approval.yaml")
    assert {(one.code, one.place) for one in problems if one.severity == "error"} == {
        ("SCN523", "data/rezoning.csv:2:with_project"),
        ("SCN526", "data/rezoning.csv:2:school"),
    }


@pytest.mark.parametrize("name", PLAN_TABLES)
def test_the_guide_holds_every_column_as_it_is_read(name: str, repository: Path) -> None:
    text = (repository / "docs" / "guide" / "zonings.md").read_text(encoding="utf-8")
    assert table_reference(plan_table_spec(name)).replace("## ", "### ", 1) in text
    assert {*COLUMNS, "with_project"} == {column.name for column in plan_table_spec(name).columns}
    with pytest.raises(KeyError):
        plan_table_spec("teachers")


def test_the_simulator_sees_the_same_network_as_for_changes_written_in_the_plan(county: Path) -> None:
    file = county / "plans" / "build.yaml"
    head = file.read_text(encoding="utf-8").split("zones:")[0]
    table = "stage,unit,school,with_project\nprimary,u2,c,new-c\nprimary,u3,c,new-c\n"
    (county / "data" / "rezoning.csv").write_text(table, encoding="utf-8")
    found = []
    written = "zones:\n  - {stage: primary, units: [u2, u3], schools: [c], with: new-c}\n"
    for tail in (written, "rezoning: data/rezoning.csv\n"):
        file.write_text(head + tail, encoding="utf-8")
        ready = prepare(county / "approval.yaml")
        layout, stages = ready.model.layout, ready.model.grades.stages
        network = plan_network(ready.bundle, ready.bundle.plans["build"], layout, stages)
        found.append([(one.stage, one.cells.tolist(), one.schools.tolist(), one.project) for one in network.edits])
    assert found[0] == found[1]
    assert len(found[0][0][1]) >= 2
