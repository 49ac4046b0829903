"""County-level parts of a standards pack: difference coefficients, standard schools and their shares."""

from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Share, Wording, Year
from scenarios.schema_space import Grade


class StandardSchool(FileModel):
    """What makes a standard school (标准化学校)."""

    requires: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Codes of clauses, or families such as `G5`, that a school must meet in all its stages."""
    source: Wording
    """Document and place, or that it is a reading of ours."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory or our own reading."""


class StandardTarget(FileModel):
    """Share of schools that shall be standard schools."""

    share: Share
    """Least share of standard schools [0-1]."""
    ownership: Literal["all", "public", "private"] = "all"
    """Which schools are counted."""
    year: Year | None = None
    """School year from which the share must be reached; null: every year of the decision window."""
    source: Wording
    """Document and place."""


class Coefficients(FileModel):
    """How the difference coefficients of a pack are judged."""

    each_at_most: Annotated[float, Field(gt=0)] | None = None
    """With `cv_mode: mean`, the limit that every single coefficient keeps besides; null: none."""
    indicators: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Indicators of schools that coefficients are computed of, as clauses name them; with thresholds, they are the
    resource indicators of which a school must reach most."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""
