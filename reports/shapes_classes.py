"""What a run folder keeps of cliffs (children until one more class, room or breach) and of seats that projects add."""

from reports.columns import CASE, Column, Shape

CLIFFS = Shape(
    "cliffs",
    "cliffs.parquet",
    (
        *CASE,
        Column("entity", "text", "school id", key=True),
        Column("grade", "text", "grade that gets the children", key=True),
        Column("year", "whole", "school year", key=True),
        Column("trigger", "text", "class | room | class_size | school_size", key=True),
        Column(
            "share", "probability", "share of draws in which the grade has pupils; the columns behind are over these"
        ),
        Column("p10", "number", "children until it happens, 10 % quantile; empty: 400 or more; 0: it has happened"),
        Column("p50", "number", "the same, median"),
        *(Column(f"p_{k}", "probability", f"probability that {k} more children trigger it") for k in (1, 3, 5, 10)),
    ),
)

PROJECT_SEATS = Shape(
    "project_seats",
    "project_seats.csv",
    (
        *CASE,
        Column("project", "text", "project id", key=True),
        Column("year", "whole", "school year", key=True),
        Column("school", "text", "school that gets the rooms"),
        Column("p_open", "probability", "share of draws in which it is open; the columns behind are over these"),
        Column("nominal", "number", "rooms x planned class size with the project less without it"),
        Column("safe", "number", "safe seats with the project less without it, the mix of grades being known"),
        Column("safe_expected", "number", "the same where only the expected roll is known"),
    ),
)
CLASSES_TODAY = Shape(
    "classes_today",
    "classes_today.csv",
    (
        Column("school", "text", "school id", key=True),
        Column("grade", "text", "grade; of grades that share a class, the lowest of them", key=True),
        Column("pupils", "whole", "pupils of these classes in the base year"),
        Column("classes", "whole", "classes of the base year"),
        Column("recorded", "whole", "1: as registered (`sections`); 0: as the run forms them from pupils and rooms"),
    ),
    optional=True,
)
"""Table of `schoolplan.class_rows.class_rows`; folders of earlier versions have none."""
