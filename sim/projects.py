"""A project as the construction calendar sees it, and the legs its stages are merged into.

A leg is a run of stages that waits for nothing on the way: money and a crew are asked for at the start of a leg only,
so a leg is one event instead of one per stage, with the same dates.
Tests: tests/sim/test_projects.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

CREW_STAGE = "construction"
YUAN = 10_000  # yuan in one 万元


@dataclass(frozen=True)
class ProjectSpec:
    """One project: `durations` holds stage -> (low, likely, high) months, in the order in which stages are passed.

    start_month: month of the decision, in months since 1 September of base_year (negative = earlier).
    cost: 万元.  priority: 1 first; equal priorities are served in the order of asking.
    needs_crew: a contractor crew is held during the stage "construction".
    payments: stage -> share of the cost released before the stage starts; the shares sum to 1 (empty if cost is 0).
    """

    id: str
    kind: str
    start_month: int
    cost: float
    priority: int
    durations: Mapping[str, tuple[float, float, float]]
    needs_crew: bool
    payments: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class BuildPlan:
    """The projects of a plan and its capital by calendar year, 万元 (carried over)."""

    projects: tuple[ProjectSpec, ...]
    budget: Mapping[int, float]

    def __post_init__(self) -> None:
        ids = [project.id for project in self.projects]
        if len(set(ids)) != len(ids):
            raise ValueError(f"project ids must be unique, found {ids}")
        wrong = {year: amount for year, amount in self.budget.items() if not 0 <= amount < float("inf")}
        if wrong:
            raise ValueError(f"budget amounts must be finite and >= 0, found {wrong}")


@dataclass(frozen=True)
class Leg:
    """Stages passed without a wait between them.  yuan: released before the leg.  crew: a crew is held during it."""

    stages: tuple[str, ...]
    yuan: int
    crew: bool


def _check(spec: ProjectSpec) -> None:
    for stage, (low, likely, high) in spec.durations.items():
        if not 0 <= low <= likely <= high < float("inf"):
            raise ValueError(f"{spec.id}.{stage}: expected 0 <= low <= likely <= high, found {(low, likely, high)}")
    if not 0 <= spec.cost < float("inf"):
        raise ValueError(f"{spec.id}: cost must be finite and >= 0, found {spec.cost}")
    if not spec.durations:
        raise ValueError(f"{spec.id}: a project needs at least one stage")
    if spec.needs_crew and CREW_STAGE not in spec.durations:
        raise ValueError(f"{spec.id}: needs a crew but has no stage {CREW_STAGE!r}, found {list(spec.durations)}")
    unknown = set(spec.payments) - set(spec.durations)
    if unknown:
        raise ValueError(f"{spec.id}: payments for stages the project does not pass: {sorted(unknown)}")
    total = sum(spec.payments.values())
    if min(spec.payments.values(), default=0.0) < 0 or (spec.cost > 0 and abs(total - 1.0) > 1e-9):
        raise ValueError(f"{spec.id}: payment shares must be >= 0 and sum to 1, found {dict(spec.payments)}")


def payments_yuan(spec: ProjectSpec) -> dict[str, int]:
    """Whole yuan released before each stage; the sum is the cost rounded to the yuan, whatever the shares."""
    total, paid, share = round(spec.cost * YUAN), 0, 0.0
    payments = {}
    last = max((i for i, stage in enumerate(spec.durations) if spec.payments.get(stage, 0.0) > 0), default=-1)
    for i, stage in enumerate(spec.durations):
        share += spec.payments.get(stage, 0.0)
        due = total if i == last else min(total, round(total * share))
        payments[stage] = due - paid if i <= last else 0
        paid += payments[stage]
    return payments


def legs(spec: ProjectSpec) -> tuple[Leg, ...]:
    """Merge the stages of a project into legs; a new leg starts at a payment, at a crew, and after a crew."""
    merged: list[Leg] = []
    for stage, yuan in payments_yuan(spec).items():
        crew = spec.needs_crew and stage == CREW_STAGE
        if not merged or yuan or crew or merged[-1].crew:
            merged.append(Leg((stage,), yuan, crew))
        else:
            merged[-1] = Leg((*merged[-1].stages, stage), merged[-1].yuan, merged[-1].crew)
    return tuple(merged)
