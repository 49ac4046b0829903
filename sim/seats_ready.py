"""Seats in use on each 1 September by stage, nominal and safe, against the pupils who are there.

Symbols, by draw d, year t, school s and stage k: N[k] pupils, N their sum, S nominal seats (rooms x planned size),
S- those without the rooms of projects, U the largest roll of the mix of grades of that draw whose classes all keep the
planned size (`sim.judge.crowd_size`; its (1 - p*) quantile is the safe seats of the school), f[k] = N[k] / N, and
where nobody is there the share of the stage in the grades that the school may host.

    nominal[k] = sum_s f S     new[k] = sum_s f (S - S-)     safe[k] = sum_s f U
    demand[k]  = sum_s N[k]    short[k] = sum_s f max(0, N - S)

Schools share no seats: empty ones in one school do not help another, so `short` is not max(0, demand - nominal).
Tests: tests/sim/test_seats_ready.py.  Page: docs/science/construction.md.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.classes_formation import seat_rules
from sim.judge import crowd_size
from sim.reduced import Reduced
from sim.summary import nominal_seats
from sim.unused import rooms_of_project

QUANTILES = (0.1, 0.5, 0.9)
COLUMNS = ("year", "stage", "indicator", "mean", "p10", "p50", "p90")


def seats_ready_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `seats_ready` of a case."""
    rows = [
        {"year": year, "stage": stage, "indicator": indicator, "mean": float(np.mean(values[:, t])),
         **dict(zip(("p10", "p50", "p90"), quantiles[:, t].tolist(), strict=True))}
        for stage, indicator, values in _totals(one)
        for quantiles in (np.quantile(values, QUANTILES, axis=0),)
        for t, year in enumerate(one.model.years)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _totals(one: Reduced) -> Iterator[tuple[str, str, FloatArray]]:
    """Every stage and indicator with its total over schools, [draw, year]."""
    pupils = np.stack([one.pupils[stage] for stage in one.model.grades.stages])  # [stage, draw, year, school]
    every = pupils.sum(axis=0)
    nominal = one.now.seats * one.now.result.open
    there = {
        "nominal": nominal,
        "new": nominal - np.minimum(_without_projects(one), nominal),
        "safe": usable_seats(one),
        "short": np.maximum(every - nominal, 0),
    }
    for number, stage in enumerate(one.model.grades.stages):
        if not pupils[number].any():
            continue
        part = _part(one, pupils[number], every, number)
        for indicator, seats in there.items():
            yield stage, indicator, np.rint((seats * part).sum(axis=2))
        yield stage, "demand", pupils[number].sum(axis=2).astype(np.float64)
    for indicator, seats in there.items():
        yield "all", indicator, seats.sum(axis=2).astype(np.float64)
    yield "all", "demand", every.sum(axis=2).astype(np.float64)


def usable_seats(one: Reduced) -> FloatArray:
    """Largest roll of the mix of grades that is there whose classes keep the planned size, [draw, year, school]."""
    model, result = one.model, one.now.result
    grades, schools = model.grades, len(model.layout.schools)
    sizes = np.broadcast_to(one.now.planned, (len(model.years), schools, len(grades.names)))
    rules = seat_rules(model.formation, grades.stages, grades.stage_of, schools)
    return np.floor(crowd_size(result.rolls, result.rooms, sizes, rules)) * result.open


def _without_projects(one: Reduced) -> NDArray[np.int64]:
    """Nominal seats without the rooms that projects add, [draw, year, school]."""
    result, years = one.now.result, np.array(list(one.model.years))
    rooms = result.rooms.astype(np.int64)
    for number, project in enumerate(one.case.network.projects):
        there = (one.case.opening_year[:, number, None] <= years) & (years <= project.until)
        rooms[:, :, project.school] -= rooms_of_project(one, number) * there
    return nominal_seats(replace(result, rooms=np.maximum(rooms, 0)), one.model, one.now.planned)


def _part(one: Reduced, mine: NDArray[np.int64], every: NDArray[np.int64], stage: int) -> FloatArray:
    """Part of a school that belongs to a stage, [draw, year, school]; mine, every: pupils, [draw, year, school]."""
    hosted = one.model.may_host[: every.shape[2]]
    own = hosted[:, one.model.grades.stage_of == stage].sum(axis=1) / np.maximum(hosted.sum(axis=1), 1)
    return np.where(every > 0, mine / np.maximum(every, 1), own)
