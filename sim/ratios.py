"""Grade progression ratios (升级率) learnt from a study's own history.

Symbols: N[s, g, y] pupils of school s, grade g, on 1 September of y; r[s, g] net ratio from grade g to the next grade
one year later; w[y] weight of the transition into year y; tau2 variance of true ratios between schools; phi[g]
dispersion.

    pooled      R[g]    = sum_sy w N[s, g+1, y+1] / sum_sy w N[s, g, y]
    shrunk      r[s, g] = (sum_y w N[s, g+1, y+1] + kappa[g] R[g]) / (sum_y w N[s, g, y] + kappa[g]), kappa = phi / tau2
    changing    where some school's span ends between g and g+1 its pupils arrive in others, so a receiving school's own
                ratio would count them twice.  Those who must change school carry the county's ratio R; schools that
                host both grades min(r[s, g], c), with c such that the county's total is the observed one: the schools
                that grow most at that grade are those that receive
    dispersion  phi[g]  = mean over cells of (N[s, g+1, y+1] - r N[s, g, y])^2 / N[s, g, y]
    year shock  sd over years of the log county ratio about its mean, less what phi explains

The ratio is *net*: it already holds the migration, urbanisation and housing of the learning window, therefore a future
adds only its difference from the reference future.  Source of the practice: grade progression / cohort survival method;
shrinkage after DerSimonian and Laird (1986).  Tests: tests/sim/test_ratios.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

PHI_MIN, PHI_MAX = 0.05, 1.5  # measured .19-.94 pupils per pupil on real panels; bounds only guard degenerate histories
PHI_DEFAULT = 0.5  # for transitions with too few cells to measure


@dataclass(frozen=True)
class Ratios:
    """What history says about moving up one grade; index g is the transition from grade g to grade g + 1."""

    school: FloatArray  # [school, grade - 1] shrunk net ratio
    pooled: FloatArray  # [grade - 1] of all schools that host both grades
    county: FloatArray  # [grade - 1] all pupils of a grade over all of the grade below
    phi: FloatArray  # [grade - 1] variance of next year's pupils per pupil
    between_sd: FloatArray  # [grade - 1] sd of the true log ratio left between schools after shrinkage
    year_sd: float  # sd of the common yearly shock, log


def _transitions(history: FloatArray, hosts: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Pupils before and after each transition, [school, grade - 1, year - 1]; NaN where a school lacks an end."""
    before, after = history[:, :-1, :-1].copy(), history[:, 1:, 1:].copy()
    both = hosts[:, :-1] & hosts[:, 1:]
    missing = ~both[:, :, None] | np.isnan(before) | np.isnan(after) | (before <= 0.0)
    before[missing] = np.nan
    after[missing] = np.nan
    return before, after


def year_weights(years: int, window: int, half_life: float) -> FloatArray:
    """Weight of each transition, oldest first, [year - 1]; zero before the window, halved every half_life years."""
    ages = np.arange(years - 2, -1, -1, dtype=float)
    return np.where(ages < window, 0.5 ** (ages / half_life), 0.0)


@dataclass(frozen=True)
class Window:
    """Which past transitions teach, and how fast they fade."""

    years: int  # transitions used
    half_life: float  # of their weights [years]


def learn(history: FloatArray, hosts: NDArray[np.bool_], stage_of: NDArray[np.integer], window: Window) -> Ratios:
    """Learn ratios from pupils [school, grade, year] (NaN = unknown) of schools that host grades [school, grade].

    stage_of: stage of each grade, [grade].  Schools without history (those that plans build) get the pooled ratios.
    """
    weights = year_weights(history.shape[2], window.years, window.half_life)
    before, after = _transitions(history, hosts)
    base, moved = np.nansum(before * weights, axis=2), np.nansum(after * weights, axis=2)
    total_base, total_moved = base.sum(axis=0), moved.sum(axis=0)
    entry = _entry_ratio(history, weights)
    pooled = np.divide(total_moved, total_base, out=entry.copy(), where=total_base > 0.0)
    phi = _dispersion(before, after, weights, base, moved)
    known = ~np.isnan(history).all(axis=(1, 2))
    change = (hosts[:, :-1] & ~hosts[:, 1:])[known].any(axis=0) | (stage_of[1:] != stage_of[:-1])
    phi = np.where(change, np.median(phi[~change]) if (~change).any() else PHI_DEFAULT, phi)
    tau2 = _between_variance(base, moved, pooled, phi)
    kappa = phi / np.maximum(tau2, 1e-6)
    school = (moved + kappa * pooled) / (base + kappa)
    left = np.sqrt(tau2 * kappa / (_typical(base) + kappa))
    for g in np.flatnonzero(change):
        school[:, g] = _where_pupils_change(history, weights, hosts, school[:, g], int(g))
    left = np.where(change, np.median(left[~change]) if (~change).any() else 0.0, left)
    return Ratios(school, pooled, entry, phi, left, _year_sd(history, weights))


