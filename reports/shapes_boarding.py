"""What a run folder keeps of boarding, school buses, and the choice between them."""

from reports.columns import CASE, YEAR, Column, Shape

_SCHOOL = Column("school", "text", "school id", key=True)

BOARDING = Shape(
    "boarding",
    "boarding.parquet",
    (
        *CASE,
        YEAR,
        _SCHOOL,
        Column("stage", "text", "stage id, or `all`: the whole school, with beds, meals and land", key=True),
        Column("pupils", "number", "pupils, mean over draws"),
        Column("boarders", "number", "boarders, mean over draws"),
        *(Column(f"p{q}", "number", f"boarders, {q} % quantile over draws") for q in (10, 50, 90)),
        Column("beds", "number", "beds, mean over draws; empty: not known"),
        Column("p_short", "probability", "probability of fewer beds than boarders; empty: beds not known"),
        Column("short", "number", "beds missing, mean over draws"),
        Column("diners", "number", "boarders and day pupils who eat at school, mean over draws"),
        Column("canteen_m2", "number", "land that the canteen needs for them [m2]"),
        Column("dormitory_m2", "number", "land that dormitories need for the boarders [m2]"),
        Column("life_teachers", "number", "posts of life teachers, mean over draws; empty: no ratio given"),
    ),
)
BUSES = Shape(
    "buses",
    "buses.csv",
    (
        *CASE,
        YEAR,
        Column("bus", "text", "bus id", key=True),
        _SCHOOL,
        Column("kind", "text", "daily | weekly"),
        Column("children", "number", "children carried, mean over draws"),
        Column("runs", "whole", "trips of one vehicle that carry them all, one way"),
        Column("km", "number", "length of a trip one way [km]"),
        Column("minutes_walk", "number", "mean way of these children on foot [min]; empty: nobody has both ways"),
        Column("minutes_bus", "number", "mean way of these children by bus [min]"),
        Column("saved", "number", "minutes saved, one way, mean over these children"),
        Column("still_far", "number", "of these children, beyond the limit by bus as well, or without a way"),
        Column("cost_per_year", "number", "cost of a school year [10 000 yuan]; not in the budget of the plan"),
    ),
)
OPTIONS = Shape(
    "boarding_options",
    "boarding_options.csv",
    (
        *CASE,
        YEAR,
        _SCHOOL,
        Column("option", "text", "walk | bus (daily) | board (beds and a weekly bus)", key=True),
        Column("children", "number", "day pupils beyond the limit on foot, mean over draws"),
        Column("minutes", "number", "mean way one way; of boarders a weekly trip spread over the school days [min]"),
        Column("still_far", "number", "children who still have a way beyond the limit"),
        Column("beds", "number", "beds that are missing for it; empty: beds of the school are not known"),
        Column("capital", "number", "cost of these beds, once [10 000 yuan]"),
        Column("cost_per_year", "number", "cost of buses in a school year [10 000 yuan]"),
    ),
)
