"""What a run folder keeps of children who had no seat in the school they asked."""

from reports.columns import CASE, YEAR, Column, Shape

REASONS = ("diverted", "lottery", "no_seat", "no_school", "off")
"""Reasons, those who are sent on first."""

PLACEMENTS = Shape(
    "placements",
    "placements.parquet",
    (
        *CASE,
        YEAR,
        Column("scope", "text", "county | unit (home) | school (that had no seat)", key=True),
        Column("entity", "text", "study id, unit id (`~outside`: home in another county) or school id", key=True),
        Column("stage", "text", "stage id", key=True),
        Column("reason", "text", f"{' | '.join(REASONS)}; the first two are sent on, the others stay", key=True),
        Column("mean", "number", "children, mean over all draws"),
        Column("p50", "number", "the same, median over draws"),
        Column("p90", "number", "the same, 90 % quantile over draws"),
        Column("way", "number", "way to the school joined, mean over the children of all draws; of those sent on"),
        Column("way_p90", "number", "the way that nine in ten of these children do not exceed"),
        Column("extra", "number", "how much longer it is than to the school without a seat, mean"),
        Column("measure", "text", "km | minutes: what the travel limit of the stage is in; empty for who stays"),
    ),
)
