"""Moves that a future adds to the reference future: village to town, across the county line, into new estates.

Stocks are taken at the start of the year by age index a = 0..E+G-1 (E ages below school, then G grades); movers of
index a arrive with index a + 1.  Out-moves are binomial, arrivals from outside Poisson, destinations multinomial by
attraction, so that nobody is lost.  Tests: tests/sim/test_moves.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.futures import Estate, FutureRates
from sim.model import Model
from sim.state import State
from sim.variates import Chance, even_split
from sim.world import YearWorld

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Moves:
    """What moving does in one year, [draw, cell, age index]; the last grade is left alone, it graduates."""

    gone: CountArray  # taken from the stocks at the start of the year
    arriving: CountArray  # index before the birthday: index a joins a + 1
    moved_in: IntArray  # [draw] from outside the county
    moved_out: IntArray  # [draw] to outside the county
    within: IntArray  # [draw] between homes of the county


def stocks(state: State) -> CountArray:
    """Children by cell and age index at the start of the year, [draw, cell, E + G]."""
    return np.concatenate([state.residents, state.pupils.sum(axis=1, dtype=np.int32)], axis=2)


def moves(model: Model, state: State, rates: FutureRates, world: YearWorld, chance: Chance) -> Moves | None:
    """Moves of one year, None when the future adds nothing (the reference future never adds anything)."""
    i = world.year - model.base_year
    if not rates.moves(i):
        return None
    have = stocks(state)
    have[:, :, -1] = 0
    inside = model.layout.unit_of >= 0
    have[:, ~inside] = 0
    toward = rates.urban[i] >= 0.0
    origin = inside & (~model.layout.urban if toward else model.layout.urban) & ~model.layout.migrant
    weight = _destinations(model, toward)
    rate = abs(rates.urban[i]) * float(weight.sum() > 0.0)  # without a place to go to nobody leaves
    shift = _leavers(have, rate * world.pace[:, None] * origin, "moves/urban", world, chance)
    have = have - shift
    arriving, estate_arrivals = _settle(model, rates, i, shift, weight, world, chance)
    town = inside & model.layout.urban & ~model.layout.migrant
    for estate in rates.estates:
        taken = _estate_from_town(estate, i, have, town, world, chance)
        have = have - taken
        shift = shift + taken
        arriving[:, estate.cell] += taken.sum(axis=1, dtype=np.int32)
    net = np.where(model.layout.migrant, rates.migrant[i], rates.local[i]) * inside
    out = _leavers(have, np.maximum(-net, 0.0) * world.pace[:, None], "moves/out", world, chance)
    coming = chance.poisson(
        have * (np.maximum(net, 0.0) * world.pace[:, None])[:, :, None], _uniforms("moves/in", world)
    )
    coming[:, :, -1] = 0
    coming += estate_arrivals
    return Moves(
        gone=shift + out,
        arriving=arriving + coming,
        moved_in=coming.sum(axis=(1, 2), dtype=np.int64),
        moved_out=out.sum(axis=(1, 2), dtype=np.int64),
        within=shift.sum(axis=(1, 2), dtype=np.int64),
    )


def _uniforms(name: str, world: YearWorld) -> FloatArray:
    return np.concatenate([world.ages_of_cells(name), world.grades_of_cells(name + "/pupils")], axis=2)


def _leavers(have: CountArray, rate: FloatArray, name: str, world: YearWorld, chance: Chance) -> CountArray:
    """Binomial out-moves, [draw, cell, age index]; rate [draw, cell]."""
    probability = np.minimum(np.broadcast_to(rate[:, :, None], have.shape), 1.0)
    return chance.binomial(have, probability, _uniforms(name, world))


def _destinations(model: Model, toward_town: bool) -> FloatArray:
    """Share of movers that each cell receives, sums to 1: attraction of town units, or children of villages."""
    layout = model.layout
    local = (layout.unit_of >= 0) & ~layout.migrant
    if toward_town:
        weight = layout.attraction * (layout.urban & local)
        if weight.sum() <= 0.0:
            weight = (layout.urban & local).astype(float)
    else:
        weight = (model.residents.sum(axis=1) + 1.0) * (~layout.urban & local)
    return np.asarray(weight / weight.sum()) if weight.sum() > 0.0 else weight.astype(float)


def _settle(
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
        u = _uniforms(f"moves/estate/{estate.id}", world)[:, estate.cell]
        outside[:, estate.cell] += chance.poisson(mean, u)
    rows = np.repeat(shares[:, None], ages, axis=1).reshape(-1, cells)
    u = _uniforms("moves/to", world).transpose(0, 2, 1).reshape(-1, cells)
    placed = chance.multinomial(total.reshape(-1), rows, u).reshape(draws, ages, cells)
    return np.ascontiguousarray(placed.transpose(0, 2, 1)), outside


def _estate_from_town(
    estate: Estate, i: int, have: CountArray, town: NDArray[np.bool_], world: YearWorld, chance: Chance
) -> CountArray:
    """Children who move to an estate from other homes of the town, [draw, cell, age index]."""
    other = town.copy()
    other[estate.cell] = False
    stock = have[:, other].sum(axis=(1, 2))
    rate = np.clip(estate.children[i] * estate.in_town * world.pace / np.maximum(stock, 1), 0.0, 1.0)
    return _leavers(have, rate[:, None] * other, f"moves/town/{estate.id}", world, chance)


def take_from_pupils(pupils: CountArray, gone: CountArray, u: FloatArray) -> CountArray:
    """Pupils [draw, slot, cell, grade] without those who moved away [draw, cell, grade], evenly over their schools."""
    return pupils - even_split(gone, pupils.astype(float), u)
