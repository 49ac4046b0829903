"""Standards packs: rules as data, each with its clause, bound, dates and source. A rule without a source is refused."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from scenarios.schema_balance import Coefficients, StandardSchool, StandardTarget
from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text, Wording
from scenarios.schema_clause import AppliesIf, Clause, EarlyWarning, Exemption, Override, StockWeights
from scenarios.schema_space import Clearance, ServiceLimit, SiteArea


class Rule(FileModel):
    """One bound on one indicator."""

    code: Id
    """Code of the rule; the part before the first dot names the clause, e.g. `G4`."""
    clause: Names
    """Text of the clause."""
    indicator: Literal["school_size", "class_size"]
    """What is bounded."""
    stages: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Stages whose pupils count."""
    scope: Literal["school", "class"]
    """Whether the bound is on the school or on every class."""
    applies_if: AppliesIf = AppliesIf()
    """Which schools the rule is for."""
    replaces: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Codes of the rules that do not hold where this one does."""
    bound: Annotated[float, Field(gt=0)]
    """Largest value that is allowed, in `unit`."""
    unit: Literal["pupils"]
    """Unit of the bound."""
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    """How far above the bound a value may lie without a breach, in `unit`."""
    valid_from: dt.date
    """First day on which the rule is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Literal["A", "B", "C", "M"]
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""

    @property
    def family(self) -> str:
        """The clause that the rule belongs to, e.g. `G4`."""
        return self.code.split(".", 1)[0]


class Demand(FileModel):
    """From which size on new housing needs a facility."""

    measure: Literal["residents", "dwellings", "floor_area_m2"]
    """What is counted: planned residents, dwellings, or residential floor area [m2]."""
    at_least: Annotated[float, Field(gt=0)]
    """Size from which one facility is needed."""
    up_to: Annotated[float, Field(gt=0)] | None = None
    """Most that one facility may serve; null: one for every full `at_least`."""


class Facility(FileModel):
    """A facility that new housing needs: one of a size, or seats in proportion."""

    code: Id
    """Code of the clause; the part before the first dot names it."""
    clause: Names
    """Text of the clause."""
    facility: Id
    """Stage that the facility serves: `kindergarten`, `primary`, `junior`, `senior`, ..."""
    when: Annotated[tuple[Demand, ...], FROM_LIST, Field(min_length=1)]
    """Sizes that call for it; the one that asks for most holds."""
    amount: Annotated[float, Field(gt=0)] | None = None
    """Smallest size of one facility in `unit`; null: the text names none."""
    unit: Literal["classes", "seats"] = "classes"
    """Unit of the amount."""
    per: Literal["facility", "thousand"] = "facility"
    """`facility`: the amount is of each facility; `thousand`: of each thousand of what is measured."""
    synchronous: bool = True
    """Whether it must be handed over together with the housing (同步交付)."""
    valid_from: dt.date
    """First day on which the clause is in force."""
    valid_to: dt.date | None = None
    """Last day on which it is in force; null: no end."""
    source: Wording
    """Document and place."""
    source_grade: Literal["A", "B", "C", "M"]
    """A official text, B official text in a copy or encoding, C weak copy, M from memory."""


class Pack(FileModel):
    """A standards pack; the whole of the file."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the pack."""
    name: Names
    """Name on reports."""
    valid_from: dt.date
    """First day on which the pack is in force."""
    source: Wording
    """The document it stands for."""
    note: Names | None = None
    """Anything a reader must know."""
    extends: Text | None = None
    """Pack whose clauses hold unless this one says otherwise: a shipped one, or the path of another (`.yaml`) from
    here. An entry of the same section and code takes the place of that of the other pack."""
    drops: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Codes of clauses of the extended pack that do not hold."""
    overrides: dict[Id, Override] = Field(default={})
    """Changes to single clauses of the extended pack, by code."""
    sources: dict[Id, Wording] = Field(default={})
    """Sources by the keys that rules name in brackets, e.g. `[G1]`."""
    rules: Annotated[tuple[Rule, ...], FROM_LIST] = ()
    """The rules on schools and classes."""
    clauses: Annotated[tuple[Clause, ...], FROM_LIST] = ()
    """Clauses besides the rules: judged where a run can make their value forward, else listed."""
    weights: Annotated[tuple[StockWeights, ...], FROM_LIST] = ()
    """How stages of one school share its areas and rooms."""
    exemptions: Annotated[tuple[Exemption, ...], FROM_LIST] = ()
    """Schools that some clauses leave out."""
    warnings: Annotated[tuple[EarlyWarning, ...], FROM_LIST] = ()
    """Levels of early warnings of a shortage of places."""
    facilities: Annotated[tuple[Facility, ...], FROM_LIST] = ()
    """What new housing needs."""
    service: Annotated[tuple[ServiceLimit, ...], FROM_LIST] = ()
    """How far children may live from a school."""
    clearances: Annotated[tuple[Clearance, ...], FROM_LIST] = ()
    """Distances that a school keeps from hazards and other land."""
    site_areas: Annotated[tuple[SiteArea, ...], FROM_LIST] = ()
    """Least areas of sites."""
    coefficients: Coefficients | None = None
    """What difference coefficients are computed of; null: what the pack that it extends says, else they are not."""
    cv_mode: Literal["each", "mean"] | None = None
    """`each`: every difference coefficient keeps the limit; `mean`: their mean keeps it; null: of the pack that it
    extends, else `each`."""
    standard_school: StandardSchool | None = None
    """What makes a standard school; null: of the pack that it extends, else nothing is called so."""
    standard_targets: Annotated[tuple[StandardTarget, ...], FROM_LIST] | None = None
    """Shares of standard schools to be reached; null: of the pack that it extends."""
