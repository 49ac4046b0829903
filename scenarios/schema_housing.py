"""How housing estates fill, age and come late: `packs/housing-defaults.yaml`, with what a study says in its place.

Opens no file, so that `sim` may import it; `scenarios.housing_defaults` reads the shipped file and lays a study over
it.
"""

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Share, Wording

DwellingType = Literal["commercial", "resettlement", "rental"]
Status = Literal["completed", "under_construction", "approved", "planned", "stalled"]
SourceGrade = Literal["A", "B", "C", "M"]
OLDEST = 14
"""Oldest age that counts as a child of an estate [years]."""

Shares = Annotated[tuple[Share, ...], FROM_LIST, Field(min_length=1)]


class Curve(FileModel):
    """One curve with where it comes from."""

    values: Shares
    """Its values, from step 0 (`born`: from the first year after moving in)."""
    source: Wording
    """Document, register, or how it was made."""
    source_grade: SourceGrade
    """A official text, B official text in a copy, C weak copy, M from memory."""


class TypeCurves(FileModel):
    """Curves of one dwelling type."""

    occupancy: Curve
    """Share of the dwellings occupied on the k-th 1 September after completion [0-1]; the last value stays."""
    ages: Curve
    """Share of the children who move in by age 0-14 on 1 September [0-1]; sums to 1."""
    born: Curve
    """Children born in the j-th year after moving in, per child who moved in [-]."""
    residents_per_dwelling: Annotated[float, Field(gt=0, le=10)]
    """Planned residents of a dwelling, for clauses on facilities [people/dwelling]."""
    residents_source: Wording
    """Where that figure comes from."""
    residents_grade: SourceGrade
    """Its grade."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if faults(self):
            raise ValueError(f"curves that cannot be: {faults(self)}")
        return self


class Risk(FileModel):
    """How late a phase may be, and whether it comes at all."""

    delay: Annotated[tuple[float, float, float], FROM_LIST]
    """Shortest, likely and longest delay [months], three points of a PERT distribution."""
    p_never: Share
    """Probability that it is never completed [0-1]."""
    source: Wording
    """Where the figures come from."""
    source_grade: SourceGrade
    """Their grade."""


class Housing(FileModel):
    """The whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the file."""
    name: Names
    """Name on reports."""
    types: dict[DwellingType, TypeCurves]
    """Curves by dwelling type."""
    delivery: dict[Status, Risk]
    """Risk by status of a phase."""


def faults(curves: TypeCurves) -> tuple[str, ...]:
    """Names of the curves that cannot be: an occupancy that falls or is nothing, ages that do not sum to 1."""
    found = []
    rising = curves.occupancy.values
    if any(b < a for a, b in pairwise(rising)) or rising[-1] <= 0.0:
        found.append("occupancy")
    if abs(sum(curves.ages.values) - 1.0) > 1e-6 or len(curves.ages.values) > OLDEST + 1:
        found.append("ages")
    return tuple(found)
