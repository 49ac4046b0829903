"""Sizes of the forces learnt from the errors of past origins, shrunk towards those of other panels.

Symbols: e log error of a cell at origin q, h years ahead, M its forecast, n pupils of its school; g moves in the same
school since the origin or since it entered.

    shared    year, district, level at every h: moments of pairs (`sim/error_parts.py`); a walk is fitted to them:
              part[h] = a h + b h (h - 1),  step^2 = a,  lasting = b / a
    entry     what cells of the lowest grade share beyond what all cells share, mean over h
    drift     products of two errors of one school and origin, less what is shared = a walk + a walk / n
    chance    e^2 - shared - drift = (here + moved A + (new or fed) B) / M + own_here^2 + own_moved^2 (A + B)
              A = sum of carry^(2j) over j < g, B = carry^(2g) for cells that entered, else 0
    level     the borrowed drift is first multiplied by found / borrowed over all totals: places differ in this most
    shrunk    every fit is least squares with sizes not below zero, weights 1 / (borrowed variance)^2, and as many
              made-up rows of the borrowed sizes as ORIGINS, SCHOOLS or CELLS say

Only targets up to the origin are used.  Tests: tests/sim/test_processes.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.baselines import seen_pupils
from sim.error_parts import MOST, ErrorParts, parts_of
from sim.panel import Panel
from sim.path import Path
from sim.processes import Chance, Processes, Walk

LEARNT_AHEAD = (1, 2, 3, 4, 5)  # horizons that teach
ORIGINS, SCHOOLS, CELLS = 6.0, 100.0, 300.0  # what the borrowed sizes weigh: origins, totals, cells of one year ahead
FEW = 30.0  # what the borrowed level of the drift weighs, totals of schools
FAR, NEAR, ROUNDS = 2.0, 0.89, 4  # squares of cells are cut at FAR sd; what then is left of them if a quarter is t(4)
HALF = 30.0  # pupils at which a cell weighs half


@dataclass(frozen=True)
class Errors:
    """Past errors of cells, each array [cell]."""

    origin: IntArray
    ahead: IntArray
    school: IntArray
    grade: IntArray
    district: IntArray
    expected: FloatArray
    size: FloatArray  # pupils of the school, one year ahead of the origin
    log_error: FloatArray
    moves: IntArray  # in the same school since the origin or since it entered
    entered: BoolArray  # after the origin
    lowest: BoolArray  # entered in the lowest grade of the panel

    def where(self, chosen: BoolArray) -> "Errors":
        """Some of the cells, chosen [cell]."""
        return Errors(**{name: values[chosen] for name, values in vars(self).items()})

    @property
    def weight(self) -> FloatArray:
        """M / (M + HALF), [cell]."""
        return self.expected / (self.expected + HALF)


def grades_below(hosts: BoolArray) -> IntArray:
    """Grades right below that the school offers without a break, [school, grade]."""
    run = np.zeros(hosts.shape, dtype=np.int64)
    for g in range(1, hosts.shape[1]):
        run[:, g] = np.where(hosts[:, g] & hosts[:, g - 1], run[:, g - 1] + 1, 0)
    return run


def past_errors(panel: Panel, paths: Mapping[int, Path], horizons: tuple[int, ...] = LEARNT_AHEAD) -> Errors:
    """Errors of the paths whose targets the panel knows; empty arrays [0] where there are none."""
    pupils, known = seen_pupils(panel), panel.known
    parts: list[dict[str, NDArray[np.generic]]] = []
    for origin, path in sorted(paths.items()):
        at = origin - int(panel.years[0])
        run = grades_below(panel.hosts[:, :, at])
        size = np.nan_to_num(path.pupils[:, :, 0]).sum(axis=1)
        for h in horizons:
            if at + h >= pupils.shape[2] or h > path.log_pupils.shape[2]:
                continue
            fair = known[:, :, at] & known[:, :, at + h] & ~np.isnan(path.log_pupils[:, :, h - 1])
            s, g = np.nonzero(fair)
            expected = np.maximum(np.exp(path.log_pupils[s, g, h - 1]), 0.5)
            error = np.log((pupils[s, g, at + h] + 0.5) / (expected + 0.5))
            entered = run[s, g] < h
            one = {
                "origin": np.full(s.size, origin),
                "ahead": np.full(s.size, h),
                "school": s,
                "grade": g,
                "district": panel.district_of[s],
                "expected": expected,
                "size": np.maximum(size[s], 1.0),
                "log_error": np.clip(error, -MOST, MOST),
                "moves": np.minimum(run[s, g], h),
                "entered": entered,
                "lowest": entered & (run[s, g] == g),
            }
            parts.append(one)
    if not parts:
        return _none()
    return Errors(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _none() -> Errors:
    whole, real, truth = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0, dtype=bool)
    return Errors(whole, whole, whole, whole, whole, real, real, real, whole, truth, truth)


def shrunk_fit(
    rows: FloatArray, found: FloatArray, weight: FloatArray, prior: FloatArray, strength: float
) -> FloatArray:
    """Least squares not below zero, [term], of found [row] on rows [row, term] with weights [row].

    The prior [term] stands in for `strength` rows, each of the mean size of its column where there is one.
    """
    scale = np.maximum(np.sqrt((weight[:, None] * rows**2).sum(axis=0) / max(weight.sum(), 1e-300)), 1e-12)
    mean_weight = float(weight.mean()) if weight.size else 1.0
    unit = rows / scale
    square = (unit.T * weight) @ unit + strength * mean_weight * np.eye(prior.size)
    onto = (unit.T * weight) @ found + strength * mean_weight * scale * prior
    root = np.linalg.cholesky(square)  # the same problem in as many rows as terms
    solution, _ = nnls(root.T, np.linalg.solve(root, onto))
    return np.asarray(solution / scale)


def fit_walk(parts: Mapping[int, tuple[float, int]], prior: Walk, strength: float = ORIGINS) -> Walk:
    """A walk from variances and their number of origins by horizon, h -> (variance, origins)."""
    h = np.array([ahead for ahead, (value, _) in parts.items() if not np.isnan(value)], dtype=float)
    if not h.size:
        return prior
    found = np.array([value for value, _ in parts.values() if not np.isnan(value)])
    origins = np.array([count for value, count in parts.values() if not np.isnan(value)], dtype=float)
    shape = np.maximum(prior.variance(h), 1e-6)
    weight = origins / shape**2 * shape[0] ** 2
    begin = np.array([prior.step**2, prior.step**2 * prior.lasting])
    rows = np.stack([h, h * (h - 1.0)], axis=1)
    share = strength / max(float(origins.max()), 1.0) * h.size
    return _walk(*shrunk_fit(rows, found, weight, begin, share))


def _walk(first: float, second: float) -> Walk:
    """The walk with variance first h + second h (h - 1), or the nearest: steps cannot be correlated by more than 1."""
    step = max(float(first), float(second))
    return Walk(step**0.5, float(second) / step if step > 0.0 else 0.0)


def learnt(panel: Panel, paths: Mapping[int, Path], prior: Processes) -> Processes:
    """Sizes from the errors of paths made at earlier origins of this panel; prior: sizes borrowed from elsewhere."""
    errors = past_errors(panel, paths)
    if not errors.origin.size:
        return prior
    parts = {h: _parts(errors.where(errors.ahead == h)) for h in np.unique(errors.ahead).tolist()}
    count = {h: np.unique(errors.origin[errors.ahead == h]).size for h in parts}
    year, district, level = (
        fit_walk({h: (getattr(part, name), count[h]) for h, part in parts.items()}, getattr(prior, name))
        for name in ("year", "district", "level")
    )
    by_ahead = np.zeros((max(parts) + 1, 2))
    for h, part in parts.items():
        by_ahead[h] = np.nansum([part.year, part.district]), np.nan_to_num(part.level)
    shared, of_level = by_ahead[errors.ahead].T
    drift, flow = _drift(errors, shared, prior)
    of_school = drift.variance(errors.ahead.astype(float)) + flow.variance(errors.ahead.astype(float)) / errors.size
    chance = _chance(errors, shared + of_level + of_school, prior)
    return replace(
        prior,
        year=year,
        district=district if len(panel.districts) > 1 else Walk(0.0),
        level=level,
        drift=drift,
        flow=flow,
        entry=_entry(errors, parts, prior.entry),
        chance=chance,
        origins=int(np.unique(errors.origin).size),
    )


def _parts(errors: Errors) -> ErrorParts:
    def number(*columns: IntArray) -> IntArray:
        key = np.zeros(errors.origin.size, dtype=np.int64)
        for column in columns:
            key = key * (int(column.max()) + 1) + column
        return np.unique(key, return_inverse=True)[1].astype(np.int64)

    origin = errors.origin - errors.origin.min()
    groups = [
        number(origin),
        number(origin, errors.district),
        number(origin, errors.district, errors.grade),
        number(origin, errors.school),
    ]
    return parts_of(errors.log_error, errors.expected, groups)


def _entry(errors: Errors, parts: Mapping[int, ErrorParts], prior: float) -> float:
    """Size of the common error of entrants, shrunk by the number of origins."""
    total, origins = ORIGINS * prior**2, ORIGINS
    for h, part in parts.items():
        news = errors.where(errors.lowest & (errors.ahead == h))
        if news.origin.size:
            own, number = _parts(news).year, np.unique(news.origin).size
            if not np.isnan(own):
                total += max(own - part.year, 0.0) * number / len(parts)
                origins += number / len(parts)
    return float(np.sqrt(total / origins))


def _drift(errors: Errors, shared: FloatArray, prior: Processes) -> tuple[Walk, Walk]:
    """The school drift and its flow from products of two grades of one school."""
    key = (errors.origin - errors.origin.min()) * (int(errors.school.max()) + 1) + errors.school
    _, first, group = np.unique(key * 64 + errors.ahead, return_index=True, return_inverse=True)
    product = errors.weight * errors.log_error
    pairs = np.bincount(group, errors.weight) ** 2 - np.bincount(group, errors.weight**2)
    some = pairs > 1e-9
    if not some.any():  # schools of one grade cannot tell drift from chance
        return prior.drift, prior.flow
    h, n = errors.ahead[first][some].astype(float), errors.size[first][some]
    found = (np.bincount(group, product) ** 2 - np.bincount(group, product**2))[some] / pairs[some]
    rows = np.stack([h, h * (h - 1.0), h / n, h * (h - 1.0) / n], axis=1)
    begin = np.array(
        [part for walk in (prior.drift, prior.flow) for part in (walk.step**2, walk.step**2 * walk.lasting)]
    )
    chance = (prior.chance.here + prior.chance.moved * h) / n
    weight = 1.0 / np.maximum(rows @ begin + chance, 1e-6) ** 2
    found = found - shared[first][some]
    begin = begin * _level(rows @ begin, found, weight)
    sizes = shrunk_fit(rows, found, weight, begin, SCHOOLS * np.unique(h).size)
    return _walk(*sizes[:2]), _walk(*sizes[2:])


def _level(expected: FloatArray, found: FloatArray, weight: FloatArray) -> float:
    """How many times larger than borrowed the variances are as a whole, [case] each; places differ in this most."""
    few = FEW * float(weight.mean()) * float((weight * expected**2).sum() / weight.sum())
    above, below = float((weight * expected * found).sum()), float((weight * expected**2).sum())
    return max(above + few, 0.0) / (below + few)


def _chance(errors: Errors, shared: FloatArray, prior: Processes) -> Chance:
    """Chance of the cells from what is left of the squares."""
    old = prior.chance
    keep = old.carry**2
    g = errors.moves
    moved = (1.0 - keep**g) / (1.0 - keep) if keep < 1.0 else g.astype(float)
    came = np.where(errors.entered, keep**g, 0.0)
    per_pupil = 1.0 / (errors.expected + 0.5)
    rows = np.stack(
        [
            per_pupil,
            moved * per_pupil,
            came * errors.lowest * per_pupil,
            came * ~errors.lowest * per_pupil,
            np.ones(g.size),
            moved + came,
        ],
        axis=1,
    )
    begin = np.array([old.here, old.moved, old.new, old.fed, old.own_here**2, old.own_moved**2])
    found = begin
    for _ in range(ROUNDS):
        whole = np.maximum(rows @ found + shared, 1e-6)
        square = np.minimum(errors.log_error**2, FAR**2 * whole) / NEAR
        found = shrunk_fit(rows, square - shared, 1.0 / whole**2, begin, CELLS * np.unique(errors.ahead).size)
    here, moved_, new, fed, own_here, own_moved = (float(value) for value in found)
    return Chance(here, moved_, new, fed, float(np.sqrt(own_here)), float(np.sqrt(own_moved)), old.carry)
