"""Inner loops of class formation, compiled by numba: one school year at a time, whole numbers throughout.

Symbols: n[g] pupils, z[g] planned size, k[g] classes, K rooms.  A grade gives up its next class at the crowding factor
n / ((k - 1) z); factors are compared by cross-multiplication, so that no rounding decides where a class closes.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


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
