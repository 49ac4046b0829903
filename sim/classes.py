"""Classes are whole: how many open, how large they get, which rooms they need.

Norm first: k[g] = ceil(n[g] / planned[g]).  Only when a school's rooms are short do classes grow: the smallest common
crowding factor f >= 1 with sum_g ceil(n[g] / (f planned[g])) <= rooms; stages that share rooms share f.  Spare rooms
never make more classes.  Fewer rooms than non-empty grades is a breach of its own: every grade still gets one class.
Classes of a grade are even (均衡编班). Tests: tests/sim/test_classes.py (exhaustive search over class numbers,
hypothesis).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_EPS = 1e-9  # pupils per class; guards ceil() against the last bit of a division


@dataclass(frozen=True)
class Classes:
    """Classes of a school year, [..., school, grade]."""

    count: IntArray
    largest: IntArray  # pupils in the largest class of the grade
    short: BoolArray  # [..., school] fewer rooms than non-empty grades


def _ceil(pupils: FloatArray, size: FloatArray) -> FloatArray:
    return np.ceil(pupils / size - _EPS)


def form_classes(rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer]) -> Classes:
    """Form classes for rolls [..., school, grade] in rooms [..., school].

    planned: planned sizes [grade], or whatever broadcasts to the rolls, e.g. [year, school, grade].
    """
    n = rolls.reshape(-1, rolls.shape[-1]).astype(float)
    room = np.broadcast_to(rooms, rolls.shape[:-1]).reshape(-1).astype(float)
    size = planned.astype(float)
    if size.ndim > 1:
        size = np.broadcast_to(size, rolls.shape).reshape(n.shape)
    count = _ceil(n, size)
    short = (n > 0.0).sum(axis=1) > room
    tight = np.flatnonzero((count.sum(axis=1) > room) & ~short)
    if tight.size:
        count[tight] = _crowded(n[tight], room[tight], size if size.ndim == 1 else size[tight])
    count[short] = n[short] > 0.0
    largest = np.where(count > 0.0, np.ceil(np.divide(n, count, out=np.zeros_like(n), where=count > 0.0) - _EPS), 0.0)
    return Classes(
        count.astype(np.int64).reshape(rolls.shape),
        largest.astype(np.int64).reshape(rolls.shape),
        short.reshape(rolls.shape[:-1]),
    )


def _crowded(n: FloatArray, rooms: FloatArray, planned: FloatArray) -> FloatArray:
    """Class numbers at the smallest crowding factor that fits, row by row.

    The factor lies where some grade fills its classes exactly, f = n[g] / (k planned[g]); bisection closes in on it and
    every upper end is pulled down to the largest fill of its own class numbers, which is such a point.
    """
    low = np.ones(len(n))
    high = (n / planned).max(axis=1) + 1.0
    count = _ceil(n, planned * high[:, None])
    for _ in range(40):
        middle = 0.5 * (low + high)
        trial = _ceil(n, planned * middle[:, None])
        fits = trial.sum(axis=1) <= rooms
        count = np.where(fits[:, None], trial, count)
        fill = np.divide(n, planned * count, out=np.zeros_like(n), where=count > 0.0).max(axis=1)
        high = np.where(fits, np.minimum(fill, middle), high)
        low = np.where(fits, low, middle)
        if np.all(high - low < 1e-7):
            break
    return count
