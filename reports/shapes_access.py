"""What a run folder keeps of access."""

from gis.access import DECILES, SHARES
from reports.columns import CASE, YEAR, Column, Shape

_CASE = (*CASE, YEAR)
_MEASURE = Column("measure", "text", "km | minutes (on foot): unit of the ways", key=True)
ACCESS = Shape(
    "access",
    "access.parquet",
    (
        *_CASE,
        Column("stage", "text", "stage id or `grade:<g>`", key=True),
        _MEASURE,
        Column("pupils", "number", "pupils at schools of the study who live in the county, mean over draws"),
        Column("mean", "number", "mean way to school of pupils who have one"),
        *(
            Column(
                f"p{share * 100:.0f}",
                "number",
                f"{share:.0%} of the pupils travel at most this; empty: fewer have a way",
                optional=share not in DECILES,
            )
            for share in SHARES
        ),
        Column("beyond", "number", "pupils beyond the limit of their grade; empty without a clause"),
        Column("beyond_share", "probability", "share of the pupils whom a limit is for"),
        Column(
            "over_30", "number", "pupils who travel more than 30 minutes or have no way; empty in km", optional=True
        ),
        Column("unreachable", "number", "pupils without a way to their school"),
        Column(
            "covered_share", "probability", "share of pupils with a school within the service radius; empty: no clause"
        ),
        Column("access_mean", "number", "seats per pupil within reach, two-step floating catchment"),
        Column("access_gini", "probability", "Gini of the seats within reach, by pupils"),
        Column("access_theil", "number", "Theil's T of the same"),
        Column("theil_between", "number", "the part of it between town and country"),
        Column("unreached_seats", "number", "seats of schools that no pupil can reach"),
    ),
)
"""Table of `gis.access_table.access_table`."""
ACCESS_UNITS = Shape(
    "access_units",
    "access_units.parquet",
    (
        *_CASE,
        Column("stage", "text", "stage id", key=True),
        _MEASURE,
        Column("unit", "text", "unit id", key=True),
        Column("pupils", "number", "pupils who live there, mean over draws"),
        Column("mean", "number", "their mean way to school"),
        Column("nearest", "number", "way to the nearest school with seats; empty where one of its places has none"),
        Column("beyond", "number", "pupils beyond the limit of their grade; empty without a clause"),
        Column("unreachable", "number", "pupils without a way to their school"),
        Column("covered_share", "probability", "share of the points of the unit within the service radius"),
        Column("access", "number", "seats per pupil within reach"),
    ),
)
"""Table of `gis.access_table.access_units`."""
