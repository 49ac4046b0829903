"""Seats of schools whose grades may share a class, compiled by numba: of an admission round, and safe ones.

Symbols: n[g] pupils who stay, w[g] newcomers who ask, K rooms, N(n) classes that n need at the planned size, grades
sharing classes where they may (`sim/classes_shared.py`); N never falls when pupils come.

    K'    = max(K, N(n))                                   classes that are there are filled first
    a[g]  = largest x <= w[g] with N(n + a[< g] + x) <= K'            lowest grade first
    free  = largest x with N(n + a, x instead of a[g]) <= K'          rooms nobody asked for stay with every grade

A grade that starts anew gets at least its fair share of the rooms, as where every grade is for itself
(`sim.seats.free_seats`); there the two agree.  Page: docs/science/classes.md.
Tests: tests/sim/test_composite_seats.py.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.arrays import CountArray, FloatArray, IntArray
from sim.classes_shared import Rules, needed_classes


@njit(cache=True, nogil=True)
def _most(
    n: IntArray, g: int, top: int, rooms: int, size: IntArray, rules: Rules, school: int
) -> int:  # pragma: no cover - compiled
    """Most pupils of a grade, up to top, with whom the school needs no more classes; n is changed in grade g.

    n[g] as it is must fit.
    """
    low, high = n[g], top
    while low < high:
        middle = (low + high + 1) // 2
        n[g] = middle
        if needed_classes(n, size, rules, school) <= rooms:
            low = middle
        else:
            high = middle - 1
    n[g] = low
    return int(low)


@njit(cache=True, nogil=True)
def _placed(
    stay: CountArray, want: CountArray, rooms: int, size: IntArray, rules: Rules, school: int, n: IntArray
) -> int:  # pragma: no cover - compiled
    """Pupils n [grade] of a school when newcomers have seats, lowest grade first; classes that may be used."""
    for g in range(n.size):
        n[g] = stay[g]
    most = max(rooms, needed_classes(n, size, rules, school))
    for g in range(n.size):
        n[g] = stay[g] + want[g]
    if needed_classes(n, size, rules, school) <= most:
        return most
    for g in range(n.size):
        n[g] = stay[g]
    for g in range(n.size):
        if want[g] > 0:
            _most(n, g, stay[g] + want[g], most, size, rules, school)
    return most


@njit(cache=True, nogil=True)
def _fair(stay: CountArray, want: CountArray, rooms: int, size: IntArray, g: int) -> int:  # pragma: no cover - compiled
    """Seats that a grade which starts anew has at least."""
    if stay[g] > 0 or want[g] <= 0:
        return 0
    taught = 0
    for h in range(want.size):
        taught += (stay[h] > 0) or (want[h] > 0)
    return int(min(rooms // max(taught, 1), -(-want[g] // size[g])) * size[g])


@njit(cache=True, nogil=True)
def free_of_grade(
    stay: CountArray, want: CountArray, rooms: int, size: IntArray, rules: Rules, school: int, g: int
) -> int:  # pragma: no cover - compiled
    """Seats for newcomers of a grade; stay, want, size: [grade]."""
    n = np.empty(want.size, np.int64)
    most = _placed(stay, want, rooms, size, rules, school, n)
    found = _most(n, g, max(most * size[g], rules.cap, n[g]), most, size, rules, school) - stay[g]
    return int(max(found, _fair(stay, want, rooms, size, g)))


@njit(cache=True, nogil=True)
def excess_of_grades(
    stay: CountArray, want: CountArray, rooms: int, size: IntArray, rules: Rules, school: int, out: IntArray
) -> bool:  # pragma: no cover - compiled
    """Newcomers without a seat, in out; whether there are any.  stay, want, size, out: [grade]."""
    n = np.empty(want.size, np.int64)
    _placed(stay, want, rooms, size, rules, school, n)
    found = False
    for g in range(want.size):
        seats = max(n[g] - stay[g], _fair(stay, want, rooms, size, g))
        out[g] = max(want[g] - seats, 0)
        found = found or out[g] > 0
    return found


@njit(cache=True, nogil=True)
def _scaled(
    n: IntArray, z: IntArray, f: float, rules: Rules, shares: NDArray[np.bool_], least: FloatArray
) -> float:  # pragma: no cover - compiled
    """Classes of f n pupils; shares [grade]: who may share a class at that size; least: scratch [grade + 1]."""
    total, begin, grades = 0.0, 0, len(n)
    while begin < grades:
        end = begin + 1
        while end < grades and rules.stage_of[end] == rules.stage_of[begin]:
            end += 1
        filled = 0
        least[0] = 0.0
        for g in range(begin, end):
            if n[g] == 0:
                continue
            best = least[filled] + np.ceil(f * n[g] / z[g] - 1e-9)
            pupils, run, h = float(n[g]), 1, g - 1
            while shares[begin] and h >= begin and run < rules.together:
                if n[h] > 0:
                    pupils += n[h]
                    run += 1
                    if f * pupils > rules.cap + 1e-9:
                        break
                    best = min(best, least[filled + 1 - run] + 1.0)
                h -= 1
            filled += 1
            least[filled] = best
        total += least[filled]
        begin = end
    return total


@njit(cache=True, nogil=True)
def fill_crowd_shared(
    rolls: IntArray, rooms: IntArray, planned: IntArray, rules: Rules, school: int, out: FloatArray
) -> None:  # pragma: no cover - compiled
    """As `sim.kernels_crowd.fill_crowd`, of one school whose grades may share classes.

    rolls: [row, grade]; rooms, out: [row].  planned: [p, grade], used over again for every p rows.
    """
    rows, grades = rolls.shape
    least, shares = np.empty(grades + 1), np.empty(grades, np.bool_)
    of_stage = np.zeros(grades)
    for i in range(rows):
        n, z, total = rolls[i], planned[i % len(planned)], 0.0
        for g in range(grades):
            total += float(n[g])
            of_stage[g] = 0.0
            for h in range(grades):
                if rules.stage_of[h] == rules.stage_of[g]:
                    of_stage[g] += float(n[h])
        if total <= 0.0 or rooms[i] <= 0:
            out[i] = 0.0
            continue
        low, high = 0.0, float(rooms[i]) * float(max(z.max(), rules.cap)) / total + 1e-9
        for _ in range(22):
            middle = 0.5 * (low + high)
            for g in range(grades):
                shares[g] = rules.may[school, g] and middle * of_stage[g] < rules.below
            if _scaled(n, z, middle, rules, shares, least) <= float(rooms[i]):
                low = middle
            else:
                high = middle
        out[i] = np.floor(low * total + 1e-6)
