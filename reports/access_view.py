"""What a run folder keeps of access, and the sentence above its pictures."""

from collections.abc import Sequence

import pandas as pd

from gis.access import DECILES
from reports.figures_access import case_rows
from reports.figures_setting import Caption, Case, Setting
from reports.i18n import decimal
from reports.table_shapes import Column, Shape

_CASE = (
    Column("future", "text", "future id", key=True),
    Column("plan", "text", "plan id", key=True),
    Column("year", "whole", "school year, starts 1 September", key=True),
)
_MEASURE = Column("measure", "text", "km | minutes: unit of the costs", key=True)
ACCESS = Shape(
    "access",
    "access_stages.parquet",
    (
        *_CASE,
        Column("stage", "text", "stage id or `grade:<g>`", key=True),
        _MEASURE,
        Column("pupils", "number", "pupils at schools of the study who live in the county, mean over draws"),
        Column("mean", "number", "mean way to school of pupils who have one"),
        *(
            Column(f"p{share * 100:.0f}", "number", f"{share:.0%} of the pupils travel at most this")
            for share in DECILES
        ),
        Column("beyond", "number", "pupils beyond the limit of their grade; empty without a clause"),
        Column("beyond_share", "probability", "share of the pupils whom a limit is for"),
        Column("unreachable", "number", "pupils without a way to their school"),
        Column(
            "covered_share", "probability", "share of pupils with a school within the service radius; empty: no clause"
        ),
        Column("access_mean", "number", "seats per pupil within reach, two-step floating catchment"),
        Column("access_gini", "probability", "Gini of the seats within reach, by pupils"),
        Column("access_theil", "number", "Theil's T of the same"),
        Column("theil_between", "number", "the part of it between town and country"),
        Column("unreached_seats", "number", "seats of schools that no pupil can reach"),
    ),
)
"""Table of `gis.access_table.access_table`."""
ACCESS_UNITS = Shape(
    "access_units",
    "access_units.parquet",
    (
        *_CASE,
        Column("stage", "text", "stage id", key=True),
        _MEASURE,
        Column("unit", "text", "unit id", key=True),
        Column("pupils", "number", "pupils who live there, mean over draws"),
        Column("mean", "number", "their mean way to school"),
        Column("nearest", "number", "way to the nearest school with seats"),
        Column("beyond", "number", "pupils beyond the limit of their grade; empty without a clause"),
        Column("covered_share", "probability", "share of the points of the unit within the service radius"),
        Column("access", "number", "seats per pupil within reach"),
    ),
)
"""Table of `gis.access_table.access_units`."""


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
