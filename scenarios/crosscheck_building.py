"""Cross-checks of how projects are built: times, approvals, risks, breaks and desks of the study, and in every project.

Dependencies, money and land of plans: `scenarios.crosscheck_funding`; the ledger: `scenarios.crosscheck_progress`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from scenarios.construction_defaults import load_defaults
from scenarios.construction_kinds import Months
from scenarios.construction_terms import Terms, observed_times, terms_of, within
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import Project
from scenarios.schema_projects import Construction, RiskTerms
from scenarios.schema_study import StudyFile
from scenarios.yaml_source import Key

At = tuple[Key, ...]
SLOWEST = 0.01
"""Least pace of a break in which work does not stand still [share]: below it a stage takes a hundred times as long."""


def building_problems(draft: Draft) -> list[Problem]:
    """Problems of the section `construction` of the study, and of what it and the plans make of every project."""
    problems = _study(draft)
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            problems += _project(view, project, ("projects", number))
    return problems if problems else _idle(draft)


def study_of(view: PlanView) -> Construction | None:
    """The section `construction` as it is in force in a plan."""
    if view.draft.study is None:
        return None
    study = view.draft.in_force.plans.get(view.plan.model.id, view.draft.study.model)
    return study.construction


def sound_terms(view: PlanView, project: Project) -> Terms | None:
    """The terms of a project; None while its stages or those of the study are wrong (told elsewhere)."""
    study = study_of(view)
    if study is None:
        return None
    try:
        return terms_of(project, study, load_defaults(), observed_times(study, {}))
    except (ValueError, KeyError):
        return None


def _study(draft: Draft) -> list[Problem]:
    if draft.study is None:
        return []
    read, own = draft.study, draft.study.model.construction
    problems: list[Problem] = []
    for kind, times in own.durations.items():
        at: At = ("construction", "durations", kind)
        problems += [_order(read.place(*at, stage), months) for stage, months in times.items() if _wrong(months)]
        problems += [p for stage in times for p in _known(read.place(*at, stage, key=True), stage)]
        problems += _twice_told(read.place(*at, key=True), kind, times)
    for kind, seen in own.observed.items():
        item = load_defaults().kinds[kind]
        whole = set(item.steps) if own.split_stages else set()
        passed = [stage for stage in load_defaults().durations_of(item) if stage not in whole]
        for stage in sorted(set(seen) - set(passed)):
            place = read.place("construction", "observed", kind, stage, key=True)
            problems.append(error("SCN734", place, stage, near=nearest(stage, passed), kind=kind, stages=tuple(passed)))
    return [*problems, *_staged(read, own), *_approvals(read, own), *_risks(read, own)]


def _staged(read: Read[StudyFile], own: Construction) -> list[Problem]:
    """Desks and breaks: stages, one desk for a stage, no stage that stands still for ever."""
    problems: list[Problem] = []
    listed = [("desks", n, one.stages) for n, one in enumerate(own.desks)]
    listed += [("breaks", n, one.stages) for n, one in enumerate(own.breaks)]
    for name, n, stages in listed:
        for k, stage in enumerate(stages):
            problems += _known(read.place("construction", name, n, "stages", k), stage)
    problems += _ids([one.id for one in own.desks], lambda n: read.place("construction", "desks", n, "id"), "desks")
    problems += _ids([one.id for one in own.breaks], lambda n: read.place("construction", "breaks", n, "id"), "breaks")
    at_desk: dict[str, str] = {}
    for n, desk in enumerate(own.desks):
        for k, stage in enumerate(desk.stages):
            others = {at_desk.setdefault(one, desk.id) for one in _every(stage)} - {desk.id}
            if others:
                place = read.place("construction", "desks", n, "stages", k)
                problems.append(error("SCN717", place, stage, desk=desk.id, other=min(others)))
    still: dict[str, set[int]] = {}
    for n, rest in enumerate(own.breaks):
        if 0 < rest.pace < SLOWEST:
            place = read.place("construction", "breaks", n, "pace")
            problems.append(error("SCN840", place, f"{rest.pace:g}", rest=rest.id, slowest=f"{SLOWEST:g}"))
        for stage in [one for name in rest.stages for one in _every(name)] if rest.pace == 0 else ():
            still.setdefault(stage, set()).update(rest.months)
            if len(still[stage]) == 12:
                problems.append(error("SCN716", read.place("construction", "breaks", n, "months"), stage))
    return problems


def _approvals(read: Read[StudyFile], own: Construction) -> list[Problem]:
    problems: list[Problem] = []
    order = list(load_defaults().stages)
    ends = [one.stage for one in own.approvals]
    problems += _ids(ends, lambda n: read.place("construction", "approvals", n, "stage"), "approvals")
    for n, one in enumerate(own.approvals):
        unknown = [p for key in ("stage", "until")
                   for p in _known(read.place("construction", "approvals", n, key), getattr(one, key))]  # fmt: skip
        problems += unknown
        if not unknown and (one.until in _every(one.stage) or order.index(one.until) <= order.index(one.stage)):
            place = read.place("construction", "approvals", n, "until")
            problems.append(error("SCN714", place, one.until, stage=one.stage))
    return problems


def _risks(read: Read[StudyFile], own: Construction) -> list[Problem]:
    problems = _ids([one.id for one in own.risks], lambda n: read.place("construction", "risks", n, "id"), "risks")
    for n, risk in enumerate(own.risks):
        problems += _risk(risk, lambda *key, n=n: read.place("construction", "risks", n, *key))
    return problems


def _project(view: PlanView, project: Project, at: At) -> list[Problem]:
    """Risks of a project, stages that it names, and approvals that lapse before they can be used."""
    plan, problems = view.plan, _twice_told(view.plan.place(*at, "durations"), project.id, project.durations)
    problems += _ids([one.id for one in project.risks], lambda n: plan.place(*at, "risks", n, "id"), "risks")
    for n, risk in enumerate(project.risks):
        problems += _risk(risk, lambda *key, n=n: plan.place(*at, "risks", n, *key))
    terms = sound_terms(view, project)
    if terms is None or any(_wrong(time.months) for time in terms.times.values()):
        return problems
    passed, item = tuple(terms.times), load_defaults().kinds[project.kind]
    named = [(one.stage, ("risks", n, "stage")) for n, one in enumerate(project.risks)]
    named += [(one.stage, ("after", n, "stage")) for n, one in enumerate(project.after) if one.stage is not None]
    for stage, key in named:
        if not within(item, passed, stage) and stage in load_defaults().stages:
            near = nearest(stage, passed)
            problems.append(error("SCN739", plan.place(*at, *key), stage, near=near, project=project.id, stages=passed))
    for approval, ends, begins in terms.approvals:
        between = passed[passed.index(ends) + 1 : passed.index(begins)]
        least = sum(_least(terms, stage) for stage in between)
        if least > approval.months:
            problems.append(error("SCN713", plan.place(*at, "id"), f"{least:g}", project=project.id,
                                  stage=ends, until=begins, months=f"{approval.months:g}"))  # fmt: skip
    return problems


def _least(terms: Terms, stage: str) -> float:
    """Shortest time that a stage can take."""
    time = terms.times[stage]
    return min([time.months[0], *time.observed])


def _wrong(months: Months) -> bool:
    return not 0 <= months[0] <= months[1] <= months[2]


def _order(place: str, months: Months) -> Problem:
    return error("SCN700", place, "[" + ", ".join(f"{month:g}" for month in months) + "]")


def _known(place: str, stage: str) -> list[Problem]:
    stages = tuple(load_defaults().stages)
    return [] if stage in stages else [error("SCN508", place, stage, near=nearest(stage, stages), stages=stages)]


def _twice_told(place: str, owner: str, times: Mapping[str, Months]) -> list[Problem]:
    """A stage as a whole, and one of its steps."""
    pairs = {
        (stage, step.stage)
        for item in load_defaults().kinds.values()
        for stage, steps in item.steps.items()
        for step in steps
        if stage in times and step.stage in times
    }
    return [error("SCN736", place, step, owner=owner, stage=stage) for stage, step in sorted(pairs)]


def _every(stage: str) -> tuple[str, ...]:
    """A stage and all steps that it has in any kind of project."""
    steps = {step.stage: step for item in load_defaults().kinds.values() for step in item.steps.get(stage, ())}
    return (stage, *steps)


def _ids(ids: Sequence[str], place: Callable[[int], str], name: str) -> list[Problem]:
    again = [n for n, one in enumerate(ids) if one in ids[:n]]
    return [error("SCN707", place(n), ids[n], list=name) for n in again]


def _risk(risk: RiskTerms, place: Callable[..., str]) -> list[Problem]:
    problems = [_order(place("months"), risk.months)] if _wrong(risk.months) else []
    problems += _known(place("stage"), risk.stage)
    order = list(load_defaults().stages)
    for n, stage in enumerate(risk.repeats):
        problems += _known(place("repeats", n), stage)
        if {stage, risk.stage} <= set(order) and order.index(stage) > order.index(risk.stage):
            problems.append(error("SCN715", place("repeats", n), stage, risk=risk.id, stage=risk.stage))
    return problems


def _idle(draft: Draft) -> list[Problem]:
    """Desks, breaks, approvals and risks of the study that touch no project of any plan."""
    if draft.study is None or not draft.plans:
        return []
    passed: set[str] = set()
    for view in views(draft):
        for project in view.plan.model.projects:
            if (terms := sound_terms(view, project)) is not None:
                item = load_defaults().kinds[project.kind]
                passed |= {*terms.times, *(stage for stage in item.steps if within(item, tuple(terms.times), stage))}
    if not passed:
        return []
    own, read = draft.study.model.construction, draft.study
    named: list[tuple[str, int, Iterable[str]]] = [("desks", n, one.stages) for n, one in enumerate(own.desks)]
    named += [("breaks", n, one.stages) for n, one in enumerate(own.breaks)]
    named += [("approvals", n, (one.stage,)) for n, one in enumerate(own.approvals)]
    named += [("risks", n, (one.stage,)) for n, one in enumerate(own.risks)]
    return [
        warning("SCN521", read.place("construction", name, n), stage)
        for name, n, stages in named
        for stage in stages
        if stage not in passed
    ]
