"""Rows of `stress`: how far each driver can go, and the limit that breaks there."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schoolplan.prepare import Prepared
from sim.breaches import Named
from sim.stress import Found
from sim.stress_drivers import Driver
from sim.stress_outcomes import Outcome


@dataclass(frozen=True)
class Cause:
    """The limit that is broken most often."""

    rule: str
    indicator: str
    limit: float
    school: str
    year: int
    share: float  # of the draws


def cause_of(prepared: Prepared, window: tuple[int, int], outcome: Outcome) -> Cause | None:
    """The clause, school and year broken in most draws; None where nothing is.

    A clause on the county as a whole counts where it is broken in more draws than any of a school; its school is empty.
    """
    worst, whole = float(outcome.broken.max()), float(outcome.county_broken.max(initial=0.0))
    if max(worst, whole) <= 0.0:
        return None
    if whole > worst:
        number, year = (int(i) for i in np.unravel_index(outcome.county_broken.argmax(), outcome.county_broken.shape))
        of_county = outcome.county[number]
        return Cause(of_county.code, clause_of(of_county), limit_of(of_county, 0), "", window[0] + year, whole)
    number, year, school = (int(i) for i in np.unravel_index(outcome.broken.argmax(), outcome.broken.shape))
    rule = (*prepared.assessment.bounds, *outcome.beside)[number]
    name = prepared.model.layout.schools[school]
    return Cause(rule.code, clause_of(rule), limit_of(rule, school), name, window[0] + year, worst)


def clause_of(rule: Named) -> str:
    """The indicator of a clause, its code where it has none."""
    return str(getattr(rule, "indicator", rule.code))


def limit_of(rule: Named, school: int) -> float:
    """The limit of a clause for a school; nan where it has none."""
    limit = np.asarray(getattr(rule, "limit", np.nan))
    return float(limit if limit.ndim == 0 else limit[school])


def table_of(
    prepared: Prepared, window: tuple[int, int], drivers: Sequence[Driver], found: Sequence[Found]
) -> pd.DataFrame:
    """`stress.csv`: one row for each driver and direction, or pair."""
    known = {driver.id: driver for driver in drivers}
    rows = []
    for one in found:
        cause = cause_of(prepared, window, one.outcome)
        names = [*one.ray.parts, ""][:2]
        amounts = [one.amounts.get(name, np.nan) for name in names]
        signs = ["" if not name else "up" if one.ray.parts[name] > 0 else "down" for name in names]
        rows.append(
            {
                "driver": names[0],
                "direction": signs[0],
                "amount": amounts[0],
                "unit": known[names[0]].unit,
                "second": names[1],
                "second_direction": signs[1],
                "second_amount": amounts[1],
                "second_unit": known[names[1]].unit if names[1] else "",
                "fails": one.fails,
                "reach": one.reach,
                "probability": one.outcome.probability,
                "monotone": one.monotone,
                "rule": cause.rule if cause else "",
                "school": cause.school if cause else "",
                "year": cause.year if cause else pd.NA,
                "share_broken": cause.share if cause else 0.0,
                "pupils_over": float(one.outcome.over.mean()),
                "roll": float(one.outcome.roll.mean()),
            }
        )
    return pd.DataFrame(rows).astype({"year": "Int64"})
