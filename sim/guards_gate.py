"""When guarded closures open: looked at on the 1 September on which they would, and on every later one until they may.

    moved[d, r, g] = sum_c X[d, c, g] w[c, g, r]     w: shares of the zones, as `sim.network` has them once s is closed
    opens[d]       = first year t >= due[d] in which no guard that counts stops the closure; NEVER where there is none

Closures of one day are looked at in the order of the plan, each with the pupils whom those before it bring.  What is
known: stocks of 1 September t - 1, and which projects are open on 1 September t.
Page: docs/science/guards.md.  Tests: tests/sim/test_guards_gate.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.guards import REGISTRY, Closing, Look, Moved, counting, stops
from sim.model import NEVER, Layout
from sim.network import Regime, regimes
from sim.signals import Snapshot
from sim.stocks import Stocks
from sim.year import Case, leaning_of

CountArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Line:
    """A daily school bus of a plan.  first, last: school years.  units, schools: indices."""

    first: int
    last: int
    units: tuple[int, ...]
    schools: tuple[int, ...]


@dataclass(frozen=True)
class Trips:
    """Parts of the children of each unit whose trip to each school is longer than the limit, [unit, school]."""

    walk: FloatArray
    """On foot."""
    both: FloatArray
    """On foot and by bus."""
    lines: tuple[Line, ...] = ()

    def beyond(self, year: int) -> FloatArray:
        """With the buses that run in a school year, [unit, school]."""
        found = self.walk.copy()
        for line in self.lines:
            if line.first <= year <= line.last:
                at = np.ix_(line.units, line.schools)
                found[at] = self.both[at]
        return found


@dataclass(frozen=True)
class Fences:
    """The guarded closures of a plan, and what its guards look at beside the stocks of a draw; see `sim.guards`."""

    plan: str
    closings: tuple[Closing, ...]
    limits: tuple[tuple[BoolArray, FloatArray], ...]
    boards: BoolArray  # [grade]
    beyond_share: float
    trips: Trips
    stocks: Stocks
    boarders: FloatArray  # [school] on record in the base year


@dataclass(frozen=True)
class Stopped:
    """Which guards were against a closure, also those set aside, in every year in which it would have opened."""

    by: BoolArray
    """[draw, year, closure, guard]; year 0 is the first simulated one, guards as in `sim.guards.REGISTRY`."""


@dataclass(frozen=True)
class Seen:
    """Stocks of a block on the last 1 September.  pupils: [draw, slot, cell, grade].  boarders: [draw, school]."""

    now: Snapshot
    pupils: CountArray
    boarders: FloatArray


class Gate:
    """Lets the closures of a plan open; one per case and block."""

    def __init__(self, fences: Fences, case: Case, draws: int) -> None:
        self.fences, self.case = fences, case
        shape = (draws, len(fences.closings))
        self.opened = np.full(shape, NEVER, dtype=np.int64)
        self.tried = np.zeros(shape, dtype=bool)
        years = case.model.horizon - case.model.base_year
        self.stopped = np.zeros((draws, years, len(fences.closings), len(REGISTRY)), dtype=bool)

    def let(self, due: IntArray, year: int, seen: Seen) -> IntArray:
        """Opening years until now, [draw, project]; due: what they would be without guards, NEVER if not yet."""
        out = due.copy()
        out[:, [one.project for one in self.fences.closings]] = self.opened
        more = np.zeros(seen.now.rolls.shape)
        for number, one in enumerate(self.fences.closings):
            rows = np.flatnonzero((due[:, one.project] <= year) & (self.opened[:, number] == NEVER))
            if not len(rows):
                continue
            then = out[rows].copy()
            then[:, one.project] = year
            look = self._look(one, rows, then, year, seen, more)
            found = stops(look, one)
            self.stopped[rows, year - self.case.model.base_year - 1, number] = found
            free = ~(found & counting(one)).any(axis=1)
            passed = rows[free]
            # One that nothing stopped opens as it would without guards, also where that was before the base year.
            opens = np.where(self.tried[passed, number], year, due[passed, one.project])
            self.opened[passed, number] = opens
            out[passed, one.project] = opens
            more[passed] += look.moved.pupils[free]
            self.tried[rows, number] = True
        return out

    def last(self, due: IntArray) -> IntArray:
        """Opening years of the whole run, [draw, project]."""
        out = due.copy()
        out[:, [one.project for one in self.fences.closings]] = self.opened
        return out

    def _look(self, one: Closing, rows: IntArray, then: IntArray, year: int, seen: Seen, more: FloatArray) -> Look:
        """What is known in some draws; then: opening years with this closure, [row, project]."""
        case, fences, now = self.case, self.fences, seen.now
        model, schools = case.model, len(case.model.layout.schools)
        networks, index = regimes(model, case.network, then, year, leaning_of(case, year - 1), case.book)
        beyond = fences.trips.beyond(year)
        leaving = leavers(model.layout, one, seen.pupils[rows])
        return Look(
            month=12 * (year - model.base_year),
            rolls=now.rolls[rows] + more[rows],
            planned=now.planned,
            rooms=np.stack([network.rooms for network in networks])[index],
            beds=fences.stocks.at("beds", fences.plan, then, range(year, year + 1))[:, 0],
            boarders=seen.boarders[rows],
            teaches=np.stack([network.teaches[:schools] for network in networks])[index],
            opened=then <= year,
            moved=moved(model.layout, leaving, networks, index, beyond),
            limits=fences.limits,
            boards=fences.boards,
            beyond_share=fences.beyond_share,
        )


@dataclass(frozen=True)
class Leavers:
    """Pupils of the ending grades of a school.  cells: their homes, [n].  pupils: [draw, n, grade]."""

    cells: IntArray
    pupils: FloatArray


def leavers(layout: Layout, one: Closing, pupils: CountArray) -> Leavers:
    """Pupils whose grades end; pupils: [draw, slot, cell, grade]."""
    cells, slots = np.nonzero(layout.slot_school == one.school)
    return Leavers(cells, (pupils[:, slots, cells] * one.ends).astype(np.float64))


def moved(layout: Layout, leaving: Leavers, networks: list[Regime], index: IntArray, beyond: FloatArray) -> Moved:
    """Where the zones send them once their school has closed; index: which network each draw has, [draw].

    beyond: [unit, school], see `Trips.beyond`; of homes outside the county no trip is known, and none is too long.
    """
    schools, grades = len(layout.schools), leaving.pupils.shape[2]
    units = layout.unit_of[leaving.cells]
    far = np.where(units[:, None] >= 0, beyond[units], 0.0)  # [n, school]
    to, lost = np.zeros((2, len(index), schools, grades)), np.zeros(len(index))
    for number, network in enumerate(networks):
        rows = np.flatnonzero(index == number)
        parts = _destinations(layout, leaving.cells, network)
        to[0, rows] = np.einsum("dng,ngs->dsg", leaving.pupils[rows], parts)
        to[1, rows] = np.einsum("dng,ngs->dsg", leaving.pupils[rows], parts * far[:, None, :])
        lost[rows] = (leaving.pupils[rows] * (parts.sum(axis=2) <= 0.0)).sum(axis=(1, 2))
    return Moved(to[0], to[1], lost)


def _destinations(layout: Layout, cells: IntArray, network: Regime) -> FloatArray:
    """Part of the pupils of each home and grade whom the zones send to each school, [n, grade, school]."""
    schools = len(layout.schools)
    shares = network.shares[cells] * network.in_zone[cells]  # [n, grade, slot]
    ids = layout.slot_school[cells]  # [n, slot]
    out = np.zeros((*shares.shape[:2], schools))
    for slot in range(ids.shape[1]):
        there = np.flatnonzero((ids[:, slot] >= 0) & (ids[:, slot] < schools))
        out[there, :, ids[there, slot]] += shares[there, :, slot]
    return out
