"""Pupils who must change school within a stage because a plan closes their school or opens one for all grades.

Symbols: X[c, g] pupils of home c and grade g whom a closure or an opening sends to look for a school this year,
N[c, g] all pupils of the home and grade, M[c, g] at most so many of them have changed school for such a reason before.

    again[c, g] = min(X, M)                       at most so many change for the second time, or more often
    M'          = min(N, M + X), a grade higher next year

Homes keep no record of single children, so how many are moved twice is a bound: nobody who changes for the first time
is left out, and where a home lost its school once, nobody is counted twice.  Test: tests/sim/test_fairness.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray


def sent_away(before: CountArray, after: CountArray) -> CountArray:
    """Pupils X whom closures and openings added to those who look for a school; both [draw, cell, grade]."""
    more: CountArray = np.maximum(after - before, 0)
    return more


def second_time(earlier: CountArray, now: CountArray, pupils: CountArray) -> tuple[CountArray, CountArray]:
    """Those who change again, and M' of this year, [draw, cell, grade] each.

    earlier: M.  now: X.  pupils: N.
    """
    return np.minimum(now, earlier), np.minimum(pupils, earlier + now)


def a_grade_higher(earlier: CountArray) -> CountArray:
    """The same children a year later, [draw, cell, grade]; nobody in the first grade has changed yet."""
    out = np.zeros_like(earlier)
    out[..., 1:] = earlier[..., :-1]
    return out


def by_stage(counts: CountArray, stage_of: NDArray[np.int64]) -> CountArray:
    """Sums over homes by stage, [draw, stage]. counts: [draw, cell, grade]."""
    grades = counts.sum(axis=1, dtype=np.int32)
    out = np.zeros((len(counts), int(stage_of.max()) + 1), dtype=np.int32)
    np.add.at(out.T, stage_of, grades.T)
    return out
