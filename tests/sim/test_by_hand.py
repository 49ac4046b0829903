"""Small cases by hand where a changed sign, bound or sum went unseen in larger ones."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.alert_zones import Parts, zones_of
from sim.alerts import level_of
from sim.balance import broken_by
from sim.milestones import _row as milestone_row
from sim.regret import OTHER, PHASE, Built, Outcome, option_of
from sim.unused import added
from tests.sim.money_study import pair


def test_a_level_is_reached_by_more_than_the_share_and_not_by_the_share_itself() -> None:
    levels = SimpleNamespace(levels=(("yellow", 0.9), ("red", 1.0)))
    assert level_of(np.array([0.5, 0.2]), levels, 0.5, 0.0) == "green"
    assert level_of(np.array([0.51, 0.5]), levels, 0.5, 0.0) == "yellow"
    assert level_of(np.array([0.6, 0.51]), levels, 0.5, 0.0) == "red"


def test_places_of_a_zone_without_children_are_shared_evenly_by_its_units() -> None:
    # The usual network: four units, each its own zone with its own school. In draws 4 and 5 the first two share one.
    own = Parts(4, np.arange(4), np.arange(4))
    shared = Parts(3, np.array([0, 0, 1, 2]), np.array([0, -1, 1, 2]))
    children = np.array([[1, 1, 1, 1]] * 3 + [[0, 0, 4, 0], [9, 3, 1, 1]])
    places = np.array([[40.0, 30.0, 20.0, 10.0]] * 3 + [[40.0, 0.0, 20.0, 10.0]] * 2)
    zones = zones_of([own, shared], np.array([0, 0, 0, 1, 1]), children, places)
    assert zones.places.tolist() == [[40, 30, 20, 10]] * 3 + [[20, 20, 20, 10], [30, 10, 20, 10]]


@pytest.mark.parametrize(("value", "broken"), [(0.4, False), (0.5, False), (0.6, True)])
def test_with_the_mean_one_coefficient_may_pass_the_limit_up_to_its_own_bound(value, broken) -> None:
    def part(number):
        return SimpleNamespace(weighted=np.array([[number]]), unweighted=np.array([[9.0]]))

    one = SimpleNamespace(details=SimpleNamespace(balance=SimpleNamespace(mode="mean", each_at_most=0.5)))
    parts = {"books": part(value), "rooms": part(0.1), "unknown": None}
    judged = SimpleNamespace(bound=SimpleNamespace(limit=0.3), parts=parts, mean=part(0.3))
    assert broken_by(one, judged).item() is broken
    assert broken_by(one, judged, weighted=False).item() is True


def test_pupils_beyond_two_clauses_of_one_school_are_counted_once() -> None:
    none, nobody = np.zeros((2, 1, 2), dtype=bool), np.zeros((2, 1, 2), dtype=np.int64)
    first = SimpleNamespace(broken=none.copy(), over=nobody.copy())
    second = SimpleNamespace(broken=none.copy(), over=nobody.copy())
    first.broken[:, 0], second.broken[:, 0] = [True, True], [True, False]
    first.over[:, 0], second.over[:, 0] = [30, 5], [20, 0]
    one = SimpleNamespace(
        model=SimpleNamespace(base_year=2023, layout=SimpleNamespace(schools=("a", "b"))),
        assessment=SimpleNamespace(required=0.9, window=(2024, 2024)),
        now=SimpleNamespace(result=SimpleNamespace(open=np.ones((2, 1, 2), dtype=bool))),
    )
    row = milestone_row(one, SimpleNamespace(id="m", year=2024, name=None), ("L1", ""), [first, second])
    assert 35.0 in row
    assert 55.0 not in row
    assert 2.0 in row  # schools


def test_the_last_pupils_sit_in_the_seats_that_were_added() -> None:
    one, _ = pair()
    school, years = one.model.layout.schools.index("b"), np.array(list(one.model.years))
    opened = one.case.opening_year[:, 1, None] <= years
    before = one.now.seats[:, :, school] - 300 * opened
    for number, used in ((-40, 0), (10, 10), (300, 300), (400, 300)):
        rolls = one.now.result.rolls.copy()
        rolls[:, :, school] = 0
        rolls[:, :, school, -1] = before + number
        found = added(replace(one, now=replace(one.now, result=replace(one.now.result, rolls=rolls))), 1)
        assert np.array_equal(found.used, used * opened)


def test_a_closed_school_has_no_added_seats() -> None:
    one, _ = pair()
    school = one.model.layout.schools.index("b")
    shut = one.now.result.open.copy()
    shut[:, -2:, school] = False
    found = added(replace(one, now=replace(one.now, result=replace(one.now.result, open=shut))), 1)
    assert added(one, 1).seats[:, -2:].any()
    assert not found.seats[:, -2:].any()
    assert not found.used[:, -2:].any()


def test_two_plans_without_second_phases_are_not_told_apart_by_one() -> None:
    one = Outcome({}, frozenset({Built(("a",), rules=("seen",))}))
    assert option_of(one, Outcome({}, one.projects)) == OTHER
    two = Outcome({}, one.projects | {Built(("b",), rules=("seen",), phase=True)})
    assert option_of(two, one) == PHASE
    assert option_of(one, two) == OTHER
