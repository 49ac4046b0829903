"""Which projects guard-rails look at, and what must be built before them."""

from scenarios.schema_guards import Closures
from scenarios.schema_plan import PlanFile, Project


def guarded(section: Closures | None, project: Project) -> bool:
    """Whether guards look at a project: a closure or a conversion, of a study with the section or with `guards`."""
    ends = project.kind == "closure" or (project.kind == "conversion" and _hands_over(project))
    return ends and (section is not None or project.guards is not None)


def _hands_over(project: Project) -> bool:
    """Whether a conversion gives grades up: then, and only then, it needs receivers."""
    return bool(project.receivers) or project.to_nearest


def guarded_projects(section: Closures | None, plan: PlanFile) -> tuple[int, ...]:
    """Numbers of the projects of a plan that guards look at."""
    return tuple(number for number, project in enumerate(plan.projects) if guarded(section, project))


def first_builds(plan: PlanFile, project: Project) -> tuple[int, ...]:
    """Numbers of the projects that build at the receivers of a closure, and so come before it (先建后撤).

    Those that wait for a trigger are left out: nobody knows whether they are ever built.
    """
    found = []
    for number, other in enumerate(plan.projects):
        at = other.school if other.new is None else other.new.school
        builds = other.new is not None or other.adds is not None
        if builds and at in project.receivers and other.when is None and other.kind != "temporary":
            found.append(number)
    return tuple(found)
