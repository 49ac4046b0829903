"""The forecast of a study as rows: the reference world, draw for draw what a run simulates without diversion.

    draws     those of `forecast_rolls` (`sim/reference_rolls.py`), made in blocks: a draw knows nothing of the others
    rows      every school that is open today, its grades, stages and total, and the county by grade, stage and in all:
              sums of the same draws (`sim/forecast_rows.py`)

Tests: tests/cli/test_forecast_study.py (draws equal those of the simulation, means those that a run writes).
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, CountArray
from sim.forecast_rows import Moved, forecast_rows
from sim.ladders import whole
from sim.model import Model
from sim.panel import Panel
from sim.reference_rolls import forecast_rolls, offered_grades

BLOCK = 200
"""Draws made at a time: bounds the memory that the children of the catchments take."""


def study_draws(model: Model, seed: int, draws: int, years: int) -> CountArray:
    """Pupils of every school in the reference future without projects, [draw, school, grade, h <= years].

    Grades of the stage before school come first.
    """
    if model.early is not None:
        both = [study_draws(one, seed, draws, years) for one in (model.early, replace(model, early=None))]
        return np.concatenate(both, axis=2)
    parts = []
    for first in range(0, draws, BLOCK):
        rolls = forecast_rolls(model, seed, np.arange(first, min(first + BLOCK, draws)))
        parts.append(np.moveaxis(rolls[:, :years], 1, 3).astype(np.int32))
    return np.concatenate(parts)


def study_rows(model: Model, pupils: CountArray) -> pd.DataFrame:
    """Rows of a forecast from its draws [draw, school, grade, h], as of `schoolplan forecast`, with stages."""
    schools = model.layout.schools
    ladders = [model] if model.early is None else [model.early, model]
    model = whole(model)
    known = np.hstack([offered_grades(one) for one in ladders])
    offered = known | (model.hosts[: len(schools)] & model.exists[:, None])
    moved = Moved(
        pupils=pupils,
        unplaced=np.zeros((pupils.shape[0], 1, *pupils.shape[2:]), dtype=pupils.dtype),
        offered=np.repeat(offered[:, :, None], pupils.shape[3], axis=2),
    )
    stages = tuple(model.grades.stages[int(place)] for place in model.grades.stage_of)
    names = _names(schools, model.grades.names, offered, model.base_year)
    return forecast_rows(names, moved, model.base_year, intervals=not model.rounded, stages=stages)


def _names(schools: tuple[str, ...], grades: tuple[str, ...], offered: BoolArray, year: int) -> Panel:
    """Schools and grades of a model as a panel of one district and no pupils, for the names of rows."""
    return Panel(
        pupils=np.full((*offered.shape, 1), np.nan),
        hosts=offered[:, :, None],
        district_of=np.zeros(len(schools), dtype=np.int64),
        schools=schools,
        districts=("",),
        grades=grades,
        years=np.array([year]),
    )
