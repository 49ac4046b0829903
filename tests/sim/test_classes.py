"""Classes are whole: exhaustive search over class numbers, and the rules one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.classes import form_classes
from verification.reference_schools import form_classes as plain_classes


def formed(rolls, rooms, planned):
    classes = form_classes(np.array([rolls]), np.array([rooms]), np.array(planned))
    return classes.count[0].tolist(), classes.largest[0].tolist(), bool(classes.short[0])


def best_by_search(rolls, rooms, planned):
    """Smallest possible crowding (class size / planned size, at least 1) over all class numbers that fit."""
    choices = [range(1, rooms + 1) if n else (0,) for n in rolls]
    fitting = [counts for counts in product(*choices) if sum(counts) <= rooms]
    return min(
        max([1.0, *(n / (k * p) for n, k, p in zip(rolls, counts, planned, strict=True) if n)]) for counts in fitting
    )


@given(
    st.lists(st.tuples(st.integers(0, 260), st.sampled_from([30, 45, 50])), min_size=1, max_size=4), st.integers(0, 9)
)
def test_against_exhaustive_search(grades, rooms):
    rolls, planned = [n for n, _ in grades], [p for _, p in grades]
    count, largest, short = formed(rolls, rooms, planned)
    assert short == (sum(n > 0 for n in rolls) > rooms)
    assert largest == [-(-n // k) if k else 0 for n, k in zip(rolls, count, strict=True)]
    if short:
        assert count == [int(n > 0) for n in rolls]
        return
    assert sum(count) <= rooms
    factor = best_by_search(rolls, rooms, planned)
    # The crowding that cannot be avoided, and no class more than it asks for.
    assert count == [int(np.ceil(n / (factor * p) - 1e-9)) for n, p in zip(rolls, planned, strict=True)]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=9), st.integers(0, 60))
def test_equals_the_plain_version(rolls, rooms):
    planned = [45, 45, 45, 45, 45, 45, 50, 50, 50][: len(rolls)]
    assert formed(rolls, rooms, planned)[0] == plain_classes(rolls, rooms, planned)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(0, 40))
def test_one_more_room_never_makes_a_larger_class(rolls, rooms):
    planned = [45] * len(rolls)
    assert max(formed(rolls, rooms + 1, planned)[1]) <= max(formed(rolls, rooms, planned)[1])


def test_planned_sizes_while_there_are_rooms_and_spare_rooms_make_no_classes():
    assert formed([90, 46, 1, 0], 20, [45] * 4) == ([2, 2, 1, 0], [45, 23, 1, 0], False)


def test_stages_share_one_crowding_factor():
    # 100 / 45 -> 3 and 101 / 50 -> 3 are six; at 1.01 the juniors need two classes, at 1.11 the primary grade, too.
    assert formed([100, 101], 6, [45, 50])[0] == [3, 3]
    assert formed([100, 101], 5, [45, 50]) == ([3, 2], [34, 51], False)
    assert formed([100, 101], 4, [45, 50]) == ([2, 2], [50, 51], False)


@pytest.mark.parametrize("rooms", [0, 1, 2])
def test_fewer_rooms_than_grades_is_a_breach_and_every_grade_still_gets_a_class(rooms):
    assert formed([10, 200, 30], rooms, [45] * 3) == ([1, 1, 1], [10, 200, 30], True)


def test_shape_is_kept():
    rolls = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    classes = form_classes(rolls, np.full((2, 3, 4), 6), np.full(5, 45))
    assert classes.count.shape == classes.largest.shape == rolls.shape
    assert classes.short.shape == (2, 3, 4)
    one = form_classes(rolls[1, 2, 3][None], np.array([6]), np.full(5, 45))
    assert (classes.count[1, 2, 3] == one.count[0]).all()
