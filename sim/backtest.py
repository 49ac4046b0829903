"""Rolling origins: every method forecasts from every past year with what was known then, and is held to what came.

    origins   years with a count from the LEAST_HISTORY-th year of the panel on, but the last
    levels    school-grade, school-stage, school, county-grade, county (county = district of the panel)
    scored    school-grade  offered and counted at origin and target
              school-stage  the same grades of the stage offered at origin and target, all of them counted; in panels
                            whose grades have stages; its name stands in the column of the grade
              school        the same with all grades of the school
              county-grade  taught in the county at both, no school's count missing; forecast = sum of its schools
              county        all such grades together
    scale     of MASE: mean absolute yearly change of the series over the years up to the origin

Openings and closures after the origin are not in school levels; in county levels they are, since pupils stay somewhere.
Suppressed cells are neither forecast from nor scored.  Protocol: docs/science/backtests.md.
Tests: tests/sim/test_backtest.py, tests/real/test_backtest_vermont.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import scores
from sim.arrays import BoolArray, FloatArray
from sim.baselines import BASELINES, seen_pupils
from sim.panel import Panel, quotient
from sim.path import forecasts
from sim.path_ratios import by_district

Method = Callable[[Panel, int], FloatArray]

OWN = "schoolplan"
LEAST_HISTORY = 4  # years of counts, the origin included
LEVELS = ("school-grade", "school-stage", "school", "county-grade", "county")
KEYS = ["level", "origin", "horizon", "district", "school", "grade"]


def origins_of(panel: Panel) -> list[int]:
    """Years that can be origins."""
    counted = panel.years[np.asarray(panel.known.any(axis=(0, 1)))]
    return [int(year) for year in counted[LEAST_HISTORY - 1 : -1]]


def backtest(
    panel: Panel, horizon: int = 10, methods: Mapping[str, Method] = BASELINES, origins: Sequence[int] | None = None
) -> pd.DataFrame:
    """One row for each scored number: KEYS, actual, scale, and a column for the path (`schoolplan`) and every method.

    Methods get the panel cut at the origin and return [school, grade, h].
    """
    years = list(origins) if origins is not None else origins_of(panel)
    own = forecasts(panel, years, horizon) if years else {}
    truth = truth_of(panel)
    frames = []
    for origin in years:
        cut = panel.cut(origin)
        predicted = {OWN: own[origin].pupils, **{name: method(cut, horizon) for name, method in methods.items()}}
        for h in range(1, min(horizon, int(panel.years[-1]) - origin) + 1):
            frames += _pairs(truth, origin, h, {name: values[:, :, h - 1] for name, values in predicted.items()})
    if not frames:
        raise ValueError(f"a backtest needs {LEAST_HISTORY + 1} years with counts")
    return pd.concat(frames, ignore_index=True)


def score_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """A row for each level, horizon and method: n, wape, mape (median), mase, bias, within5, within10 (shares)."""
    methods = [name for name in pairs.columns if name not in (*KEYS, "actual", "scale")]
    rows = []
    for (level, horizon), part in pairs.groupby(["level", "horizon"], sort=False):
        actual, scale = part["actual"].to_numpy(), part["scale"].to_numpy()
        for method in methods:
            predicted = part[method].to_numpy()
            known = ~np.isnan(predicted)
            y, f = actual[known], predicted[known]
            rows.append(
                {
                    "level": level,
                    "horizon": horizon,
                    "method": method,
                    "n": int(known.sum()),
                    "wape": scores.wape(y, f),
                    "mape": scores.median_ape(y, f),
                    "mase": scores.mase(y, f, scale[known]),
                    "bias": scores.bias(y, f),
                    "within5": scores.share_within(y, f, 0.05),
                    "within10": scores.share_within(y, f, 0.10),
                }
            )
    order = {level: i for i, level in enumerate(LEVELS)}
    table = pd.DataFrame(rows)
    table["rank"] = table["level"].map(order)
    return table.sort_values(["rank", "horizon"], kind="stable").drop(columns="rank").reset_index(drop=True)


def skill_of(pairs: pd.DataFrame, level: str, horizons: Sequence[int], own: str, other: str) -> scores.Skill:
    """Change of the absolute error of one method against another on the cases both forecast, with its interval."""
    part = pairs[(pairs["level"] == level) & pairs["horizon"].isin(list(horizons))].dropna(subset=[own, other])
    errors = [np.abs(part[name].to_numpy() - part["actual"].to_numpy()) for name in (own, other)]
    blocks = (pd.factorize(part["district"])[0].astype(np.int64), part["origin"].to_numpy(dtype=np.int64))
    return scores.skill(errors[0], errors[1], blocks)


@dataclass(frozen=True)
class Cases:
    """Series of one level that are scored at one origin and horizon; `pick` also takes draws [school, grade, draw]."""

    level: str
    district: NDArray[np.str_]  # [case]
    school: NDArray[np.str_] | str
    grade: NDArray[np.str_] | str
    actual: FloatArray  # [case]
    history: FloatArray  # [case, year] up to the origin
    pick: Callable[[FloatArray], FloatArray]  # the cases' forecasts out of [school, grade]


@dataclass(frozen=True)
class Truth:
    """What came, and what all origins share."""

    panel: Panel
    pupils: FloatArray  # [school, grade, year]
    totals: FloatArray  # [district, grade, year]

    def of_districts(self, values: FloatArray) -> FloatArray:
        """Sums over the schools of each district, [school, ..] -> [district, ..]; what is not known counts nothing."""
        known = np.where(np.isnan(values), 0.0, values)
        if values.ndim == 2:
            return by_district(known, self.panel.district_of, len(self.panel.districts))
        order = np.argsort(self.panel.district_of, kind="stable")
        starts = np.searchsorted(self.panel.district_of[order], np.arange(len(self.panel.districts)))
        return np.asarray(np.add.reduceat(known[order], starts, axis=0))


def truth_of(panel: Panel) -> Truth:
    """What came, of a whole panel."""
    return Truth(panel, seen_pupils(panel), panel.of_districts())


def cases_at(truth: Truth, origin: int, h: int) -> tuple[Cases, ...]:
    """What is scored of forecasts from an origin, h years ahead, one element for each level the panel has."""
    at = origin - int(truth.panel.years[0])
    return (*_school_levels(truth, at, at + h), *_county_levels(truth, at, at + h))


def _pairs(truth: Truth, origin: int, h: int, predicted: Mapping[str, FloatArray]) -> list[pd.DataFrame]:
    """The scored numbers of one origin and horizon, one frame for each level; predicted are [school, grade]."""
    frames = []
    for cases in cases_at(truth, origin, h):
        keys = {"level": cases.level, "origin": origin, "horizon": h, "district": cases.district}
        values = {"school": cases.school, "grade": cases.grade, "actual": cases.actual, "scale": _scale(cases.history)}
        frames.append(pd.DataFrame({**keys, **values, **{name: cases.pick(one) for name, one in predicted.items()}}))
    return frames


def _school_levels(truth: Truth, at: int, target: int) -> tuple[Cases, ...]:
    panel, pupils, known = truth.panel, truth.pupils, truth.panel.known
    cell = known[:, :, at] & known[:, :, target]
    s, g = np.nonzero(cell)
    cells = Cases(
        level="school-grade",
        district=np.array(panel.districts)[panel.district_of][s],
        school=np.array(panel.schools)[s],
        grade=np.array(panel.grades)[g],
        actual=pupils[s, g, target],
        history=pupils[s, g, : at + 1],
        pick=lambda values: values[s, g],
    )
    every = np.ones((1, len(panel.grades)), dtype=bool)
    stages = tuple(dict.fromkeys(panel.stages))
    of_stage = np.array([[name == stage for name in panel.stages] for stage in stages])
    by_stage = (_sums("school-stage", truth, (at, target), of_stage, stages),) if stages else ()
    return (cells, *by_stage, _sums("school", truth, (at, target), every, ("",)))


def _sums(level: str, truth: Truth, ends: tuple[int, int], groups: BoolArray, names: tuple[str, ...]) -> Cases:
    """Sums over the grades of a group that a school offers; groups [group, grade] with their names."""
    panel, (at, target) = truth.panel, ends
    then, now = panel.hosts[:, :, at], panel.hosts[:, :, target]
    cell = panel.known[:, :, at] & panel.known[:, :, target]
    span = then[:, None, :] & groups  # [school, group, grade]
    moved = (then != now)[:, None, :] & groups
    lost = span & ~cell[:, None, :]
    k, s = np.nonzero((span.any(axis=2) & ~moved.any(axis=2) & ~lost.any(axis=2)).T)
    taken = span[s, k]  # [case, grade]

    def total(values: FloatArray) -> FloatArray:
        """Sum over the grades of the span; NaN where one of them is not known."""
        grades = taken.reshape(*taken.shape, *[1] * (values.ndim - 2))
        return np.asarray(np.where(grades, values[s], 0.0).sum(axis=1))

    return Cases(
        level=level,
        district=np.array(panel.districts)[panel.district_of][s],
        school=np.array(panel.schools)[s],
        grade=np.array(names)[k],
        actual=total(truth.pupils[:, :, target]),
        history=total(truth.pupils[:, :, : at + 1]),
        pick=total,
    )


def _county_levels(truth: Truth, at: int, target: int) -> tuple[Cases, Cases]:
    panel, totals = truth.panel, truth.totals
    taught = ~np.isnan(totals[:, :, at]) & ~np.isnan(totals[:, :, target])
    some, names = taught.any(axis=1), np.array(panel.districts)
    d, g = np.nonzero(taught)

    def of_county(values: FloatArray) -> FloatArray:
        """Sum over the grades taught at both ends."""
        grades = taught.reshape(*taught.shape, *[1] * (values.ndim - 2))
        return np.asarray(np.where(grades, values, 0.0).sum(axis=1)[some])

    return (
        Cases(
            level="county-grade",
            district=names[d],
            school="",
            grade=np.array(panel.grades)[g],
            actual=totals[d, g, target],
            history=totals[d, g, : at + 1],
            pick=lambda values: truth.of_districts(values)[d, g],
        ),
        Cases(
            level="county",
            district=names[some],
            school="",
            grade="",
            actual=of_county(totals[:, :, target]),
            history=of_county(totals[:, :, : at + 1]),
            pick=lambda values: of_county(truth.of_districts(values)),
        ),
    )


def _scale(history: FloatArray) -> FloatArray:
    """Mean absolute yearly change of each series [case, year], [case]; NaN with no two neighbouring years."""
    change = np.abs(np.diff(history, axis=1))
    seen = ~np.isnan(change)
    return quotient(np.where(seen, change, 0.0).sum(axis=1), seen.sum(axis=1).astype(float))
