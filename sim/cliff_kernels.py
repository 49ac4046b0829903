"""How many more children in one grade it takes: loops of `sim/cliff.py`, compiled by numba, in whole numbers."""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.arrays import BoolArray, IntArray
from sim.classes_kernels import close_classes, fewest_for, habit_classes
from sim.classes_shared import Rules, form_year, sharing_grades

FAR = 400  # children; who needs as many or more is not told how many
NO_LIMIT = 2**40
KINDS = 4  # class, room, class_size, school_size


class Year(NamedTuple):
    """One school year of a case."""

    rolls: IntArray  # [school, draw, grade]
    rooms: IntArray  # [school, draw]
    before: IntArray  # [school, draw or 1, grade] classes of the year before
    planned: IntArray  # [school, grade]
    class_limit: IntArray  # [school, grade] pupils per class; NO_LIMIT where no clause holds
    left: IntArray  # [school, draw, grade] children until the school is beyond its size; FAR where no clause holds


@njit(cache=True, nogil=True)
def _needed(n: int, z: int, had: int, rules: Rules, at: tuple[int, int]) -> int:  # pragma: no cover - compiled
    """Classes of a grade before rooms are looked at; had: classes its cohort may keep, 0 if it is formed anew."""
    school, g = at
    if rules.learnt and rules.size[school, g] > 0.0:
        return habit_classes(n, rules.size[school, g], had, rules.margins[g, 0], rules.margins[g, 1])
    if rules.learnt:
        had = 0
    least = (n + z - 1) // z
    return had if n > 0 and had > least and float(n) >= rules.merge_below * had else least


@njit(cache=True, nogil=True)
def _pupils_for(
    classes: int, z: int, had: int, rules: Rules, at: tuple[int, int]
) -> int:  # pragma: no cover - compiled
    """Fewest pupils of a grade that need so many classes; at: school and grade."""
    school, g = at
    if rules.learnt and rules.size[school, g] > 0.0:
        return fewest_for(classes, rules.size[school, g], had, rules.margins[g, 0], rules.margins[g, 1])
    if rules.learnt:
        had = 0
    full = (classes - 1) * z + 1
    if classes > had:
        return full
    return min(full, max(1, int(np.ceil(rules.merge_below * had))))


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
def _ratio(z: IntArray, limit: IntArray, taught: BoolArray) -> tuple[int, int, bool]:  # pragma: no cover - compiled
    """The least ratio of limit to planned size, as a fraction, and whether all grades have it and it is at least 1.

    taught: grades that have pupils; others do not count.

    A class beyond its limit needs a crowding factor beyond its ratio, or a limit below the planned size.  Where all
    grades have one ratio of at least 1 the factor suffices, too: at the smallest factor that fits some grade fills its
    classes.  (0, 1): no grade has a limit.
    """
    best, alike = -1, True
    for g in range(len(z)):
        if not taught[g]:
            continue
        if limit[g] >= NO_LIMIT:
            alike = False
        elif best < 0 or limit[g] * z[best] < limit[best] * z[g]:
            best = g
    if best < 0:
        return 0, 1, False
    for g in range(len(z)):
        alike &= not taught[g] or limit[g] * z[best] == limit[best] * z[g]
    return limit[best], z[best], alike and limit[best] >= z[best]


@njit(cache=True, nogil=True)
def _formed(
    n: IntArray, z: IntArray, rooms: int, before: IntArray, rules: Rules, school: int, k: IntArray
) -> int:  # pragma: no cover - compiled
    """Classes of one school year, in place, and how many it needs whatever its rooms."""
    shares = sharing_grades(n, rules, school)
    form_year(n, z, NO_LIMIT, before, shares, rules, school, k)
    needed = int(k.sum())
    if needed > rooms:
        if shares.any():
            form_year(n, z, rooms, before, shares, rules, school, k)
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
    """Child by child, where grades share classes; at: school and grade; out [kind]: FAR where it is not found yet."""
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
    n: IntArray,
    z: IntArray,
    rooms: int,
    before: IntArray,
    rules: Rules,
    at: tuple[int, int],
    limit: IntArray,
    start: int,
) -> int:  # pragma: no cover - compiled
    """Children of a grade, `start` or more, until a class of the school is beyond its limit; no class is shared."""
    school, grade = at
    more, k = n.copy(), np.zeros_like(n)
    for x in range(start, FAR):
        more[grade] = n[grade] + x
        _formed(more, z, rooms, before, rules, school, k)
        if _breaks(more, k, limit):
            return x
    return FAR


@njit(cache=True, nogil=True)
def _own_breach(
    n: int, z: int, had: int, rules: Rules, at: tuple[int, int], limit: int
) -> int:  # pragma: no cover - compiled
    """Children until the classes that habit makes of a grade are beyond its limit, whatever the rooms; FAR: as many."""
    pupils, found = n, -1
    while pupils - n < FAR:
        classes = _needed(pupils, z, had, rules, at)
        if classes == found:
            return max(pupils - n, 0)
        # More pupils make more classes or fill these: the next to look at is the first one too many for them.
        pupils, found = max(classes * limit + 1, n), classes
    return FAR


