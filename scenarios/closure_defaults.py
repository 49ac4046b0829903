"""Reads the shipped guard-rails of closures (`packs/closure-defaults.yaml`) and lays those of a study over them."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_guards import ClosureDefaults, Closures, GuardValues
from scenarios.schema_plan import PlanFile, Project
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "closure-defaults.yaml"


@lru_cache(maxsize=1)
def load_closures() -> ClosureDefaults:
    """The shipped values, checked; read once. Raises ScenarioError."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return ClosureDefaults.model_validate(source.data)


def guard_values(own: Closures | None) -> GuardValues:
    """The shipped values with those of a study in their place."""
    given, shipped = own or Closures(), load_closures()

    def chosen(value: float | None, default: float) -> float:
        return default if value is None else value

    return GuardValues(
        trip_minutes=chosen(given.trip_minutes, shipped.trip_minutes.value),
        beyond_share=chosen(given.beyond_share, shipped.beyond_share.value),
        objections=chosen(given.objections, shipped.objections.value),
        protected=shipped.protected.value if given.protected is None else given.protected,
        small_school=shipped.small_school.value,
    )


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
