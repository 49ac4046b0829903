"""From the plan a planner wrote to the projects that the construction calendar simulates.

Tests: tests/sim/test_plan_projects.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.construction_kinds import ConstructionDefaults, Months
from scenarios.construction_terms import Observed, StageTime, Terms, observed_times, terms_of
from scenarios.land_supply import land_asked
from scenarios.project_ledger import actual_progress, month_of, past_times
from scenarios.schema_base import months_after
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_projects import Construction
from sim.arrays import FloatArray
from sim.durations import pert_quantile
from sim.project_terms import After, Approval, Break, Duration, Fund, Land, Points, Progress, Risk
from sim.projects import BuildPlan, ProjectSpec

_STEPS = 200  # pieces of the line through the quantiles of observed and default durations


@dataclass(frozen=True)
class Ground:
    """What the projects of all plans stand on.  ledger, parcels: tables `projects` and `parcels`, None: not given."""

    defaults: ConstructionDefaults
    base_year: int
    study: Construction = field(default_factory=Construction)
    ledger: pd.DataFrame | None = None
    parcels: pd.DataFrame | None = None

    @property
    def observed(self) -> Observed:
        """Months that stages took in past projects."""
        past = {} if self.ledger is None else past_times(self.ledger, self.defaults)
        return observed_times(self.study, past)


def ground_of(bundle: Bundle, plan: str, defaults: ConstructionDefaults, base_year: int) -> Ground:
    """What the projects of one plan of a checked bundle stand on."""
    tables = (bundle.tables.get("projects"), bundle.tables.get("parcels"))
    return Ground(defaults, base_year, bundle.study_in_plan(plan).construction, *tables)


def project_specs(plan: PlanFile, ground: Ground) -> tuple[ProjectSpec, ...]:
    """Projects of a plan in file order, with all that holds of them: see `scenarios.construction_terms`."""
    observed = ground.observed
    return tuple(
        replace(_spec(project, terms, ground), land=_land(plan, project, terms, ground))
        for project in plan.projects
        for terms in (terms_of(project, ground.study, ground.defaults, observed),)
    )


def build_plan(plan: PlanFile, ground: Ground) -> BuildPlan:
    """The plan as `sim.construction.opening_years` takes it; month 0 is 1 September of the base year."""
    quota = None if plan.land is None else plan.land.quota
    return BuildPlan(
        project_specs(plan, ground),
        dict(plan.budget),
        {fund.id: Fund(dict(fund.by_year), fund.carry_over) for fund in plan.funds},
        {desk.id: desk.files for desk in ground.study.desks},
        _breaks(plan, ground),
        None if quota is None else Fund(dict(quota.by_year), quota.carry_over),
    )


def _spec(project: Project, terms: Terms, ground: Ground) -> ProjectSpec:
    return ProjectSpec(
        id=project.id,
        kind=project.kind,
        start_month=months_after(project.start, ground.base_year),
        cost=project.cost,
        priority=project.priority,
        durations={stage: duration(time, ground.defaults) for stage, time in terms.times.items()},
        needs_crew=terms.crew,
        payments=terms.payments,
        approvals=tuple(Approval(ends, one.months, begins) for one, ends, begins in terms.approvals),
        risks=tuple(
            Risk(one.id, stage, one.probability, one.months, one.cost_share, again, one.stops)
            for one, stage, again in terms.risks
        ),
        after=tuple(After(*one) for one in terms.after),
        funding=_funding(project),
        desks=terms.desks,
        progress=progress_of(project, terms, ground),
        triggered=project.when is not None,
    )


def _land(plan: PlanFile, project: Project, terms: Terms, ground: Ground) -> Land | None:
    """What the land stage of a project waits for; None where the plan says nothing of its land."""
    supply = plan.land
    if supply is None or terms.land is None:
        return None
    month = supply.parcels.get(project.parcel or "")
    asked = None if supply.quota is None else land_asked(project, ground.parcels)
    if month is None and not (asked and asked.mu):
        return None
    there = float("-inf") if month is None else float(months_after(month, ground.base_year))
    return Land(terms.land, there, asked.mu if asked else 0.0)


def _funding(project: Project) -> dict[str, float]:
    """Shares by source that add up to 1 exactly enough, whatever the digits they were written with."""
    total = sum(project.funding.values())
    return {source: share / total for source, share in project.funding.items() if share > 0}


def _breaks(plan: PlanFile, ground: Ground) -> tuple[Break, ...]:
    """Breaks of the study on every stage that a project of the plan passes under the names given."""
    steps = {
        stage: tuple(step.stage for step in item.steps.get(stage, ()))
        for item in ground.defaults.kinds.values()
        for stage in item.steps
    }
    return tuple(
        Break(tuple(s for stage in one.stages for s in (stage, *steps.get(stage, ()))), one.months, one.pace)
        for one in ground.study.breaks
        if plan.projects
    )


def duration(time: StageTime, defaults: ConstructionDefaults) -> Duration:
    """Duration of a stage: three points, or their quantiles and those of past projects averaged.

    With n observed months, Q(u) = w Q_observed(u) + (1 - w) Q_points(u), w = n / (n + k), k = `shrinkage.projects`:
    averaging quantiles keeps the shape of both, where averaging densities would give two humps (Vincent averaging,
    Ratcliff 1979, Psychological Bulletin 86(3), 446-461).
    """
    if not time.observed:
        return time.months
    weight = len(time.observed) / (len(time.observed) + defaults.shrinkage.projects)
    u = np.linspace(0.0, 1.0, _STEPS + 1)
    mixed = weight * np.quantile(time.observed, u) + (1.0 - weight) * _points(u, time.months)
    return Points(tuple(np.maximum.accumulate(mixed).tolist()))


def _points(u: FloatArray, months: Months) -> FloatArray:
    low, likely, high = (np.array(value, dtype=np.float64) for value in months)
    return pert_quantile(u, low, likely, high)


def progress_of(project: Project, terms: Terms, ground: Ground) -> Progress | None:
    """Actual progress of a project that names a row of the ledger; None if it names none.

    What was paid is what the ledger says; where it says nothing, the payments due before every stage that has begun.
    Raises ValueError if the study has no ledger or does not date it, KeyError if the ledger has no such row.
    """
    if project.ledger is None:
        return None
    if ground.ledger is None or ground.study.ledger_as_of is None:
        raise ValueError(f"{project.id}: the study has no ledger, or does not date it")
    row = ledger_row(ground.ledger, project.ledger)
    whole = {step.stage: stage for stage, steps in ground.defaults.kinds[project.kind].steps.items() for step in steps}
    as_of = month_of(ground.study.ledger_as_of.isoformat(), ground.base_year)
    actual = actual_progress(row, tuple(terms.times), whole, ground.base_year, as_of)
    under_way = None
    if actual.under_way is not None:
        begun = as_of if isnan(actual.begun) else actual.begun
        under_way = (actual.under_way, min(as_of, max([begun, *actual.done.values()])))
    begun_stages = [*actual.done, *([actual.under_way] if actual.under_way is not None else [])]
    due = project.cost * sum(terms.payments.get(stage, 0.0) for stage in begun_stages)
    paid = due if isnan(actual.paid) else actual.paid
    return Progress(actual.done, under_way, paid, actual.stopped, as_of)


def ledger_row(ledger: pd.DataFrame, name: str) -> Mapping[str, object]:
    """The row of a project. Raises KeyError."""
    found = ledger[ledger["project"] == name]
    if found.empty:
        raise KeyError(name)
    return {str(key): value for key, value in found.iloc[0].to_dict().items()}
