"""Moves of a year into housing estates: from outside the county, from other homes of the town, from the town-ward flow.

D children are expected, shares o + i + v = 1 say from where; p is the pace of the draw.  From outside Poisson(p D o)
evenly over ages; from town homes Bin(N, p D i / N); from villages the flow to town sends min(p D v, flow).
Tests: tests/sim/test_moves.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.futures import FutureRates
from sim.housing import Estate
from sim.model import Model
from sim.variates import Chance
from sim.world import YearWorld

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]


def uniforms(name: str, world: YearWorld) -> FloatArray:
    """Uniform numbers of every home and age index, [draw, cell, age index]."""
    return np.concatenate([world.ages_of_cells(name), world.grades_of_cells(name + "/pupils")], axis=2)


def leavers(have: CountArray, rate: FloatArray, name: str, world: YearWorld, chance: Chance) -> CountArray:
    """Binomial out-moves, [draw, cell, age index]; rate [draw, cell]."""
    probability = np.minimum(np.broadcast_to(rate[:, :, None], have.shape), 1.0)
    return chance.binomial(have, probability, uniforms(name, world))


def settle(
    model: Model, rates: FutureRates, i: int, shift: CountArray, weight: FloatArray, world: YearWorld, chance: Chance
) -> tuple[CountArray, CountArray]:
    """Movers of all origins to their new homes, and the arrivals of estates from outside, [draw, cell, age index]."""
    draws, cells, ages = shift.shape
    total = shift.sum(axis=1, dtype=np.int32)
    shares = np.repeat(weight[None], draws, axis=0)
    outside = np.zeros(shift.shape, dtype=np.int32)
    toward = float(rates.urban[i] > 0.0)
    for estate in rates.estates:
        expected = estate.children[i] * world.pace
        # The rural part of an estate draws on the town-ward flow; whichever is smaller binds.
        part = np.clip(toward * expected * estate.rural / np.maximum(total.sum(axis=1), 1), 0.0, 1.0)
        shares = shares * (1.0 - part[:, None])
        shares[:, estate.cell] += part
        mean = np.repeat((expected * estate.outside / (ages - 1))[:, None], ages, axis=1)
        mean[:, -1] = 0.0
        u = uniforms(f"moves/estate/{estate.id}", world)[:, estate.cell]
        outside[:, estate.cell] += chance.poisson(mean, u)
    rows = np.repeat(shares[:, None], ages, axis=1).reshape(-1, cells)
    u = uniforms("moves/to", world).transpose(0, 2, 1).reshape(-1, cells)
    placed = chance.multinomial(total.reshape(-1), rows, u).reshape(draws, ages, cells)
    return np.ascontiguousarray(placed.transpose(0, 2, 1)), outside


def estate_from_town(
    estate: Estate, i: int, have: CountArray, town: NDArray[np.bool_], world: YearWorld, chance: Chance
) -> CountArray:
    """Children who move to an estate from other homes of the town, [draw, cell, age index]."""
    other = town.copy()
    other[estate.cell] = False
    stock = have[:, other].sum(axis=(1, 2))
    rate = np.clip(estate.children[i] * estate.in_town * world.pace / np.maximum(stock, 1), 0.0, 1.0)
    return leavers(have, rate[:, None] * other, f"moves/town/{estate.id}", world, chance)
