"""One admission pool: entrants, arrivals and pupils who change school apply, full schools divert, nobody is refused.

1. Newcomers (entrants, children who moved here) apply by the shares of the home: zone school, choice outside the zone,
   private, other county.  Pupils who change school apply by the same shares among public schools.
2. Free seats of a school and grade: room in the classes of those who stay, then whole classes in the rooms they leave,
   lowest grade first, at `divert_at` x planned size.
3. Applicants from outside the zone beyond the free seats return to their own zone school, evenly.
4. Zone applicants beyond the free seats, last in priority first (migrant before local, far before near), go to the
   nearest school of their list with free seats within the travel limit.
5. Who is still beyond stays at the zone school and is counted there (零拒绝).
Pupils who stay are never moved (grandfathering).  Tests: tests/sim/test_admission.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels import Wishes, fill_applications
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network import Regime
from sim.seats import Gather, Seats, free_seats, gather, school_totals
from sim.variates import Chance, even_split
from sim.world import YearWorld

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Admitted:
    """Pupils on 1 September and what admission had to do."""

    pupils: CountArray  # [draw, slot, cell, grade]
    rolls: CountArray  # [draw, school, grade]
    beyond: CountArray  # [draw, school] newcomers for whom there was no planned seat
    diverted_in: CountArray  # [draw, school] newcomers sent from a full school


@dataclass(frozen=True)
class Regimes:
    """The regimes of a year stacked, with the regime of each draw."""

    index: IntArray  # [draw]
    shares: FloatArray  # [regime, cell, grade, slot]
    home: IntArray  # [regime, cell, grade]
    in_zone: BoolArray  # [regime, cell, grade, slot]
    runs: BoolArray  # [regime, school + pseudo, grade]
    rooms: IntArray  # [regime, school]


def stack(regimes: list[Regime], index: IntArray) -> Regimes:
    """Stack the regimes of a year; index: regime of each draw, [draw]."""
    return Regimes(
        index,
        np.stack([r.shares for r in regimes]),
        np.stack([r.home for r in regimes]),
        np.stack([r.in_zone for r in regimes]),
        np.stack([r.runs for r in regimes]),
        np.stack([r.rooms for r in regimes]),
    )


def apply(
    model: Model, newcomers: CountArray, pupils: CountArray, regimes: Regimes, world: YearWorld, chance: Chance
) -> CountArray:
    """Applications [draw, slot, cell, grade] of newcomers and of pupils who change school, [draw, cell, grade] each."""
    new = _Pool(newcomers, regimes.shares, "admission/choice")
    change = _Pool(pupils, _public(model, regimes.shares), "admission/change")
    return _apply(model, new, regimes, world, chance) + _apply(model, change, regimes, world, chance)


@dataclass(frozen=True)
class _Pool:
    """Children who apply in one way."""

    count: CountArray  # [draw, cell, grade]
    shares: FloatArray  # [regime, cell, grade, slot]
    stream: str


def _public(model: Model, shares: FloatArray) -> FloatArray:
    """Shares without the pseudo-schools, where a public school is left."""
    out = shares.copy()
    out[..., model.layout.pseudo] = 0.0
    return np.where(out.sum(axis=3, keepdims=True) > 0.0, out, shares)


def _apply(model: Model, one: _Pool, regimes: Regimes, world: YearWorld, chance: Chance) -> CountArray:
    draws, cells, grades = one.count.shape
    layout = model.layout
    out = np.zeros((draws, layout.slot_school.shape[1], cells, grades), dtype=np.int32)
    # Pseudo-schools and padding (index -1, the last column) have no attractiveness of their own.
    trait = np.hstack([world.trait, np.ones((draws, len(PSEUDO_SCHOOLS) + 1))])
    wishes = Wishes(regimes.index, one.shares, trait, layout.slot_school, layout.pseudo.start)
    fill_applications(one.count, wishes, world.choices(one.stream), chance.rounded, out)
    return out


def admit(model: Model, staying: CountArray, applying: CountArray, regimes: Regimes, world: YearWorld) -> Admitted:
    """Place all applicants; staying and applying are [draw, slot, cell, grade], applying is used up."""
    index = gather(model)
    stay = school_totals(staying, index, model)
    rooms = regimes.rooms[regimes.index]
    seats = Seats(stay, rooms, model.grades.planned_size, model.divert_at)
    if np.isfinite(model.divert_at):
        _return_to_zone(model, applying, seats, regimes, world, index)
        diverted = _divert(model, applying, seats, regimes, index)
    else:
        diverted = np.zeros(rooms.shape, dtype=np.int32)
    applied = school_totals(applying, index, model)
    over = np.maximum(applied - free_seats(seats, applied), 0).sum(axis=2, dtype=np.int32)
    pupils = staying + applying
    return Admitted(pupils, stay + applied, over, diverted)


def _pairs(model: Model, school: int) -> tuple[IntArray, IntArray]:
    """Cells and slots that can attend a school."""
    cells, slots = np.nonzero(model.layout.slot_school == school)
    return cells, slots


def _return_to_zone(
    model: Model, applying: CountArray, seats: Seats, regimes: Regimes, world: YearWorld, index: Gather
) -> None:
    applied = school_totals(applying, index, model)
    excess = np.maximum(applied - free_seats(seats, applied), 0)
    lottery = world.schools("admission/lottery")
    for school in np.flatnonzero(excess.any(axis=(0, 2))):
        cells, slots = _pairs(model, int(school))
        home = regimes.home[regimes.index][:, cells]
        foreign = ~regimes.in_zone[:, cells, :, slots].transpose(1, 0, 2)[regimes.index] & (home >= 0)
        movable = applying[:, slots, cells] * foreign
        refused = np.minimum(excess[:, school], movable.sum(axis=1, dtype=np.int32)).astype(np.int32)
        back = even_split(refused, movable.astype(float), lottery[:, school])
        draw, pair, grade = np.nonzero(back)
        count = back[draw, pair, grade]
        applying[draw, slots[pair], cells[pair], grade] -= count
        applying[draw, home[draw, pair, grade], cells[pair], grade] += count


def _divert(model: Model, applying: CountArray, seats: Seats, regimes: Regimes, index: Gather) -> CountArray:
    applied = school_totals(applying, index, model)
    excess = np.maximum(applied - free_seats(seats, applied), 0)
    diverted = np.zeros(applied.shape[:2], dtype=np.int32)
    for school in np.flatnonzero(excess.any(axis=(0, 2))):
        for grade in np.flatnonzero(excess[:, school].any(axis=0)):
            draws = np.flatnonzero(excess[:, school, grade])
            runs = regimes.runs[regimes.index[draws], :, grade]
            some = Diversion(applying[draws], applied[draws], diverted[draws], seats.of(draws), runs)
            _divert_grade(model, some, int(school), int(grade), excess[draws, school, grade])
            applying[draws], applied[draws], diverted[draws] = some.applying, some.applied, some.diverted
    return diverted


@dataclass(frozen=True)
class Diversion:
    """Applications of some draws while diversion works on them in place."""

    applying: CountArray  # [draw, slot, cell, grade]
    applied: CountArray  # [draw, school, grade]
    diverted: CountArray  # [draw, school]
    seats: Seats
    runs: BoolArray  # [draw, school + pseudo] the school is open and has the grade


def _divert_grade(model: Model, some: Diversion, school: int, grade: int, must_go: CountArray) -> None:
    """Send the excess of a school and grade on, last in priority first, each to the nearest free seats of its list."""
    cells, slots = _pairs(model, school)
    order = _last_first(model, cells, slots)
    order = order[some.applying[:, slots[order], cells[order], grade].any(axis=0)]
    stage = int(model.grades.stage_of[grade])
    for cell, slot in zip(cells[order], slots[order], strict=True):
        here = np.minimum(some.applying[:, slot, cell, grade], must_go)
        for target in model.attendance.divert[cell, stage]:
            other = int(model.layout.slot_school[cell, target]) if target >= 0 else school
            if other == school or not some.runs[:, other].any():
                continue
            free = free_seats(some.seats, some.applied, other)[:, grade] - some.applied[:, other, grade]
            take = np.minimum(here, np.maximum(free, 0) * some.runs[:, other]).astype(np.int32)
            some.applying[:, slot, cell, grade] -= take
            some.applying[:, target, cell, grade] += take
            some.applied[:, school, grade] -= take
            some.applied[:, other, grade] += take
            some.diverted[:, other] += take
            here = here - take
            must_go = must_go - take
        if not must_go.any():
            return


def _last_first(model: Model, cells: IntArray, slots: IntArray) -> IntArray:
    """Order of pairs by admission priority, last first: migrant before local, far before near, then by key."""
    distance = model.attendance.distance_km[cells, slots]
    keys = model.layout.slot_keys[cells, slots]
    return np.lexsort((keys, -distance, ~model.layout.migrant[cells]))
