"""One simulated year, in the order of `YEARLY_ORDER`; `explain` prints the list and a test asserts it.

Progression stands before admission because the pool needs those who move up and lose their school (decision record
0011).
"""

from dataclasses import dataclass, field

import numpy as np

from sim.admission import Leavers, Seekers, admit, apply, feed, stack
from sim.arrays import BoolArray, CountArray, IntArray
from sim.displaced import sent_away
from sim.futures import FutureRates
from sim.linked import linked
from sim.migrants import convert, migrant_pupils
from sim.model import Model
from sim.moves import Moves, moves, take_from_pupils
from sim.network import Book, Leaning, PlanNetwork, Regime, regimes
from sim.network_pupils import Change, change_schools
from sim.people import births_of_year, grow_up, inbound_entrants
from sim.policy import of_year
from sim.progression import Moved, first_graders, move_up
from sim.reference_world import ReferenceYear
from sim.state import Flows, State
from sim.variates import Chance
from sim.world import YearWorld

YEARLY_ORDER = (
    "projects",
    "births",
    "ageing",
    "moves",
    "attendance",
    "progression",
    "admission",
    "classes",
    "tests",
)


@dataclass(frozen=True)
class Case:
    """One future and one plan for a block of draws."""

    model: Model
    rates: FutureRates
    network: PlanNetwork
    opening_year: IntArray  # [draw, project]
    chance: Chance
    book: Book = field(default_factory=dict)


@dataclass(frozen=True)
class YearEnd:
    """What a year leaves behind, for the tests and the tables."""

    rolls: CountArray  # [draw, school, grade]
    rooms: IntArray  # [draw, school]
    open: BoolArray  # [draw, school]
    beyond: CountArray  # [draw, school]
    diverted_in: CountArray  # [draw, school]
    events: CountArray  # [event, 7] who had no seat where, see `sim.kernels_admission`
    zoned: CountArray  # [draw, school, stage, 2] entrants of the stage in their zone; all with homes in the county
    migrants: CountArray  # [draw, stage, 2] migrant pupils in public and in private schools
    entrants: CountArray  # [draw, cell]
    linked: CountArray  # [draw, grade] pupils more, or fewer, of other members of a programme
    sent: CountArray  # [draw, cell, grade] pupils whom closures and openings make change school
    flows: Flows


def step(case: Case, state: State, guide: ReferenceYear, world: YearWorld) -> tuple[State, YearEnd]:
    """From 1 September of `world.year` - 1 to 1 September of `world.year`; guide: that year of the reference world."""
    model, chance = case.model, case.chance
    network = stack(*_regimes(case, world.year))
    autumn, rest = births_of_year(model, case.rates.births_index, world, chance)
    newborns = state.autumn + rest
    going = moves(model, state, case.rates, world, chance)
    residents, pupils = _without(state, going, world)
    others = linked(model, case.rates.members, pupils, world)
    pupils = pupils if others is None else others.pupils
    young = grow_up(model, residents, state.waiting, newborns, world, chance)
    inbound = inbound_entrants(model, world, chance)
    reaching = young.entrants.copy()
    reaching[:, -1] += inbound
    entrants = first_graders(reaching, guide, world)
    entry, before = entrants - reaching, entrants
    entrants = entrants if others is None else others.enter(entrants)
    moved = move_up(model, pupils, guide, world)
    policy = of_year(model, case.network.policy, world.year)
    looking = moved.pool.copy()
    change_schools(Change(model, case.network, case.opening_year, world), pupils, moved)
    sent = sent_away(looking, moved.pool)
    fed = feed(model, policy, network, Leavers(pupils, looking, moved.pool), world)
    public = case.rates.public
    if public is not None and public.converts(world.year - model.base_year):
        convert(moved.staying, moved.pool, model, public, world, chance)
    grown = young.residents
    moved.pool[:, :, 0] = entrants
    newcomers = np.zeros_like(moved.pool)
    if going is not None:
        ages = model.grades.entry_age
        grown = grown.copy()
        grown[:, :, 1:] += going.arriving[:, :, : ages - 1]
        newcomers += going.arriving[:, :, ages - 1 : -1]
    seekers = Seekers(moved.pool, newcomers, None if others is None else others.seekers)
    applying = apply(model, seekers, network, guide, world, chance)
    if fed is not None:
        applying += fed
    placed = admit(model, moved.staying, applying, network, world, policy)
    change = np.zeros_like(moved.pool[:, -1]) if others is None else others.done(before, entrants)
    flows = _flows(newborns, young.died, moved, entry, inbound, going)
    end = YearEnd(
        rolls=placed.rolls,
        rooms=network.rooms[network.index],
        open=np.asarray(network.teaches[network.index][:, : len(model.layout.schools)].any(axis=2)),
        beyond=placed.beyond,
        diverted_in=placed.diverted_in,
        events=placed.events,
        zoned=placed.zoned,
        migrants=migrant_pupils(model, placed.pupils),
        entrants=entrants + newcomers[:, :, 0],
        linked=change,
        sent=sent,
        flows=flows if others is None else others.counted(flows, change),
    )
    return State(grown, young.waiting, autumn, placed.pupils), end


def _regimes(case: Case, year: int) -> tuple[list[Regime], IntArray]:
    return regimes(case.model, case.network, case.opening_year, year, leaning_of(case, year), case.book)


def leaning_of(case: Case, year: int) -> Leaning:
    """What the future of a case changes in a year about where newcomers apply."""
    i = year - case.model.base_year
    return Leaning(float(case.rates.pull[i]), case.rates.private_odds(i))


def _without(state: State, going: Moves | None, world: YearWorld) -> tuple[CountArray, CountArray]:
    """Stocks without those who move away this year."""
    if going is None:
        return state.residents, state.pupils
    ages = state.residents.shape[2]
    u = world.grades_of_cells("moves/which")
    return state.residents - going.gone[:, :, :ages], take_from_pupils(state.pupils, going.gone[:, :, ages:], u)


def _flows(
    newborns: CountArray,
    died: CountArray,
    moved: Moved,
    entry: CountArray,
    inbound: CountArray,
    going: Moves | None,
) -> Flows:
    zero = np.zeros(len(newborns), dtype=np.int64)

    def total(cells: CountArray) -> IntArray:
        out: IntArray = cells.sum(axis=1, dtype=np.int64)
        return out

    return Flows(
        born=total(newborns),
        died=total(died),
        left=moved.left + total(np.maximum(-entry, 0)),
        arrived=moved.arrived + total(np.maximum(entry, 0)),
        inbound=inbound.astype(np.int64),
        moved_in=zero if going is None else going.moved_in,
        moved_out=zero if going is None else going.moved_out,
        moved_within=zero if going is None else going.within,
        graduated=moved.graduated,
    )
