"""Steps of an admission round that single rules add, compiled by numba; see `sim/kernels_admission.py`.

lottery   Of the applicants of a zone with several schools beyond the seats of one, an even selection loses and is sent
          on to the other schools of the zone with free seats, evenly, in the order of their ids.
nearest   Deferred acceptance (Gale and Shapley 1962): a home asks the schools of its list, near first; a school keeps
          the first in priority up to its seats and may let go whom it kept before.  Others sit first.
feeder    Leavers of a school that feeds another apply there, before anybody else applies.
"""

import numpy as np
from numba import njit

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.kernels import _edge
from sim.kernels_admission import (
    EVENT,
    FEEDER,
    LOT_LOST,
    LOTTERY,
    NEAREST,
    SENT_ON,
    _noted,
    _of_rank,
)
from sim.kernels_seats import UNKNOWN, Asking, Ground, Luck, Net, fill_excess, room_of, send


@njit(cache=True, nogil=True, error_model="numpy")
def _lots(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int, int], over: int, u: float, lost: IntArray
) -> int:  # pragma: no cover - compiled
    """How many of each home lose the lot at a full (draw, school, grade), lost [pair] is set; their sum."""
    d, s, g = at
    stage, r, whole = ground.stage_of[g], net.regime[d], 0
    for p in range(ground.start[s], ground.start[s + 1]):
        c, j = ground.cell[p], ground.slot[p]
        drawn = ground.rule[c, stage] == LOTTERY and net.in_zone[r, c, g, j]
        lost[p] = asking.applying[d, j, c, g] if drawn else 0
        whole += lost[p]
    losers = min(over, whole)
    if losers == 0:
        return 0
    seen, before = 0.0, 0.0
    for p in range(ground.start[s], ground.start[s + 1]):
        if lost[p] > 0:
            seen += lost[p]
            edge = _edge(seen, float(whole), float(losers), u)
            lost[p] = int(edge - before)
            before = edge
    return losers


@njit(cache=True, nogil=True, error_model="numpy")
def _others(
    ground: Ground, net: Net, at: tuple[int, int, int], lost: IntArray, out: BoolArray
) -> None:  # pragma: no cover - compiled
    """Other schools of the zones of those who lost at a (draw, school, grade) that run the grade, out [school]."""
    d, s, g = at
    r = net.regime[d]
    out[:] = False
    for p in range(ground.start[s], ground.start[s + 1]):
        c = ground.cell[p]
        if lost[p] == 0:
            continue
        for j in range(ground.slot_school.shape[1]):
            t = ground.slot_school[c, j]
            if 0 <= t < len(out) and t != s and net.in_zone[r, c, g, j] and net.runs[r, t, g]:
                out[t] = True


