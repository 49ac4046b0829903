"""The shipped defaults of attendance beyond the zone (`packs/attendance-defaults.yaml`)."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FileModel, Id, Names
from scenarios.schema_boarding import Sourced

BeyondZone = Annotated[float, Field(gt=0, le=0.9)]
"""Above 0: a school that has no zone must have its pupils from somewhere."""


class AttendanceDefaults(FileModel):
    """The shipped defaults of attendance beyond the zone; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the file."""
    name: Names
    """Its name."""
    beyond_zone: Sourced[BeyondZone]
    """Part of a home's children at schools beyond its zone, where one is as near as the own school [0-1]."""
    scales: Sourced[Annotated[float, Field(gt=0, le=100)]]
    """Way by which such a school loses the factor e, in mean ways to the next school of the grade [1]."""


@dataclass(frozen=True)
class BeyondValues:
    """Values of attendance beyond the zone in force."""

    share: float
    scales: float
