"""What `necessity` writes: a row for each project, and a row for each project and year."""

from reports.columns import Column, Shape

_PROJECT = Column("project", "text", "project id", key=True)


def _spread(name: str, says: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_mean", "number", f"{says}, mean over draws"),
        *(Column(f"{name}_p{q:02d}", "number", f"the same, {q} % quantile over draws") for q in (5, 50, 95)),
    )


NECESSITY = Shape(
    "necessity",
    "necessity.csv",
    (
        _PROJECT,
        Column("kind", "text", "kind of project"),
        Column("dropped", "text", "other projects that fall away with it, with spaces between"),
        Column("cost", "number", "capital cost [10 000 yuan]"),
        Column("p_open", "probability", "share of draws in which it opens; empty: it has no trigger and opens in some"),
        Column("spent", "number", "capital spent on it, mean over draws [10 000 yuan]; empty: it has no trigger"),
        Column("opens", "maybe_whole", "median year of opening; empty: never in most draws"),
        Column("months", "number", "months from decision to that 1 September; with a trigger where it opens, median"),
        *_spread("short", "pupil-years without a seat that it spares, all years"),
        *_spread("breaches", "school-years of breach that it spares, all years"),
        Column("holds_with", "probability", "probability of no breach in the decision window with the whole plan"),
        Column("holds_without", "probability", "the same without the project"),
        Column("minutes_with", "number", "mean way on foot in the decision window with the whole plan [min]"),
        Column("minutes_without", "number", "the same without the project"),
        Column("beyond_with", "number", "pupils beyond the limit of the way, mean of the window, with the whole plan"),
        Column("beyond_without", "number", "the same without the project"),
        Column("unused_added", "number", "empty seat-years more than without it, all years, mean"),
        Column("operating", "number", "running costs more than without it, all years, mean [10 000 yuan]"),
        Column("net_present", "number", "net present cost more than without it, mean [10 000 yuan]"),
        Column(
            "first_needed",
            "maybe_whole",
            "first year in which at least half of the draws (with a trigger: in which it opens) are worse",
        ),
        Column("last_needed", "maybe_whole", "last such year"),
        Column("years_needed", "whole", "number of such years"),
        Column("peak_year", "maybe_whole", "year in which it spares most"),
        Column("use_after_peak", "probability", "pupils in its seats at the horizon over the most in any year"),
        Column("bridge_rooms", "whole", "temporary classrooms instead of it"),
        Column("bridge_schools", "text", "the same by school, school:rooms"),
        Column("bridge_years", "whole", "years in which they stand"),
        Column("bridge_cost", "number", "their cost in all; empty: no price given [10 000 yuan]"),
        Column("bridge_holds", "probability", "probability of no breach in the window with the bridge instead of it"),
        Column("bridge_short", "number", "pupil-years without a seat with the bridge instead of it, mean"),
        Column("whole_short", "number", "pupil-years without a seat with the whole plan, mean"),
        Column("rank_effect", "whole", "place by pupil-years spared a yuan (`spent` where it has a trigger)"),
        Column("rank_urgency", "whole", "place by the first year needed"),
        Column("rank_ease", "whole", "place by months to opening, then cost"),
        Column("batch", "maybe_whole", "calendar year in whose budget it fits by effect; empty: in none"),
    ),
)
NECESSITY_YEARS = Shape(
    "necessity_years",
    "necessity_years.csv",
    (
        _PROJECT,
        Column("year", "whole", "school year, starts 1 September", key=True),
        Column(
            "p_needed", "probability", "share of draws (with a trigger: in which it opens) that are worse without it"
        ),
        Column("short_avoided", "number", "pupils who find a seat with it, mean"),
        Column("breaches_avoided", "number", "schools that it spares a breach, mean"),
        Column("used", "number", "pupils in the seats that it adds, mean"),
    ),
)
