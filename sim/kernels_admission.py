"""Inner loops of one admission round, compiled by numba: seats, return to the own zone, diversion, who is beyond.

One step of the round is one kernel over all draws; steps of single rules are in `sim/kernels_rules.py`.  Counts are
whole, `Asking` is changed in place, and every kernel hands back its events: [event, 7] of draw, cell, grade, school
that had no seat, school joined (-1: none, the child stays), reason, children.  See `sim/admission.py`.
"""

import numpy as np
from numba import njit

from sim.arrays import BoolArray, CountArray, IntArray
from sim.kernels import _edge
from sim.kernels_seats import UNKNOWN, Asking, Ground, Luck, Net, fill_excess, fill_room, fill_shared, send

SENT_ON, LOT_LOST, NO_SEAT, NO_SCHOOL, OFF = range(5)
"""Reasons: diverted; lost the lot, sent on; beyond the seats: no free one, no school within the limit, no diversion."""
ZONE, LOTTERY, NEAREST, FEEDER = range(4)
EVENT = 7  # columns of an event


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
def _of_rank(n: int, before: float, upto: float, u: float) -> int:  # pragma: no cover - compiled
    """How many of n children are of a class of priority: an even selection by the cumulated shares of the classes.

    before: share of the classes before it; upto: with its own.
    """
    if upto <= before:
        return 0
    last = int(_edge(upto, 1.0, float(n), u))
    return last if before <= 0.0 else last - int(_edge(before, 1.0, float(n), u))


@njit(cache=True, nogil=True, error_model="numpy")
def fill_returned(asking: Asking, ground: Ground, net: Net, luck: Luck) -> None:  # pragma: no cover - compiled
    """Applicants from other zones beyond the seats return to the school of their own zone, evenly, all at once."""
    draws, schools, grades = asking.want.shape
    excess = np.empty((schools, grades), np.int64)
    for d in range(draws):
        if not fill_excess(asking, ground, net, d, 0, schools, excess):
            continue
        r = net.regime[d]
        for s in range(schools):
            for g in range(grades):
                if excess[s, g] <= 0:
                    continue
                whole = 0.0
                for p in range(ground.start[s], ground.start[s + 1]):
                    c, j = ground.cell[p], ground.slot[p]
                    if net.home[r, c, g] >= 0 and not net.in_zone[r, c, g, j]:
                        whole += asking.applying[d, j, c, g]
                refused = min(float(excess[s, g]), whole)
                if refused <= 0.0:
                    continue
                seen, before = 0.0, 0.0
                for p in range(ground.start[s], ground.start[s + 1]):
                    c, j = ground.cell[p], ground.slot[p]
                    home = net.home[r, c, g]
                    if home < 0 or net.in_zone[r, c, g, j] or asking.applying[d, j, c, g] == 0:
                        continue
                    seen += asking.applying[d, j, c, g]
                    edge = _edge(seen, whole, refused, luck.back[d, s, g])
                    if edge > before:
                        way = (j, s, home, ground.slot_school[c, home])
                        send(asking.applying, asking.want, asking.room, (d, c, g), way, int(edge - before))
                    before = edge


