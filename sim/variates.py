"""Whole numbers from uniform numbers: binomial, Poisson, multinomial, even selection.

Every variate is drawn by inversion of one uniform number, so two runs that differ slightly in a probability or a stock
differ slightly in the result (coupled worlds). `Chance(rounded=True)` is the deterministic run: the expected value
rounded up or down by the same uniform number, floor(x + u), unbiased and free of any order.
Test: tests/sim/test_variates.py (against scipy.stats quantiles, exact sums, bounds).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]
CountArray = NDArray[np.int32]

_NORMAL_MEAN = 400.0  # beyond this expected count the normal quantile is exact to less than half a pupil in 400


def _walk(start: FloatArray, step: FloatArray, shift: FloatArray, u: FloatArray, top: FloatArray) -> FloatArray:
    """Smallest k with F(k) >= u when p(0) = start and p(k) = p(k-1) * (step / k + shift), k at most top, [n]."""
    k = np.zeros(u.shape)
    rows = np.flatnonzero(u > start)
    p, step, shift, left = start[rows], step[rows], shift[rows], u[rows]
    cdf, reached, last = p.copy(), np.zeros(rows.size), float(top.max(initial=0.0))
    count = 0.0
    while rows.size and count < last:
        below = left > cdf
        alive = int(np.count_nonzero(below))
        if alive == 0:
            break
        reached += below
        if alive < 0.5 * rows.size:
            # Finished elements are put away only now and then: moving arrays costs more than a few idle sums.
            k[rows] = reached
            rows, p, cdf, reached = rows[below], p[below], cdf[below], reached[below]
            step, shift, left = step[below], shift[below], left[below]
        count += 1.0
        p *= step / count + shift
        np.maximum(p, 0.0, out=p)
        cdf += p
    k[rows] = reached
    return np.minimum(k, top)


def _normal_quantile(mean: FloatArray, variance: FloatArray, u: FloatArray) -> FloatArray:
    value: FloatArray = np.rint(mean + np.sqrt(variance) * ndtri(u))
    return value


def binomial(n: NDArray[np.integer], p: FloatArray, u: FloatArray) -> CountArray:
    """Binomial(n, p) by inversion of u, element by element; arrays broadcast, result in 0..n, int32."""
    n_b, p_b, u_b = np.broadcast_arrays(np.asarray(n), np.asarray(p, dtype=float), u)
    shape = u_b.shape
    out = np.zeros(u_b.size, dtype=np.int32)
    busy = np.flatnonzero((n_b.reshape(-1) > 0) & (p_b.reshape(-1) > 0.0))
    if busy.size:
        count = n_b.reshape(-1)[busy].astype(float)
        prob = np.minimum(p_b.reshape(-1)[busy], 1.0)
        left = u_b.reshape(-1)[busy]
        out[busy] = _binomial_flat(count, prob, left)
    return out.reshape(shape)


def _binomial_flat(n: FloatArray, p: FloatArray, u: FloatArray) -> CountArray:
    # The rarer outcome is counted, which keeps the walk short; 1 - u keeps the result increasing in u.
    flip = p > 0.5
    q = np.where(flip, 1.0 - p, p)
    v = np.where(flip, 1.0 - u, u)
    odds = q / (1.0 - q)
    k = _walk(np.exp(n * np.log1p(-q)), (n + 1.0) * odds, -odds, v, n)
    big = np.flatnonzero(n * q > _NORMAL_MEAN)
    if big.size:
        mean = n[big] * q[big]
        k[big] = np.clip(_normal_quantile(mean, mean * (1.0 - q[big]), v[big]), 0.0, n[big])
    return np.where(flip, n - k, k).astype(np.int32)


def poisson(mean: FloatArray, u: FloatArray) -> CountArray:
    """Poisson(mean) by inversion of u, element by element, int32."""
    m_b, u_b = np.broadcast_arrays(np.asarray(mean, dtype=float), u)
    out = np.zeros(u_b.size, dtype=np.int32)
    busy = np.flatnonzero(m_b.reshape(-1) > 0.0)
    if busy.size:
        m, v = m_b.reshape(-1)[busy], u_b.reshape(-1)[busy]
        # Beyond the bound the probabilities are below the last bit of u: a walk to the end of them would never stop.
        k = _walk(np.exp(-m), m, np.zeros_like(m), v, np.ceil(m + 12.0 * np.sqrt(m) + 40.0))
        big = np.flatnonzero(m > _NORMAL_MEAN)
        if big.size:
            k[big] = np.maximum(_normal_quantile(m[big], m[big], v[big]), 0.0)
        out[busy] = k.astype(np.int32)
    return out.reshape(u_b.shape)


def even_split(total: CountArray, weights: FloatArray, u: FloatArray) -> CountArray:
    """Split whole totals over axis 1 in proportion to weights, exactly, by systematic selection.

    total, u: [draw, ...]; weights: [draw, part, ...] >= 0.  Part j gets floor(c_j T + u) - floor(c_{j-1} T + u), where
    c is the cumulated weight share: the parts add to the total, differ from proportion by less than one, and when the
    weights are whole stocks with sum >= total no part exceeds its stock.  Where all weights are zero the parts are.
    """
    whole = np.zeros(total.shape)
    for j in range(weights.shape[1]):
        whole += weights[:, j]
    scale = np.divide(total, whole, out=np.zeros_like(whole), where=whole > 0.0)
    full = np.where(whole > 0.0, total, 0).astype(float)
    out = np.empty(weights.shape, dtype=np.int32)
    cumulated, before = np.zeros(total.shape), np.zeros(total.shape)
    for j in range(weights.shape[1]):
        cumulated += weights[:, j]
        edge = np.floor(cumulated * scale + u)
        np.minimum(edge, full, out=edge)
        # The last edge is the total itself: the rounding of the product must not lose a child.
        np.copyto(edge, full, where=cumulated >= whole)
        out[:, j] = edge - before
        before = edge
    return out


@dataclass(frozen=True)
class Chance:
    """How expectations become whole numbers: by chance, or rounded (the deterministic run)."""

    rounded: bool = False

    def binomial(self, n: NDArray[np.integer], p: FloatArray, u: FloatArray) -> CountArray:
        """Successes among n, [...]."""
        if self.rounded:
            return np.minimum(np.floor(n * np.clip(p, 0.0, 1.0) + u), n).astype(np.int32)
        return binomial(n, p, u)

    def poisson(self, mean: FloatArray, u: FloatArray) -> CountArray:
        """Arrivals with the given mean, [...]."""
        if self.rounded:
            return np.floor(mean + u).astype(np.int32)
        return poisson(mean, u)

    def multinomial(self, total: CountArray, shares: FloatArray, u: FloatArray) -> CountArray:
        """Split total [m] over shares [m, k] (rows sum to 1 or are all zero) with uniforms u [m, k]; result [m, k]."""
        if self.rounded:
            return even_split(total, shares, u[:, 0])
        return multinomial(total, shares, u)


def multinomial(total: CountArray, shares: FloatArray, u: FloatArray) -> CountArray:
    """Multinomial split by conditional binomials, share by share in the given order; [m], [m, k], [m, k] -> [m, k]."""
    out = np.zeros(shares.shape, dtype=np.int32)
    tail = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1]
    prob = np.minimum(np.divide(shares, tail, out=np.zeros_like(tail), where=tail > 0.0), 1.0)
    # Nothing left behind a share: all who remain come here, whatever the rounding of the sums.
    last = shares > 0.0
    last[:, :-1] &= tail[:, 1:] <= 0.0
    prob[last] = 1.0
    left = total.astype(float)
    for j in range(shares.shape[1]):
        rows = np.flatnonzero((left > 0.0) & (prob[:, j] > 0.0))
        if rows.size:
            taken = _binomial_flat(left[rows], prob[rows, j], u[rows, j])
            out[rows, j] = taken
            left[rows] -= taken
    return out
