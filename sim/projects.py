"""A project and a plan as the construction calendar sees them, checked when they are made.

Tests: tests/sim/test_projects.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from sim.project_terms import (
    BUDGET,
    After,
    Approval,
    Break,
    Duration,
    Fund,
    Land,
    Points,
    Progress,
    Risk,
    check_three_point,
)

CREW_STAGE = "construction"


@dataclass(frozen=True)
class ProjectSpec:
    """One project: `durations` holds stage -> (low, likely, high) months or `Points`, in the order of the stages.

    start_month: month of the decision, in months since 1 September of base_year (negative = earlier).
    cost: 万元.  priority: 1 first; equal priorities are served in the order of asking.
    needs_crew: a contractor crew is held during the stage "construction".
    payments: stage -> share of the cost released before the stage starts; the shares sum to 1 (empty if cost is 0).
    funding: source -> share of every payment, summing to 1; empty = all from the first source of the plan.
    desks: stage -> review desk held during the stage.  progress: what is known already.
    triggered: does not start by itself (`start_month` is then without effect).  land: what its land stage waits for.
    The other terms: sim/project_terms.py.
    """

    id: str
    kind: str
    start_month: int
    cost: float
    priority: int
    durations: Mapping[str, Duration]
    needs_crew: bool
    payments: Mapping[str, float] = field(default_factory=dict)
    approvals: tuple[Approval, ...] = ()
    risks: tuple[Risk, ...] = ()
    after: tuple[After, ...] = ()
    funding: Mapping[str, float] = field(default_factory=dict)
    desks: Mapping[str, str] = field(default_factory=dict)
    progress: Progress | None = None
    triggered: bool = False
    land: Land | None = None

    def __post_init__(self) -> None:
        _check(self)
        _check_terms(self)
        if self.progress is not None:
            _check_progress(self, self.progress)


@dataclass(frozen=True)
class BuildPlan:
    """The projects of a plan, its capital and its desks.

    budget: 万元 by calendar year, carried over; the source "budget".  funds: further sources, in order.
    desks: review desk -> how many projects it serves at a time.  breaks: seasons in which work is slow or rests.
    land: quota of new construction land, mu by calendar year; None: land is not short.
    """

    projects: tuple[ProjectSpec, ...]
    budget: Mapping[int, float] = field(default_factory=dict)
    funds: Mapping[str, Fund] = field(default_factory=dict)
    desks: Mapping[str, int] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    land: Fund | None = None

    def __post_init__(self) -> None:
        ids = [project.id for project in self.projects]
        if len(set(ids)) != len(ids):
            raise ValueError(f"project ids must be unique, found {ids}")
        Fund(self.budget)
        if self.budget and BUDGET in self.funds:
            raise ValueError(f"the source {BUDGET!r} is given twice, as budget and in funds")
        closed = {desk: number for desk, number in self.desks.items() if number < 1}
        if closed:
            raise ValueError(f"desks must serve at least one project, found {closed}")
        _check_links(self)

    @property
    def sources(self) -> dict[str, Fund]:
        """Every source of capital by name; the first pays for projects that name none."""
        first = {BUDGET: Fund(self.budget)} if self.budget or not self.funds else {}
        return {**first, **self.funds}


def _check(spec: ProjectSpec) -> None:
    for stage, points in spec.durations.items():
        if not isinstance(points, Points):
            check_three_point(f"{spec.id}.{stage}", points)
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


def _check_terms(spec: ProjectSpec) -> None:
    order = {stage: place for place, stage in enumerate(spec.durations)}
    named = {
        "approvals": [stage for one in spec.approvals for stage in (one.stage, one.until)],
        "risks": [stage for one in spec.risks for stage in (one.stage, *one.repeats)],
        "after": [one.stage for one in spec.after],
        "desks": list(spec.desks),
        "land": [] if spec.land is None else [spec.land.stage],
    }
    for term, stages in named.items():
        if unknown := sorted(set(stages) - set(order)):
            raise ValueError(f"{spec.id}: {term} name stages the project does not pass: {unknown}")
    if turned := [one.stage for one in spec.approvals if order[one.stage] >= order[one.until]]:
        raise ValueError(f"{spec.id}: approvals end at or after the stage they are needed for: {turned}")
    if ahead := [one.id for one in spec.risks if any(order[stage] > order[one.stage] for stage in one.repeats)]:
        raise ValueError(f"{spec.id}: risks repeat stages that come later: {ahead}")
    if len({one.id for one in spec.risks}) != len(spec.risks):
        raise ValueError(f"{spec.id}: risk ids must be unique, found {[one.id for one in spec.risks]}")
    total = sum(spec.funding.values())
    if spec.funding and (min(spec.funding.values()) < 0 or abs(total - 1.0) > 1e-9):
        raise ValueError(f"{spec.id}: funding shares must be >= 0 and sum to 1, found {dict(spec.funding)}")


def _check_progress(spec: ProjectSpec, progress: Progress) -> None:
    seen = [*progress.done, *([progress.under_way[0]] if progress.under_way else [])]
    if seen != list(spec.durations)[: len(seen)]:
        raise ValueError(f"{spec.id}: progress must name the first stages in order, found {seen}")
    months = [*progress.done.values(), *([progress.under_way[1]] if progress.under_way else [])]
    if months != sorted(months):
        raise ValueError(f"{spec.id}: progress: dates must not go back, found {months}")
    if spec.triggered and (seen or progress.stopped):
        raise ValueError(f"{spec.id}: a project that waits for a trigger cannot have begun, found {seen}")


def _check_links(plan: BuildPlan) -> None:
    ids, sources = {project.id for project in plan.projects}, plan.sources
    for project in plan.projects:
        if unknown := sorted({one.project for one in project.after} - ids):
            raise ValueError(f"{project.id}: comes after projects that the plan does not have: {unknown}")
        if unknown := sorted(set(project.funding) - set(sources)):
            raise ValueError(f"{project.id}: sources that the plan does not have: {unknown}")
        if unknown := sorted(set(project.desks.values()) - set(plan.desks)):
            raise ValueError(f"{project.id}: desks that the plan does not have: {unknown}")
        if project.land is not None and project.land.mu > 0 and plan.land is None:
            raise ValueError(f"{project.id}: asks for {project.land.mu} mu of a quota that the plan does not have")
    try:
        TopologicalSorter({one.id: {before.project for before in one.after} for one in plan.projects}).prepare()
    except CycleError as error:
        raise ValueError(f"projects wait for each other: {' -> '.join(error.args[1])}") from error
    for stage in {stage for one in plan.breaks for stage in one.stages}:
        still = {month for one in plan.breaks if stage in one.stages and one.pace == 0 for month in one.months}
        if len(still) == 12:
            raise ValueError(f"breaks: {stage} stands still in every month")
