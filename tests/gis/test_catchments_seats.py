"""Nearest school with seats: held to every assignment there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.catchments import nearest_school
from gis.catchments_seats import nearest_with_seats


def best(cost: np.ndarray, children: np.ndarray, seats: np.ndarray) -> tuple[float, float]:
    """Children beyond the seats and travel, of the best of all assignments."""
    found = []
    for chosen in product(range(len(seats)), repeat=len(children)):
        if any(seats[s] <= 0 or not np.isfinite(cost[u, s]) for u, s in enumerate(chosen)):
            continue
        load = np.bincount(chosen, weights=children, minlength=len(seats))
        travel = sum(children[u] * cost[u, s] for u, s in enumerate(chosen))
        found.append((float(np.maximum(load - seats, 0).sum()), float(travel)))
    return min((round(over, 6), travel) for over, travel in found)


COSTS = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=5, max_size=5)
SEATS = st.lists(st.integers(1, 12), min_size=3, max_size=3)


@settings(max_examples=40)
@given(cost=COSTS, seats=st.lists(st.integers(1, 3), min_size=3, max_size=3))
def test_of_single_children_no_assignment_is_better(cost: list, seats: list) -> None:
    way, room = np.array(cost, dtype=float), np.array(seats, dtype=float)
    found = nearest_with_seats(way, np.ones(5), room)
    over, travel = best(way, np.ones(5), room)
    assert set(found.share.ravel()) <= {0.0, 1.0}
    assert found.over.sum() == pytest.approx(over)
    assert found.travel == pytest.approx(travel)


@settings(max_examples=40)
@given(cost=COSTS, children=st.lists(st.integers(1, 6), min_size=5, max_size=5), seats=SEATS)
def test_units_stay_whole_and_the_bounds_are_bounds(cost: list, children: list, seats: list) -> None:
    way, pupils, room = np.array(cost, dtype=float), np.array(children, dtype=float), np.array(seats, dtype=float)
    found = nearest_with_seats(way, pupils, room)
    assert set(found.share.ravel()) <= {0.0, 1.0}
    assert (found.share.sum(axis=1) == 1).all()
    over, travel = best(way, pupils, room)
    assert found.least_over - 1e-5 <= over <= found.over.sum() + 1e-5
    if over <= found.least_over + 1e-5:
        assert found.least_travel <= travel + 1e-4
    if found.over.sum() <= over + 1e-5:
        assert travel <= found.travel + 1e-4


def test_with_seats_for_all_it_is_the_nearest() -> None:
    rng = np.random.default_rng(1)
    cost, children = rng.uniform(0, 9, (40, 6)), rng.integers(0, 50, 40).astype(float)
    found = nearest_with_seats(cost, children, np.full(6, 5000.0))
    assert found.school.tolist() == nearest_school(cost).tolist()
    assert found.over.sum() == 0.0
    assert found.travel == pytest.approx(found.least_travel)


def test_divided_children_fill_every_seat() -> None:
    cost, seats = np.array([[1.0, 5.0], [2.0, 3.0]]), np.array([30.0, 70.0])
    found = nearest_with_seats(cost, np.array([50.0, 50.0]), seats, whole=False)
    assert found.over.sum() == pytest.approx(0.0, abs=1e-5)
    # The first unit gains 4 a child at the first school, the second only 1: its seats go to the first unit.
    assert found.share == pytest.approx(np.array([[0.6, 0.4], [0.0, 1.0]]), abs=1e-6)


def test_no_way_and_no_seats_are_said_and_never_a_far_school() -> None:
    cost = np.array([[1.0, np.inf], [np.inf, np.nan], [2.0, 3.0]])
    found = nearest_with_seats(cost, np.array([5.0, 5.0, 9.0]), np.array([10.0, 5.0]))
    assert found.school.tolist() == [0, -1, 0]
    assert found.over.tolist() == [4.0, 0.0]
    assert nearest_with_seats(cost, np.ones(3), np.array([0.0, np.nan])).school.tolist() == [-1, -1, -1]
