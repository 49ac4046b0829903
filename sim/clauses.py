"""Clauses on indicators of schools, judged draw by draw and year by year.

Symbols: x indicator of a school and stage, b its bound moved by the tolerance, N pupils of the stage.

    broken   x < b for a least, x > b for a most; never where the clause is not for the school that year, or x unknown
    over     ceil(N (1 - x / b)) pupils beyond what the stock carries (a least); ceil(N (1 - b / x)) (a most)
    for      the school meets the clause's conditions that year, no clause that replaces it holds, it is not exempt

A value within 1e-9 of the bound (relative) keeps it: sums of decimals are not exact.
Page: docs/science/indicators.md.  Tests: tests/sim/test_clauses.py.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.classes import taught
from sim.clauses_inputs import ClauseBound, When
from sim.indicators import EVERY, INDICATORS, stock

if TYPE_CHECKING:
    from sim.reduced import Reduced


_EPS = 1e-9


@dataclass(frozen=True)
class ClauseBreach:
    """One clause and stage with its indicator in every draw and year."""

    bound: ClauseBound
    value: FloatArray  # [draw, year, school] nan: unknown, or no pupils of the stage
    applies: BoolArray  # [draw, year, school] it is for the school that year, which has pupils of the stage
    broken: BoolArray  # [draw, year, school]
    over: IntArray  # [draw, year, school] pupils beyond what the stock carries

    @property
    def unknown(self) -> BoolArray:
        """The clause is for the school and its value is not known, [draw, year, school]."""
        return np.asarray(self.applies & np.isnan(self.value))


def clause_breaches(one: "Reduced") -> tuple[ClauseBreach, ...]:
    """Every clause of the pack that a run judges, of which the study has data, in the order of the pack."""
    return one.clauses


def judge_clauses(one: "Reduced") -> tuple[ClauseBreach, ...]:
    """`clause_breaches`, computed; a clause and stage without any data is left out (`without_data`)."""
    found = []
    for bound in one.details.clauses.bounds:
        value = INDICATORS[bound.indicator].value(one, bound.stage)
        if value is not None:
            limit = limits_of(one, bound)
            found.append(breach_of(bound, value, applies(one, bound), pupils_of(one, bound.stage), limit))
    return tuple(found)


def without_data(one: "Reduced") -> tuple[ClauseBound, ...]:
    """Clauses and stages that could be judged if the study had data."""
    there = {(breach.bound.code, breach.bound.stage) for breach in one.clauses}
    return tuple(bound for bound in one.details.clauses.bounds if (bound.code, bound.stage) not in there)


def limits_of(one: "Reduced", bound: ClauseBound) -> FloatArray:
    """The bound, [1, 1, 1], or by classes of the stage [draw, year, school]: linear between the sizes of the clause.

    Schools smaller than the smallest size have its bound, larger ones than the largest that one.
    """
    if not bound.sizes:
        return np.full((1, 1, 1), bound.limit)
    grades = one.model.grades
    names = one.sharing if bound.stage == EVERY else (bound.stage,)
    chosen = np.isin(grades.stage_of, [grades.stages.index(name) for name in names])
    classes = one.now.result.classes[..., chosen].sum(axis=3)
    at, limits = (np.array(column, dtype=float) for column in zip(*bound.sizes, strict=True))
    found: FloatArray = np.interp(classes, at, limits)
    return found


def breach_of(
    bound: ClauseBound, value: FloatArray, applies: BoolArray, pupils: IntArray, limits: FloatArray | None = None
) -> ClauseBreach:
    """Hold values [draw, year, school] against a bound, or one of each; pupils: of the stage, the same shape."""
    least = bound.direction == "at_least"
    limit = np.broadcast_to(np.full((1, 1, 1), bound.limit) if limits is None else limits, value.shape)
    slack = _EPS * np.maximum(np.abs(limit), 1.0)
    with np.errstate(invalid="ignore"):
        wrong = value < limit - slack if least else value > limit + slack
    broken = wrong & applies
    over = np.zeros(value.shape, dtype=np.int64)
    x, n, b = value[broken], pupils[broken], limit[broken]
    carried = n * (x / b if least else b / x)
    over[broken] = np.ceil(n - carried - 1e-6).astype(np.int64)
    return ClauseBreach(bound, value, applies, broken, over)


def pupils_of(one: "Reduced", stage: str) -> IntArray:
    """Pupils of a stage, or of all stages that share what the school owns, [draw, year, school]."""
    if stage != EVERY:
        return one.pupils[stage]
    total: IntArray = np.sum([one.pupils[name] for name in one.sharing], axis=0)
    return total


def applies(one: "Reduced", bound: ClauseBound) -> BoolArray:
    """Whether a clause is for a school that year, which has pupils of its stage, [draw, year, school]."""
    found = _holds(one, bound.when, bound.stage) & (pupils_of(one, bound.stage) > 0)
    for other in bound.unless:
        found = found & ~_holds(one, other, bound.stage)
    return found


def _holds(one: "Reduced", when: When, stage: str) -> BoolArray:
    """Schools that meet a condition, [draw, year, school] or what broadcasts to it.

    Pupils are those of all stages that share what the school owns; classes those of the stage.
    """
    found = when.schools
    if when.pupils_below is not None:
        found = found & (pupils_of(one, EVERY) < when.pupils_below)
    if when.largest_class_below is not None:
        found = found & (_largest(one, stage) < when.largest_class_below)
    if when.boarding is not None:
        beds = stock(one, "beds")
        boards = np.zeros(len(when.schools), dtype=bool) if beds is None else beds > 0.0
        found = found & (boards if when.boarding else ~boards)
    return found


def _largest(one: "Reduced", stage: str) -> IntArray:
    """Pupils of the largest class of a stage, or of all that share the school, [draw, year, school]."""
    grades, result = one.model.grades, one.now.result
    names = one.sharing if stage == EVERY else (stage,)
    chosen = np.isin(grades.stage_of, [grades.stages.index(name) for name in names])
    classes = result.classes[..., chosen]
    rolls = taught(result.rolls[..., chosen], classes)
    largest: IntArray = (-(-rolls // np.maximum(classes, 1))).max(axis=3, initial=0)
    return largest
