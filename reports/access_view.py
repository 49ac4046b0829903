"""The sentences above pictures of access, and its tables as pictures want them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gis.access import HALF_AN_HOUR
from reports.figures_access import case_rows
from reports.figures_setting import Caption, Case, Setting
from reports.i18n import decimal
from reports.maps_access import Shown, unit_values


def travel_finding(
    access: pd.DataFrame, setting: Setting, cases: Sequence[Case], stage: str, year: int, measure: str = "km"
) -> Caption:
    """The way to school under the last case, held against the first; pupils beyond the limit where one is set."""
    labels = setting.labels
    rows = case_rows(access, [cases[0], cases[-1]], stage, year, measure)
    if len(rows) < 2:
        return Caption(labels("figure.no_rows", what=labels("access.word")))
    before, after = rows.iloc[0], rows.iloc[1]
    said = {"plan": setting.name("plan", cases[-1].plan), "base": setting.name("plan", cases[0].plan)}
    middle, old = (labels(f"access.value.{measure}", value=decimal(float(row["p50"]), 1)) for row in (after, before))
    title = labels("access.finding.travel", stage=setting.name("stage", stage), middle=middle, before=old,
                   measure=labels(f"access.measure.{measure}"), **said)  # fmt: skip
    if pd.notna(after["beyond"]) and pd.notna(before["beyond"]):
        counts = {"n": labels.integer(float(after["beyond"])), "before": labels.integer(float(before["beyond"]))}
        title += labels("access.finding.beyond", base=said["base"], **counts)
    return Caption(title)


def with_no_way(table: pd.DataFrame) -> pd.DataFrame:
    """A table of access as pictures want it: inf where pupils have no way, which the run folder keeps as empty cell."""
    found = table.copy()
    ways = [name for name in found.columns if name == "nearest" or (name.startswith("p") and name[1:].isdigit())]
    if "unit" in found.columns:
        ways.append("mean")
    for name in ways:
        found[name] = found[name].where(found[name].notna() | (found["pupils"] <= 0), np.inf)
    return found


def map_access_finding(
    table: pd.DataFrame, setting: Setting, cases: Sequence[Case], at: tuple[str, int], shown: Shown
) -> Caption:
    """How many units with pupils are badly off under the last case, held against the first. at: stage and year.

    Badly off: a mean way beyond half an hour on foot, or less than one seat for each pupil within reach.
    """
    labels, (stage, year) = setting.labels, at
    values = [unit_values(table, case, stage, year, (shown.column, "minutes")).dropna() for case in cases]
    if not all(len(found) for found in values):
        return Caption(labels("figure.no_rows", what=labels("access.word")))
    seats = shown.column == "access"
    bad = [int((found < 1.0).sum()) if seats else int((found > HALF_AN_HOUR).sum()) for found in values]
    words = {"stage": setting.name("stage", stage), "plan": setting.name("plan", cases[-1].plan)}
    key = f"access.finding.{'seats' if seats else 'far'}"
    title = labels(key, n=labels.integer(bad[-1]), every=labels.integer(len(values[-1])), **words)
    if len(cases) > 1:
        base = {"base": setting.name("plan", cases[0].plan), "before": labels.integer(bad[0])}
        title += labels("access.finding.before", **base)
    return Caption(title)
