"""Guarded closures in the simulation: put off a year at a time, draw by draw, on what is known then."""

from dataclasses import fields, replace

import numpy as np
import pytest

from scenarios.schema_guards import GUARDS
from sim.adaptive import joined, packed, unpacked
from sim.adaptive_sites import Known
from sim.calendar_result import NEVER
from sim.engine import CaseResult, simulate
from sim.guards_gate import Line, Trips
from tests.sim import guard_cases as cases

SEED, DRAWS, CLOSURE, NEW = 3, 12, 2, 0
GO = {**cases.HEARD, "despite": {name: "test" for name in GUARDS if name != "hearing"}}


def run(of, draws=None, one=None):
    numbers = np.arange(DRAWS) if draws is None else draws
    return simulate(of.model, [one or cases.case(of, DRAWS)], SEED, numbers)[0]


def opens(result):
    return result.course.calendar.opening_year[:, CLOSURE]


def guard(result, name):
    """[draw, year]"""
    return result.course.stopped.by[:, :, 0, GUARDS.index(name)]


def test_a_closure_that_no_guard_stops_is_the_closure_without_guards():
    free, plain = run(cases.study(GO)), run(cases.study(None))
    assert plain.course is None
    for field in fields(CaseResult):
        if field.name not in ("course", "events"):
            assert np.array_equal(getattr(free, field.name), getattr(plain, field.name)), field.name
    assert (opens(free) <= 2026).all()


def test_without_a_hearing_it_never_closes_and_the_calendar_says_why():
    of = cases.study({}, cases.EASY)
    found = run(of)
    assert (opens(found) == NEVER).all()
    assert found.open[:, :, 0].all()
    calendar = found.course.calendar
    assert {calendar.states[i] for i in calendar.state[:, CLOSURE]} == {"guards"}
    assert np.isinf(calendar.handover_month[:, CLOSURE]).all()
    assert guard(found, "hearing")[:, -1].all()


def test_a_hearing_that_is_planned_puts_it_off_to_the_year_after():
    found = run(cases.study({"hearing": {"planned": "2026-10"}, "despite": GO["despite"]}))
    assert (opens(found) == 2027).all()
    years = 2024 + np.arange(guard(found, "hearing").shape[1])
    assert not guard(found, "hearing")[:, years >= 2027].any()
    assert guard(found, "hearing")[:, years == 2026].all()


def test_the_receiver_is_built_first_in_every_draw():
    despite = {name: why for name, why in GO["despite"].items() if name != "built_first"}
    of = cases.study({**cases.HEARD, "despite": despite}, start="2023-06")
    due = cases.case(of, DRAWS).opening_year
    assert (due[:, CLOSURE] < due[:, NEW]).any()
    found = run(of)
    built = found.course.calendar.opening_year[:, NEW]
    assert np.array_equal(opens(found), np.maximum(due[:, CLOSURE], built))
    waiting = found.course.stopped.by[:, :, 0, GUARDS.index("built_first")].sum(axis=1)
    assert np.array_equal(waiting, np.maximum(built - due[:, CLOSURE], 0))


def test_seats_are_judged_on_the_count_before_and_on_who_is_moved():
    """By hand from the finished run: pupils of a and c on the 1 September before, in classes of 45 at c."""
    despite = {name: why for name, why in GO["despite"].items() if name != "seats"}
    of = cases.study({**cases.HEARD, "despite": despite}, rooms=9)
    found = run(of)
    assert {*opens(found).tolist()} != {NEVER}
    for draw in range(DRAWS):
        year = int(opens(found)[draw])
        for looked in np.flatnonzero(guard(found, "seats")[draw]):
            assert looked + 2024 < year
        if year < NEVER and year > 2024:
            before = found.rolls[draw, year - 2025, :, :6]
            assert np.ceil((before[0] + before[2]) / 45 - 1e-9).sum() <= 9 + 6  # those of a in other zones stay away


def test_nothing_sees_the_future():
    """Other births after a year change nothing of what is decided by the next one."""
    of = cases.study(cases.HEARD, cases.EASY, rooms=8)
    one = cases.case(of, DRAWS)
    index = one.rates.births_index.copy()
    index[4:] *= 3.0  # from 2027 on
    other = run(of, one=replace(one, rates=replace(one.rates, births_index=index)))
    same = run(of, one=one)
    assert not np.array_equal(same.residents, other.residents)
    assert np.array_equal(same.course.stopped.by[:, :4], other.course.stopped.by[:, :4])


def test_draws_do_not_depend_on_their_block_and_come_back_from_a_part_file():
    of = cases.study(cases.HEARD, cases.EASY, rooms=9)
    whole = run(of)
    parts = [run(of, np.arange(a, b)) for a, b in ((0, 5), (5, DRAWS))]
    assert np.array_equal(whole.rolls, np.concatenate([part.rolls for part in parts]))
    together = joined([unpacked(packed(part.course)) for part in parts])
    assert np.array_equal(whole.course.stopped.by, together.stopped.by)
    assert np.array_equal(whole.course.calendar.opening_year, together.calendar.opening_year)


