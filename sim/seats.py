"""Free seats of schools for newcomers, and sums of homes over schools."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.model import Model

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Seats:
    """Those who stay, the rooms, and the class size up to which the bureau admits."""

    stay: CountArray  # [draw, school, grade]
    rooms: IntArray  # [draw, school]
    planned: IntArray  # [grade]
    factor: float  # divert_at


def free_seats(seats: Seats, applied: CountArray, school: int | None = None) -> IntArray:
    """Seats open to newcomers, [draw, school, grade] (or [draw, grade] of one school).

    Room in the classes that those who stay need, plus whole classes in the rooms left, given to the lowest grade that asks first.
    Rooms nobody asked for stay with every grade, so that a diverted child can still open a class.
    """
    pick = slice(None) if school is None else slice(school, school + 1)
    stay, want, rooms = seats.stay[:, pick].astype(np.int64), applied[:, pick], seats.rooms[:, pick]
    if not np.isfinite(seats.factor):
        free = np.full(stay.shape, np.iinfo(np.int32).max, dtype=np.int64)
        return free if school is None else free[:, 0]
    size = np.floor(seats.planned * seats.factor + 1e-9).astype(np.int64)
    classes = -(-stay // size)
    slack = classes * size - stay
    left = np.maximum(rooms - classes.sum(axis=2), 0)
    need = -(-np.maximum(want - slack, 0) // size)
    before = np.cumsum(need, axis=2) - need
    given = np.clip(left[:, :, None] - before, 0, need)
    unused = left - given.sum(axis=2)
    free = slack + (given + unused[:, :, None]) * size
    return free if school is None else free[:, 0]


@lru_cache(maxsize=8)
def _index(slot_bytes: bytes, shape: tuple[int, int], schools: int, grades: int) -> IntArray:
    slots = np.frombuffer(slot_bytes, dtype=np.int64).reshape(shape)
    target = np.where((slots >= 0) & (slots < schools), slots, schools)
    return (target[:, None, :] * grades + np.arange(grades)[None, :, None]).reshape(-1)


def totals_index(model: Model) -> IntArray:
    """Flat target (school, grade) of every (cell, grade, slot); padding and pseudo-schools share a last bin."""
    slots = np.ascontiguousarray(model.layout.slot_school, dtype=np.int64)
    return _index(slots.tobytes(), slots.shape, len(model.layout.schools), len(model.grades.names))


def school_totals(pupils: CountArray, index: IntArray, model: Model) -> CountArray:
    """Pupils by school and grade [draw, school, grade] from [draw, cell, grade, slot]; whole numbers, exact."""
    draws, schools, grades = len(pupils), len(model.layout.schools), len(model.grades.names)
    bins = (schools + 1) * grades
    flat = index[None, :] + bins * np.arange(draws)[:, None]
    # Float sums of whole numbers below 2**53 are exact.
    sums = np.bincount(flat.reshape(-1), weights=pupils.reshape(-1), minlength=bins * draws)
    return sums.reshape(draws, schools + 1, grades)[:, :schools].astype(np.int32)
