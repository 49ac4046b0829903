"""Jinyun tells its story: near or concentrated schools on the same worlds, small classes, choice of town schools, land.

125 draws of the cases that are asked for.
"""

from pathlib import Path

import pandas as pd
import pytest

from gis.land_study import read_land
from scenarios.examples.jinyun import make
from scenarios.loader import load, load_study
from schoolplan.prepare import prepare
from tests import story

pytestmark = pytest.mark.slow

APPROVAL = Path(make.__file__).parent / "approval.yaml"
PLANS = ("do-nothing", "near", "balanced", "small-classes", "gradual", "concentrated")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return story.tables(APPROVAL, tmp_path_factory.mktemp("jinyun"))


@pytest.fixture(scope="module")
def chance(tables: dict[str, pd.DataFrame]) -> dict[tuple[str, str], float]:
    """Probability that nothing is broken, by plan and future."""
    county = tables["verdicts"].query("scope == 'county' and rule == 'all'")
    return {(row["plan"], row["future"]): float(row["probability"]) for row in county.to_dict("records")}


def means(tables: dict[str, pd.DataFrame], indicator: str, stage: str, year: int) -> pd.Series:
    """Sum over schools in the baseline future, [plan]."""
    rows = tables["schools"].query(
        f"indicator == '{indicator}' and stage == '{stage}' and year == {year} and future == 'baseline'"
    )
    found: pd.Series = rows.groupby("plan", observed=True)["mean"].sum()
    return found


def test_doing_nothing_fails_everywhere_and_the_more_concentrated_a_plan_the_safer(
    chance: dict[tuple[str, str], float],
) -> None:
    assert {plan for plan, _ in chance} == set(PLANS)
    for future, lowest in (("baseline", 0.75), ("to-town", 0.78), ("near-school", 0.68)):
        assert chance["do-nothing", future] < 0.1
        assert lowest < chance["near", future] <= chance["balanced", future] + 0.02
        assert chance["balanced", future] <= chance["concentrated", future] + 0.03
    assert chance["concentrated", "baseline"] >= 0.9 > chance["near", "near-school"]


def test_what_decides_in_the_near_plan_is_the_smallest_junior(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["verdicts"].query("scope == 'school' and plan == 'near' and future == 'near-school'")
    rows = rows[rows["rule"].str.startswith(("G4", "G5", "rooms"))]
    lowest = rows.groupby("entity")["probability"].min()
    assert lowest.idxmin() == "js-e"


def test_concentration_saves_classes_and_small_classes_ask_for_more(tables: dict[str, pd.DataFrame]) -> None:
    classes = means(tables, "classes", "primary", 2027)
    assert classes["concentrated"] < classes["balanced"] - 10
    assert classes["balanced"] < classes["near"] - 5
    assert classes["small-classes"] > classes["balanced"] + 10
    juniors = means(tables, "classes", "junior", 2027)
    assert juniors["small-classes"] == pytest.approx(juniors["balanced"], abs=0.5)
    seats = means(tables, "seats", "all", 2027)
    assert seats["small-classes"] < seats["balanced"] - 800
    before = means(tables, "classes", "primary", 2024)
    assert before["small-classes"] == before["balanced"]  # the change holds from 2025


def test_choice_of_town_schools_fills_the_town_and_spares_the_village_junior(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["verdicts"].query("scope == 'school' and plan == 'do-nothing' and rule == 'G5.junior'")
    keeps = rows.pivot_table(index="future", columns="entity", values="probability", observed=True)["js-01"]
    assert keeps["near-school"] > keeps["baseline"] > keeps["to-town"]
    rolls = tables["schools"].query("plan == 'near' and stage == 'all' and indicator == 'roll' and year == 2028")
    by_future = rolls.pivot_table(index="future", columns="entity", values="mean", observed=True)["js-e"]
    assert by_future["near-school"] > by_future["baseline"] > by_future["to-town"]


def test_costs_and_closures_are_those_of_the_readme() -> None:
    plans = load(APPROVAL).plans
    cost = {name: sum(project.cost for project in plan.projects) for name, plan in plans.items()}
    listed = {"do-nothing": 0, "near": 3270, "balanced": 3830, "small-classes": 4820, "gradual": 4775}
    assert cost == listed | {"concentrated": 6710}
    closed = {name: {p.school for p in plan.projects if p.kind == "closure"} for name, plan in plans.items()}
    assert closed["near"] == set()
    assert closed["balanced"] == {"tp-a", "tp-c", "vp-c"}
    assert len(closed["concentrated"]) == 8
    assert "tp-d" not in closed["concentrated"]  # marked as protected
    for plan in plans.values():
        assert sum(plan.budget.values()) >= sum(project.cost for project in plan.projects), plan.id


def test_the_group_is_one_school_on_two_sites() -> None:
    bundle = load(APPROVAL)
    sites = bundle.tables["sites"].query("school == 'ps-01'")
    assert len(sites) == 2
    assert sites["rooms"].sum() == 31


def test_locked_parcels_agree_with_their_log_and_hazards_take_land() -> None:
    land, problems = read_land(load_study(APPROVAL.parent / "study.yaml"))
    assert land is not None
    assert [problem.code for problem in problems if problem.severity != "note"] == []
    fit = land.result.set_index("parcel")
    assert fit["locked"].tolist() == [1, 0, 1, 0]
    assert fit["fit"].to_dict() == {"A33-01": "free", "A33-02": "reduced", "A33-03": "reduced", "A33-04": "reduced"}
    assert fit.loc["A33-04", "breaks"] == "hazard"


def test_ways_are_found_on_roads_with_heights() -> None:
    travel = prepare(APPROVAL).space.travel
    assert travel is not None
    assert travel.source == "network"
    assert travel.reached.all()


def test_the_gradual_plan_fills_one_school_and_lets_another_run_out(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["schools"].query("plan == 'gradual' and future == 'baseline' and indicator == 'roll'")
    junior = rows.query("entity == 'js-e' and stage == 'all'").set_index("year")["mean"]
    assert junior.loc[2024] > junior.loc[2026] > 0  # pupils stay until they leave
    assert junior.loc[junior.index >= 2029].sum() == 0
    entry = rows.query("entity == 'js-e' and stage == 'grade:7'").set_index("year")["mean"]
    assert entry.loc[entry.index >= 2027].sum() == 0
    first = rows.query("entity == 'ps-03' and stage == 'grade:1'").set_index("year")["mean"]
    assert first.loc[2026] < first.loc[2028]
    group = tables["groups"].query("plan == 'gradual' and future == 'baseline' and kind == 'group' and stage == 'all'")
    assert set(group["entity"]) == {"实验小学教共体"}
    assert set(group["members"]) == {"cp-d ps-01 tp-d"}
    members = rows.query("entity in ['cp-d', 'ps-01', 'tp-d'] and stage == 'all' and year == 2027")["mean"].sum()
    whole = group.query("indicator == 'roll' and year == 2027")["mean"].sum()
    assert whole == pytest.approx(members)
