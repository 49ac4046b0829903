"""Projects: checked on creation, payments exact to the yuan, stages merged without moving a date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.legs import Leg, legs, payments_yuan
from sim.projects import BuildPlan, ProjectSpec

STAGES = {"initiation": (1, 1, 1), "land": (2, 2, 2), "design": (3, 3, 3), "construction": (12, 12, 12)}
SHARES = {"design": 0.2, "construction": 0.8}


def spec(**changes):
    values = {
        "id": "a",
        "kind": "new_school",
        "start_month": 0,
        "cost": 100.0,
        "priority": 1,
        "durations": STAGES | {"acceptance": (1, 1, 1)},
        "needs_crew": True,
        "payments": SHARES,
    }
    return ProjectSpec(**(values | changes))


def test_legs_start_at_payments_and_crews_and_after_a_crew():
    assert legs(spec()) == (
        Leg(("initiation", "land"), 0, crew=False),
        Leg(("design",), 200_000, crew=False),
        Leg(("construction",), 800_000, crew=True),
        Leg(("acceptance",), 0, crew=False),
    )


def test_a_project_without_cost_or_crew_is_one_leg():
    assert legs(spec(cost=0.0, payments={}, needs_crew=False)) == (Leg(tuple(spec().durations), 0, crew=False),)


@given(st.floats(0, 1e6), st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_payments_add_up_to_the_cost_in_whole_yuan(cost, weights):
    shares = {stage: weight / sum(weights) for stage, weight in zip(STAGES, weights, strict=True)}
    payments = payments_yuan(spec(cost=cost, durations=STAGES, payments=shares))
    assert sum(payments.values()) == round(cost * 10_000)
    assert all(isinstance(yuan, int) and yuan >= 0 for yuan in payments.values())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"durations": {"land": (3, 2, 6)}, "needs_crew": False, "payments": {"land": 1.0}},
         "a.land: expected 0 <= low <= likely <= high, found (3, 2, 6)"),
        ({"durations": {}, "needs_crew": False}, "a: a project needs at least one stage"),
        ({"cost": -1.0}, "a: cost must be finite and >= 0, found -1.0"),
        ({"durations": {"land": (1, 2, 3)}}, "a: needs a crew but has no stage 'construction', found ['land']"),
        ({"payments": {"moon": 1.0}}, "a: payments for stages the project does not pass: ['moon']"),
        ({"payments": {"design": 0.5}}, "a: payment shares must be >= 0 and sum to 1, found {'design': 0.5}"),
        ({"payments": {}}, "a: payment shares must be >= 0 and sum to 1, found {}"),
    ],
)  # fmt: skip
def test_impossible_projects_are_refused(changes, message):
    with pytest.raises(ValueError) as refused:
        spec(**changes)
    assert str(refused.value) == message


def test_impossible_plans_are_refused():
    with pytest.raises(ValueError) as refused:
        BuildPlan((spec(), spec()), {})
    assert str(refused.value) == "project ids must be unique, found ['a', 'a']"
    with pytest.raises(ValueError) as refused:
        BuildPlan((), {2024: -5.0})
    assert str(refused.value) == "budget amounts must be finite and >= 0, found {2024: -5.0}"
