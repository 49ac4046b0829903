"""What is known of the guards of a closure before any draw; told by `check` and by `explain`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil

import pandas as pd

from scenarios.closure_defaults import guard_values
from scenarios.construction_defaults import load_defaults
from scenarios.construction_terms import terms_of
from scenarios.guarded import first_builds
from scenarios.schema_base import months_after
from scenarios.schema_guards import GuardName, Guards
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_study import StudyFile
from scenarios.school_marks import school_flags


@dataclass(frozen=True)
class Case:
    """A plan in its study.  tables: `schools` and `enrolment`, as far as they could be read."""

    study: StudyFile
    plan: PlanFile
    tables: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Known:
    """A guard that is against a closure in every draw, or until a certain day.

    code: of the message that says so.  path: of the key of the project that it is about.  params: of the message.
    """

    guard: GuardName
    code: str
    found: object
    path: tuple[str, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)


def known_of(case: Case, project: Project) -> list[Known]:
    """What stops a guarded closure whatever is drawn, those set aside included, in the order of the guards."""
    return [
        *_on_record(case, project),
        *_protected(case, project),
        *_kept(case, project),
        *_circles(case, project),
        *_first(case, project),
    ]


def kept_below(case: Case, project: Project) -> int:
    """Pupils below which the school of a closure is kept; 0: no policy of its unit says so."""
    section, schools = case.study.closures, case.tables.get("schools")
    if section is None or schools is None:
        return 0
    unit = dict(zip(schools["school"], schools["unit"], strict=True)).get(project.school)
    shipped = guard_values(section).small_school
    return max((keep.below or shipped for keep in section.keep_small if unit in keep.units), default=0)


def _on_record(case: Case, project: Project) -> Iterator[Known]:
    hearing, limit = (project.guards or Guards()).hearing, guard_values(case.study.closures).objections
    if hearing is None:
        yield Known("hearing", "SCN780", "")
    elif hearing.objections is not None and hearing.objections > limit:
        path = ("guards", "hearing", "objections")
        yield Known("objection", "SCN781", f"{hearing.objections:.0%}", path, {"bound": f"{limit:.0%}"})


def _protected(case: Case, project: Project) -> Iterator[Known]:
    schools = case.tables.get("schools")
    if schools is None:
        return
    flags = school_flags(dict(zip(schools["school"], schools["flags"], strict=True)))
    marks = guard_values(case.study.closures).protected
    found = sorted(flags.get(str(project.school), frozenset()) & set(marks))
    if found:
        yield Known("protected", "SCN782", ", ".join(found), ("school",))


def _kept(case: Case, project: Project) -> Iterator[Known]:
    """A school that is small in the base year, in a place that keeps small schools."""
    below, rolls = kept_below(case, project), case.tables.get("enrolment")
    if not below or rolls is None:
        return
    mine = (rolls["school"] == project.school) & (rolls["year"] == case.study.base_year)
    now = int(rolls[mine]["pupils"].sum())
    if now < below:
        schools = case.tables["schools"]
        unit = dict(zip(schools["school"], schools["unit"], strict=True)).get(project.school)
        yield Known("kept_small", "SCN783", now, ("school",), {"below": below, "unit": str(unit)})


def _first(case: Case, project: Project) -> Iterator[Known]:
    """A project at a receiver that is likely to open later."""
    due = _likely(case, project)
    waiting = _waiting(case.plan, project)
    for number in first_builds(case.plan, project):
        other = case.plan.projects[number]
        opens = _likely(case, other)
        if due is not None and opens is not None and opens > due and other.id not in waiting:
            yield Known("built_first", "SCN784", due, ("start",), {"other": other.id, "opens": opens})


def _circles(case: Case, project: Project) -> Iterator[Known]:
    """A project at a receiver that waits for the closure, which waits for it."""
    waiting = _waiting(case.plan, project)
    for number in first_builds(case.plan, project):
        other = case.plan.projects[number]
        if other.id in waiting:
            yield Known("built_first", "SCN791", other.id, ("receivers",))


def _waiting(plan: PlanFile, project: Project) -> frozenset[str]:
    """Projects that wait for one, directly or by others."""
    found: set[str] = set()
    more = {project.id}
    while more:
        more = {one.id for one in plan.projects if more.intersection(after.project for after in one.after)} - found
        found |= more
    return frozenset(found)


def _likely(case: Case, project: Project) -> int | None:
    """Year in which a project opens where every stage takes its likely time and it waits for nothing; None: unknown."""
    if project.kind not in load_defaults().kinds:
        return None
    base = case.study.base_year
    try:
        times = terms_of(project, case.study.construction, load_defaults(), {}).times
    except ValueError:  # told by the checks of stages
        return None
    month = months_after(project.start, base) + sum(time.months[1] for time in times.values())
    return base + ceil(month / 12.0 - 1e-9)
