"""Clauses of a standards pack that give no verdict yet, early-warning levels, changes to clauses of another pack."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Share, Wording, Year
from scenarios.schema_space import Grade

SchoolKind = Literal["single_stage", "nine_year", "twelve_year"]
Scope = Literal["room", "class", "site", "campus", "school", "zone", "county", "nation"]


class AppliesIf(FileModel):
    """Which schools the rule is for; every condition that is given must hold."""

    kind: SchoolKind | None = None
    """`single_stage`: one compulsory stage; `nine_year`: two; `twelve_year`: two and a stage above them."""
    built_before: Year | None = None
    """The school was built before this year."""
    migrant_share_above: Share | None = None
    """Migrant children are more than this share of the pupils [0-1]."""


class Condition(AppliesIf):
    """What a clause is for; every condition that is given must hold."""

    place: Literal["any", "urban", "rural"] = "any"
    """Where the school stands, by the column `urban` of the units table."""
    boarding: bool | None = None
    """Whether it is for boarding schools; null: for all."""
    pupils_below: Annotated[int, Field(ge=1)] | None = None
    """The school has fewer pupils than this."""
    largest_class_below: Annotated[int, Field(ge=1)] | None = None
    """The largest class of the school has fewer pupils than this."""


class SizeBound(FileModel):
    """Bound for a school of one size."""

    classes: Annotated[int, Field(ge=1, le=200)]
    """Classes of the school."""
    bound: Annotated[float, Field(gt=0)]
    """The bound, in `unit`."""
    source_grade: Grade | None = None
    """Grade of this number, where it is not that of the clause."""


class Clause(FileModel):
    """A clause besides the rules: judged beside them where a run can make its value forward, else listed."""

    code: Id
    """Code of the clause; the part before the first dot names its family, e.g. `L4`."""
    clause: Names
    """Text of the clause."""
    indicator: Id
    """What is bounded, e.g. `teaching_area_per_pupil`."""
    assessed: Literal["simulated", "imported"]
    """`simulated`: the simulation can make the value forward; `imported`: it comes from the bureau's own figures."""
    stages: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Stages it is about; none: all."""
    scope: Scope
    """On what the bound is: a room, a class, a site, a campus, a (legal) school, a zone, the county, the nation."""
    applies_if: Condition = Condition()
    """What it is for."""
    replaces: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Codes of the clauses that do not hold where this one does."""
    direction: Literal["at_least", "at_most"] | None = None
    """Whether the bound is the least or the most; null: the clause has no number."""
    bound: Annotated[float, Field(ge=0)] | None = None
    """The bound, in `unit`."""
    sizes: Annotated[tuple[SizeBound, ...], FROM_LIST] = ()
    """Bounds by the size of the school, instead of `bound`."""
    unit: Id | None = None
    """Unit of the bound, e.g. `m2_per_pupil`."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """How far a value may lie beyond the bound without a breach, in `unit`."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class StockWeights(FileModel):
    """How stages of one school share what it owns as a whole: areas, rooms, equipment."""

    code: Id
    """Code of the clause."""
    clause: Names
    """Text of the clause."""
    stages: Annotated[dict[Id, Annotated[float, Field(gt=0)]], Field(min_length=2)]
    """Weight of one pupil of each stage; for schools whose pupils are of just these stages."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class Exemption(FileModel):
    """Schools that some clauses leave out."""

    code: Id
    """Code of the clause."""
    clause: Names
    """Text of the clause."""
    exempt: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Codes, or families such as `L4`, of the clauses that do not count for such a school."""
    applies_if: Condition
    """Which schools are left out."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class WarningLevel(FileModel):
    """One level of an early warning."""

    level: Id
    """Name of the level: `yellow`, `red`."""
    at_least: Annotated[float, Field(gt=0)]
    """Demand over planned places from which it holds [1]."""


class EarlyWarning(FileModel):
    """When a shortage of places is announced (学位预警): r = children who will ask / places of the entry grade."""

    code: Id
    """Code of the clause."""
    clause: Names
    """Text of the clause."""
    stages: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Stages it is about."""
    scope: Scope
    """What is warned of: a school's zone, the county."""
    lead_years: Annotated[int, Field(ge=0, le=20)]
    """Years ahead for which levels are published [years]."""
    levels: Annotated[tuple[WarningLevel, ...], FROM_LIST, Field(min_length=1)]
    """Levels from the lowest to the highest."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class Override(FileModel):
    """What is changed of one clause; what is not given stays as it is."""

    bound: Annotated[float, Field(gt=0)] | None = None
    """The new bound, in the unit of the clause."""
    tolerance: Annotated[float, Field(ge=0)] | None = None
    """The new tolerance, in the unit of the clause."""
    clause: Names | None = None
    """The new text of the clause; needed with a new bound, because reports print it."""
    valid_from: dt.date | None = None
    """First day on which it is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force."""
    source: Wording
    """Document and place that change the clause."""
    source_grade: Grade
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""
