"""Steps of an admission round that single rules add, compiled by numba; see `sim/kernels_admission.py`.

lottery   Of the applicants of a zone with several schools beyond the seats of one, an even selection loses and is sent
          on to the other schools of the zone with free seats, evenly, in the order of their ids.
nearest   Deferred acceptance (Gale and Shapley 1962): a home asks the schools of its list, near first; a school keeps
          the first in priority up to its seats and may let go whom it kept before.  Others sit first.
feeder    Leavers of a school that feeds another apply there, before anybody else applies.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.kernels import _edge
from sim.kernels_admission import (
    EVENT,
    FEEDER,
    LOT_LOST,
    LOTTERY,
    NEAREST,
    SENT_ON,
    Asking,
    Ground,
    Luck,
    Net,
    _excess,
    _excess_of,
    _noted,
    _of_rank,
    _room,
    _send,
)

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def _lots(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int, int], over: int, u: float, lost: IntArray
) -> int:  # pragma: no cover - compiled
    """How many of each home lose the lot at a full (draw, school, grade), lost [pair] is set; their sum."""
    d, s, g = at
    stage, r, whole = ground.stage_of[g], net.regime[d], 0.0
    lost[ground.start[s] : ground.start[s + 1]] = 0
    for step in range(2):
        seen, before = 0.0, 0.0
        for p in range(ground.start[s], ground.start[s + 1]):
            c = ground.cell[p]
            j = ground.lookup[c, s]
            n = asking.applying[d, j, c, g]
            if n == 0 or ground.rule[c, stage] != LOTTERY or not net.in_zone[r, c, g, j]:
                continue
            if step == 0:
                whole += n
            else:
                seen += n
                edge = _edge(seen, whole, min(float(over), whole), u)
                lost[p] = int(edge - before)
                before = edge
    return int(min(float(over), whole))


@njit(cache=True, nogil=True, error_model="numpy")
def _others(
    ground: Ground, net: Net, at: tuple[int, int, int], lost: IntArray, out: BoolArray
) -> None:  # pragma: no cover - compiled
    """Other schools of the zones of those who lost at a (draw, school, grade) that run the grade, out [school]."""
    d, s, g = at
    out[:] = False
    for p in range(ground.start[s], ground.start[s + 1]):
        c = ground.cell[p]
        for j in range(ground.slot_school.shape[1]):
            t = ground.slot_school[c, j]
            if lost[p] > 0 and 0 <= t < len(out) and t != s and net.in_zone[net.regime[d], c, g, j]:
                out[t] = out[t] or net.runs[net.regime[d], t, g]


@njit(cache=True, nogil=True, error_model="numpy")
def _sent_on(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int, int, int], u: float, lost: IntArray,
    events: CountArray, n: int,
) -> tuple[CountArray, int]:  # fmt: skip  # pragma: no cover - compiled
    """Send losers of a (draw, school, grade) to another school of their zone up to its free seats, evenly."""
    d, s, g, t = at
    r, whole, free = net.regime[d], 0, np.empty(asking.want.shape[2], np.int64)
    for p in range(ground.start[s], ground.start[s + 1]):
        c = ground.cell[p]
        j = ground.lookup[c, t]
        if j >= 0 and net.in_zone[r, c, g, j]:
            whole += lost[p]
    room = min(_room(asking, ground, net, d, t, g, free), whole) if whole > 0 else 0
    if room <= 0:
        return events, n
    seen, before = 0.0, 0.0
    for p in range(ground.start[s], ground.start[s + 1]):
        c = ground.cell[p]
        j = ground.lookup[c, t]
        if lost[p] == 0 or j < 0 or not net.in_zone[r, c, g, j]:
            continue
        seen += lost[p]
        edge = _edge(seen, float(whole), float(room), u)
        part = int(edge - before)
        before = edge
        if part > 0:
            _send(asking, ground, d, c, g, (ground.lookup[c, s], j), part)
            events = _noted(events, n, (d, c, g), (s, t, LOT_LOST), part)
            n += 1
            lost[p] -= part
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def fill_lottery(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Lots in zones with several schools; returns the events of those sent on, [event, what]."""
    draws, schools, grades = asking.want.shape
    free, lost = np.empty(grades, np.int64), np.zeros(len(ground.cell), np.int64)
    asked = np.zeros(schools, np.bool_)
    events, n = np.empty((64, EVENT), np.int32), 0
    excess = np.empty((schools, grades), np.int64)
    for d in range(draws):
        if not _excess(asking, ground, net, d, excess, free):
            continue
        for s in range(schools):
            for g in range(grades):
                over = excess[s, g]
                u = luck.lots[d % len(luck.lots), s, g]
                if over <= 0 or _lots(asking, ground, net, (d, s, g), over, u, lost) == 0:
                    continue
                _others(ground, net, (d, s, g), lost, asked)
                for t in range(schools):
                    if asked[t]:
                        events, n = _sent_on(asking, ground, net, (d, s, g, t), u, lost, events, n)
                        _excess_of(asking, ground, net, d, t, excess, free)
                _excess_of(asking, ground, net, d, s, excess, free)
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _rank_of(ground: Ground, c: int, stage: int, slot: int) -> int:  # pragma: no cover - compiled
    """Place of a slot in the list of a home, -1 where it is not there."""
    for rank in range(ground.lists.shape[2]):
        if ground.lists[c, stage, rank] == slot and slot >= 0:
            return rank
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _first_choices(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int], places: IntArray, total: IntArray
) -> None:  # pragma: no cover - compiled
    """Applicants at the school of their home: its place in the list, places [cell] (-1: not by this rule); total
    [school].
    """
    d, g = at
    total[:] = 0
    for c in range(len(places)):
        places[c] = -1
        home = net.home[net.regime[d], c, g]
        if ground.rule[c, ground.stage_of[g]] != NEAREST or home < 0 or asking.applying[d, home, c, g] == 0:
            continue
        places[c] = _rank_of(ground, c, ground.stage_of[g], home)
        if places[c] >= 0:
            total[ground.slot_school[c, home]] += asking.applying[d, home, c, g]


