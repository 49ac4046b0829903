"""A forecast as rows: every school and grade, school totals, districts and the county, all from the same draws.

Symbols: N[n, s, g, h] pupils of draw n (a path alone is a single draw without quantiles).

    level     school-grade  N              school  sum over g
              school-stage    sum over the grades of a stage, its name as the grade, where stages are given
              district-grade  sum over the schools of the district      district  sum of these over g
              county-grade, county-stage, county  sums over districts; a single district has no levels of its own
    closing   from its year on the pupils of a closed school are those of its receiver in the same grade; without a
              receiver they stay in the sums of district and county and in no school
    columns   mean and quantiles over draws; sums are taken in every draw, before any quantile

Tests: tests/sim/test_forecast_rows.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import BoolArray, IntArray
from sim.panel import Panel

Values = NDArray[np.float64] | NDArray[np.int32]

QUANTILES = (5, 10, 25, 50, 75, 90, 95)
STATISTICS = ("mean", *(f"p{q:02d}" for q in QUANTILES))
KEYS = ("level", "district", "school", "grade", "year")
LEVELS = ("school-grade", "school", "district-grade", "district", "county-grade", "county")
ALL = "all"
"""Grade of a row that sums all grades."""


@dataclass(frozen=True)
class Closing:
    """A school that closes: place in the panel, horizon from which it is gone (1 = next year), receiver (-1 = none)."""

    school: int
    from_horizon: int
    receiver: int


@dataclass(frozen=True)
class Moved:
    """Draws after closings."""

    pupils: Values  # [draw, school, grade, h]
    unplaced: Values  # [draw, district, grade, h] of closed schools without a receiver
    offered: BoolArray  # [school, grade, h]


def with_closings(pupils: Values, offered: BoolArray, district_of: IntArray, closings: Sequence[Closing]) -> Moved:
    """Pupils [draw, school, grade, h] with those of closing schools moved; offered is [school, grade] at the origin.

    Receivers that close later hand their pupils on: closings are carried out in order of their horizon.
    """
    districts = int(district_of.max()) + 1 if district_of.size else 0
    moved = pupils.copy() if closings else pupils
    unplaced = np.zeros((pupils.shape[0], districts, *pupils.shape[2:]), dtype=pupils.dtype)
    there = np.repeat(offered[:, :, None], pupils.shape[3], axis=2)
    for closing in sorted(closings, key=lambda one: one.from_horizon):
        gone = slice(max(closing.from_horizon, 1) - 1, None)
        leaving = np.where(there[closing.school, :, gone], moved[:, closing.school, :, gone], 0)
        if closing.receiver >= 0:
            before = np.where(there[closing.receiver, :, gone], moved[:, closing.receiver, :, gone], 0)
            moved[:, closing.receiver, :, gone] = before + leaving
            there[closing.receiver, :, gone] |= there[closing.school, :, gone]
        else:
            unplaced[:, district_of[closing.school], :, gone] += leaving.astype(pupils.dtype)
        moved[:, closing.school, :, gone] = 0
        there[closing.school, :, gone] = False
    return Moved(moved, unplaced, there)


def forecast_rows(
    panel: Panel, moved: Moved, origin: int, intervals: bool = True, stages: Sequence[str] = ()
) -> pd.DataFrame:
    """One row for each level, entity, grade and year: KEYS and STATISTICS.

    panel: names [school], [district], [grade].  intervals: False for a path alone, whose quantiles stay empty.
    stages: name of the stage of each grade [grade]; none = no rows of stages.
    """
    frames = [_frame(part, origin, intervals) for part in (*_parts(panel, moved), *_stages(panel, moved, stages))]
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class _Part:
    """Series of one level: names by series, values [draw, series, h], which of them exist [series, h]."""

    level: str
    district: NDArray[np.str_]
    school: NDArray[np.str_]
    grade: NDArray[np.str_]
    values: Values
    there: BoolArray


def _parts(panel: Panel, moved: Moved) -> Iterator[_Part]:
    schools, grades, districts = (np.array(names) for names in (panel.schools, panel.grades, panel.districts))
    home = districts[panel.district_of]
    s, g = np.nonzero(_any(moved.offered, 2))
    yield _Part("school-grade", home[s], schools[s], grades[g], moved.pupils[:, s, g], moved.offered[s, g])
    known = np.where(moved.offered, moved.pupils, 0)
    own = np.flatnonzero(_any(moved.offered, 1, 2))
    there = _any(moved.offered, 1)[own]
    yield _Part("school", home[own], schools[own], _same(ALL, own.size), known.sum(axis=2)[:, own], there)
    totals = moved.unplaced.copy()
    for number in range(len(districts)):
        totals[:, number] += known[:, panel.district_of == number].sum(axis=1, dtype=totals.dtype)
    taught = np.zeros(totals.shape[1:], dtype=bool)
    np.logical_or.at(taught, panel.district_of, moved.offered)
    taught |= _any(moved.unplaced, 0)
    levels = [("county", np.array([""]), totals.sum(axis=1)[:, None], _any(taught, 0)[None])]
    if len(districts) > 1:
        levels = [("district", districts, totals, taught), *levels]
    for name, names, values, exists in levels:
        d, g = np.nonzero(_any(exists, 2))
        yield _Part(f"{name}-grade", names[d], _same("", d.size), grades[g], values[:, d, g], exists[d, g])
        empty, every = _same("", names.size), _same(ALL, names.size)
        yield _Part(name, names, empty, every, values.sum(axis=2), _any(exists, 1))


def _stages(panel: Panel, moved: Moved, stages: Sequence[str]) -> Iterator[_Part]:
    """Rows of every school and of the county by stage."""
    schools, home = np.array(panel.schools), np.array(panel.districts)[panel.district_of]
    for stage in dict.fromkeys(stages):
        of_stage = np.array([name == stage for name in stages])
        there = _any(moved.offered[:, of_stage], 1)
        own = np.flatnonzero(_any(there, 1))
        values = np.where(moved.offered[:, of_stage], moved.pupils[:, :, of_stage], 0).sum(axis=2)
        yield _Part("school-stage", home[own], schools[own], _same(stage, own.size), values[:, own], there[own])
        whole = values.sum(axis=1) + moved.unplaced[:, :, of_stage].sum(axis=(1, 2))
        yield _Part("county-stage", _same("", 1), _same("", 1), _same(stage, 1), whole[:, None], _any(there, 0)[None])


def _any(values: NDArray[np.generic], *axes: int) -> BoolArray:
    return np.asarray(np.any(values, axis=axes), dtype=bool)


def _same(text: str, count: int) -> NDArray[np.str_]:
    return np.full(count, text, dtype=np.array([text]).dtype if text else "<U1")


def _frame(part: _Part, origin: int, intervals: bool) -> pd.DataFrame:
    series, h = np.nonzero(part.there)
    values = part.values[:, series, h]
    frame = pd.DataFrame(
        {
            "level": part.level,
            "district": part.district[series],
            "school": part.school[series],
            "grade": part.grade[series],
            "year": origin + 1 + h,
            "mean": values.mean(axis=0),
        }
    )
    levels = np.array(QUANTILES) / 100.0
    found = np.quantile(values, levels, axis=0) if intervals else np.full((len(QUANTILES), series.size), np.nan)
    return frame.assign(**{f"p{q:02d}": found[i] for i, q in enumerate(QUANTILES)})
