"""What may stop a closure: `guards` of a project, section `closures` of `study.yaml`, and the shipped values."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Month, Names, Share, Text, Wording
from scenarios.schema_boarding import Sourced

GuardName = Literal[
    "hearing",
    "objection",
    "protected",
    "kept_small",
    "last_here",
    "built_first",
    "size",
    "seats",
    "beds",
    "canteen",
    "travel",
]
GUARDS: tuple[GuardName, ...] = get_args(GuardName)
"""All guards, those known beforehand first; the order of tables and reports."""
Minutes = Annotated[float, Field(gt=0, le=240)]
Marks = Annotated[tuple[Text, ...], FROM_LIST]
Pupils = Annotated[int, Field(ge=1, le=2000)]


class Hearing(FileModel):
    """The hearing on a closure: held, with its result, or planned."""

    held: Month | None = None
    """Month in which it was held [YYYY-MM]."""
    planned: Month | None = None
    """Month for which it is planned, in place of `held`; its result is not known [YYYY-MM]."""
    objections: Share | None = None
    """Part of the parents, or of the delegates, who objected; null: not on record [0-1]."""


class Guards(FileModel):
    """What is on record about a closure, and which guards are set aside for it."""

    hearing: Hearing | None = None
    """The hearing; null: none, which stops the closure."""
    canteen: bool | None = None
    """Whether the receivers have a canteen for those who will board there; null: not known, which stops nothing."""
    canteen_with: Id | None = None
    """Project of the plan that brings the canteen with its opening, in place of `canteen`."""
    despite: dict[GuardName, Wording] = Field(default={})
    """Guards that are set aside, each with the reason; the report tells both."""


class KeepSmall(FileModel):
    """Places that keep their small schools: village primaries and teaching points."""

    units: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Units whose schools are meant."""
    below: Pupils | None = None
    """Pupils below which a school is small; null: the shipped number [pupils]."""
    note: Names | None = None
    """On what decision."""


class KeepOne(FileModel):
    """A township that keeps a school of a stage: the last one does not close."""

    units: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Units of the township."""
    stage: Id
    """Stage of school."""
    note: Names | None = None
    """On what decision."""


class Closures(FileModel):
    """Guard-rails of closures and of conversions that give grades up; with this section they hold in all plans."""

    trip_minutes: Minutes | None = None
    """Longest trip one way; null: the shipped norm [min]."""
    beyond_share: Share | None = None
    """Part of the pupils moved who may have a longer trip and no bed; null: the shipped share [0-1]."""
    objections: Share | None = None
    """Part of the parents or delegates above which objections are a majority; null: the shipped share [0-1]."""
    protected: Marks | None = None
    """Marks of the schools table that protect a school; null: the shipped ones."""
    keep_small: Annotated[tuple[KeepSmall, ...], FROM_LIST] = ()
    """Townships that keep their small schools."""
    keep_one: Annotated[tuple[KeepOne, ...], FROM_LIST] = ()
    """Townships that keep at least one school of a stage."""


class ClosureDefaults(FileModel):
    """The shipped values of the guard-rails of closures; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Text
    """Id of the file."""
    name: Names
    """Its name."""
    trip_minutes: Sourced[Minutes]
    """Longest trip one way [min]."""
    beyond_share: Sourced[Share]
    """Part of the pupils moved who may have a longer trip [0-1]."""
    objections: Sourced[Share]
    """Part of the parents or delegates above which objections are a majority [0-1]."""
    protected: Sourced[Marks]
    """Marks that protect a school."""
    small_school: Sourced[Pupils]
    """Pupils below which a school is small [pupils]."""


@dataclass(frozen=True)
class GuardValues:
    """Values of the guard-rails in force."""

    trip_minutes: float
    beyond_share: float
    objections: float
    protected: tuple[str, ...]
    small_school: int
