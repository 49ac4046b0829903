"""Pupils that every school and grade holds in every draw of the reference world.

The draws of the forecast (`sim/outlook.py`) for the schools it has a past of, nobody in schools that plans build, and

    grown    a grade that a school offers and the forecast knows nothing of holds the pupils of the grade below a year
             before x the county's ratio, rounded by one uniform number

Tests: tests/sim/test_reference_world.py.
"""

from dataclasses import replace

import numpy as np

from sim.arrays import BoolArray, CountArray, IntArray
from sim.draws import joint_draws
from sim.intake import intake_draws
from sim.model import Model
from sim.streams import combine, entities, uniform


def forecast_draws(model: Model, seed: int, draws: IntArray) -> CountArray:
    """Pupils [draw, school of the panel, grade, h]; one path, rounded, where there is no spread."""
    outlook = model.outlook
    path = replace(outlook.path, log_pupils=outlook.path.log_pupils[:, :, : len(model.years)])
    if model.rounded:
        whole = np.rint(np.nan_to_num(path.pupils)).astype(np.int32)
        return np.repeat(whole[None], len(draws), axis=0)
    row = {school: i for i, school in enumerate(model.layout.schools)}
    here = np.array([row.get(school, -1) for school in outlook.panel.schools])
    intake = intake_draws(model, outlook.births_index, seed, draws)[:, here]  # of ended series it meets nobody
    return joint_draws(path, outlook.panel, outlook.processes, seed, draws, intake)


def forecast_rolls(model: Model, seed: int, draws: IntArray) -> CountArray:
    """Pupils of every school and grade in the reference world, [draw, year, school, grade]."""
    pupils = forecast_draws(model, seed, draws)
    schools, offered = len(model.layout.schools), offered_grades(model)
    mine, where = _places(model)
    out = np.zeros((len(draws), pupils.shape[3], schools, pupils.shape[2]), dtype=np.int32)
    out[:, :, where] = np.where(offered[where], np.moveaxis(pupils[:, mine], 3, 1), 0)
    _grow(model, out, ~offered & model.hosts[:schools] & model.exists[:, None], seed, draws)
    return out


def offered_grades(model: Model) -> BoolArray:
    """Grades of every school that the forecast knows, [school, grade]."""
    mine, where = _places(model)
    offered = np.zeros((len(model.layout.schools), len(model.grades.names)), dtype=bool)
    offered[where] = ~np.isnan(model.outlook.path.log_pupils[mine]).any(axis=2)
    return offered


def _places(model: Model) -> tuple[IntArray, IntArray]:
    """Rows of the panel that are schools of the model, and their places in it; series ended by an event are none."""
    column = {school: i for i, school in enumerate(model.layout.schools)}
    mine = np.array([i for i, school in enumerate(model.outlook.panel.schools) if school in column], dtype=np.int64)
    return mine, np.array([column[model.outlook.panel.schools[i]] for i in mine], dtype=np.int64)


def _grow(model: Model, rolls: CountArray, new: BoolArray, seed: int, draws: IntArray) -> None:
    """Fill grades that have never had pupils from the grade below, in place; new: [school, grade]."""
    today = np.zeros(rolls.shape[2:])
    cell, slot = np.nonzero((model.layout.slot_school >= 0) & (model.layout.slot_school < len(today)))
    np.add.at(today, model.layout.slot_school[cell, slot], model.pupils[cell, slot])
    keys = combine(entities(model.layout.schools)[:, None], np.arange(rolls.shape[3])[None, :])
    ratio = np.exp(model.outlook.path.ratios.everywhere)
    for school, grade in zip(*np.nonzero(new), strict=True):
        if grade == 0 or not model.hosts[school, grade - 1]:
            continue
        below = np.repeat(today[school, grade - 1], len(draws))
        for i, year in enumerate(model.years):
            u = uniform(seed, "reference/grown", year, keys[school, grade : grade + 1], draws)[:, 0]
            rolls[:, i, school, grade] = np.floor(below * ratio[grade - 1] + u)
            below = rolls[:, i, school, grade - 1].astype(float)
