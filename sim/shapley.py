"""Shapley values: what each player adds, averaged over the orders in which players may come.

Symbols: v(S) worth of a coalition S, k players, phi_i share of player i.

    phi_i = sum over S without i of |S|! (k - |S| - 1)! / k! (v(S + i) - v(S))        (Shapley 1953)
    sampled: mean over orders of v(those before i, and i) - v(those before i); orders come in pairs, one the reverse of
    the other, from the named stream `drivers/order`, sorted by the names of the players

Both are linear in v, so a share is a row of weights on coalitions and may be taken draw by draw; both add up to
v(all) - v(none) exactly, in every draw.  Tests: tests/sim/test_shapley.py.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from sim.arrays import FloatArray
from sim.streams import entities, uniform

Coalition = frozenset[str]

MOST_EXACT = 5  # players up to which all coalitions are worked out
PAIRS_OF_ORDERS = 6


@dataclass(frozen=True)
class Weights:
    """Shares as weights on the worth of coalitions."""

    players: tuple[str, ...]  # sorted
    coalitions: tuple[Coalition, ...]  # the empty one first, the full one last
    matrix: FloatArray  # [player, coalition]

    def shares(self, worth: Mapping[Coalition, FloatArray]) -> dict[str, FloatArray]:
        """Shares by player, of the shape of a worth; raises KeyError where the worth of a coalition is missing."""
        values = np.stack([np.asarray(worth[one], dtype=float) for one in self.coalitions])
        found = np.tensordot(self.matrix, values, axes=1)
        return dict(zip(self.players, found, strict=True))


def weights_of(players: Iterable[str], seed: int = 0) -> Weights:
    """Weights of the players: exact up to MOST_EXACT, else of sampled orders of that seed; order does not matter."""
    names = tuple(sorted(set(players)))
    return exact(names) if len(names) <= MOST_EXACT else sampled(names, seed)


def exact(names: Sequence[str]) -> Weights:
    """Weights over all coalitions of sorted names."""
    k = len(names)
    coalitions = [frozenset(some) for size in range(k + 1) for some in combinations(names, size)]
    matrix = np.zeros((k, len(coalitions)))
    for column, some in enumerate(coalitions):
        for row, name in enumerate(names):
            before = len(some) - 1 if name in some else len(some)
            weight = factorial(before) * factorial(k - before - 1) / factorial(k)
            matrix[row, column] = weight if name in some else -weight
    return Weights(tuple(names), tuple(coalitions), matrix)


def sampled(names: Sequence[str], seed: int) -> Weights:
    """Weights over the coalitions met on sampled orders of sorted names."""
    u = uniform(seed, "drivers/order", 0, entities(tuple(names)), np.arange(PAIRS_OF_ORDERS))
    orders = [[names[i] for i in np.argsort(row, kind="stable")] for row in u]
    orders += [order[::-1] for order in orders]
    found: dict[Coalition, FloatArray] = {}
    none = np.zeros(len(names))
    for order in orders:
        for place, name in enumerate(order):
            row = names.index(name)
            for some, sign in ((frozenset(order[: place + 1]), 1.0), (frozenset(order[:place]), -1.0)):
                found.setdefault(some, none.copy())[row] += sign / len(orders)
    coalitions = sorted(found, key=lambda some: (len(some), sorted(some)))
    return Weights(tuple(names), tuple(coalitions), np.stack([found[some] for some in coalitions], axis=1))
