"""Counts of the base year that were estimated, not counted: every draw starts from another of the numbers they may be.

    residents  N'[c, a] = floor(N[c, a] exp(s z - s^2 / 2) + u),  z = sqrt(k) z_county[b] + sqrt(1 - k) z_home[c, b]
    withheld   R'[s, g] = 1 + floor(9 u), divided over the homes as the 5 pupils are that stand for it

N: children of home c and age a in the table.  s: log sd of the count; 0 where it was counted, then N' = N exactly.
b = B - 1 - a: birth school year, B the base year.  k: share of the variance that all homes of a birth year share (an
age band divided by one curve errs in the same direction everywhere).  z: normal, u: uniform numbers of named streams
with the keys (home, b) and (county, b), so that every future and plan meets the same children.  The mean is the given
number (mean-neutral, as births and pace are).  Pupils on record are counted and stay.  Page: docs/science/estimated.md.
Test: tests/sim/test_estimated.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray
from sim.model import Estimated, Model
from sim.streams import combine, normal, uniform
from sim.variates import even_split
from sim.world import YearWorld

WITHHELD = (1, 9)
"""A roll that is withheld is one of these numbers of pupils or between them, each as likely."""
WITHHELD_PUPILS = sum(WITHHELD) / 2.0
"""What stands for a withheld roll where there is no spread [pupils]; `check` lists every such cell."""
WITHHELD_SD = float(np.sqrt(((WITHHELD[1] - WITHHELD[0] + 1) ** 2 - 1) / 12.0))
"""Standard deviation of a withheld roll [pupils]."""


def young_of_draws(model: Model, estimated: Estimated, world: YearWorld) -> tuple[CountArray, CountArray]:
    """Residents below school age [draw, cell, age] and those who wait a year [draw, cell], one world per draw."""
    counted = np.concatenate([model.residents, model.waiting[:, None]], axis=1)
    cohort = model.base_year - 1 - np.arange(counted.shape[1])
    homes = combine(world.keys.cell[:, None], cohort[None, :])
    county = combine(world.keys.county, cohort)
    shared = normal(world.seed, "children/estimated/county", 0, county, world.draws)[:, None, :]
    own = normal(world.seed, "children/estimated", 0, homes, world.draws)
    z = np.sqrt(estimated.common) * shared + np.sqrt(1.0 - estimated.common) * own
    factor = np.exp(estimated.children_sd * z - estimated.children_sd**2 / 2.0)
    u = uniform(world.seed, "children/estimated/whole", 0, homes, world.draws)
    whole = np.floor(counted * factor + u).astype(np.int32)
    return np.ascontiguousarray(whole[:, :, :-1]), np.ascontiguousarray(whole[:, :, -1])


def pupils_of_draws(model: Model, estimated: Estimated, world: YearWorld) -> CountArray:
    """Pupils [draw, slot, cell, grade]: those on record as they are, withheld rolls drawn and divided over homes."""
    out = np.repeat(np.ascontiguousarray(model.pupils.transpose(1, 0, 2))[None], len(world.draws), axis=0)
    low, high = WITHHELD
    total = (low + np.floor((high - low + 1) * world.schools("pupils/withheld"))).astype(np.int32)
    which = world.schools("pupils/withheld/which")
    for school, grade in zip(*np.nonzero(estimated.withheld), strict=True):
        cell, slot = np.nonzero(model.layout.slot_school == school)
        weights = np.repeat(model.pupils[cell, slot, grade][None].astype(float), len(world.draws), axis=0)
        out[:, slot, cell, grade] = even_split(total[:, school, grade], weights, which[:, school, grade])
    return out


def estimated_counts(
    children_sd: FloatArray, withheld: NDArray[np.bool_], common: float, ages: int
) -> Estimated | None:
    """What a model knows about its estimated counts; None where everything was counted.

    children_sd: [cell, age] log sd, at least up to the entry age.  withheld: [school, grade].  common: share of the
    variance that homes of a birth year share.  ages: ages below school; the age after them holds those who wait a year.
    """
    sd = children_sd[:, : ages + 1]
    return Estimated(sd, common, withheld) if sd.any() or withheld.any() else None
