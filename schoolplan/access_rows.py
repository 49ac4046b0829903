"""Tables of access of a run: pupils by home and school of every case, against ways in kilometres and minutes on foot.

    seats of a stage at a school = rooms x (pupils of the stage / pupils of the school) x planned size of its classes

rooms: mean over draws of the rooms of schools that are open; where nobody is at a school, its grades stand for pupils.
A way that does not exist is an empty cell of the tables, and its pupils are counted in `unreachable`.
Test: tests/cli/test_access_run.py.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.access_table import Homes, Measure, Moment, access_table, access_units
from gis.arrays import WALK
from schoolplan.prepare import Prepared
from sim.arrays import FloatArray
from sim.ensemble import Job, pairs_of
from sim.model import Model
from sim.pairs import pair_sums, roll_sums
from sim.policy import of_year

MEASURES: tuple[Measure, ...] = ("km", "minutes")


def access_years(prepared: Prepared) -> tuple[int, ...]:
    """School years of the tables: the base year, the decision window, the horizon."""
    model, (first, last) = prepared.model, prepared.assessment.window
    return tuple(sorted({model.base_year, *range(first, last + 1), model.horizon}))


def access_rows(prepared: Prepared, job: Job) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of stages and of units, for every case and year of a finished job."""
    pack, measured = prepared.bundle.pack, [(homes_of(prepared, one), reach_of(prepared, one)) for one in MEASURES]
    stages, units = [], []
    for case in range(len(job.cases)):
        moments = list(_moments(prepared, job, case))
        stages += [access_table(homes, moments, pack, reach) for homes, reach in measured]
        units += [access_units(homes, moments, pack, reach) for homes, reach in measured]
    return _no_infinity(pd.concat(stages, ignore_index=True)), _no_infinity(pd.concat(units, ignore_index=True))


def homes_of(prepared: Prepared, measure: Measure) -> Homes:
    """Demand points of the study and their ways to the schools of the model, in one measure."""
    space, layout = prepared.space, prepared.model.layout
    travel = space.travel
    if travel is None:
        raise ValueError("access needs a space with ways; gis.space.build_space makes one")
    columns = [space.schools.index(school) for school in layout.schools]
    cost = travel.point_km if measure == "km" else travel.point_minutes[WALK]
    table = prepared.bundle.tables["units"].set_index("unit")
    urban = table.loc[list(space.units), "urban"].to_numpy(dtype=bool)
    reached = np.isfinite(travel.point_minutes[WALK])
    # The length of a way that does not exist is straight line x detour for the engine; here it is no way.
    way = np.where(reached, cost, np.inf)[:, columns]
    return Homes(space.units, urban, travel.point_unit, travel.point_weight, way, measure)


def reach_of(prepared: Prepared, measure: Measure) -> dict[str, float]:
    """Size of the floating catchment by stage: the travel limit of admission, carried over at walking speed."""
    admission, speed = prepared.bundle.study.admission, prepared.bundle.study.travel.walk_km_per_h
    found = {}
    for stage in prepared.model.grades.stages:
        limit, own = admission.limit_for(stage), admission.measure_for(stage)
        if np.isfinite(limit):
            minutes = limit if own == "minutes" else limit / speed * 60.0
            found[stage] = limit if own == measure else minutes if measure == "minutes" else limit * speed / 60.0
    return found


def _moments(prepared: Prepared, job: Job, case: int) -> Iterator[Moment]:
    """Every kept year and stage of a case."""
    model, kept = prepared.model, pairs_of(job, case)
    grades, of = model.grades, job.cases[case]
    order = [model.layout.units.index(unit) for unit in prepared.space.units]
    for at, year in enumerate(job.pair_years):
        pupils = pair_sums(kept.pupils[at][None], model.layout)[order] / job.draws
        sizes = of_year(model, of.network.policy if year > model.base_year else None, year).planned_size
        rolls = roll_sums(kept.pupils[at][None], model.layout)
        seats = stage_seats(model, rolls, kept.rooms[at] / job.draws, sizes)
        for stage, name in enumerate(grades.stages):
            chosen = np.flatnonzero(grades.stage_of == stage)
            names = tuple(grades.names[g] for g in chosen)
            by_grade = np.ascontiguousarray(pupils[:, :, chosen].transpose(2, 0, 1))
            yield Moment(of.rates.future, of.network.plan, year, name, names, by_grade, seats[:, stage])


def stage_seats(
    model: Model, rolls: NDArray[np.integer], rooms: FloatArray, planned: NDArray[np.integer]
) -> FloatArray:
    """Seats by school and stage, [school, stage]; rooms of two stages are split by pupils.

    rolls: pupils added over draws, [school, grade].  rooms: [school].  planned: class sizes, [school, grade].
    """
    grades = model.grades
    of_stage = np.equal.outer(grades.stage_of, np.arange(len(grades.stages)))
    hosts = model.hosts[: len(model.layout.schools)].astype(np.float64)
    pupils, taught = (rolls * (hosts > 0)) @ of_stage, hosts @ of_stage
    weight = np.where(pupils.sum(axis=1, keepdims=True) > 0, pupils, taught)
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight, dtype=np.float64), where=total > 0)
    size = planned[:, [grades.first_of(stage) for stage in range(len(grades.stages))]]
    result: FloatArray = rooms[:, None] * share * size
    return result


def _no_infinity(table: pd.DataFrame) -> pd.DataFrame:
    """Ways that do not exist become empty cells; `unreachable` counts whom it is about."""
    return table.replace([np.inf], np.nan)
