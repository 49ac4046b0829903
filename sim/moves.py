"""Moves that a future adds to the reference future: village to town, across the county line, into new estates.

Stocks are taken at the start of the year by age index a = 0..E+G-1 (E ages below school, then G grades); movers of
index a arrive with index a + 1.  Out-moves are binomial, arrivals from outside Poisson; between villages and town every
mover is placed by attraction and distance (sim/od.py), so that nobody is lost.  Tests: tests/sim/test_moves.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.across import of_cells
from sim.arrays import CountArray, FloatArray, IntArray
from sim.estate_moves import estate_from_town, from_outside, leavers, town_ward_parts, uniforms
from sim.futures import FutureRates
from sim.model import Model
from sim.od import Taken, Ways, place
from sim.state import State
from sim.variates import Chance, even_split
from sim.world import YearWorld


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
    way = rates.way(model, toward) if rates.urban[i] else None
    rate = abs(rates.urban[i]) * float(way is not None)  # without a place to go to nobody leaves
    shift = leavers(have, rate * world.pace[:, None] * origin, "moves/urban", world, chance)
    have = have - shift
    arriving = _settled(rates, i, shift, way, world, chance)
    estate_arrivals = from_outside(rates, i, shift.shape, world, chance)
    town = inside & model.layout.urban & ~model.layout.migrant
    for estate in rates.estates:
        taken = estate_from_town(estate, i, have, town, world, chance)
        have = have - taken
        shift = shift + taken
        arriving[:, estate.cell] += taken.sum(axis=1, dtype=np.int32)
    coming, out = _across(model, rates, i, have, world, chance)
    coming += estate_arrivals
    return Moves(
        gone=shift + out,
        arriving=arriving + coming,
        moved_in=coming.sum(axis=(1, 2), dtype=np.int64),
        moved_out=out.sum(axis=(1, 2), dtype=np.int64),
        within=shift.sum(axis=(1, 2), dtype=np.int64),
    )


def _settled(
    rates: FutureRates, i: int, shift: CountArray, way: Ways | None, world: YearWorld, chance: Chance
) -> CountArray:
    """Movers between villages and town at their new homes, [draw, cell, age index]."""
    if way is None:
        return np.zeros_like(shift)
    parts = town_ward_parts(rates, i, shift.sum(axis=1, dtype=np.int64), world)
    return place(shift, way, Taken([estate.cell for estate in rates.estates], parts), world, chance)


def _across(
    model: Model, rates: FutureRates, i: int, have: CountArray, world: YearWorld, chance: Chance
) -> tuple[CountArray, CountArray]:
    """Arrivals from outside the county and leavers to outside, [draw, cell, age index] each."""
    line, pace = rates.across(model), world.pace[:, None, None]
    leaving, mean = of_cells(line.leaving[i], model) * pace, have * (of_cells(line.coming[i], model) * pace)
    out = chance.binomial(have, np.minimum(leaving, 1.0), uniforms("moves/out", world))
    if rates.stream is None:
        return chance.poisson(mean, uniforms("moves/in", world)), out
    # Small migrant homes: their arrivals are drawn together, then each child is placed.
    together = mean[:, rates.stream.target].sum(axis=1)
    mean[:, rates.stream.target] = 0.0
    coming = chance.poisson(mean, uniforms("moves/in", world))
    outside = np.zeros_like(have)
    outside[:, rates.stream.origin[0]] = chance.poisson(together, uniforms("moves/in/county", world)[:, -1])
    nobody = Taken([], np.zeros((len(have), have.shape[2], 0)))
    return coming + place(outside, rates.stream, nobody, world, chance), out


def take_from_pupils(pupils: CountArray, gone: CountArray, u: FloatArray) -> CountArray:
    """Pupils [draw, slot, cell, grade] without those who moved away [draw, cell, grade], evenly over their schools."""
    return pupils - even_split(gone, pupils.astype(float), u)
