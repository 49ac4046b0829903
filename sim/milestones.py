"""Ready for the review of a year or not: all clauses on one 1 September (里程碑).

Symbols: B[d, t, s] as in `sim/risks.py`.  Ready in draw d at milestone t: no school breaks a clause in year t.  The
verdict of the decision window asks for every year; a milestone asks for one, so it can hold where the window does not.
Years after the window are an outlook without a verdict.  Page: docs/science/verdicts.md.  Tests:
tests/sim/test_risks.py.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.arrays import BoolArray
from sim.bounds import stage_label
from sim.breaches import Broken, DecidingCounty
from sim.judge import word
from sim.milestone_dates import Milestone
from sim.reduced import Reduced

ALL = "all"
NAMED = 10
"""Schools that a row names."""
UNLIKELY = 0.01
"""Schools whose chance of a breach is below this are not named."""
COLUMNS = (
    "milestone",
    "year",
    "rule",
    "stage",
    "verdict",
    "probability",
    "required",
    "schools_over_p90",
    "pupils_over_p90",
    "schools",
)


def milestone_rows(one: Reduced) -> pd.DataFrame:
    """Every clause, and all of them, at every milestone that is simulated; without any, at the end of the window."""
    bounds, breaches = one.assessment.bounds, one.now.breaches
    rows = []
    for milestone in one.details.milestones or (Milestone("window-end", one.assessment.window[1]),):
        if milestone.year not in one.model.years:
            continue  # the base year: today's facts say it
        for bound, breach in zip(bounds, breaches, strict=True):
            rows.append(_row(one, milestone, (bound.code, stage_label(bound, one.model.grades)), [breach]))
        for code, of in _deciding(one).items():
            rows.append(_row(one, milestone, code, of))
        of_county = {(each.bound.code, stage_label(each.bound, one.model.grades)): each for each in one.now.county}
        rows.extend(_row(one, milestone, code, [], [each]) for code, each in of_county.items())
        rows.append(_row(one, milestone, (ALL, ALL), one.now.headline, one.now.county))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _deciding(one: Reduced) -> dict[tuple[str, str], list[Broken]]:
    """Breaches by schools of clauses that decide beside the rules, by code and stage."""
    found: dict[tuple[str, str], list[Broken]] = {}
    for breach in one.now.deciding:
        found.setdefault((breach.bound.code, stage_label(breach.bound, one.model.grades)), []).append(breach)
    return found


def _row(
    one: Reduced,
    milestone: Milestone,
    rule: tuple[str, str],
    breaches: Sequence[Broken],
    of_county: Sequence[DecidingCounty] = (),
) -> tuple[object, ...]:
    at, required = milestone.year - one.model.base_year - 1, one.assessment.required
    broken = np.zeros(one.now.result.open.shape[::2], dtype=bool)  # [draw, school]
    most = np.zeros(broken.shape, dtype=np.int64)
    for breach in breaches:
        broken |= breach.broken[:, at]
        most = np.maximum(most, breach.over[:, at])
    over = most.sum(axis=1)
    any_ = np.logical_or.reduce([broken.any(axis=1), *(each.broken[:, at] for each in of_county)])
    good = int((~any_).sum())
    ahead = milestone.year > one.assessment.window[1]
    return (
        milestone.id,
        milestone.year,
        *rule,
        "outlook" if ahead else word(good, len(broken), required),
        good / len(broken),
        required,
        float(np.quantile(broken.sum(axis=1), 0.9, method="higher")),
        float(np.quantile(over, 0.9, method="higher")),
        _named(broken, one.model.layout.schools),
    )


def _named(broken: BoolArray, schools: tuple[str, ...]) -> str:
    """Ids of the schools that most often break a clause, likeliest first."""
    chance = broken.mean(axis=0)
    order = np.lexsort((np.arange(len(chance)), -chance))
    return " ".join(schools[i] for i in order[:NAMED] if chance[i] >= UNLIKELY)
