"""The school rule of the resource indicators, and standard schools with their share in the county.

Symbols: x[i] resource indicator i of a school and stage, b[i] its threshold, q[i] = x[i] / b[i] (b / x for a most).

    met      number of i with q[i] >= 1                 broken below the bound of the pack (6 of 7)
    lowest   min_i q[i]                                 broken below the bound of the pack (0.85)
    standard a school that breaks none of the clauses of the pack's definition that year, in any stage
    share    standard schools / schools that the definition is for, open with pupils

What is unknown is not met and not missed: met is known where every q[i] is, or where the known ones alone break the
rule.  A share with unknown schools has a least and a most.  Page: docs/science/coefficients.md.
Tests: tests/sim/test_school_standard.py.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.balance import value_of
from sim.clauses import ClauseBreach, applies, breach_of, pupils_of, without_data
from sim.clauses_inputs import ClauseBound, named

if TYPE_CHECKING:
    from sim.reduced import Reduced

_EPS = 1e-9


@dataclass(frozen=True)
class Reached:
    """Resource indicators of a stage against their thresholds, [draw, year, school]."""

    met: NDArray[np.int8]
    unknown: NDArray[np.int8]
    lowest: FloatArray  # of the known ones, inf where none is
    missing: tuple[BoolArray, ...]  # by indicator, in the order of `names`
    names: tuple[str, ...]


def reached(one: "Reduced", stage: str) -> Reached | None:
    """Resource indicators of a stage that have thresholds; None where the pack has none."""
    inputs = one.details.balance
    bounds = [inputs.thresholds[name, stage] for name in inputs.resources if (name, stage) in inputs.thresholds]
    if not bounds:
        return None
    shape = one.now.result.rolls.shape[:3]
    at = np.flatnonzero(np.logical_or.reduce([bound.when.schools for bound in bounds]))
    small = (*shape[:2], len(at))
    met, unknown = np.zeros(small, dtype=np.int8), np.zeros(small, dtype=np.int8)  # a few indicators
    lowest, missing = np.full(small, np.inf), []
    for bound in bounds:
        found = value_of(one, bound.indicator, stage)
        if found is None:
            quota = np.full((1, 1, len(at)), np.nan)
        else:  # constant figures stay one row, which the sums below stretch
            value = found.value[:1, :1] if found.source == "imported" else found.value
            quota = _quota(value[:, :, at], bound)
        gone = np.isnan(quota)
        with np.errstate(invalid="ignore"):
            met += quota >= 1.0 - _EPS
        unknown += gone
        lowest = np.fmin(lowest, quota)
        missing.append(np.broadcast_to(_spread(gone, at, shape[2], True), shape))
    names = tuple(bound.indicator for bound in bounds)
    spread = (_spread(met, at, shape[2], 0), _spread(unknown, at, shape[2], len(bounds)))
    return Reached(*spread, _spread(lowest, at, shape[2], np.inf), tuple(missing), names)


def _spread(values: NDArray[Any], at: IntArray, schools: int, rest: float | bool) -> NDArray[Any]:
    """Values of some schools among all of them, [draw, year, school]."""
    out = np.full((*values.shape[:2], schools), rest, dtype=values.dtype)
    out[:, :, at] = values
    return out


def _quota(value: FloatArray, bound: ClauseBound) -> FloatArray:
    """Value over its bound, the other way round for a most."""
    if bound.direction == "at_least":
        return np.asarray(value / bound.limit)
    with np.errstate(divide="ignore"):
        return np.asarray(bound.limit / value)


def resource_breaches(one: "Reduced") -> tuple[tuple[ClauseBreach, Reached], ...]:
    """The rules on how many indicators are met and on the lowest one, by stage; value nan: cannot be known."""
    found = []
    by_stage: dict[str, Reached | None] = {}
    for bounds, lowest in ((one.details.balance.met, False), (one.details.balance.rest, True)):
        for bound in bounds:
            if bound.stage not in by_stage:
                by_stage[bound.stage] = reached(one, bound.stage)
            got = by_stage[bound.stage]
            if got is not None:
                found.append((_breach(one, bound, got, lowest), got))
    return tuple(found)


def _breach(one: "Reduced", bound: ClauseBound, got: Reached, lowest: bool) -> ClauseBreach:
    there = applies(one, bound)
    if lowest:
        wrong, value = got.lowest < bound.limit - _EPS, got.lowest
    else:
        wrong, value = got.met + got.unknown < bound.limit - _EPS, got.met.astype(float)
    known = (got.unknown == 0) | wrong
    return ClauseBreach(
        bound, np.where(known & there, value, np.nan), there, wrong & there, np.zeros(there.shape, dtype=np.int64)
    )


def imported_breaches(one: "Reduced", wanted: tuple[str, ...]) -> tuple[ClauseBreach, ...]:
    """Clauses, by code or family, on imported indicators of which the study has a value, in the order of the pack."""
    shape = one.now.result.rolls.shape[:3]
    found = []
    for bound in one.details.balance.imported:
        value = one.details.imported.of(bound.indicator, bound.stage) if named(bound.code, wanted) else None
        if value is not None:
            constant = np.broadcast_to(value, shape)
            found.append(breach_of(bound, constant, applies(one, bound), pupils_of(one, bound.stage)))
    return tuple(found)


@dataclass(frozen=True)
class Standard:
    """Whether schools are standard schools, [draw, year, school]."""

    counted: BoolArray
    broken: BoolArray
    unknown: BoolArray  # nothing known is broken, and something is not known

    @property
    def met(self) -> BoolArray:
        """Standard schools, [draw, year, school]."""
        return np.asarray(self.counted & ~self.broken & ~self.unknown)


def standard_schools(one: "Reduced") -> Standard | None:
    """Standard schools by the definition of the pack; None where it has none, or the study nothing that it needs."""
    wanted = one.details.balance.standard
    if not wanted:
        return None
    shape = one.now.result.rolls.shape[:3]
    counted, broken, unknown = (np.zeros(shape, dtype=bool) for _ in range(3))
    pupils = one.now.result.rolls.sum(axis=3) > 0
    for bound, breach in zip(one.assessment.bounds, one.now.breaches, strict=True):
        if named(bound.code, wanted):
            counted |= pupils & ~np.isnan(bound.limit)
            broken |= breach.broken
    given = (*one.clauses, *imported_breaches(one, wanted))
    for clause in (*given, *(breach for breach, _ in one.resources)):
        if named(clause.bound.code, wanted):
            counted |= clause.applies
            broken |= clause.broken
            unknown |= clause.unknown
    judged = {(clause.bound.code, clause.bound.stage) for clause in given}
    silent = [*without_data(one), *one.details.balance.imported]
    for quiet in silent:
        if named(quiet.code, wanted) and (quiet.code, quiet.stage) not in judged:
            unknown |= applies(one, quiet)
    # A school that every clause of the definition leaves out is not counted.
    return Standard(counted, broken & counted, unknown & counted & ~broken)
