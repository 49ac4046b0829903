"""Births of the county after the registered ones: index, count, or total fertility rate x women, times policy shocks.

Symbols: y calendar year, a completed age of women on 1 July (0-49), B[y] births of the county, L their level (mean of
the last three registered years), F[y] the factor on the level of every home, which is all that the engine sees.

    index   F[y] = I[y] S[y]
    count   F[y] = N[y] S[y] / L
    tfr     B[y] = T[y] S[y] sum over a of f[a] W[y, a],   F[y] = B[y] / L;   sum of f = 1, f = 0 outside the schedule
    women   W[y+1, a+1] = W[y, a] v[a] (1 + m[y] / 1000 for ages 15-49 of y + 1)           [women on 1 July]
            W[y+1, 0] = g sqrt(v[0]) (B[y] + B[y+1]) / 2,   g = 100 / (100 + boys per 100 girls born)
            registered births stand for B where they are known
    count   taken on another day d: W[y, a] = (1 - l) W_d[a] v[a]^l + l W_d[a-1] v[a-1]^l, l = 1 July - d >= 0 [years];
            for l < 0, k = -l: W[y, a] = ((1 - k) W_d[a] + k W_d[a+1]) / v[a]^k
    shock   S[y] = 1 before its year, e[k] in its year k, e[last]^(2^-(j / h)) j years later, h = fade_years

T children per woman, m net arrivals per 1000 women, v yearly survival of women.  Source: cohort-component method as in
any text of demography (Preston, Heuveline, Guillot, Demography, 2001, ch. 6), births by women of mid-year.
Tests: tests/sim/test_births.py (against plain loops of verification/women_reference.py).
Page: docs/science/births-and-entry.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.women import AGES
from sim.arrays import FloatArray

FERTILE = 15
"""Lowest age at which net arrivals count as women."""


@dataclass(frozen=True)
class Women:
    """Women of the county on the first 1 July, and what carries them forward."""

    first_year: int
    count: FloatArray  # [age]
    survival: FloatArray  # [age] yearly
    shape: FloatArray  # [age] of fertility, adds up to 1
    girls: float  # share of girls among the newborn


def shock_factors(years: Sequence[int], start: int, effect: Sequence[float], fade_years: float | None) -> FloatArray:
    """Factor of a dated effect on births, [year]: 1 before it, its list, then what is left of it."""
    out = np.ones(len(years))
    for i, year in enumerate(years):
        since = year - start
        if 0 <= since < len(effect):
            out[i] = effect[since]
        elif since >= len(effect):
            beyond = since - len(effect) + 1
            left = 1.0 if fade_years is None else 0.5 ** (beyond / fade_years)
            out[i] = effect[-1] ** left
    return out


def on_first_of_july(counted: FloatArray, survival: FloatArray, lag: float) -> FloatArray:
    """Women counted on another day, by their age on 1 July of the same year, [age].

    counted, survival: [age].  lag: years from the day of the count to 1 July, -0.5 to 0.5.  Ages spread evenly within
    a year; the lowest age stands in for those not yet born, the highest for the one above it.
    """
    if lag >= 0.0:
        aged = counted * survival**lag
        return (1.0 - lag) * aged + lag * np.concatenate([aged[:1], aged[:-1]])
    back = -lag
    older = np.concatenate([counted[1:], counted[-1:]])
    earlier: FloatArray = ((1.0 - back) * counted + back * older) / survival**back
    return earlier


def cohort_births(
    women: Women, tfr: FloatArray, registered: FloatArray, shocks: FloatArray, migration: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Births [year] from the first 1 July of `women` on, and women [year, age].

    tfr, registered, shocks, migration: [year]; registered NaN where not known, migration per 1000 women from one year
    to the next.  A year with neither a rate nor registered births is NaN, and so are the girls born in it.
    """
    mothers = women.shape > 0.0
    mothers[0] = False
    births = np.zeros(len(tfr))
    count = np.zeros((len(tfr), AGES))
    for i in range(len(tfr)):
        if i == 0:
            count[0] = women.count
        else:
            count[i, 1:] = (count[i - 1] * women.survival)[:-1]
            count[i, FERTILE:] *= 1.0 + migration[i - 1] / 1000.0
        # Nobody gives birth at age 0: the girls of this year's births can follow.
        expected = tfr[i] * shocks[i] * float((women.shape * count[i])[mothers].sum())
        births[i] = expected if np.isnan(registered[i]) else registered[i]
        if i > 0:
            count[i, 0] = women.girls * np.sqrt(women.survival[0]) * (births[i - 1] + births[i]) / 2.0
    return births, count


def implied_rates(women: FloatArray, shape: FloatArray, births: FloatArray) -> FloatArray:
    """Total fertility rate that births say, [year]; women: [year, age], shape: [age], births: [year]."""
    mothers = shape > 0.0
    rates: FloatArray = births / (women * shape)[:, mothers].sum(axis=1)
    return rates
