"""What a run folder keeps of money, of seats that stand empty and of pupils without one."""

from reports.columns import CASE, Column, Shape

_FIGURES = (
    Column("unit", "text", "unit of the values"),
    Column("mean", "number", "mean over draws; of a ratio, the ratio of the means"),
    *(Column(f"p{q:02d}", "number", f"{q} % quantile over draws; empty for a ratio") for q in (5, 50, 95)),
)

UNUSED = Shape(
    "unused",
    "unused.csv",
    (
        *CASE,
        Column("scope", "text", "county | school | project", key=True),
        Column("entity", "text", "id of the study, school or project", key=True),
        Column("period", "text", "window (of the decision) | outlook (after it) | all | a school year", key=True),
        Column("indicator", "text", "county and school: unused, short, seats; project: added, used, stranded, "
               "stranded_cost", key=True),
        *_FIGURES,
    ),
)  # fmt: skip
"""Table of `sim.unused.unused_rows`."""
MONEY = Shape(
    "money",
    "money.csv",
    (
        *CASE,
        Column("year", "whole", "calendar year; running costs of a school year stand in its September", key=True),
        Column("item", "text", "capital, operating and its parts (schools, classes, posts, pupils, boarders, measures, "
               "buses), budget_sum, budget_per_pupil", key=True),
        *_FIGURES,
        Column("p_holds", "probability", "of the budget: probability that it does not fall against the year before"),
    ),
)  # fmt: skip
"""Table of `sim.money.money_rows`; empty for a study without `money`."""
PLAN_COSTS = Shape(
    "plan_costs",
    "plan_costs.csv",
    (
        *CASE,
        Column("indicator", "text", "total of all years, see docs/science/money.md", key=True),
        *_FIGURES,
    ),
)
"""Table of `sim.money.plan_cost_rows`; empty for a study without `money`."""
