"""What past errors are made of: how much all schools share, how much a school or a grade, how much is chance.

Symbols: e log error of a cell (school s of district d, grade g) at origin o and one horizon, M its forecast.

    e = year[o] + district[d, o] + level[d, g, o] + drift[s, o] + cell[s, g, o]
    Var cell = own + phi / M

Products of two errors of one origin estimate what the two cells share (moments by pairs, weight w = M / (M + HALF)):
    other district                           year
    same district, other school and grade    year + district
    same district and grade, other school    year + district + level
    same school, other grade                 year + district + drift
    the square itself, regressed on 1 / M    all of it + own + phi / M
A share that comes out below zero is zero; one without any pair is NaN, and what it would have held is in the next
wider one (with one district, `district` is in `year`).  Bias common to all origins is in `year`.  Errors beyond +-MOST
are cut there: a school that halves is an event.

Three kinds of cells have different chance (`kinds`): pupils who were in this school at the origin (moved), who came
from another school since (entered), who were below the lowest grade (new).
Method: variance components by moments (Searle, Casella and McCulloch 1992, chapter 5).
Tests: tests/sim/test_error_parts.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.panel import Panel

HALF, MOST = 30.0, 0.7  # pupils at which a cell weighs half; largest log error counted


@dataclass(frozen=True)
class ErrorParts:
    """Variances of log errors, and the chance of small numbers."""

    year: float
    district: float
    level: float  # district x grade
    drift: float  # school
    own: float  # cell, whatever its size
    phi: float  # variance of a cell's pupils for each pupil expected
    cells: int


def error_parts(pairs: pd.DataFrame, horizon: int, method: str = "schoolplan") -> ErrorParts:
    """Parts of the errors of one method and horizon, from the rows of `sim.backtest.backtest`."""
    rows = pairs[(pairs["level"] == "school-grade") & (pairs["horizon"] == horizon)].dropna(subset=[method])
    expected = np.maximum(rows[method].to_numpy(dtype=float), 0.5)
    error = np.clip(np.log((rows["actual"].to_numpy(dtype=float) + 0.5) / (expected + 0.5)), -MOST, MOST)
    names = [["origin"], ["origin", "district"], ["origin", "district", "grade"], ["origin", "school"]]
    groups: list[IntArray] = [rows.groupby(name, sort=False).ngroup().to_numpy().astype(np.int64) for name in names]
    return parts_of(error, expected, groups)


def parts_of(error: FloatArray, expected: FloatArray, groups: list[IntArray]) -> ErrorParts:
    """Parts from log errors and forecasts [cell], and numbers of the groups [cell]: origin, district, level, school."""
    weight = expected / (expected + HALF)
    everyone, district, level, school = (_pairs(error, weight, group) for group in groups)
    elsewhere, near = _mean(everyone - district), _mean(district - level - school)
    year = near if np.isnan(elsewhere) else elsewhere
    shared = year if np.isnan(near) else near
    parts = {
        "year": _not_below_zero(year),
        "district": np.nan if np.isnan(elsewhere) else _not_below_zero(near - year),
        "level": _not_below_zero(_mean(level) - np.nan_to_num(shared)),
        "drift": _not_below_zero(_mean(school) - np.nan_to_num(shared)),
    }
    common = np.nansum([max(float(np.nan_to_num(shared)), 0.0), parts["level"], parts["drift"]])
    own, phi = _own_and_chance(error**2 - common, expected, weight)
    return ErrorParts(**parts, own=own, phi=phi, cells=error.size)


def kinds(panel: Panel, pairs: pd.DataFrame) -> NDArray[np.str_]:
    """Kind of each school-grade row of a backtest of the panel, [row]: moved, entered or new."""
    hosts = panel.hosts
    run = np.zeros(hosts.shape, dtype=np.int64)  # grades below that the school offers without a break
    for g in range(1, hosts.shape[1]):
        run[:, g] = np.where(hosts[:, g] & hosts[:, g - 1], run[:, g - 1] + 1, 0)
    school, grade = (
        pd.Index(list(names)).get_indexer(pd.Index(pairs[column]))
        for names, column in ((panel.schools, "school"), (panel.grades, "grade"))
    )
    below = run[school, grade, pairs["origin"].to_numpy(dtype=np.int64) - int(panel.years[0])]
    horizon = pairs["horizon"].to_numpy(dtype=np.int64)
    return np.where(below >= horizon, "moved", np.where(below == grade, "new", "entered"))


def _pairs(error: FloatArray, weight: FloatArray, group: IntArray) -> FloatArray:
    """Sums over ordered pairs of different cells of a group: of weighted products, and of weights, [2]."""
    products, weights = np.bincount(group, weight * error), np.bincount(group, weight)
    return np.array(
        [(products**2).sum() - ((weight * error) ** 2).sum(), (weights**2).sum() - (weight**2).sum()],
    )


def _not_below_zero(value: float) -> float:
    return value if np.isnan(value) else max(value, 0.0)


def _mean(sums: FloatArray) -> float:
    """Weighted mean product; NaN where there are no pairs."""
    return float(sums[0] / sums[1]) if sums[1] > 1e-9 else np.nan


def _own_and_chance(rest: FloatArray, expected: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Least squares of what is left of the squares on 1 and 1 / M, neither below zero."""
    x = np.stack([np.ones(rest.size), 1.0 / (expected + 0.5)], axis=1)
    for used in ((0, 1), (1,), (0,)):
        part = x[:, used]
        found = np.linalg.lstsq(part * weight[:, None], rest * weight, rcond=None)[0]
        if (found >= 0.0).all():
            both = np.zeros(2)
            both[list(used)] = found
            return float(both[0]), float(both[1])
    return 0.0, 0.0
