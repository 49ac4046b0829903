"""How far a forecast is pulled towards simpler ones, learnt from the errors of earlier origins.

Symbols: M forecast of a cell (pupils), F_k simpler forecasts of the same cell, y what came; b[k] weights of a band of
horizons.

    pull     x_k = log (F_k + 1/2) / (M + 1/2), between -LIMIT and LIMIT
    stacked  log M' = log M + c sum_k b_k x_k,   c = min(1, MOST / |sum_k b_k x_k|)
    weights  b = argmin sum M |log (y + 1/2) / (M + 1/2) - sum_k b_k x_k| + RIDGE/2 sum M |b - b0|^2
             over all cells of all origins q with q + h <= o, h in the band; by reweighted least squares
    b0       the weights of the next shorter band, for the first band PRIOR; without past targets b = b0

The simpler forecasts are: `naive` (last year's pupils), `usual-share` (the school's faded share of the district's grade
x the district path), `size` (the school's share over all its grades x the district path), `ratio-5` (pooled ratios of
5 years).
Source: stacking (Wolpert 1992, Neural Networks 5:241; Breiman 1996, Machine Learning 24:49), here as differences of
logs with an absolute loss, since WAPE is what planners are held to.  Tests: tests/sim/test_path.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, FloatArray

TERMS = ("naive", "usual-share", "size", "ratio-5")
PRIOR = np.array([0.08, 0.10, 0.10, 0.05])
BANDS = ((1, 1), (2, 2), (3, 4), (5, 6), (7, 99))  # horizons that share weights, first to last
LIMIT, MOST = 0.5, 0.35  # logs: a pull counts at most x 1.65, all together at most x 1.42
RIDGE = 0.05
FLOOR, ROUNDS = 0.02, 12  # smallest error told apart in the absolute loss [log]; reweightings


@dataclass(frozen=True)
class Lesson:
    """What one origin can teach: its forecasts, its pulls, and what came of it."""

    log_pupils: FloatArray  # [school, grade, h]
    pulls: FloatArray  # [school, grade, h, term]


def pulls(log_pupils: FloatArray, others: Sequence[FloatArray]) -> FloatArray:
    """Pulls x_k, [school, grade, h, term], of forecasts in pupils [school, grade, h]; 0 where one is not known."""
    own = np.log(np.exp(log_pupils) + 0.5)
    terms = [np.log(other + 0.5) - own for other in others]
    return np.asarray(np.clip(np.nan_to_num(np.stack(terms, axis=-1)), -LIMIT, LIMIT))


def robust_ridge(x: FloatArray, y: FloatArray, weight: FloatArray, prior: FloatArray) -> FloatArray:
    """The minimiser b, [term], for pulls x [cell, term], log errors y [cell] and weights [cell]."""
    b = prior
    penalty = RIDGE * weight.sum()
    for _ in range(ROUNDS):
        near = weight / np.maximum(np.abs(y - x @ b), FLOOR)
        normal = (x.T * near) @ x + penalty * np.eye(prior.size)
        b = np.linalg.solve(normal, (x.T * near) @ y + penalty * prior)
    return b


def band_weights(
    lessons: Mapping[int, Lesson], pupils: FloatArray, known: BoolArray, first_year: int, horizon: int
) -> FloatArray:
    """Weights b, [band, term], from lessons by origin year and the pupils [school, grade, year] seen until now."""
    result, prior = np.zeros((len(BANDS), len(TERMS))), PRIOR
    for band, (low, high) in enumerate(BANDS):
        rows = [
            _rows(lesson, h, pupils, known, origin - first_year)
            for origin, lesson in sorted(lessons.items())
            for h in range(low, min(high, horizon) + 1)
            if origin - first_year + h < pupils.shape[2]
        ]
        if sum(row[1].size for row in rows):
            x, y, weight = (np.concatenate(parts) for parts in zip(*rows, strict=True))
            prior = robust_ridge(x, y, weight, prior)
        result[band] = prior
    return result


def _rows(
    lesson: Lesson, h: int, pupils: FloatArray, known: BoolArray, at: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pulls, log errors and weights of the cells offered at origin and target."""
    fair = known[:, :, at] & known[:, :, at + h] & ~np.isnan(lesson.log_pupils[:, :, h - 1])
    expected = np.exp(lesson.log_pupils[:, :, h - 1][fair])
    error = np.log(pupils[:, :, at + h][fair] + 0.5) - np.log(expected + 0.5)
    return lesson.pulls[:, :, h - 1][fair], np.clip(error, -1.0, 1.0), expected


def stacked_terms(pull: FloatArray, weights: FloatArray) -> FloatArray:
    """Terms c b_k x_k, [school, grade, h, term], from pulls [school, grade, h, term] and weights [band, term]."""
    horizon = pull.shape[2]
    band = [next(i for i, (low, high) in enumerate(BANDS) if low <= h <= high) for h in range(1, horizon + 1)]
    terms = pull * weights[band]
    size = np.abs(terms.sum(axis=-1, keepdims=True))
    return np.asarray(terms * np.minimum(1.0, MOST / np.maximum(size, MOST)))
