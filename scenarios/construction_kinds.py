"""Defaults of the project kinds as checked data: stages with three-point durations, payments, crews.

Opens no file (see `scenarios.construction_defaults`), so that the simulation may import it.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from scenarios.schema_base import FROM_LIST, FileModel, Id, Names, Text

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

    def shares(self) -> dict[str, float]:
        """Stage -> share of the cost released before it."""
        return {payment.stage: payment.share for payment in self.payments}


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
    building_cost: CostDefault
    """Cost of gross floor area."""
    net_share: NetShareDefault
    """Usable area over gross floor area."""
    sources: dict[Id, Text]
    """Sources by key."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for kind, item in self.kinds.items():
            passed = [default.stage for default in item.stages]
            if passed != [stage for stage in self.stages if stage in passed]:
                raise ValueError(f"{kind}: stages must be known, unique and in the order of `stages`, found {passed}")
            shares = item.shares()
            if set(shares) - set(passed) or abs(sum(shares.values()) - 1.0) > 1e-9:
                raise ValueError(f"{kind}: payments must name stages of the kind and sum to 1, found {shares}")
            low, high = item.total_months.months
            if not low <= sum(default.months[1] for default in item.stages) <= high:
                raise ValueError(f"{kind}: the likely durations do not add up to {low}-{high} months")
            for number in (*item.stages, *item.payments, item.total_months):
                if set(number.sources) - set(self.sources):
                    raise ValueError(f"{kind}: unknown sources {sorted(set(number.sources) - set(self.sources))}")
        named = {*self.building_cost.sources, *self.net_share.sources}
        if named - set(self.sources):
            raise ValueError(f"building: unknown sources {sorted(named - set(self.sources))}")
        return self

    def durations(self, kind: str, overrides: Mapping[str, Months]) -> dict[str, Months]:
        """Three-point durations of a project in the order of stages: the kind's defaults, replaced or extended.

        overrides: stage -> (low, likely, high) months; a stage which the kind does not have by default is added.
        """
        unknown = sorted(set(overrides) - set(self.stages))
        if unknown:
            raise ValueError(f"unknown stages {unknown}, expected some of {list(self.stages)}")
        chosen = {default.stage: default.months for default in self.kinds[kind].stages} | dict(overrides)
        return {stage: chosen[stage] for stage in self.stages if stage in chosen}
