"""What a run folder keeps of what is there today and of what projects bring: facts of input that papers print."""

from reports.columns import Column, Shape

_SCHOOL = Column("school", "text", "school id", key=True)
_UNIT = (
    Column("township", "text", "township of that unit"),
    Column("urban", "maybe_whole", "1: a unit in town, 0: in the country; empty: not known"),
)
_AREAS = (
    Column("floor_area_m2", "number", "gross floor area of all buildings [m2]; empty: as land"),
    Column("teaching_area_m2", "number", "teaching and ancillary rooms without indoor sports [m2]; empty: as land"),
    Column("sports_area_m2", "number", "sports grounds and halls [m2]; empty: as land"),
)

SCHOOL_FACTS = Shape(
    "school_facts",
    "inputs/school_facts.csv",
    (
        _SCHOOL,
        Column("unit", "text", "unit where it stands, by its place; empty: outside every unit"),
        *_UNIT,
        Column("ownership", "text", "public | private"),
        Column("built", "maybe_whole", "year built; empty: not known"),
        Column("flags", "text", "marks of the school, spaces between"),
        Column("sites", "whole", "rows of the table of sites"),
        Column("rooms", "number", "general classrooms"),
        Column("seats", "number", "classrooms x planned class size; stages that share rooms weighted by their grades"),
        Column("beds", "number", "boarding beds; empty: not given"),
        Column("land_m2", "number", "land [m2]; empty: not given for every site"),
        *_AREAS,
    ),
    optional=True,
)
"""Schools of the base year; schools that a plan opens are in `PROJECT_FACTS`."""

STAGE_FACTS = Shape(
    "stage_facts",
    "inputs/stage_facts.csv",
    (
        _SCHOOL,
        Column("stage", "text", "stage id", key=True),
        Column("pupils", "number", "pupils of the base year"),
        Column("boarders", "number", "boarders on record; empty: none on record"),
    ),
    optional=True,
)

BIRTHS = Shape(
    "registered_births",
    "inputs/births.csv",
    (
        Column("year", "whole", "calendar year", key=True),
        Column("births", "number", "births of all units with a row in force, all groups"),
        Column("units", "whole", "units with a row in force that year"),
    ),
    optional=True,
)
"""Births as the table of births has them, up to the base year."""

PROJECT_FACTS = Shape(
    "project_facts",
    "inputs/project_facts.csv",
    (
        Column("plan", "text", "plan id", key=True),
        Column("project", "text", "project id", key=True),
        Column("unit", "text", "unit where it stands"),
        *_UNIT,
        Column("parcel", "text", "parcel that it is built on; empty: none is named"),
        Column("rooms", "number", "general classrooms that it brings"),
        Column("beds", "number", "boarding beds"),
        Column("land_m2", "number", "land [m2]; empty: not given"),
        *_AREAS,
        Column("music_rooms", "number", "music rooms; empty: not given"),
        Column("art_rooms", "number", "art rooms; empty: not given"),
        Column("multimedia_rooms", "number", "rooms with networked multimedia; empty: not given"),
    ),
    optional=True,
)
"""Projects that bring something: new schools, extensions and what else has rooms, beds, areas or land."""

PARCELS = Shape(
    "parcels",
    "inputs/parcels.csv",
    (
        Column("parcel", "text", "parcel id", key=True),
        Column("unit", "text", "unit of the table of parcels"),
        Column("x", "number", "east of its middle [m], working CRS; empty: no place"),
        Column("y", "number", "north of its middle [m]"),
        Column("area_m2", "number", "registered area, else measured [m2]; empty: neither"),
        Column("usable_m2", "number", "what forbidding clearances leave [m2]"),
        Column("status", "text", "status of the land, as in the table of parcels"),
        Column("ownership", "text", "state | collective; empty: not given"),
        Column("planned_use", "text", "planned use, as in the table of parcels"),
        Column("locked", "whole", "1: locked for education"),
        Column("outline", "text", "drawn | circle | none"),
        Column("pupils_max", "number", "pupils of the largest school that its usable area carries; empty: no norm"),
        Column("classes_max", "number", "classes of it"),
        Column("more", "whole", "1: larger than the largest size of the norm"),
        Column("norm", "text", "code of the norm of site areas in the pack"),
        Column("fit", "text", "free | measures | reduced | unfit | unknown"),
        Column("source", "text", "source as the table of parcels says"),
    ),
    optional=True,
)

PARCEL_CHECKS = Shape(
    "parcel_checks",
    "inputs/parcel_checks.csv",
    (
        Column("parcel", "text", "parcel id; `~none` where the study has no parcels", key=True),
        Column("code", "text", "code of the clearance in the standards pack", key=True),
        Column("name_zh", "text", "what it is a distance from, Chinese"),
        Column("name_en", "text", "the same, English"),
        Column("rule", "text", "forbidden | mitigable"),
        Column("required_m", "number", "distance asked for [m]; 0: must not touch"),
        Column("checked", "whole", "1: the study has a layer of it; 0: open"),
        Column("nearest_m", "number", "distance to the nearest feature [m]; empty: none, or not checked"),
        Column("lost", "probability", "share of the parcel that lies nearer than asked"),
        Column("source_zh", "text", "document and place, Chinese"),
        Column("source_en", "text", "document and place, English"),
        Column("source_grade", "text", "A official, B official in a copy, C weak copy, M from memory"),
    ),
    optional=True,
)

SITE_DEMAND = Shape(
    "site_demand",
    "inputs/site_demand.csv",
    (
        Column("kind", "text", "school (of a project) | parcel", key=True),
        Column("site", "text", "school id or parcel id", key=True),
        Column("stage", "text", "stage id", key=True),
        Column("within", "text", "m500 | m1000 (straight line) | walk30 (on foot, schools only)", key=True),
        Column("pupils", "number", "pupils of the base year who live there, wherever they go to school"),
    ),
    optional=True,
)
"""Pupils by home as the demand points of a unit share them, from the base year."""
