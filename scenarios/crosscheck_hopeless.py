"""Cross-checks of projects that cannot open, or open too late to serve: each is told with its reason, "because".

A project opens at the earliest where every stage takes its shortest time, no money, crew or desk is waited for and no
risk strikes: `earliest_openings`.  What cannot be paid for is told by `scenarios.crosscheck_funding`.
"""

from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from math import ceil, floor, inf

from scenarios.construction_terms import Terms
from scenarios.crosscheck_building import sound_terms
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.schema_base import months_after
from scenarios.schema_plan import Project

_YEAR = 12
_EPS = 1e-9


def hopeless_problems(draft: Draft) -> list[Problem]:
    """Projects of all plans that cannot open, come too late, or wait for one that never comes."""
    problems: list[Problem] = []
    for view in views(draft):
        circle = _circle(view)
        problems += circle
        problems += [
            p for number, project in enumerate(view.plan.model.projects) for p in _stopped(view, project, number)
        ]
        if draft.study is None or circle:
            continue
        opens = earliest_openings(view)
        problems += _late(view, opens, draft.study.model.horizon) + _in_vain(view, opens, draft.study.model.horizon)
    return problems


def earliest_openings(view: PlanView) -> dict[str, int]:
    """First school year in which each project of a plan can be open; those whose terms are wrong or on record left out.

    Shortest times, one after the other; in a stage with a break, whole years of work take whole years of the break.
    A trigger is seen at the earliest on the first 1 September that it may be decided on.
    """
    study = view.draft.study
    if study is None:
        return {}
    base = study.model.base_year
    known = {project.id: project for project in view.plan.model.projects}
    ends: dict[str, float] = {}

    def end(name: str, path: tuple[str, ...] = ()) -> float:
        """Month of the hand-over since 1 September of the base year; -inf: not known."""
        project = known.get(name)
        if project is None or name in path or project.ledger is not None:
            return -inf
        if name not in ends:
            ends[name] = _handed_over(view, project, base, lambda other: end(other, (*path, name)))
        return ends[name]

    found = {name: end(name) for name in known}
    return {name: base + ceil(month / _YEAR - _EPS) for name, month in found.items() if month > -inf}


def _handed_over(view: PlanView, project: Project, base: int, end: Callable[[str], float]) -> float:
    terms = sound_terms(view, project)
    if terms is None:
        return -inf
    month = float(months_after(project.start, base))
    if project.when is not None:
        first = max(base + project.when.years - 1, project.when.from_year or base)
        if project.phase_of is not None and (opened := end(project.phase_of)) > -inf:
            first = max(first, base + ceil(opened / _YEAR - _EPS))
        month = max(month, _YEAR * (first - base) + project.when.lag_months)
    for stage in terms.times:
        month = max([month, *(end(other) for other, waits in terms.after if waits == stage)])
        month += _shortest(terms, stage)
    return month


def _shortest(terms: Terms, stage: str) -> float:
    """Months that a stage takes at least, its breaks counted."""
    time = terms.times[stage]
    work = min([time.months[0], *time.observed])
    pace = [1.0] * _YEAR
    for one, slowed in terms.breaks:
        for month in one.months if stage in slowed else ():
            pace[month - 1] = min(pace[month - 1], one.pace)
    # A stage that stands still for ever is told by the check of breaks.
    return max(work, _YEAR * floor(work / sum(pace) + _EPS)) if sum(pace) > 0 else work


def _late(view: PlanView, opens: dict[str, int], horizon: int) -> list[Problem]:
    problems: list[Problem] = []
    for number, project in enumerate(view.plan.model.projects):
        opened = opens.get(project.id)
        if opened is None or project.start_school_year >= horizon:  # a start beyond the horizon has its own message
            continue
        at, told = ("projects", number), {"project": project.id}
        if opened > horizon:
            problems.append(warning("SCN810", view.plan.place(*at, "start"), opened, horizon=horizon, **told))
        elif (
            project.kind == "temporary"
            and project.until is not None
            and project.start_school_year < project.until < opened
        ):
            problems.append(warning("SCN815", view.plan.place(*at, "until"), project.until, opens=opened, **told))
        when, phase = project.when, opens.get(project.phase_of or "")
        if when is not None and when.until is not None and phase is not None and when.until < phase:
            place = view.plan.place(*at, "when", "until")
            problems.append(warning("SCN828", place, when.until, phase=str(project.phase_of), opens=phase, **told))
    return problems


def _circle(view: PlanView) -> list[Problem]:
    """Projects that wait for each other in two ways, by `after` and as second phases."""
    projects = view.plan.model.projects
    graph = {one.id: {after.project for after in one.after} for one in projects}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return []  # told by the check of dependencies
    for one in projects:
        graph[one.id] |= {one.phase_of} if one.phase_of else set()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        names = list(reversed(circle.args[1]))
        ids = [one.id for one in projects]
        if all(projects[ids.index(name)].phase_of in names for name in names):
            return []  # told by the check of triggers
        number = next(ids.index(name) for name in names if projects[ids.index(name)].phase_of in names)
        return [error("SCN826", view.plan.place("projects", number, "phase_of"), " → ".join(names))]
    return []


def _stopped(view: PlanView, project: Project, number: int) -> Iterator[Problem]:
    """A risk that is certain, and ends the project."""
    terms = sound_terms(view, project)
    own = [one.id for one in project.risks]
    for risk in _certain_ends(terms):
        at = ("projects", number, "risks", own.index(risk)) if risk in own else ("projects", number, "id")
        yield warning("SCN811", view.plan.place(*at), risk, project=project.id)


def _certain_ends(terms: Terms | None) -> list[str]:
    return [] if terms is None else [one.id for one, _, _ in terms.risks if one.stops and one.probability >= 1.0]


def _in_vain(view: PlanView, opens: dict[str, int], horizon: int) -> list[Problem]:
    """Projects that wait for one that can never open."""
    plan = view.plan.model
    never = {one.id for one in plan.projects if _certain_ends(sound_terms(view, one)) or _too_dear(view, one)}
    never |= {name for name, year in opens.items() if year > horizon}
    problems: list[Problem] = []
    changed = True
    told: set[tuple[str, str]] = set()
    while changed:  # those who wait for them never open either
        changed = False
        for number, one in enumerate(plan.projects):
            waits: list[tuple[str, tuple[str | int, ...]]] = [
                (after.project, ("after", n, "project")) for n, after in enumerate(one.after)
            ]
            if one.phase_of is not None:
                waits.append((one.phase_of, ("phase_of",)))
            for other, path in waits:
                if other in never and (one.id, other) not in told:
                    told.add((one.id, other))
                    changed = True
                    never.add(one.id)
                    place = view.plan.place("projects", number, *path)
                    problems.append(warning("SCN814", place, other, project=one.id))
    return problems


def _too_dear(view: PlanView, project: Project) -> bool:
    """Whether all the money, or all of one source, is less than its part of the cost."""
    plan = view.plan.model
    if project.cost == 0 or project.ledger is not None or not plan.capital:
        return False
    held = {fund.id: sum(fund.by_year.values()) for fund in plan.funds}
    shares = project.funding or ({plan.funds[0].id: 1.0} if plan.funds else {})
    dear = any(project.cost * share > held.get(name, inf) for name, share in shares.items())
    return dear or project.cost > sum(plan.capital.values())
