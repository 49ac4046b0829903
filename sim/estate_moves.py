"""Moves of a year into housing estates: from outside the county, from other homes of town, from the flow to town.

N[a] children of age index a are expected (`sim.housing`), shares o + i + v = 1 say from where, p is the pace of the
draw.  From outside come Poisson(p N[a] o).  Of the S[a] children of other town homes Bin(S[a], min(p N[a] i / S[a], 1))
move.  Of the F[a] movers from villages to town the estate takes the share min(p N[a] v / F[a], 1).  The last two take
children whom the county has already, so nobody is counted twice; what they cannot give does not come.  Estates that
want more than the whole flow share it in proportion.  Page: docs/science/housing.md.
Tests: tests/sim/test_moves.py, tests/sim/test_estate_moves.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray, IntArray
from sim.futures import FutureRates
from sim.housing import Estate
from sim.variates import Chance
from sim.world import YearWorld


def uniforms(name: str, world: YearWorld) -> FloatArray:
    """Uniform numbers of every home and age index, [draw, cell, age index]."""
    return np.concatenate([world.ages_of_cells(name), world.grades_of_cells(name + "/pupils")], axis=2)


def leavers(have: CountArray, rate: FloatArray, name: str, world: YearWorld, chance: Chance) -> CountArray:
    """Binomial out-moves, [draw, cell, age index]; rate [draw, cell]."""
    probability = np.minimum(np.broadcast_to(rate[:, :, None], have.shape), 1.0)
    return chance.binomial(have, probability, uniforms(name, world))


def town_ward_parts(rates: FutureRates, i: int, flow: IntArray, world: YearWorld) -> FloatArray:
    """Share of the flow from villages to town that each estate takes, [draw, age index, estate].

    flow: movers, [draw, age index].  The rural part of an estate draws on this flow; whichever is smaller binds.
    """
    if not rates.estates:
        return np.zeros((*flow.shape, 0))
    wanted = wanted_of_villages(rates, i, world) * float(rates.urban[i] > 0.0)
    parts = wanted / np.maximum(flow, 1)[:, :, None]
    shared: FloatArray = parts / np.maximum(parts.sum(axis=2, keepdims=True), 1.0)
    return shared


def wanted_of_villages(rates: FutureRates, i: int, world: YearWorld) -> FloatArray:
    """Children that estates expect from villages, [draw, age index, estate]."""
    parts = [expected(estate, i, world) * estate.rural for estate in rates.estates]
    return np.stack(parts, axis=2)


def expected(estate: Estate, i: int, world: YearWorld) -> FloatArray:
    """Children that an estate expects in year index i, the pace of the draw in them, [draw, age index]."""
    return estate.expected(i, world.seed, world.draws) * world.pace[:, None]


def from_outside(rates: FutureRates, i: int, shape: tuple[int, ...], world: YearWorld, chance: Chance) -> CountArray:
    """Arrivals of estates from outside the county, [draw, cell, age index] of that shape."""
    outside = np.zeros(shape, dtype=np.int32)
    for estate in rates.estates:
        u = uniforms(f"moves/estate/{estate.id}", world)[:, estate.cell]
        outside[:, estate.cell] += chance.poisson(expected(estate, i, world) * estate.outside, u)
    return outside


def estate_from_town(
    estate: Estate, i: int, have: CountArray, town: NDArray[np.bool_], world: YearWorld, chance: Chance
) -> CountArray:
    """Children who move to an estate from other homes of the town, [draw, cell, age index]."""
    other = town.copy()
    other[estate.cell] = False
    stock = have[:, other].sum(axis=1)
    share = np.clip(expected(estate, i, world) * estate.in_town / np.maximum(stock, 1), 0.0, 1.0)
    probability = share[:, None, :] * other[:, None]
    return chance.binomial(have, probability, uniforms(f"moves/town/{estate.id}", world))