@njit(cache=True, nogil=True)
def _breaches(
    one: Year, rules: Rules, draw: int, school: int, ratio: tuple[int, int, bool], out: IntArray
) -> None:  # pragma: no cover - compiled
    """Children of every grade until a class is beyond its limit, in out [grade, 2]; no class is shared.

    ratio: see `_ratio`.  Below the number at which the rooms are short at that ratio nothing can be beyond a limit.
    """
    n, z, rooms = one.rolls[school, draw], one.planned[school], one.rooms[school, draw]
    before, limit = one.before[school, draw % one.before.shape[1]], one.class_limit[school]
    a, b, alike = ratio
    filled, total = 0, 0
    for g in range(len(n)):
        if n[g] > 0:
            filled += 1
            total += (n[g] * b + a * z[g] - 1) // (a * z[g])
    if a < b or total > rooms or rules.learnt:
        k = np.zeros_like(n)
        _formed(n, z, rooms, before, rules, school, k)
        if _breaks(n, k, limit):
            out[:, 2] = 0
            return
    for g in range(len(n)):
        if n[g] == 0:
            continue
        start = 1
        if a >= b and total <= rooms:
            full = a * z[g]
            start = max(((n[g] * b + full - 1) // full + rooms - total) * full // b + 1 - n[g], 1)
        own = FAR
        if rules.learnt:
            kept = before[g - 1] if g > 0 and rules.continues[g] else 0
            own = _own_breach(n[g], z[g], kept, rules, (school, g), limit[g])
        if alike and filled <= rooms and start < FAR:
            out[g, 2] = min(start, own)
        else:
            out[g, 2] = _until_breach(n, z, rooms, before, rules, (school, g), limit, min(start, own))


@njit(cache=True, nogil=True)
def _more(one: Year, rules: Rules, draw: int, school: int, out: IntArray) -> None:  # pragma: no cover - compiled
    """Children of every grade until one more class and one more room, in out [grade, 0 and 1]; no class is shared."""
    n, z, rooms = one.rolls[school, draw], one.planned[school], one.rooms[school, draw]
    before = one.before[school, draw % one.before.shape[1]]
    total = 0
    for g in range(len(n)):
        if n[g] > 0:
            kept = before[g - 1] if g > 0 and rules.continues[g] else 0
            out[g, 0] = _needed(n[g], z[g], kept, rules, (school, g))
            total += out[g, 0]
    for g in range(len(n)):
        if n[g] == 0:
            continue
        kept = before[g - 1] if g > 0 and rules.continues[g] else 0
        own, out[g, 1] = out[g, 0], 0
        out[g, 0] = min(_pupils_for(own + 1, z[g], kept, rules, (school, g)) - n[g], FAR)
        if total <= rooms:
            out[g, 1] = min(_pupils_for(own + rooms - total + 1, z[g], kept, rules, (school, g)) - n[g], FAR)


@njit(cache=True, nogil=True)
def distances(
    one: Year, rules: Rules, draw: int, school: int, ratio: tuple[int, int, bool], out: IntArray
) -> None:  # pragma: no cover - compiled
    """Children of every grade with pupils until one more class, one more room, a class and the school beyond its limit.

    ratio: of the school, see `_ratio`.  out: [grade, kind]; FAR: as many or more.
    """
    n, z, limit = one.rolls[school, draw], one.planned[school], one.class_limit[school]
    before, rooms = one.before[school, draw % one.before.shape[1]], one.rooms[school, draw]
    for g in range(len(n)):
        out[g, :3] = FAR
        out[g, 3] = min(max(one.left[school, draw, g], 0), FAR)
    if rules.may[school].any():
        for g in range(len(n)):
            if n[g] > 0:
                _step(n, z, rooms, before, rules, (school, g), limit, out[g])
        return
    _more(one, rules, draw, school, out)
    if ratio[0] > 0:
        _breaches(one, rules, draw, school, ratio, out)


@njit(cache=True, nogil=True)
def ratio_of(one: Year, school: int) -> tuple[int, int, bool]:  # pragma: no cover - compiled
    """The ratio of limits to planned sizes of a school; see `_ratio`."""
    taught = np.zeros(one.rolls.shape[2], np.bool_)
    for d in range(one.rolls.shape[1]):
        for g in range(len(taught)):
            taught[g] |= one.rolls[school, d, g] > 0
    return _ratio(one.planned[school], one.class_limit[school], taught)


@njit(cache=True, nogil=True)
def count_distances(one: Year, rules: Rules, counts: IntArray) -> None:  # pragma: no cover - compiled
    """Draws by distance, counts [school, grade, kind, FAR + 1], of grades that have pupils; added to."""
    schools, draws, grades = one.rolls.shape
    out = np.zeros((grades, KINDS), np.int64)
    for s in range(schools):
        ratio = ratio_of(one, s)
        for d in range(draws):
            distances(one, rules, d, s, ratio, out)
            for g in range(grades):
                if one.rolls[s, d, g] > 0:
                    for kind in range(KINDS):
                        counts[s, g, kind, out[g, kind]] += 1
