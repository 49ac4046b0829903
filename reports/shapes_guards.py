"""What a run folder keeps of the guard-rails of closures."""

from reports.columns import CASE, Column, Shape

GUARDS = Shape(
    "guards",
    "guards.csv",
    (
        *CASE,
        Column("project", "text", "project id of the closure", key=True),
        Column(
            "guard",
            "text",
            "hearing | objection | protected | kept_small | last_here | built_first | size | seats | beds | canteen | "
            "travel; any: all that count",
            key=True,
        ),
        Column("year", "whole", "year on whose 1 September the closure was due", key=True),
        Column("p", "probability", "share of draws in which the guard was against it then"),
        Column("p_by", "probability", "share of draws in which it was against it then or before"),
        Column("set_aside", "whole", "1: the plan sets the guard aside (`despite`), so that it stops nothing"),
    ),
)
"""Table of `sim.guards_rows.guard_rows`."""
