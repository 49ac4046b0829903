"""Defaults of the project kinds as checked data: stages with three-point durations, payments, crews, approvals, risks.

Opens no file (see `scenarios.construction_defaults`), so that the simulation may import it.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text
from scenarios.schema_projects import ApprovalTerms, RiskTerms

Grade = Literal["A", "B", "C", "M"]
Months = tuple[float, float, float]


class Sourced(FileModel):
    """A number says where it comes from and how far to trust it."""

    sources: Annotated[tuple[Id, ...], FROM_LIST, Field(min_length=1)]
    """Keys of the table `sources` of the file."""
    source_grade: Grade
    """A official text, B official text in a copy, C weak copy or own arithmetic, M from memory."""


class StageDefault(Sourced):
    """Duration of one stage."""

    stage: Id
    """Name of the stage, a key of `stages`."""
    months: Annotated[Months, FROM_LIST]
    """Low, likely and high duration in months."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, likely, high = self.months
        if not 0 <= low <= likely <= high:
            raise ValueError(f"{self.stage}: expected 0 <= low <= likely <= high, found {self.months}")
        return self


class PaymentDefault(Sourced):
    """Share of the cost released before a stage starts."""

    stage: Id
    """Name of the stage."""
    share: Annotated[float, Field(gt=0, le=1)]
    """Share of the project's cost."""


class TotalDefault(Sourced):
    """Range in which the likely durations must add up, from an independent source."""

    months: Annotated[tuple[float, float], FROM_LIST]
    """Lowest and highest plausible total in months."""


class KindDefaults(FileModel):
    """Stages, payments and crew of one kind of project."""

    crew: bool
    """A contractor crew is held during the stage `construction`."""
    total_months: TotalDefault
    """Plausible range of the sum of the likely durations."""
    stages: Annotated[tuple[StageDefault, ...], FROM_LIST, Field(min_length=1)]
    """Stages in the order in which they are passed."""
    payments: Annotated[tuple[PaymentDefault, ...], FROM_LIST]
    """When the cost falls due; the shares sum to 1."""
    steps: dict[Id, Annotated[tuple[StageDefault, ...], FROM_LIST, Field(min_length=2)]] = Field(default={})
    """Stages that can be passed in single steps, which add up to the stage."""

    def shares(self) -> dict[str, float]:
        """Stage -> share of the cost released before it."""
        return {payment.stage: payment.share for payment in self.payments}


class ApprovalDefault(ApprovalTerms, Sourced):
    """How long an approval holds, where a study takes the shipped times."""


class RiskDefault(RiskTerms, Sourced):
    """A risk, where a study takes the shipped ones."""


class ChargeDefault(Sourced):
    """Who is in charge of a stage."""

    stage: Id
    """Name of the stage."""
    group: Id
    """Heading under which work plans and pictures put it, a key of `groups`."""
    bureau: Id
    """Department in charge, a key of `bureaus`."""


class ShrinkageDefault(Sourced):
    """How soon projects of one's own outweigh the defaults."""

    projects: Annotated[float, Field(gt=0)]
    """Number of observed projects that count as much as the default."""


