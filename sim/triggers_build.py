"""From the triggers that a planner wrote to the rules and the construction of an adaptive plan.

Tests: tests/sim/test_triggers_build.py.  Page: docs/science/adaptive.md.
"""

from dataclasses import replace

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import months_after
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_triggers import When
from sim.adaptive import Adaptive
from sim.adaptive_sites import Known, Works
from sim.calendar_result import Calendar
from sim.guards_gate import Fences
from sim.model import Model
from sim.projects import BuildPlan
from sim.signals import Place
from sim.triggers import Act, Rule


def acts_on_signals(plan: PlanFile) -> bool:
    """Whether any project of a plan has a trigger."""
    return any(_whens(project) for project in plan.projects)


def adaptive_of(
    bundle: Bundle,
    plan: PlanFile,
    build: BuildPlan,
    model: Model,
    fences: Fences | None = None,
    known: Calendar | None = None,
) -> Adaptive | None:
    """How a checked plan is built when something is seen; None: it has no triggers, and no guard looks at it.

    build: as `sim.plan_projects.build_plan` makes it.  model: of the school ladder.  fences: guards of its closures.
    known: its calendar as if nothing were seen, of all draws of the run; it spares building where that is all there is.
    """
    if not acts_on_signals(plan) and fences is None:
        return None
    rules = rules_of(plan, model)
    earliest = np.array([months_after(project.start, model.base_year) for project in plan.projects], dtype=np.int64)
    waits = np.array([_waits(project, int(start)) for project, start in zip(plan.projects, earliest, strict=True)])
    specs = tuple(replace(spec, triggered=bool(wait)) for spec, wait in zip(build.projects, waits, strict=True))
    followed = () if fences is None else fences.followed
    if known is not None and not rules and not followed:
        return Adaptive(Known(known), rules, earliest, waits, fences=fences)
    works = Works(
        replace(build, projects=specs),
        bundle.study_in_plan(plan.id).construction.crews,
        model.base_year,
        model.horizon,
        bundle.scenario.spread,
        frozenset(plan.projects[number].id for number in followed),
    )
    return Adaptive(works, rules, earliest, waits, fences=fences)


def rules_of(plan: PlanFile, model: Model) -> tuple[Rule, ...]:
    """The triggers of a plan as rules, in file order."""
    number = {project.id: i for i, project in enumerate(plan.projects)}
    rules = []
    for i, project in enumerate(plan.projects):
        after = -1 if project.phase_of is None else number[project.phase_of]
        for act, when, months in _whens(project):
            rules.append(
                Rule(
                    project=i,
                    act=act,
                    signal=when.signal,
                    place=place_of(when, model),
                    above=when.above,
                    below=when.below,
                    years=when.years,
                    lag=when.lag_months,
                    first=model.base_year if when.from_year is None else when.from_year,
                    last=model.horizon if when.until is None else when.until,
                    months=months,
                    after=after if act == "start" else -1,
                )
            )
    return tuple(rules)


def place_of(when: When, model: Model) -> Place:
    """What a trigger looks at; the only stage of a study need not be named."""
    at, stages = when.at, model.grades.stages
    stage = stages.index(at.stage) if at.stage is not None else 0 if len(stages) == 1 else None
    schools = tuple(model.layout.schools.index(school) for school in at.schools)
    return Place(schools, tuple(model.layout.units.index(unit) for unit in at.units), stage)


def _whens(project: Project) -> list[tuple[Act, When, int]]:
    """Triggers of a project: what each does, and by how many months it puts a start off."""
    found: list[tuple[Act, When, int]] = []
    if project.when is not None:
        found.append(("start", project.when, 0))
    if project.defer_when is not None:
        found.append(("defer", project.defer_when, project.defer_when.months))
    if project.cancel_when is not None:
        found.append(("cancel", project.cancel_when, 0))
    return found


def _waits(project: Project, start: int) -> bool:
    """Whether it waits to be started: for its trigger, or because its start may be put off."""
    return project.when is not None or (project.defer_when is not None and start >= 0)
