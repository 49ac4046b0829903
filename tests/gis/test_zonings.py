"""Zonings as arrays: shares, moved children, ways, nearest-share; held to closed forms and to plain loops."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.zonings import (
    Zoning,
    beyond_limit,
    changed_units,
    compactness,
    grade_shares,
    moved_children,
    nearest_children,
    split_groups,
    stage_ages,
    stage_children,
    way_to_school,
    weighted_quantiles,
    weighted_share,
    zone_weights,
)

INF, NAN = float("inf"), float("nan")
SHARES = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=4, max_size=4)


def shares(rows: list[list[int]]) -> np.ndarray:
    found = np.array(rows, dtype=float)
    whole = found.sum(axis=1, keepdims=True)
    return np.divide(found, whole, out=np.zeros_like(found), where=whole > 0)


def test_weights_of_a_zone_and_units_that_nobody_knows() -> None:
    served = pd.DataFrame({"unit": ["u1", "u2", "u2", "u9"], "school": ["a", "a", "b", "a"], "weight": [1, 3, 1, 1]})
    assert zone_weights(served, ["u1", "u2"], ["a", "b"]).tolist() == [[1.0, 0.0], [3.0, 1.0]]
    assert zone_weights(served.drop(columns="weight"), ["u2"], ["a", "b"]).tolist() == [[1.0, 1.0]]


def test_a_teaching_point_shares_the_grades_that_it_has() -> None:
    hosts = np.array([[True, True, True], [True, False, False]])
    found = grade_shares(np.array([[0.25, 0.75], [0.0, 1.0], [0.0, 0.0]]), hosts)
    assert found[0].T.tolist() == [[0.25, 0.75], [1.0, 0.0], [1.0, 0.0]]
    assert found[0].mean(axis=1).tolist() == pytest.approx([0.75, 0.25])
    assert found[1].T.tolist() == [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]  # nobody has the upper grades
    assert found[2].sum() == 0.0


def test_a_zoning_lists_its_pairs() -> None:
    zoning = Zoning("primary", ("u1", "u2"), ("a", "b"), np.array([[0.5, 0.5], [0.0, 1.0]]))
    assert zoning.names(0) == ("a", "b")
    assert zoning.served().to_numpy().tolist() == [["u1", "a"], ["u1", "b"], ["u2", "b"]]
    assert zoning.table()["stage"].tolist() == ["primary"] * 3


@given(one=SHARES, other=SHARES)
def test_moved_children_are_the_least_that_the_shares_allow(one: list, other: list) -> None:
    before, after, children = shares(one), shares(other), np.array([10.0, 0.0, 7.0, 3.0])
    moved = moved_children(before, after, children)
    for unit in range(4):
        gains = sum(max(after[unit][s] - before[unit][s], 0.0) for s in range(3))
        losses = sum(max(before[unit][s] - after[unit][s], 0.0) for s in range(3))
        assert moved[unit] == pytest.approx(children[unit] * max(gains, losses))
    assert moved == pytest.approx(moved_children(after, before, children))
    assert (moved_children(before, before, children) == 0).all()
    assert changed_units(before, after).tolist() == [list(before[u]) != list(after[u]) for u in range(4)]


def test_the_way_of_a_unit_is_the_mean_over_its_schools() -> None:
    share = np.array([[0.25, 0.75], [1.0, 0.0], [0.0, 0.0], [0.5, 0.5]])
    cost = np.array([[4.0, 8.0], [3.0, INF], [1.0, 1.0], [2.0, NAN]])
    way = way_to_school(share, cost)
    assert way[:2].tolist() == [7.0, 3.0]
    assert np.isnan(way[2])
    assert np.isinf(way[3])


def test_the_nearest_share_counts_who_has_the_nearest_school() -> None:
    share = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    cost = np.array([[1.0, 2.0, 9.0], [2.0, 1.0, 9.0], [1.0, 2.0, 9.0], [1.0, 1.0, 1.0], [INF, INF, INF]])
    near = nearest_children(share, cost)
    assert near[:3].tolist() == [1.0, 0.5, 0.0]
    assert np.isnan(near[3:]).all()
    assert weighted_share(near, np.array([10.0, 20.0, 10.0, 99.0, 99.0])) == pytest.approx(0.5)
    # Where the first school cannot be chosen, the second is the nearest, and the first, nearer still, is as good.
    offered = np.array([False, True, True])
    assert nearest_children(share, cost, offered)[:3].tolist() == [1.0, 0.5, 0.0]
    assert nearest_children(share[:1], cost[:1], np.array([False, False, True])).tolist() == [1.0]
    assert np.isnan(weighted_share(np.array([NAN]), np.array([3.0])))


def test_a_way_as_long_as_the_nearest_up_to_rounding_is_the_nearest() -> None:
    cost = np.array([[1.0, 1.0005]])
    assert nearest_children(np.array([[0.0, 1.0]]), cost).tolist() == [1.0]
    assert nearest_children(np.array([[0.0, 1.0]]), cost, slack=0.0).tolist() == [0.0]


def test_children_beyond_the_limit() -> None:
    share, near = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[1.0, 0.5], [0.25, 1.0]])
    assert beyond_limit(share, near, np.array([8.0, 4.0])).tolist() == [2.0, 3.0]


@given(
    st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 4)), min_size=1, max_size=12),
    st.sampled_from([0.1, 0.5, 0.9, 1.0]),
)
def test_weighted_quantiles_are_those_of_every_child_by_itself(rows: list, at: float) -> None:
    values, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    every = sorted(value for value, count in rows for _ in range(count))
    (found,) = weighted_quantiles(values, weights, [at])
    if not every:
        assert np.isnan(found)
    else:
        needed = next(n for n in range(1, len(every) + 1) if n >= at * len(every) - 1e-9)
        assert found == every[needed - 1]
    assert weighted_quantiles(np.array([INF, 2.0]), np.array([9.0, 1.0]), [0.5]) == [2.0]


def test_compactness_of_known_shapes() -> None:
    area, perimeter = np.array([np.pi, 1.0, 10.0, 0.0]), np.array([2 * np.pi, 4.0, 22.0, 0.0])
    found = compactness(area, perimeter)
    assert found.tolist() == pytest.approx([1.0, np.pi / 4, 40 * np.pi / 484, 0.0])


def test_groups_that_are_split_with_the_largest_part_first() -> None:
    share = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.5, 0.5], [0.0, 0.0]])
    found = split_groups(["x", "x", "x", "y", "", "y"], share)
    assert {name: [rows.tolist() for rows in sets] for name, sets in found.items()} == {"x": [[0, 1], [2]]}
    assert split_groups(["y"] * 6, np.tile([1.0, 0.0], (6, 1))) == {}


def test_ages_of_stages_follow_each_other() -> None:
    ages = stage_ages([("kindergarten", 3, 3), ("primary", 6, 6), ("junior", None, 3)])
    assert ages == {"kindergarten": (3, 4, 5), "primary": tuple(range(6, 12)), "junior": (12, 13, 14)}
    assert stage_ages([("junior", None, 3)]) == {}
    table = pd.DataFrame(
        {"unit": ["u1", "u1", "u2"], "group": ["local", "migrant", "local"], "age": [6, 6, 12], "children": [5, 2, 9]}
    )
    assert stage_children(table, ["u2", "u1"], ages["primary"]).tolist() == [0.0, 7.0]
