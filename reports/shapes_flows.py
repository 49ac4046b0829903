"""What a run folder keeps of flows between homes and across the county line."""

from reports.columns import YEAR, Column, Shape

FLOWS = Shape(
    "flows",
    "flows.csv",
    (
        Column("future", "text", "future id", key=True),
        Column(
            "stream",
            "text",
            "to_town, external_local, external_migrant (net), leaving_with_parents, left_behind, returning, "
            "migrants_leaving",
            key=True,
        ),
        YEAR,
        Column("stated", "number", "children a year as the future says, on the children of the base year"),
        Column("acting", "number", "children of these beyond what the forecast holds; negative: fewer than it holds"),
        Column("unit", "text", "children"),
    ),
)
