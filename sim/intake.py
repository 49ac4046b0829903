"""Children behind the intake of every school: who lives in its catchment and reaches the grade it takes pupils into.

Symbols: K[c, e] children of home c who enter school in year e: those on the rolls for past years, else the expected
entrants (births, survival, late entry; `sim/people.py` without chance); e[c, s, g] share of the children of a home who
apply at school s when they look for grade g (`sim/network.py`).

    I[s, g, t]    = sum_c K[c, t - g] e[c, s, g]       g counted from the first grade, t >= the base year
    x[d, s, g, t] = log I[d, s, g, t] / I[s, g, t]     the same in draw d: births not yet registered (county, zone and
                    unit factors of `sim/world.py`) and counts that were estimated (`sim/estimated.py`) differ

The growth of I stands in the path: how many of its children a school really takes in is learnt from its own past
(`sim/path.py`).  x is carried by the cohorts of every draw (`sim/draws.py`): where more children are born, more enter.
Tests: tests/sim/test_intake.py.
"""

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.estimated import young_of_draws
from sim.model import Model
from sim.network import reference_regime
from sim.panel import Intake
from sim.world import World


def expected_entrants(model: Model, residents: FloatArray, waiting: FloatArray, born: FloatArray) -> FloatArray:
    """Children who reach school, [draw, cell, year after the base], without chance.

    residents: [draw, cell, age].  waiting: [draw, cell].  born: births by calendar year, [draw, cell, year - base].
    """
    share, ages = model.births.autumn_share, model.grades.entry_age
    survival = np.broadcast_to(np.asarray(model.survival, dtype=float), (ages,))
    years = []
    for h in range(1, model.horizon - model.base_year + 1):
        newborns = share * born[:, :, h - 1] + (1.0 - share) * born[:, :, h]
        alive = residents * survival
        reach, enter = alive[:, :, -1], model.entry_share[h]
        part = 1.0 if model.participation is None else model.participation[h]
        years.append((reach * enter + waiting * survival[-1]) * part)
        residents, waiting = np.concatenate([newborns[:, :, None], alive[:, :, :-1]], axis=2), reach * (1.0 - enter)
    out = np.stack(years, axis=2)
    out[:, -1] += model.inbound[0]
    return out


def expected_births(model: Model, births_index: FloatArray) -> FloatArray:
    """Registered births, else the level times the index of a future [year - base]: [cell, year - base]."""
    births = model.births
    return np.where(np.isnan(births.known), births.level[:, None] * births_index, births.known)


def intake_of(model: Model, births_index: FloatArray) -> Intake:
    """The intake of the schools of a model in the reference future, by the base-year network.

    births_index: [year - base].  Its children: [school, grade, year - base].
    """
    residents, waiting = model.residents[None].astype(float), model.waiting[None].astype(float)
    entrants = expected_entrants(model, residents, waiting, expected_births(model, births_index)[None])
    return Intake(model.layout.schools, _by_school(model, entrants)[0])


def intake_draws(model: Model, births_index: FloatArray, seed: int, draws: IntArray) -> FloatArray:
    """Log factor x on the intake of every school and grade in every draw, [draw, school, grade, year after base]."""
    expected = expected_births(model, births_index)
    worlds = list(World(model, seed, draws))
    born = np.stack([expected[:, i] * np.exp(world.births_log) for i, world in enumerate(worlds)], axis=2)
    shape = (len(draws), *model.residents.shape)
    residents, waiting = np.broadcast_to(model.residents, shape), np.broadcast_to(model.waiting, shape[:2])
    if model.estimated is not None:
        residents, waiting = young_of_draws(model, model.estimated, worlds[0])
    entrants = expected_entrants(model, residents.astype(float), waiting.astype(float), born)
    then, now = intake_of(model, births_index).children[:, :, 1:], _by_school(model, entrants)[..., 1:]
    both = (then > 0.0) & (now > 0.0)
    return np.log(np.divide(now, then, out=np.ones_like(now), where=both))


def _by_school(model: Model, entrants: FloatArray) -> FloatArray:
    """Intake [draw, school, grade, h + 1] of entrants [draw, cell, h]; entrants of past years are on the rolls."""
    on_roll = model.pupils.sum(axis=1, dtype=float)  # [cell, grade]
    draws, _, horizon = entrants.shape
    past = np.broadcast_to(on_roll[:, ::-1], (draws, *on_roll.shape))
    cohorts = np.concatenate([past, entrants], axis=2)  # entry years base - grades + 1 ..
    layout, shares = model.layout, reference_regime(model).shares
    schools, grades = len(layout.schools), on_roll.shape[1]
    cell, slot = np.nonzero((layout.slot_school >= 0) & (layout.slot_school < schools))
    out = np.zeros((draws, schools, grades, horizon + 1))
    for g in range(grades):
        share = np.zeros((len(on_roll), schools))
        share[cell, layout.slot_school[cell, slot]] = shares[cell, g, slot]
        entered = cohorts[:, :, grades - 1 - g : grades - g + horizon]
        out[:, :, g] = np.einsum("dch,cs->dsh", entered, share, optimize=True)
    return out
