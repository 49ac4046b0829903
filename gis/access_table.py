"""Access by plan and year as tables: travel, children beyond the limit, coverage, places within reach.

A pure function of expected pupils by home and school, cost and seats: `access_table` gives one row for each future,
plan, year and stage, and one for each grade of it (`grade:1`); `access_units` one for each unit. The formulas stand in
`gis.access` and `gis.inequality`, the clauses in the standards pack (`scenarios.pack_space`).

    pupils of point p of unit u at school s = pupils[u, s] x share[p]     (children of a unit live at its points)
    beyond   pupils with cost[p, s] > limit of their grade, or without a way; share: of those whom a limit is for
    covered  pupils whose nearest school with seats lies within the radius of the stage; share: of those it is for
    access   two-step floating catchment with ring weights, pupils of the stage against seats of the stage

Pinned by tests/gis/test_access_table.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gis.access import (
    HALF_AN_HOUR,
    SHARES,
    Floating,
    beyond_limit,
    floating_catchment,
    mean_travel,
    nearest_cost,
    ring_weights,
    sound_cost,
    travel_quantiles,
)
from gis.arrays import BoolArray, FloatArray, IntArray
from gis.inequality import gini, theil_parts
from scenarios.pack_space import bound_of, service_limit
from scenarios.schema_pack import Pack

Measure = Literal["km", "minutes"]

CASE = ("future", "plan", "year", "stage", "measure")
COLUMNS = (
    *CASE, "pupils", "mean", *(f"p{round(100 * share)}" for share in SHARES), "beyond", "beyond_share", "over_30",
    "unreachable", "covered_share", "access_mean", "access_gini", "access_theil", "theil_between", "unreached_seats",
)  # fmt: skip
"""Columns of `access_table`; pupils and seats are expected numbers, costs in `measure`, access in seats per child."""
UNIT_COLUMNS = (*CASE, "unit", "pupils", "mean", "nearest", "beyond", "unreachable", "covered_share", "access")
"""Columns of `access_units`."""


@dataclass(frozen=True)
class Homes:
    """Where children live and what it costs to get to each school."""

    units: tuple[str, ...]
    urban: BoolArray
    """[unit]"""
    unit_of: IntArray
    """Unit of each demand point, [point]."""
    share: FloatArray
    """Share of the children of its unit that live at a point, [point]; adds up to 1 in every unit."""
    cost: FloatArray
    """[point, school]; inf where there is no way."""
    measure: Measure

    def __post_init__(self) -> None:
        points, units = len(self.unit_of), len(self.units)
        if self.share.shape != (points,) or self.cost.shape[0] != points or self.urban.shape != (units,):
            raise ValueError(f"shapes of share {self.share.shape}, cost {self.cost.shape}, urban {self.urban.shape}")
        sound_cost(self.cost)
        sums = np.bincount(self.unit_of, self.share, units)
        if not np.allclose(sums, 1.0, atol=1e-6) or (self.share < 0).any():
            raise ValueError("shares of the points of a unit must add up to 1, none below 0")


def unit_homes(units: tuple[str, ...], urban: BoolArray, cost: FloatArray, measure: Measure) -> Homes:
    """Homes with one point for each unit. urban: [unit].  cost: [unit, school]."""
    count = len(units)
    return Homes(units, urban, np.arange(count, dtype=np.int64), np.ones(count), cost, measure)


@dataclass(frozen=True)
class Moment:
    """One stage in one year of a case."""

    future: str
    plan: str
    year: int
    stage: str
    grades: tuple[str, ...]
    pupils: FloatArray
    """Expected pupils by home and school, [grade, unit, school]."""
    seats: FloatArray
    """Seats of the stage, [school]; 0 for a school that is not open or does not host the stage."""


def access_table(homes: Homes, moments: Iterable[Moment], pack: Pack, reach: dict[str, float]) -> pd.DataFrame:
    """Columns `COLUMNS`, in the order of the moments, the stage before its grades.

    reach: catchment size by stage in the measure of the cost; a stage that is not named has no access columns.
    Costs are inf where that many pupils have no way, NaN without pupils or without a clause.
    """
    rows: list[tuple[object, ...]] = []
    for moment in moments:
        spread = _at_points(homes, moment)
        near, every = _covered(homes, moment, pack), spread.sum(axis=0)
        far = [_beyond(homes, moment, pack, each) for each in zip(moment.grades, spread, strict=True)]
        access = _access(homes, moment, every.sum(axis=1), reach)
        whole = _Found(*_together(far), near, access)
        rows.append(_row(homes, moment, moment.stage, every, whole))
        for grade, pupils, one in zip(moment.grades, spread, far, strict=True):
            rows.append(_row(homes, moment, f"grade:{grade}", pupils, _Found(one.beyond, one.limited, near, None)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def access_units(homes: Homes, moments: Iterable[Moment], pack: Pack, reach: dict[str, float]) -> pd.DataFrame:
    """Columns `UNIT_COLUMNS`: what a map of access shows, for whole stages."""
    frames = [_unit_rows(homes, moment, pack, reach) for moment in moments]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(UNIT_COLUMNS))


def _unit_rows(homes: Homes, moment: Moment, pack: Pack, reach: dict[str, float]) -> pd.DataFrame:
    spread = _at_points(homes, moment)
    every = spread.sum(axis=0)
    people = every.sum(axis=1)
    count = len(homes.units)

    def mean(values: FloatArray) -> FloatArray:
        """Mean over the points of each unit by share, inf where a point has no way, [unit]."""
        shared = np.where(homes.share > 0, values, 0.0) * homes.share
        return np.asarray(np.bincount(homes.unit_of, shared, count), dtype=np.float64)

    far = [_beyond(homes, moment, pack, each) for each in zip(moment.grades, spread, strict=True)]
    beyond, limited = _together(far)
    near = _covered(homes, moment, pack)
    access = _access(homes, moment, people, reach)
    there = np.where(np.isfinite(homes.cost), every, 0.0)
    spent = np.bincount(homes.unit_of, (there * np.where(there > 0, homes.cost, 0.0)).sum(axis=1), count)
    going = np.bincount(homes.unit_of, there.sum(axis=1), count)
    own = np.divide(spent, going, out=np.full(count, np.nan), where=going > 0)
    frame = pd.DataFrame(
        {
            "unit": homes.units,
            "pupils": np.bincount(homes.unit_of, people, count),
            "mean": own,
            "nearest": mean(nearest_cost(homes.cost, moment.seats > 0)),
            "beyond": np.where(
                np.bincount(homes.unit_of, limited, count) > 0, np.bincount(homes.unit_of, beyond, count), np.nan
            ),
            "unreachable": np.bincount(homes.unit_of, (every - there).sum(axis=1), count),
            "covered_share": np.nan if near is None else mean(near),
            "access": np.nan if access is None else mean(access.access),
        }
    )
    frame = frame.assign(
        future=moment.future, plan=moment.plan, year=moment.year, stage=moment.stage, measure=homes.measure
    )
    return frame[list(UNIT_COLUMNS)]


def _at_points(homes: Homes, moment: Moment) -> FloatArray:
    """Pupils by grade, point and school."""
    expected = (len(moment.grades), len(homes.units), homes.cost.shape[1])
    if moment.pupils.shape != expected or moment.seats.shape != expected[2:]:
        raise ValueError(f"pupils {moment.pupils.shape}, seats {moment.seats.shape}: expected {expected}")
    spread: FloatArray = moment.pupils[:, homes.unit_of, :] * homes.share[None, :, None]
    return spread


def _bounds(homes: Homes, moment: Moment, pack: Pack, use: str, grade: str) -> FloatArray:
    """Bound of each point's clause, inf without one, [point]."""
    both = [
        bound_of(service_limit(pack, use, homes.measure, (moment.stage, grade, urban), moment.year))
        for urban in (False, True)
    ]
    found: FloatArray = np.where(homes.urban, both[1], both[0])[homes.unit_of]
    return found


