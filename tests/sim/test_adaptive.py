"""Plans that act on what is seen: they see the past of their own draw alone, and are otherwise plans like others."""

from dataclasses import fields, replace

import numpy as np
import pytest

from sim.adaptive import Course, joined, packed, unpacked
from sim.calendar_result import NEVER, Calendar
from sim.construction import opening_years
from sim.engine import CaseResult, simulate
from sim.triggers import Fired
from tests.sim import adaptive_cases as cases
from tests.sim import studies

SEED, DRAWS = 3, 24
WATCHING = {"signal": "utilisation", "at": {"schools": ["a"]}, "above": 0.76, "years": 2, "lag_months": 3}
CROWDED = {"signal": "entry_pressure", "at": {"units": ["u2"], "stage": "primary"}, "above": 0.85}


@pytest.fixture(scope="module")
def of():
    return cases.study()


@pytest.fixture(scope="module")
def watching(of):
    """Both projects have triggers that fire in some draws and years and not in others."""
    return cases.with_triggers(of, "build", new_c={"when": WATCHING}, more_b={"when": CROWDED})


def run(study, one, draws=None):
    return simulate(study.model, [one], SEED, np.arange(DRAWS) if draws is None else draws)[0]


def same(a: CaseResult, b: CaseResult) -> None:
    for field in fields(CaseResult):
        if field.name not in ("course", "events"):
            assert np.array_equal(getattr(a, field.name), getattr(b, field.name)), field.name


def same_calendars(a: Calendar, b: Calendar) -> None:
    for name, array in packed(Course(a, Fired(*[np.zeros(0)] * 4))).items():
        other = packed(Course(b, Fired(*[np.zeros(0)] * 4)))[name]
        assert np.array_equal(array, other, equal_nan=array.dtype.kind == "f"), name


def test_triggers_that_are_always_true_build_the_plan_as_it_is_without_them(of):
    now = {"when": cases.ALWAYS}
    always = cases.with_triggers(of, "build", new_c=now, more_b=now)
    plain = studies.case(of, "baseline", "build", DRAWS, SEED)
    found = run(always, cases.case(always, draws=DRAWS, seed=SEED))
    same(found, run(of, plain))
    same_calendars(found.course.calendar, plain.calendar)
    assert (found.course.fired.start == of.model.base_year).all()


def test_a_plan_whose_triggers_never_fire_is_the_plan_that_does_nothing(of):
    never = {"when": cases.NEVER_SEEN}
    idle = cases.with_triggers(of, "build", new_c=never, more_b=never)
    found = run(idle, cases.case(idle, draws=DRAWS, seed=SEED))
    same(found, run(of, studies.case(of, "baseline", "do-nothing", DRAWS, SEED)))
    calendar = found.course.calendar
    assert {calendar.states[i] for i in np.unique(calendar.state)} == {"not_started"}
    assert calendar.spend.sum() == 0


def test_draws_do_not_depend_on_the_block_they_are_in(watching):
    one = cases.case(watching, draws=DRAWS, seed=SEED)
    whole = run(watching, one)
    parts = [run(watching, one, np.arange(a, b)) for a, b in ((0, 5), (5, 6), (6, DRAWS))]
    assert np.array_equal(whole.rolls, np.concatenate([part.rolls for part in parts]))
    together = joined([part.course for part in parts])
    for name, array in packed(whole.course).items():
        assert np.array_equal(array, packed(together)[name], equal_nan=array.dtype.kind == "f"), name


def test_what_is_written_to_a_part_file_comes_back(watching):
    course = run(watching, cases.case(watching, draws=DRAWS, seed=SEED)).course
    back = unpacked(packed(course))
    assert back.calendar.projects == course.calendar.projects
    assert back.calendar.waits.keys() == course.calendar.waits.keys()
    same_calendars(back.calendar, course.calendar)
    assert np.array_equal(back.fired.start, course.fired.start)


