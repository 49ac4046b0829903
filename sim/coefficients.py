"""Difference coefficients (差异系数): how unequal the schools of a county are in one indicator.

Symbols: x[s] = r[s] / p[s] value of a school (resource r over pupils p of the stage), P = sum of p over the schools
counted.

    X = sum_s r[s] / P = sum_s (p[s] / P) x[s]         county value, not the mean of the x[s]
    S = sqrt( sum_s (p[s] / P) (x[s] - X)^2 )          population form, no n - 1
    CV = S / X

The unweighted one takes p[s] / P = 1 / n; some public tools compute it, and a verdict may differ.  Nothing is trimmed
or winsorised.  The composite of several indicators is the mean of their coefficients (教督〔2012〕3号: of eight).
Source: domain facts 1.2 and 1.6 (P3, P4, P6, P7).  Tests: tests/sim/test_coefficients.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class Coefficient:
    """Coefficients of one indicator in every draw and year, [draw, year]; nan where they cannot be known."""

    weighted: FloatArray
    unweighted: FloatArray


def coefficients(value: FloatArray, pupils: NDArray[np.number]) -> Coefficient:
    """Weighted and unweighted difference coefficient, [draw, year] from [draw, year, school].

    value: per pupil, nan unknown; pupils: 0 for schools that are not counted.  A year in which a counted school is
    unknown, in which no school is counted or in which all values are zero has no coefficient (nan).
    """
    counted = pupils > 0
    known: BoolArray = np.logical_and(~(np.isnan(value) & counted).any(axis=-1), counted.any(axis=-1))
    x = np.where(counted, value, 0.0)
    return Coefficient(_spread(x, np.where(counted, pupils, 0.0), known), _spread(x, counted.astype(float), known))


def _spread(x: FloatArray, weight: FloatArray, known: BoolArray) -> FloatArray:
    """S / X under weights, over the last axis; nan where not known or X is 0."""
    total = np.where(known, weight.sum(axis=-1), 1.0)
    mean = np.einsum("...s,...s->...", weight, x) / total
    away = x - mean[..., None]
    variance = np.einsum("...s,...s,...s->...", weight, away, away) / total
    sound = known & (mean > 0.0)
    out: FloatArray = np.where(sound, np.sqrt(variance) / np.where(sound, mean, 1.0), np.nan)
    return out


def composite(found: Sequence[FloatArray]) -> FloatArray:
    """Mean of several coefficients, [draw, year]; nan where one of them is unknown. Raises ValueError for none."""
    if not found:
        raise ValueError("no coefficients")
    out: FloatArray = np.mean(np.stack(found), axis=0)
    return out
