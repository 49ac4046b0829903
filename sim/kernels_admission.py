"""Inner loops of one admission round, compiled by numba: seats, return to the own zone, diversion, who is beyond.

One step of the round is one kernel over all draws; steps of single rules are in `sim/kernels_rules.py`.  Counts are
whole, `Asking` is changed in place, and every kernel hands back its events: [event, 7] of draw, cell, grade, school
that had no seat, school joined (-1: none, the child stays), reason, children.  See `sim/admission.py`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.classes_shared import Rules
from sim.kernels import _edge
from sim.kernels_shared import excess_of_grades, free_of_grade

FloatArray = NDArray[np.float64]
CountArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SENT_ON, LOT_LOST, NO_SEAT, NO_SCHOOL, OFF = range(5)
"""Reasons: diverted; lost the lot, sent on; beyond the seats: no free one, no school within the limit, no diversion."""
ZONE, LOTTERY, NEAREST, FEEDER = range(4)
EVENT = 7  # columns of an event


class Ground(NamedTuple):
    """What is the same in every draw of a round."""

    slot_school: IntArray  # [cell, slot]
    lookup: IntArray  # [cell, school + pseudo] slot, -1 where none
    start: IntArray  # [school + 1] pairs of a school
    cell: IntArray  # [pair]
    order: IntArray  # [stage, pair] pairs of each school, of one class of priority the first to go first
    stage_of: IntArray  # [grade]
    lists: IntArray  # [cell, stage, rank] slots, near first, -1 where none
    size: IntArray  # [school, grade] pupils a class, up to which newcomers are admitted
    ranks: FloatArray  # [cell, class] cumulated shares of the classes of priority, first in priority first
    rule: IntArray  # [cell, stage]
    composite: BoolArray  # [school] grades may share a class
    forms: Rules  # how they do


class Net(NamedTuple):
    """The network of the year in every draw."""

    regime: IntArray  # [draw]
    home: IntArray  # [regime, cell, grade]
    in_zone: BoolArray  # [regime, cell, grade, slot]
    runs: BoolArray  # [regime, school + pseudo, grade]
    rooms: IntArray  # [regime, school]


class Asking(NamedTuple):
    """Applications while admission works on them; `want` always holds their sums over schools."""

    applying: CountArray  # [draw, slot, cell, grade]
    stay: CountArray  # [draw, school, grade]
    want: CountArray  # [draw, school, grade]
    diverted: CountArray  # [draw, school]
    left: CountArray  # [draw, cell, grade] children whom a rule of its own could not place: they stay


class Luck(NamedTuple):
    """Random numbers of the round."""

    back: FloatArray  # [draw, school, grade] who returns to the own zone
    lots: FloatArray  # [draw or 1, school, grade] who loses the lot
    ranks: FloatArray  # [draw or 1, cell, grade] which classes of priority the children of a home are of


@njit(cache=True, nogil=True, error_model="numpy")
def _noted(
    events: CountArray, n: int, who: tuple[int, int, int], what: tuple[int, int, int], count: int
) -> CountArray:  # pragma: no cover - compiled
    """Write event n, into twice the space where it is full."""
    if n == len(events):
        more = np.empty((2 * n, EVENT), np.int32)
        more[:n] = events
        events = more
    row = events[n]
    row[0], row[1], row[2] = who
    row[3], row[4], row[5] = what
    row[6] = count
    return events


@njit(cache=True, nogil=True, error_model="numpy")
def fill_totals(pupils: CountArray, slot_school: IntArray, out: CountArray) -> None:  # pragma: no cover - compiled
    """Pupils by school and grade [draw, school, grade], added to out, from [draw, slot, cell, grade]."""
    draws, slots, cells, grades = pupils.shape
    schools = out.shape[1]
    for d in range(draws):
        for j in range(slots):
            for c in range(cells):
                s = slot_school[c, j]
                if 0 <= s < schools:
                    for g in range(grades):
                        out[d, s, g] += pupils[d, j, c, g]


@njit(cache=True, nogil=True, error_model="numpy")
def _free(
    stay: CountArray, want: CountArray, rooms: int, size: IntArray, out: IntArray
) -> None:  # pragma: no cover - compiled
    """Seats of one school open to newcomers by grade, as `sim.seats.free_seats`; stay, want, size, out: [grade]."""
    grades = out.size
    classes, taught = 0, 0
    for g in range(grades):
        classes += -(-stay[g] // size[g])
        taught += (stay[g] > 0) or (want[g] > 0)
    left = max(rooms - classes, 0)
    fair = rooms // max(taught, 1)
    before, used = 0, 0
    for g in range(grades):
        slack = -(-stay[g] // size[g]) * size[g] - stay[g]
        need = -(-max(want[g] - slack, 0) // size[g])
        given = min(max(left - before, 0), need)
        if stay[g] == 0:
            given = max(given, min(need, fair))
        before += need
        used += given
        out[g] = slack + given * size[g]
    unused = max(left - used, 0)
    for g in range(grades):
        out[g] += unused * size[g]


@njit(cache=True, nogil=True, error_model="numpy")
def _room(
    asking: Asking, ground: Ground, net: Net, d: int, s: int, g: int, free: IntArray
) -> int:  # pragma: no cover - compiled
    """Free seats less applicants of a school and grade, below zero where some are beyond; free: scratch [grade]."""
    stay, want, rooms, size = asking.stay[d, s], asking.want[d, s], net.rooms[net.regime[d], s], ground.size[s]
    if ground.composite[s]:
        free[g] = free_of_grade(stay, want, rooms, size, ground.forms, s, g)
    else:
        _free(stay, want, rooms, size, free)
    room: int = free[g] - want[g]
    return room


@njit(cache=True, nogil=True, error_model="numpy")
def _excess(
    asking: Asking, ground: Ground, net: Net, d: int, out: IntArray, free: IntArray
) -> bool:  # pragma: no cover - compiled
    """Applicants of a draw beyond the seats, out [school, grade]; whether there are any."""
    found = False
    for s in range(out.shape[0]):
        found = _excess_of(asking, ground, net, d, s, out, free) or found
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _excess_of(
    asking: Asking, ground: Ground, net: Net, d: int, s: int, out: IntArray, free: IntArray
) -> bool:  # pragma: no cover - compiled
    """The same for one school: its row of out."""
    if ground.composite[s]:
        rooms = net.rooms[net.regime[d], s]
        return excess_of_grades(asking.stay[d, s], asking.want[d, s], rooms, ground.size[s], ground.forms, s, out[s])
    found = False
    _room(asking, ground, net, d, s, 0, free)
    for g in range(out.shape[1]):
        out[s, g] = max(asking.want[d, s, g] - free[g], 0)
        found = found or out[s, g] > 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _send(
    asking: Asking, ground: Ground, d: int, c: int, g: int, way: tuple[int, int], n: int
) -> None:  # pragma: no cover - compiled
    """Move n applicants of a home from one slot to another."""
    here, there = way
    asking.applying[d, here, c, g] -= n
    asking.applying[d, there, c, g] += n
    asking.want[d, ground.slot_school[c, here], g] -= n
    asking.want[d, ground.slot_school[c, there], g] += n


@njit(cache=True, nogil=True, error_model="numpy")
def _of_rank(n: int, ranks: FloatArray, k: int, u: float) -> int:  # pragma: no cover - compiled
    """How many of n children are of class k of priority: an even selection by the shares of the classes."""
    up_to = int(_edge(ranks[k], 1.0, float(n), u))
    return up_to if k == 0 else up_to - int(_edge(ranks[k - 1], 1.0, float(n), u))


@njit(cache=True, nogil=True, error_model="numpy")
def fill_returned(asking: Asking, ground: Ground, net: Net, luck: Luck) -> None:  # pragma: no cover - compiled
    """Applicants from other zones beyond the seats return to the school of their own zone, evenly, all at once."""
    draws, schools, grades = asking.want.shape
    excess, free = np.empty((schools, grades), np.int64), np.empty(grades, np.int64)
    for d in range(draws):
        if not _excess(asking, ground, net, d, excess, free):
            continue
        r = net.regime[d]
        for s in range(schools):
            for g in range(grades):
                if excess[s, g] <= 0:
                    continue
                whole = 0.0
                for p in range(ground.start[s], ground.start[s + 1]):
                    c = ground.cell[p]
                    j = ground.lookup[c, s]
                    if net.home[r, c, g] >= 0 and not net.in_zone[r, c, g, j]:
                        whole += asking.applying[d, j, c, g]
                refused = min(float(excess[s, g]), whole)
                if refused <= 0.0:
                    continue
                seen, before = 0.0, 0.0
                for p in range(ground.start[s], ground.start[s + 1]):
                    c = ground.cell[p]
                    j, home = ground.lookup[c, s], net.home[r, c, g]
                    if home < 0 or net.in_zone[r, c, g, j] or asking.applying[d, j, c, g] == 0:
                        continue
                    seen += asking.applying[d, j, c, g]
                    edge = _edge(seen, whole, refused, luck.back[d, s, g])
                    _send(asking, ground, d, c, g, (j, home), int(edge - before))
                    before = edge


@njit(cache=True, nogil=True, error_model="numpy")
def _divert(
    asking: Asking, ground: Ground, net: Net, luck: Luck, full: tuple[int, int, int, int], events: CountArray, n: int,
    scratch: tuple[IntArray, IntArray],
) -> tuple[CountArray, int]:  # fmt: skip  # pragma: no cover - compiled
    """Send the excess of a (draw, school, grade) on, last in priority first; events from n on, and how many then."""
    (d, s, g, must_go), (free, first) = full, scratch
    stage, u = ground.stage_of[g], luck.ranks[d % len(luck.ranks)]
    lo, hi = ground.start[s], ground.start[s + 1]
    for p in range(lo, hi):
        c = ground.cell[p]
        own = ground.rule[c, stage] == NEAREST
        first[p] = 0 if own else asking.applying[d, ground.lookup[c, s], c, g]
    for k in range(ground.ranks.shape[1] - 1, -1, -1):
        for at in range(lo, hi):
            p = ground.order[stage, at]
            c = ground.cell[p]
            if first[p] == 0 or must_go == 0:
                continue
            here = min(_of_rank(first[p], ground.ranks[c], k, u[c, g]), must_go)
            for rank in range(ground.lists.shape[2]):
                target = ground.lists[c, stage, rank]
                if here == 0:
                    break
                other = ground.slot_school[c, target] if target >= 0 else s
                if other == s or not net.runs[net.regime[d], other, g]:
                    continue
                take = min(here, max(_room(asking, ground, net, d, other, g, free), 0))
                if take > 0:
                    _send(asking, ground, d, c, g, (ground.lookup[c, s], target), take)
                    asking.diverted[d, other] += take
                    events = _noted(events, n, (d, c, g), (s, other, SENT_ON), take)
                    n += 1
                    here -= take
                    must_go -= take
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def fill_diverted(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Applicants beyond the seats go to the nearest free seats of the list of their home, last in priority first.

    Returns the events, [event, what] as `EVENT` counts them.
    """
    draws, schools, grades = asking.want.shape
    excess, free = np.empty((schools, grades), np.int64), np.empty(grades, np.int64)
    first = np.zeros(len(ground.cell), np.int64)
    events, n = np.empty((64, EVENT), np.int32), 0
    for d in range(draws):
        if not _excess(asking, ground, net, d, excess, free):
            continue
        for s in range(schools):
            for g in range(grades):
                if excess[s, g] <= 0:
                    continue
                stay = 0
                for p in range(ground.start[s], ground.start[s + 1]):
                    if net.home[net.regime[d], ground.cell[p], g] == ground.lookup[ground.cell[p], s]:
                        stay += asking.left[d, ground.cell[p], g]
                must_go = max(excess[s, g] - stay, 0)
                if must_go > 0:
                    events, n = _divert(asking, ground, net, luck, (d, s, g, must_go), events, n, (free, first))
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _why(ground: Ground, net: Net, d: int, c: int, s: int, g: int) -> int:  # pragma: no cover - compiled
    """Why a child beyond the seats of a school was not sent on."""
    stage = ground.stage_of[g]
    for rank in range(ground.lists.shape[2]):
        target = ground.lists[c, stage, rank]
        if target >= 0:
            other = ground.slot_school[c, target]
            if other != s and net.runs[net.regime[d], other, g]:
                return NO_SEAT
    return NO_SCHOOL


