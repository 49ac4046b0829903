"""Shapley values: exact sums, symmetry, nothing to those who do nothing, whatever the order of the players."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.shapley import MOST_EXACT, exact, sampled, weights_of

NAMES = ("a", "b", "c", "d", "e", "f", "g")


def game(players, seed):
    rng = np.random.default_rng(seed)
    every = [frozenset(some) for size in range(len(players) + 1) for some in combinations(sorted(players), size)]
    return {some: rng.normal(size=(3, 2)) for some in every}


@given(k=st.integers(0, 7), seed=st.integers(0, 99))
def test_shares_add_up_to_all_less_none_exactly(k, seed):
    worth = game(NAMES[:k], seed)
    found = weights_of(NAMES[:k], seed).shares(worth)
    whole = worth[frozenset(NAMES[:k])] - worth[frozenset()]
    assert set(found) == set(NAMES[:k])
    np.testing.assert_allclose(sum(found.values()) if found else 0.0 * whole, whole, atol=1e-12)


@given(order=st.permutations(NAMES), k=st.integers(1, 7))
def test_the_order_of_players_does_not_matter(order, k):
    some = order[:k]
    worth = game(some, 5)
    a, b = weights_of(some, 3).shares(worth), weights_of(sorted(some), 3).shares(worth)
    for name in some:
        np.testing.assert_array_equal(a[name], b[name])


def test_shares_are_means_over_all_orders():
    worth, players = game(NAMES[:4], 1), NAMES[:4]
    steps = {name: [] for name in players}
    for order in permutations(players):
        for i, name in enumerate(order):
            steps[name].append(worth[frozenset(order[: i + 1])] - worth[frozenset(order[:i])])
    found = exact(players).shares(worth)
    for name in players:
        np.testing.assert_allclose(found[name], np.mean(steps[name], axis=0), atol=1e-12)


def test_gloves():
    """One left glove, two right ones; a pair is worth 1: two thirds go to the left glove."""
    worth = {
        some: np.array(float("left" in some and len(some) > 1))
        for some in exact(("left", "right", "right 2")).coalitions
    }
    found = exact(("left", "right", "right 2")).shares(worth)
    assert {name: round(float(share), 9) for name, share in found.items()} == {
        "left": round(2 / 3, 9),
        "right": round(1 / 6, 9),
        "right 2": round(1 / 6, 9),
    }


@pytest.mark.parametrize("k", [3, 7])
def test_who_adds_nothing_gets_nothing_and_who_adds_alone_gets_all(k):
    players = NAMES[:k]
    weights = weights_of(players)
    worth = {some: np.array([7.0 if "b" in some else 2.0]) for some in weights.coalitions}
    found = weights.shares(worth)
    for name in players:
        np.testing.assert_allclose(found[name], 5.0 if name == "b" else 0.0, atol=1e-12)


def test_sampled_orders_come_near_the_exact_shares_and_need_fewer_coalitions():
    rng = np.random.default_rng(4)
    weights, own = sampled(NAMES, 1), dict(zip(NAMES, rng.uniform(1, 9, 7), strict=True))

    def worth(some):
        # Pairs gain a little together: orders of both directions hold exactly what is of two players.
        pairs = sum(0.1 * own[a] * own[b] for a, b in combinations(sorted(some), 2))
        return np.array(sum(own[name] for name in some) + pairs)

    found = weights.shares({some: worth(some) for some in weights.coalitions})
    full = exact(NAMES).shares({some: worth(some) for some in exact(NAMES).coalitions})
    assert len(weights.coalitions) < 2 ** len(NAMES)
    assert len(NAMES) > MOST_EXACT
    for name in NAMES:
        np.testing.assert_allclose(found[name], full[name], rtol=1e-9)
