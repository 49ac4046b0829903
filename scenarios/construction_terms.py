"""What holds of one project: the shipped defaults of its kind, the study's own over them, the plan's over those.

The one place where the three are laid over each other: the simulation, the checks and `explain` read the same terms.
A stage named whole (`tender`) means its steps in a project that passes it in steps (`budget_review`, `bidding`): the
first where something begins with it, the last where something ends with it, all of them where something lasts.
Tests: tests/scenarios/test_construction_terms.py.  Page: docs/science/construction.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from scenarios.construction_kinds import ConstructionDefaults, KindDefaults, Months, Sourced
from scenarios.schema_plan import Project
from scenarios.schema_projects import ApprovalTerms, Construction, RiskTerms, WorkBreak

Level = Literal["default", "study", "plan"]
Observed = Mapping[str, Mapping[str, tuple[float, ...]]]
"""Kind -> stage -> months that it took in past projects."""
Term = TypeVar("Term", ApprovalTerms, RiskTerms)


LAND_STAGE = "land"


@dataclass(frozen=True)
class StageTime:
    """Duration of a stage.  sources, grade: of a shipped number.  observed: months of past projects of the kind."""

    months: Months
    level: Level
    sources: tuple[str, ...] = ()
    grade: str = ""
    observed: tuple[float, ...] = ()


@dataclass(frozen=True)
class Terms:
    """Everything about the building of one project; every stage named here is one that it passes."""

    times: Mapping[str, StageTime]
    crew: bool
    payments: Mapping[str, float]
    """Stage -> part of the cost released before it."""
    approvals: tuple[tuple[ApprovalTerms, str, str], ...]
    """What was said, the stage that ends with it, the stage that must begin in time."""
    risks: tuple[tuple[RiskTerms, str, tuple[str, ...]], ...]
    """What was said, the stage at whose start it strikes, the stages passed again."""
    after: tuple[tuple[str, str], ...]
    """Project that is waited for, stage that waits."""
    desks: Mapping[str, str]
    """Stage -> desk."""
    breaks: tuple[tuple[WorkBreak, tuple[str, ...]], ...]
    """A break, and the stages that it slows."""
    land: str | None
    """Stage that does not end before the land is there; None: the project passes no stage of land."""


def terms_of(project: Project, study: Construction, defaults: ConstructionDefaults, observed: Observed) -> Terms:
    """The terms of a checked project.  observed: past projects of the study and of its ledger, see `observed_times`.

    Raises ValueError for stages that are not known, or given as a whole and in steps.
    """
    item = defaults.kinds[project.kind]
    times = _times(project, study, defaults, observed.get(project.kind, {}))
    passed = tuple(times)
    return Terms(
        times=times,
        crew=item.crew,
        payments=_payments(item, passed),
        approvals=_approvals(study, defaults, item, passed),
        risks=_risks(project, study, defaults, item, passed),
        after=tuple(
            (one.project, first) for one in project.after for first in (_start(item, passed, one.stage),) if first
        ),
        desks={stage: desk.id for desk in study.desks for name in desk.stages for stage in within(item, passed, name)},
        breaks=tuple(
            (one, stages)
            for one in study.breaks
            if (stages := tuple(stage for name in one.stages for stage in within(item, passed, name)))
        ),
        land=next(reversed(within(item, passed, LAND_STAGE)), None),
    )


def within(item: KindDefaults, passed: tuple[str, ...], stage: str) -> tuple[str, ...]:
    """Stages that a project passes under that name: itself, or its steps; none if it does not pass it."""
    if stage in passed:
        return (stage,)
    return tuple(step.stage for step in item.steps.get(stage, ()) if step.stage in passed)


def _start(item: KindDefaults, passed: tuple[str, ...], stage: str | None) -> str | None:
    found = passed if stage is None else within(item, passed, stage)
    return found[0] if found else None


def observed_times(study: Construction, ledger: Observed) -> Observed:
    """Past projects that the study lists, and those of its ledger where it says so."""
    found: dict[str, dict[str, tuple[float, ...]]] = {kind: dict(stages) for kind, stages in study.observed.items()}
    for kind, stages in ledger.items() if study.from_ledger else ():
        own = found.setdefault(kind, {})
        for stage, months in stages.items():
            own[stage] = (*own.get(stage, ()), *months)
    return found


def layered(item: KindDefaults, *layers: Mapping[str, Months]) -> dict[str, Months]:
    """Durations laid over each other; a stage as a whole takes the place of its steps below it, and the reverse."""
    whole = {step.stage: stage for stage, steps in item.steps.items() for step in steps}
    result: dict[str, Months] = {}
    for layer in layers:
        covered = {whole.get(stage, "") for stage in layer}
        covered |= {step.stage for stage in layer for step in item.steps.get(stage, ())}
        result = {stage: months for stage, months in result.items() if stage not in covered} | dict(layer)
    return result


def _times(
    project: Project, study: Construction, defaults: ConstructionDefaults, observed: Mapping[str, tuple[float, ...]]
) -> dict[str, StageTime]:
    item, here = defaults.kinds[project.kind], study.durations.get(project.kind, {})
    own = layered(item, here, project.durations)
    shipped = defaults.durations_of(item)
    times = {}
    for stage, months in defaults.durations(project.kind, own, study.split_stages).items():
        seen = () if stage in project.durations else tuple(observed.get(stage, ()))
        if stage in own:
            times[stage] = StageTime(months, "plan" if stage in project.durations else "study", observed=seen)
        else:
            source = shipped[stage]
            times[stage] = StageTime(months, "default", source.sources, source.source_grade, seen)
    return times


def _payments(item: KindDefaults, passed: tuple[str, ...]) -> dict[str, float]:
    """Shares by stage; a payment before a stage falls due before its first step."""
    return {within(item, passed, stage)[0]: share for stage, share in item.shares().items()}


def _approvals(
    study: Construction, defaults: ConstructionDefaults, item: KindDefaults, passed: tuple[str, ...]
) -> tuple[tuple[ApprovalTerms, str, str], ...]:
    shipped = defaults.approvals if study.default_approvals else ()
    held: dict[str, ApprovalTerms] = {one.stage: one for one in (*shipped, *study.approvals)}
    found = []
    for one in held.values():
        ends, begins = within(item, passed, one.stage), within(item, passed, one.until)
        if ends and begins and passed.index(ends[-1]) < passed.index(begins[0]):
            found.append((one, ends[-1], begins[0]))
    return tuple(found)


def _risks(
    project: Project,
    study: Construction,
    defaults: ConstructionDefaults,
    item: KindDefaults,
    passed: tuple[str, ...],
) -> tuple[tuple[RiskTerms, str, tuple[str, ...]], ...]:
    shipped = defaults.risks if study.default_risks else ()
    held: dict[str, RiskTerms] = {one.id: one for one in (*shipped, *study.risks, *project.risks)}
    found = []
    for one in held.values():
        strikes = within(item, passed, one.stage)
        if strikes and one.probability > 0 and (not one.kinds or project.kind in one.kinds):
            named = {stage for name in one.repeats for stage in within(item, passed, name)}
            again = tuple(stage for stage in passed if stage in named)
            # A stage that repeats itself is repeated from its last step, or its later steps would come too early.
            itself = bool(again) and passed.index(again[-1]) > passed.index(strikes[0])
            found.append((one, strikes[-1] if itself else strikes[0], again))
    return tuple(found)


def origin(term: ApprovalTerms | RiskTerms | StageTime) -> tuple[tuple[str, ...], str]:
    """Keys of the sources and the grade of a shipped number; both empty for one of the study or plan."""
    if isinstance(term, StageTime):
        return term.sources, term.grade
    return (term.sources, term.source_grade) if isinstance(term, Sourced) else ((), "")
