"""Two scores and one weight: scores at a weight, ranks, and the weights at which two cases change places, exactly.

Symbols: N[i], C[i] nearness and concentration of case i in ten-thousandths (whole numbers), w weight of concentration
in percent, 0 to 100.

    S[i](w) = (100 - w) N[i] + w C[i]                  in millionths, a whole number at whole w
    rank[i](w) = 1 + number of cases j with S[j](w) > S[i](w)
    i and j change places at w = 100 (N[i] - N[j]) / ((N[i] - N[j]) - (C[i] - C[j])), where 0 < w < 100

A weighted sum (Keeney & Raiffa 1976, additive value). Both scores are on fixed scales, so that no score, and no order
of two cases, depends on a third: adding a case can only push others down.
Page: docs/science/compare.md.  Tests: tests/reports/test_compare_weights.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

UNIT = 10_000
"""A score of one."""
WEIGHTS = (0, 25, 50, 75, 100)
"""Weights of concentration that are printed [%]."""


@dataclass(frozen=True)
class Score:
    """Nearness and concentration of a case in ten-thousandths, 0 to `UNIT` each; the more the better."""

    near: int
    dense: int

    def at(self, weight: int | Fraction) -> Fraction:
        """The score at a weight of concentration [%], 0 to 1."""
        return Fraction((100 - weight) * self.near + weight * self.dense) / (100 * UNIT)


def ranks(scores: Sequence[Score], weight: int | Fraction) -> list[int]:
    """Rank of every case at a weight, the best first; equal scores share the better rank."""
    values = [score.at(weight) for score in scores]
    return [1 + sum(other > value for other in values) for value in values]


def crossing(one: Score, other: Score) -> Fraction | None:
    """The weight [%] inside 0 to 100 at which two cases change places; None where the order never changes."""
    near, dense = one.near - other.near, one.dense - other.dense
    if near * dense >= 0:
        return None
    return Fraction(100 * near, near - dense)


def crossings(scores: Sequence[Score]) -> list[tuple[Fraction, int, int]]:
    """Every change of places as (weight, first before it, first after it), by weight."""
    found = []
    for i, j in combinations(range(len(scores)), 2):
        weight = crossing(scores[i], scores[j])
        if weight is not None:
            found.append((weight, i, j) if scores[i].near > scores[j].near else (weight, j, i))
    return sorted(found)
