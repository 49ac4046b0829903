"""Clauses whose values are the bureau's own figures: facts that hold or fail, without a probability.

A row for every school that the clause is for in the decision window, and one for the county; a clause without any value
has the county's row alone, `not-assessed`.  A study without the table of indicators has no such rows at all.
Page: docs/science/coefficients.md.  Tests: tests/sim/test_imported.py.
"""

import numpy as np
import pandas as pd

from sim.balance_inputs import CountyBound
from sim.bounds import stage_label
from sim.clauses import applies
from sim.clauses_inputs import ClauseBound
from sim.clauses_verdicts import MISSING
from sim.reduced import Reduced
from sim.summary import window_of

_EPS = 1e-9


def imported_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table of verdicts."""
    if not one.details.imported.there:
        return pd.DataFrame()
    rows: list[dict[str, object]] = []
    for bound in one.details.balance.imported:
        rows += _of_schools(one, bound)
    rows += [_of_county(one, bound) for bound in one.details.balance.county]
    return pd.DataFrame(rows)


def _of_schools(one: Reduced, bound: ClauseBound) -> list[dict[str, object]]:
    value = one.details.imported.of(bound.indicator, bound.stage)
    stage = stage_label(bound, one.model.grades)
    if value is None:
        return [_row(one, bound.code, "county", stage, one.study, None, bound.indicator, bound.verified)]
    inside = window_of(one.model, one.assessment)
    there = np.flatnonzero((applies(one, bound) & one.now.result.open)[:, inside].any(axis=(0, 1)))
    rows, states = [], []
    for school in there:
        good = _good(float(value[school]), bound.direction == "at_least", bound.limit)
        name = one.model.layout.schools[school]
        rows.append(_row(one, bound.code, "school", stage, name, good, bound.indicator, bound.verified))
        states.append(good)
    whole = None if None in states and False not in states else all(states)
    county = _row(one, bound.code, "county", stage, one.study, whole, bound.indicator, bound.verified)
    county["schools_over_p90"] = np.nan if whole is None else float(states.count(False))
    return [*rows, county] if states else []


def _of_county(one: Reduced, bound: CountyBound) -> dict[str, object]:
    value = one.details.imported.of_county(bound.indicator, bound.stage)
    good = _good(value, bound.least, bound.limit)
    return _row(one, bound.code, "county", bound.stage or "all", one.study, good, bound.indicator, bound.verified)


def _good(value: float, least: bool, limit: float) -> bool | None:
    """Whether a value keeps its bound; None: it is not known."""
    if np.isnan(value):
        return None
    slack = _EPS * max(abs(limit), 1.0)
    return value >= limit - slack if least else value <= limit + slack


def _row(
    one: Reduced, rule: str, scope: str, stage: str, entity: str, good: bool | None, indicator: str, verified: bool
) -> dict[str, object]:
    verdict = "not-assessed" if good is None else "holds" if good else "fails"
    numbers = ("probability", "required", "first_year", "worst_year", "schools_over_p90", "pupils_over_p90")
    return {
        "rule": rule, "scope": scope, "stage": stage, "entity": entity, "verdict": verdict, "pupils": 0.0,
        **dict.fromkeys(numbers, np.nan), "required": one.assessment.required,
        "source": f"{MISSING} {indicator}" if good is None else "imported",
        "unverified": "" if verified or good is None else rule,
    }  # fmt: skip
