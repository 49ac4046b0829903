"""What can be said of a project beyond its stages: approvals, risks, breaks, funds, dependencies, progress.

Everything is checked when it is made (ValueError) and defaults to nothing, so that a plan that says nothing of these
terms is built as if they did not exist.  Months are months since 1 September of base_year or lengths in months; money
is 万元.  Tests: tests/sim/test_project_terms.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

ThreePoint = tuple[float, float, float]
"""(low, likely, high) months."""

CarryOver = Literal["all", "none"] | float
"""What becomes of unspent money on 1 January: all or none of it is kept, or a share between 0 and 1."""

BUDGET = "budget"
"""Name of the source that `BuildPlan.budget` fills."""


@dataclass(frozen=True)
class Points:
    """Empirical duration: sorted months; quantiles are linear between them, the first at 0 and the last at 1."""

    months: tuple[float, ...]

    def __post_init__(self) -> None:
        ordered = list(self.months) == sorted(self.months)
        if not self.months or not ordered or not all(isfinite(month) and month >= 0 for month in self.months):
            raise ValueError(f"expected sorted months, finite and >= 0, found {self.months}")


Duration = ThreePoint | Points


def check_three_point(where: str, points: ThreePoint) -> None:
    """Raises ValueError unless 0 <= low <= likely <= high < inf."""
    low, likely, high = points
    if not 0 <= low <= likely <= high < float("inf"):
        raise ValueError(f"{where}: expected 0 <= low <= likely <= high, found {(low, likely, high)}")


@dataclass(frozen=True)
class Approval:
    """The approval that ends `stage` lapses `months` after that.

    If stage `until` begins later than that, `stage` is passed again before it, with a new duration.
    """

    stage: str
    months: float
    until: str

    def __post_init__(self) -> None:
        if not 0 < self.months < float("inf"):
            raise ValueError(f"approval of {self.stage}: validity must be > 0 months, found {self.months}")


@dataclass(frozen=True)
class Risk:
    """What may happen, once, when `stage` falls due for the first time.

    months: by how much the stage then takes longer.  cost_share: share of the project's cost that is asked for on top,
    with the next payment or before hand-over.  repeats: stages passed again before `stage`, in the order of the
    project.  stops: the project stops for good, before it asks for the money of `stage`.
    """

    id: str
    stage: str
    probability: float
    months: ThreePoint = (0.0, 0.0, 0.0)
    cost_share: float = 0.0
    repeats: tuple[str, ...] = ()
    stops: bool = False

    def __post_init__(self) -> None:
        check_three_point(f"risk {self.id}", self.months)
        if not 0 <= self.probability <= 1:
            raise ValueError(f"risk {self.id}: probability must be between 0 and 1, found {self.probability}")
        if not 0 <= self.cost_share < float("inf"):
            raise ValueError(f"risk {self.id}: cost_share must be finite and >= 0, found {self.cost_share}")


@dataclass(frozen=True)
class After:
    """`stage` begins not before the hand-over of `project`; if that never comes, it never begins."""

    project: str
    stage: str


@dataclass(frozen=True)
class Break:
    """In these calendar months (1 = January) work of these stages goes at `pace`; 0 = it stands still.

    Where several breaks meet in a month the slowest pace holds.
    """

    stages: tuple[str, ...]
    months: tuple[int, ...]
    pace: float = 0.0

    def __post_init__(self) -> None:
        if not set(self.months) <= set(range(1, 13)):
            raise ValueError(f"break: months must be 1 to 12, found {self.months}")
        if not 0 <= self.pace <= 1:
            raise ValueError(f"break: pace must be between 0 and 1, found {self.pace}")


@dataclass(frozen=True)
class Land:
    """`stage` ends not before its parcel is there (`month`) and the yearly quota of the plan has granted `mu`."""

    stage: str
    month: float = float("-inf")
    mu: float = 0.0

    def __post_init__(self) -> None:
        if not self.month < float("inf"):
            raise ValueError(f"land: the month in which a parcel is there must be finite, found {self.month}")
        if not 0 <= self.mu < float("inf"):
            raise ValueError(f"land: mu must be finite and >= 0, found {self.mu}")


@dataclass(frozen=True)
class Fund:
    """A source of capital: 万元 by calendar year, there from 1 January, and what becomes of the unspent rest."""

    years: Mapping[int, float]
    carry_over: CarryOver = "all"

    def __post_init__(self) -> None:
        wrong = {year: amount for year, amount in self.years.items() if not 0 <= amount < float("inf")}
        if wrong:
            raise ValueError(f"budget amounts must be finite and >= 0, found {wrong}")
        if isinstance(self.carry_over, str):
            if self.carry_over not in ("all", "none"):
                raise ValueError(f"carry_over must be all, none or a share from 0 to 1, found {self.carry_over!r}")
        elif not 0 <= self.carry_over <= 1:
            raise ValueError(f"carry_over must be all, none or a share from 0 to 1, found {self.carry_over}")

    @property
    def share(self) -> float:
        """Share of the unspent money that is kept on 1 January."""
        return {"all": 1.0, "none": 0.0}[self.carry_over] if isinstance(self.carry_over, str) else self.carry_over


@dataclass(frozen=True)
class Progress:
    """What is known of a project at month `as_of`: facts that the simulation starts from.

    done: stage -> month in which it ended; the first stages of the project, without a gap.
    under_way: (stage, month in which it began), the stage after those done.  paid: 万元 paid so far.
    stopped: the project was given up.
    """

    done: Mapping[str, float] = field(default_factory=dict)
    under_way: tuple[str, float] | None = None
    paid: float = 0.0
    stopped: bool = False
    as_of: float = 0.0

    def __post_init__(self) -> None:
        late = {stage: month for stage, month in self.done.items() if not month <= self.as_of}
        if late:
            raise ValueError(f"progress: stages end after month {self.as_of}, when it was seen: {late}")
        if self.under_way is not None and not self.under_way[1] <= self.as_of:
            raise ValueError(f"progress: {self.under_way[0]} begins after month {self.as_of}, when it was seen")
        if not 0 <= self.paid < float("inf"):
            raise ValueError(f"progress: paid must be finite and >= 0, found {self.paid}")
