"""`study.json` of a run folder, typed: what was simulated, with the names and clauses a reader needs.

Unknown keys are ignored (a folder may say more than this version reads); missing or wrong ones are an error.
"""

from collections.abc import Mapping

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from reports.calibration_card import CalibrationCard
from reports.quality_card import DataQuality
from reports.works_card import WorksCard

RUN_SCHEMA = 1
Names = Mapping[str, str]
Wording = Names | str
"""Text by language; folders of earlier versions hold the Chinese one alone."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class StageCard(_Part):
    """A stage: its grades and the class size that forms classes."""

    id: str
    name: Names
    grades: tuple[str, ...]
    planned_class_size: float | None = None


class ProjectCard(_Part):
    """A project of a plan; `cost` in 万元, `school` the one it opens, extends or closes."""

    id: str
    name: Names
    kind: str
    school: str = ""
    cost: float = 0.0
    start: str = ""
    receivers: tuple[str, ...] = ()
    priority: int = 1
    tags: tuple[str, ...] = ()
    opens: int | None = None
    """Promised opening, school year."""
    owner: Names = Field(default_factory=dict)
    funding: Mapping[str, float] = Field(default_factory=dict)
    """Share of the cost by source of capital; none: all from the first one."""
    ledger: str = ""
    """Row of the ledger of projects that holds its actual progress."""
    adds: tuple[str, ...] | None = None
    """Stocks that it brings (rooms, beds, land_m2, ...); None in folders of earlier versions."""


class QuotaCard(_Part):
    """A quota of a plan; `counts` says what: `flag:weak` or `tag:boarding`."""

    id: str
    name: Names
    counts: str
    note: Names = Field(default_factory=dict)


class OverrideCard(_Part):
    """A named change of values: paths with their new values, from which year and where it holds, and its source."""

    name: Names
    set: Mapping[str, str]
    from_year: int | None = Field(default=None, alias="from")
    where: tuple[str, ...] = ()
    source: Names = Field(default_factory=dict)
    place: str = ""


class TriggerCard(_Part):
    """What is done with a project when something is seen; `units` by their names, empty places: the whole county."""

    project: str
    act: str
    signal: str
    schools: tuple[str, ...] = ()
    units: tuple[Names, ...] = ()
    stage: str = ""
    above: float | None = None
    below: float | None = None
    years: int = 1
    lag_months: int = 0
    from_year: int | None = Field(default=None, alias="from")
    until: int | None = None
    months: int = 0
    """By which a start is put off."""
    phase_of: str = ""


class GuardCard(_Part):
    """A closure that guards look at; `despite`: guards that are set aside, with the reason."""

    project: str
    school: str
    despite: Mapping[str, Names] = Field(default_factory=dict)


class PlanCard(_Part):
    """A plan; `budget` in 万元 by calendar year."""

    id: str
    name: Names
    note: Names = Field(default_factory=dict)
    budget: Mapping[int, float] = Field(default_factory=dict)
    projects: tuple[ProjectCard, ...] = ()
    triggers: tuple[TriggerCard, ...] = ()
    guards: tuple[GuardCard, ...] = ()
    quotas: tuple[QuotaCard, ...] = ()
    buses: Mapping[str, Names] = Field(default_factory=dict)
    """Names of its school buses by id."""
    overrides: tuple[OverrideCard, ...] = ()
    owner: Names = Field(default_factory=dict)
    """Who answers for what no project mends."""


class MilestoneCard(_Part):
    """A review or target date, counted on 1 September of the school year."""

    id: str
    year: int
    name: Names


class SourceCard(_Part):
    """Where a value comes from."""

    item: Wording
    source: Wording


class FutureCard(_Part):
    """A future and where its assumptions come from."""

    id: str
    name: Names
    note: Names = Field(default_factory=dict)
    sources: tuple[SourceCard, ...] = ()
    overrides: tuple[OverrideCard, ...] = ()


class RuleCard(_Part):
    """A rule of the standards pack: clause, indicator (`school_size`, `class_size`, …), bound and source."""

    code: str
    clause: Names
    indicator: str
    stages: tuple[str, ...] = ()
    scope: str = "school"
    bound: float
    unit: str = "pupils"
    valid_from: str | int | None = None
    source: Wording = ""
    source_grade: str = ""
    direction: str = "at_most"
    decides: bool = True
    """Whether the headline rests on it; clauses on indicators do only where the scenario file says so."""

    @property
    def verified(self) -> bool:
        """False for a bound from memory (grade M)."""
        return self.source_grade != "M"


class AlertLevel(_Part):
    """A level of early warning and the ratio from which it holds."""

    level: str
    at_least: float


class AlertCard(_Part):
    """When a zone of some stages is warned, for how many years ahead, and who says so."""

    code: str
    clause: Names
    stages: tuple[str, ...]
    lead_years: int
    levels: tuple[AlertLevel, ...]
    source: Wording = ""
    source_grade: str = ""


class AlertsCard(_Part):
    """Levels of early warning of a study."""

    pack: str
    name: Names
    under_use: float
    rules: tuple[AlertCard, ...] = ()


class PricesCard(_Part):
    """What a missing and an empty seat count as [10 000 yuan a year]."""

    missing_place: float
    empty_seat: float
    source: str


class StudyCard(_Part):
    """The whole of `study.json`."""

    schema_version: int
    id: str
    name: Names
    synthetic: bool
    note: Names = Field(default_factory=dict)
    language: str = "zh"
    base_year: int
    horizon: int
    window: tuple[int, int]
    """First and last school year of the decision window."""
    assessment_year: int | None = None
    draws: int
    seed: int
    crs: str
    calibrated: bool
    p_required: float
    standards: str = ""
    reference_future: str
    headline_plan: str | None = None
    """Plan the first sentence speaks of; None = the plan that holds in most futures."""
    stages: tuple[StageCard, ...]
    futures: tuple[FutureCard, ...]
    plans: tuple[PlanCard, ...]
    rules: tuple[RuleCard, ...]
    sources: tuple[SourceCard, ...] = ()
    overrides: tuple[OverrideCard, ...] = ()
    """What the scenario file sets for all cases."""
    milestones: tuple[MilestoneCard, ...] = ()
    """Milestones that the scenario file names."""
    standard_school: tuple[str, ...] = ()
    """Codes or families of clauses that a standard school meets; none: the pack does not say."""
    alerts: AlertsCard | None = None
    """Levels of early warning; None: no stage has any, or the folder is of an earlier version."""
    data_quality: DataQuality | None = None
    """What the run rests on; None in folders of earlier versions."""
    calibration: CalibrationCard | None = None
    """What the study's own history says of the intervals; None in folders of earlier versions."""
    prices: PricesCard | None = None
    """Prices of missing and empty seats; None: the study declares none."""
    works: WorksCard | None = None
    """Building: stages and who is in charge of them; None in folders of earlier versions."""

    def future(self, key: str) -> FutureCard:
        """The future of this id."""
        return next(card for card in self.futures if card.id == key)

    def plan(self, key: str) -> PlanCard:
        """The plan of this id."""
        return next(card for card in self.plans if card.id == key)

    def rule(self, code: str) -> RuleCard:
        """The rule of this code."""
        return next(card for card in self.rules if card.code == code)

    def deciding(self, verdicts: pd.DataFrame) -> pd.DataFrame:
        """Rows of verdicts on which the headline rests: of its own row and of the rules that decide."""
        codes = [rule.code for rule in self.rules if rule.decides]
        return verdicts[verdicts["rule"].isin([*codes, "all"])]

    def grade_order(self) -> tuple[str, ...]:
        """All grades from the lowest stage to the highest."""
        return tuple(grade for stage in self.stages for grade in stage.grades)
