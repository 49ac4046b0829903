"""What a run folder keeps of the years on record: pupils on the books, and limits broken in the base year."""

from reports.columns import Column, Shape

TODAY = Shape(
    "today",
    "today.csv",
    (
        Column("rule", "text", "rule code", key=True),
        Column("scope", "text", "school | class | county", key=True),
        Column("stage", "text", "stage id or `all`", key=True),
        Column("entity", "text", "school id, or school id and grade; study id of the county", key=True),
        Column("value", "number", "value in the base year"),
        Column("bound", "number", "limit of the rule"),
        Column("pupils_over", "number", "pupils over the limit"),
    ),
)
"""Table of `schoolplan.assemble.today_rows`."""
HISTORY = Shape(
    "history",
    "history.parquet",
    (
        Column("school", "text", "school id", key=True),
        Column("grade", "text", "grade", key=True),
        Column("year", "whole", "school year", key=True),
        Column("pupils", "number", "pupils on the books, 1 September"),
    ),
)
"""Table of `schoolplan.assemble.history_rows`."""