class CostDefault(Sourced):
    """What a square metre of building costs."""

    yuan_per_m2: Annotated[Months, FROM_LIST]
    """Low, likely and high cost of gross floor area, all in [yuan/m2]."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, likely, high = self.yuan_per_m2
        if not 0 < low <= likely <= high:
            raise ValueError(f"expected 0 < low <= likely <= high, found {self.yuan_per_m2}")
        return self


class NetShareDefault(Sourced):
    """Usable area of a building."""

    share: Annotated[float, Field(gt=0, le=1)]
    """Usable area over gross floor area."""


class ConstructionDefaults(FileModel):
    """The whole file `construction-defaults.yaml`."""

    schema_version: Literal[1]
    """Version of this file form."""
    id: Id
    """Id of the file."""
    name: Names
    """Its name."""
    note: Names
    """What it is and what it is not."""
    stages: dict[Id, Names]
    """Every stage with its names, in the order in which stages are passed."""
    kinds: dict[Id, KindDefaults]
    """Defaults by kind of project."""
    approvals: Annotated[tuple[ApprovalDefault, ...], FROM_LIST]
    """Times of approvals; they hold in studies that say so."""
    risks: Annotated[tuple[RiskDefault, ...], FROM_LIST]
    """Risks; they count in studies that say so."""
    bureaus: dict[Id, Names]
    """Departments of a county."""
    groups: dict[Id, Names]
    """Headings of stages, in order."""
    charge: Annotated[tuple[ChargeDefault, ...], FROM_LIST]
    """Who is in charge of each stage."""
    shrinkage: ShrinkageDefault
    """How observed durations and defaults are weighed."""
    building_cost: CostDefault
    """Cost of gross floor area."""
    net_share: NetShareDefault
    """Usable area over gross floor area."""
    sources: dict[Id, Text]
    """Sources by key."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for kind, item in self.kinds.items():
            self._check_kind(kind, item)
        numbers: list[Sourced] = [
            *self.approvals,
            *self.risks,
            *self.charge,
            self.shrinkage,
            self.building_cost,
            self.net_share,
        ]
        named = {key for number in numbers for key in number.sources}
        if named - set(self.sources):
            raise ValueError(f"unknown sources {sorted(named - set(self.sources))}")
        passed = {stage for item in self.kinds.values() for stage in self.durations_of(item)}
        stages = {risk.stage for risk in self.risks} | {
            stage for one in self.approvals for stage in (one.stage, one.until)
        }
        if stages - passed:
            raise ValueError(f"approvals and risks of stages that no kind passes: {sorted(stages - passed)}")
        self._check_charge()
        for risk in self.risks:
            if not 0 <= risk.months[0] <= risk.months[1] <= risk.months[2]:
                raise ValueError(f"{risk.id}: expected 0 <= low <= likely <= high, found {risk.months}")
        return self

    def _check_charge(self) -> None:
        if sorted(one.stage for one in self.charge) != sorted(self.stages):
            raise ValueError(f"charge must name every stage once, found {[one.stage for one in self.charge]}")
        odd = [one.stage for one in self.charge if one.group not in self.groups or one.bureau not in self.bureaus]
        if odd:
            raise ValueError(f"unknown group or bureau of the stages {odd}")

    def _check_kind(self, kind: str, item: KindDefaults) -> None:
        passed = [default.stage for default in item.stages]
        if passed != [stage for stage in self.stages if stage in passed]:
            raise ValueError(f"{kind}: stages must be known, unique and in the order of `stages`, found {passed}")
        shares = item.shares()
        if set(shares) - set(passed) or abs(sum(shares.values()) - 1.0) > 1e-9:
            raise ValueError(f"{kind}: payments must name stages of the kind and sum to 1, found {shares}")
        low, high = item.total_months.months
        if not low <= sum(default.months[1] for default in item.stages) <= high:
            raise ValueError(f"{kind}: the likely durations do not add up to {low}-{high} months")
        whole = {default.stage: default.months for default in item.stages}
        for stage, steps in item.steps.items():
            sums = tuple(math.fsum(column) for column in zip(*(step.months for step in steps), strict=True))
            if stage not in whole or sums != whole[stage]:
                raise ValueError(f"{kind}: the steps of {stage} do not add up to the stage, found {sums}")
            if any(step.stage not in self.stages for step in steps):
                raise ValueError(f"{kind}: unknown steps of {stage}")
        steps_too = [step for steps in item.steps.values() for step in steps]
        for number in (*item.stages, *item.payments, *steps_too, item.total_months):
            if set(number.sources) - set(self.sources):
                raise ValueError(f"{kind}: unknown sources {sorted(set(number.sources) - set(self.sources))}")

    @staticmethod
    def durations_of(item: KindDefaults) -> dict[str, StageDefault]:
        """Every stage and step of a kind."""
        steps = {step.stage: step for steps in item.steps.values() for step in steps}
        return {default.stage: default for default in item.stages} | steps

    def durations(self, kind: str, overrides: Mapping[str, Months], split: bool = False) -> dict[str, Months]:
        """Three-point durations of a project in the order of stages: the kind's defaults, replaced or extended.

        overrides: stage -> (low, likely, high) months; a stage which the kind does not have by default is added.
        A stage passes in its steps where `split` says so or one of them is overridden, unless it is overridden as a
        whole.  Raises ValueError for unknown stages, and where a stage is overridden as a whole and in a step.
        """
        unknown = sorted(set(overrides) - set(self.stages))
        if unknown:
            raise ValueError(f"unknown stages {unknown}, expected some of {list(self.stages)}")
        item = self.kinds[kind]
        chosen: dict[str, Months] = {}
        for default in item.stages:
            steps = item.steps.get(default.stage, ())
            stepwise = any(step.stage in overrides for step in steps)
            if stepwise and default.stage in overrides:
                raise ValueError(f"{kind}: {default.stage} is given as a whole and in steps")
            parts = steps if stepwise or (split and default.stage not in overrides) else ()
            chosen |= {one.stage: one.months for one in parts or (default,)}
        chosen |= overrides
        return {stage: chosen[stage] for stage in self.stages if stage in chosen}
