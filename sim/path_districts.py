"""The path of a whole district by grade: births, first grade, grade ratios of the district.

Symbols: T[d, g, t] pupils of district d; o the origin, h years ahead; b[d, t] births behind the entrants of year t
(known to some h, then held); lambda memory.

    ratio     log r[d, g] = log (A[d, g] + k R[g]) / (B[d, g] + k), A, B and R of `sim/path_ratios.py` on the totals T
    first     log T[d, 0, o+h] = LAST_PART log T[d, 0, o] + (1 - LAST_PART) (log b[d, o+h] + y[d])
              y = faded mean of log T[d, 0] / b, the usual yield of births; without births the mean of
              log T[d, 0, o] and of its faded mean, the usual number
    counted   where the children of the catchments are counted, log T[d, 0, o+h] = log T[d, 0, o] + their growth
    others    log T[d, g, o+h] = log T[d, g-1, o+h-1] + log r[d, g] + z[g, h],  z growth of the ratio that the study
              states (share of junior pupils who go on to general senior schools; docs/science/stages.md), else 0
    memory    every term is computed for the memories in MEMORIES and averaged in logs with weights
                exp(-SHARPNESS (S[m] - min S) / min S), S = sum over past origins q and h <= 3 with q + h <= o of
                WAPE[q, h, m] / sqrt(h) of the districts' grades; without past origins DEFAULT_MEMORY

Sources: combination of forecasts of the first grade: docs/science/backtests.md (ablation); forgetting factor chosen by
past errors: dynamic model averaging (Raftery, Karny and Ettler 2010, Technometrics 52:52).
Tests: tests/sim/test_path.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.panel import Panel, quotient
from sim.path_ratios import common_ratio, faded, transitions

MEMORIES = (0.4, 0.55, 0.7, 0.85, 0.95)
DEFAULT_MEMORY = 2  # its place in MEMORIES
SHARPNESS = 50.0
TRIED_AHEAD = (1, 2, 3)  # horizons on which memories are compared
LAST_PART = 0.25  # of last year in the first grade, against births
K_TOTAL = 100.0  # pupils moved up at which a district's own ratio and that of all districts count alike


@dataclass(frozen=True)
class DistrictPath:
    """What the districts are expected to hold, and why."""

    log_pupils: FloatArray  # [district, grade, h]; NaN where the district taught no such grade at the origin
    log_ratio: FloatArray  # [district, grade - 1]
    first: FloatArray  # [district, 3, h] logs of the first grade: last year, usual number, births x yield (or NaN)
    memory: FloatArray  # [memory] weights


def log_births(panel: Panel, horizon: int) -> FloatArray:
    """Log births behind the entrants, [district, years of the panel + horizon].

    A hole between two known years is interpolated; years after the last known one hold it; years before the first
    known one are NaN.
    """
    years = np.arange(panel.years[0], panel.years[-1] + horizon + 1)
    found = np.full((len(panel.districts), years.size), np.nan)
    if panel.births is None:
        return found
    known = panel.births.of_entry(years)
    for row, values in zip(found, known, strict=True):
        seen = ~np.isnan(values) & (values > 0.0)
        if seen.any():
            row[:] = np.interp(years, years[seen], np.log(values[seen]))
            row[: int(np.argmax(seen))] = np.nan
    return found


def first_grade(panel: Panel, totals: FloatArray, horizon: int, memory: float) -> FloatArray:
    """Last year, usual number, births x usual yield: logs [district, 3, h] from totals [district, grade, year].

    Counted children leave nothing to weigh: all three are the last number and their growth.
    """
    now = totals.shape[2] - 1
    pupils = _log(totals[:, 0])
    if panel.intake is not None:
        _, growth = panel.intake.growth(panel.schools, horizon)
        counted = np.repeat((pupils[:, now, None] + growth[0])[:, None], 3, axis=1)
        return np.asarray(counted)
    births = log_births(panel, horizon)
    yields = pupils - births[:, : now + 1]
    ahead = births[:, now + 1 :]
    last = np.broadcast_to(pupils[:, now, None], ahead.shape)
    usual = np.broadcast_to(_faded_mean(pupils, memory)[:, None], ahead.shape)
    return np.stack([last, usual, ahead + _faded_mean(yields, memory)[:, None]], axis=1)


def _faded_mean(values: FloatArray, memory: float) -> FloatArray:
    """Mean over the years that are not NaN, [district, year] -> [district]; NaN without any."""
    seen = ~np.isnan(values)
    return quotient(faded(np.where(seen, values, 0.0), memory), faded(seen.astype(float), memory))


def _one_memory(panel: Panel, totals: FloatArray, horizon: int, memory: float) -> tuple[FloatArray, FloatArray]:
    before, after = transitions(totals)
    moved, base = faded(after, memory), faded(before, memory)
    common = common_ratio(moved, base)
    return np.log((moved + K_TOTAL * common) / (base + K_TOTAL)), first_grade(panel, totals, horizon, memory)


def _roll(start: FloatArray, ratio: FloatArray, first: FloatArray, stated: FloatArray) -> FloatArray:
    """Log path [district, grade, h] from log totals [district, grade]; a grade without one below it holds its last.

    stated: [grade, h] growth of the ratio into a grade that the study states.
    """
    horizon = first.shape[2]
    path = np.full((*start.shape, horizon), np.nan)
    last, usual, born = first[:, 0], first[:, 1], first[:, 2]
    by_births = LAST_PART * last + (1.0 - LAST_PART) * born
    entry, below = np.where(np.isnan(born), 0.5 * (last + usual), by_births), start
    for h in range(horizon):
        path[:, 0, h] = entry[:, h]
        path[:, 1:, h] = below[:, :-1] + ratio + stated[1:, h]
        path[:, :, h] = np.where(np.isnan(path[:, :, h]), start, path[:, :, h])
        below = path[:, :, h]
    return np.where(np.isnan(start)[:, :, None], np.nan, path)


def tried_paths(panel: Panel, horizon: int) -> FloatArray:
    """Log path of every memory, [memory, district, grade, h]: what later origins judge the memories by."""
    totals = panel.of_districts()
    start = _log(totals[:, :, -1])
    stated = panel.growth_stated(horizon)
    return np.stack([_roll(start, *_one_memory(panel, totals, horizon, memory), stated) for memory in MEMORIES])


def memory_weights(panel: Panel, tried: Mapping[int, FloatArray]) -> FloatArray:
    """Weights [memory] from the paths [memory, district, grade, h] tried at earlier origins (by year)."""
    totals, last = panel.of_districts(), int(panel.years[-1])
    score, trials = np.zeros(len(MEMORIES)), 0
    for origin, paths in sorted(tried.items()):
        for h in TRIED_AHEAD:
            if origin + h > last or h > paths.shape[3]:
                continue
            actual = totals[:, :, origin + h - int(panel.years[0])]
            fair = ~np.isnan(actual) & ~np.isnan(paths[0, :, :, h - 1])
            if actual[fair].sum() > 0.0:
                error = np.abs(np.exp(paths[:, :, :, h - 1]) - actual)[:, fair].sum(axis=1)
                score, trials = score + error / actual[fair].sum() / np.sqrt(h), trials + 1
    if trials == 0:
        return np.asarray(np.eye(len(MEMORIES))[DEFAULT_MEMORY])
    weight = np.exp(-SHARPNESS * (score - score.min()) / max(score.min(), 1e-9))
    return np.asarray(weight / weight.sum())


def district_path(panel: Panel, horizon: int, weights: FloatArray) -> DistrictPath:
    """The path with the memories mixed by weights [memory]."""
    totals = panel.of_districts()
    ratio = np.zeros((len(panel.districts), len(panel.grades) - 1))
    first = np.zeros((len(panel.districts), 3, horizon))
    for memory, weight in zip(MEMORIES, weights, strict=True):
        one_ratio, one_first = _one_memory(panel, totals, horizon, memory)
        ratio += weight * one_ratio
        first += weight * one_first
    path = _roll(_log(totals[:, :, -1]), ratio, first, panel.growth_stated(horizon))
    return DistrictPath(path, ratio, first, weights)


def _log(values: FloatArray) -> FloatArray:
    """Log of positive numbers, NaN of all others, by element."""
    return np.asarray(np.log(np.where(values > 0.0, values, np.nan)))
