"""Seats of an admission round, compiled by numba: what is free, who is beyond, and moving an application.

What is free in a school changes with its applicants only: `room` keeps it until somebody comes or goes, and every step
of the round (`sim/kernels_admission.py`, `sim/kernels_rules.py`) looks there.  Tests: tests/sim/test_admission.py.
"""

from typing import NamedTuple

from numba import njit

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.classes_shared import Rules
from sim.kernels_shared import excess_of_grades, free_of_grade

UNKNOWN = -(2**31)


class Ground(NamedTuple):
    """What is the same in every draw of a round."""

    slot_school: IntArray  # [cell, slot]
    lookup: IntArray  # [cell, school + pseudo] slot, -1 where none
    start: IntArray  # [school + 1] pairs of a school
    cell: IntArray  # [pair]
    slot: IntArray  # [pair] of the school, for the home
    order: IntArray  # [stage, pair] pairs of each school, of one class of priority the first to go first
    stage_of: IntArray  # [grade]
    lists: IntArray  # [cell, stage, rank] slots, near first, -1 where none
    size: IntArray  # [school, grade] pupils a class, up to which newcomers are admitted
    ranks: FloatArray  # [cell, class] cumulated shares of the classes of priority, first in priority first
    rule: IntArray  # [cell, stage]
    composite: BoolArray  # [school] grades may share a class
    forms: Rules  # how they do


class Net(NamedTuple):
    """The network of the year in every draw."""

    regime: IntArray  # [draw]
    home: IntArray  # [regime, cell, grade]
    in_zone: BoolArray  # [regime, cell, grade, slot]
    runs: BoolArray  # [regime, school + pseudo, grade]
    rooms: IntArray  # [regime, school]


class Asking(NamedTuple):
    """Applications while admission works on them; `want` always holds their sums over schools."""

    applying: CountArray  # [draw, slot, cell, grade]
    stay: CountArray  # [draw, school, grade]
    want: CountArray  # [draw, school, grade]
    diverted: CountArray  # [draw, school]
    left: CountArray  # [draw, cell, grade] children whom a rule of its own could not place: they stay
    slack: CountArray  # [draw, school, grade] seats in the classes of those who stay
    spare: CountArray  # [draw, school] rooms that these classes leave
    room: CountArray  # [draw, school, grade] free seats less applicants; UNKNOWN until somebody looks


class Luck(NamedTuple):
    """Random numbers of the round."""

    back: FloatArray  # [draw, school, grade] who returns to the own zone
    lots: FloatArray  # [draw or 1, school, grade] who loses the lot
    ranks: FloatArray  # [draw or 1, cell, grade] which classes of priority the children of a home are of


@njit(cache=True, nogil=True, error_model="numpy")
def fill_slack(asking: Asking, ground: Ground, net: Net) -> None:  # pragma: no cover - compiled
    """Seats in the classes of those who stay, and the rooms that these leave; what is free is not known yet."""
    draws, schools, grades = asking.stay.shape
    for d in range(draws):
        for s in range(schools):
            classes = 0
            for g in range(grades):
                stay, size = asking.stay[d, s, g], ground.size[s, g]
                k = -(-stay // size)
                classes += k
                asking.slack[d, s, g] = k * size - stay
                asking.room[d, s, g] = UNKNOWN
            asking.spare[d, s] = max(net.rooms[net.regime[d], s] - classes, 0)


@njit(cache=True, nogil=True, error_model="numpy")
def fill_room(asking: Asking, rooms: int, size: IntArray, d: int, s: int) -> None:  # pragma: no cover - compiled
    """Free seats less applicants of a school whose grades are each for themselves, as `sim.seats.free_seats`: `room`.

    rooms: of the school.  size: [school, grade].
    """
    stay, want, slack, spare, room = asking.stay, asking.want, asking.slack, asking.spare, asking.room
    grades, before, used, taught = room.shape[2], 0, 0, -1
    for g in range(grades):
        over, need, given = want[d, s, g] - slack[d, s, g], 0, 0
        if over > 0:
            need = (over + size[s, g] - 1) // size[s, g]
            given = min(max(spare[d, s] - before, 0), need)
            if stay[d, s, g] == 0:
                if taught < 0:
                    taught = 0
                    for h in range(grades):
                        taught += (stay[d, s, h] > 0) or (want[d, s, h] > 0)
                given = max(given, min(need, rooms // max(taught, 1)))
        before += need
        used += given
        room[d, s, g] = given * size[s, g] - over
    for g in range(grades):
        room[d, s, g] += max(spare[d, s] - used, 0) * size[s, g]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_shared(
    asking: Asking, ground: Ground, net: Net, d: int, s: int, g: int
) -> None:  # pragma: no cover - compiled
    """The same of one grade of a school whose grades may share classes."""
    rooms, want = net.rooms[net.regime[d], s], asking.want[d, s]
    free = free_of_grade(asking.stay[d, s], want, rooms, ground.size[s], ground.forms, s, g)
    asking.room[d, s, g] = free - want[g]


@njit(cache=True, nogil=True, error_model="numpy")
def fill_excess(
    asking: Asking, ground: Ground, net: Net, d: int, first: int, last: int, out: IntArray
) -> bool:  # pragma: no cover - compiled
    """Applicants beyond the seats of schools from first up to last, out [school, grade]; whether there are any."""
    found, r = False, net.regime[d]
    stay, want, room = asking.stay, asking.want, asking.room
    for s in range(first, last):
        if ground.composite[s]:
            rooms = net.rooms[r, s]
            more = excess_of_grades(stay[d, s], want[d, s], rooms, ground.size[s], ground.forms, s, out[s])
            found = found or more
            continue
        if room[d, s, 0] == UNKNOWN:
            fill_room(asking, net.rooms[r, s], ground.size, d, s)
        for g in range(out.shape[1]):
            out[s, g] = max(-room[d, s, g], 0)
            found = found or out[s, g] > 0
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def room_of(asking: Asking, ground: Ground, net: Net, d: int, s: int, g: int) -> int:  # pragma: no cover - compiled
    """Free seats less applicants of a school and grade, below zero where some are beyond; `room` knows it then.

    Inner loops look at `room` first: to hand over so many arrays takes longer than to count seats.
    """
    if ground.composite[s]:
        fill_shared(asking, ground, net, d, s, g)
    else:
        fill_room(asking, net.rooms[net.regime[d], s], ground.size, d, s)
    room: int = asking.room[d, s, g]
    return room


@njit(cache=True, nogil=True, error_model="numpy")
def send(
    applying: CountArray, want: CountArray, room: CountArray, who: tuple[int, int, int], way: tuple[int, int, int, int],
    n: int,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Move n applicants [draw, slot, cell, grade] of a home on: way from a slot and its school to another.

    What is free at both schools is not known any more.
    """
    (d, c, g), (here, s, there, t) = who, way
    applying[d, here, c, g] -= n
    applying[d, there, c, g] += n
    want[d, s, g] -= n
    want[d, t, g] += n
    for h in range(room.shape[2]):
        room[d, s, h] = UNKNOWN
        room[d, t, h] = UNKNOWN
