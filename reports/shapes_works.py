"""What a run folder keeps of the building of projects: stages, causes, work of each year, seats by 1 September."""

from reports.columns import CASE, YEAR, Column, Shape

_PROJECT = Column("project", "text", "project id", key=True)
_STAGE = Column("stage", "text", "stage of the project", key=True)

STAGES = Shape(
    "stages",
    "stages.csv",
    (
        *CASE,
        _PROJECT,
        _STAGE,
        Column("order", "whole", "place of the stage in the project, from 1"),
        Column("p_ends", "probability", "probability that it ends within the calendar"),
        *(
            Column(f"{end}_p{q}", "text", f"{end}, {q} % quantile, YYYY-MM-DD; empty: never, or not known")
            for end in ("begin", "end")
            for q in (10, 50, 90)
        ),
    ),
)
"""Table of `sim.works.stage_rows`."""
PROJECT_CAUSES = Shape(
    "project_causes",
    "project_causes.csv",
    (
        *CASE,
        _PROJECT,
        Column("kind", "text", "wait: what it waits for; end: how it ends; risk: what strikes it", key=True),
        Column("cause", "text", "wait: budget, budget:<source>, crew, desk:<desk>, dependency, land, season, approval, "
               "risk; end: ok, late, money, dependency, land, approval, not_started, cancelled, guards, stopped, "
               "stopped:<risk>; risk id", key=True),
        Column("probability", "probability", "share of draws"),
        Column("months", "number", "of a wait: months lost, mean over all draws"),
        Column("months_p90", "number", "of a wait: months lost, 90 % quantile"),
    ),
)  # fmt: skip
"""Table of `sim.works.cause_rows`."""
WORK_PLAN = Shape(
    "work_plan",
    "work_plan.csv",
    (
        *CASE,
        Column("year", "whole", "calendar year", key=True),
        _PROJECT,
        _STAGE,
        Column("order", "whole", "place of the stage in the project, from 1"),
        Column("bureau", "text", "department in charge, see `charge` of construction-defaults.yaml"),
        Column("act", "text", "in this year it begins and ends (whole), begin, end or go_on"),
        Column("begin", "text", "median begin, YYYY-MM-DD"),
        Column("end", "text", "median end, YYYY-MM-DD; empty: later than the calendar, or never"),
        Column("end_p90", "text", "90 % quantile of the end, YYYY-MM-DD; empty: later than the calendar, or never"),
        Column("money", "number", "capital to be released before the stage, as the plan says; in the year it begins"),
    ),
)
"""Table of `sim.work_plan.work_rows`."""
SEATS_READY = Shape(
    "seats_ready",
    "seats_ready.csv",
    (
        *CASE,
        YEAR,
        Column("stage", "text", "stage id or `all`", key=True),
        Column("indicator", "text", "nominal | safe (seats in use on 1 September) | new (nominal seats of projects "
               "among them) | demand (pupils) | short (pupils beyond the nominal seats of their school)", key=True),
        Column("mean", "number", "mean over draws"),
        *(Column(f"p{q}", "number", f"{q} % quantile over draws") for q in (10, 50, 90)),
    ),
)  # fmt: skip
"""Table of `sim.seats_ready.seats_ready_rows`."""