@njit(cache=True, nogil=True, error_model="numpy")
def _hold(
    asking: Asking, ground: Ground, luck: Luck, at: tuple[int, int], places: IntArray, held: IntArray
) -> None:  # pragma: no cover - compiled
    """Applicants by class of priority at the first school that they ask, held [cell, class, rank] is set."""
    d, g = at
    u = luck.ranks[d % len(luck.ranks)]
    held[:] = 0
    for c in range(len(places)):
        if places[c] < 0:
            continue
        n = asking.applying[d, ground.lists[c, ground.stage_of[g], places[c]], c, g]
        for k in range(held.shape[1]):
            held[c, k, places[c]] = _of_rank(n, ground.ranks[c], k, u[c, g])


@njit(cache=True, nogil=True, error_model="numpy")
def _let_go(
    ground: Ground, net: Net, at: tuple[int, int, int], over: int, held: IntArray, total: IntArray, left: CountArray
) -> None:  # pragma: no cover - compiled
    """A school lets the last in priority go, who ask the next school of their list; left [cell]: nobody is next."""
    d, s, g = at
    stage = ground.stage_of[g]
    total[s] -= over
    for k in range(held.shape[1] - 1, -1, -1):
        for place in range(ground.start[s], ground.start[s + 1]):
            c = ground.cell[ground.order[stage, place]]
            if over == 0:
                return
            if ground.rule[c, stage] != NEAREST:
                continue
            rank = _rank_of(ground, c, stage, ground.lookup[c, s])
            n = min(held[c, k, rank], over) if rank >= 0 else 0
            if n == 0:
                continue
            held[c, k, rank] -= n
            over -= n
            rank += 1
            while rank < ground.lists.shape[2]:
                slot = ground.lists[c, stage, rank]
                if slot >= 0 and net.runs[net.regime[d], ground.slot_school[c, slot], g]:
                    held[c, k, rank] += n
                    total[ground.slot_school[c, slot]] += n
                    break
                rank += 1
            else:
                left[c] += n


