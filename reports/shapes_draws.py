"""What a run folder keeps of single draws: the county, so that runs of the same worlds can be compared."""

from reports.columns import CASE, Column, Shape

COUNTY_DRAWS = Shape(
    "county_draws",
    "county_draws.parquet",
    (
        *CASE,
        Column("year", "whole", "school year, starts 1 September; the base year has one row, as counted", key=True),
        Column("draw", "whole", "number of the draw, from 0", key=True),
        Column("pupils", "whole", "pupils of all schools"),
        Column("seats", "whole", "nominal seats"),
        Column("unused", "whole", "seats that stand empty, school by school"),
        Column("short", "whole", "pupils beyond the nominal seats of their school"),
        Column("classes", "whole", "classes"),
        Column("classes_over", "whole", "classes larger than the limit of their stage"),
        Column("schools_over", "whole", "schools that break what the headline rests on; base year: rules of the pack"),
        Column("pupils_over", "whole", "pupils over these limits"),
        Column("capital", "number", "capital released up to the calendar year, earlier payments among it [10 000 "
               "yuan]; base year: 0"),
    ),
    optional=True,
)  # fmt: skip
"""Table of `sim.county_draws.county_draw_rows`; folders of earlier versions have none."""
