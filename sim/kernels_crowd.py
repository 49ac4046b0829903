"""Largest roll of one mix of grades whose classes keep their planned size in the rooms, compiled by numba.

Symbols, of one row: n[g] pupils, z[g] planned sizes, N = sum n, K rooms, h = K max(z) / N + 1e-9.

    C = floor(N f),  f the last lower end of 22 bisections of [0, h] on  c(f) = sum_g ceil(f n[g] / z[g]) <= K

c rises only where some f n[g] / z[g] passes a whole number k, so the factor t at which it first exceeds K is one of the
(k + eps) z[g] / n[g].  It is found directly: below (K - G) / sum n/z, G grades with pupils, c is at most K, and from
there at most G steps more lead to t.  The bisection ends at the grid point of [0, h] in 2^22 parts below t, unless t or
N f is so near to the next point that rounding could decide; only then is it gone through.
Tests: tests/sim/test_judge.py (against the bisection).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.arrays import FloatArray

_STEPS = 22
_PARTS = 2.0**_STEPS
_EPS = 1e-9  # classes; guards ceil() against the last bit of a division
_NEAR_PART, _NEAR_PUPIL = 1e-4, 1e-7  # far above what rounding can move, 1e-7 of a part and 1e-9 pupils


@njit(cache=True, nogil=True, error_model="numpy")
def bisected(n: FloatArray, z: FloatArray, rooms: float, high: float) -> float:  # pragma: no cover - compiled
    """The factor f on the grades n [grade] by bisection of [0, high]."""
    low = 0.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        classes = 0.0
        for g in range(len(n)):
            classes += np.ceil(n[g] * middle / z[g] - _EPS)
        if classes <= rooms:
            low = middle
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, error_model="numpy")
def _threshold(
    n: FloatArray, z: FloatArray, rooms: float, step: FloatArray, load: FloatArray, after: FloatArray
) -> float:  # pragma: no cover - compiled
    """The factor t at which classes first exceed the rooms; step, load, after: space for the grades [grade]."""
    every, filled = 0.0, 0
    for g in range(len(n)):
        if n[g] > 0.0:
            step[filled] = z[g] / n[g]
            load[filled] = n[g] / z[g]
            every += load[filled]
            filled += 1
    below = max((rooms - filled) / every, 0.0)
    total = 0.0
    for i in range(filled):
        # It may be one less than the classes at that factor: a step too many costs little, one too few would be wrong.
        k = max(np.ceil(below * load[i] - 1e-6), 0.0)
        total += k
        after[i] = (k + _EPS) * step[i]
    while True:
        best = 0
        for i in range(1, filled):
            if after[i] < after[best]:
                best = i
        total += 1.0
        if total > rooms:
            return float(after[best])
        after[best] += step[best]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_crowd(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], out: FloatArray
) -> None:  # pragma: no cover - compiled
    """Largest roll [row] of the grade mix of rolls [row, grade] whose classes of planned size fit rooms [row].

    planned: [p, grade], used over again for every p rows.
    """
    rows, grades = rolls.shape
    sizes = len(planned)
    largest = float(planned.max())
    n, step, load, after = np.empty(grades), np.empty(grades), np.empty(grades), np.empty(grades)
    every = planned.astype(np.float64)
    for i in range(rows):
        total = 0.0
        for g in range(grades):
            n[g] = rolls[i, g]
            total += n[g]
        if total <= 0.0 or rooms[i] <= 0:
            out[i] = 0.0
            continue
        z, room = every[i % sizes], float(rooms[i])
        high = room * largest / total + 1e-9
        part = _threshold(n, z, room, step, load, after) / high * _PARTS
        whole = np.floor(part)
        pupils = min(whole, _PARTS - 1.0) * (high / _PARTS) * total + 1e-6
        rest, clear = pupils - np.floor(pupils), part - whole
        if min(rest, 1.0 - rest) < _NEAR_PUPIL or min(clear, 1.0 - clear) < _NEAR_PART:
            pupils = bisected(n, z, room, high) * total + 1e-6
        out[i] = np.floor(pupils)
