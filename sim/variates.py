"""Whole numbers from uniform numbers: binomial, Poisson, multinomial, even selection.

Every variate is drawn by inversion of one uniform number, so two runs that differ slightly in a probability or a stock
differ slightly in the result (coupled worlds). `Chance(rounded=True)` is the deterministic run: the expected value
rounded up or down by the same uniform number, floor(x + u), unbiased and free of any order.
Test: tests/sim/test_variates.py (against scipy.stats quantiles, exact sums, bounds).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray
from sim.kernels import fill_binomial, fill_even_split, fill_multinomial, fill_poisson


def binomial(n: NDArray[np.integer] | FloatArray, p: FloatArray, u: FloatArray) -> CountArray:
    """Binomial(n, p) by inversion of u, element by element; arrays broadcast, result in 0..n, int32."""
    n_b, p_b, u_b = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(p, dtype=float), u)
    count, prob, left = np.ravel(n_b), np.ravel(p_b), np.ravel(u_b)
    out = np.empty(left.size, dtype=np.int32)
    fill_binomial(count, prob, left, out)
    return out.reshape(u_b.shape)


def poisson(mean: FloatArray, u: FloatArray) -> CountArray:
    """Poisson(mean) by inversion of u, element by element; arrays broadcast, int32."""
    m_b, u_b = np.broadcast_arrays(np.asarray(mean, dtype=float), u)
    means, left = np.ravel(m_b), np.ravel(u_b)
    out = np.empty(left.size, dtype=np.int32)
    fill_poisson(means, left, out)
    return out.reshape(u_b.shape)


def even_split(total: CountArray, weights: FloatArray, u: FloatArray) -> CountArray:
    """Split whole totals over axis 1 in proportion to weights, exactly, by systematic selection.

    total, u: [draw, ...]; weights: [draw, part, ...] >= 0.  Part j gets floor(c_j T + u) - floor(c_{j-1} T + u), where
    c is the cumulated weight share: the parts add to the total, differ from proportion by less than one, and when the
    weights are whole stocks with sum >= total no part exceeds its stock.  Where all weights are zero the parts are.
    """
    out = np.empty(weights.shape, dtype=np.int32)
    draws, parts = weights.shape[:2]
    flat = (draws, -1) if total.size else (draws, 0)
    fill_even_split(
        np.ascontiguousarray(total).reshape(flat),
        np.ascontiguousarray(weights, dtype=float).reshape(draws, parts, -1 if weights.size else 0),
        np.ascontiguousarray(u).reshape(flat),
        out.reshape(draws, parts, -1 if weights.size else 0),
    )
    return out


@dataclass(frozen=True)
class Chance:
    """How expectations become whole numbers: by chance, or rounded (the deterministic run)."""

    rounded: bool = False

    def binomial(self, n: NDArray[np.integer], p: FloatArray, u: FloatArray) -> CountArray:
        """Successes among n, [...]."""
        if self.rounded:
            rounded: CountArray = np.minimum(np.floor(n * np.clip(p, 0.0, 1.0) + u), n).astype(np.int32)
            return rounded
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
    tail = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1]
    prob = np.minimum(np.divide(shares, tail, out=np.zeros_like(tail), where=tail > 0.0), 1.0)
    # Nothing left behind a share: all who remain come here, whatever the rounding of the sums.
    last = shares > 0.0
    last[:, :-1] &= tail[:, 1:] <= 0.0
    prob[last] = 1.0
    out = np.empty(shares.shape, dtype=np.int32)
    whole = np.ascontiguousarray(total, dtype=np.int32)
    fill_multinomial(whole, prob, np.ascontiguousarray(u), out)
    return out
