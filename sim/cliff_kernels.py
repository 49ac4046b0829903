"""How many more children in one grade it takes: loops of `sim/cliff.py`, compiled by numba, whole numbers throughout."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.classes_kernels import close_classes
from sim.classes_shared import Rules, form_year, sharing_grades

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FAR = 400  # children; who needs as many or more is not told how many
NO_LIMIT = 2**40
KINDS = 4  # class, room, class_size, school_size


class Year(NamedTuple):
    """One school year of a case."""

    rolls: IntArray  # [draw, school, grade]
    rooms: IntArray  # [draw, school]
    before: IntArray  # [draw or 1, school, grade] classes of the year before
    planned: IntArray  # [school, grade]
    class_limit: IntArray  # [school, grade] pupils per class; NO_LIMIT where no clause holds
    left: IntArray  # [draw, school, grade] children until the school is beyond its size; FAR where no clause holds


@njit(cache=True, nogil=True)
def _needed(n: int, z: int, had: int, merge_below: float) -> int:  # pragma: no cover - compiled
    """Classes of a grade before rooms are looked at; had: classes its cohort may keep, 0 if it is formed anew."""
    least = (n + z - 1) // z
    return had if n > 0 and had > least and float(n) >= merge_below * had else least


@njit(cache=True, nogil=True)
def _pupils_for(classes: int, z: int, had: int, merge_below: float) -> int:  # pragma: no cover - compiled
    """Fewest pupils of a grade that need so many classes."""
    full = (classes - 1) * z + 1
    if classes > had:
        return full
    return min(full, max(1, int(np.ceil(merge_below * had))))


@njit(cache=True, nogil=True)
def _breaks(n: IntArray, k: IntArray, limit: IntArray) -> bool:  # pragma: no cover - compiled
    """Whether a class is beyond its limit; pupils of a grade without a class sit in the next lower one that has one."""
    pupils, owner = 0, 0
    for g in range(len(n)):
        if k[g] > 0:
            pupils, owner = 0, g
        pupils += n[g]
        if n[g] > 0 and -(-pupils // max(k[owner], 1)) > limit[g]:
            return True
    return False


@njit(cache=True, nogil=True)
def _first_to_crowd(
    n: IntArray, z: IntArray, rooms: int, limit: IntArray, grade: int
) -> int:  # pragma: no cover - compiled
    """Children of a grade below whose number no class can be beyond its limit (a lower bound; 1 if none is known).

    A class beyond limit l needs a crowding factor beyond l / z; beyond the least of these factors the rooms are short.
    """
    best = -1
    for g in range(len(n)):
        if limit[g] < NO_LIMIT and (best < 0 or limit[g] * z[best] < limit[best] * z[g]):
            best = g
    if best < 0:
        return FAR
    a, b = limit[best], z[best]
    if a < b:
        return 1
    total = 0
    for g in range(len(n)):
        total += -(-(n[g] * b) // (a * z[g]))
    if total > rooms:
        return 1
    wanted = -(-(n[grade] * b) // (a * z[grade])) + rooms - total + 1
    return max((wanted - 1) * a * z[grade] // b + 1 - n[grade], 1)


@njit(cache=True, nogil=True)
def _formed(
    n: IntArray, z: IntArray, rooms: int, before: IntArray, rules: Rules, school: int, k: IntArray
) -> int:  # pragma: no cover - compiled
    """Classes of one school year, in place, and how many it needs whatever its rooms."""
    shares = sharing_grades(n, rules, school)
    form_year(n, z, NO_LIMIT, before, shares, rules, k)
    needed = int(k.sum())
    if needed > rooms:
        if shares.any():
            form_year(n, z, rooms, before, shares, rules, k)
        else:
            close_classes(n, z, rooms, k)
    return needed


@njit(cache=True, nogil=True)
def _step(
    n: IntArray,
    z: IntArray,
    rooms: int,
    before: IntArray,
    rules: Rules,
    at: tuple[int, int],
    limit: IntArray,
    out: IntArray,
) -> None:  # pragma: no cover - compiled
    """Child by child, where grades share classes; at: school and grade; out [kind] is FAR where it was not yet found."""
    school, grade = at
    more, k = n.copy(), np.zeros_like(n)
    start = _formed(more, z, rooms, before, rules, school, k)
    for x in range(FAR):
        more[grade] = n[grade] + x
        needed = _formed(more, z, rooms, before, rules, school, k)
        if needed > start and out[0] == FAR:
            out[0] = x
        if needed > rooms and out[1] == FAR:
            out[1] = x
        if _breaks(more, k, limit) and out[2] == FAR:
            out[2] = x
        if out[0] < FAR and out[1] < FAR and out[2] < FAR:
            return


@njit(cache=True, nogil=True)
def _until_breach(
    n: IntArray, z: IntArray, rooms: int, before: IntArray, rules: Rules, at: tuple[int, int], limit: IntArray
) -> int:  # pragma: no cover - compiled
    """Children of a grade until a class of the school is beyond its limit; grades share no class."""
    school, grade = at
    more, k = n.copy(), np.zeros_like(n)
    _formed(more, z, rooms, before, rules, school, k)
    if _breaks(more, k, limit):
        return 0
    for x in range(_first_to_crowd(n, z, rooms, limit, grade), FAR):
        more[grade] = n[grade] + x
        _formed(more, z, rooms, before, rules, school, k)
        if _breaks(more, k, limit):
            return x
    return FAR


@njit(cache=True, nogil=True)
def distances(
    one: Year, rules: Rules, draw: int, school: int, grade: int, out: IntArray
) -> None:  # pragma: no cover - compiled
    """Children until one more class, one more room, a class and the school beyond its limit, out [kind]; FAR: more."""
    n, z, rooms = one.rolls[draw, school], one.planned[school], one.rooms[draw, school]
    before, limit = one.before[draw % len(one.before), school], one.class_limit[school]
    out[:3], out[3] = FAR, min(max(one.left[draw, school, grade], 0), FAR)
    if rules.may[school].any():
        _step(n, z, rooms, before, rules, (school, grade), limit, out)
        return
    total, own, had = 0, 0, 0
    for g in range(len(n)):
        kept = before[g - 1] if g > 0 and rules.continues[g] else 0
        needed = _needed(n[g], z[g], kept, rules.merge_below)
        total += needed
        if g == grade:
            own, had = needed, kept
    out[0] = min(_pupils_for(own + 1, z[grade], had, rules.merge_below) - n[grade], FAR)
    if total > rooms:
        out[1] = 0
    else:
        out[1] = min(_pupils_for(own + rooms - total + 1, z[grade], had, rules.merge_below) - n[grade], FAR)
    out[2] = _until_breach(n, z, rooms, before, rules, (school, grade), limit)


@njit(cache=True, nogil=True)
def count_distances(one: Year, rules: Rules, counts: IntArray) -> None:  # pragma: no cover - compiled
    """Draws by distance, counts [school, grade, kind, FAR + 1], of grades that have pupils; added to."""
    draws, schools, grades = one.rolls.shape
    out = np.zeros(KINDS, np.int64)
    for d in range(draws):
        for s in range(schools):
            for g in range(grades):
                if one.rolls[d, s, g] > 0:
                    distances(one, rules, d, s, g, out)
                    for kind in range(KINDS):
                        counts[s, g, kind, out[kind]] += 1
