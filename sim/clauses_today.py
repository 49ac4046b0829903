"""Clauses in the base year: what is broken today is a fact, not a probability.

The base year is one draw of one year: pupils on the books, classes formed of them (`sim/classes_formation.py`), stocks
as they stand, no project.  It is judged by the functions that judge the draws: clauses on indicators, the rules on the
resource indicators, difference coefficients, targets of standard schools that name no year.  What is not known is no
fact.  Page: docs/science/indicators.md.  Tests: tests/sim/test_clauses_today.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast

import numpy as np

from scenarios.deciding_words import target_rule
from sim.balance import broken_by
from sim.bounds import stage_label
from sim.breaches import Named
from sim.classes_formation import base_classes
from sim.clauses import limits_of
from sim.details import Details
from sim.engine import CasePlan, CaseResult
from sim.judge import measure
from sim.ladders import class_ladder, whole
from sim.model import Model
from sim.reduced import Reduced
from sim.school_standard_rows import shares
from sim.stocks import PlanStocks
from sim.summary import Assessment, Measured

_EPS = 1e-9
_TODAY = "~today"


@dataclass(frozen=True)
class Fact:
    """A limit that is broken in the base year."""

    rule: str
    scope: str  # school | county
    stage: str
    entity: str
    value: float
    limit: float
    over: int  # pupils beyond what the stock carries


def today_of_clauses(model: Model, details: Details, assessment: Assessment, study: str) -> list[Fact]:
    """Clauses broken in the base year, of schools and then of the county; model: of the school ladder."""
    one = base_case(model, details, assessment, study)
    found = list(_of_schools(one))
    return [*found, *_of_coefficients(one), *_of_targets(one)]


def base_case(model: Model, details: Details, assessment: Assessment, study: str) -> Reduced:
    """The base year as a finished case of one draw and one year; model: of the school ladder."""
    full, ladder = whole(model), class_ladder(model)
    formed = base_classes(model.formation, ladder)
    year = replace(full, base_year=model.base_year - 1, horizon=model.base_year)
    result = SimpleNamespace(
        rolls=ladder.rolls[None, None],
        classes=formed.count[None, None],
        short=formed.short[None, None],
        rooms=np.asarray(ladder.rooms)[None, None],
        open=model.exists[None, None],
    )
    alone = replace(assessment, window=(model.base_year, model.base_year))
    rules = tuple(measure(result, bound, full.grades) for bound in assessment.bounds)
    nobody = np.zeros(result.open.shape, dtype=np.int64)
    now = Measured(cast(CaseResult, result), rules, nobody, model.exists[None], full.grades.planned_size)
    kinds = {kind: np.zeros(0) for kind in details.stocks.base}
    nothing = PlanStocks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), kinds)
    own = replace(details, stocks=replace(details.stocks, plans={_TODAY: nothing}), decides=())
    case = SimpleNamespace(network=SimpleNamespace(plan=_TODAY), opening_year=np.zeros((1, 0), dtype=np.int64))
    return Reduced(now, year, cast(CasePlan, case), alone, study, own, None)


def _of_schools(one: Reduced) -> Iterator[Fact]:
    for breach in (*one.clauses, *(breach for breach, _ in one.resources)):
        bound = breach.bound
        limits = np.broadcast_to(limits_of(one, bound), breach.broken.shape)
        for school in np.flatnonzero(breach.broken[0, 0] & one.model.exists):
            name, value = one.model.layout.schools[school], float(breach.value[0, 0, school])
            over, limit = int(breach.over[0, 0, school]), float(limits[0, 0, school])
            yield Fact(bound.code, "school", stage_label(bound, one.model.grades), name, value, limit, over)


def _of_coefficients(one: Reduced) -> Iterator[Fact]:
    """The coefficient that is furthest above the limit, or the mean where that is what is limited."""
    for judged in one.coefficients:
        if not broken_by(one, judged)[0, 0]:
            continue
        parts = [part for part in judged.parts.values() if part is not None]
        if one.details.balance.mode == "mean" and judged.mean is not None:
            parts = [judged.mean]
        value = max(float(np.nan_to_num(part.weighted[0, 0])) for part in parts)
        yield _of_county(one, judged.bound, value, judged.bound.limit)


def _of_targets(one: Reduced) -> Iterator[Fact]:
    for target in one.details.balance.targets:
        both = shares(one, target.ownership) if target.year is None else None
        if both is None or np.isnan(both[1][0, 0]):
            continue
        most = float(both[1][0, 0])
        if most < target.share - _EPS:
            rule = target_rule(target.ownership, None)
            yield Fact(rule, "county", "all", one.study, most, target.share, 0)


def _of_county(one: Reduced, bound: Named, value: float, limit: float) -> Fact:
    return Fact(bound.code, "county", stage_label(bound, one.model.grades), one.study, value, limit, 0)
