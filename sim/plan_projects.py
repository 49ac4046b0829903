"""From the plan a planner wrote to the projects that the construction calendar simulates."""

from scenarios.construction_kinds import ConstructionDefaults
from scenarios.schema_base import months_after
from scenarios.schema_plan import PlanFile
from sim.projects import BuildPlan, ProjectSpec


def project_specs(plan: PlanFile, defaults: ConstructionDefaults, base_year: int) -> tuple[ProjectSpec, ...]:
    """Projects of a plan in file order, the defaults of their kinds filled in.

    A project's own `durations` replace the default of a stage or add a stage; payments and crews come from the kind.
    """
    return tuple(
        ProjectSpec(
            id=project.id,
            kind=project.kind,
            start_month=months_after(project.start, base_year),
            cost=project.cost,
            priority=project.priority,
            durations=defaults.durations(project.kind, project.durations),
            needs_crew=defaults.kinds[project.kind].crew,
            payments=defaults.kinds[project.kind].shares(),
        )
        for project in plan.projects
    )


def build_plan(plan: PlanFile, defaults: ConstructionDefaults, base_year: int) -> BuildPlan:
    """The plan as `sim.construction.opening_years` takes it. base_year: month 0 is its 1 September."""
    return BuildPlan(project_specs(plan, defaults, base_year), dict(plan.budget))
