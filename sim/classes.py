"""Classes are whole: how many open, how large they get, which rooms they need.

Norm first: k[g] = ceil(n[g] / planned[g]).  Only when a school's rooms are short do classes grow: the smallest common
crowding factor f >= 1 with sum_g ceil(n[g] / (f planned[g])) <= rooms; stages that share rooms share f.  Spare rooms
never make more classes.  Fewer rooms than non-empty grades is a breach of its own: every grade still gets one class.
Classes of a grade are even (均衡编班).  Grades that share a class (`sim/classes_shared.py`) count it at the lowest of
them.  Tests: tests/sim/test_classes.py (exhaustive search over class numbers, hypothesis).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, IntArray
from sim.classes_kernels import fill_free


@dataclass(frozen=True)
class Classes:
    """Classes of a school year, [..., school, grade]."""

    count: IntArray
    largest: IntArray  # pupils in the largest class in which children of the grade sit
    short: BoolArray  # [..., school] fewer rooms than classes that cannot be avoided


def form_classes(rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer]) -> Classes:
    """Form classes for rolls [..., school, grade] in rooms [..., school], every grade and year for itself.

    planned: planned sizes [grade], or whatever broadcasts to the rolls, e.g. [year, school, grade].
    """
    grades = rolls.shape[-1]
    n = np.ascontiguousarray(rolls, dtype=np.int64).reshape(-1, grades)
    room = np.ascontiguousarray(np.broadcast_to(rooms, rolls.shape[:-1]), dtype=np.int64).reshape(-1)
    # Sizes that are the last axes of the rolls are read over and over; others are written out in full.
    fits = rolls.shape[rolls.ndim - planned.ndim :] == planned.shape
    size = planned if fits else np.broadcast_to(planned, rolls.shape)
    count, short = np.empty_like(n), np.empty(len(n), dtype=bool)
    fill_free(n, room, np.ascontiguousarray(size, dtype=np.int64).reshape(-1, grades), count, short)
    found = count.reshape(rolls.shape)
    return Classes(found, -(-rolls.astype(np.int64) // np.maximum(found, 1)), short.reshape(rolls.shape[:-1]))


def taught(rolls: NDArray[np.integer], classes: NDArray[np.integer]) -> NDArray[np.integer]:
    """Pupils by the grade at which their class is counted, [..., grade]: the rolls, unless grades share classes.

    A grade with pupils and without a class sits in the class of the next lower grade that has one.
    """
    if not ((rolls > 0) & (classes == 0)).any():
        return rolls
    out = rolls.copy()
    for g in range(rolls.shape[-1] - 1, 0, -1):
        moved = np.where(classes[..., g] == 0, out[..., g], 0)
        out[..., g] -= moved
        out[..., g - 1] += moved
    return out


def largest_classes(rolls: NDArray[np.integer], classes: NDArray[np.integer]) -> IntArray:
    """Pupils in the largest class in which children of a grade sit, [..., grade]; 0 where the grade has none."""
    pupils = taught(rolls, classes)
    size: IntArray = -(-pupils // np.maximum(classes, 1))
    if pupils is rolls:
        return size
    for g in range(1, rolls.shape[-1]):
        size[..., g] = np.where(classes[..., g] == 0, size[..., g - 1], size[..., g])
    return np.where(rolls > 0, size, 0)
