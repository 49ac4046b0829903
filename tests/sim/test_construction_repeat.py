"""The construction calendar: repeatable, and independent of blocks of draws, of row order and of other projects."""

import numpy as np
import pytest

from sim.calendar_result import join
from sim.fates import leg_months
from sim.projects import BuildPlan
from tests.sim.construction_cases import BUDGET, MANY, calendar, equal, spec


def test_the_same_seed_gives_the_same_calendar_and_another_seed_another():
    one, again = (calendar(MANY, BUDGET, crews=2, draws=30, spread="study") for _ in range(2))
    equal(one, again)
    other = calendar(MANY, BUDGET, crews=2, draws=30, spread="study", seed=6)
    assert (one.handover_month != other.handover_month).any()


def test_blocks_of_draws_joined_equal_one_run():
    whole = calendar(MANY, BUDGET, crews=2, draws=40, spread="study")
    blocks = [np.arange(0, 7), np.arange(7, 8), np.arange(8, 40)]
    equal(whole, join([calendar(MANY, BUDGET, crews=2, draws=block, spread="study") for block in blocks]))
    with pytest.raises(ValueError, match="calendars of different plans or horizons cannot be joined"):
        join([whole, calendar(MANY[:2], BUDGET)])


def test_the_order_of_projects_does_not_matter():
    forth = calendar(MANY, BUDGET, crews=2, draws=30, spread="study")
    back = calendar(MANY[::-1], BUDGET, crews=2, draws=30, spread="study")
    np.testing.assert_array_equal(forth.handover_month, back.handover_month[:, ::-1])
    np.testing.assert_array_equal(forth.spend, back.spend[:, ::-1])
    for cause, waits in forth.waits.items():
        np.testing.assert_array_equal(waits, back.waits[cause][:, ::-1])


def test_adding_a_project_never_changes_the_durations_of_the_others():
    turned = {"design": (1, 2, 3), "land": (1, 2, 3), "construction": (6, 8, 9)}
    added = spec("z", priority=9, durations=turned, payments={"land": 1.0})
    few, more = (BuildPlan(tuple(projects), BUDGET) for projects in (MANY, [added, *MANY]))
    one = leg_months(few, 5, np.arange(25), "study")
    other = leg_months(more, 5, np.arange(25), "study")
    np.testing.assert_array_equal(one, other[:, -one.shape[1] :])


def test_a_project_of_lower_priority_with_slack_changes_no_date_of_the_others():
    budget = dict.fromkeys(range(2023, 2039), 1e5)
    alone = calendar(MANY, budget, crews=20, draws=25, spread="study")
    with_more = calendar([*MANY, spec("z", priority=9)], budget, crews=20, draws=25, spread="study")
    np.testing.assert_array_equal(alone.handover_month, with_more.handover_month[:, :-1])


def test_without_spread_every_draw_is_the_same():
    result = calendar(MANY, BUDGET, crews=2, draws=3)
    assert (result.handover_month == result.handover_month[:1]).all()


def test_no_crew_at_all_is_refused():
    with pytest.raises(ValueError) as refused:
        calendar(MANY, BUDGET, crews=0)
    assert str(refused.value) == "crews must be >= 1, found 0"
