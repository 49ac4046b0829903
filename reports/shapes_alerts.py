"""What a run folder keeps of early warnings of a shortage of places."""

from reports.columns import CASE, YEAR, Column, Shape
from scenarios.schema_alerts import COLOURS

LEVELS = ("under", "green", *COLOURS)
"""Levels from under-use to the gravest."""
_RATIO = "children over planned entry places; draws without places left out"

ALERTS = Shape(
    "alerts",
    "alerts.csv",
    (
        *CASE,
        YEAR,
        Column("stage", "text", "stage id", key=True),
        Column(
            "zone", "text", "its schools joined by +; `~none:` and a unit where no school serves the unit", key=True
        ),
        Column("schools", "text", "schools of the zone, spaces between"),
        Column("units", "text", "units of the zone, spaces between"),
        Column("demand_mean", "number", "children of the zone who start the stage, mean over draws"),
        *(Column(f"demand_p{q}", "number", f"the same, {q} % quantile over draws") for q in (10, 50, 90)),
        Column("places", "number", "planned entry places of the zone, mean over draws"),
        Column("ratio_mean", "number", f"{_RATIO}; mean"),
        *(Column(f"ratio_p{q}", "number", f"the same, {q} % quantile") for q in (10, 50, 90)),
        Column("p_green", "probability", "share of draws below the lowest level"),
        *(
            Column(f"p_{colour}", "probability", f"share of draws in which {colour} is the highest level reached")
            for colour in COLOURS
        ),
        Column("p_under", "probability", "share of draws below the ratio of under-use; they are green as well"),
        Column("level", "text", f"{' | '.join(LEVELS)}: what the rule says of the median"),
        Column("cautious", "text", "gravest level whose probability is above 1 - p*; else green or under"),
        Column("lead", "whole", "years after the base year"),
        Column("published", "whole", "1 within the years ahead for which the rule publishes levels, else 0"),
        Column("rule", "text", "clause of the pack with the levels"),
    ),
)
"""Table of `sim.alerts.alert_rows`."""
