"""What a run folder keeps of inverse sizing and of special rooms."""

from reports.columns import CASE, YEAR, Column, Shape

_LEVELS = (50, 80, 90, 95)

NEEDS = Shape(
    "needs",
    "needs.csv",
    (
        *CASE,
        Column("rule", "text", "code of the clause", key=True),
        Column("stage", "text", "stage id, or `all`", key=True),
        Column("entity", "text", "school id; study id for all schools together", key=True),
        Column("years", "text", "school years in all of which the clause is to hold: `2026` or `2022-2026`", key=True),
        Column(
            "kind", "text", "what is counted: a stock such as `teaching_area_m2`, `rooms`, `teachers`, `beds`, `pupils`"
        ),
        Column("unit", "text", "m2 | rooms | pupils | teachers | beds"),
        Column("p_holds", "probability", "probability that nothing is missing; empty: not known"),
        *(
            Column(f"needed_p{p}", "number", f"what suffices in the worst of the years with {p} % probability")
            for p in _LEVELS
        ),
        Column("there", "number", "what is there in the year with least, median over draws; empty: not known"),
        *(
            Column(
                f"missing_p{p}", "number", f"smallest addition in whole units with which the clause holds with {p} %"
            )
            for p in _LEVELS
        ),
        Column("required", "probability", "probability that the scenario asks for"),
        Column("missing", "number", "smallest addition with which it holds with `required`"),
        Column("cost", "number", "cost of `missing` [10 000 yuan]; empty where no unit cost is known"),
        Column("unknown", "whole", "schools whose stock is not known (school rows: 1 if it is not)"),
        Column("unverified", "text", "code of the clause where its bound is from memory"),
    ),
)

ROOM_PROGRAMME = Shape(
    "room_programme",
    "room_programme.parquet",
    (
        *CASE,
        YEAR,
        Column("entity", "text", "school id", key=True),
        Column("kind", "text", "kind of special room: music, art, ...", key=True),
        Column("share", "probability", "probability with which the numbers of the row suffice", key=True),
        Column("needed", "number", "rooms that the classes of the school ask for, all stages together"),
        Column("apart", "number", "the same if every stage had rooms of its own"),
        Column("there", "number", "rooms that meet the area clause"),
        Column("short", "number", "rooms missing before anything is re-used"),
        Column("spare", "number", "classrooms empty in this and all later years of the decision window"),
        Column("reused", "number", "of the missing rooms, those that spare classrooms of their size can be"),
        Column("to_build", "number", "what is left to build"),
        Column("m2", "number", "net area that the clause asks of a new room [m2]; 0: no clause"),
        Column("cost", "number", "cost of `to_build` [10 000 yuan]; empty where no unit cost is known"),
    ),
)