@njit(cache=True, nogil=True, error_model="numpy")
def fill_beyond(
    asking: Asking, ground: Ground, net: Net, luck: Luck, off: bool, out: CountArray
) -> CountArray:  # pragma: no cover - compiled
    """Who has no planned seat: out [draw, school], and events by home: last in priority first, far before near.

    off: nobody is sent on, and out stays as it is: seats are those of the planned size.
    """
    draws, schools, grades = asking.want.shape
    excess, free = np.empty((schools, grades), np.int64), np.empty(grades, np.int64)
    events, n = np.empty((64, EVENT), np.int32), 0
    for d in range(draws):
        if not _excess(asking, ground, net, d, excess, free):
            continue
        u = luck.ranks[d % len(luck.ranks)]
        for s in range(schools):
            for g in range(grades):
                over, stage = excess[s, g], ground.stage_of[g]
                if over > 0 and not off:
                    out[d, s] += over
                # Those whom a rule of its own left without a seat come first, then the last in priority.
                for k in range(ground.ranks.shape[1], -1, -1):
                    for at in range(ground.start[s], ground.start[s + 1]):
                        if over == 0:
                            break
                        c = ground.cell[ground.order[stage, at]]
                        j = ground.lookup[c, s]
                        stays = asking.left[d, c, g] if net.home[net.regime[d], c, g] == j else 0
                        if k == ground.ranks.shape[1]:
                            here = min(stays, over)
                        else:
                            there = max(asking.applying[d, j, c, g] - stays, 0)
                            here = min(_of_rank(there, ground.ranks[c], k, u[c, g]), over)
                        if here > 0:
                            why = OFF if off else _why(ground, net, d, c, s, g)
                            events = _noted(events, n, (d, c, g), (s, -1, why), here)
                            n += 1
                            over -= here
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def fill_zoned(
    pupils: CountArray, ground: Ground, net: Net, grades: IntArray, inside: BoolArray, out: CountArray
) -> None:  # pragma: no cover - compiled
    """Pupils of the first grade of each stage who attend a school of their zone, out [draw, school, stage, 2].

    The last axis: in their zone; all whose home is in the county.  grades: [stage].  inside: [cell].
    """
    draws, slots, cells, _ = pupils.shape
    schools = out.shape[1]
    for d in range(draws):
        r = net.regime[d]
        for j in range(slots):
            for c in range(cells):
                s = ground.slot_school[c, j]
                if s < 0 or s >= schools or not inside[c]:
                    continue
                for stage in range(grades.size):
                    n = pupils[d, j, c, grades[stage]]
                    out[d, s, stage, 1] += n
                    if net.in_zone[r, c, grades[stage], j]:
                        out[d, s, stage, 0] += n
