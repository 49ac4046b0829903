"""Corrections of the sizes of the forces, learnt from how past forecasts of this very panel turned out.

Symbols: y what came, M forecast, V variance the processes expect, z standardised error, Q[p] quantile of |z| expected.

    cells     z = 2 (root(y + 3/8) - root(M + 3/8)) / V^1/2,  V = chance + M (shared + drift)
    schools   z = log((Y + 1/2) / (M + 1/2)) / V^1/2,  V = shared + drift + sum of the chances of its cells / M^2
    expected  z is a sum of a normal part and of h steps of t(4), the latter with its share of V: Q by simulation once
    spread    f = mean over p in LEVELS of the p-quantile of |z| / Q[p], in each band of school sizes
    shrunk    f <- 1 + (f - 1) n / (n + STRENGTH), n = effective number of origins: those with cases in the band, each
              counted by cases / (cases + FEW)
    unsure    with n origins the drift and the shared forces are wider by (1 + UNSURE / n)^1/2: sizes are estimates
    recorded  what a record of scored forecasts found (`sim/error_record.py`) joins f by its number of origins, in every
              band; of origins that the panel does not test itself
    solved    drift^2 D + chance^2 C + rest = f^2 V of both levels, in turn: chance from cells, drift from schools

The factors act inside the processes (`Scales`), so draws stay one world.  Errors of one origin share its years: with
three origins a factor is half believed.  Tests: tests/sim/test_calibration.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray, IntArray
from sim.draws import student_4
from sim.error_record import CELLS, SCHOOLS, SHARED, Found, Record, nothing_recorded
from sim.panel import Panel
from sim.path import Path
from sim.processes import Processes, Scales
from sim.processes_fit import Errors, learnt, past_errors
from sim.volatility import volatility

BOUNDS = (75.0, 150.0, 300.0, 500.0)  # upper ends of the size bands but the last, pupils of a school
LEVELS = (0.5, 0.8, 0.9)
STRENGTH, FEW = 3.0, 30.0
LEAST, MOST = 0.5, 2.0  # a factor stays between
ROUNDS = 4
UNSURE = 0.5  # part of the variance of a size learnt from a single origin that comes on top


@dataclass(frozen=True)
class Cases:
    """Past errors of one level, each array [case]."""

    z: FloatArray  # standardised by `total`
    total: FloatArray  # variance expected, in the units of the level
    drift: FloatArray  # of it, from the school drift
    chance: FloatArray  # of it, from chance
    heavy: FloatArray  # share of the variance from t steps
    ahead: IntArray
    origin: IntArray
    school: IntArray
    band: IntArray


def calibrated(panel: Panel, paths: Mapping[int, Path], prior: Processes, record: Record | None = None) -> Processes:
    """Processes learnt from the paths of earlier origins of this panel, with corrected scales.

    panel: as known now; paths made at earlier origins, by year; prior: sizes borrowed from elsewhere; record: how
    forecasts of this place turned out, of which origins tested here are left out.
    """
    sizes = learnt(panel, paths, prior)
    errors = past_errors(panel, paths)
    tested = [int(year) for year in np.unique(errors.origin)]
    known = (record or nothing_recorded()).usable(tested, int(panel.years[-1]))
    if not errors.origin.size:
        return sizes if known.rows.empty else replace(sizes, scales=recorded_scales(known))
    cases = school_cases(errors, sizes, np.ones(len(panel.schools)))
    next_year = cases.ahead == 1
    factor = volatility(cases.z[next_year], cases.school[next_year], cases.origin[next_year], len(panel.schools))
    volatile = {school: float(value) for school, value in zip(panel.schools, factor, strict=True) if value != 1.0}
    return replace(sizes, volatile=volatile, scales=corrections(errors, sizes, factor, known))


def recorded_scales(record: Record) -> Scales:
    """Factors from a record alone, where the panel has no past forecast of its own."""
    chance, drift, shared = (_bounded(shrunk(1.0, 0.0, record.found(level))) for level in (CELLS, SCHOOLS, SHARED))
    bands = len(BOUNDS) + 1
    return Scales(BOUNDS, (drift,) * bands, (chance,) * bands, shared)


def corrections(errors: Errors, processes: Processes, volatile: FloatArray, record: Record | None = None) -> Scales:
    """Factors by band of school sizes from past errors, given how volatile each school is [school]."""
    known = record or nothing_recorded()
    said_of_cells, said_of_schools = known.found(CELLS), known.found(SCHOOLS)
    cells, schools = cell_cases(errors, processes, volatile), school_cases(errors, processes, volatile)
    drift, chance = np.ones(len(BOUNDS) + 1), np.ones(len(BOUNDS) + 1)
    for band in range(len(BOUNDS) + 1):
        in_cells, in_schools = cells.band == band, schools.band == band
        wide_cells = spread(cells, in_cells, said_of_cells)
        wide_schools = spread(schools, in_schools, said_of_schools)
        for _ in range(ROUNDS):
            chance[band] = _solve(cells, in_cells, wide_cells, cells.drift, cells.chance, drift[band])
            drift[band] = _solve(schools, in_schools, wide_schools, schools.chance, schools.drift, chance[band])
    unsure = float(np.sqrt(1.0 + UNSURE / np.unique(errors.origin).size))
    shared = unsure * _bounded(shrunk(1.0, 0.0, known.found(SHARED)))
    return Scales(BOUNDS, tuple((unsure * drift).tolist()), tuple(chance.tolist()), shared)


def _solve(
    cases: Cases, chosen: NDArray[np.bool_], wide: float, other: FloatArray, own: FloatArray, other_factor: float
) -> float:
    """Factor on the sd of `own` [case] that makes the whole spread `wide` times the expected one."""
    if not chosen.any():
        return _bounded(wide)
    part, rest = own[chosen] / cases.total[chosen], other[chosen] / cases.total[chosen]
    wanted = wide**2 - 1.0 + part.mean() - (other_factor**2 - 1.0) * rest.mean()
    return _bounded(float(np.sqrt(max(wanted / max(part.mean(), 1e-9), 0.0))))


def _bounded(factor: float) -> float:
    return float(np.clip(factor, LEAST, MOST))


def spread(cases: Cases, chosen: NDArray[np.bool_], recorded: Found | None = None) -> float:
    """How many times wider past errors were than expected, shrunk to 1; cases chosen [case].

    recorded: what scored forecasts of other origins say of the same.
    """
    if not chosen.any():
        return shrunk(1.0, 0.0, recorded or Found())
    z, expected = np.abs(cases.z[chosen]), expected_quantiles(cases.heavy[chosen], cases.ahead[chosen])
    found = float(np.mean([np.quantile(z / expected[i], level) for i, level in enumerate(LEVELS)]))
    counts = np.unique(cases.origin[chosen], return_counts=True)[1]
    return shrunk(found, float((counts / (counts + FEW)).sum()), recorded or Found())


def shrunk(found: float, effective: float, recorded: Found) -> float:
    """A factor found at an effective number of origins, joined by what is recorded, shrunk to 1."""
    origins = effective + recorded.weight
    if origins == 0.0:
        return 1.0
    both = (effective * found + recorded.weight * recorded.stretch) / origins
    return float(1.0 + (both - 1.0) * origins / (origins + STRENGTH))


def cell_cases(errors: Errors, processes: Processes, volatile: FloatArray) -> Cases:
    """Standardised errors of cells, in roots of pupils; volatile: factor of each school [school]."""
    factor = volatile[errors.school]
    shared, drift, heavy = _variances(errors, processes, factor)
    expected = errors.expected
    actual = np.exp(errors.log_error) * (expected + 0.5) - 0.5
    chance = factor * chance_variance(errors, processes)
    total = chance + expected * (shared + drift)
    z = 2.0 * (np.sqrt(np.maximum(actual, 0.0) + 0.375) - np.sqrt(expected + 0.375)) / np.sqrt(total)
    part = (expected * heavy + factor * chance_variance(errors, processes, moves_only=True)) / total
    band = _band(errors.size)
    return Cases(z, total, expected * drift, chance, part, errors.ahead, errors.origin, errors.school, band)


def school_cases(errors: Errors, processes: Processes, volatile: FloatArray) -> Cases:
    """Standardised errors of the counted grades of a school together, in logs; volatile [school]."""
    key = np.stack([errors.origin, errors.ahead, errors.school])
    (origin, ahead, school), first, group = np.unique(key, axis=1, return_index=True, return_inverse=True)
    group = group.ravel()
    actual = np.exp(errors.log_error) * (errors.expected + 0.5) - 0.5
    whole = np.bincount(group, errors.expected)
    chance = np.bincount(group, errors.expected * chance_variance(errors, processes)) / whole**2
    shared, drift, heavy = (values[first] for values in _variances(errors, processes, volatile[errors.school]))
    chance = chance * volatile[school]
    total = shared + drift + chance
    z = np.log((np.maximum(np.bincount(group, actual), 0.0) + 0.5) / (whole + 0.5)) / np.sqrt(total)
    return Cases(z, total, drift, chance, heavy / total, ahead, origin, school, _band(errors.size[first]))


def _band(size: FloatArray) -> IntArray:
    return np.searchsorted(np.array(BOUNDS), size, side="right").astype(np.int64)


def _variances(errors: Errors, processes: Processes, volatile: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Variances of logs: shared, school drift, and that of its t steps, [cell] each; volatile [cell]."""
    h = errors.ahead.astype(float)
    shared = sum((processes.walks[name].variance(h) for name in ("year", "district", "level")), np.zeros(h.size))
    moved = volatile**2
    heavy = h * processes.drift_parts(errors.size)[1]
    drift = processes.drift_variance(h, errors.size)
    return np.asarray(shared + errors.lowest * processes.entry**2), moved * drift, moved * heavy


