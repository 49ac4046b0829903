"""How much more than others each school has moved, learnt from its own one-year errors.

Symbols: z[s, o] standardised one-year error of the total of school s (`sim/calibration.py`), cut at +-3 and divided by
the root mean square of all; n years, nu prior years.

    factor^2  v[s] = (nu + sum z^2) / (nu + n), the posterior mean of a variance under a scaled inverse chi-square prior
    nu        the one of NU that would have foreseen the errors best, each from those before it: sum of log densities of
              t(nu + n) with scale v^1/2, less (log2 nu - log2 USUAL)^2 / 2

In a town where parents choose, some schools are three times as restless as others (nu = 4); where they do not, less so
(16).  Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 2.6.  Tests: tests/sim/test_volatility.py.
"""

import numpy as np
from scipy.stats import t as student

from sim.arrays import FloatArray, IntArray

NU = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
USUAL = 8.0
CUT = 3.0


def volatility(z: FloatArray, school: IntArray, origin: IntArray, schools: int) -> FloatArray:
    """Factor on the sd of each school, [school], from errors [case] of schools [case] and origins [case]; 1 = usual."""
    if not z.size:
        return np.ones(schools)
    cut = np.clip(z, -CUT, CUT)
    unit = np.clip(cut / max(float(np.sqrt((cut**2).mean())), 1e-9), -CUT, CUT)
    scores = [foreseen(unit, school, origin, nu) - 0.5 * float(np.log2(nu / USUAL)) ** 2 for nu in NU]
    variance = _posterior(unit, school, schools, NU[int(np.argmax(scores))])[0]
    return np.asarray(np.sqrt(variance))


def foreseen(z: FloatArray, school: IntArray, origin: IntArray, nu: float) -> float:
    """Sum of log densities of errors [case] given those of earlier origins."""
    total = 0.0
    for year in np.unique(origin)[1:]:
        now, before = origin == year, origin < year
        variance, freedom = _posterior(z[before], school[before], int(school.max()) + 1, nu)
        scale = np.sqrt(variance[school[now]])
        total += float((student.logpdf(z[now] / scale, freedom[school[now]]) - np.log(scale)).sum())
    return total


def _posterior(z: FloatArray, school: IntArray, schools: int, nu: float) -> tuple[FloatArray, FloatArray]:
    """Posterior mean of the variance and degrees of freedom, [school] each."""
    freedom = np.asarray(nu + np.bincount(school, minlength=schools), dtype=np.float64)
    return np.asarray((nu + np.bincount(school, z**2, minlength=schools)) / freedom), freedom
