"""Simple forecasts that every method has to beat, each a function of what was known at the origin.

Symbols: N[s, g, t] pupils; T[d, g, t] of the district; o origin, h years ahead; k years of the window; the lowest grade
is 0.

    naive           N[s, g, o+h] = N[s, g, o]
    ratio-k         grade progression, the practice: N[s, g, o+h] = r N[s, g-1, o+h-1], r = mean of the yearly ratios
                    N[s, g, t] / N[s, g-1, t-1] of the last k years (of all schools together where it has none)
                      entry into the lowest grade       mean of the last k years
                      entry elsewhere (no grade below)  yield of the district's grade below over the last k years
    ratio-k-pooled  the same with r = sum of N[s, g, t] / sum of N[s, g-1, t-1]: better in small cells
    ratio-3-births  ratio-3, lowest grade = births x yield of births over 3 years
    trend           straight line through the last 5 years of each cell, not below zero
    constant-share  the district by ratio-3 of its totals, x today's share of the school in the district's grade

Only grades offered at the origin are forecast; NaN where what a method needs is not known.
Sources: grade progression / cohort survival as published by planning offices (docs/science/forecast.md); constant
share: Smith, Tayman and Swanson (2013), A Practitioner's Guide to State and Local Population Projections.
Tests: tests/sim/test_baselines.py.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from sim.arrays import BoolArray, FloatArray
from sim.panel import Panel, quotient
from sim.path_districts import log_births
from sim.path_ratios import by_district, transitions

TREND_YEARS = 5


def seen_pupils(panel: Panel) -> FloatArray:
    """Pupils where offered and counted, else NaN, [school, grade, year]."""
    return np.where(panel.known, panel.pupils, np.nan)


def moved_within(panel: Panel) -> BoolArray:
    """Grades of the origin whose school also offers the grade below, [school, grade]."""
    hosts = panel.hosts[:, :, -1]
    within = np.zeros(hosts.shape, dtype=bool)
    within[:, 1:] = hosts[:, 1:] & hosts[:, :-1]
    return within


def naive(panel: Panel, horizon: int) -> FloatArray:
    """Same as last year, [school, grade, h]."""
    return np.repeat(seen_pupils(panel)[:, :, -1, None], horizon, axis=2)


def ratio(panel: Panel, horizon: int, years: int, pooled: bool = False, births: bool = False) -> FloatArray:
    """Grade progression with the ratios of the last `years` years, [school, grade, h]."""
    pupils = seen_pupils(panel)
    rate = _school_ratio(pupils, years, pooled)
    usual = _mean(pupils[:, :, -years:])
    entry = np.repeat(usual[:, :, None], horizon, axis=2)
    if births:
        entry[:, 0] = _entry_by_births(panel, pupils[:, 0], entry[:, 0], horizon)
    totals = panel.of_districts()
    taken = _feeder_yield(pupils, totals[panel.district_of], years)
    within, offered = moved_within(panel), panel.hosts[:, :, -1]
    below, below_d = pupils[:, :, -1], totals[:, :, -1]
    result = np.full((*below.shape, horizon), np.nan)
    for h in range(horizon):
        stay = np.where(within[:, 1:], below[:, :-1] * rate, np.nan)
        fed = below_d[panel.district_of][:, :-1] * taken
        step = entry[:, :, h].copy()
        step[:, 1:] = _first_known(stay, np.where(within[:, 1:], np.nan, fed), entry[:, 1:, h])
        result[:, :, h] = below = np.where(offered, step, np.nan)
        below_d = by_district(np.nan_to_num(below), panel.district_of, len(panel.districts))
    return result


def trend(panel: Panel, horizon: int) -> FloatArray:
    """Least-squares line of the last TREND_YEARS years of each cell, [school, grade, h]; one year only: held."""
    pupils = seen_pupils(panel)[:, :, -TREND_YEARS:]
    seen = ~np.isnan(pupils)
    age = np.arange(pupils.shape[2], dtype=float) - (pupils.shape[2] - 1)
    count = np.maximum(seen.sum(axis=2), 1)
    mean_age = (seen * age).sum(axis=2) / count
    mean = np.where(seen, pupils, 0.0).sum(axis=2) / count
    distance = np.where(seen, age - mean_age[:, :, None], 0.0)
    spread = (distance**2).sum(axis=2)
    slope = np.divide(
        (distance * np.where(seen, pupils, 0.0)).sum(axis=2), spread, out=np.zeros_like(spread), where=spread > 0.0
    )
    ahead = np.arange(1, horizon + 1)
    line = mean[:, :, None] + slope[:, :, None] * (ahead - mean_age[:, :, None])
    return np.where(seen[:, :, -1, None], np.maximum(line, 0.0), np.nan)


def constant_share(panel: Panel, horizon: int) -> FloatArray:
    """Ratio-3 of the district's totals x today's share, [school, grade, h]."""
    totals = panel.of_districts()
    whole = Panel(
        pupils=totals,
        hosts=~np.isnan(totals),
        district_of=np.arange(len(panel.districts)),
        schools=panel.districts,
        districts=panel.districts,
        grades=panel.grades,
        years=panel.years,
    )
    path = ratio(whole, horizon, 3)
    now = totals[:, :, -1][panel.district_of]
    share = quotient(seen_pupils(panel)[:, :, -1], now)
    return share[:, :, None] * path[panel.district_of]


BASELINES: Mapping[str, Callable[[Panel, int], FloatArray]] = {
    "naive": naive,
    "ratio-1": partial(ratio, years=1),
    "ratio-3": partial(ratio, years=3),
    "ratio-5": partial(ratio, years=5),
    "ratio-3-pooled": partial(ratio, years=3, pooled=True),
    "ratio-5-pooled": partial(ratio, years=5, pooled=True),
    "ratio-3-births": partial(ratio, years=3, births=True),
    "trend": trend,
    "constant-share": constant_share,
}


def _school_ratio(pupils: FloatArray, years: int, pooled: bool) -> FloatArray:
    """Ratio into each grade but the lowest, [school, grade - 1]; that of all schools where a school has none."""
    before, after = (part[:, :, -years:] for part in transitions(pupils))
    common = quotient(after.sum(axis=(0, 2)), before.sum(axis=(0, 2)))
    own = (
        quotient(after.sum(axis=2), before.sum(axis=2))
        if pooled
        else _mean(quotient(after, np.where(before > 0.0, before, np.nan)))
    )
    return _first_known(own, np.broadcast_to(common, own.shape), np.ones(own.shape))


def _feeder_yield(pupils: FloatArray, totals: FloatArray, years: int) -> FloatArray:
    """Pupils of a grade for each pupil of the district in the grade below a year before, [school, grade - 1]."""
    after, before = pupils[:, 1:, 1:][:, :, -years:], totals[:, :-1, :-1][:, :, -years:]
    both = ~np.isnan(after) & ~np.isnan(before)
    return quotient(np.where(both, after, 0.0).sum(axis=2), np.where(both, before, 0.0).sum(axis=2))


def _entry_by_births(panel: Panel, entered: FloatArray, otherwise: FloatArray, horizon: int) -> FloatArray:
    """Entrants of the lowest grade from births x yield of the last 3 years, [school, h]."""
    births = np.exp(log_births(panel, horizon))[panel.district_of]
    past = births[:, : entered.shape[1]]
    both = ~np.isnan(entered[:, -3:]) & ~np.isnan(past[:, -3:])
    taken = quotient(np.where(both, entered[:, -3:], 0.0).sum(axis=1), np.where(both, past[:, -3:], 0.0).sum(axis=1))
    return _first_known(taken[:, None] * births[:, entered.shape[1] :], otherwise)


def _mean(values: FloatArray) -> FloatArray:
    """Mean of the last axis over what is known; NaN where nothing is."""
    seen = ~np.isnan(values)
    return quotient(np.where(seen, values, 0.0).sum(axis=-1), seen.sum(axis=-1).astype(float))


def _first_known(*choices: FloatArray) -> FloatArray:
    """The first choice that is not NaN, by element."""
    result = choices[0].copy()
    for choice in choices[1:]:
        result = np.where(np.isnan(result), choice, result)
    return result