def _covered(homes: Homes, moment: Moment, pack: Pack) -> FloatArray | None:
    """1 for points within the radius of their clause, 0 outside, NaN without a clause, [point]; None without any."""
    radius = _bounds(homes, moment, pack, "radius", "")
    if not np.isfinite(radius).any():
        return None
    inside = (nearest_cost(homes.cost, moment.seats > 0) <= radius).astype(np.float64)
    return np.where(np.isfinite(radius), inside, np.nan)


def _access(homes: Homes, moment: Moment, people: FloatArray, reach: dict[str, float]) -> Floating | None:
    if moment.stage not in reach:
        return None
    return floating_catchment(people, moment.seats, ring_weights(homes.cost, reach[moment.stage]))


@dataclass(frozen=True)
class _Found:
    """What is known of the pupils of a row, by point."""

    beyond: FloatArray
    """Pupils beyond their limit, [point]."""
    limited: FloatArray
    """Pupils whom a limit is for, [point]."""
    near: FloatArray | None
    access: Floating | None


def _beyond(homes: Homes, moment: Moment, pack: Pack, graded: tuple[str, FloatArray]) -> _Found:
    """Pupils of a grade beyond their limit. graded: the grade and its pupils, [point, school]."""
    grade, pupils = graded
    limit = _bounds(homes, moment, pack, "limit", grade)
    known = np.isfinite(limit)
    far = np.where(known, beyond_limit(homes.cost, pupils, limit), 0.0)
    return _Found(far, np.where(known, pupils.sum(axis=1), 0.0), None, None)


