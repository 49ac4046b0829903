"""The base year: which child of which home attends which school (iterative proportional fitting, IPF).

M[c, s] = seed[c, s] a[c] b[s] for one grade, with row sums = children of the cell and column sums = pupils on the roll.
Two free margins absorb what catchments do not explain: pupils from outside the county (an extra row) and children whose
school is unknown (an extra column).  Both are reported, never hidden.  Source: Deming and Stephan (1940).  Test:
tests/sim/test_base_fit.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import CountArray, FloatArray
from sim.raking import Margin, sweep
from sim.variates import even_split

_TINY = 1e-6  # seed of the free margins: they fill only where nothing else can
_ROUNDS = 300


@dataclass(frozen=True)
class Fit:
    """Pupils of one grade by home and school, before rounding."""

    matrix: FloatArray  # [cell, school + pseudo]; other-county holds the unexplained
    inbound: FloatArray  # [school + pseudo] pupils from outside the county
    unexplained: FloatArray  # [cell] children whom no roll explains


def fit_grade(seed: FloatArray, children: FloatArray | None, rolls: FloatArray, other: int) -> Fit:
    """Fit one grade.

    seed: [cell, school + pseudo] >= 0.  children: [cell] of that grade's age; None where the study has no table of
    children (columns only).  rolls: [school + pseudo] pupils.  other: index of the pseudo-school that takes the
    unexplained.
    """
    cells, places = seed.shape
    matrix = np.zeros((cells + 1, places + 1))
    matrix[:cells, :places] = seed
    matrix[cells, :places] = _TINY
    if children is not None:
        matrix[:cells, places] = _TINY
    margins = [Margin("rolls", (1,), np.append(rolls, np.nan))]
    if children is not None:
        margins.insert(0, Margin("children", (0,), np.append(children, np.nan)))
    for _ in range(_ROUNDS):
        if sweep(matrix, margins)[-1] < 1e-9:
            break
    fitted = matrix[:cells, :places].copy()
    unexplained = matrix[:cells, places].copy()
    fitted[:, other] += unexplained
    return Fit(fitted, matrix[cells, :places].copy(), unexplained)


def whole_pupils(fit: Fit, rolls: FloatArray, real: int) -> CountArray:
    """Whole pupils [cell + outside, school + pseudo]; columns of the first `real` schools add to their rolls."""
    weights = np.vstack([fit.matrix, fit.inbound[None, :]]).T
    totals = np.rint(weights.sum(axis=1))
    totals[:real] = np.where(weights[:real].sum(axis=1) > 0.0, rolls[:real], 0.0)
    totals = totals.astype(np.int32)
    split = even_split(totals, weights, np.full(len(totals), 0.5))
    return np.ascontiguousarray(split.T)