def _fires(result: CaseResult, model, rule, draw):
    """First year in which a rule fires in one draw, from the results of a finished run and in plain steps."""
    streak = 0
    for at, year in enumerate(model.years):
        rolls, rooms = result.rolls[draw, at].astype(int), result.rooms[draw, at].astype(int)
        if rule["signal"] == "utilisation":
            value = rolls[0].sum() / (rooms[0] * 45)
        else:
            grade_places = {0: rooms[0] // 6 * 45, 2: rooms[2] // 6 * 45}
            # u2 belongs to school a, and to school c once that is open; u1 and u3 stay with a.
            open_c = bool(result.open[draw, at, 2])
            homes, places = ([1], grade_places[2]) if open_c else ([0, 1, 2], grade_places[0])
            value = result.entrants[draw, at, homes].sum() / places
        streak = streak + 1 if value > rule["above"] else 0
        if streak >= rule.get("years", 1):
            return year
    return None


def _base_fires(model, rule):
    """Whether a rule holds in the base year, the same in every draw."""
    if rule["signal"] == "utilisation":
        return model.pupils[:, :, :6].sum() / (model.rooms[0] * 45) > rule["above"]
    return model.pupils[:, :, 0].sum() / (model.rooms[0] // 6 * 45) > rule["above"]


def test_it_builds_what_a_plain_loop_over_finished_runs_builds(of, watching):
    """Without advancing anything: run, read when a rule fires first, build as if that date had been known, run again.

    The engine decides while the years go by; here each round fixes the earliest decision that is not fixed yet.
    """
    from scenarios.construction_defaults import load_defaults
    from sim.plan_projects import build_plan, ground_of

    rules = {0: WATCHING, 1: CROWDED}
    model, file = of.model, of.bundle.plans["build"]
    assert not any(_base_fires(model, rule) for rule in rules.values())
    found = run(watching, cases.case(watching, draws=DRAWS, seed=SEED))
    plain = studies.case(of, "baseline", "build", DRAWS, SEED)
    build = build_plan(file, ground_of(of.bundle, "build", load_defaults(), model.base_year))
    fired = set()
    for draw in range(0, DRAWS, 3):
        starts: dict[int, int] = {}
        for _ in range(len(rules) + 1):
            specs = tuple(
                replace(spec, triggered=i not in starts, start_month=starts.get(i, spec.start_month))
                for i, spec in enumerate(build.projects)
            )
            calendar = opening_years(
                replace(build, projects=specs), 2, model.base_year, model.horizon, SEED, np.array([draw])
            )
            opening = np.repeat(calendar.opening_year, DRAWS, axis=0)
            result = simulate(model, [replace(plain, opening_year=opening)], SEED, np.array([draw]))[0]
            due = {i: _fires(result, model, rule, 0) for i, rule in rules.items() if i not in starts}
            due = {i: year for i, year in due.items() if year is not None}
            if not due:
                break
            first = min(due, key=lambda i: due[i])
            lag = rules[first].get("lag_months", 0)
            starts[first] = max(12 * (due[first] - model.base_year) + lag, build.projects[first].start_month)
            fired.add((first, due[first]))
        assert np.array_equal(found.course.calendar.opening_year[draw], calendar.opening_year[0]), draw
        assert np.array_equal(found.rolls[draw], result.rolls[0]), draw
    assert {project for project, _ in fired} == {0, 1}
    assert len(fired) >= 4, "the test needs triggers that fire in different years"


@pytest.mark.parametrize("last", [2024, 2025, 2026])
def test_nothing_that_happens_after_a_september_changes_what_was_decided_on_it(watching, last):
    """Births, moves and pull after 1 September of `last` become quite others: what was decided until then stays."""
    one = cases.case(watching, draws=DRAWS, seed=SEED)
    known = last - watching.model.base_year + 1  # index of the first year that is not known
    rates = one.rates
    births, pull = rates.births_index.copy(), rates.pull.copy()
    births[known:] *= 4.0
    pull[known:] *= 3.0
    # Children of the calendar year `last` are born before and after that day; those of September on are the future.
    other = replace(one, rates=replace(rates, births_index=births, pull=pull))
    before, after = run(watching, one), run(watching, other)
    assert not np.array_equal(before.residents, after.residents), "the worlds must differ"
    for name in ("start", "cancel", "defer"):
        a, b = getattr(before.course.fired, name), getattr(after.course.fired, name)
        assert np.array_equal(np.where(a <= last, a, NEVER), np.where(b <= last, b, NEVER)), name
    # What opens by the next 1 September was decided by the last one.
    a, b = (r.course.calendar.opening_year for r in (before, after))
    assert np.array_equal(np.where(a <= last + 1, a, NEVER), np.where(b <= last + 1, b, NEVER))
    assert np.array_equal(before.rolls[:, : known - 1], after.rolls[:, : known - 1])


def test_children_born_after_the_first_of_september_are_not_seen(of):
    """Births of the calendar year `t` differ, from 1 September on they are those of the future: the signal is blind."""
    births = {"signal": "births", "above": 150.0}
    seeing = cases.with_triggers(of, "build", new_c={"when": births})
    one = cases.case(seeing, draws=DRAWS, seed=SEED)
    index = one.rates.births_index.copy()
    index[3:] *= 10.0  # births of 2026 and later
    more = run(seeing, replace(one, rates=replace(one.rates, births_index=index)))
    plain = run(seeing, one)
    assert (plain.course.fired.start[:, 0] == NEVER).all()
    # Born from January to August 2026, they are aged one on 31 August 2027: decided then, not a year before.
    assert (more.course.fired.start[:, 0] == 2027).all()


def test_cancelled_projects_take_no_money_and_open_nothing(of):
    gone = cases.with_triggers(of, "build", new_c={"cancel_when": cases.ALWAYS})
    found = run(gone, cases.case(gone, draws=DRAWS, seed=SEED))
    calendar = found.course.calendar
    assert (calendar.opening_year[:, 0] == NEVER).all()
    assert calendar.states[calendar.state[0, 0]] == "cancelled"
    assert calendar.spend[:, 0].sum() == 0
    assert (found.course.fired.cancel[:, 0] == of.model.base_year).all()


def test_a_project_under_construction_is_not_given_up(of):
    late = cases.with_triggers(of, "build", new_c={"cancel_when": {**cases.ALWAYS, "from": 2026}})
    found = run(late, cases.case(late, draws=DRAWS, seed=SEED))
    plain = studies.case(of, "baseline", "build", DRAWS, SEED)
    built = plain.calendar.opening_year[:, 0] <= 2026
    assert built.any()
    assert np.array_equal(found.course.calendar.opening_year[built], plain.calendar.opening_year[built])
    assert (found.course.fired.cancel[built, 0] == NEVER).all()


def test_a_start_that_is_put_off_a_year_opens_a_year_later(of):
    wait = {"defer_when": {**cases.ALWAYS, "months": 12, "until": 2023}}
    late = cases.with_triggers(of, "build", new_c=wait, more_b={"when": cases.NEVER_SEEN})
    alone = cases.with_triggers(of, "build", more_b={"when": cases.NEVER_SEEN})
    found, plain = (run(one, cases.case(one, draws=DRAWS, seed=SEED)) for one in (late, alone))
    assert (found.course.fired.deferred[:, 0] == 12).all()
    opens = plain.course.calendar.opening_year[:, 0]
    assert np.array_equal(found.course.calendar.opening_year[:, 0], np.where(opens < NEVER, opens + 1, NEVER))


def test_a_stress_test_may_make_all_openings_late(watching):
    one = cases.case(watching, draws=DRAWS, seed=SEED)
    opens = run(watching, one).course.calendar.opening_year
    late = run(watching, replace(one, adaptive=replace(one.adaptive, late=20))).course.calendar.opening_year
    assert (opens < NEVER).any()
    assert (late == NEVER).all()


def test_drivers_and_stress_tests_take_each_future_with_what_it_built(of, watching):
    """Openings of one future are not laid under another; a delay makes the openings of a draw late."""
    from sim.drivers import games_of
    from sim.engine import as_built
    from sim.futures import future_rates
    from sim.stress_drivers import footing, turned

    made = [cases.case(watching, future, draws=DRAWS, seed=SEED) for future in ("baseline", "high")]
    built = [as_built(one, run(watching, one).course) for one in made]
    assert not np.array_equal(built[0].opening_year, built[1].opening_year)
    games = games_of(of.model, built, built[0].rates, SEED)
    for one, game in zip(built, games.games, strict=True):
        chosen = [at for some, at in game.at.items() if "construction" in some]
        assert chosen
        for at in chosen:
            assert np.array_equal(games.cases[at].opening_year, one.opening_year)
            assert games.cases[at].adaptive is None
    future = of.bundle.futures["baseline"]
    foot = footing(of.model, future, replace(made[0], rates=future_rates(of.bundle, of.model, future)))
    assert turned(foot, {"delay": 2.0}).case.adaptive.late == 2
    assert turned(foot, {}).case.adaptive.late == 0
