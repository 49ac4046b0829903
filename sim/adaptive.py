"""Plans that act on what is seen: construction and simulation walk through the years together, block by block.

    1 September of t: stocks of t are there -> `Watch` looks at the signals and decides -> what is due before
    1 September of t + 1 is begun -> construction goes on to that day -> its openings act in the year t + 1

So nothing that happens after 1 September of t reaches a decision of that day.  What construction did (`Course`) comes
back with the results of the block: with triggers no calendar can be made before the simulation.
Tests: tests/sim/test_adaptive.py.  Page: docs/science/adaptive.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol, TypeVar, get_origin

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.calendar_result import NEVER, Calendar, join, opening_year, with_guards
from sim.classes_formation import base_classes, formed
from sim.guards_gate import Fences, Gate, Seen, Stopped
from sim.home_sums import in_first_grades, unit_sum
from sim.ladders import class_ladder
from sim.network import Regime, regimes
from sim.policy import planned_sizes
from sim.signals import Snapshot
from sim.state import State
from sim.triggers import Fired, Rule, Watch
from sim.year import Case, YearEnd, leaning_of

Made = TypeVar("Made")


class Sites(Protocol):
    """Construction of a block of draws that is advanced step by step; months since 1 September of the base year."""

    def start(self, draw: int, project: int, month: float) -> None:
        """A project that waits for its trigger is decided; month: not before the one advanced to."""

    def cancel(self, draw: int, project: int) -> bool:
        """A project is given up; one whose construction has begun goes on: False."""

    def close(self, draw: int, project: int) -> None:
        """A guarded closure takes effect now: projects that wait for it go on."""

    def advance(self, month: float) -> None:
        """All draws go on to a month, hand-overs of that moment included."""

    def advance_draw(self, draw: int, month: float) -> None:
        """One draw goes on to a month."""

    def handover(self) -> FloatArray:
        """Month of each hand-over so far, inf where there was none, [draw, project]."""

    def calendar(self) -> Calendar:
        """What became of all projects; construction goes on to the end of the programme."""


@dataclass(frozen=True)
class Adaptive:
    """How a plan is built when something is seen.

    sites: makes the construction of a block, from a seed and draw numbers.  rules: its triggers.
    earliest: month before which a project does not start, [project].  waits: whether it waits to be started, [project].
    """

    sites: Callable[[int, IntArray], Sites]
    rules: tuple[Rule, ...]
    earliest: IntArray
    waits: BoolArray
    late: int = 0
    """Years by which every project opens later than it is handed over, for stress tests."""
    fences: Fences | None = None
    """Guard-rails of its closures; None: none looks at them."""


@dataclass(frozen=True)
class Course:
    """What construction did in the draws of a block, or of a run."""

    calendar: Calendar
    fired: Fired
    stopped: Stopped | None = None
    """What guards said of closures; None: none looked at them."""


class Builder:
    """Decides and builds for one case and block of draws."""

    def __init__(self, plan: Adaptive, case: Case, seed: int, draws: IntArray) -> None:
        model = case.model
        self.plan, self.model, self.draws = plan, model, draws
        self.sites = plan.sites(seed, draws)
        self.watch = Watch(plan.rules, plan.earliest, model.base_year, len(draws))
        self.begun = np.broadcast_to(~plan.waits, (len(draws), len(plan.waits))).copy()
        self.given_up = np.zeros_like(self.begun)
        self.opening = np.full(self.begun.shape, NEVER, dtype=np.int64)
        self.sizes = planned_sizes(model, case.network.policy)
        self.ladder = class_ladder(replace(model, early=None))
        self.rolls: list[NDArray[np.integer]] = []
        self.rooms: list[NDArray[np.integer]] = []
        self.zones: dict[tuple[object, ...], tuple[BoolArray, BoolArray]] = {}
        self.watches_classes = any(rule.signal == "large_classes" for rule in plan.rules)
        self.gate = None if plan.fences is None else Gate(plan.fences, case, len(draws))
        self.seen: Seen | None = None
        self.followed = [] if plan.fences is None else list(plan.fences.followed)
        self.told = np.zeros((len(draws), len(self.followed)), dtype=bool)

    def open_by(self, year: int) -> IntArray:
        """Build up to 1 September of a year; years of opening so far, else NEVER, [draw, project]."""
        self._act(12 * (year - self.model.base_year))
        self.opening = self._opened(year)
        while self._closed():  # what waited for them may be handed over on the same day
            self.sites.advance(12 * (year - self.model.base_year))
            self.opening = self._opened(year)
        return self.opening

    def begin(self, case: Case, state: State, rolls: CountArray) -> None:
        """Decide on 1 September of the base year. rolls: [draw, school, grade]."""
        model, classes = case.model, np.zeros_like(rolls)
        rooms = np.where(model.exists, model.rooms, 0)
        if self.watches_classes:
            classes = np.broadcast_to(base_classes(model.formation, self.ladder).count, rolls.shape)
        sizes = np.broadcast_to(model.grades.planned_size, rolls.shape[1:])
        demand = in_first_grades(model, state.pupils) if self.plan.rules else rolls[:, :0]
        stocks = _Stocks(rolls, np.broadcast_to(rooms, rolls.shape[:2]), classes, sizes)
        now = self._look(case, model.base_year, state, demand, stocks)
        if self.plan.fences is not None:
            self.seen = Seen(now, state.pupils, np.broadcast_to(self.plan.fences.boarders, rolls.shape[:2]))
            self.open_by(model.base_year)

    def decide(self, case: Case, state: State, end: YearEnd, boarders: CountArray, year: int) -> None:
        """Decide on 1 September of a simulated year, at whose end these stocks are.

        boarders: [draw, school, stage]; without schools if the study knows none.
        """
        model, sizes = case.model, self.sizes[: len(self.rolls) + 1]
        self.rolls.append(end.rolls)
        self.rooms.append(end.rooms)
        demand, classes = end.rolls[:, :0], np.zeros_like(end.rolls)
        if self.plan.rules:
            demand = in_first_grades(model, state.pupils[:, model.layout.real])
            demand[:, :, 0] = unit_sum(model, end.entrants)
        if self.watches_classes:
            history = np.stack(self.rolls, axis=1), np.stack(self.rooms, axis=1)
            classes = formed(model.formation, self.ladder, *history, sizes).count[:, -1].astype(np.int32)
        now = self._look(case, year, state, demand, _Stocks(end.rolls, end.rooms, classes, sizes[-1]))
        if self.gate is not None:
            board = boarders.sum(axis=2) if boarders.shape[1] else np.zeros(end.rolls.shape[:2])
            self.seen = Seen(now, state.pupils, board.astype(np.float64))

    def course(self) -> Course:
        """What construction did, to the end of the programme."""
        self._act(np.inf)
        calendar = self.sites.calendar()
        opens = self._late(calendar.opening_year, self.model.horizon)
        if self.gate is None:
            return Course(replace(calendar, opening_year=opens), self.watch.fired)
        held = with_guards(replace(calendar, opening_year=opens), self.gate.last(opens))
        return Course(held, self.watch.fired, Stopped(self.gate.stopped))

    def _opened(self, year: int) -> IntArray:
        """Years of opening until a year, [draw, project]."""
        due = self._late(opening_year(self.sites.handover(), self.model.base_year, year), year)
        return due if self.gate is None or self.seen is None else self.gate.let(due, year, self.seen)

    def _closed(self) -> bool:
        """Tell construction which closures have taken effect that others wait for; whether there were any."""
        if not self.followed:
            return False
        new = (self.opening[:, self.followed] != NEVER) & ~self.told
        for draw, number in np.argwhere(new):
            self.sites.close(int(draw), self.followed[number])
        self.told |= new
        return bool(new.any())

    def _late(self, opens: IntArray, last: int) -> IntArray:
        """Years of opening with what a stress test adds; NEVER after the last year."""
        then = opens + self.plan.late
        return opens if self.plan.late == 0 else np.where(then <= last, then, NEVER)

    def _look(self, case: Case, year: int, state: State, demand: CountArray, stocks: "_Stocks") -> Snapshot:
        """What is seen; a plan without triggers, of which guards alone look at something, needs rolls and sizes."""
        model = self.model
        networks: list[Regime] = []
        index, aged_one = np.zeros(len(self.draws), dtype=np.int64), np.zeros(0, dtype=np.int32)
        if self.plan.rules:
            networks, index = regimes(model, case.network, self.opening, year, leaning_of(case, year), case.book)
            aged_one = unit_sum(model, state.residents[:, :, 1])
        now = Snapshot(
            model=model,
            year=year,
            rolls=stocks.rolls,
            rooms=stocks.rooms,
            classes=stocks.classes,
            planned=stocks.sizes,
            demand=demand,
            by_home=self._by_home(state),
            aged_one=aged_one,
            networks=tuple(networks),
            network_of=index,
            zones=self.zones,
        )
        self.watch.look(now, self.opening)
        return now

    def _by_home(self, state: State) -> CountArray:
        """Pupils by home at schools of the county, [draw, unit, grade]; without such a signal an empty array."""
        if not any(rule.signal == "pupils" and rule.place.units for rule in self.plan.rules):
            return np.zeros((len(self.draws), 0, 0), dtype=np.int32)
        return unit_sum(self.model, state.pupils[:, self.model.layout.real].sum(axis=1, dtype=np.int32))

    def _act(self, until: float) -> None:
        """Begin and give up what is due before a month, in the order of time, and build up to it."""
        decided = np.isfinite(self.watch.due) & ((self.watch.due < until) | ~self.watch.may_wait)
        due = decided & ~self.begun & (self.watch.cancel_at > self.watch.due)
        for draw, project in np.argwhere(due):
            self.sites.start(int(draw), int(project), float(self.watch.due[draw, project]))
        self.begun |= due
        off = (self.watch.cancel_at < until) & ~self.given_up
        for month, draw, project in sorted((float(self.watch.cancel_at[i, j]), i, j) for i, j in np.argwhere(off)):
            self.sites.advance_draw(int(draw), month)
            if not self.sites.cancel(int(draw), int(project)):
                self.watch.fired.cancel[draw, project] = NEVER  # too late to give it up
        self.given_up |= off
        if np.isfinite(until):
            self.sites.advance(until)


@dataclass(frozen=True)
class _Stocks:
    rolls: NDArray[np.integer]  # [draw, school, grade]
    rooms: NDArray[np.integer]  # [draw, school]
    classes: NDArray[np.integer]  # [draw, school, grade]
    sizes: IntArray  # [school, grade]


def packed(course: Course) -> dict[str, NDArray[Any]]:
    """Arrays of a course by name, for a part file, [draw, ...] each; `unpacked` reads them."""
    found: dict[str, NDArray[Any]] = {}
    for name, whole in (("calendar", course.calendar), ("fired", course.fired), ("stopped", course.stopped)):
        for field in () if whole is None else fields(whole):
            one, key = getattr(whole, field.name), f"{name}/{field.name}"
            if isinstance(one, dict):
                found |= {f"{key}/{part}": np.asarray(array) for part, array in one.items()}
            elif one is not None:
                found[key] = np.asarray(one)
    return found


def unpacked(arrays: Mapping[str, NDArray[Any]]) -> Course:
    """The course that `packed` took apart; arrays: [draw, ...] each."""
    stopped = _made(Stopped, arrays, "stopped") if any(name.startswith("stopped/") for name in arrays) else None
    return Course(_made(Calendar, arrays, "calendar"), _made(Fired, arrays, "fired"), stopped)


def _made(kind: type[Made], arrays: Mapping[str, NDArray[Any]], name: str) -> Made:
    made: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        key, sort = f"{name}/{field.name}", get_origin(field.type)
        if sort is dict:
            made[field.name] = {one.removeprefix(key + "/"): arrays[one] for one in arrays if one.startswith(key + "/")}
        elif key in arrays:
            made[field.name] = tuple(arrays[key].tolist()) if sort is tuple else arrays[key]
    return kind(**made)


def joined(parts: Sequence[Course]) -> Course:
    """One course from blocks of draws, in the order given."""
    fired = {field.name: np.concatenate([getattr(part.fired, field.name) for part in parts]) for field in fields(Fired)}
    by = [part.stopped.by for part in parts if part.stopped is not None]
    stopped = Stopped(np.concatenate(by)) if by else None
    return Course(join([part.calendar for part in parts]), Fired(**fired), stopped)
