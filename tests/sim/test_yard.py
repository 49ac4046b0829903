"""The yard of one draw: started, cancelled and advanced from outside."""

from unittest.mock import patch

import numpy as np
import pytest

from sim.construction import opening_years, yards
from sim.fates import draw_fates
from sim.programme import prepare
from sim.project_terms import Approval, Break, Fund, Risk
from sim.projects import BuildPlan
from tests.sim.construction_cases import BUDGET, MANY, RICH, equal, spec, works
from tests.sim.test_construction_terms import short

FULL = BuildPlan(
    tuple(
        spec(project.id, project.start_month, project.cost, project.priority, desks={"tender": "review"},
             approvals=(Approval("land", 12, "construction"),), funding={"budget": 0.5, "upper": 0.5},
             risks=(Risk("dispute", "land", 0.3, (1, 3, 9)), Risk("again", "tender", 0.3, repeats=("tender",))))
        for project in MANY
    ),
    BUDGET, {"upper": Fund({2024: 4000.0, 2027: 4000.0}, 0.5)}, {"review": 1}, (Break(("construction",), (12, 1, 2)),),
)  # fmt: skip


def yard_of(projects, budget=RICH, crews=9, **plan):
    built = BuildPlan(tuple(projects), budget, **plan)
    return yards(prepare(built, crews, 2023, 2038), draw_fates(built, 5, np.arange(1), "none"))[0]


def test_years_one_by_one_equal_all_at_once():
    programme, fates = prepare(FULL, 2, 2023, 2038), draw_fates(FULL, 5, np.arange(20), "study")
    for one, other in zip(yards(programme, fates), yards(programme, fates), strict=True):
        for year in range(0, 16 * 12, 12):
            one.advance(float(year))
        assert repr(one.finish()) == repr(other.finish())


def test_a_year_is_complete_on_its_last_day():
    yard = yard_of([works("a", cost=0.0)])
    yard.advance(11.9)
    assert yard.log.handover == [float("inf")]
    yard.advance(12.0)
    assert yard.log.handover == [12.0]
    yard.advance(12.0)  # twice is once
    assert yard.log.handover == [12.0]


def test_a_project_that_is_started_equals_one_that_was_planned_for_that_month():
    planned = yard_of([short("a", start=15), short("b")], {2024: 1500.0, 2026: 1500.0}, crews=1).finish()
    yard = yard_of([short("a", triggered=True), short("b")], {2024: 1500.0, 2026: 1500.0}, crews=1)
    yard.advance(12.0)
    yard.start(0, 15.0)
    assert yard.finish() == planned
    assert planned.handover[0] < float("inf")


def test_what_nobody_starts_never_begins():
    log = yard_of([short("a", triggered=True), short("b", start=500)]).finish()
    assert log.states == {0: "not_started", 1: "not_started"}
    assert log.payments == []


def test_a_start_in_the_past_and_a_second_start_are_refused():
    yard = yard_of([short("a", triggered=True), short("b")])
    yard.advance(24.0)
    with pytest.raises(ValueError, match=r"project a: month 23\.0 is past, it is month 24\.0"):
        yard.start(0, 23.0)
    yard.start(0, 24.0)
    for index, name in enumerate("ab"):
        with pytest.raises(ValueError, match=f"project {name} was started or cancelled before"):
            yard.start(index, 30.0)


def test_a_cancelled_project_leaves_its_money_and_its_place_to_others():
    first, second = works("a", cost=300.0), works("b", cost=150.0, priority=2)
    budget = {2023: 100.0, 2024: 100.0, 2025: 100.0}
    assert yard_of([first, second], budget).finish().handover == [28.0, float("inf")]
    yard = yard_of([first, second], budget)
    yard.advance(12.0)
    assert yard.cancel(0)
    log = yard.finish()
    assert log.handover == [float("inf"), 24.0]  # paid on the day of the cancellation: 200 were there
    assert log.states == {0: "cancelled"}
    assert log.waits[0, "budget"] == 12.0


def test_a_desk_that_is_held_comes_free_with_the_cancellation():
    desks = {"design": "review"}
    yard = yard_of([short("a", desks=desks), short("b", desks=desks)], desks={"review": 1})
    yard.advance(3.0)
    assert yard.cancel(0)
    assert yard.finish().handover == [float("inf"), 3.0 + 3.0 + 12.0 + 1.0]


def test_works_that_have_begun_and_projects_that_have_ended_cannot_be_cancelled():
    yard = yard_of([short("a"), short("b", start=20), short("c", risks=(Risk("r", "land", 1.0, stops=True),))])
    yard.advance(6.0)
    assert [yard.cancel(i) for i in range(3)] == [False, True, False]
    assert not yard.cancel(1)
    yard.advance(30.0)
    assert not yard.cancel(0)
    assert yard.finish().handover == [18.0, float("inf"), float("inf")]


def test_a_cancelled_trigger_cannot_be_started():
    yard = yard_of([short("a", triggered=True)])
    assert yard.cancel(0)
    with pytest.raises(ValueError, match="was started or cancelled before"):
        yard.start(0, 12.0)
    assert yard.finish().states == {0: "cancelled"}


def test_blocks_and_threads_change_nothing():
    whole = opening_years(FULL, 2, 2023, 2038, 5, 12)
    with patch("sim.construction._TOGETHER", 5):
        equal(whole, opening_years(FULL, 2, 2023, 2038, 5, 12, workers=2))
    assert (whole.waits["approval"] > 0).any()
    assert whole.struck.any()
    assert not whole.struck.all()
