"""Breaches of the clauses by draw, year and school, and what they say together.

Per draw: does a school break the clause anywhere in the decision window?  H[s] = share of draws without any breach.
Verdict: holds if the Wilson interval of H lies above p*, fails if it lies below one half, at risk between, undecided
when it straddles p* (raise draws); years after the window are an outlook.  Source: DESIGN section 7; Wilson (1927),
95 % interval.  Tests: tests/sim/test_judge.py.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.classes import form_classes
from sim.model import Grades, Model
from sim.seats import gather, school_totals

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

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
    """The indicator of a clause in every draw, year and school."""
    chosen = stage_grades(grades, bound.stages)
    limit = np.where(np.isnan(bound.limit), np.inf, bound.limit)
    rolls = result.rolls[..., chosen].astype(np.int64)
    if bound.indicator == "rooms":
        value = result.short.astype(np.int64)
        over = np.zeros(value.shape)
    elif bound.indicator == "school_size":
        value = rolls.sum(axis=-1)
        over = np.maximum(value - limit, 0.0)
    else:
        count = np.maximum(result.classes[..., chosen].astype(np.int64), 1)
        value = (-(-rolls // count)).max(axis=-1, initial=0)
        # Even classes: n pupils in k classes are k - n mod k of the smaller size and n mod k of one more.
        small, extra = rolls // count, rolls % count
        cap = limit[:, None]
        beyond = (count - extra) * np.maximum(small - cap, 0.0) + extra * np.maximum(small + 1 - cap, 0.0)
        over = beyond.sum(axis=-1)
    return Breach(value, over.astype(np.int64), value > limit)


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
    rolls = school_totals(model.pupils.transpose(1, 0, 2)[None], gather(model), model)[:, None]
    rooms = model.rooms[None, None]
    classes = form_classes(rolls, rooms, model.grades.planned_size)
    found = []
    for bound in rules:
        breach = measure(Forms(rolls, classes.count, classes.short), bound, model.grades)
        named = [stage for stage in bound.stages if stage in model.grades.stages]
        stage = named[0] if len(named) == 1 else "all"
        scope = "class" if bound.indicator == "class_size" else "school"
        for school in np.flatnonzero(breach.broken[0, 0] & model.exists):
            value, over = int(breach.value[0, 0, school]), int(breach.over[0, 0, school])
            found.append((bound, scope, stage, int(school), value, float(bound.limit[school]), over))
    return found


def crowd_size(rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer]) -> FloatArray:
    """Largest roll of the same grade mix whose classes all keep the planned size in the rooms, [...] from [..., grade].

    Scales every grade by one factor; the factor is found by bisection on sum ceil(f n / planned) <= rooms.
    """
    n = rolls.reshape(-1, rolls.shape[-1]).astype(float)
    room = np.broadcast_to(rooms, rolls.shape[:-1]).reshape(-1).astype(float)
    total = n.sum(axis=1)
    low = np.zeros(len(n))
    high = np.divide(room * planned.max(), total, out=np.zeros(len(n)), where=total > 0.0) + 1e-9
    for _ in range(30):
        middle = 0.5 * (low + high)
        fits = np.ceil(n * middle[:, None] / planned - 1e-9).sum(axis=1) <= room
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    size: FloatArray = np.floor(low * total + 1e-6).reshape(rolls.shape[:-1])
    return size


def safe_seats(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], required: float
) -> FloatArray:
    """Roll at which every class keeps its norm with probability `required`, [year, school].

    rolls: [draw, year, school, grade]; the simulated unevenness of grades is what makes rooms x norm too much (about
    .67 of it for 12 classes, .86 for 36).  Equals the (1 - required) quantile over draws of `crowd_size`.
    """
    seats = crowd_size(rolls, rooms, planned)
    out: FloatArray = np.floor(np.quantile(seats, 1.0 - required, axis=0, method="lower"))
    return out
