"""Moves that a future adds to the reference future: village to town, across the county line, into new estates.

Stocks are taken at the start of the year by age index a = 0..E+G-1 (E ages below school, then G grades); movers of
index a arrive with index a + 1.  Out-moves are binomial, arrivals from outside Poisson, destinations multinomial by
attraction, so that nobody is lost.  Tests: tests/sim/test_moves.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.estate_moves import estate_from_town, leavers, settle, uniforms
from sim.futures import FutureRates
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
    shift = leavers(have, rate * world.pace[:, None] * origin, "moves/urban", world, chance)
    have = have - shift
    arriving, estate_arrivals = settle(model, rates, i, shift, weight, world, chance)
    town = inside & model.layout.urban & ~model.layout.migrant
    for estate in rates.estates:
        taken = estate_from_town(estate, i, have, town, world, chance)
        have = have - taken
        shift = shift + taken
        arriving[:, estate.cell] += taken.sum(axis=1, dtype=np.int32)
    net = np.where(model.layout.migrant, rates.migrant[i], rates.local[i]) * inside
    out = leavers(have, np.maximum(-net, 0.0) * world.pace[:, None], "moves/out", world, chance)
    coming = chance.poisson(
        have * (np.maximum(net, 0.0) * world.pace[:, None])[:, :, None], uniforms("moves/in", world)
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


def take_from_pupils(pupils: CountArray, gone: CountArray, u: FloatArray) -> CountArray:
    """Pupils [draw, slot, cell, grade] without those who moved away [draw, cell, grade], evenly over their schools."""
    return pupils - even_split(gone, pupils.astype(float), u)
