"""What a quota counts in a plan, and checks of the quotas of plans."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import PlanFile
from scenarios.schema_quotas import Quota
from scenarios.school_marks import school_flags as school_flags
from scenarios.table_specs import SCHOOL_FLAGS
from scenarios.yaml_source import Key


class Placed(Protocol):
    """A file that was read and knows where its values stand."""

    def place(self, *path: Key, key: bool = False) -> str:
        """`file:line:column` of a value, or of its key."""


Groups = tuple[tuple[str, ...], ...]
"""Project ids by what they count for: each group counts once, when its first project opens."""


def counted(quota: Quota, plan: PlanFile, flags: Mapping[str, frozenset[str]]) -> Groups:
    """The projects of a plan that a quota counts.

    A school with the flag is one group, whatever the number of its projects; a project with the tag is one of its own.
    Closures do not count: a school that is closed was not improved.
    """
    built = [project for project in plan.projects if project.kind != "closure"]
    if quota.counts.projects_with_tag is not None:
        return tuple((project.id,) for project in built if quota.counts.projects_with_tag in project.tags)
    groups: dict[str, list[str]] = {}
    for project in built:
        if project.school is not None and quota.counts.schools_with_flag in flags.get(project.school, ()):
            groups.setdefault(project.school, []).append(project.id)
    return tuple(tuple(group) for group in groups.values())


def quota_problems(draft: Draft) -> list[Problem]:
    """Problems of the quotas of all plans."""
    table = draft.tables.get("schools")
    flags = {} if table is None else school_flags(dict(zip(table.frame["school"], table.frame["flags"], strict=True)))
    problems: list[Problem] = []
    for plan in draft.plans:
        problems += list_problems(plan, plan.model.quotas)
        problems += _years(draft, plan)
        if table is not None:
            problems += _reachable(plan, flags)
    return problems


def list_problems(file: Placed, quotas: Sequence[Quota]) -> list[Problem]:
    """Problems of a list of quotas by itself, of a plan or of a programme: ids, what is counted, targets that fall."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, quota in enumerate(quotas):
        at: tuple[Key, ...] = ("quotas", number)
        if quota.id in seen:
            problems.append(error("SCN540", file.place(*at, "id"), quota.id))
        seen.add(quota.id)
        given = [name for name, value in quota.counts if value is not None]
        if len(given) != 1:
            problems.append(error("SCN541", file.place(*at, "counts", key=True), quota.id))
        flag = quota.counts.schools_with_flag
        if flag is not None and flag not in SCHOOL_FLAGS:
            place = file.place(*at, "counts", "schools_with_flag")
            problems.append(error("SCN542", place, flag, near=nearest(flag, SCHOOL_FLAGS), flags=SCHOOL_FLAGS))
        for (_, before), (year, now) in pairwise(sorted(quota.targets.items())):
            if now < before:
                problems.append(error("SCN543", file.place(*at, "targets", year), now, quota=quota.id, before=before))
    return problems


def _years(draft: Draft, plan: Read[PlanFile]) -> list[Problem]:
    """Targets outside the simulated years, which nothing could be held to."""
    if draft.study is None:
        return []
    study = draft.study.model
    return [
        error("SCN544", plan.place("quotas", number, "targets", year, key=True), year, quota=quota.id,
              first=study.base_year + 1, last=study.horizon)
        for number, quota in enumerate(plan.model.quotas)
        for year in quota.targets
        if not study.base_year < year <= study.horizon
    ]  # fmt: skip


def _reachable(plan: Read[PlanFile], flags: Mapping[str, frozenset[str]]) -> list[Problem]:
    """A target above what the plan could ever reach, with every project open."""
    problems = []
    tags = {tag for project in plan.model.projects for tag in project.tags}
    for number, quota in enumerate(plan.model.quotas):
        most, wanted = len(counted(quota, plan.model, flags)), max(quota.targets.values())
        if most < wanted:
            tag = quota.counts.projects_with_tag
            near = nearest(tag, tags) if tag is not None and tag not in tags else ""
            place = plan.place("quotas", number, "targets", key=True)
            problems.append(warning("SCN545", place, wanted, near=near, quota=quota.id, most=most))
    return problems
