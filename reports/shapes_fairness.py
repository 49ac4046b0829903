"""What a run folder keeps of fairness between groups of children and schools."""

from reports.columns import CASE, YEAR, Column, Shape

FAIRNESS = Shape(
    "fairness",
    "fairness.csv",
    (
        *CASE,
        YEAR,
        Column("stage", "text", "stage id", key=True),
        Column(
            "split",
            "text",
            "place (of the school) | mark (weak schools) | home (urban or rural) | group (local or migrant) | all",
            key=True,
        ),
        Column(
            "group", "text", "urban | rural | other | weak | local | migrant | gap (first - second) | all", key=True
        ),
        Column("indicator", "text", "what is measured, see docs/science/fairness.md", key=True),
        Column("unit", "text", "unit of the values"),
        Column("mean", "number", "mean over the draws in which the group has pupils; of ways over all pupils"),
        *(Column(f"p{q}", "number", f"{q} % quantile over draws; empty for ways") for q in (10, 50, 90)),
        Column("diff_mean", "number", "difference from the plan that others are held against; empty for that plan"),
        Column("diff_p10", "number", "the same within draws, 10 % quantile; empty for ways"),
        Column("diff_p90", "number", "the same within draws, 90 % quantile; empty for ways"),
        Column("paired", "whole", "1: the difference is taken draw by draw; 0: of means, or there is none"),
    ),
)
"""Table of `sim.fairness.fairness_rows` and `schoolplan.fairness_rows.way_rows`."""
