"""Guard-rails of closures: what stops a closure in a draw, on what is known when it would open.

Symbols, closure of school s that would open on 1 September of year t, draw d; everything is counted on 1 September of
t - 1, the last count before the decision: X[c, g] pupils of home c at s in grades that end, a[c, g, r] part of them
that the zones send to receiver r once s is closed (as the simulation itself places them), n[r, g] pupils of r, z[r, g]
its planned class size, R[r] its rooms and b[r] its beds in year t, B[r] its boarders, f[c, r] part of the children of c
whose trip to r is longer than the limit, H grades that may board.

    A[r, g]    = sum_c X a                                                    pupils moved
    size       n + A of the grades of a clause > its bound
    seats      sum_g ceil((n + A) / z) > max(R, sum_g ceil(n / z))            classes of the planned size
    far[c,g,r] = X a f;   boards where g in H and r has beds, or nobody knows
    beds       B[r] + far of those who board > b[r]
    canteen    somebody boards, and there is none
    travel     N + sum of far of those who do not board > share x (N + sum of A)       N: no school is left for them

All in expected pupils; a receiver counts from half a pupil on.  No guard stops on what is not known.
Page: docs/science/guards.md.  Tests: tests/sim/test_guards.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray

HALF = 0.5
_EPS = 1e-9


@dataclass(frozen=True)
class Closing:
    """A closure, or the grades that a conversion gives up.

    project, school: indices.  ends: [grade].  receivers: indices; none: whatever school the zones send to.
    hearing: month of the hearing since 1 September of the base year, None: none.  objected, protected: on record.
    kept_below: a school with fewer pupils is kept, 0: no such policy.  alone: for every stage of which one school is
    kept, its grades [grade] and the schools that count.  first: projects at the receivers that come before.
    canteen: None: not known.  canteen_with: project that brings it, -1: none.  despite: guards set aside.
    """

    project: int
    school: int
    ends: BoolArray
    receivers: tuple[int, ...] = ()
    hearing: int | None = None
    objected: bool = False
    protected: bool = False
    kept_below: int = 0
    alone: tuple[tuple[BoolArray, tuple[int, ...]], ...] = ()
    first: tuple[int, ...] = ()
    canteen: bool | None = None
    canteen_with: int = -1
    despite: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Moved:
    """Who would be moved from a school, and where to, expected pupils; [draw, school, grade] but for `lost`."""

    pupils: FloatArray
    """Pupils moved."""
    far: FloatArray
    """Those of them whose trip is longer than the limit."""
    lost: FloatArray
    """Those for whom no school is left, [draw]; they count as having too long a trip."""


@dataclass(frozen=True)
class Look:
    """What is known in some draws when a closure would open in `year`."""

    month: int
    """Of 1 September of the year, since that of the base year."""
    rolls: FloatArray
    """Pupils of every school, [draw, school, grade], with those whom other closures of this day bring."""
    planned: IntArray
    """Planned class sizes, [school, grade]."""
    rooms: IntArray
    """[draw, school]"""
    beds: FloatArray
    """[draw, school]; nan: not known."""
    boarders: FloatArray
    """[draw, school]"""
    teaches: BoolArray
    """Once it is closed, [draw, school, grade]."""
    opened: BoolArray
    """Projects open by then, [draw, project]."""
    moved: Moved
    limits: tuple[tuple[BoolArray, FloatArray], ...]
    """Clauses on the size of schools: the grades that count [grade], the bound [school], nan where none holds."""
    boards: BoolArray
    """Grades that may board, [grade]; none in a study that knows no boarders."""
    beyond_share: float

    @cached_property
    def to(self) -> IntArray:
        """Schools to which anybody is moved in any draw, [n]; guards look at no other."""
        return np.flatnonzero(self.moved.pupils.any(axis=(0, 2)))

    @cached_property
    def pupils(self) -> FloatArray:
        """Pupils moved there, [draw, n, grade]."""
        return np.asarray(self.moved.pupils[:, self.to])

    @cached_property
    def sums(self) -> FloatArray:
        """The same of all grades, [draw, n]."""
        return np.asarray(self.pupils.sum(axis=2))

    @cached_property
    def far(self) -> FloatArray:
        """Those of them whose trip is too long, [draw, n, grade]."""
        return np.asarray(self.moved.far[:, self.to])

    def reached(self, one: Closing) -> BoolArray:
        """Which of these schools receive pupils, [draw, n]."""
        found = self.sums >= HALF
        return found & np.isin(self.to, one.receivers) if one.receivers else found

    def boarding(self, one: Closing) -> FloatArray:
        """Pupils moved who would board, [draw, n, grade]: too far, old enough, and beds that are not known to be
        missing.
        """
        somewhere = self.reached(one) & ~(self.beds[:, self.to] == 0.0)
        return np.asarray(self.far * self.boards * somewhere[:, :, None])


Guard = Callable[[Look, Closing], BoolArray]
"""Whether it stops a closure, [draw]."""


def _fixed(look: Look, stops: bool) -> BoolArray:
    return np.full(len(look.rolls), stops)


def hearing(look: Look, one: Closing) -> BoolArray:
    """No hearing until then, [draw]."""
    return _fixed(look, one.hearing is None or one.hearing > look.month)


def objection(look: Look, one: Closing) -> BoolArray:
    """The majority objected, [draw]."""
    return _fixed(look, one.objected)


def protected(look: Look, one: Closing) -> BoolArray:
    """The school has a mark that protects it, [draw]."""
    return _fixed(look, one.protected)


def kept_small(look: Look, one: Closing) -> BoolArray:
    """A small school of a place that keeps them, [draw]."""
    return np.asarray(look.rolls[:, one.school].sum(axis=1) < one.kept_below)


def last_here(look: Look, one: Closing) -> BoolArray:
    """No school of the stage would be left in the township, [draw]."""
    found = _fixed(look, False)
    for grades, schools in one.alone:
        found |= ~look.teaches[:, list(schools)][:, :, grades].any(axis=(1, 2))
    return found


def built_first(look: Look, one: Closing) -> BoolArray:
    """Something that is built at a receiver is not open yet, [draw]."""
    return np.asarray(~look.opened[:, list(one.first)].all(axis=1))


def size(look: Look, one: Closing) -> BoolArray:
    """A receiver would be larger than a clause allows, [draw]."""
    found = _fixed(look, False)
    if not look.limits:
        return found
    after, reached = look.rolls[:, look.to] + look.pupils, look.reached(one)
    for grades, bound in look.limits:
        with np.errstate(invalid="ignore"):
            over = after[:, :, grades].sum(axis=2) > bound[look.to] + _EPS
        found |= (over & reached & (look.pupils[:, :, grades].sum(axis=2) >= HALF)).any(axis=1)
    return found


def seats(look: Look, one: Closing) -> BoolArray:
    """A receiver would need more classes of the planned size than it has rooms, and more than it needs now, [draw]."""
    rolls, planned = look.rolls[:, look.to], look.planned[look.to]
    now, then = _classes(rolls, planned), _classes(rolls + look.pupils, planned)
    return np.asarray(((then > np.maximum(look.rooms[:, look.to], now)) & look.reached(one)).any(axis=1))


def beds(look: Look, one: Closing) -> BoolArray:
    """Those who would board at a receiver find no bed, [draw]."""
    coming = look.boarding(one).sum(axis=2)
    with np.errstate(invalid="ignore"):
        short = look.boarders[:, look.to] + coming > look.beds[:, look.to] + _EPS
    return np.asarray((short & (coming >= HALF)).any(axis=1))


def canteen(look: Look, one: Closing) -> BoolArray:
    """Somebody would board, and there is no canteen, [draw]."""
    some = look.boarding(one).sum(axis=(1, 2)) >= HALF
    if one.canteen_with >= 0:
        return np.asarray(some & ~look.opened[:, one.canteen_with])
    return np.asarray(some & (one.canteen is False))


def travel(look: Look, one: Closing) -> BoolArray:
    """Too many have a longer trip than the limit every day, [draw]."""
    reached = look.reached(one)[:, :, None]
    daily = look.moved.lost + (look.far * reached - look.boarding(one)).sum(axis=(1, 2))
    everybody = look.moved.lost + (look.pupils * reached).sum(axis=(1, 2))
    return np.asarray(daily > look.beyond_share * everybody + _EPS)


REGISTRY: dict[str, Guard] = {
    "hearing": hearing,
    "objection": objection,
    "protected": protected,
    "kept_small": kept_small,
    "last_here": last_here,
    "built_first": built_first,
    "size": size,
    "seats": seats,
    "beds": beds,
    "canteen": canteen,
    "travel": travel,
}


def stops(look: Look, one: Closing) -> BoolArray:
    """Guards that are against a closure, those set aside included, [draw, guard]."""
    return np.stack([guard(look, one) for guard in REGISTRY.values()], axis=1)


def counting(one: Closing) -> BoolArray:
    """Guards that are not set aside, [guard]."""
    return np.array([name not in one.despite for name in REGISTRY])


def _classes(pupils: FloatArray, planned: IntArray) -> IntArray:
    """Classes of the planned size, [draw, school]; pupils: [draw, school, grade]."""
    return np.asarray(np.ceil(pupils / planned - _EPS).sum(axis=2), dtype=np.int64)
