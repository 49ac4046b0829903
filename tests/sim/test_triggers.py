"""Rules that fire on signals: years in a row, lags, years in which they may act, deferral, cancelling, phases."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.calendar_result import NEVER
from sim.signals import SIGNALS, Place
from sim.triggers import Rule, Watch

BASE = 2020
CLOSED = np.full((2, 2), NEVER)


def rule(act="start", **more):
    keys = {"project": 0, "above": 1.0, "below": None, "years": 1, "lag": 0, "first": BASE, "last": 2030}
    return Rule(act=act, signal="pupils", place=Place(), **(keys | more))


@pytest.fixture
def looked(monkeypatch):
    """A watch of two draws that has seen values by year, [year][draw]; earliest: of two projects."""

    def look(rules, values, opening=None, earliest=(0, 0)):
        watch = Watch(rules, np.array(earliest), BASE, 2)
        for year, seen in enumerate(values, start=BASE):
            monkeypatch.setitem(SIGNALS, "pupils", lambda now, place, seen=seen: np.array(seen, dtype=float))
            watch.look(SimpleNamespace(year=year), CLOSED if opening is None else opening)
        return watch

    return look


def test_it_fires_once_when_the_bound_is_passed(looked):
    watch = looked([rule(lag=5)], [(0.5, 1.0), (1.5, 1.0), (2.0, 1.0), (0.0, 1.0), (2.0, 1.01)])
    assert watch.fired.start[:, 0].tolist() == [2021, 2024]
    assert watch.due[:, 0].tolist() == [12 + 5, 48 + 5]
    assert (watch.due[:, 1] == 0).all()  # the other project has no trigger


def test_years_in_a_row_are_counted_anew_after_a_gap_and_after_what_is_not_known(looked):
    seen = [(2, 2), (2, np.nan), (0, 2), (2, 2), (2, 0)]
    assert looked([rule(years=2)], seen).fired.start[:, 0].tolist() == [2021, 2023]
    assert looked([rule(years=3)], seen).fired.start[:, 0].tolist() == [NEVER, NEVER]


def test_below_is_strict_as_above_is(looked):
    watch = looked([rule(above=None, below=1.0)], [(1.0, 0.99)])
    assert watch.fired.start[:, 0].tolist() == [NEVER, 2020]
    assert looked([rule(above=None, below=1.0)], [(np.nan, np.nan)]).fired.start[:, 0].tolist() == [NEVER, NEVER]


def test_years_before_the_first_one_count_in_the_row_but_do_not_fire(looked):
    watch = looked([rule(years=2, first=2022, last=2022)], [(2, 0), (2, 0), (2, 2), (2, 2)])
    assert watch.fired.start[:, 0].tolist() == [2022, NEVER]


def test_it_does_not_start_before_the_month_written_in_the_plan(looked):
    assert looked([rule(lag=2)], [(2, 0)], earliest=(30, 0)).due[0, 0] == 30


def test_a_start_is_put_off_on_the_september_before_it_as_often_as_the_condition_holds(looked):
    put_off = rule("defer", above=None, below=1.0, months=12)
    watch = looked([put_off], [(0, 2), (0, 0), (0, 2), (2, 0)], earliest=(14, 0))
    # Due in month 14: nothing on 1 September 2020; put off in 2021 (both draws), again in 2022 (draw 0 alone).
    assert watch.due[:, 0].tolist() == [14 + 24, 14 + 12]
    assert watch.fired.deferred[:, 0].tolist() == [24, 12]
    assert watch.fired.defer[:, 0].tolist() == [2022, 2021]


def test_a_start_on_a_first_september_is_looked_at_on_that_day_and_not_a_year_before(looked):
    put_off = rule("defer", above=None, below=1.0, months=12)
    watch = looked([put_off], [(0, 2), (2, 0)], earliest=(12, 0))
    assert watch.due[:, 0].tolist() == [12, 24]


def test_a_project_that_has_just_been_triggered_may_be_put_off_at_once(looked):
    rules = [rule("defer", project=0, above=0.0, months=6), rule(project=0)]
    assert looked(rules, [(2, 0.5)]).due[:, 0].tolist() == [6, np.inf]


def test_cancelling_takes_effect_after_its_lag(looked):
    watch = looked([rule("cancel", lag=7)], [(0, 2), (2, 2)])
    assert watch.cancel_at[:, 0].tolist() == [12 + 7, 7]
    assert watch.fired.cancel[:, 0].tolist() == [2021, 2020]


def test_a_second_phase_counts_its_years_from_the_opening_of_the_first(looked):
    opening = np.array([[NEVER, 2022], [NEVER, NEVER]])
    watch = looked([rule(years=2, after=1)], [(2, 2)] * 5, opening)
    assert watch.fired.start[:, 0].tolist() == [2023, NEVER]


def test_a_rule_that_says_nothing_or_two_things_is_refused():
    with pytest.raises(ValueError, match="one bound"):
        rule(below=2.0)
    with pytest.raises(ValueError, match="years >= 1"):
        rule(years=0)
    with pytest.raises(ValueError, match="months >= 1"):
        rule("defer")