def chance_variance(errors: Errors, processes: Processes, moves_only: bool = False) -> FloatArray:
    """Variance of each cell's chance for each pupil expected, [cell]; moves_only: the part of its t steps."""
    chance, g = processes.chance, errors.moves
    keep = chance.carry**2
    moved = np.where(keep < 1.0, (1.0 - keep**g) / max(1.0 - keep, 1e-12), g)
    came = np.where(errors.entered, keep**g, 0.0)
    enters = np.where(errors.lowest, chance.new, chance.fed)
    if moves_only:
        heavy = moved + np.where(errors.lowest, 0.0, came)
        return np.asarray(
            np.where(errors.lowest & (g == 0), 0.0, chance.here + chance.own_here**2 * errors.expected)
            + chance.moved * moved
            + np.where(errors.lowest, 0.0, enters * came)
            + chance.own_moved**2 * heavy * errors.expected
        )
    own = chance.own_here**2 + chance.own_moved**2 * (moved + came)
    return np.asarray(chance.here + chance.moved * moved + enters * came + own * errors.expected)


def expected_quantiles(heavy: FloatArray, ahead: IntArray) -> FloatArray:
    """Quantiles of |z| at LEVELS, [level, case], by the share of t steps [case] and their number [case]."""
    table = _table()
    share = np.clip(heavy, 0.0, 1.0) * (table.shape[1] - 1)
    low = np.minimum(share.astype(np.int64), table.shape[1] - 2)
    step = np.minimum(ahead, table.shape[0]) - 1
    part = share - low
    return np.asarray((table[step, low] * (1.0 - part)[:, None] + table[step, low + 1] * part[:, None]).T)


@lru_cache(maxsize=1)
def _table() -> FloatArray:
    """Quantiles of the mixture, [h - 1, share, level], from 40 000 numbers of a fixed seed."""
    random = np.random.default_rng(1908)
    normal, steps = random.standard_normal(40000), student_4(random.random((5, 40000)))
    sums = np.cumsum(steps, axis=0) / np.sqrt(np.arange(1, 6))[:, None]
    shares = np.linspace(0.0, 1.0, 11)
    mixed = np.sqrt(1.0 - shares)[None, :, None] * normal + np.sqrt(shares)[None, :, None] * sums[:, None, :]
    return np.asarray(np.moveaxis(np.quantile(np.abs(mixed), LEVELS, axis=2), 0, 2))
