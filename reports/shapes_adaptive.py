"""What a run folder keeps of plans that act on what is seen, and of plans against the best one of each future."""

from reports.columns import CASE, Column, Shape

_MEASURE = (
    Column(
        "measure",
        "text",
        "short | unused | capital | net_present (studies with `money`) | weighed (with `money.prices`), all years",
        key=True,
    ),
    Column("unit", "text", "pupil-years | seat-years | 万元"),
)

TRIGGERS = Shape(
    "triggers",
    "triggers.csv",
    (
        *CASE,
        Column("project", "text", "project id", key=True),
        Column("act", "text", "start | cancel | defer", key=True),
        Column("year", "whole", "year on whose 1 September it was decided", key=True),
        Column("p", "probability", "share of draws in which it was decided then; of deferrals the last one"),
        Column("p_by", "probability", "share of draws in which it was decided by then"),
        Column("months", "number", "months put off in all, mean over draws that were put off; empty for other acts"),
    ),
)
"""Table of `sim.triggers_rows.trigger_rows`."""

REGRET = Shape(
    "regret",
    "regret.csv",
    (
        *CASE,
        *_MEASURE,
        Column("value", "number", "mean over draws"),
        Column("best", "number", "least mean of all plans of the run in this future"),
        Column("regret", "number", "value less best"),
    ),
)
"""Table of `sim.regret.regret_rows`."""

PLAN_OPTIONS = Shape(
    "plan_options",
    "plan_options.csv",
    (
        *CASE,
        Column("against", "text", "plan that it is held against, in the same draws", key=True),
        Column(
            "option",
            "text",
            "waiting (same projects on fixed dates) | phase (the same without its second phases) | other",
        ),
        *_MEASURE,
        Column("mean", "number", "plan less the other, mean over draws; below 0: less of it with triggers"),
        *(Column(f"p{q:02d}", "number", f"the same, {q} % quantile over draws") for q in (5, 50, 95)),
        Column("p_less", "probability", "share of draws in which the plan has less than the other"),
        Column("p_more", "probability", "share of draws in which it has more"),
    ),
)
"""Table of `sim.regret.option_rows`."""