def _together(far: list[_Found]) -> tuple[FloatArray, FloatArray]:
    """Beyond and limited of all grades, [point] each."""
    return np.sum([one.beyond for one in far], axis=0), np.sum([one.limited for one in far], axis=0)


def _row(homes: Homes, moment: Moment, stage: str, pupils: FloatArray, found: _Found) -> tuple[object, ...]:
    """One row; pupils: [point, school]."""
    people, limited = pupils.sum(axis=1), float(found.limited.sum())
    lost = float(np.where(np.isinf(homes.cost), pupils, 0.0).sum())
    beyond = float(found.beyond.sum()) if limited > 0 else np.nan
    case = (moment.future, moment.plan, moment.year, stage, homes.measure)
    travel = (mean_travel(homes.cost, pupils), *travel_quantiles(homes.cost, pupils, SHARES).tolist())
    places = _places(homes, people, moment.seats, found.access)
    share = _share(found.near, people)
    return (
        *case,
        float(people.sum()),
        *travel,
        beyond,
        beyond / limited if limited > 0 else np.nan,
        float(pupils[homes.cost > HALF_AN_HOUR].sum()) if homes.measure == "minutes" else np.nan,
        lost,
        share,
        *places,
    )


def _share(near: FloatArray | None, people: FloatArray) -> float:
    """Share of the children with a clause who are covered; NaN without any."""
    if near is None:
        return float("nan")
    known = ~np.isnan(near) & (people > 0)
    return float((near[known] * people[known]).sum() / people[known].sum()) if known.any() else float("nan")


def _places(homes: Homes, people: FloatArray, seats: FloatArray, access: Floating | None) -> tuple[float, ...]:
    """Mean, Gini, Theil and its part between town and country of seats within reach; seats that nobody reaches."""
    if access is None or people.sum() <= 0:
        return (float("nan"),) * 5
    parts = theil_parts(access.access, people, homes.urban[homes.unit_of].astype(np.int64), 2)
    mean = float((access.access * people).sum() / people.sum())
    unreached = float(seats[access.unreached].sum())
    return mean, gini(access.access, people), parts.total, parts.between, unreached
