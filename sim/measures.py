"""Dated measures of a plan: classrooms that a school has for some years only (temporary classes, a second shift).

    K[s, t] = rooms on record and built by t  +  sum_m r[m] [s(m) = s, first(m) <= t <= last(m)]     0 once s is closed

A shift with a factor f adds floor((f - 1) K0) classes, K0 the rooms on record, or those of the school that the plan
builds.  Shares of a stage without zones go by the rooms that stay.  Tests: tests/sim/test_measures.py.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_plan import PlanFile
from sim.arrays import BoolArray, IntArray


@dataclass(frozen=True)
class TemporaryRooms:
    """Rooms more at a school from one school year to another."""

    id: str
    school: int
    rooms: int
    first: int
    last: int


def measures_of(
    bundle: Bundle, plan: PlanFile, schools: Sequence[str], divided: Callable[[str, int], int]
) -> tuple[TemporaryRooms, ...]:
    """Measures of a checked plan; divided: how many of so many rooms of a school serve the ladder that is looked at."""
    index = {school: i for i, school in enumerate(schools)}
    found = []
    for one in plan.measures:
        rooms = one.rooms if one.rooms is not None else _second_shift(bundle, plan, one.school, float(one.factor or 1))
        found.append(TemporaryRooms(one.id, index[one.school], divided(one.school, rooms), one.first, one.last))
    return tuple(found)


def _second_shift(bundle: Bundle, plan: PlanFile, school: str, factor: float) -> int:
    """Classes of a second shift, from the rooms on record or those of the new school."""
    sites = bundle.tables["sites"]
    rooms = int(sites.loc[sites["school"] == school, "rooms"].sum())
    rooms += sum(project.new.rooms for project in plan.projects if project.new and project.new.school == school)
    return int(np.floor((factor - 1.0) * rooms + 1e-9))


def temporary_in(measures: Iterable[TemporaryRooms], year: int, schools: int) -> IntArray:
    """Temporary rooms of a year, [school]."""
    out = np.zeros(schools, dtype=np.int64)
    for one in measures:
        if one.first <= year <= one.last:
            out[one.school] += one.rooms
    return out


def temporary_rooms(measures: Iterable[TemporaryRooms], years: range, opened: BoolArray) -> IntArray:
    """Temporary rooms in use, [draw, year, school]; opened: schools that are open, same shape."""
    kept = tuple(measures)
    by_year = np.stack([temporary_in(kept, year, opened.shape[2]) for year in years])
    return np.where(opened, by_year, 0)
