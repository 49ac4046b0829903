"""When guarded closures open: looked at on the 1 September on which they would, and on every later one until they may.

    moved[d, r, g] = sum_c X[d, c, g] w[c, g, r]     w: shares of the zones, as `sim.network` has them once s is closed
    opens[d]       = first year t >= due[d] in which no guard that counts stops the closure; NEVER where there is none

Closures of one day are looked at in the order of the plan, each with the pupils whom those before it bring.  What is
known: stocks of 1 September t - 1, and which projects are open on 1 September t.  What is due by 1 September of the
base year is looked at on that day, with the stocks on record: there is no count before.
Page: docs/science/guards.md.  Tests: tests/sim/test_guards_gate.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.guards import REGISTRY, Closing, Look, Moved, counting, stops
from sim.model import NEVER, Layout
from sim.network import Regime, regimes
from sim.signals import Snapshot
from sim.stocks import Stocks
from sim.year import Case, leaning_of


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
    followed: tuple[int, ...] = ()
    """Closures for which other projects wait (`after`), indices of projects."""


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
        self.looked = np.full(shape, NEVER, dtype=np.int64)  # year of the last look
        self.day, self.more = NEVER, np.zeros(0)  # last 1 September looked at, pupils whom its closures bring
        years = case.model.horizon - case.model.base_year
        self.stopped = np.zeros((draws, years, len(fences.closings), len(REGISTRY)), dtype=bool)

    def let(self, due: IntArray, year: int, seen: Seen) -> IntArray:
        """Opening years until now, [draw, project]; due: what they would be without guards, NEVER if not yet.

        Asked again about a year it looks at what has fallen due since; guards of the base year leave no trace.
        """
        out = self.last(due)
        if year != self.day:
            self.day, self.more = year, np.zeros(seen.now.rolls.shape)
        for number, one in enumerate(self.fences.closings):
            ready = (due[:, one.project] <= year) & (self.opened[:, number] == NEVER)
            rows = np.flatnonzero(ready & (self.looked[:, number] != year))
            if not len(rows):
                continue
            then = out[rows].copy()
            then[:, one.project] = year
            look = self._look(one, rows, then, year, seen)
            found = stops(look, one)
            if year > self.case.model.base_year:
                self.stopped[rows, year - self.case.model.base_year - 1, number] = found
            free = ~(found & counting(one)).any(axis=1)
            passed = rows[free]
            # One that nothing stopped opens as it would without guards, also where that was before the base year.
            opens = np.where(self.looked[passed, number] == NEVER, due[passed, one.project], year)
            self.opened[passed, number] = opens
            out[passed, one.project] = opens
            self.more[passed] += look.moved.pupils[free]
            self.looked[rows, number] = year
        return out

    def last(self, due: IntArray) -> IntArray:
        """Opening years with those of the closures as they are by now, [draw, project]."""
        out = due.copy()
        out[:, [one.project for one in self.fences.closings]] = self.opened
        return out

    def _look(self, one: Closing, rows: IntArray, then: IntArray, year: int, seen: Seen) -> Look:
        """What is known in some draws; then: opening years with this closure, [row, project]."""
        case, fences, now = self.case, self.fences, seen.now
        model, schools = case.model, len(case.model.layout.schools)
        networks, index = regimes(model, case.network, then, year, leaning_of(case, year - 1), case.book)
        beyond = fences.trips.beyond(year)
        leaving = leavers(model.layout, one, seen.pupils, rows)
        return Look(
            month=12 * (year - model.base_year),
            rolls=now.rolls[rows] + self.more[rows],
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
    """Pupils of the ending grades of a school.  cells: their homes, [n].  grades: those that end, [k].

    pupils: [k, draw, n].
    """

    cells: IntArray
    grades: IntArray
    pupils: FloatArray


def leavers(layout: Layout, one: Closing, pupils: CountArray, rows: IntArray) -> Leavers:
    """Pupils whose grades end, in some draws; pupils: [draw, slot, cell, grade].  Homes of nobody are left out."""
    cells, slots = np.nonzero(layout.slot_school == one.school)
    grades = np.flatnonzero(one.ends)
    found = pupils[rows[None, :, None], slots, cells, grades[:, None, None]]
    some = found.any(axis=(0, 1))
    return Leavers(cells[some], grades, found[:, :, some].astype(np.float64))


def moved(layout: Layout, leaving: Leavers, networks: list[Regime], index: IntArray, beyond: FloatArray) -> Moved:
    """Where the zones send them once their school has closed; index: which network each draw has, [draw].

    beyond: [unit, school], see `Trips.beyond`; of homes outside the county no trip is known, and none is too long.
    """
    schools, grades = beyond.shape[1], networks[0].teaches.shape[1]
    units = layout.unit_of[leaving.cells]
    far = np.where(units[:, None] >= 0, beyond[units], 0.0)  # [n, school]
    to, lost = np.zeros((2, len(index), schools, grades)), np.zeros(len(index))
    for number, network in enumerate(networks):
        rows = np.flatnonzero(index == number)
        parts = _destinations(layout, leaving, network)  # [k, n, school]
        there = np.flatnonzero(parts.any(axis=(0, 1)))
        own, part = leaving.pupils[:, rows], parts[:, :, there]
        at = np.ix_(rows, there, leaving.grades)
        to[0][at] = (own @ part).transpose(1, 2, 0)
        to[1][at] = (own @ (part * far[:, there])).transpose(1, 2, 0)
        lost[rows] = (own * (parts.sum(axis=2) <= 0.0)[:, None]).sum(axis=(0, 2))
    return Moved(to[0], to[1], lost)


def _destinations(layout: Layout, leaving: Leavers, network: Regime) -> FloatArray:
    """Part of the pupils of each home and grade that ends whom the zones send to each school, [grade, n, school]."""
    schools, at = len(layout.schools), np.ix_(leaving.cells, leaving.grades)
    shares = (network.shares[at] * network.in_zone[at]).transpose(1, 0, 2)  # [grade, n, slot]
    ids = layout.slot_school[leaving.cells]  # [n, slot]
    out = np.zeros((*shares.shape[:2], schools))
    for slot in np.flatnonzero(shares.any(axis=(0, 1))):
        there = np.flatnonzero((ids[:, slot] >= 0) & (ids[:, slot] < schools))
        out[:, there, ids[there, slot]] += shares[:, there, slot]
    return out
