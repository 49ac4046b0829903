"""Quotas: how many schools or projects a document promises by when (`quotas:` of a plan or of a programme)."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from scenarios.schema_base import FileModel, Id, Names, Sources, Text, Year

_TARGETS_JSON = {
    "type": "object",
    "patternProperties": {r"^\d{4}$": {"type": "integer", "minimum": 0}},
    "additionalProperties": False,
    "minProperties": 1,
}


class QuotaCounts(FileModel):
    """What a quota counts: one of the two keys."""

    schools_with_flag: Text | None = None
    """Schools with this flag of the schools table (`weak`), once each, when their first project opens; no closures."""
    projects_with_tag: Id | None = None
    """Projects that carry this tag (`tags` of a project) and have opened; no closures."""


class Quota(FileModel):
    """One quota with its yearly targets, tracked within each draw."""

    id: Id
    """Id of the quota, unique in its file."""
    name: Names
    """Name on reports."""
    counts: QuotaCounts
    """What is counted."""
    targets: Annotated[dict[Year, Annotated[int, Field(ge=0)]], Field(min_length=1), WithJsonSchema(_TARGETS_JSON)]
    """How many in all are to be open by 1 September of a year, by year; never falling [schools or projects]."""
    note: Names | None = None
    """Anything a reader must know, for instance how the number of a document was scaled."""
    sources: Sources = ()
    """The document that sets the quota."""
