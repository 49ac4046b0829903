"""Floating catchments, coverage and travel: closed forms, conservation of seats, and `access` as another program."""

import numpy as np
import pandas as pd
import pytest
from access import fca
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gis.access import (
    beyond_limit,
    covered,
    floating_catchment,
    gaussian_weights,
    mean_travel,
    nearest_cost,
    ring_weights,
    step_weights,
    travel_quantiles,
)

COST = arrays(np.float64, (5, 4), elements=st.floats(0.0, 10.0))
CHILDREN = arrays(np.float64, 5, elements=st.floats(1.0, 300.0))
SEATS = arrays(np.float64, 4, elements=st.floats(1.0, 900.0))
FAR = np.inf


def test_weights_by_hand() -> None:
    cost = np.array([[0.0, 1.0, 1.5, 3.0, 3.001, FAR]])
    assert step_weights(cost, 3.0).tolist() == [[1, 1, 1, 1, 0, 0]]
    assert ring_weights(cost, 3.0).tolist() == [[1.0, 1.0, 0.68, 0.22, 0.0, 0.0]]
    bell = (np.exp(-0.125) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert gaussian_weights(cost, 3.0) == pytest.approx(
        np.array([[1.0, (np.exp(-1 / 18) - np.exp(-0.5)) / (1 - np.exp(-0.5)), bell, 0.0, 0.0, 0.0]])
    )


@pytest.mark.parametrize("variant", ["two-step", "modified", "three-step"])
def test_a_catchment_as_large_as_the_county_shares_all_seats_alike(variant) -> None:
    """With everything in reach of everybody, access is all seats over all children, whatever the variant."""
    children, seats = np.array([100.0, 50.0, 30.0]), np.array([90.0, 60.0])
    found = floating_catchment(children, seats, step_weights(np.ones((3, 2)), 5.0), variant)
    assert found.access == pytest.approx(np.full(3, 150 / 180))


def test_two_villages_and_the_school_that_they_share() -> None:
    """Village a reaches both schools, village b the second alone: R = 60/100 and 90/150."""
    cost = np.array([[1.0, 1.0], [9.0, 2.0]])
    found = floating_catchment(np.array([100.0, 50.0]), np.array([60.0, 90.0]), step_weights(cost, 2.0))
    assert found.ratio == pytest.approx([0.6, 0.6])
    assert found.access == pytest.approx([1.2, 0.6])


def test_three_step_takes_away_the_demand_counted_twice() -> None:
    """Village a divides itself between the two schools: R = 60/50 and 90/100, A = half of each, and the second."""
    cost = np.array([[1.0, 1.0], [9.0, 2.0]])
    children, seats = np.array([100.0, 50.0]), np.array([60.0, 90.0])
    found = floating_catchment(children, seats, step_weights(cost, 2.0), "three-step")
    assert found.ratio == pytest.approx([1.2, 0.9])
    assert found.access == pytest.approx([1.05, 0.9])


def test_modified_gives_less_where_all_is_far() -> None:
    """One village, one school at the weight w: R = S / (P w), A = R w^2 = w S / P."""
    found = floating_catchment(np.array([100.0]), np.array([80.0]), np.array([[0.68]]), "modified")
    assert found.access == pytest.approx([0.68 * 0.8])


@given(cost=COST, children=CHILDREN, seats=SEATS, size=st.floats(0.5, 12.0))
def test_every_seat_in_reach_is_given_out_once(cost, children, seats, size) -> None:
    for weights in (step_weights(cost, size), ring_weights(cost, size), gaussian_weights(cost, size)):
        # Weights that are next to nothing divide by next to nothing: not a question of the formula.
        weights = np.where(weights > 1e-9, weights, 0.0)
        for variant in ("two-step", "three-step"):
            found = floating_catchment(children, seats, weights, variant)
            assert children @ found.access == pytest.approx(seats[~found.unreached].sum())
        less = floating_catchment(children, seats, weights, "modified")
        assert children @ less.access <= seats.sum() * (1 + 1e-9)


def frames(children, seats, cost) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Demand, supply and cost as the other program wants them."""
    origin, dest = np.meshgrid(np.arange(len(children)), np.arange(len(seats)), indexing="ij")
    demand = pd.DataFrame({"geoid": np.arange(len(children)), "demand": children}).set_index("geoid")
    supply = pd.DataFrame({"geoid": np.arange(len(seats)), "supply": seats}).set_index("geoid")
    long = {"origin": origin.ravel(), "dest": dest.ravel(), "cost": cost.ravel()}
    return demand, supply, pd.DataFrame(long)


# Of the other program's own code, under our pandas.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop")
@settings(max_examples=25)
@given(cost=COST, children=CHILDREN, seats=SEATS, size=st.floats(2.0, 12.0))
def test_another_program_says_the_same(cost, children, seats, size) -> None:
    demand, supply, long = frames(children, seats, cost)
    ours = {"step": step_weights(cost, size), "rings": ring_weights(cost, size)}
    edges = [size / 3, size * 2 / 3, size]
    theirs = {
        "step": lambda c: float(c <= size),
        "rings": lambda c: next((w for e, w in zip(edges, (1.0, 0.68, 0.22), strict=True) if c <= e), 0.0),
    }
    for name, weights in ours.items():
        if not (weights > 0).any() or not (np.abs(cost[:, :, None] - np.array(edges)) > 1e-9).all():
            continue
        other = fca.two_stage_fca(demand, supply, long.copy(), size, True, supply_index=True, weight_fn=theirs[name])
        found = floating_catchment(children, seats, weights).access
        assert found[other.index] == pytest.approx(other.to_numpy())
        assert found[np.setdiff1d(np.arange(5), other.index)].sum() == 0.0
        near = long[long["origin"].map(dict(enumerate(weights.sum(axis=1) > 0)))].copy()
        third = fca.three_stage_fca(demand, supply, near, size, True, supply_index=True, weight_fn=theirs[name])
        found = floating_catchment(children, seats, weights, "three-step").access
        assert found[third.index] == pytest.approx(third.to_numpy())


def test_seats_that_nobody_reaches_are_named_and_not_given_out() -> None:
    cost = np.array([[1.0, FAR, 1.0]])
    found = floating_catchment(np.array([10.0]), np.array([5.0, 7.0, 0.0]), step_weights(cost, 2.0))
    assert found.unreached.tolist() == [False, True, False]
    assert np.isnan(found.ratio[1])
    assert found.access.tolist() == [0.5]


def test_a_school_without_seats_takes_no_part() -> None:
    """In three-step it must not take away a share of the demand either."""
    cost, children = np.array([[1.0, 1.0]]), np.array([10.0])
    found = floating_catchment(children, np.array([5.0, 0.0]), step_weights(cost, 2.0), "three-step")
    assert found.access.tolist() == [0.5]


def test_the_nearest_school_that_is_there_covers() -> None:
    cost = np.array([[0.5, 0.2], [0.51, 9.0], [FAR, FAR]])
    there = np.array([True, False])
    assert nearest_cost(cost, there).tolist() == [0.5, 0.51, FAR]
    assert covered(cost, there, np.full(3, 0.5)).tolist() == [True, False, False]
    assert nearest_cost(cost, np.array([False, False])).tolist() == [FAR, FAR, FAR]


def test_pupils_beyond_the_limit_and_pupils_without_a_way() -> None:
    cost = np.array([[1.0, 2.0], [3.0, FAR]])
    pupils = np.array([[10.0, 4.0], [5.0, 2.0]])
    assert beyond_limit(cost, pupils, np.array([1.0, 3.0])).tolist() == [4.0, 2.0]
    assert beyond_limit(cost, pupils, np.full(2, FAR)).tolist() == [0.0, 2.0]


def test_quantiles_are_those_of_children_not_of_villages() -> None:
    cost, pupils = np.array([5.0, 1.0, 2.0]), np.array([1.0, 8.0, 1.0])
    assert travel_quantiles(cost, pupils, (0.1, 0.8, 0.81, 0.9, 1.0)).tolist() == [1.0, 1.0, 2.0, 2.0, 5.0]
    assert mean_travel(cost, pupils) == pytest.approx(1.5)
    assert np.isnan(travel_quantiles(cost, np.zeros(3), (0.5,))).all()
    assert np.isnan(mean_travel(cost, np.zeros(3)))


@given(cost=COST, count=arrays(np.int64, (5, 4), elements=st.integers(0, 6)))
def test_quantiles_equal_those_of_children_written_out(cost, count) -> None:
    every = np.sort(np.repeat(cost.ravel(), count.ravel()))
    found = travel_quantiles(cost, count.astype(float))
    if len(every):
        places = [int(np.ceil(round(len(every) * tenth / 10, 9))) - 1 for tenth in range(1, 10)]
        assert found.tolist() == every[places].tolist()


def test_children_without_a_way_stay_in_the_quantiles_and_leave_the_mean() -> None:
    cost, pupils = np.array([1.0, FAR]), np.array([8.0, 2.0])
    assert travel_quantiles(cost, pupils, (0.8, 0.9)).tolist() == [1.0, FAR]
    assert mean_travel(cost, pupils) == 1.0


@pytest.mark.parametrize("cost", [[[np.nan, 1.0]], [[-1.0, 1.0]], [1.0, 1.0]])
def test_a_cost_that_cannot_be_is_refused(cost) -> None:
    with pytest.raises(ValueError, match="use inf where there is no way"):
        step_weights(np.array(cost), 1.0)


@pytest.mark.parametrize("size", [0.0, -1.0, FAR, np.nan])
def test_a_catchment_without_a_size_is_refused(size: float) -> None:
    with pytest.raises(ValueError, match="a positive number is expected"):
        gaussian_weights(np.ones((1, 1)), size)


def test_misfits_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(2, 1\)"):
        floating_catchment(np.ones(2), np.ones(1), np.ones((1, 1)))
    with pytest.raises(ValueError, match="two-step, modified or three-step"):
        floating_catchment(np.ones(1), np.ones(1), np.ones((1, 1)), "four-step")  # type: ignore[arg-type]
