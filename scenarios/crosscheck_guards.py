"""Cross-checks of the guard-rails of closures: what is written, and what stops a closure whatever the draw."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from scenarios.closure_defaults import guard_values
from scenarios.construction_defaults import load_defaults
from scenarios.construction_terms import terms_of
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft, Read
from scenarios.guarded import first_builds, guarded
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_base import months_after
from scenarios.schema_guards import Closures, GuardName, Guards, GuardValues
from scenarios.schema_plan import Project
from scenarios.schema_study import StudyFile
from scenarios.school_marks import school_flags


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
                problems += _aside(one) + [problem for said in _known(one) for problem in said]
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

    @property
    def values(self) -> GuardValues:
        return guard_values(self.study.closures)

    def place(self, *path: str | int, key: bool = False) -> str:
        return self.view.plan.place("projects", self.number, *path, key=key)

    def stopped(self, guard: GuardName, code: str, found: object, *path: str, **params: object) -> list[Problem]:
        """A warning that a guard stops it, unless that guard is set aside."""
        if guard in self.guards.despite:
            return []
        said = {"project": self.project.id, "school": str(self.project.school), "guard": guard}
        return [warning(code, self.place(*path), found, "", **said, **params)]


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


def _known(one: _Closure) -> Iterator[list[Problem]]:
    """What stops it in every draw, or until a certain day."""
    hearing = one.guards.hearing
    if hearing is None:
        yield one.stopped("hearing", "SCN780", "")
    elif hearing.objections is not None and hearing.objections > one.values.objections:
        found, bound = f"{hearing.objections:.0%}", f"{one.values.objections:.0%}"
        yield one.stopped("objection", "SCN781", found, "guards", "hearing", "objections", bound=bound)
    yield _protected(one)
    yield _kept(one)
    yield _first(one)


def _protected(one: _Closure) -> list[Problem]:
    table = one.view.draft.tables.get("schools")
    if table is None:
        return []
    flags = school_flags(dict(zip(table.frame["school"], table.frame["flags"], strict=True)))
    found = sorted(flags.get(str(one.project.school), frozenset()) & set(one.values.protected))
    return one.stopped("protected", "SCN782", ", ".join(found), "school") if found else []


def _kept(one: _Closure) -> list[Problem]:
    """A school that is small in the base year, in a place that keeps small schools."""
    section, tables = one.study.closures, one.view.draft.tables
    if section is None or "schools" not in tables or "enrolment" not in tables:
        return []
    schools, rolls = tables["schools"].frame, tables["enrolment"].frame
    units = dict(zip(schools["school"], schools["unit"], strict=True))
    unit = units.get(one.project.school)
    below = [keep.below or one.values.small_school for keep in section.keep_small if unit in keep.units]
    now = rolls[(rolls["school"] == one.project.school) & (rolls["year"] == one.study.base_year)]["pupils"].sum()
    if not below or now >= max(below):
        return []
    return one.stopped("kept_small", "SCN783", int(now), "school", below=max(below), unit=str(unit))


def _first(one: _Closure) -> list[Problem]:
    """A project at a receiver that is likely to open later."""
    plan, project = one.view.plan.model, one.project
    due = _likely(one, project)
    problems: list[Problem] = []
    for number in first_builds(plan, project):
        other = plan.projects[number]
        opens = _likely(one, other)
        if due is not None and opens is not None and opens > due:
            problems += one.stopped("built_first", "SCN784", due, "start", other=other.id, opens=opens)
    return problems


def _likely(one: _Closure, project: Project) -> int | None:
    """Year in which a project opens where every stage takes its likely time and it waits for nothing; None: unknown."""
    if project.kind not in load_defaults().kinds:
        return None
    try:
        times = terms_of(project, one.study.construction, load_defaults(), {}).times
    except ValueError:  # told by the checks of stages
        return None
    month = months_after(project.start, one.study.base_year) + sum(time.months[1] for time in times.values())
    return one.study.base_year + ceil(month / 12.0 - 1e-9)
