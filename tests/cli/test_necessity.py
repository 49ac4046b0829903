"""`necessity` from end to end: each project left out, a bridge in its place, what is written and said."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import schoolplan
from reports.necessity_view import verdict
from scenarios.loader import load
from scenarios.problems import ScenarioError
from schoolplan import exits
from schoolplan.leaving_out import _of_seen
from schoolplan.without import bridged, name_of, with_plans, without
from tests.typed import typed

pytestmark = pytest.mark.usefixtures("no_pictures")

LOADING = Path(__file__).parents[1] / "broken" / "_base" / "approval.yaml"
MAJIANG = Path(__file__).parents[2] / "scenarios" / "examples" / "majiang" / "approval.yaml"


@pytest.fixture(scope="module")
def plan():
    return load(LOADING).plans["build"]


def test_a_school_that_is_not_built_takes_its_zone_changes_along(plan) -> None:
    found = without(plan, "new-c")
    assert found.plan.id == name_of("build", "new-c") == "build~new-c"
    assert [p.id for p in found.plan.projects] == ["more-b"]
    assert found.plan.zones == ()
    assert found.dropped == ()
    assert without(plan, "more-b").plan.zones == plan.zones


def test_what_waits_for_it_or_needs_its_school_falls_away(plan) -> None:
    from scenarios.schema_projects import After

    waits = plan.project("more-b").model_copy(update={"id": "more-a", "after": (After(project="more-b"),)})
    closes = plan.project("more-b").model_copy(
        update={"id": "close-b", "kind": "closure", "adds": None, "receivers": ("c",)}
    )
    longer = plan.model_copy(update={"projects": (*plan.projects, waits, closes)})
    assert without(longer, "more-b").dropped == ("more-a",)
    assert without(longer, "new-c").dropped == ("close-b",)


def test_what_is_triggered_by_its_school_falls_away_too(plan) -> None:
    from scenarios.schema_triggers import When

    when = When.model_validate({"signal": "utilisation", "at": {"schools": ["c"]}, "above": 0.9})
    follows = plan.project("more-b").model_copy(update={"when": when})
    assert without(plan.model_copy(update={"projects": (plan.projects[0], follows)}), "new-c").dropped == ("more-b",)


def test_a_bridge_is_a_dated_measure_and_overrides_of_the_plan_stay(plan) -> None:
    found = bridged(without(plan, "new-c"), {"a": 2}, 2025, 2027, 3.0)
    (measure,) = found.measures
    assert (measure.school, measure.rooms, measure.first, measure.last, measure.cost) == ("a", 2, 2025, 2027, 6.0)
    bundle = load(LOADING)
    made = with_plans(bundle, "build", (plan, found))
    assert list(made.plans) == ["build", "build~new-c~bridge"]
    assert made.study_in_plan(found.id) == bundle.study_in_plan("build")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory):
    target = tmp_path_factory.mktemp("necessity") / "out"
    return schoolplan.necessity(MAJIANG, target, plan="county-plan", draws=24, workers=1, room_price=2.0, lang="zh")


def test_each_project_has_a_row_and_differences_are_those_of_the_years(done) -> None:
    table, years = done.table, done.years
    assert set(table["project"]) == {p.id for p in load(MAJIANG).plans["county-plan"].projects}
    summed = years.groupby("project")[["short_avoided", "breaches_avoided"]].sum()
    own = table.set_index("project")
    assert np.allclose(summed["short_avoided"], own.loc[summed.index, "short_mean"], atol=0.02)
    assert np.allclose(summed["breaches_avoided"], own.loc[summed.index, "breaches_mean"], atol=0.02)
    assert sorted(table["rank_effect"]) == list(range(1, len(table) + 1))
    # The plan is made for its schools: leaving out some project costs seats.
    assert (own["short_mean"] > 0).any()
    needed = own[own["years_needed"] > 0]
    assert len(needed)
    assert (needed["first_needed"] <= needed["last_needed"]).all()


def test_every_project_fits_some_year_of_the_capital_of_all_sources(done) -> None:
    plan = load(MAJIANG).plans["county-plan"]
    assert sum(plan.capital.values()) >= done.table["cost"].sum()
    assert done.table["batch"].notna().all()


def test_nothing_is_said_of_a_project_that_opens_in_no_draw() -> None:
    row = pd.Series({"years_needed": 0, "bridge_cost": np.nan, "bridge_holds": np.nan, "bridge_short": np.nan})
    never = pd.concat([row, pd.Series(_of_seen(None, opens=False))])
    some = pd.concat([row, pd.Series(_of_seen(None, opens=True))])
    assert (verdict(never), verdict(some)) == ("unbuilt", "idle")


def test_a_bridge_was_simulated_where_there_is_one(done) -> None:
    own = done.table.set_index("project")
    bridges = own[own["bridge_rooms"] > 0]
    assert len(bridges)
    assert bridges["bridge_holds"].notna().all()
    assert np.allclose(bridges["bridge_cost"], 2.0 * bridges["bridge_rooms"] * bridges["bridge_years"])
    assert own.loc[own["bridge_rooms"] == 0, "bridge_holds"].isna().all()


def test_what_is_written_and_said(done) -> None:
    assert {file.name for file in done.path.iterdir()} == {
        "necessity.csv", "necessity_years.csv", "necessity.json", "necessity.html",
    }  # fmt: skip
    document = json.loads((done.path / "necessity.json").read_text(encoding="utf-8"))
    assert document["plan"] == "county-plan"
    assert document["draws"] == 24
    page = (done.path / "necessity.html").read_text(encoding="utf-8")
    assert "项目必要性检验" in page
    assert "合成数据" in page
    for project in load(MAJIANG).plans["county-plan"].projects:
        assert project.name.zh in page
    assert len(pd.read_csv(done.path / "necessity.csv")) == len(done.table)


def test_the_command_line_in_english(tmp_path: Path) -> None:
    said = typed("necessity", LOADING, "--draws", "4", "--workers", "1", "--out", tmp_path / "o", "--lang", "en")
    assert said.returncode == exits.GOOD, said.stderr
    assert "School C" in said.stdout
    assert "RUN095" in said.stdout + said.stderr


def test_slips_are_told_all_at_once() -> None:
    with pytest.raises(ScenarioError) as told:
        schoolplan.necessity(LOADING, plan="do-nothing", future="nobody", room_price=-1.0)
    assert {p.code for p in told.value.problems} == {"RUN071", "RUN093", "RUN094"}