def test_a_daily_bus_shortens_the_trip_in_the_years_in_which_it_runs():
    walk, both = np.array([[1.0, 0.5], [0.2, 0.8]]), np.array([[0.4, 0.1], [0.0, 0.3]])
    trips = Trips(walk, both, (Line(2025, 2026, (0,), (1,)),))
    assert trips.beyond(2024).tolist() == walk.tolist() == trips.beyond(2027).tolist()
    assert trips.beyond(2025).tolist() == [[1.0, 0.1], [0.2, 0.8]]


@pytest.mark.parametrize(("minutes", "stopped"), [(240.0, False), (1.0, True)])
def test_the_trip_is_the_way_of_the_homes_that_are_moved(minutes, stopped):
    despite = {name: why for name, why in GO["despite"].items() if name != "travel"}
    del despite["built_first"]
    of = cases.study({**cases.HEARD, "despite": despite}, {"trip_minutes": minutes})
    found = run(of)
    assert (opens(found) == NEVER).all() == stopped
    assert guard(found, "travel")[:, -1].any() == stopped  # no way to a receiver that is not there yet is too long


def test_a_school_is_not_closed_while_no_other_is_there():
    despite = {name: why for name, why in GO["despite"].items() if name != "travel"}
    found = run(cases.study({**cases.HEARD, "despite": despite}, {"trip_minutes": 240.0}, start="2023-06"))
    assert np.array_equal(opens(found), found.course.calendar.opening_year[:, NEW])


def test_what_waits_for_a_closure_begins_when_it_takes_effect():
    despite = {name: why for name, why in GO["despite"].items() if name != "built_first"}
    of = cases.study({**cases.HEARD, "despite": despite}, more=(cases.AFTER,), start="2023-06")
    found = run(of)
    calendar, follower = found.course.calendar, CLOSURE + 1
    closes = opens(found) != NEVER
    assert closes.any()
    begins = np.nanmin(calendar.stage_begin[closes, follower], axis=1)
    assert np.allclose(begins, 12.0 * (opens(found)[closes] - 2023))
    assert np.isnan(calendar.stage_begin[~closes, follower]).all()
    assert (opens(found) > cases.case(of, DRAWS).opening_year[:, CLOSURE]).any()  # put off in some draws
    never = run(cases.study({}, cases.EASY, more=(cases.AFTER,))).course.calendar
    assert (never.opening_year[:, follower] == NEVER).all()
    assert {never.states[i] for i in never.state[:, follower]} == {"dependency"}


def test_a_closure_and_what_is_built_at_its_receiver_wait_for_each_other_for_ever():
    """What `check` tells as SCN791; set aside, both take place."""
    circle = {**cases.AFTER, "school": "c"}
    despite = {name: why for name, why in GO["despite"].items() if name != "built_first"}
    stuck = run(cases.study({**cases.HEARD, "despite": despite}, cases.EASY, more=(circle,))).course.calendar
    assert (stuck.opening_year[:, [CLOSURE, CLOSURE + 1]] == NEVER).all()
    first = {**despite, "built_first": GO["despite"]["built_first"]}
    goes = run(cases.study({**cases.HEARD, "despite": first}, cases.EASY, more=(circle,))).course.calendar
    assert (goes.opening_year[:, [CLOSURE, CLOSURE + 1]] != NEVER).all(axis=1).any()


def test_a_calendar_that_is_known_gives_what_the_yards_give():
    of = cases.study(cases.HEARD, cases.EASY, rooms=9)
    one = cases.case(of, DRAWS)
    known = replace(one, adaptive=replace(one.adaptive, sites=Known(one.calendar)))
    yards, fixed = run(of, one=one), run(of, one=known)
    assert np.array_equal(yards.rolls, fixed.rolls)
    one_by_one = packed(yards.course)
    for name, array in packed(fixed.course).items():
        assert np.array_equal(array, one_by_one[name], equal_nan=array.dtype.kind == "f"), name
    some = np.array([2, 7])
    assert np.array_equal(run(of, some, known).rolls, fixed.rolls[some])


def test_known_construction_refuses_decisions():
    sites = Known(cases.case(cases.study(cases.HEARD), DRAWS).calendar)(SEED, np.arange(DRAWS))
    for act in (lambda: sites.start(0, 0, 0.0), lambda: sites.cancel(0, 0), lambda: sites.close(0, 0)):
        with pytest.raises(ValueError, match=r"wait|given up"):
            act()


def test_a_closure_due_before_the_base_year_is_looked_at_in_the_base_year():
    despite = {name: why for name, why in GO["despite"].items() if name != "hearing"}
    held = run(cases.study({**cases.HEARD, "despite": despite}, start="2021-06"))
    assert (opens(held) <= 2023).all()
    late = run(cases.study({"hearing": {"planned": "2023-11"}, "despite": despite}, start="2021-06"))
    assert (opens(late) == 2024).all()
    assert not guard(late, "hearing").any()  # what the base year said leaves no row of a simulated year
