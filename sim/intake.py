"""Children behind the intake of every school: who lives in its catchment and reaches the grade it takes pupils into.

Symbols: K[c, e] children of home c who enter school in year e: those on the rolls for past years, else the expected
entrants (births, survival, late entry; `sim/people.py` without chance); e[c, s, g] share of the children of a home who
apply at school s when they look for grade g (`sim/network.py`).

    I[s, g, t] = sum_c K[c, t - g] e[c, s, g]          g counted from the first grade, t >= the base year

Only its growth counts: how many of them a school really takes in is learnt from its own past.  Tests:
tests/sim/test_intake.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.model import Model
from sim.network import reference_regime
from sim.panel import Intake

FloatArray = NDArray[np.float64]


def expected_entrants(model: Model, births_index: FloatArray) -> FloatArray:
    """Children who reach school, [cell, year after the base], without chance; births_index: [year - base]."""
    births, ages = model.births, model.grades.entry_age
    horizon = model.horizon - model.base_year
    expected = np.where(np.isnan(births.known), births.level[:, None] * births_index[None, :], births.known)
    residents, waiting = model.residents.astype(float), model.waiting.astype(float)
    out = np.zeros((len(residents), horizon))
    for h in range(1, horizon + 1):
        newborns = births.autumn_share * expected[:, h - 1] + (1.0 - births.autumn_share) * expected[:, h]
        alive = residents * model.survival
        reach, hold = alive[:, ages - 1], 1.0 - model.entry_share[h]
        out[:, h - 1] = reach * (1.0 - hold) + waiting * model.survival
        residents, waiting = np.hstack([newborns[:, None], alive[:, :-1]]), reach * hold
    out[-1] += model.inbound[0]
    return out


def intake_of(model: Model, births_index: FloatArray) -> Intake:
    """The intake of the schools of a model in the reference future, by the base-year network."""
    horizon, grades = model.horizon - model.base_year, len(model.grades.names)
    on_roll = model.pupils.sum(axis=1, dtype=float)  # [cell, grade]
    cohorts = np.hstack([on_roll[:, ::-1], expected_entrants(model, births_index)])  # entry years base - grades + 1 ..
    layout, shares = model.layout, reference_regime(model).shares
    schools = len(layout.schools)
    cell, slot = np.nonzero((layout.slot_school >= 0) & (layout.slot_school < schools))
    school = layout.slot_school[cell, slot]
    children = np.zeros((schools, grades, horizon + 1))
    for g in range(grades):
        entered = cohorts[:, grades - 1 - g : grades - g + horizon]
        np.add.at(children[:, g], school, entered[cell] * shares[cell, g, slot][:, None])
    return Intake(layout.schools, children)
