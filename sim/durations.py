"""How long a stage takes: the three-point (PERT) distribution or observed months, by inversion, for all draws at once.

Equations: alpha = 1 + 4 (m - a) / (b - a), beta = 1 + 4 (b - m) / (b - a), x = a + (b - a) * I^-1(u; alpha, beta)
with a low, m likely, b high [months] and I^-1 the inverse regularised incomplete beta function.
Observed months x_1 <= ... <= x_n: Q(u) linear between x_i at u = (i - 1) / (n - 1).
A stage that has lasted e months already: x = Q(F(e) + u (1 - F(e))), F the distribution function.
Source: Malcolm, Roseboom, Clark and Fazar 1959, Operations Research 7(5), 646-669 (mean and the factor 4);
Vose 2008, Risk Analysis, 3rd ed. (PERT as a four-parameter beta); Hyndman and Fan 1996, The American Statistician
50(4), 361-365 (definition 7 of sample quantiles).
Tests: tests/sim/test_durations.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from scipy.special import betainc, betaincinv

from sim import streams
from sim.arrays import FloatArray, IntArray
from sim.project_terms import Duration, Points, ThreePoint
from sim.projects import ProjectSpec

Spread = Literal["study", "none"]

_SHAPE = 4.0  # weight of the likely value, the classical PERT choice


def _shapes(low: FloatArray, likely: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
    safe = np.where(width > 0.0, width, 1.0)
    alpha = 1.0 + _SHAPE * np.where(width > 0.0, (likely - low) / safe, 0.5)
    return alpha, 2.0 + _SHAPE - alpha


def pert_quantile(u: FloatArray, low: FloatArray, likely: FloatArray, high: FloatArray) -> FloatArray:
    """Quantile of the PERT distribution, in the unit of `low`; arguments broadcast.

    u: probability in (0, 1).  low <= likely <= high; where low == high the value is low.
    """
    width = np.asarray(high - low, dtype=np.float64)
    alpha, beta = _shapes(low, likely, width)
    value: FloatArray = low + width * betaincinv(alpha, beta, u)
    return value


def pert_mean(low: float, likely: float, high: float) -> float:
    """Mean of the PERT distribution, (a + 4 m + b) / 6."""
    return (low + _SHAPE * likely + high) / (2.0 + _SHAPE)


def chance_within(duration: Duration, months: float) -> float:
    """Probability that a stage takes at most `months`."""
    if isinstance(duration, Points):
        points = duration.months
        if months < points[0] or months >= points[-1]:
            return float(months >= points[-1])
        at = int(np.searchsorted(points, months, side="right")) - 1
        return (at + (months - points[at]) / (points[at + 1] - points[at])) / (len(points) - 1)
    low, likely, high = duration
    if months < low or months >= high:
        return float(months >= high)
    alpha, beta = _shapes(np.array(low), np.array(likely), np.array(high - low))
    return float(betainc(alpha, beta, (months - low) / (high - low)))


def quantiles(u: FloatArray, duration: Duration) -> FloatArray:
    """Months of a stage at the probabilities u, [draw] (any shape, kept)."""
    if isinstance(duration, Points):
        return np.asarray(np.interp(u, np.linspace(0.0, 1.0, len(duration.months)), duration.months))
    low, likely, high = (np.array(value, dtype=np.float64) for value in duration)
    return pert_quantile(u, low, likely, high)


def likely_months(duration: Duration) -> float:
    """The likely value of three points, the median of observed months."""
    return float(np.median(duration.months)) if isinstance(duration, Points) else duration[1]


def lasting(u: FloatArray, duration: Duration, elapsed: float) -> FloatArray:
    """Months of a stage that has lasted `elapsed` already, at the probabilities u, [draw] (any shape, kept).

    One that has lasted longer than the longest duration ends at once.
    """
    past = chance_within(duration, elapsed)
    return np.maximum(quantiles(past + u * (1.0 - past), duration), elapsed)


def stage_months(
    projects: Sequence[ProjectSpec],
    stage: str,
    seed: int,
    draws: IntArray,
    spread: Spread,
    passing: int = 0,
    elapsed: Mapping[str, float] | None = None,
) -> FloatArray:
    """Months that `stage` takes, [draw, project]; every project must have the stage.

    The stream is "construction/<stage>", the entity is the project id: a duration depends on (seed, stage, project,
    draw) and on the distribution alone, never on other projects, their order, the plan or the block of draws.
    passing: 0 the first time, 1 when the stage is passed again, and so on; it takes the place of the year.
    elapsed: months of work done already, by project id, for stages under way.
    """
    already = elapsed or {}
    found = [project.durations[stage] for project in projects]
    if spread == "none":
        likely = [max(likely_months(one), already.get(p.id, 0.0)) for one, p in zip(found, projects, strict=True)]
        return np.broadcast_to(np.array(likely, dtype=np.float64), (len(draws), len(projects)))
    keys = streams.entities([project.id for project in projects])
    u = streams.uniform(seed, f"construction/{stage}", passing, keys, draws)
    # All three-point stages at once: one call of the inverse for the whole block.
    plain: list[ThreePoint] = [(0.0, 0.0, 0.0) if isinstance(one, Points) else one for one in found]
    low, likely_, high = np.array(plain, dtype=np.float64).reshape(-1, 3).T
    months = pert_quantile(u, low, likely_, high)
    for i, (one, project) in enumerate(zip(found, projects, strict=True)):
        if project.id in already:
            months[:, i] = lasting(u[:, i], one, already[project.id])
        elif isinstance(one, Points):
            months[:, i] = quantiles(u[:, i], one)
    return months