@njit(cache=True, nogil=True, error_model="numpy")
def _seated(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int], held: IntArray, events: CountArray, n: int
) -> tuple[CountArray, int]:  # pragma: no cover - compiled
    """Move applicants to where they are held; events from n on, and how many then."""
    d, g = at
    stage = ground.stage_of[g]
    for c in range(len(held)):
        if ground.rule[c, stage] != NEAREST:
            continue
        home = net.home[net.regime[d], c, g]
        for rank in range(held.shape[2]):
            part, slot = held[c, :, rank].sum(), ground.lists[c, stage, rank]
            if part == 0 or slot == home:
                continue
            s, t = ground.slot_school[c, home], ground.slot_school[c, slot]
            _send(asking, ground, d, c, g, (home, slot), part)
            asking.diverted[d, t] += part
            events = _noted(events, n, (d, c, g), (s, t, SENT_ON), part)
            n += 1
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def _rooms(
    asking: Asking, ground: Ground, net: Net, d: int, out: IntArray, free: IntArray
) -> None:  # pragma: no cover - compiled
    """Free seats less applicants of all schools and grades of a draw, out [school, grade]."""
    for s in range(out.shape[0]):
        for g in range(out.shape[1]):
            if g == 0 or ground.composite[s]:
                out[s, g] = _room(asking, ground, net, d, s, g, free)
            else:
                out[s, g] = free[g] - asking.want[d, s, g]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_nearest(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Deferred acceptance of homes whose rule is the nearest school, lowest grade first; events of those sent on.

    Seats of a school: its free ones as everybody has applied, less the applicants of other rules and by choice.
    Returns the events, [event, what].
    """
    draws, schools, grades = asking.want.shape
    free, seats, total = np.empty(grades, np.int64), np.empty(schools, np.int64), np.empty(schools, np.int64)
    places = np.empty(len(ground.rule), np.int64)
    held = np.empty((len(ground.rule), ground.ranks.shape[1], ground.lists.shape[2]), np.int64)
    events, n = np.empty((64, EVENT), np.int32), 0
    room = np.empty((schools, grades), np.int64)
    for d in range(draws):
        moved = True
        for g in range(grades):
            if moved:
                _rooms(asking, ground, net, d, room, free)
                moved = False
            _first_choices(asking, ground, net, (d, g), places, total)
            again = False
            for s in range(schools):
                seats[s] = max(room[s, g] + total[s], 0)
                again = again or total[s] > seats[s]
            if not again:
                continue
            moved = True
            _hold(asking, ground, luck, (d, g), places, held)
            while again:
                again = False
                for s in range(schools):
                    if total[s] > seats[s]:
                        _let_go(ground, net, (d, s, g), total[s] - seats[s], held, total, asking.left[d, :, g])
                        again = True
            events, n = _seated(asking, ground, net, (d, g), held, events, n)
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def fill_fed(
    leavers: tuple[CountArray, CountArray, CountArray], feeds: IntArray, hosts: BoolArray, ground: Ground, net: Net,
    u: FloatArray, out: CountArray,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Leavers of schools that feed another apply there: out [draw, slot, cell, grade] is added to, pool gets less.

    leavers: as `sim.admission.Leavers`; who comes from which school is an even selection by the pupils of schools that
    end.  hosts: [school + pseudo, grade].  u: [draw, cell, grade].
    """
    pupils, natural, pool = leavers
    draws, slots, cells, grades = pupils.shape
    schools = len(feeds)
    for d in range(draws):
        for c in range(cells):
            for g in range(1, grades):
                n = min(natural[d, c, g], pool[d, c, g])
                if n == 0 or ground.rule[c, ground.stage_of[g]] != FEEDER:
                    continue
                whole = 0.0
                for step in range(2):
                    seen, before = 0.0, 0.0
                    for j in range(slots):
                        s = ground.slot_school[c, j]
                        if s < 0 or s >= schools or not hosts[s, g - 1] or hosts[s, g]:
                            continue
                        if step == 0:
                            whole += pupils[d, j, c, g - 1]
                            continue
                        seen += pupils[d, j, c, g - 1]
                        edge = _edge(seen, whole, float(n), u[d, c, g]) if whole > 0.0 else 0.0
                        part = int(edge - before)
                        before = edge
                        t = feeds[s]
                        if part > 0 and t >= 0 and net.runs[net.regime[d], t, g] and ground.lookup[c, t] >= 0:
                            out[d, ground.lookup[c, t], c, g] += part
                            pool[d, c, g] -= part
