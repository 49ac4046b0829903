"""Inner loops of `sim.variates`, compiled by numba: one element at a time, plain arithmetic, no random state.

Each kernel fills an array it is given.  Counts whose expectation is beyond `WALK_MEAN` come from the normal quantile.
error_model "numpy" keeps divisions free of checks; no fastmath, so that no result depends on the compiler's reordering.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.arrays import CountArray, FloatArray, IntArray, UInt64Array

WALK_MEAN = 400.0  # beyond this expected count the normal quantile is exact to less than half a pupil in 400


@njit(cache=True, nogil=True, error_model="numpy")
def _normal_quantile(u: float) -> float:  # pragma: no cover - compiled
    """Standard normal quantile, relative error below 2e-9; rational approximation of P. J. Acklam (2003)."""
    if u < 0.02425 or u > 1.0 - 0.02425:
        t = np.sqrt(-2.0 * np.log(min(u, 1.0 - u)))
        top = ((((-7.784894002430293e-03 * t - 3.223964580411365e-01) * t - 2.400758277161838) * t
                - 2.549732537343734) * t + 4.374664141464968) * t + 2.938163982698783  # fmt: skip
        below = (((7.784695709041462e-03 * t + 3.224671290700398e-01) * t + 2.445134137142996) * t
                 + 3.754408661907416) * t + 1.0  # fmt: skip
        return top / below if u < 0.5 else -top / below
    q = u - 0.5
    r = q * q
    top = (((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
             + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239) * q  # fmt: skip
    below = ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
              + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0  # fmt: skip
    return top / below


@njit(cache=True, nogil=True, error_model="numpy")
def _binomial(n: float, p: float, u: float) -> float:  # pragma: no cover - compiled
    # The rarer outcome is counted, which keeps the walk short; 1 - u keeps the result increasing in u.
    flip = p > 0.5
    q = 1.0 - p if flip else p
    v = 1.0 - u if flip else u
    if n * q > WALK_MEAN:
        many = np.rint(n * q + np.sqrt(n * q * (1.0 - q)) * _normal_quantile(v))
        many = min(max(many, 0.0), n)
        return n - many if flip else many
    odds = q / (1.0 - q)
    mass = (1.0 - q) ** int(n)
    step = (n + 1.0) * odds
    total, k = mass, 0.0
    # As for Poisson: rounding keeps the total a little below one, and a walk to the end would return everybody.
    top = min(n, np.ceil(n * q + 12.0 * np.sqrt(n * q) + 40.0))
    while v > total and k < top:
        k += 1.0
        mass = max(mass * (step / k - odds), 0.0)
        total += mass
    return n - k if flip else k


@njit(cache=True, nogil=True, error_model="numpy")
def fill_binomial(n: FloatArray, p: FloatArray, u: FloatArray, out: CountArray) -> None:  # pragma: no cover - compiled
    """Binomial(n, p) by inversion of u, element by element, [m] each."""
    for i in range(out.size):
        if n[i] > 0.0 and p[i] > 0.0:
            out[i] = int(_binomial(n[i], min(p[i], 1.0), u[i]))
        else:
            out[i] = 0


@njit(cache=True, nogil=True, error_model="numpy")
def fill_poisson(mean: FloatArray, u: FloatArray, out: CountArray) -> None:  # pragma: no cover - compiled
    """Poisson(mean) by inversion of u, element by element, [m] each."""
    for i in range(out.size):
        m = mean[i]
        if m <= 0.0:
            out[i] = 0
        elif m > WALK_MEAN:
            out[i] = int(max(np.rint(m + np.sqrt(m) * _normal_quantile(u[i])), 0.0))
        else:
            # Beyond the bound the probabilities are below the last bit of u: a walk to their end would never stop.
            top = np.ceil(m + 12.0 * np.sqrt(m) + 40.0)
            mass, k = np.exp(-m), 0.0
            total = mass
            while u[i] > total and k < top:
                k += 1.0
                mass = mass * (m / k)
                total += mass
            out[i] = int(k)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_multinomial(
    total: CountArray, prob: FloatArray, u: FloatArray, out: CountArray
) -> None:  # pragma: no cover - compiled
    """Split totals [m] by conditional binomials of the given conditional probabilities [m, k]."""
    rows, parts = prob.shape
    for i in range(rows):
        left = float(total[i])
        for j in range(parts):
            taken = _binomial(left, prob[i, j], u[i, j]) if left > 0.0 and prob[i, j] > 0.0 else 0.0
            out[i, j] = int(taken)
            left -= taken


@njit(cache=True, nogil=True, error_model="numpy")
def fill_even_split(
    total: CountArray, weights: FloatArray, u: FloatArray, out: CountArray
) -> None:  # pragma: no cover - compiled
    """Systematic selection of totals [draw, m] over parts of weights [draw, part, m] with u [draw, m]."""
    draws, parts, width = weights.shape
    whole, cumulated, before, scale = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    for d in range(draws):
        whole[:] = 0.0
        for j in range(parts):
            for m in range(width):
                whole[m] += weights[d, j, m]
        for m in range(width):
            cumulated[m] = 0.0
            before[m] = 0.0
            scale[m] = total[d, m] / whole[m] if whole[m] > 0.0 else 0.0
        for j in range(parts):
            for m in range(width):
                cumulated[m] += weights[d, j, m]
                full = float(total[d, m]) if whole[m] > 0.0 else 0.0
                edge = min(np.floor(cumulated[m] * scale[m] + u[d, m]), full)
                # The last edge is the total itself: the rounding of the product must not lose a child.
                if cumulated[m] >= whole[m]:
                    edge = full
                out[d, j, m] = int(edge - before[m])
                before[m] = edge


@njit(cache=True, nogil=True, error_model="numpy")
def _weigh(
    share: FloatArray, trait: FloatArray, schools: IntArray, public: int, weight: FloatArray, tail: FloatArray
) -> None:  # pragma: no cover - compiled
    """Weights of one home and grade [slot] and the sums behind each of them, pseudo-schools first in that order."""
    slots = share.size
    asked, pulled = 0.0, 0.0
    for j in range(public):
        weight[j] = share[j] * trait[schools[j]]
        asked += share[j]
        pulled += weight[j]
    # Attractiveness divides children between public schools; how many stay public it leaves alone.
    scale = asked / pulled if pulled > 0.0 else 0.0
    for j in range(slots):
        weight[j] = weight[j] * scale if j < public else share[j]
    behind = 0.0
    for j in range(public - 1, -1, -1):
        behind += weight[j]
        tail[j] = behind
    for j in range(slots - 1, public - 1, -1):
        behind += weight[j]
        tail[j] = behind


@njit(cache=True, nogil=True, error_model="numpy")
def _uniform(key: int, step: int) -> float:  # pragma: no cover - compiled
    """The number `sim.streams.uniform` makes of a key and a draw step."""
    x = np.uint64(key) + np.uint64(step)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x = x ^ (x >> np.uint64(31))
    return (float(x >> np.uint64(11)) + 0.5) * 2.0**-53


class Wishes(NamedTuple):
    """Where the children of a home apply: shares x traits of the schools, and the keys of their choices."""

    regime: IntArray  # [draw]
    shares: FloatArray  # [regime, cell, grade, slot]
    trait: FloatArray  # [draw, school]
    schools: IntArray  # [cell, slot]; -1 (padding) reads the last trait
    public: int  # number of slots before the pseudo-schools
    keys: UInt64Array  # [cell, grade, slot]
    steps: UInt64Array  # [draw]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_applications(
    count: CountArray, wishes: Wishes, rounded: bool, out: CountArray
) -> None:  # pragma: no cover - compiled
    """Applications of children [draw, cell, grade]; one pass saves a copy of every share of every draw.

    out: [draw, slot, cell, grade], added to.  Pseudo-schools come first: how many stay public depends on no plan.
    rounded: systematic selection by the first uniform instead of chance.
    """
    regime, shares, trait, schools, public, keys, steps = wishes
    draws, cells, grades = count.shape
    slots = shares.shape[3]
    weight, tail = np.empty(slots), np.empty(slots)
    for d in range(draws):
        for c in range(cells):
            for g in range(grades):
                whole = float(count[d, c, g])
                if whole <= 0.0:
                    continue
                _weigh(shares[regime[d], c, g], trait[d], schools[c], public, weight, tail)
                left, cumulated, before = whole, 0.0, 0.0
                for place in range(slots):
                    j = (place + public) % slots
                    if weight[j] <= 0.0:
                        continue
                    cumulated += weight[j]
                    if tail[j] <= weight[j]:
                        taken = left
                    elif rounded:
                        u = _uniform(keys[c, g, public], steps[d])
                        edge = np.floor(cumulated * whole / tail[public] + u)
                        taken = min(edge, whole) - before
                        before += taken
                    else:
                        taken = _binomial(left, weight[j] / tail[j], _uniform(keys[c, g, j], steps[d]))
                    out[d, j, c, g] += int(taken)
                    left -= taken


@njit(cache=True, nogil=True, error_model="numpy")
def _edge(cumulated: float, whole: float, total: float, u: float) -> float:  # pragma: no cover - compiled
    """Right edge of a part in systematic selection; the last edge is the total itself."""
    if cumulated >= whole:
        return total
    return min(np.floor(cumulated * (total / whole) + u), total)
