"""What a run folder keeps of school groups and of schools that share teachers."""

from reports.columns import Column, Shape

GROUPS = Shape(
    "groups",
    "groups.parquet",
    (
        Column("future", "text", "future id", key=True),
        Column("plan", "text", "plan id", key=True),
        Column("kind", "text", "group (column `group` of the schools) | shared (`shares` of the plan)", key=True),
        Column("entity", "text", "name of the group, or the schools that share with + between", key=True),
        Column("members", "text", "school ids; spaces between"),
        Column("year", "whole", "school year, starts 1 September", key=True),
        Column("stage", "text", "stage id or `all`", key=True),
        Column("indicator", "text", "what is measured, over all members together", key=True),
        Column("unit", "text", "unit of the values"),
        Column("mean", "number", "mean over draws"),
        *(Column(f"p{q:02d}", "number", f"{q} % quantile over draws") for q in (5, 10, 25, 50, 75, 90, 95)),
    ),
)
