"""What a project spares, when it is needed, what bridges it, and the order of projects, by hand."""

import numpy as np
import pytest

from sim.necessity import Side, batches, bridge_rooms, holds, kept_use, ranks, side_of, span_of
from tests.sim.money_study import pair


def side(short, broken):
    """Pupils without a seat [draw, year, school] and schools with a breach [draw, year]."""
    short, broken = np.array(short), np.array(broken)
    return Side(short, np.zeros(short.shape[:2], dtype=int), broken, {})


# two draws, three years, two schools
WHOLE = side([[[0, 0], [0, 0], [5, 0]], [[0, 0], [0, 0], [0, 0]]], [[0, 0, 1], [0, 0, 0]])
ALONE = side([[[0, 0], [60, 0], [40, 10]], [[0, 0], [0, 0], [90, 0]]], [[0, 1, 1], [0, 0, 1]])


def test_a_project_is_needed_where_at_least_half_of_the_draws_are_worse_without_it() -> None:
    span = span_of(WHOLE, ALONE, np.zeros((2, 3)))
    assert span.p_needed.tolist() == [0.0, 0.5, 1.0]
    assert span.years.tolist() == [False, True, True]
    assert span.peak == 2  # 45 + 90 pupils against 60


def test_a_project_that_waits_is_looked_at_where_it_opens() -> None:
    """Only the second draw, in which it opens: there the last year is worse without it; nowhere built, no year is."""
    opened = np.array([False, True])
    assert span_of(WHOLE, ALONE, np.zeros((2, 3)), opened).p_needed.tolist() == [0.0, 0.0, 1.0]
    nowhere = span_of(WHOLE, ALONE, np.zeros((2, 3)), np.array([False, False]))
    assert nowhere.p_needed.tolist() == [0.0, 0.0, 0.0]
    assert not nowhere.years.any()


def test_the_peak_falls_back_on_breaches_then_on_use() -> None:
    quiet = side(np.zeros((2, 3, 2)), [[0, 0, 0], [0, 0, 0]])
    worse = side(np.zeros((2, 3, 2)), [[0, 1, 0], [0, 0, 0]])
    assert span_of(quiet, worse, np.zeros((2, 3))).peak == 1
    assert span_of(quiet, quiet, np.array([[7.0, 1, 0], [7, 1, 0]])).peak == 0
    assert span_of(quiet, quiet, np.zeros((2, 3))).peak == -1


def test_a_bridge_seats_the_worst_year_at_each_school() -> None:
    span = span_of(WHOLE, ALONE, np.zeros((2, 3)))
    sizes = np.array([45.0, 50.0])
    # school 1: draws 60, 0 in the second year and 35, 90 in the third; school 2: 10, 0 in the third
    assert bridge_rooms(WHOLE, ALONE, span, sizes, 1.0).tolist() == [2, 1]
    assert bridge_rooms(WHOLE, ALONE, span, sizes, 0.0).tolist() == [1, 0]
    assert bridge_rooms(WHOLE, WHOLE, span_of(WHOLE, WHOLE, np.zeros((2, 3))), sizes, 0.9).tolist() == [0, 0]


def test_use_after_the_peak() -> None:
    assert kept_use(np.array([[10.0, 40, 10], [30, 60, 10]])) == pytest.approx(10 / 50)
    assert np.isnan(kept_use(np.zeros((2, 3))))


def test_holds_counts_draws_without_any_breach_in_the_window() -> None:
    assert holds(ALONE, slice(0, 2)) == 0.5
    assert holds(ALONE, slice(0, 3)) == 0.0
    assert holds(WHOLE, slice(0, 3)) == 0.5


def test_places_of_projects() -> None:
    effect, cost = np.array([100.0, 30.0, 0.0, 5.0]), np.array([1000.0, 100.0, 0.0, 0.0])
    found = ranks(effect, cost, np.array([2027.0, 2025.0, np.nan, 2027.0]), np.array([30.0, 12.0, 12.0, np.nan]))
    assert found["effect"].tolist() == [3, 2, 4, 1]  # free and useful, .3, .1 a yuan, free and useless
    assert found["urgency"].tolist() == [3, 1, 4, 2]
    assert found["ease"].tolist() == [3, 2, 1, 4]  # of two that take as long, the cheaper


def test_of_equal_effect_a_yuan_the_cheaper_comes_first() -> None:
    effect, cost = np.array([20.0, 10.0, 40.0]), np.array([200.0, 100.0, 400.0])
    found = ranks(effect, cost, np.full(3, 2025.0), np.full(3, 12.0))
    assert found["effect"].tolist() == found["ease"].tolist() == [2, 1, 3]


def test_a_side_counts_empty_seats_schools_and_the_county() -> None:
    one, _ = pair()
    found, result = side_of(one), one.now.result
    gap = one.now.seats - result.rolls.sum(axis=3)
    assert np.array_equal(found.unused, np.where(gap > 0, gap, 0).sum(axis=2))
    assert np.array_equal(found.short, np.where(gap < 0, -gap, 0))
    assert found.unused.sum() > 0
    broken = sum(np.logical_or.reduce([breach.broken[:, :, s] for breach in one.now.headline])
                 for s in range(gap.shape[2]))  # fmt: skip
    assert np.array_equal(found.broken, broken)


def test_batches_follow_the_budget_and_nobody_overtakes() -> None:
    order, cost = np.array([2, 1, 3]), np.array([500.0, 300.0, 10.0])
    assert batches(order, cost, {2025: 400.0, 2026: 400.0, 2028: 20.0}).tolist() == [2026.0, 2025.0, 2028.0]
    late = batches(order, cost, {2025: 400.0})
    assert late[1] == 2025.0
    assert np.isnan(late[[0, 2]]).all()  # the small one waits for the large one before it


def test_the_bridge_seats_the_children_of_a_draw_and_not_of_a_point_between_two():
    # Two draws without and with 46 children beyond seats: the middle one is the higher of the two, two rooms of 45.
    nothing = np.zeros((2, 1, 1), dtype=int)
    whole = Side(nothing, nothing[:, :, 0], nothing[:, :, 0], {})
    without = Side(np.array([[[0]], [[46]]]), nothing[:, :, 0], nothing[:, :, 0], {})
    span = span_of(whole, without, np.zeros((2, 1)))
    assert bridge_rooms(whole, without, span, np.array([45.0]), 0.5).tolist() == [2]
