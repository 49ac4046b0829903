"""Difference coefficients of a case in every draw and year, and whether they break the clauses on them.

A coefficient is that of one resource indicator and stage (`sim/coefficients.py`) over the schools for which the clause
is that year; the indicator is simulated where a run can make it (`sim/indicators.py`), else imported and constant.
With `each`, a clause is broken where any coefficient is above the limit; with `mean`, where their mean is, or one of
them is above `each_at_most`.  An indicator that is unknown for a school has no coefficient: the clause is then not
assessed, unless the known ones fail it already.  Page: docs/science/coefficients.md.  Tests: tests/sim/test_balance.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray
from sim.clauses import applies
from sim.clauses_inputs import ClauseBound
from sim.coefficients import Coefficient, coefficients, composite
from sim.indicators import INDICATORS
from sim.summary import window_of

if TYPE_CHECKING:
    from sim.reduced import Reduced


MEAN = "mean"
"""Name of the mean of all coefficients."""
_EPS = 1e-9


@dataclass(frozen=True)
class Known:
    """Values of an indicator, [draw, year, school], and where they come from."""

    value: FloatArray
    source: str  # simulated | imported


def value_of(one: "Reduced", name: str, stage: str) -> Known | None:
    """An indicator of schools: simulated where known, else imported; None where the study has neither."""
    judged = (b.value for b in one.clauses if (b.bound.indicator, b.bound.stage) == (name, stage))
    made = next(judged, None)
    if made is None and name in INDICATORS:
        made = INDICATORS[name].value(one, stage)
    if made is not None and np.isnan(made).all():
        made = None
    given = one.details.imported.of(name, stage)
    if given is None:
        return None if made is None else Known(made, "simulated")
    constant = np.broadcast_to(given, one.now.result.rolls.shape[:3])
    if made is None:
        return Known(constant, "imported")
    return Known(np.where(np.isnan(made), constant, made), "simulated")


@dataclass(frozen=True)
class Judged:
    """One clause on coefficients with those of every indicator; None: the study has no value of any school."""

    bound: ClauseBound
    weight: NDArray[np.int64]  # [draw, year, school] pupils of schools that count
    parts: Mapping[str, Coefficient | None]
    sources: Mapping[str, str]
    missing: Mapping[str, tuple[int, ...]]  # schools without a value in the window, by indicator

    @property
    def mean(self) -> Coefficient | None:
        """Mean of all coefficients; None where one of them has no value at all."""
        there = [part for part in self.parts.values() if part is not None]
        if len(there) < len(self.parts):
            return None
        return Coefficient(composite([p.weighted for p in there]), composite([p.unweighted for p in there]))


def judge_coefficients(one: "Reduced") -> tuple[Judged, ...]:
    """Every clause on coefficients of which the study knows something, in the order of the pack."""
    inside, inputs = window_of(one.model, one.assessment), one.details.balance
    found = []
    for bound in inputs.coefficients:
        counted = applies(one, bound)
        weight = np.where(counted, one.pupils[bound.stage], 0)
        known = {name: value_of(one, name, bound.stage) for name in inputs.resources}
        if all(value is None for value in known.values()):
            continue
        at = np.flatnonzero(counted.any(axis=(0, 1)))
        every = tuple(np.flatnonzero(counted[:, inside].any(axis=(0, 1))).tolist())
        missing = {
            name: every
            if value is None
            else tuple(np.flatnonzero((np.isnan(value.value) & counted)[:, inside].any(axis=(0, 1))).tolist())
            for name, value in known.items()
        }
        parts = {
            name: None if v is None else coefficients(v.value[..., at], weight[..., at]) for name, v in known.items()
        }
        sources = {name: "" if value is None else value.source for name, value in known.items()}
        found.append(Judged(bound, weight, parts, sources, missing))
    return tuple(found)


def broken_by(one: "Reduced", judged: Judged, weighted: bool = True) -> BoolArray:
    """Whether what is known breaks the clause, [draw, year]."""
    inputs, limit = one.details.balance, judged.bound.limit
    parts = [_pick(part, weighted) for part in judged.parts.values() if part is not None]
    if inputs.mode == "each":
        return np.asarray(np.logical_or.reduce([above(part, limit) for part in parts]))
    broken = np.zeros(parts[0].shape, dtype=bool)
    if judged.mean is not None:
        broken |= above(_pick(judged.mean, weighted), limit)
    if inputs.each_at_most is not None:
        for part in parts:
            broken |= above(part, inputs.each_at_most)
    return broken


def _pick(part: Coefficient, weighted: bool) -> FloatArray:
    return part.weighted if weighted else part.unweighted


def above(value: FloatArray, limit: float) -> BoolArray:
    """Whether values are above a limit, [any shape]; what is unknown is not."""
    with np.errstate(invalid="ignore"):
        return np.asarray(value > limit + _EPS)