@njit(cache=True, nogil=True, error_model="numpy")
def _sent_on(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int, int, int], u: float, lost: IntArray,
    events: CountArray, n: int,
) -> tuple[CountArray, int]:  # fmt: skip  # pragma: no cover - compiled
    """Send losers of a (draw, school, grade) to another school of their zone up to its free seats (`room`), evenly."""
    d, s, g, t = at
    r, whole, room = net.regime[d], 0, asking.room[d, t, g]
    for p in range(ground.start[s], ground.start[s + 1]):
        if lost[p] > 0:
            j = ground.lookup[ground.cell[p], t]
            if j >= 0 and net.in_zone[r, ground.cell[p], g, j]:
                whole += lost[p]
    room = min(room, whole)
    seen, before = 0.0, 0.0
    for p in range(ground.start[s], ground.start[s + 1]):
        c = ground.cell[p]
        j = ground.lookup[c, t] if lost[p] > 0 else -1
        if j < 0 or not net.in_zone[r, c, g, j]:
            continue
        seen += lost[p]
        edge = _edge(seen, float(whole), float(room), u)
        part = int(edge - before)
        before = edge
        if part > 0:
            way = (ground.slot[p], s, j, t)
            send(asking.applying, asking.want, asking.room, (d, c, g), way, part)
            events = _noted(events, n, (d, c, g), (s, t, LOT_LOST), part)
            n += 1
            lost[p] -= part
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def fill_lottery(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Lots in zones with several schools; returns the events of those sent on, [event, what]."""
    draws, schools, grades = asking.want.shape
    lost, asked = np.zeros(len(ground.cell), np.int64), np.zeros(schools, np.bool_)
    events, n = np.empty((64, EVENT), np.int32), 0
    excess = np.empty((schools, grades), np.int64)
    for d in range(draws):
        if not fill_excess(asking, ground, net, d, 0, schools, excess):
            continue
        for s in range(schools):
            for g in range(grades):
                over = excess[s, g]
                u = luck.lots[d % len(luck.lots), s, g]
                if over <= 0 or _lots(asking, ground, net, (d, s, g), over, u, lost) == 0:
                    continue
                _others(ground, net, (d, s, g), lost, asked)
                for t in range(schools):
                    if not asked[t]:
                        continue
                    if asking.room[d, t, g] == UNKNOWN:
                        room_of(asking, ground, net, d, t, g)
                    if asking.room[d, t, g] > 0:
                        known = n
                        events, n = _sent_on(asking, ground, net, (d, s, g, t), u, lost, events, n)
                        if n > known:
                            fill_excess(asking, ground, net, d, t, t + 1, excess)
                fill_excess(asking, ground, net, d, s, s + 1, excess)
    return events[:n].copy()


@njit(cache=True, nogil=True, error_model="numpy")
def _rank_of(ground: Ground, c: int, stage: int, slot: int) -> int:  # pragma: no cover - compiled
    """Place of a slot in the list of a home, -1 where it is not there."""
    for rank in range(ground.lists.shape[2]):
        if ground.lists[c, stage, rank] == slot and slot >= 0:
            return rank
    return -1


@njit(cache=True, nogil=True, error_model="numpy")
def _ranks_of_pairs(ground: Ground) -> IntArray:  # pragma: no cover - compiled
    """Place of the school of a pair in the list of the home, [stage, pair]; -1: not there, or not by this rule."""
    out = np.full_like(ground.order, -1)
    for stage in range(len(out)):
        for p in range(out.shape[1]):
            c = ground.cell[p]
            if ground.rule[c, stage] == NEAREST:
                out[stage, p] = _rank_of(ground, c, stage, ground.slot[p])
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _fill_places(ground: Ground, home: IntArray, out: IntArray) -> None:  # pragma: no cover - compiled
    """Place of the school of the home in its list, out [grade, cell]; -1: not by this rule.  home: [cell, grade]."""
    for g in range(len(out)):
        stage = ground.stage_of[g]
        for c in range(out.shape[1]):
            mine = ground.rule[c, stage] == NEAREST and home[c, g] >= 0
            out[g, c] = _rank_of(ground, c, stage, home[c, g]) if mine else -1


@njit(cache=True, nogil=True, error_model="numpy")
def _short(
    asking: Asking, ground: Ground, net: Net, at: tuple[int, int], seats: IntArray, total: IntArray, places: IntArray
) -> bool:  # pragma: no cover - compiled
    """Whether a school lacks seats for the applicants by this rule, seats and total [school]; places: [cell].

    total: applicants at the school of their home.
    """
    d, g = at
    full = False
    for s in range(len(seats)):
        if asking.room[d, s, g] == UNKNOWN:
            room_of(asking, ground, net, d, s, g)
        seats[s] = asking.room[d, s, g]
        full = full or seats[s] < 0
    if not full:
        return False
    total[:] = 0
    for c in range(len(places)):
        if places[c] >= 0:
            home = ground.lists[c, ground.stage_of[g], places[c]]
            total[ground.slot_school[c, home]] += asking.applying[d, home, c, g]
    full = False
    for s in range(len(seats)):
        seats[s] = max(seats[s] + total[s], 0)
        full = full or total[s] > seats[s]
    return full


@njit(cache=True, nogil=True, error_model="numpy")
def _hold(
    asking: Asking, ground: Ground, luck: Luck, at: tuple[int, int], places: IntArray, held: CountArray
) -> None:  # pragma: no cover - compiled
    """Applicants by class of priority at the first school that they ask, held [cell, class, rank] is set."""
    d, g = at
    u = luck.ranks[d % len(luck.ranks)]
    held[:] = 0
    for c in range(len(places)):
        if places[c] < 0:
            continue
        n = asking.applying[d, ground.lists[c, ground.stage_of[g], places[c]], c, g]
        for k in range(held.shape[1] if n > 0 else 0):
            before = ground.ranks[c, k - 1] if k > 0 else 0.0
            held[c, k, places[c]] = _of_rank(n, before, ground.ranks[c, k], u[c, g])


@njit(cache=True, nogil=True, error_model="numpy")
def _let_go(
    ground: Ground, net: Net, at: tuple[int, int, int], over: int, ranks: IntArray, held: CountArray, total: IntArray,
    left: CountArray,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """A school lets the last in priority go, who ask the next school of their list; left [cell]: nobody is next.

    ranks: of the pairs of the stage, see `_ranks_of_pairs`.
    """
    d, s, g = at
    r, stage = net.regime[d], ground.stage_of[g]
    total[s] -= over
    for k in range(held.shape[1] - 1, -1, -1):
        for place in range(ground.start[s], ground.start[s + 1]):
            p = ground.order[stage, place]
            c, rank = ground.cell[p], ranks[p]
            n = min(held[c, k, rank], over) if rank >= 0 else 0
            if n == 0:
                continue
            held[c, k, rank] -= n
            over -= n
            rank += 1
            while rank < ground.lists.shape[2]:
                slot = ground.lists[c, stage, rank]
                if slot >= 0 and net.runs[r, ground.slot_school[c, slot], g]:
                    held[c, k, rank] += n
                    total[ground.slot_school[c, slot]] += n
                    break
                rank += 1
            else:
                left[c] += n
            if over == 0:
                return


@njit(cache=True, nogil=True, error_model="numpy")
def _seated(
    asking: Asking, ground: Ground, at: tuple[int, int], places: IntArray, held: CountArray, events: CountArray, n: int
) -> tuple[CountArray, int]:  # pragma: no cover - compiled
    """Move applicants to where they are held; events from n on, and how many then."""
    d, g = at
    stage = ground.stage_of[g]
    for c in range(len(held)):
        if places[c] < 0:
            continue
        home = ground.lists[c, stage, places[c]]
        for rank in range(places[c] + 1, held.shape[2]):
            part, slot = 0, ground.lists[c, stage, rank]
            for k in range(held.shape[1]):
                part += held[c, k, rank]
            if part == 0:
                continue
            s, t = ground.slot_school[c, home], ground.slot_school[c, slot]
            send(asking.applying, asking.want, asking.room, (d, c, g), (home, s, slot, t), part)
            asking.diverted[d, t] += part
            events = _noted(events, n, (d, c, g), (s, t, SENT_ON), part)
            n += 1
    return events, n


@njit(cache=True, nogil=True, error_model="numpy")
def fill_nearest(asking: Asking, ground: Ground, net: Net, luck: Luck) -> CountArray:  # pragma: no cover - compiled
    """Deferred acceptance of homes whose rule is the nearest school, lowest grade first; events of those sent on.

    Seats of a school: its free ones as everybody has applied, less the applicants of other rules and by choice.
    Returns the events, [event, what].
    """
    draws, schools, grades = asking.want.shape
    seats, total = np.empty(schools, np.int64), np.empty(schools, np.int64)
    places, ranks, known = np.empty((grades, len(ground.rule)), np.int64), _ranks_of_pairs(ground), -1
    held = np.empty((len(ground.rule), ground.ranks.shape[1], ground.lists.shape[2]), np.int32)
    events, n = np.empty((64, EVENT), np.int32), 0
    for d in range(draws):
        if net.regime[d] != known:
            known = net.regime[d]
            _fill_places(ground, net.home[known], places)
        for g in range(grades):
            again = _short(asking, ground, net, (d, g), seats, total, places[g])
            if not again:
                continue
            _hold(asking, ground, luck, (d, g), places[g], held)
            mine, left = ranks[ground.stage_of[g]], asking.left[d, :, g]
            while again:
                again = False
                for s in range(schools):
                    if total[s] > seats[s]:
                        _let_go(ground, net, (d, s, g), total[s] - seats[s], mine, held, total, left)
                        again = True
            events, n = _seated(asking, ground, (d, g), places[g], held, events, n)
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
