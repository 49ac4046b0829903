"""What a standards pack says of space: how far to school, how far from hazards, how much land a school needs."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text, Wording

Grade = Literal["A", "B", "C", "M"]


class ServiceLimit(FileModel):
    """How far children may live from a school."""

    code: Id
    """Code of the clause."""
    clause: Names
    """Text of the clause."""
    use: Literal["radius", "limit"]
    """`radius`: a school of the stage must lie so near to the home (a guideline for siting); `limit`: nobody should
    have a longer way to the school attended."""
    stages: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Stages it is about."""
    grades: Annotated[tuple[Text, ...], FROM_LIST] = ()
    """Grades it is about, in quotes; without them all grades of the stages."""
    place: Literal["any", "urban", "rural"] = "any"
    """Homes it is about, by the column `urban` of the units table."""
    measure: Literal["km", "minutes"]
    """Unit of the bound."""
    bound: Annotated[float, Field(gt=0)]
    """Largest value that is allowed, in `measure`."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class Clearance(FileModel):
    """Distance that a school keeps from something."""

    code: Id
    """Code; a constraint layer of the study is named by it."""
    name: Names
    """What it is a distance from."""
    distance_m: Annotated[float, Field(ge=0, le=10000)]
    """Least distance from the edge of the parcel [m]; 0: the parcel must not touch it."""
    rule: Literal["forbidden", "mitigable"]
    """`forbidden`: land nearer than this is lost for a school; `mitigable`: it may be used with measures."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class SiteSize(FileModel):
    """Land that a school of one size needs."""

    classes: Annotated[int, Field(ge=1, le=200)]
    """Classes of the school."""
    pupils: Annotated[int, Field(ge=1)]
    """Pupils for whom the standard counts."""
    site_m2: Annotated[float, Field(gt=0)]
    """Least area of the site [m2]."""
    source_grade: Grade | None = None
    """Grade of this number, where it is not that of the table."""


class SiteArea(FileModel):
    """Least area of a site by the size of the school."""

    code: Id
    """Code of the table."""
    name: Names
    """Title of the table."""
    stages: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Stages of the school, all of them: `[primary]`, or `[primary, junior]` for a nine-year school."""
    place: Literal["any", "urban", "rural"] = "any"
    """Where the school stands, by the column `urban` of the units table."""
    boarding: bool = False
    """Whether the area is that of a boarding school."""
    sizes: Annotated[tuple[SiteSize, ...], FROM_LIST, Field(min_length=1)]
    """Sizes from the smallest to the largest."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""
