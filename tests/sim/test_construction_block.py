"""The compiled run of a block of draws, started, cancelled and advanced from outside, against a yard for each draw."""

import sys

import numpy as np
import pytest

from sim.construction import simulate, yards
from sim.construction_block import Block
from sim.construction_record import record_of
from sim.fates import draw_fates
from sim.programme import prepare
from sim.project_terms import After, Risk
from sim.projects import BuildPlan
from tests.sim.construction_cases import RICH, works
from tests.sim.test_construction_properties import alike
from tests.sim.test_construction_terms import short
from tests.sim.test_yard import FULL


def block_of(projects, budget=RICH, crews=9, **plan):
    built = BuildPlan(tuple(projects), budget, **plan)
    return Block(prepare(built, crews, 2023, 2038), draw_fates(built, 5, np.arange(1), "none"))


def test_years_one_by_one_equal_all_at_once_and_the_yards():
    programme, fates = prepare(FULL, 2, 2023, 2038), draw_fates(FULL, 5, np.arange(30), "study")
    steps = Block(programme, fates)
    for year in range(0, 16 * 12, 12):
        steps.advance(float(year))
    alike(steps.record(), Block(programme, fates).record())
    alike(steps.record(), record_of(FULL, simulate(programme, fates)))
    assert (steps.record().waits["approval"] > 0).any()
    assert steps.record().struck.any()


def test_a_draw_may_be_ahead_of_the_others_and_orders_reach_it_alone():
    programme, fates = prepare(FULL, 2, 2023, 2038), draw_fates(FULL, 5, np.arange(6), "study")
    block, many = Block(programme, fates), yards(programme, fates)
    for row, month in ((4, 7.0), (1, 3.5)):
        block.advance(month, np.array([row]))
        many[row].advance(month)
        assert block.cancel(row, 2) == many[row].cancel(2)
    block.advance(24.0)
    for yard in many:
        yard.advance(24.0)
    assert block.handover().tolist() == [yard.log.handover for yard in many]
    alike(block.record(), record_of(FULL, [yard.finish() for yard in many]))


def test_a_start_in_the_past_and_a_second_start_are_refused():
    block = block_of([short("a", triggered=True), short("b")])
    block.advance(24.0)
    with pytest.raises(ValueError, match=r"project a: month 23\.0 is past, it is month 24\.0"):
        block.start(0, 0, 23.0)
    block.start(0, 0, 24.0)
    for index, name in enumerate("ab"):
        with pytest.raises(ValueError, match=f"project {name} was started or cancelled before"):
            block.start(0, index, 30.0)


def test_a_cancelled_project_leaves_its_money_and_its_place_to_others():
    first, second = works("a", cost=300.0), works("b", cost=150.0, priority=2)
    block = block_of([first, second], {2023: 100.0, 2024: 100.0, 2025: 100.0})
    block.advance(12.0)
    assert block.cancel(0, 0)
    assert not block.cancel(0, 0)
    record = block.record()
    assert record.handover.tolist() == [[np.inf, 24.0]]
    assert record.waits["budget"].tolist() == [[12.0, 12.0]]
    desks = {"design": "review"}
    block = block_of([short("a", desks=desks), short("b", desks=desks)], desks={"review": 1})
    block.advance(3.0)
    assert block.cancel(0, 0)
    assert block.record().handover.tolist() == [[np.inf, 3.0 + 3.0 + 12.0 + 1.0]]


def test_works_that_have_begun_and_projects_that_have_ended_cannot_be_cancelled():
    block = block_of([short("a"), short("b", start=20), short("c", risks=(Risk("r", "land", 1.0, stops=True),))])
    block.advance(6.0)
    assert [block.cancel(0, i) for i in range(3)] == [False, True, False]
    block.advance(30.0)
    assert not block.cancel(0, 0)
    with pytest.raises(ValueError, match="was started or cancelled before"):
        block.start(0, 1, 31.0)


def test_what_is_announced_lets_those_who_wait_go_on():
    projects = [short("a"), short("b", after=(After("a", "land"),))]
    waiting, told = block_of(projects), block_of(projects)
    alone = float(waiting.record().handover[0, 0])
    assert waiting.record().handover[0, 1] == alone + alone
    told.advance(5.0)
    told.announce(0, "a")
    assert told.record().handover[0].tolist() == [alone, 5.0 + alone]
    assert told.record().waits["dependency"].tolist() == [[0.0, 5.0]]


def test_the_loop_keeps_no_reference_to_its_arrays():
    programme, fates = prepare(FULL, 2, 2023, 2038), draw_fates(FULL, 5, np.arange(2), "study")
    block = Block(programme, fates)
    block.advance(1.0)
    before = [sys.getrefcount(array) for array in block._state]
    for month in range(2, 50):
        block.advance(float(month))
    assert [sys.getrefcount(array) for array in block._state] == before
