"""Free seats of schools for newcomers, and sums of homes over schools."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.arrays import CountArray, IntArray
from sim.model import Model


@dataclass(frozen=True)
class Seats:
    """Those who stay, the rooms, and the class size up to which the bureau admits."""

    stay: CountArray  # [draw, school, grade]
    rooms: IntArray  # [draw, school]
    planned: IntArray  # [school, grade], or [1, grade] for one school
    factor: float  # divert_at

    def at(self, draws: IntArray, school: int) -> "Seats":
        """The same for some draws [draw] and one school."""
        stay, rooms = self.stay[draws, school][:, None], self.rooms[draws, school][:, None]
        return Seats(stay, rooms, self.planned[school][None], self.factor)


def free_seats(seats: Seats, applied: CountArray) -> IntArray:
    """Seats open to newcomers, [draw, school, grade], when so many apply (same shape).

    Room in the classes that those who stay need, plus whole classes in the rooms left, given to the lowest grade that
    asks first.  A grade that starts anew gets at least its fair share of the rooms, however crowded those who stay are:
    they keep their classes, and the rooms of those who left are filled again (decision record 0012).  Rooms nobody
    asked for stay with every grade, so that a diverted child can still open a class.
    """
    stay, want, rooms = seats.stay.astype(np.int64), applied, seats.rooms
    if not np.isfinite(seats.factor):
        return np.full(stay.shape, np.iinfo(np.int32).max, dtype=np.int64)
    size = np.floor(seats.planned * seats.factor + 1e-9).astype(np.int64)
    classes = -(-stay // size)
    slack = classes * size - stay
    left = np.maximum(rooms - classes.sum(axis=2), 0)
    need = -(-np.maximum(want - slack, 0) // size)
    before = np.cumsum(need, axis=2) - need
    given = np.clip(left[:, :, None] - before, 0, need)
    fair = rooms // np.maximum(((stay > 0) | (want > 0)).sum(axis=2), 1)
    given = np.maximum(given, np.where(stay > 0, 0, np.minimum(need, fair[:, :, None])))
    unused = np.maximum(left - given.sum(axis=2), 0)
    free: IntArray = slack + (given + unused[:, :, None]) * size
    return free


@dataclass(frozen=True)
class Gather:
    """Which (slot, cell, grade) entries sum to which (school, grade)."""

    entries: IntArray  # flat indices, ordered by target
    starts: IntArray  # first entry of every target
    targets: IntArray  # flat (school, grade)


@lru_cache(maxsize=8)
def _gather(slots: bytes, shape: tuple[int, int], hosts: bytes, schools: int) -> Gather:
    slot_school = np.frombuffer(slots, dtype=np.int64).reshape(shape).T
    can = np.frombuffer(hosts, dtype=bool).reshape(schools, -1)
    grades = can.shape[1]
    real = (slot_school >= 0) & (slot_school < schools)
    school = np.where(real, slot_school, 0)
    hosted = real[:, :, None] & can[school]
    target = school[:, :, None] * grades + np.arange(grades)
    entries = np.flatnonzero(hosted.reshape(-1))
    order = np.argsort(target.reshape(-1)[entries], kind="stable")
    entries = entries[order]
    targets, starts = np.unique(target.reshape(-1)[entries], return_index=True)
    return Gather(entries, starts, targets)


def gather(model: Model) -> Gather:
    """Sums of homes over schools for a model; only grades a school hosts can hold pupils."""
    slots = np.ascontiguousarray(model.layout.slot_school, dtype=np.int64)
    schools = len(model.layout.schools)
    hosts = np.ascontiguousarray(model.may_host[:schools])
    return _gather(slots.tobytes(), slots.shape, hosts.tobytes(), schools)


def school_totals(pupils: CountArray, sums: Gather, model: Model) -> CountArray:
    """Pupils by school and grade [draw, school, grade] from [draw, slot, cell, grade]."""
    schools, grades = len(model.layout.schools), len(model.grades.names)
    out = np.zeros((len(pupils), schools * grades), dtype=np.int32)
    if len(sums.entries):
        chosen = pupils.reshape(len(pupils), -1)[:, sums.entries]
        out[:, sums.targets] = np.add.reduceat(chosen, sums.starts, axis=1)
    return out.reshape(len(pupils), schools, grades)