@njit(cache=True, nogil=True, error_model="numpy")
def _divert(
    asking: Asking, ground: Ground, net: Net, luck: Luck, full: tuple[int, int, int, int], events: CountArray, n: int,
    first: IntArray,
) -> tuple[CountArray, int]:  # fmt: skip  # pragma: no cover - compiled
    """Send the excess of a (draw, school, grade) on, last in priority first; events from n on, and how many then."""
    d, s, g, must_go = full
    stage, u, r = ground.stage_of[g], luck.ranks[d % len(luck.ranks)], net.regime[d]
    lo, hi = ground.start[s], ground.start[s + 1]
    for p in range(lo, hi):
        c = ground.cell[p]
        own = ground.rule[c, stage] == NEAREST
        first[p] = 0 if own else asking.applying[d, ground.slot[p], c, g]
    for k in range(ground.ranks.shape[1] - 1, -1, -1):
        for at in range(lo, hi):
            p = ground.order[stage, at]
            c = ground.cell[p]
            if first[p] == 0:
                continue
            before = ground.ranks[c, k - 1] if k > 0 else 0.0
            here = min(_of_rank(first[p], before, ground.ranks[c, k], u[c, g]), must_go)
            for rank in range(ground.lists.shape[2]):
                target = ground.lists[c, stage, rank]
                if here == 0:
                    break
                other = ground.slot_school[c, target] if target >= 0 else s
                if other == s or not net.runs[r, other, g]:
                    continue
                if asking.room[d, other, g] == UNKNOWN and not ground.composite[other]:
                    fill_room(asking, net.rooms[r, other], ground.size, d, other)
                elif asking.room[d, other, g] == UNKNOWN:
                    fill_shared(asking, ground, net, d, other, g)
                take = min(here, max(asking.room[d, other, g], 0))
                if take > 0:
                    way = (ground.slot[p], s, target, other)
                    send(asking.applying, asking.want, asking.room, (d, c, g), way, take)
                    asking.diverted[d, other] += take
                    events = _noted(events, n, (d, c, g), (s, other, SENT_ON), take)
                    n += 1
                    here -= take
                    must_go -= take
            if must_go == 0:
                return events, n
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def fill_diverted(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Applicants beyond the seats go to the nearest free seats of the list of their home, last in priority first.

    Returns the events, [event, what] as `EVENT` counts them.
    """
    draws, schools, grades = asking.want.shape
    excess, first = np.empty((schools, grades), np.int64), np.zeros(len(ground.cell), np.int64)
    events, n = np.empty((64, EVENT), np.int32), 0
    for d in range(draws):
        if not fill_excess(asking, ground, net, d, 0, schools, excess):
            continue
        for s in range(schools):
            for g in range(grades):
                if excess[s, g] <= 0:
                    continue
                stay = 0
                for p in range(ground.start[s], ground.start[s + 1]):
                    if net.home[net.regime[d], ground.cell[p], g] == ground.slot[p]:
                        stay += asking.left[d, ground.cell[p], g]
                must_go = max(excess[s, g] - stay, 0)
                if must_go > 0:
                    events, n = _divert(asking, ground, net, luck, (d, s, g, must_go), events, n, first)
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
    excess = np.empty((schools, grades), np.int64)
    events, n = np.empty((64, EVENT), np.int32), 0
    for d in range(draws):
        if not fill_excess(asking, ground, net, d, 0, schools, excess):
            continue
        u = luck.ranks[d % len(luck.ranks)]
        for s in range(schools):
            for g in range(grades):
                over, stage = excess[s, g], ground.stage_of[g]
                if over <= 0:
                    continue
                if not off:
                    out[d, s] += over
                # Those whom a rule of its own left without a seat come first, then the last in priority.
                for k in range(ground.ranks.shape[1], -1, -1):
                    for at in range(ground.start[s], ground.start[s + 1]):
                        if over == 0:
                            break
                        p = ground.order[stage, at]
                        c, j = ground.cell[p], ground.slot[p]
                        stays = asking.left[d, c, g] if net.home[net.regime[d], c, g] == j else 0
                        if k == ground.ranks.shape[1]:
                            here = min(stays, over)
                        else:
                            there = max(asking.applying[d, j, c, g] - stays, 0)
                            before = ground.ranks[c, k - 1] if k > 0 else 0.0
                            here = min(_of_rank(there, before, ground.ranks[c, k], u[c, g]), over)
                        if here > 0:
                            why = OFF if off else _why(ground, net, d, c, s, g)
                            events = _noted(events, n, (d, c, g), (s, -1, why), here)
                            n += 1
                            over -= here
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def fill_placed(
    staying: CountArray, pupils: CountArray, ground: Ground, net: Net, grades: IntArray, inside: BoolArray,
    out: CountArray,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Pupils who stay come to those admitted, pupils [draw, slot, cell, grade] in place; who attends in the zone.

    out [draw, school, stage, 2]: pupils of the first grade of a stage who are in their zone; all with homes in the
    county.  grades: [stage].  inside: [cell].
    """
    draws, slots, cells, width = pupils.shape
    schools = out.shape[1]
    for d in range(draws):
        r = net.regime[d]
        for j in range(slots):
            here, more = pupils[d, j].reshape(cells * width), staying[d, j].reshape(cells * width)
            for i in range(cells * width):
                here[i] += more[i]
            for c in range(cells):
                s = ground.slot_school[c, j]
                if s < 0 or s >= schools or not inside[c]:
                    continue
                for stage in range(grades.size):
                    n = pupils[d, j, c, grades[stage]]
                    out[d, s, stage, 1] += n
                    if net.in_zone[r, c, grades[stage], j]:
                        out[d, s, stage, 0] += n
