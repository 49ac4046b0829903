"""Pupils who leave one member of a programme as pupils who come to others: whole children, the same in every draw.

Symbols: n[g, t] pupils of a member who attend in other counties in one draw (`CaseResult.outs`), n0[g, t] the same in
its reference world, s_k share of stage(g) that goes to member k (in the order of the file), c_k = s_1 + .. + s_k,
u in (0, 1) one number for each draw and cohort of the member.

    at k      a_k(n) = floor(c_k n + u) - floor(c_(k-1) n + u); the rest, n - floor(c_K n + u), goes elsewhere
    change    D_k[g, t] = a_k(n[g, t]) - a_k(n0[g, t]);     exactly 0 where n = n0: the reference future adds nothing
    arrivals  x_k[g, t] = D_k[g, t] - D_k[g-1, t-1], of the first grade D_k[0, t]

So a_1 + .. + a_K + the rest = n in every draw, and what a cohort's arrivals add up to is the change of its pupils at k.
The numbers a_k differ from s_k n by less than one.  History of k already holds the usual a_k(n0): only the change comes
on top (`sim/linked.py`).  n depends on homes inside its own member alone, never on arrivals there: one pass that makes
n and one that uses it are enough, whatever circles the flows have.  Record 0040; page docs/science/rollup.md.
Tests: tests/sim/test_rollup_flows.py (against plain loops of verification/rollup_reference.py).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.streams import combine, entity, uniform


def divided(count: NDArray[np.integer], shares: FloatArray, u: FloatArray) -> IntArray:
    """Pupils by where they go, [destination, draw, year, grade]; those who go elsewhere are left out.

    count, u: [draw, year, grade].  shares: [destination, grade], sums by grade at most 1.
    """
    upto = np.cumsum(shares, axis=0)
    # A sum of shares that is 1 but for rounding takes everybody.
    upto = np.where(np.abs(upto - 1.0) < 1e-9, 1.0, upto)
    ends = np.floor(upto[:, None, None, :] * count + u).astype(np.int64)
    return np.diff(ends, axis=0, prepend=np.zeros_like(ends[:1]))


def cohort_numbers(seed: int, member: str, years: Sequence[int], grades: int, draws: IntArray) -> FloatArray:
    """One number for each draw and cohort (year - place of the grade), [draw, year, grade]."""
    cohort = np.array(years)[:, None] - np.arange(grades)[None, :]
    keys = combine(np.array([entity(member)], dtype=np.uint64), cohort)
    return uniform(seed, "programme/flows", 0, keys, draws)


def arrivals(outs: NDArray[np.integer], usual: NDArray[np.integer], shares: FloatArray, u: FloatArray) -> IntArray:
    """Pupils more (or fewer) who come to each destination in each grade and year, [destination, draw, year, grade].

    outs, usual, u: [draw, year, grade] of the member where they live.  shares: [destination, grade].
    """
    change = divided(outs, shares, u) - divided(usual, shares, u)
    moved = change.copy()
    moved[:, :, 1:, 1:] -= change[:, :, :-1, :-1]
    return moved
