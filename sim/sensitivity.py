"""Global sensitivity: which driver matters for an output when all of them may vary at once.

Symbols: u in [0, 1]^d amounts as shares of their ranges, A and B independent points, A_B^i = A with coordinate i of B,
f an output, V its variance over the ranges, N points of A.

    Sobol    S[i] = V[E[f | u_i]] / V        first order: what vanishes on average if driver i were known
             T[i] = E[V[f | u_~i]] / V       total: what remains if all others were known; T - S is interaction
             by scipy.stats.sobol_indices (Saltelli et al. 2010; Janon et al. 2014), N (d + 2) runs
    Morris   e[i] = (f(A_B^i) - f(A)) sign(B_i - A_i),  B = A + 1/2 modulo 1       elementary effect of half the range
             mu*[i] = mean |e[i]|, mu[i] = mean e[i], sigma[i] = sd e[i] over N points, N (d + 1) runs
             (Morris 1991, Technometrics 33:161; points by Campolongo et al. 2011, Comput. Phys. Commun. 182:978); not
             divided by the step, so that an effect on a probability is at most 1

Every run uses the same draws, so that f is a function without chance of its own.  Points come from a scrambled Sobol
sequence (`scipy.stats.qmc`).  Drivers are independent and uniform over their ranges: indices are about these ranges and
no others.  Page: docs/science/stress.md.  Tests: tests/sim/test_sensitivity.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc, sobol_indices

from sim.arrays import FloatArray

Function = Callable[[FloatArray], FloatArray]
"""From points [n, driver] in [0, 1] to outputs [n, output]."""

RESAMPLES = 200
HALF = 0.5
"""Step of an elementary effect, as a share of the range."""


@dataclass(frozen=True)
class Morris:
    """Elementary effects of half the range of a driver on an output, in units of the output."""

    mu_star: FloatArray  # [output, driver] mean size
    mu: FloatArray  # [output, driver] mean; its sign is the direction
    sigma: FloatArray  # [output, driver] spread: other drivers, or a bent response
    runs: int


@dataclass(frozen=True)
class Sobol:
    """Sobol indices; NaN for an output that does not vary over the ranges."""

    first: FloatArray  # [output, driver]
    total: FloatArray  # [output, driver]
    low: FloatArray  # [output, driver] of total, 90 % by bootstrap over the points
    high: FloatArray  # [output, driver]
    runs: int


def points(n: int, drivers: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Independent points A and B, [n, driver] each; n a power of two."""
    both = qmc.Sobol(2 * drivers, scramble=True, rng=np.random.default_rng(seed)).random(n)
    return both[:, :drivers], both[:, drivers:]


def crossed(a: FloatArray, b: FloatArray) -> FloatArray:
    """A_B^i for every driver, [driver, n, driver]."""
    out: FloatArray = np.repeat(a[None], a.shape[1], axis=0)
    for i in range(a.shape[1]):
        out[i, :, i] = b[:, i]
    return out


def morris(function: Function, n: int, drivers: int, seed: int) -> Morris:
    """Screen drivers with n (a power of two) points, each moved by half the range of one driver after another."""
    a = points(n, drivers, seed)[0]
    b = (a + HALF) % 1.0
    every = np.concatenate([a, crossed(a, b).reshape(-1, drivers)])
    values = function(every)
    base, moved = values[:n], values[n:].reshape(drivers, n, values.shape[1])
    effects = (moved - base) * np.sign(b - a).T[:, :, None]
    mu_star, mu = np.abs(effects).mean(axis=1), effects.mean(axis=1)
    return Morris(mu_star.T, mu.T, effects.std(axis=1, ddof=1).T, len(every))


def sobol(function: Function, n: int, drivers: int, seed: int) -> Sobol:
    """First-order and total indices from n (a power of two) points."""
    a, b = points(n, drivers, seed)
    ab = crossed(a, b)
    values = function(np.concatenate([a, b, ab.reshape(-1, drivers)]))
    outputs = values.shape[1]
    f_a, f_b, f_ab = values[:n], values[n : 2 * n], values[2 * n :].reshape(drivers, n, outputs)
    shape = (outputs, drivers)
    first, total, low, high = (np.full(shape, np.nan) for _ in range(4))
    for k in range(outputs):
        if np.ptp(values[: 2 * n, k]) == 0.0:
            continue
        first[k], total[k] = _indices(f_a[:, k], f_b[:, k], f_ab[:, :, k])
        low[k], high[k] = _interval(f_a[:, k], f_b[:, k], f_ab[:, :, k], seed)
    return Sobol(first, total, low, high, len(values))


def _indices(f_a: FloatArray, f_b: FloatArray, f_ab: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First-order and total indices, [driver] each; f_a, f_b: [n], f_ab: [driver, n]."""
    # scipy stumbles over a single driver: it is asked about the same one twice.
    some = f_ab if len(f_ab) > 1 else np.repeat(f_ab, 2, axis=0)
    result = sobol_indices(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": some[:, None]}, n=len(f_a))
    return np.asarray(result.first_order)[: len(f_ab)], np.asarray(result.total_order)[: len(f_ab)]


def _interval(f_a: FloatArray, f_b: FloatArray, f_ab: FloatArray, seed: int) -> tuple[FloatArray, FloatArray]:
    """Percentiles 5 and 95 of the total indices over resampled points; scipy's own bootstrap knows no seed."""
    chance, totals = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        at = chance.integers(0, len(f_a), len(f_a))
        if np.ptp(np.concatenate([f_a[at], f_b[at]])) > 0.0:
            totals.append(_indices(f_a[at], f_b[at], f_ab[:, at])[1])
    low, high = np.quantile(np.array(totals), (0.05, 0.95), axis=0)
    return low, high