def _where_pupils_change(
    history: FloatArray, weights: FloatArray, hosts: NDArray[np.bool_], own: FloatArray, g: int
) -> FloatArray:
    """Ratio of every school at a transition where pupils change school, [school]."""
    both, ends = hosts[:, g] & hosts[:, g + 1], hosts[:, g] & ~hosts[:, g + 1]
    base = np.nansum(history[:, g, :-1] * weights, axis=1)
    moved = float(np.nansum(history[:, g + 1, 1:] * weights))
    total = float(base[both | ends].sum())
    county = moved / total if total > 0.0 else 1.0
    cap = _cap(own[both], base[both], moved - county * float(base[ends].sum()))
    return np.where(both, np.minimum(own, cap), county)


def _cap(ratio: FloatArray, base: FloatArray, target: float) -> float:
    """The c with sum_s min(ratio[s], c) base[s] = target; the highest ratio where all together stay below it."""
    if ratio.size == 0 or float((ratio * base).sum()) <= target:
        return float(ratio.max(initial=1.0))
    low, high = 0.0, float(ratio.max())
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if float((np.minimum(ratio, middle) * base).sum()) < target else (low, middle)
    return high


def _typical(base: FloatArray) -> FloatArray:
    """Median over the schools that have the transition, [grade - 1]."""
    return np.array([np.median(column[column > 0.0]) if (column > 0.0).any() else 0.0 for column in base.T])


def _entry_ratio(history: FloatArray, weights: FloatArray) -> FloatArray:
    """County ratio of all pupils of a grade to all of the grade below a year earlier, [grade - 1]."""
    county = np.nansum(history, axis=0)
    base, moved = (county[:-1, :-1] * weights).sum(axis=1), (county[1:, 1:] * weights).sum(axis=1)
    ratio: FloatArray = np.divide(moved, base, out=np.ones_like(base), where=base > 0.0)
    return ratio


def _dispersion(
    before: FloatArray, after: FloatArray, weights: FloatArray, base: FloatArray, moved: FloatArray
) -> FloatArray:
    own = np.divide(moved, base, out=np.ones_like(base), where=base > 0.0)
    used = ~np.isnan(before) & (weights > 0.0)
    square = np.where(used, (after - own[:, :, None] * before) ** 2 / np.where(used, before, 1.0), 0.0)
    cells = used.sum(axis=(0, 2))
    # One ratio is fitted per school: degrees of freedom are cells minus schools.
    free = cells - (used.any(axis=2)).sum(axis=0)
    phi = np.divide(square.sum(axis=(0, 2)), free, out=np.full(free.shape, PHI_DEFAULT), where=free >= 4)
    bounded: FloatArray = np.clip(phi, PHI_MIN, PHI_MAX)
    return bounded


def _between_variance(base: FloatArray, moved: FloatArray, pooled: FloatArray, phi: FloatArray) -> FloatArray:
    """DerSimonian-Laird variance of true ratios between schools, [grade - 1]."""
    ratio = np.divide(moved, base, out=np.ones_like(base), where=base > 0.0)
    precision = base / phi
    spread = (precision * (ratio - pooled) ** 2).sum(axis=0)
    schools = (base > 0.0).sum(axis=0)
    total = precision.sum(axis=0)
    scale = total - np.divide((precision**2).sum(axis=0), total, out=np.zeros_like(total), where=total > 0.0)
    tau2 = np.divide(spread - (schools - 1), scale, out=np.zeros_like(scale), where=scale > 0.0)
    positive: FloatArray = np.maximum(tau2, 1e-5)
    return positive


def _year_sd(history: FloatArray, weights: FloatArray) -> float:
    """Sd of the common yearly shock of the county's total retention, log; what small numbers explain is taken off."""
    county = np.nansum(history, axis=0)
    below, above = county[:-1, :-1].sum(axis=0), county[1:, 1:].sum(axis=0)
    used = (weights > 0.0) & (below > 0.0) & (above > 0.0)
    if used.sum() < 3:
        return 0.01
    logs = np.log(above[used] / below[used])
    chance = PHI_DEFAULT / below[used].mean()
    return float(np.sqrt(max(logs.var(ddof=1) - chance, 0.002**2)))
