"""Scores of forecasts against what came: of points, of samples, of quantiles; and how sure a difference is.

Symbols: y actual, f forecast, e = f - y, x[1..m] samples, q[p] quantile of level p.

    wape          sum |e| / sum y
    median ape    median of |e| / y over y > 0
    mase          sum |e| / sum of the scales; scale = mean absolute yearly change of that series up to the origin
    bias          sum e / sum y
    within        share of series with |e| <= part of y
    crps          mean |x - y| - mean |x - x'| / 2, by sorting: sum_i (2 i - m - 1) x_(i) / m^2 for the second term
    pinball       (y - q) p if y >= q, else (q - y)(1 - p)
    coverage      share of y in [low, high]
    pit           share of samples below y + half of those equal
    skill         1 - sum of own |e| / sum of the other's |e|; interval by resampling districts and origins together
                  with replacement, each (district, origin) block weighted by the product of both counts

Errors of one county and origin rise and fall together; the bootstrap by blocks does not take each cell for news.
Sources: Hyndman and Koehler (2006), Int. J. Forecasting 22:679 (MASE, pooled here: single small series divide by
zero); Gneiting and Raftery (2007), JASA 102:359 (CRPS, pinball); Owen and Eckles (2012), Ann. Appl. Stat. 6:895
(product weights).  Tests: tests/sim/test_scores.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray, IntArray


def wape(actual: FloatArray, predicted: FloatArray) -> float:
    """Weighted absolute percentage error as a share, over all elements; NaN without pupils."""
    total = float(actual.sum())
    return float(np.abs(predicted - actual).sum()) / total if total > 0.0 else np.nan


def median_ape(actual: FloatArray, predicted: FloatArray) -> float:
    """Median absolute percentage error as a share, over elements with pupils; NaN where there are none."""
    some = actual > 0.0
    return float(np.median(np.abs(predicted[some] / actual[some] - 1.0))) if some.any() else np.nan


def mase(actual: FloatArray, predicted: FloatArray, scale: FloatArray) -> float:
    """Mean absolute scaled error, pooled over elements whose scale is known; below 1 beats a usual year's change."""
    known = ~np.isnan(scale)
    total = float(scale[known].sum())
    return float(np.abs(predicted - actual)[known].sum()) / total if total > 0.0 else np.nan


def bias(actual: FloatArray, predicted: FloatArray) -> float:
    """Sum of errors as a share of the pupils, over all elements; positive = too many were forecast."""
    total = float(actual.sum())
    return float((predicted - actual).sum()) / total if total > 0.0 else np.nan


def share_within(actual: FloatArray, predicted: FloatArray, part: float) -> float:
    """Share of elements whose error is at most `part` of the actual number."""
    return float((np.abs(predicted - actual) <= part * actual + 1e-9).mean()) if actual.size else np.nan


def pinball(actual: FloatArray, quantile: FloatArray, level: FloatArray | float) -> FloatArray:
    """Loss of a quantile of a level, by element."""
    miss = actual - quantile
    return np.asarray(np.maximum(level * miss, (level - 1.0) * miss))


def crps_samples(actual: FloatArray, samples: FloatArray) -> FloatArray:
    """Continuous ranked probability score of samples [series, sample] against actual [series]; [series], in pupils."""
    ordered = np.sort(samples, axis=1)
    m = ordered.shape[1]
    rank = 2.0 * np.arange(1, m + 1) - m - 1.0
    far = np.abs(ordered - actual[:, None]).mean(axis=1)
    return np.asarray(far - (ordered * rank).sum(axis=1) / m**2)


def coverage(actual: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Share of elements inside their interval, bounds included."""
    return float(((actual >= low) & (actual <= high)).mean()) if actual.size else np.nan


def pit(actual: FloatArray, samples: FloatArray) -> FloatArray:
    """Where the actual number [series] lies among its samples [series, sample], 0 to 1, [series]."""
    below = (samples < actual[:, None]).mean(axis=1)
    equal = (samples == actual[:, None]).mean(axis=1)
    return np.asarray(below + 0.5 * equal)


@dataclass(frozen=True)
class Skill:
    """Relative difference of the errors of two methods on the same cases; negative = the first is better."""

    change: float  # sum of own errors / sum of the other's - 1
    low: float  # 2.5 % and 97.5 % of the bootstrap; NaN with one district and one origin: nothing can be resampled
    high: float


def skill(own: FloatArray, other: FloatArray, blocks: tuple[IntArray, IntArray], draws: int = 1000) -> Skill:
    """Compare absolute errors own and other, both [case], by blocks = (district [case], origin [case]).

    With a single district (or origin) only the other one is resampled.  The resampling has a fixed seed.
    """
    districts, origins = (np.unique(block, return_inverse=True) for block in blocks)
    shape = (districts[0].size, origins[0].size)
    sums = np.zeros((2, *shape))
    for k, errors in enumerate((own, other)):
        np.add.at(sums[k], (districts[1], origins[1]), errors)
    if max(shape) < 2:
        return Skill(float(own.sum() / other.sum() - 1.0), np.nan, np.nan)
    random = np.random.default_rng(20230901)
    by_district, by_origin = (
        random.multinomial(size, np.full(size, 1.0 / size), size=draws).astype(float) for size in shape
    )
    drawn = np.einsum("nd,kdo,no->kn", by_district, sums, by_origin)
    changes = drawn[0] / np.maximum(drawn[1], 1e-12) - 1.0
    low, high = np.quantile(changes[drawn[1] > 0.0], (0.025, 0.975))
    return Skill(float(own.sum() / other.sum() - 1.0), float(low), float(high))
