"""What a run folder keeps of school groups, of schools that share teachers, and of the steps of plans."""

from reports.columns import CASE, MEASURED, YEAR, Column, Shape

GROUPS = Shape(
    "groups",
    "groups.parquet",
    (
        *CASE,
        Column("kind", "text", "group (column `group` of the schools) | shared (`shares` of the plan)", key=True),
        Column("entity", "text", "name of the group, or the schools that share with + between", key=True),
        Column("members", "text", "school ids; spaces between"),
        YEAR,
        Column("stage", "text", "stage id or `all`", key=True),
        Column("indicator", "text", "what is measured, over all members together", key=True),
        *MEASURED,
    ),
)

PLAN_STEPS = Shape(
    "plan_steps",
    "plan_steps.csv",
    (
        *CASE,
        Column("order", "whole", "place in the plan: projects first, then zone changes", key=True),
        Column("what", "text", "opens | closes | phases_out | converts | rezones"),
        Column("project", "text", "project whose opening brings it; empty: the year alone"),
        Column("school", "text", "school concerned; of a zone change the schools of the new zone, spaces between"),
        Column("grades", "text", "grades concerned; spaces between"),
        Column("gains", "text", "grades that a conversion adds; spaces between"),
        Column("units", "text", "units whose zone changes; spaces between"),
        Column("p10", "maybe_whole", "school year of its effect, 10 % quantile; empty: not before the horizon"),
        Column("p50", "maybe_whole", "the same, median"),
        Column("p90", "maybe_whole", "the same, 90 % quantile"),
        Column("years", "whole", "years until it has taken full effect; 0: at once"),
        Column("parts", "text", "fill curve, spaces between; of a zone change the part that follows siblings"),
        Column("moves", "number", "part of the pupils there today who change school at once; the others stay"),
        Column("to", "text", "receivers, spaces between; `~nearest`; of a leak school:part"),
        Column("pupils", "whole", "pupils today in these grades, of the school or of the units"),
    ),
)
