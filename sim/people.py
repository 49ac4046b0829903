"""Births, ageing below school age and entry to school.

    newborns[t] = autumn births of t-1 + births of January-August of t          (cut-off 31 August)
    entrants[t] = pi[t] C6[t] + (1 - pi[t-1]) survival C7[t]                      (late entry)
Golden test of late entry: pi .8 -> 1 gives a one-off bulge.  Tests: tests/sim/test_people.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import CountArray, FloatArray
from sim.model import Model
from sim.variates import Chance
from sim.world import YearWorld


def births_of_year(model: Model, index: FloatArray, world: YearWorld, chance: Chance) -> tuple[CountArray, CountArray]:
    """Births of the calendar year `world.year`, [draw, cell] each: autumn (next cohort), and before 1 September.

    index: factor of the future on the level of births, [year - base].
    """
    i = world.year - model.base_year
    known = model.births.known[:, i]
    expected = model.births.level * index[i] * np.exp(world.births_log)
    u = world.cells("births")
    if np.isnan(known).all():
        count = chance.poisson(expected, u)
    else:
        registered = np.floor(np.nan_to_num(known) + u).astype(np.int32)
        count = np.where(np.isnan(known), chance.poisson(np.where(np.isnan(known), expected, 0.0), u), registered)
    autumn = chance.binomial(count, np.full(count.shape, model.births.autumn_share), world.cells("births/autumn"))
    return autumn, (count - autumn).astype(np.int32)


@dataclass(frozen=True)
class Young:
    """Children below school and those who reach school in a year."""

    residents: CountArray  # [draw, cell, age] one year older, newborns at age 0
    waiting: CountArray  # [draw, cell]
    entrants: CountArray  # [draw, cell]
    died: CountArray  # [draw, cell]
    at_home: CountArray  # [draw, cell] of those who reach the age of the stage who do not enter it (kindergarten only)


def grow_up(
    model: Model, residents: CountArray, waiting: CountArray, newborns: CountArray, world: YearWorld, chance: Chance
) -> Young:
    """One year of ageing and survival; children of entry age enter or wait a year.

    residents: [draw, cell, age].  waiting, newborns: [draw, cell].  Those who wait survive as the oldest
    below school do.
    """
    loss = 1.0 - np.broadcast_to(np.asarray(model.survival), residents.shape[2:])
    dead = chance.binomial(residents, np.full(residents.shape, loss), world.ages_of_cells("survival"))
    dead_late = chance.binomial(waiting, np.full(waiting.shape, loss[-1]), world.cells("survival/late"))
    alive = residents - dead
    older = np.concatenate([newborns[:, :, None], alive[:, :, :-1]], axis=2)
    reach = alive[:, :, -1]
    hold = 1.0 - model.entry_share[world.year - model.base_year]
    held = chance.binomial(reach, np.full(reach.shape, hold), world.cells("entry/late"))
    entrants = reach - held + waiting - dead_late
    home = np.zeros_like(entrants)
    if model.participation is not None:
        rate = model.participation[world.year - model.base_year]
        home = entrants - np.floor(entrants * rate + world.cells("entry/attends")).astype(np.int32)
    died = dead.sum(axis=2, dtype=np.int32) + dead_late
    return Young(older, held, entrants - home, died, home)


def inbound_entrants(model: Model, world: YearWorld, chance: Chance) -> CountArray:
    """Entrants whose home is outside the county, [draw]: as many a year as in the base year."""
    return chance.poisson(np.full(len(world.draws), model.inbound[0]), world.cells("entry/inbound")[:, -1])
