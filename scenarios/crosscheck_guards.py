"""Cross-checks of the guard-rails of closures: what is written, and what stops a closure whatever the draw."""

from dataclasses import dataclass

from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft, Read
from scenarios.guarded import guarded
from scenarios.guards_known import Case, known_of
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_guards import Closures, Guards
from scenarios.schema_plan import Project
from scenarios.schema_study import StudyFile


def guard_problems(draft: Draft) -> list[Problem]:
    """Problems of the section `closures` and of the guards of all plans."""
    if draft.study is None:
        return []
    section = draft.study.model.closures
    problems = [] if section is None else _section(draft, draft.study, section)
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            one = _Closure(view, project, number, draft.study.model)
            if project.guards is not None:
                problems += _form(one, project.guards)
            if guarded(section, project):
                problems += _aside(one) + _known(one)
    return problems


@dataclass(frozen=True)
class _Closure:
    """A project and where it stands."""

    view: PlanView
    project: Project
    number: int
    study: StudyFile

    @property
    def guards(self) -> Guards:
        return self.project.guards or Guards()

    def place(self, *path: str | int, key: bool = False) -> str:
        return self.view.plan.place("projects", self.number, *path, key=key)


def _section(draft: Draft, study: Read[StudyFile], section: Closures) -> list[Problem]:
    """Units and stages that policies name."""
    problems: list[Problem] = []
    named = [("keep_small", number, keep.units) for number, keep in enumerate(section.keep_small)]
    named += [("keep_one", number, keep.units) for number, keep in enumerate(section.keep_one)]
    for key, number, units in named:
        for at, unit in enumerate(units):
            problems += draft.unknown("unit", unit, study.place("closures", key, number, "units", at), "SCN322")
    for number, keep in enumerate(section.keep_one):
        place = study.place("closures", "keep_one", number, "stage")
        problems += draft.unknown("stage", keep.stage, place, "SCN324")
    return problems


def _form(one: _Closure, guards: Guards) -> list[Problem]:
    """Guards that stand where they mean something, and say one thing."""
    problems: list[Problem] = []
    if not guarded(one.study.closures, one.project):
        problems.append(error("SCN785", one.place("guards", key=True), one.project.kind, project=one.project.id))
    hearing = guards.hearing
    if hearing is not None and (hearing.held is None) == (hearing.planned is None):
        found = "-" if hearing.held is None else f"held: {hearing.held}, planned: {hearing.planned}"
        problems.append(error("SCN786", one.place("guards", "hearing", key=True), found, project=one.project.id))
    elif hearing is not None and hearing.planned is not None and hearing.objections is not None:
        place = one.place("guards", "hearing", "objections")
        problems.append(error("SCN787", place, f"{hearing.objections:g}", project=one.project.id))
    return problems + _canteen(one, guards)


def _canteen(one: _Closure, guards: Guards) -> list[Problem]:
    ids = [project.id for project in one.view.plan.model.projects]
    name = guards.canteen_with
    if name is None:
        return []
    place = one.place("guards", "canteen_with")
    if name not in ids or name == one.project.id:
        near = nearest(name, [other for other in ids if other != one.project.id])
        return [error("SCN788", place, name, near=near, project=one.project.id)]
    if guards.canteen is not None:
        return [error("SCN790", one.place("guards", "canteen", key=True), name, project=one.project.id)]
    return []


def _aside(one: _Closure) -> list[Problem]:
    """Guards that are set aside."""
    return [
        note("SCN789", one.place("guards", "despite", guard, key=True), guard, project=one.project.id)
        for guard in one.guards.despite
    ]


def _known(one: _Closure) -> list[Problem]:
    """What stops it in every draw, or until a certain day; nothing of guards that are set aside."""
    tables = {name: table.frame for name, table in one.view.draft.tables.items() if name in ("schools", "enrolment")}
    said = {"project": one.project.id, "school": str(one.project.school)}
    return [
        warning(fact.code, one.place(*fact.path), fact.found, "", **said, guard=fact.guard, **fact.params)
        for fact in known_of(Case(one.study, one.view.plan.model, tables), one.project)
        if fact.guard not in one.guards.despite
    ]
