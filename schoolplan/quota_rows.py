"""Quotas of plans against the construction calendar: `quotas.csv`, and counts by draw for a programme."""

from collections.abc import Sequence

import pandas as pd

from reports.shapes_ranking import QUOTAS
from scenarios.bundle import Bundle
from scenarios.quotas import counted, school_flags
from scenarios.schema_quotas import Quota
from schoolplan.prepare import Prepared
from sim.arrays import IntArray
from sim.calendar_result import Calendar
from sim.quotas import reached, track


def flags_of(bundle: Bundle) -> dict[str, frozenset[str]]:
    """School -> its flags."""
    table = bundle.tables["schools"]
    return school_flags(dict(zip(table["school"].astype(str), table["flags"].fillna("").astype(str), strict=True)))


def counts(bundle: Bundle, plan: str, calendar: Calendar, quota: Quota, years: Sequence[int]) -> tuple[IntArray, int]:
    """What a quota counts in a plan by year, [draw, year], and the most it could count with every project open."""
    groups = counted(quota, bundle.plans[plan], flags_of(bundle))
    column = {name: i for i, name in enumerate(calendar.projects)}
    return reached(calendar.opening_year, [[column[name] for name in group] for group in groups], years), len(groups)


def quota_rows(prepared: Prepared, built: dict[str, Calendar]) -> pd.DataFrame:
    """Every quota of every plan in one future, from the year after the base year to its last target."""
    frames = []
    for name, plan in prepared.bundle.plans.items():
        for quota in plan.quotas:
            years = [year for year in prepared.model.years if year <= max(quota.targets)]
            count, most = counts(prepared.bundle, name, built[name], quota, years)
            frames.append(tracked_rows(count, years, quota, most).assign(plan=name))
    columns = [name for name in QUOTAS.names if name != "future"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def tracked_rows(count: IntArray, years: Sequence[int], quota: Quota, most: int) -> pd.DataFrame:
    """Rows of one quota; count: [draw, year], of one study or added over several."""
    rows = [vars(row) for row in track(count, years, quota.targets)]
    return pd.DataFrame(rows).assign(quota=quota.id, most=most)
