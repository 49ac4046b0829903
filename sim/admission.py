"""One admission pool: entrants, arrivals and pupils who change school apply, full schools divert, nobody is refused.

1. First graders and pupils who change school apply where those of their home did in the reference world, as far as the
   shares of the home (zone school, choice outside the zone, private, other county; of pupils who change school among
   public schools) are the same: of a school whose share falls from e to e', e' / e of them still do, and the others go
   to the schools whose share rises.  Whom only this case has, and children who moved here, apply by its shares.
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
from sim.kernels_follow import Choice, fill_choices
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network import Regime
from sim.policy import YearPolicy
from sim.reference_world import ReferenceYear, public_shares
from sim.seats import Seats, free_seats, gather, school_totals
from sim.streams import draw_steps
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
    teaches: BoolArray  # [regime, school + pseudo, grade]
    rooms: IntArray  # [regime, school]


def stack(regimes: list[Regime], index: IntArray) -> Regimes:
    """Stack the regimes of a year; index: regime of each draw, [draw]."""
    return Regimes(
        index,
        np.stack([r.shares for r in regimes]),
        np.stack([r.home for r in regimes]),
        np.stack([r.in_zone for r in regimes]),
        np.stack([r.runs for r in regimes]),
        np.stack([r.teaches for r in regimes]),
        np.stack([r.rooms for r in regimes]),
    )


@dataclass(frozen=True)
class Seekers:
    """Who looks for a school, [draw, cell, grade] each."""

    first: CountArray  # first graders, and pupils who change school
    moved_here: CountArray  # with their homes
    members: CountArray | None = None  # from other members of a programme


def apply(
    model: Model, seekers: Seekers, regimes: Regimes, guide: ReferenceYear, world: YearWorld, chance: Chance
) -> CountArray:
    """Applications [draw, slot, cell, grade]."""
    out = np.zeros(guide.placed.shape, dtype=np.int32)
    known = np.minimum(seekers.first, guide.placed.sum(axis=1, dtype=np.int32))
    _as_before(model, known, regimes, guide, world, out)
    more = seekers.first - known
    newcomers, changing = seekers.moved_here.copy(), more.copy()
    newcomers[:, :, 0] += more[:, :, 0]
    changing[:, :, 0] = 0
    _apply(model, _Pool(newcomers, regimes.shares, "admission/choice"), regimes, world, chance, out)
    public = _public(model, regimes.shares)
    _apply(model, _Pool(changing, public, "admission/change"), regimes, world, chance, out)
    if seekers.members is not None:
        _apply(model, _Pool(seekers.members, public, "admission/members"), regimes, world, chance, out)
    return out


def _as_before(
    model: Model, count: CountArray, regimes: Regimes, guide: ReferenceYear, world: YearWorld, out: CountArray
) -> None:
    """Applications of those whom the reference world had, too, added to `out`; count: [draw, cell, grade]."""
    then, now = guide.shares.copy(), regimes.shares.copy()
    then[:, 1:] = public_shares(model, then)[:, 1:]
    now[:, :, 1:] = public_shares(model, now)[:, :, 1:]
    choice = Choice(
        regimes.index,
        now,
        then,
        np.asarray((now == then).all(axis=3)),
        world.choices("admission/again"),
        draw_steps(world.draws),
        world.grades_of_cells("admission/which"),
        model.rounded,
    )
    fill_choices(count, guide.placed, choice, out)


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


def _apply(model: Model, one: _Pool, regimes: Regimes, world: YearWorld, chance: Chance, out: CountArray) -> None:
    """Add the applications of one pool to `out`."""
    layout = model.layout
    # Pseudo-schools and padding (index -1, the last column) have no attractiveness of their own.
    trait = np.hstack([world.trait, np.ones((len(out), len(PSEUDO_SCHOOLS) + 1))])
    keys, steps = world.choices(one.stream), draw_steps(world.draws)
    wishes = Wishes(regimes.index, one.shares, trait, layout.slot_school, layout.pseudo.start, keys, steps)
    fill_applications(one.count, wishes, chance.rounded, out)


def admit(
    model: Model, staying: CountArray, applying: CountArray, regimes: Regimes, world: YearWorld, policy: YearPolicy
) -> Admitted:
    """Place all applicants; staying and applying are [draw, slot, cell, grade], applying is used up."""
    index = gather(model)
    stay, applied = school_totals(staying, index, model), school_totals(applying, index, model)
    rooms = regimes.rooms[regimes.index]
    seats = Seats(stay, rooms, policy.planned_size, policy.divert_at)
    diverted = np.zeros(rooms.shape, dtype=np.int32)
    if np.isfinite(policy.divert_at):
        asking = Asking(applying, applied, diverted, policy.divert)
        _return_to_zone(model, asking, seats, regimes, world)
        _divert(model, asking, seats, regimes)
    over = np.maximum(applied - free_seats(seats, applied), 0).sum(axis=2, dtype=np.int32)
    return Admitted(staying + applying, stay + applied, over, diverted)


@dataclass(frozen=True)
class Asking:
    """Applications while admission works on them in place; `applied` always holds their sums over schools."""

    applying: CountArray  # [draw, slot, cell, grade]
    applied: CountArray  # [draw, school, grade]
    diverted: CountArray  # [draw, school]
    lists: IntArray  # [cell, stage, rank] slots to which a home may be diverted


def _pairs(model: Model, school: int) -> tuple[IntArray, IntArray]:
    """Cells and slots that can attend a school."""
    cells, slots = np.nonzero(model.layout.slot_school == school)
    return cells, slots


def _return_to_zone(model: Model, asking: Asking, seats: Seats, regimes: Regimes, world: YearWorld) -> None:
    applying, applied = asking.applying, asking.applied
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
        count, target = back[draw, pair, grade], home[draw, pair, grade]
        applying[draw, slots[pair], cells[pair], grade] -= count
        applying[draw, target, cells[pair], grade] += count
        applied[:, school] -= refused
        np.add.at(applied, (draw, model.layout.slot_school[cells[pair], target], grade), count)


def _divert(model: Model, asking: Asking, seats: Seats, regimes: Regimes) -> None:
    excess = np.maximum(asking.applied - free_seats(seats, asking.applied), 0)
    for school in np.flatnonzero(excess.any(axis=(0, 2))):
        for grade in np.flatnonzero(excess[:, school].any(axis=0)):
            draws = np.flatnonzero(excess[:, school, grade])
            runs = regimes.runs[regimes.index[draws], :, grade]
            full = _Full(int(school), int(grade), draws, runs, excess[draws, school, grade])
            _divert_grade(model, asking, seats, full)


@dataclass(frozen=True)
class _Full:
    """A school and grade with more applicants than seats, in some draws."""

    school: int
    grade: int
    draws: IntArray
    runs: BoolArray  # [draw, school + pseudo] the school is open and has the grade
    must_go: CountArray  # [draw]


def _divert_grade(model: Model, asking: Asking, seats: Seats, full: _Full) -> None:
    """Send the excess of a school and grade on, last in priority first, each to the nearest free seats of its list."""
    applying, applied, draws, grade = asking.applying, asking.applied, full.draws, full.grade
    cells, slots = _pairs(model, full.school)
    order = _last_first(model, cells, slots, grade)
    order = order[applying[draws[:, None], slots[order], cells[order], grade].any(axis=0)]
    must_go = full.must_go
    for cell, slot in zip(cells[order], slots[order], strict=True):
        here = np.minimum(applying[draws, slot, cell, grade], must_go)
        for target in asking.lists[cell, int(model.grades.stage_of[grade])]:
            other = int(model.layout.slot_school[cell, target]) if target >= 0 else full.school
            if other == full.school or not full.runs[:, other].any():
                continue
            free = free_seats(seats.at(draws, other), applied[draws, other][:, None])[:, 0, grade]
            room = np.maximum(free - applied[draws, other, grade], 0) * full.runs[:, other]
            take = np.minimum(here, room).astype(np.int32)
            applying[draws, slot, cell, grade] -= take
            applying[draws, target, cell, grade] += take
            applied[draws, full.school, grade] -= take
            applied[draws, other, grade] += take
            asking.diverted[draws, other] += take
            here = here - take
            must_go = must_go - take
        if not must_go.any():
            return


def _last_first(model: Model, cells: IntArray, slots: IntArray, grade: int) -> IntArray:
    """Order of pairs by admission priority, last first: migrant before local, far before near, then by key.

    Far is what the travel limit of the stage measures: minutes where it is in minutes, else kilometres.
    """
    distance = model.attendance.way[cells, slots, int(model.grades.stage_of[grade])]
    keys = model.layout.slot_keys[cells, slots]
    return np.lexsort((keys, -distance, ~model.layout.migrant[cells]))
