"""Access to places at school, on plain arrays of cost: floating catchments, service radius, the travel of pupils.

Symbols: demand point i (a village, quarter or cell) with P_i children, school j with S_j seats, cost c_ij (km or
minutes, inf: no way), catchment size c0, weight w_ij = f(c_ij).

Weights (f is 0 beyond c0 and where there is no way)
    step        w = 1                                                                         (Luo & Wang 2003)
    zones       w = weight of the ring that holds c: 1, 0.68, 0.22 at 1/3, 2/3, 3/3 of c0     (Luo & Qi 2009)
    gaussian    w = (exp(-(c / c0)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))                      (Dai 2010)

Floating catchments; A_i in seats per child
    two-step    R_j = S_j / sum_i P_i w_ij,              A_i = sum_j R_j w_ij
    modified    R_j as in two-step,                      A_i = sum_j R_j w_ij^2               (Delamater 2013)
    three-step  R_j = S_j / sum_i P_i G_ij w_ij,         A_i = sum_j G_ij R_j w_ij,
                G_ij = w_ij / sum_k w_ik                                                      (Wan & al. 2012)
In two-step and three-step every seat that somebody can reach is given out once: sum_i P_i A_i = sum of S_j over reached
schools; the modified form gives out less where seats are far away.

Quantiles of travel are those of children: the smallest cost within which the asked share of them travels.
Sources: Luo & Wang, Environment and Planning B 30 (2003) 865; Luo & Qi, Health & Place 15 (2009) 1100; Dai, Health &
Place 16 (2010) 1038; Wan et al., Int. J. Geogr. Inf. Sci. 26 (2012) 1073; Delamater, Health & Place 24 (2013) 30.
Pinned by tests/gis/test_access.py: closed forms, conservation of seats, and the package `access` as another program.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gis.arrays import BoolArray, FloatArray

Variant = Literal["two-step", "modified", "three-step"]

RINGS = (1.0, 0.68, 0.22)
"""Weights of three rings of equal width: a Gaussian with its bell at the school [-]. Source: Luo & Qi 2009, table 1."""
DECILES = tuple(step / 10 for step in range(1, 10))
SHARES = (*DECILES, 0.95)
"""Shares of the pupils whose longest way a table of access keeps."""
HALF_AN_HOUR = 30.0
"""Way to school that an approval paper counts pupils beyond, whatever a clause asks [minutes]."""


@dataclass(frozen=True)
class Floating:
    """Result of a floating catchment."""

    access: FloatArray
    """Seats per child within reach of each demand point, [demand]."""
    ratio: FloatArray
    """Seats per child that compete for them, R_j, [school]; NaN where no child is in reach."""
    unreached: BoolArray
    """Schools with seats that no child can reach: their seats are in no one's access, [school]."""


def sound_cost(cost: FloatArray) -> FloatArray:
    """The cost matrix [demand, school] as floats. Raises ValueError for NaN or negative cost; inf means no way."""
    checked = np.asarray(cost, dtype=np.float64)
    wrong = int((np.isnan(checked) | (checked < 0)).sum())
    if checked.ndim != 2 or wrong:
        raise ValueError(
            f"cost {checked.shape} with {wrong} negative or missing entries: use inf where there is no way"
        )
    return checked


def step_weights(cost: FloatArray, size: float) -> FloatArray:
    """1 within the catchment size (included), else 0, [demand, school]."""
    return (sound_cost(cost) <= _size(size)).astype(np.float64)


def ring_weights(cost: FloatArray, size: float, rings: tuple[float, ...] = RINGS) -> FloatArray:
    """Weights of rings of equal width (outer edges included), the inner one first, 0 beyond, [demand, school]."""
    checked = sound_cost(cost)
    edges = _size(size) * np.arange(1, len(rings) + 1) / len(rings)
    edges[-1] = size  # not a rounding below it
    found: FloatArray = np.array([*rings, 0.0])[np.searchsorted(edges, checked, side="left")]
    return found


def gaussian_weights(cost: FloatArray, size: float) -> FloatArray:
    """Dai's Gaussian, 1 at the school and 0 at the catchment size and beyond, [demand, school]."""
    near = np.minimum(sound_cost(cost) / _size(size), 1.0)
    floor = np.exp(-0.5)
    result: FloatArray = (np.exp(-0.5 * near**2) - floor) / (1.0 - floor)
    return result


