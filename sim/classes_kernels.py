"""Inner loops of class formation, compiled by numba: one school year at a time, whole numbers throughout.

Symbols: n[g] pupils, z[g] planned size, k[g] classes, K rooms.  A grade gives up its next class at the crowding factor
n / ((k - 1) z); factors are compared by cross-multiplication, so that no rounding decides where a class closes.
"""

import numpy as np
from numba import njit

from sim.arrays import BoolArray, FloatArray, IntArray


@njit(cache=True, nogil=True)
def close_classes(n: IntArray, z: IntArray, rooms: int, k: IntArray) -> None:  # pragma: no cover - compiled
    """Close classes k [grade] of one school year, in place, until they fit; every grade with pupils keeps one.

    The class whose loss crowds least goes first.  Beyond the planned size all grades share one crowding factor, so that
    grades which lose a class at the same factor lose it together; up to the planned size they lose one at a time,
    the lowest grade first.
    """
    grades = len(n)
    total = 0
    for g in range(grades):
        total += k[g]
    while total > rooms:
        best = -1
        for g in range(grades):
            if k[g] < 2:
                continue
            if best < 0 or n[g] * (k[best] - 1) * z[best] < n[best] * (k[g] - 1) * z[g]:
                best = g
        if best < 0:
            return
        top, below = n[best], (k[best] - 1) * z[best]
        if top <= below:
            k[best] -= 1
            total -= 1
            continue
        for g in range(grades):
            if k[g] > 1 and n[g] * below == top * (k[g] - 1) * z[g]:
                k[g] -= 1
                total -= 1


@njit(cache=True, nogil=True)
def fill_free(
    rolls: IntArray, rooms: IntArray, planned: IntArray, count: IntArray, short: BoolArray
) -> None:  # pragma: no cover - compiled
    """Classes count [row, grade] of rolls [row, grade] in rooms [row], each row by itself.

    planned: [p, grade], used over again for every p rows.  short [row]: fewer rooms than grades with pupils.
    """
    rows, grades = rolls.shape
    sizes = len(planned)
    for i in range(rows):
        z, n, k = planned[i % sizes], rolls[i], count[i]
        filled, total = 0, 0
        for g in range(grades):
            k[g] = (n[g] + z[g] - 1) // z[g]
            total += k[g]
            filled += n[g] > 0
        short[i] = filled > rooms[i]
        if short[i]:
            for g in range(grades):
                k[g] = n[g] > 0
        elif total > rooms[i]:
            close_classes(n, z, rooms[i], k)


@njit(cache=True, nogil=True)
def keep_classes(
    n: IntArray, z: IntArray, before: IntArray, merge_below: float, continues: BoolArray, k: IntArray
) -> None:  # pragma: no cover - compiled
    """Classes of one school year k [grade] as cohorts bring them from the year before, before rooms are looked at.

    before: classes of the year before [grade]; continues [grade]: its cohort was in the grade below, in the same stage.
    A cohort without classes the year before is formed anew; one whose pupils exceed its classes, or whose mean falls
    below `merge_below`, too.
    """
    for g in range(len(n)):
        k[g] = (n[g] + z[g] - 1) // z[g]
        if n[g] > 0 and continues[g]:
            had = before[g - 1]
            if had > k[g] and float(n[g]) >= merge_below * had:
                k[g] = had


@njit(cache=True, nogil=True)
def habit_classes(n: int, size: float, had: int, low: float, high: float) -> int:  # pragma: no cover - compiled
    """Classes of n pupils by a learnt habit: those of the cohort the year before while it fits, else anew by its size.

    had: classes of the cohort the year before, 0 where it has none.  Rule and margins: `sim/classes_learnt.py`.
    """
    if n == 0:
        return 0
    if had > 0 and (had - 1) * size * low < n <= had * size * high:
        return had
    return int(np.ceil(n / size - 1e-9))


@njit(cache=True, nogil=True)
def fewest_for(classes: int, size: float, had: int, low: float, high: float) -> int:  # pragma: no cover - compiled
    """Fewest pupils of whom `habit_classes` makes so many classes or more."""
    n = max(int((classes - 1) * size), int(had * size * high))
    if classes <= had:
        n = min(int((classes - 1) * size), int((had - 1) * size * low))
    n = max(n, 1)
    while habit_classes(n, size, had, low, high) < classes:
        n += 1
    while n > 1 and habit_classes(n - 1, size, had, low, high) >= classes:
        n -= 1
    return n


@njit(cache=True, nogil=True)
def keep_habits(
    n: IntArray, z: IntArray, before: IntArray, size: FloatArray, margins: FloatArray, continues: BoolArray, k: IntArray
) -> None:  # pragma: no cover - compiled
    """Classes of one school year k [grade] as the habits of the school make them, before rooms are looked at.

    size: [grade] of the school, 0 where it has no habit: formed freely at the planned size; margins: [grade, 2].
    """
    for g in range(len(n)):
        if size[g] <= 0.0:
            k[g] = (n[g] + z[g] - 1) // z[g]
        else:
            had = before[g - 1] if continues[g] else 0
            k[g] = habit_classes(n[g], size[g], had, margins[g, 0], margins[g, 1])
