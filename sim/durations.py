"""How long a stage takes: the three-point (PERT) distribution, by inversion, for all draws and projects at once.

Equations: alpha = 1 + 4 (m - a) / (b - a), beta = 1 + 4 (b - m) / (b - a), x = a + (b - a) * I^-1(u; alpha, beta)
with a low, m likely, b high [months] and I^-1 the inverse regularised incomplete beta function.
Source: Malcolm, Roseboom, Clark and Fazar 1959, Operations Research 7(5), 646-669 (mean and the factor 4);
Vose 2008, Risk Analysis, 3rd ed. (PERT as a four-parameter beta).
Tests: tests/sim/test_durations.py.  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import betaincinv

from sim import streams
from sim.projects import ProjectSpec
from sim.streams import FloatArray, IntArray

Spread = Literal["study", "none"]

_SHAPE = 4.0  # weight of the likely value, the classical PERT choice


def pert_quantile(u: FloatArray, low: FloatArray, likely: FloatArray, high: FloatArray) -> FloatArray:
    """Quantile of the PERT distribution, in the unit of `low`; arguments broadcast.

    u: probability in (0, 1).  low <= likely <= high; where low == high the value is low.
    """
    width = np.asarray(high - low, dtype=np.float64)
    safe = np.where(width > 0.0, width, 1.0)
    alpha = 1.0 + _SHAPE * np.where(width > 0.0, (likely - low) / safe, 0.5)
    beta = 2.0 + _SHAPE - alpha
    value: FloatArray = low + width * betaincinv(alpha, beta, u)
    return value


def pert_mean(low: float, likely: float, high: float) -> float:
    """Mean of the PERT distribution, (a + 4 m + b) / 6."""
    return (low + _SHAPE * likely + high) / (2.0 + _SHAPE)


def stage_months(projects: Sequence[ProjectSpec], stage: str, seed: int, draws: IntArray, spread: Spread) -> FloatArray:
    """Months that `stage` takes, [draw, project]; every project must have the stage.

    The stream is "construction/<stage>", the entity is the project id: a duration depends on (seed, stage, project,
    draw) and on the three points alone, never on other projects, their order, the plan or the block of draws.
    """
    low, likely, high = np.array([project.durations[stage] for project in projects], dtype=np.float64).T
    if spread == "none":
        return np.broadcast_to(likely, (len(draws), len(projects)))
    keys = streams.entities([project.id for project in projects])
    return pert_quantile(streams.uniform(seed, f"construction/{stage}", 0, keys, draws), low, likely, high)
