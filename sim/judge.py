"""Breaches of the clauses by draw, year and school, and what they say together.

Per draw: does a school break the clause anywhere in the decision window?  H[s] = share of draws without any breach.
Verdict: holds if the Wilson interval of H lies above p*, fails if it lies below one half, at risk between, undecided
when it straddles p* (raise draws); years after the window are an outlook.  Source: DESIGN section 7; Wilson (1927),
95 % interval.  Tests: tests/sim/test_judge.py.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.classes import taught
from sim.classes_formation import base_classes
from sim.classes_shared import Rules
from sim.kernels_crowd import fill_crowd
from sim.kernels_shared import fill_crowd_shared
from sim.ladders import class_ladder, whole
from sim.model import Grades, Model

Number = TypeVar("Number", np.int64, np.float64)

Word = Literal["holds", "at-risk", "fails", "undecided", "not-assessed"]

Z95 = 1.959963984540054
FAILS_BELOW = 0.5


@dataclass(frozen=True)
class Bound:
    """One clause turned into bounds for the schools it applies to."""

    code: str
    indicator: str  # school_size | class_size | rooms
    stages: tuple[str, ...]
    limit: FloatArray  # [school] nan where the clause does not apply
    verified: bool = True  # False: the bound is from memory (source grade M)


@dataclass(frozen=True)
class Breach:
    """Breach of one clause: the value against its limit in every draw and year."""

    value: IntArray  # [draw, year, school] the indicator: pupils of the school, or of its largest class
    over: IntArray  # [draw, year, school] pupils beyond the limit (for classes: summed over classes)
    broken: BoolArray  # [draw, year, school]


@dataclass(frozen=True)
class Forms:
    """Rolls and the classes formed from them, [draw, year, school, grade]; `CaseResult` has the same fields."""

    rolls: NDArray[np.integer]
    classes: NDArray[np.integer]
    short: BoolArray  # [draw, year, school]


class Formed(Protocol):
    """What `measure` needs of a case."""

    @property
    def rolls(self) -> NDArray[np.integer]:
        """Pupils [draw, year, school, grade]."""

    @property
    def classes(self) -> NDArray[np.integer]:
        """Classes [draw, year, school, grade]."""

    @property
    def short(self) -> BoolArray:
        """Fewer rooms than grades with pupils [draw, year, school]."""


def stage_grades(grades: Grades, stages: tuple[str, ...]) -> BoolArray:
    """Grades of the named stages, [grade]."""
    return np.isin(grades.stage_of, [i for i, name in enumerate(grades.stages) if name in stages])


def measure(result: Formed, bound: Bound, grades: Grades) -> Breach:
    """The indicator of a clause in every draw, year and school; zero where the clause does not apply."""
    held = np.flatnonzero(~np.isnan(bound.limit))
    shape = result.rolls.shape[:3]
    value, over = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    broken = np.zeros(shape, dtype=bool)
    value[:, :, held], over[:, :, held] = _indicator(result, bound, grades, held)
    broken[:, :, held] = value[:, :, held] > bound.limit[held]
    return Breach(value, over, broken)


def _indicator(result: Formed, bound: Bound, grades: Grades, held: IntArray) -> tuple[IntArray, IntArray]:
    """Value and pupils over of the schools a clause applies to, [draw, year, held] each."""
    if bound.indicator == "rooms":
        short = result.short[:, :, held].astype(np.int64)
        return short, np.zeros_like(short)
    chosen = np.flatnonzero(stage_grades(grades, bound.stages))
    rolls = result.rolls[:, :, held][..., chosen].astype(np.int32)
    cap = np.floor(bound.limit[held]).astype(np.int32)
    if bound.indicator == "school_size":
        pupils = rolls.sum(axis=-1, dtype=np.int64)
        return pupils, np.maximum(pupils - cap, 0)
    count = result.classes[:, :, held][..., chosen].astype(np.int32)
    pupils, count = taught(rolls, count), np.maximum(count, 1)
    # Even classes: n pupils in k classes are k - n mod k of the smaller size and n mod k of one more.
    small = pupils // count
    extra = pupils - small * count
    largest = (small + (extra > 0)).max(axis=-1, initial=0)
    limit = cap[:, None]
    beyond = (count - extra) * np.maximum(small - limit, 0) + extra * np.maximum(small + 1 - limit, 0)
    return largest.astype(np.int64), beyond.sum(axis=-1, dtype=np.int64)


def wilson(successes: IntArray | int, draws: int) -> tuple[FloatArray, FloatArray]:
    """Wilson 95 % interval of a probability, element by element."""
    share = np.asarray(successes, dtype=float) / draws
    z2 = Z95**2 / draws
    centre = (share + z2 / 2.0) / (1.0 + z2)
    half = Z95 * np.sqrt(share * (1.0 - share) / draws + z2 / (4.0 * draws)) / (1.0 + z2)
    return centre - half, centre + half


def word(successes: int, draws: int, required: float) -> Word:
    """Verdict of one clause from the number of draws without a breach.

    One draw (the deterministic run) holds or fails: there is no probability to be unsure of.
    """
    if draws == 1:
        return "holds" if successes else "fails"
    share = successes / draws
    low, high = (float(x) for x in wilson(successes, draws))
    if low < required < high:
        return "undecided"
    if share >= required:
        return "holds"
    return "fails" if share < FAILS_BELOW else "at-risk"


def today_facts(model: Model, rules: tuple[Bound, ...]) -> list[tuple[Bound, str, str, int, int, float, int]]:
    """Limits broken in the base year: bound, scope, stage, school index, value, limit, pupils over."""
    ladder = class_ladder(model)
    rolls, model = ladder.rolls[None, None], whole(model)
    classes = base_classes(model.formation, ladder)
    found = []
    for bound in rules:
        breach = measure(Forms(rolls, classes.count[None, None], classes.short[None, None]), bound, model.grades)
        named = [stage for stage in bound.stages if stage in model.grades.stages]
        stage = named[0] if len(named) == 1 else "all"
        scope = "class" if bound.indicator == "class_size" else "school"
        for school in np.flatnonzero(breach.broken[0, 0] & model.exists):
            value, over = int(breach.value[0, 0, school]), int(breach.over[0, 0, school])
            found.append((bound, scope, stage, int(school), value, float(bound.limit[school]), over))
    return found


def crowd_size(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], rules: Rules | None = None
) -> FloatArray:
    """Largest roll of the same grade mix whose classes all keep the planned size in the rooms, [...] from [..., grade].

    planned: [grade], or the last axes of rolls, e.g. [year, school, grade].  rules: which grades may share a class
    (`sim.classes_formation.seat_rules`), by the schools of the axis before the grades; None: every grade for itself.

    Scales every grade by one factor; the factor is found by bisection on sum ceil(f n / planned) <= rooms.
    """
    flat = np.ascontiguousarray(rolls, dtype=np.int32).reshape(-1, rolls.shape[-1])
    room = np.ascontiguousarray(np.broadcast_to(rooms, rolls.shape[:-1]), dtype=np.int32).reshape(-1)
    out = np.empty(len(flat))
    if rolls.shape[-planned.ndim :] != planned.shape:
        raise ValueError(f"planned sizes {planned.shape} do not fit rolls {rolls.shape}")
    sizes = np.ascontiguousarray(planned, dtype=np.int64).reshape(-1, rolls.shape[-1])
    fill_crowd(flat, room, sizes, out)
    seats: FloatArray = out.reshape(rolls.shape[:-1])
    if rules is not None:
        for school in np.flatnonzero(rules.may.any(axis=1)):
            seats[..., school] = _shared_size(rolls, rooms, planned, rules, int(school))
    return seats


def _shared_size(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], rules: Rules, school: int
) -> FloatArray:
    """`crowd_size` of one school whose grades may share classes, [...] without the axis of schools."""
    mine = rolls[..., school, :]
    flat = np.ascontiguousarray(mine, dtype=np.int64).reshape(-1, rolls.shape[-1])
    room = np.broadcast_to(rooms, rolls.shape[:-1])[..., school]
    size = planned if planned.ndim == 1 else planned[..., school, :]
    out = np.empty(len(flat))
    sizes = np.ascontiguousarray(size, dtype=np.int64).reshape(-1, rolls.shape[-1])
    fill_crowd_shared(flat, np.ascontiguousarray(room, dtype=np.int64).reshape(-1), sizes, rules, school, out)
    return out.reshape(mine.shape[:-1])


def safe_seats(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], required: float
) -> FloatArray:
    """Roll at which every class keeps its norm with probability `required`, [year, school]; the mix of grades is known.

    rolls: [draw, year, school, grade]; planned: as of `crowd_size`; the simulated unevenness of grades is what makes
    rooms x norm too much (about .72 of it for 12 classes, .90 for 36 when cohorts differ by 17 %).  Equals the
    (1 - required) quantile over draws of `crowd_size`.
    """
    return safe_seats_both(rolls, rooms, planned, required)[0]


def safe_seats_both(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], required: float,
    rules: Rules | None = None,
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """Safe seats for a known mix of grades, as `safe_seats`, and for an expected roll, [year, school] each.

    For an expected roll the pupils vary between draws, too: mean roll x the (1 - required) quantile of
    `crowd_size` / roll, over the draws in which the school has pupils; 0 where it never has.  rules: as `crowd_size`.
    """
    draws, cells = len(rolls), rolls.shape[1:-1]
    seats = _by_cell(crowd_size(rolls, rooms, planned, rules))
    total = _by_cell(rolls.sum(axis=-1, dtype=np.int64))
    known = np.sort(seats, axis=1)[:, int(np.floor((draws - 1) * (1.0 - required)))]
    scale = np.divide(seats, total, out=np.full(seats.shape, np.inf), where=total > 0)
    scale.sort(axis=1)  # draws without pupils stand behind all others
    filled = (total > 0).sum(axis=1)
    place = np.floor((1.0 - required) * np.maximum(filled - 1, 0) + 1e-9).astype(np.int64)
    least = np.where(filled > 0, scale[np.arange(len(scale)), place], 0.0)
    mean = np.divide(total.sum(axis=1), filled, out=np.zeros(filled.shape), where=filled > 0)
    return np.floor(known).reshape(cells), np.floor(mean * least + 1e-9).reshape(cells)


def _by_cell(values: NDArray[Number]) -> NDArray[Number]:
    """[cell, draw] of [draw, ...]: the draws of a cell side by side, to be sorted fast."""
    return np.ascontiguousarray(values.reshape(len(values), -1).T)
