"""Run cases year by year over one block of draws, in one random world."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.adaptive import Adaptive, Builder, Course
from sim.arrays import BoolArray, CountArray, IntArray
from sim.boarding import Boards, boarders
from sim.calendar_result import Calendar
from sim.classes_formation import Ladder, formed
from sim.displaced import a_grade_higher, by_stage, second_time
from sim.futures import FutureRates
from sim.home_sums import in_first_grades, unit_sum
from sim.ladders import class_ladder, whole
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network import Book, PlanNetwork
from sim.pairs import Tally
from sim.people import births_of_year
from sim.placements import events_of_years, joined_events
from sim.policy import Policy, planned_sizes
from sim.reference_world import ReferenceWorld
from sim.seats import gather, school_totals
from sim.state import Flows, State, start
from sim.variates import Chance
from sim.world import World
from sim.year import Case, YearEnd, step


@dataclass(frozen=True)
class CaseResult:
    """Everything later tables need of one case and block; year index 0 is the first simulated year."""

    rolls: CountArray  # [draw, year, school, grade]
    classes: NDArray[np.int16]  # [draw, year, school, grade]
    rooms: NDArray[np.int16]  # [draw, year, school]
    open: BoolArray  # [draw, year, school]
    short: BoolArray  # [draw, year, school] fewer rooms than grades with pupils
    beyond: CountArray  # [draw, year, school]
    diverted_in: CountArray  # [draw, year, school]
    residents: CountArray  # [draw, year, unit] children below school age
    pupils: CountArray  # [draw, year, unit] pupils by home
    entrants: CountArray  # [draw, year, unit]
    flows: IntArray  # [draw, year, flow] in the order of sim.state.Flows
    outs: CountArray  # [draw, year, grade] pupils who live here and attend in other counties
    outs_usual: CountArray  # the same in the reference world
    linked: CountArray  # [draw, year, grade] pupils more, or fewer, of other members of a programme
    events: CountArray  # [event, 8] who had no seat where, by draw: see `sim.placements`
    zoned: NDArray[np.int16]  # [draw, year, school, stage, 2] entrants in their zone; all with homes in the county
    migrants: CountArray  # [draw, year, stage, 2] migrant pupils in public and in private schools
    boarders: CountArray = field(default_factory=lambda: np.zeros((0, 0, 0, 0), dtype=np.int32))
    """[draw, year, school, stage of school]; without the section `boarding` [draw, year, 0, 0]."""
    starters: CountArray = field(default_factory=lambda: np.zeros((0, 0, 0, 0), dtype=np.int32))
    """[draw, year, unit, stage of school] pupils by home in the first grade of a stage, at schools of the county."""
    changed: CountArray = field(default_factory=lambda: np.zeros((0, 0, 0, 2), dtype=np.int32))
    """[draw, year, stage of school, 2] pupils whom a plan makes change school; at most so many of them once more."""
    course: Course | None = None
    """What construction did, of a plan that acts on what is seen; None: the calendar was made before."""


FLOWS = tuple(field.name for field in fields(Flows))
ARRAYS = tuple(field.name for field in fields(CaseResult) if field.name != "course")
"""Fields of `CaseResult` that are arrays."""


@dataclass(frozen=True)
class CasePlan:
    """One case before it meets a world: a future, a plan and when its projects open in every draw of the run."""

    rates: FutureRates
    network: PlanNetwork
    opening_year: IntArray  # [draw of the run, project]
    early: "CasePlan | None" = None  # of the stage before school, where the study has one
    boards: Boards | None = None  # who may board; None: the study has no section `boarding`
    calendar: Calendar | None = None  # of all draws of the run, what results read; the engine reads `opening_year`
    adaptive: Adaptive | None = None  # of a plan with triggers: projects open as it decides, not by `opening_year`


def as_built(case: CasePlan, course: Course | None) -> CasePlan:
    """The case with what construction did in its draws; course None: the calendar was made before."""
    if course is None:
        return case
    opens = course.calendar.opening_year
    early = None if case.early is None else replace(case.early, opening_year=opens, calendar=course.calendar)
    return replace(case, opening_year=opens, calendar=course.calendar, early=early)


def simulate(
    model: Model, cases: list[CasePlan], seed: int, draws: IntArray, pairs: Tally | None = None
) -> list[CaseResult]:
    """Simulate all cases for a block of draw numbers, [draw]; cases share every random number.

    pairs: where pupils by home and school are added up, in the order of the cases; of the school ladder alone.
    The stage before school is simulated with cases that say what they mean for it (`CasePlan.early`).
    """
    runs = _runs(model, cases, [case.opening_year[draws] for case in cases])
    builders = [None if one.adaptive is None else Builder(one.adaptive, run, seed, draws)
                for one, run in zip(cases, runs, strict=True)]  # fmt: skip
    found = _ladder(_Walk(model, cases, runs, builders), seed, draws, pairs)
    young = [case.early for case in cases if case.early is not None]
    if model.early is None or not young:
        return found
    if len(young) < len(cases):
        raise ValueError("some cases lack the stage before school")
    # What is seen is seen at schools: a plan with triggers builds kindergartens when the school ladder has said so.
    opening = [case.opening_year[draws] if one.course is None else one.course.calendar.opening_year
               for case, one in zip(cases, found, strict=True)]  # fmt: skip
    walk = _Walk(model.early, young, _runs(model.early, young, opening), [None for _ in young])
    early = _ladder(walk, seed, draws, None)
    ladder = class_ladder(model)
    return [join(model, ladder, case_sizes(model, case), both) for case, *both in zip(cases, early, found, strict=True)]


def case_sizes(model: Model, case: CasePlan) -> IntArray:
    """Planned class sizes of a case with the grades of both ladders, [year, school, grade]; one row [grade] if alike.

    model: of the school ladder, or as `sim.ladders.whole` gives it.
    """
    young = case.early
    if case.network.policy is None and (young is None or young.network.policy is None):
        return whole(model).grades.planned_size
    if young is None:
        return planned_sizes(model, case.network.policy)
    if model.early is None:
        raise ValueError("sizes of both ladders need the model of the school ladder")
    early = planned_sizes(model.early, young.network.policy)
    return np.concatenate([early, planned_sizes(model, case.network.policy)], axis=2)


def join(model: Model, ladder: Ladder, planned: IntArray, both: Sequence[CaseResult]) -> CaseResult:
    """The results of both ladders of one case, the stage before school first, as one.

    planned: its class sizes, [grade] or [year, school, grade], as `case_sizes` gives them.

    Children, pupils by home, entrants and flows are those of the school ladder: nobody is counted twice.
    """
    early, school = both
    rolls = np.concatenate([early.rolls, school.rolls], axis=3)
    rooms = early.rooms + school.rooms
    classes = formed(model.formation, ladder, rolls, rooms, planned)
    return replace(
        school,
        rolls=rolls,
        classes=classes.count.astype(np.int16),
        rooms=rooms,
        open=early.open | school.open,
        short=classes.short,
        beyond=early.beyond + school.beyond,
        diverted_in=early.diverted_in + school.diverted_in,
        events=joined_events(early.events, school.events, early.rolls.shape[3]),
        zoned=np.concatenate([early.zoned, school.zoned], axis=3),
        migrants=np.concatenate([early.migrants, school.migrants], axis=2),
    )


@dataclass(frozen=True)
class _Walk:
    """The cases of one ladder, and who builds while they walk through the years; None: what opens is known before."""

    model: Model
    cases: list[CasePlan]
    runs: list[Case]
    builders: list[Builder | None]


def _runs(model: Model, cases: list[CasePlan], opening: list[IntArray]) -> list[Case]:
    """Cases of a block that share a book of networks; opening: of the block, [draw, project] each."""
    chance, book = Chance(rounded=model.rounded), Book()
    return [Case(model, c.rates, c.network, o, chance, book) for c, o in zip(cases, opening, strict=True)]


def _ladder(walk: _Walk, seed: int, draws: IntArray, pairs: Tally | None) -> list[CaseResult]:
    """All cases of one ladder."""
    model, cases, runs, builders = walk.model, walk.cases, walk.runs, walk.builders
    chance = Chance(rounded=model.rounded)
    states: list[State] = []
    ends: list[list[YearEnd]] = [[] for _ in runs]
    homes: list[list[State]] = [[] for _ in runs]
    boarding: list[list[CountArray]] = [[] for _ in runs]
    starting: list[list[CountArray]] = [[] for _ in runs]
    changed: list[list[CountArray]] = [[] for _ in runs]
    earlier: list[CountArray | None] = [None for _ in runs]
    outs: list[list[CountArray]] = [[] for _ in range(len(runs) + 1)]  # the last: in the reference world
    reference = ReferenceWorld(model, seed, draws, chance)
    for world in World(model, seed, draws):
        if world.year == model.base_year:
            reference.begin(world)
            for i, run in enumerate(runs):
                autumn, _ = births_of_year(model, run.rates.births_index, world, chance)
                states.append(start(model, world, autumn))
                _begin(builders[i], run, states[i])
                _keep(pairs, i, world.year, states[i])
            continue
        guide = reference.step(world)
        outs[-1].append(_in_other_counties(model, reference.state))
        for i, case in enumerate(runs):
            run, builder = _building(builders[i], case, world.year), builders[i]
            states[i], end = step(run, states[i], guide, world)
            counted, earlier[i] = _changed(model, earlier[i], end, states[i])
            changed[i].append(counted)
            ends[i].append(replace(end, sent=end.sent[:, :0]))
            homes[i].append(_by_unit(model, states[i]))
            outs[i].append(_in_other_counties(model, states[i]))
            boarding[i].append(boarders(cases[i].boards, states[i].pupils, world, chance, run.opening_year))
            if builder is not None:
                builder.decide(run, states[i], end, boarding[i][-1], world.year)
            starting[i].append(in_first_grades(model, states[i].pupils[:, model.layout.real]))
            _keep(pairs, i, world.year, states[i])
    away = [np.stack(one, axis=1) for one in outs]
    policies = [case.network.policy for case in cases]
    found = [_collect(model, *one, away[-1], draws) for one in zip(policies, ends, homes, away[:-1], strict=True)]
    return [
        replace(one, boarders=np.stack(b, axis=1), starters=np.stack(s, axis=1), changed=np.stack(c, axis=1),
                course=None if builder is None else builder.course())
        for one, b, s, c, builder in zip(found, boarding, starting, changed, builders, strict=True)
    ]  # fmt: skip


def _begin(builder: Builder | None, run: Case, state: State) -> None:
    """Decide on what is there in the base year."""
    if builder is not None:
        builder.begin(run, state, school_totals(state.pupils, gather(run.model), run.model))


def _building(builder: Builder | None, run: Case, year: int) -> Case:
    """The case with what has opened by 1 September of a year."""
    return run if builder is None else replace(run, opening_year=builder.open_by(year))


def _keep(pairs: Tally | None, case: int, year: int, state: State) -> None:
    if pairs is not None:
        pairs.add(case, year, state.pupils)


def _in_other_counties(model: Model, state: State | None) -> CountArray:
    """Pupils of homes in the county who attend in other counties, [draw, grade]."""
    slot = model.layout.pseudo.start + PSEUDO_SCHOOLS.index("~other_county")
    if state is None:
        raise ValueError("the reference world has not begun")
    out: CountArray = state.pupils[:, slot, :-1].sum(axis=1, dtype=np.int32)
    return out


def _changed(
    model: Model, earlier: CountArray | None, end: YearEnd, state: State
) -> tuple[CountArray, CountArray | None]:
    """Pupils who changed school, [draw, stage, 2], and who of each home and grade has done so by now; None: nobody."""
    if earlier is None and not end.sent.any():
        return np.zeros((len(end.sent), len(model.grades.stages), 2), dtype=np.int32), None
    before = np.zeros_like(end.sent) if earlier is None else a_grade_higher(earlier)
    pupils = state.pupils[:, model.layout.real].sum(axis=1, dtype=np.int32)
    again, by_now = second_time(before, end.sent, pupils)
    return np.stack([by_stage(one, model.grades.stage_of) for one in (end.sent, again)], axis=-1), by_now


def _by_unit(model: Model, state: State) -> State:
    """Stocks summed to units, so that a block keeps little: residents and pupils [draw, unit, 1]."""
    residents = unit_sum(model, state.residents.sum(axis=2, dtype=np.int32) + state.waiting)
    pupils = unit_sum(model, state.pupils.sum(axis=1, dtype=np.int32).sum(axis=2, dtype=np.int32))
    return State(residents, residents[:, :0], residents[:, :0], pupils)


def _collect(
    model: Model, policy: Policy | None, ends: list[YearEnd], homes: list[State], outs: CountArray,
    outs_usual: CountArray, draws: IntArray,
) -> CaseResult:  # fmt: skip
    rolls = np.stack([end.rolls for end in ends], axis=1)
    rooms = np.stack([end.rooms for end in ends], axis=1)
    sizes = model.grades.planned_size if policy is None else planned_sizes(model, policy)
    classes = formed(model.formation, class_ladder(replace(model, early=None)), rolls, rooms, sizes)
    return CaseResult(
        rolls=rolls,
        classes=classes.count.astype(np.int16),
        rooms=rooms.astype(np.int16),
        open=np.stack([end.open for end in ends], axis=1),
        short=classes.short,
        beyond=np.stack([end.beyond for end in ends], axis=1),
        diverted_in=np.stack([end.diverted_in for end in ends], axis=1),
        residents=np.stack([home.residents for home in homes], axis=1),
        pupils=np.stack([home.pupils for home in homes], axis=1),
        entrants=np.stack([unit_sum(model, end.entrants) for end in ends], axis=1),
        flows=np.stack([np.stack([getattr(end.flows, name) for name in FLOWS], axis=-1) for end in ends], axis=1),
        outs=outs,
        outs_usual=outs_usual,
        linked=np.stack([end.linked for end in ends], axis=1),
        events=events_of_years([end.events for end in ends], draws),
        zoned=np.stack([end.zoned for end in ends], axis=1).astype(np.int16),
        migrants=np.stack([end.migrants for end in ends], axis=1),
    )