def _size(size: float) -> float:
    if not size > 0 or not np.isfinite(size):
        raise ValueError(f"catchment size {size}: a positive number is expected")
    return size


def floating_catchment(
    children: FloatArray, seats: FloatArray, weights: FloatArray, variant: Variant = "two-step"
) -> Floating:
    """Seats per child within reach of each demand point, in one of three variants.

    children: [demand].  seats: [school], 0 for a school that is not there.  weights: [demand, school], as the functions
    above make them.  Raises ValueError for an unknown variant or shapes that do not fit.
    """
    if weights.shape != (len(children), len(seats)):
        raise ValueError(f"weights {weights.shape}: expected {(len(children), len(seats))}")
    if variant not in ("two-step", "modified", "three-step"):
        raise ValueError(f"variant {variant!r}: two-step, modified or three-step")
    there = weights * (np.asarray(seats) > 0)
    chosen = there
    if variant == "three-step":
        every = there.sum(axis=1, keepdims=True)
        chosen = there * np.divide(there, every, out=np.zeros_like(there), where=every > 0)
    crowd = np.asarray(children, dtype=np.float64) @ chosen
    supply = np.asarray(seats, dtype=np.float64)
    ratio = np.divide(supply, crowd, out=np.full(len(supply), np.nan), where=crowd > 0)
    reach = np.where(crowd > 0, ratio, 0.0)
    access: FloatArray = (chosen * weights if variant == "modified" else chosen) @ reach
    return Floating(access, ratio, (supply > 0) & ~(crowd > 0))


def nearest_cost(cost: FloatArray, there: BoolArray) -> FloatArray:
    """Cost to the nearest school that is there, [demand]; inf without any. cost: [demand, school], there: [school]."""
    checked = np.where(np.asarray(there)[None, :], sound_cost(cost), np.inf)
    nearest: FloatArray = checked.min(axis=1, initial=np.inf)
    return nearest


def covered(cost: FloatArray, there: BoolArray, radius: FloatArray) -> BoolArray:
    """Whether a school lies within the service radius (included), [demand].

    cost: [demand, school].  there: [school].  radius: [demand], in the unit of the cost.
    """
    inside: BoolArray = nearest_cost(cost, there) <= radius
    return inside


def beyond_limit(cost: FloatArray, pupils: FloatArray, limit: FloatArray) -> FloatArray:
    """Pupils whose way to their own school is longer than the limit, or who have none, by demand point [demand].

    cost, pupils: [demand, school].  limit: [demand], inf where there is none, in the unit of the cost.
    """
    checked = sound_cost(cost)
    # A pupil without any way is beyond every limit, also where no clause sets one.
    far = (checked > np.asarray(limit)[:, None]) | np.isinf(checked)
    total: FloatArray = np.where(far, pupils, 0.0).sum(axis=1)
    return total


def travel_quantiles(cost: FloatArray, pupils: FloatArray, shares: tuple[float, ...] = DECILES) -> FloatArray:
    """Cost within which each share of the pupils travels, [share]; inf if that many have no way, NaN without pupils.

    cost, pupils: the same shape, any.  Smallest cost c with (pupils at c or nearer) >= share x all pupils.
    """
    spent, weight = np.asarray(cost, dtype=np.float64).ravel(), np.asarray(pupils, dtype=np.float64).ravel()
    used = weight > 0
    spent, weight = spent[used], weight[used]
    if not len(spent):
        return np.full(len(shares), np.nan)
    order = np.argsort(spent, kind="stable")
    passed = np.cumsum(weight[order])
    # The tolerance keeps a sum of floats from missing a share that it equals.
    at = np.searchsorted(passed, np.asarray(shares) * passed[-1] * (1 - 1e-12), side="left")
    found: FloatArray = spent[order][np.minimum(at, len(spent) - 1)]
    return found


def mean_travel(cost: FloatArray, pupils: FloatArray) -> float:
    """Mean cost of the pupils who have a way; NaN without any. cost, pupils: the same shape, any [shape]."""
    spent, weight = np.asarray(cost, dtype=np.float64), np.asarray(pupils, dtype=np.float64)
    known = np.isfinite(spent) & (weight > 0)
    total = float(weight[known].sum())
    return float((spent[known] * weight[known]).sum() / total) if total > 0 else float("nan")
