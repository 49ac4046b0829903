"""What a building project waits for, what it is paid from and what may befall it: parts of plans and of the study."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Share, Wording, Year

ProjectKind = Literal["new_school", "extension", "closure", "conversion", "renovation", "temporary", "boarding_centre"]
Months1 = Annotated[float, Field(le=240)]
Months3 = Annotated[tuple[Months1, Months1, Months1], FROM_LIST]
Observed = Annotated[tuple[Annotated[float, Field(gt=0, le=240)], ...], FROM_LIST, Field(min_length=1)]
Money = Annotated[float, Field(ge=0)]
BY_YEAR_JSON = {
    "type": "object",
    "patternProperties": {r"^\d{4}$": {"type": "number", "minimum": 0}},
    "additionalProperties": False,
}
Amounts = Annotated[dict[Year, Money], WithJsonSchema(BY_YEAR_JSON)]
Stages = Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]


class Fund(FileModel):
    """A source of capital: the county's budget, money from above, a loan, a donor."""

    id: Id
    """Id of the source, by which `funding` of the projects names it."""
    name: Names
    """Name on reports."""
    by_year: Annotated[Amounts, Field(min_length=1)]
    """Capital by calendar year [10 000 yuan]."""
    carry_over: Share = 1.0
    """Part of what is left on 31 December that may be spent in the next year [0-1]: 1 all, 0 nothing."""
    note: Names | None = None
    """On what ground, and what it may be spent on."""


class After(FileModel):
    """Another project that must have been handed over first."""

    project: Id
    """The project that is waited for."""
    stage: Id | None = None
    """Stage that waits; null: the whole project, from its first stage."""


class RiskTerms(FileModel):
    """How likely a risk is, and what it does."""

    id: Id
    """Id of the risk; one of the same id nearer to the project takes its place."""
    name: Names
    """Name on reports."""
    stage: Id
    """Stage at whose start it strikes or does not."""
    probability: Share
    """Probability that it strikes one project [0-1]; 0 takes a shipped risk away."""
    months: Months3 = (0.0, 0.0, 0.0)
    """Low, likely and high number of months that the stage takes longer [months]."""
    cost_share: Annotated[float, Field(ge=0, le=5)] = 0.0
    """What it adds to the cost, as a part of the cost of the project, due with later payments [0-5]."""
    repeats: Annotated[tuple[Id, ...], FROM_LIST] = ()
    """Stages that must be passed once more."""
    stops: bool = False
    """Whether the project ends there for good."""
    kinds: Annotated[tuple[ProjectKind, ...], FROM_LIST] = ()
    """Kinds of project that it can befall; none: every kind that passes the stage."""


class ProjectRisk(RiskTerms):
    """Something that may befall a project: how likely it is, and what it does."""

    source: Wording | None = None
    """Where its numbers come from."""


class ApprovalTerms(FileModel):
    """How long an approval holds, and what it must be used for in this time."""

    stage: Id
    """Stage that ends with the approval."""
    months: Annotated[float, Field(gt=0, le=240)]
    """How long it holds [months]."""
    until: Id
    """Later stage that must begin in this time; else the approval is asked for again."""


class ApprovalTerm(ApprovalTerms):
    """How long an approval holds here."""

    source: Wording | None = None
    """Where the time comes from."""


class WorkBreak(FileModel):
    """Months of each year in which work goes slowly or not at all: frost, rain, the farming season."""

    id: Id
    """Id of the break."""
    name: Names
    """Name on reports."""
    stages: Stages
    """Stages that it slows."""
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], FROM_LIST, Field(min_length=1)]
    """Calendar months, 1 to 12."""
    pace: Share = 0.0
    """How fast work goes in these months, as a part of the usual pace [0, or 0.01-1]: 0 stands still."""
    source: Wording | None = None
    """Where months and pace come from."""


class Desk(FileModel):
    """An office that works on a few files at a time: cost review, tenders, land."""

    id: Id
    """Id of the desk."""
    name: Names
    """Name on reports."""
    stages: Stages
    """Stages for which a project needs the desk from beginning to end."""
    files: Annotated[int, Field(ge=1, le=1000)]
    """Projects that it works on at the same time."""
    note: Names | None = None
    """Anything a reader must know."""


class Construction(FileModel):
    """Shared resources of the building projects, and how long their stages take here."""

    crews: Annotated[int, Field(ge=1, le=1000)] = 3
    """Contractor crews that can work at the same time [crews]."""
    building_yuan_per_m2: Annotated[float, Field(gt=0)] | None = None
    """Cost of gross floor area, all in; null: the shipped default [yuan/m2]."""
    sports_yuan_per_m2: Annotated[float, Field(ge=0)] | None = None
    """Cost of sports grounds; null: not known, no cost is told [yuan/m2]."""
    land_yuan_per_m2: Annotated[float, Field(ge=0)] | None = None
    """Cost of land; null: not known, no cost is told [yuan/m2]."""
    split_stages: bool = False
    """Whether land, design, tender and acceptance are passed in their single steps, such as the review of estimates."""
    durations: dict[ProjectKind, dict[Id, Months3]] = Field(default={})
    """Low, likely and high duration of stages by kind of project, where they differ from the shipped ones [months]."""
    observed: dict[ProjectKind, dict[Id, Observed]] = Field(default={})
    """What stages of past projects took, by kind; the more there are, the less the three points count [months]."""
    from_ledger: bool = False
    """Whether finished projects of the table `projects` count as observed, too."""
    ledger_as_of: dt.date | None = None
    """Day on which the table `projects` stood so; needed where a plan names rows of it [YYYY-MM-DD]."""
    desks: Annotated[tuple[Desk, ...], FROM_LIST] = ()
    """Offices that projects wait for."""
    breaks: Annotated[tuple[WorkBreak, ...], FROM_LIST] = ()
    """Breaks by season."""
    default_approvals: bool = False
    """Whether the shipped times of approvals hold."""
    approvals: Annotated[tuple[ApprovalTerm, ...], FROM_LIST] = ()
    """Times of approvals here; one of the same stage takes the place of the shipped one."""
    default_risks: bool = False
    """Whether the shipped risks count (planning practice from memory, see the file of defaults)."""
    risks: Annotated[tuple[ProjectRisk, ...], FROM_LIST] = ()
    """Risks here; one of the same id takes the place of the shipped one."""
