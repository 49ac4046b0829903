"""The table of difference coefficients in a run folder."""

from reports.columns import CASE, Column, Shape

COEFFICIENTS = Shape(
    "coefficients",
    "coefficients.csv",
    (
        *CASE,
        Column("rule", "text", "clause on difference coefficients", key=True),
        Column("stage", "text", "stage id", key=True),
        Column("indicator", "text", "indicator of schools; `mean`: mean of all coefficients", key=True),
        Column("mode", "text", "each | mean: what keeps the limit of the clause"),
        Column("bound", "number", "limit of this coefficient; empty: it has none of its own"),
        Column("verdict", "text", "of the weighted coefficient over the window; empty without a limit"),
        Column("probability", "probability", "that the weighted coefficient keeps the limit in every year"),
        Column("verdict_unweighted", "text", "the same of the unweighted coefficient, which some tools compute"),
        Column("probability_unweighted", "probability", "the same"),
        Column("worst_year", "maybe_whole", "year of the window with the largest median"),
        Column("p50_worst", "number", "median of the weighted coefficient in that year"),
        Column("unweighted_p50_worst", "number", "median of the unweighted coefficient in that year"),
        Column("source", "text", "simulated | imported"),
        Column("missing", "text", "schools whose value is not known, ids; `*`: the study has no value of any school"),
    ),
)
