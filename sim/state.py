"""Stocks on 1 September and the flows of the year before; every term is simulated, none is a residual."""

from dataclasses import dataclass

import numpy as np

from sim.arrays import CountArray, IntArray
from sim.estimated import pupils_of_draws, young_of_draws
from sim.model import Model
from sim.world import YearWorld


@dataclass(frozen=True)
class State:
    """Stocks of a block of draws; the only stock of record of pupils is by home and school."""

    residents: CountArray  # [draw, cell, age] below the entry age
    waiting: CountArray  # [draw, cell] of entry age, entering next year
    autumn: CountArray  # [draw, cell] born between 1 September and 31 December of the year: next year's newborns
    pupils: CountArray  # [draw, slot, cell, grade]


@dataclass(frozen=True)
class Flows:
    """Children who joined or left the model in a year, and moves inside it, [draw] each."""

    born: IntArray
    died: IntArray
    left: IntArray  # progression and entry: gone from the county's schools
    arrived: IntArray  # progression and entry: new to the county's schools
    inbound: IntArray  # new entrants whose home is outside the county
    moved_in: IntArray  # from outside the county, beyond the reference future
    moved_out: IntArray
    moved_within: IntArray  # village to town and town to estate, beyond the reference future
    graduated: IntArray

    @property
    def net(self) -> IntArray:
        """Change of all stocks that the flows explain, [draw]."""
        joined = self.born + self.arrived + self.inbound + self.moved_in
        return joined - self.died - self.left - self.moved_out - self.graduated


def start(model: Model, world: YearWorld, autumn: CountArray) -> State:
    """The base year, the same in every draw but for births not yet registered and for counts that were estimated.

    world: of the base year.  autumn: [draw, cell].
    """
    if model.estimated is not None:
        residents, waiting = young_of_draws(model, model.estimated, world)
        return State(residents, waiting, autumn, pupils_of_draws(model, model.estimated, world))
    pupils = np.ascontiguousarray(model.pupils.transpose(1, 0, 2))

    def repeat(stock: CountArray) -> CountArray:
        return np.repeat(stock[None], len(world.draws), axis=0)

    return State(repeat(model.residents), repeat(model.waiting), autumn, repeat(pupils))


def children(state: State) -> IntArray:
    """All children of the model except those born after 31 August, [draw]."""
    inside = state.residents.sum(axis=(1, 2), dtype=np.int64) + state.waiting.sum(axis=1, dtype=np.int64)
    total: IntArray = inside + state.pupils.sum(axis=(1, 2, 3), dtype=np.int64)
    return total
