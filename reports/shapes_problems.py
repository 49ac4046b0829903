"""What a run folder keeps behind its verdicts: headroom, first breach, milestones, problem list, rows of input."""

from reports.columns import CASE, YEAR, Column, Shape

_AT = (
    Column("rule", "text", "code of the clause", key=True),
    Column("stage", "text", "stage id, or `all`", key=True),
    Column("entity", "text", "school id", key=True),
)
RISKS = Shape(
    "risks",
    "risks.parquet",
    (
        *CASE,
        *_AT,
        Column("bound", "number", "limit of the clause for the school; empty where it counts rooms"),
        Column("p_never", "probability", "probability of no breach anywhere in the decision window"),
        Column("worst_p50", "number", "value of the worst year of the window, median over draws"),
        Column(
            "headroom_80", "number", "room left in all years of the window with 80 % probability; negative: missing"
        ),
        Column("headroom_95", "number", "the same with 95 % probability"),
        Column("unit", "text", "pupils (of the school, or of its largest class) | rooms (no headroom is told)"),
    ),
)
FIRST_BREACH = Shape(
    "first_breach",
    "first_breach.parquet",
    (
        *CASE,
        *_AT,
        YEAR,
        Column("p_first", "probability", "probability that the first breach comes in this year"),
        Column("p_by", "probability", "probability that it has come by this year"),
        Column("in_window", "whole", "1: a year of the decision window; 0: of the outlook, without verdict"),
    ),
)
MILESTONES = Shape(
    "milestones",
    "milestones.csv",
    (
        *CASE,
        Column("milestone", "text", "id in the scenario file, or `assessment`, `window-end`", key=True),
        Column("year", "whole", "school year; its 1 September is looked at"),
        Column("rule", "text", "code of the clause, `all`: all of them", key=True),
        Column("stage", "text", "stage id, or `all`"),
        Column("verdict", "text", "holds | at-risk | fails | undecided; outlook: after the decision window"),
        Column("probability", "probability", "probability that no school breaks the clause in that year"),
        Column("required", "probability", "probability asked for"),
        Column("schools_over_p90", "number", "schools that break it in at most so many, in 9 of 10 draws"),
        Column("pupils_over_p90", "number", "pupils over the limits, in 9 of 10 draws at most"),
        Column("schools", "text", "ids of the schools that most often break it, likeliest first, ten at most"),
    ),
)
PROBLEMS = Shape(
    "problems",
    "problems.csv",
    (
        Column("plan", "text", "plan id", key=True),
        Column("entity", "text", "school id", key=True),
        Column("rule", "text", "code of the clause", key=True),
        Column("stage", "text", "stage id, or `all`", key=True),
        Column("today", "number", "value in the base year where the clause is broken today; else empty"),
        Column("bound", "number", "limit that is broken today; else empty"),
        Column("future", "text", "future in which the plan does worst there; empty: none"),
        Column("verdict", "text", "verdict in that future; empty: broken today, holds in every future"),
        Column("chance", "probability", "probability of a breach in the window in that future"),
        Column("first_year", "maybe_whole", "earliest first year of risk over all futures"),
        Column("pupils", "number", "pupils concerned in the worst year of that future, mean; else those over today"),
        Column("missing_80", "number", "what is missing to hold with 80 % probability, in `unit`; 0: nothing"),
        Column("unit", "text", "unit of `missing_80`"),
        Column("tasks", "text", "projects of the plan at the school, or that take zones off it; spaces between"),
        Column("cost", "number", "their capital cost [10 000 yuan]; told in each row that a project is in"),
        Column("opens", "maybe_whole", "median opening of the last of them, school year; empty: never, or no project"),
        Column(
            "deadline",
            "maybe_whole",
            "due by: first year of risk; broken today or failing now: the next; not sure: as the window begins",
        ),
        Column("owner_zh", "text", "who answers for it, Chinese; empty: nobody is named"),
        Column("owner_en", "text", "who answers for it, English"),
        Column("unverified", "text", "code of the clause where its bound is from memory"),
    ),
)
INPUT_ROWS = Shape(
    "input_rows",
    "input_rows.csv",
    (
        Column("school", "text", "school id", key=True),
        Column("table", "text", "table, or `plan:<id>` for projects", key=True),
        Column("file", "text", "file, relative to the scenario file", key=True),
        Column("rows", "text", "rows of the file about the school, `2, 14-20`; lines of YAML for projects"),
    ),
)
