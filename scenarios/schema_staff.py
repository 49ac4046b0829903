"""Teachers that a school needs: ratios by stage, of the shipped defaults and of a study."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Wording
from scenarios.schema_space import Grade


class StageStaff(FileModel):
    """Ratios of one stage."""

    pupils_per_post: Annotated[float, Field(ge=1, le=100)]
    """Pupils for one post (生师比)."""
    posts_per_class: Annotated[float, Field(gt=0, le=10)]
    """Posts for one class (班师比)."""


class StaffSource(FileModel):
    """Where a ratio comes from."""

    item: Wording
    """What the source is for."""
    grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory or derived by us."""
    source: Wording
    """Document and place."""


class Staff(FileModel):
    """Ratios by stage; stages without ratios have no figures."""

    stages: dict[Id, StageStaff] = Field(default={})
    """Ratios by stage; a stage that is not given has those of the shipped file, if it has any."""
    small_below: Annotated[int, Field(ge=0, le=5000)] | None = None
    """Pupils of a stage at a school below which the larger of the two counts; null: as in the shipped file."""
    sources: Annotated[tuple[StaffSource, ...], FROM_LIST, Field(min_length=1)]
    """Where the ratios come from."""


class StaffFile(Staff):
    """The shipped file."""

    schema_version: Literal[1]
    """Version of this file form."""
