"""Composite classes (复式班): consecutive grades of a stage share a class, as few classes as the size cap allows.

Symbols: n[g] pupils, z[g] planned size, m cap of a shared class, G grades a shared class may hold, f crowding factor.

    C(f) = min over partitions of the grades with pupils into runs of at most G of
           sum over runs of  1 if two grades or more and their pupils <= f m,  ceil(n / (f z)) if one grade

found by dynamic programming from the lowest grade, among the fewest classes the one whose largest class is smallest.
Grades without pupils do not part their neighbours.  A shared class is counted at its lowest grade; its other grades
have pupils and no class (`sim.classes.taught`).  f = 1 unless rooms are short; then it is the smallest of the factors
at which a class fills (a pair of whole numbers, compared by cross-multiplication).
Tests: tests/sim/test_classes_shared.py (exhaustive search over all partitions).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.classes_kernels import close_classes, keep_classes, keep_habits

_ENDLESS = 2**40  # a factor beyond every roll


class Rules(NamedTuple):
    """How classes are formed, as the kernels read it."""

    first: IntArray  # [school, grade] classes of the base year
    merge_below: float  # mean class below which a cohort that kept its classes is formed anew
    continues: BoolArray  # [grade] the cohort keeps its classes from the grade below
    may: BoolArray  # [school, grade] the grade may share a class
    stage_of: IntArray  # [grade]
    below: float  # pupils of the stage at and above which no class is shared
    together: int  # G
    cap: int  # m
    learnt: bool  # classes are formed by habits learnt from a record
    size: FloatArray  # [school, grade] learnt pupils per class, 0 where there is no habit
    margins: FloatArray  # [grade, 2] on the fewest and the most pupils with which a cohort keeps its classes


@njit(cache=True, nogil=True)
def share(
    n: IntArray, z: IntArray, rules: Rules, factor: tuple[int, int], k: IntArray
) -> None:  # pragma: no cover - compiled
    """Fewest classes k, in place, of the grades of one stage [grade]; factor: f as numerator and denominator."""
    a, b = factor
    at = np.flatnonzero(n > 0)
    k[:] = 0
    size = len(at)
    least = np.full(size + 1, _ENDLESS)
    largest = np.full(size + 1, _ENDLESS)
    taken = np.zeros(size + 1, np.int64)
    least[0], largest[0] = 0, 0
    for end in range(1, size + 1):
        pupils = 0
        for run in range(1, min(rules.together, end) + 1):
            g = at[end - run]
            pupils += n[g]
            if run == 1:
                classes = -(-(pupils * b) // (a * z[g]))
                largest_here = -(-pupils // classes)
            elif pupils * b <= a * rules.cap:
                classes, largest_here = 1, pupils
            else:
                break
            total = least[end - run] + classes
            worst = max(largest[end - run], largest_here)
            if total < least[end] or (total == least[end] and worst < largest[end]):
                least[end], largest[end], taken[end] = total, worst, run
    end = size
    while end > 0:
        begin = end - taken[end]
        k[at[begin]] = least[end] - least[begin]
        end = begin


@njit(cache=True, nogil=True)
def _at_factor(
    n: IntArray, z: IntArray, shares: BoolArray, rules: Rules, factor: tuple[int, int], k: IntArray
) -> int:  # pragma: no cover - compiled
    """Classes of a school year at a crowding factor, in place, and their sum; shares [grade]: in stages that share."""
    begin = 0
    while begin < len(n):
        end = begin + 1
        while end < len(n) and rules.stage_of[end] == rules.stage_of[begin]:
            end += 1
        if shares[begin:end].any():
            share(n[begin:end], z[begin:end], rules, factor, k[begin:end])
        else:
            for g in range(begin, end):
                k[g] = -(-(n[g] * factor[1]) // (factor[0] * z[g]))
        begin = end
    return int(k.sum())


@njit(cache=True, nogil=True)
def sharing_grades(n: IntArray, rules: Rules, school: int) -> BoolArray:  # pragma: no cover - compiled
    """Grades that may share a class this year [grade]: where the rule allows and their stage is small enough."""
    out: BoolArray = rules.may[school].copy()
    if not out.any():
        return out
    for g in range(len(n)):
        total = 0
        for h in range(len(n)):
            if rules.stage_of[h] == rules.stage_of[g]:
                total += n[h]
        out[g] &= total < rules.below
    return out


@njit(cache=True, nogil=True)
def needed_classes(n: IntArray, z: IntArray, rules: Rules, school: int) -> int:  # pragma: no cover - compiled
    """Classes of the planned size that a school needs whatever its rooms, formed anew; n, z: [grade]."""
    k = np.empty_like(n)
    return _at_factor(n, z, sharing_grades(n, rules, school), rules, (1, 1), k)


@njit(cache=True, nogil=True)
def _smaller(a: tuple[int, int], b: tuple[int, int]) -> bool:  # pragma: no cover - compiled
    return a[0] * b[1] < b[0] * a[1]


@njit(cache=True, nogil=True)
def _next_factor(
    n: IntArray, z: IntArray, shares: BoolArray, rules: Rules, after: tuple[int, int]
) -> tuple[int, int]:  # pragma: no cover - compiled
    """The smallest factor above another at which a class fills."""
    best = (_ENDLESS, 1)
    for g in range(len(n)):
        if n[g] == 0:
            continue
        # n / (k z) > after for k below n / (after z); the largest such k gives the smallest factor.
        most = (n[g] * after[1] - 1) // (after[0] * z[g])
        if most >= 1 and _smaller((n[g], most * z[g]), best):
            best = (n[g], most * z[g])
        pupils, found = 0, 0
        for h in range(g, len(n)):
            if not shares[h] or rules.stage_of[h] != rules.stage_of[g] or found >= rules.together:
                break
            pupils += n[h]
            found += n[h] > 0
            full = (pupils, rules.cap)
            if found > 1 and _smaller(after, full) and _smaller(full, best):
                best = full
    return best


@njit(cache=True, nogil=True)
def form_year(
    n: IntArray, z: IntArray, rooms: int, before: IntArray, shares: BoolArray, rules: Rules, school: int, k: IntArray
) -> bool:  # pragma: no cover - compiled
    """Classes k [grade] of one school year, in place; whether rooms are fewer than classes that cannot be avoided."""
    if rules.learnt:
        keep_habits(n, z, before, rules.size[school], rules.margins, rules.continues, k)
    else:
        keep_classes(n, z, before, rules.merge_below, rules.continues, k)
    if not shares.any():
        close_classes(n, z, rooms, k)
        return bool(k.sum() > rooms)
    kept = k.copy()
    factor = (1, 1)
    total = _at_factor(n, z, shares, rules, factor, k)
    kept[shares] = k[shares]
    if kept.sum() <= rooms:
        k[:] = kept
        return False
    while total > rooms and factor[0] < _ENDLESS:
        factor = _next_factor(n, z, shares, rules, factor)
        total = _at_factor(n, z, shares, rules, factor, k)
    return total > rooms


@njit(cache=True, nogil=True)
def fill_formed(
    rolls: IntArray, rooms: IntArray, planned: IntArray, rules: Rules, count: IntArray, short: BoolArray
) -> None:  # pragma: no cover - compiled
    """Classes count [draw, year, school, grade] of rolls (same shape) in rooms [draw, year, school], year by year.

    planned: [year, school, grade].  short [draw, year, school]: fewer rooms than classes that cannot be avoided.
    """
    draws, years, schools, _ = rolls.shape
    for d in range(draws):
        for s in range(schools):
            before = rules.first[s]
            for t in range(years):
                n, k = rolls[d, t, s], count[d, t, s]
                shares = sharing_grades(n, rules, s)
                short[d, t, s] = form_year(n, planned[t, s], rooms[d, t, s], before, shares, rules, s, k)
                before = k
