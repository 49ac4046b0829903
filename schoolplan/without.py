"""A plan with a project left out, with all that cannot be without it; the bundle with such plans beside the whole."""

from dataclasses import dataclass, replace

from scenarios.bundle import Bundle
from scenarios.schema_classes import Measure
from scenarios.schema_plan import PlanFile, Project


@dataclass(frozen=True)
class Without:
    """A plan without a project."""

    plan: PlanFile
    dropped: tuple[str, ...]
    """Other projects that fall away with it: they wait for it, or need the school that it builds."""


def without(plan: PlanFile, project: str) -> Without:
    """The plan without a project, its zone changes, and all that cannot be without it. Raises KeyError."""
    gone = {plan.project(project).id}
    while True:
        built = {p.new.school for p in plan.projects if p.id in gone and p.new is not None}
        more = {p.id for p in plan.projects if p.id not in gone and _needs(p, gone, built)}
        if not more:
            break
        gone |= more
    kept = {
        "projects": tuple(p for p in plan.projects if p.id not in gone),
        "zones": tuple(z for z in plan.zones if z.with_project not in gone and not built.intersection(z.schools)),
        "shares": tuple(s for s in plan.shares if not built.intersection(s.schools)),
        "buses": tuple(b for b in plan.buses if not built.intersection(b.schools)),
        "measures": tuple(m for m in plan.measures if m.school not in built),
    }
    others = tuple(p.id for p in plan.projects if p.id in gone and p.id != project)
    return Without(plan.model_copy(update={"id": name_of(plan.id, project), **kept}), others)


def _needs(project: Project, gone: set[str], built: set[str]) -> bool:
    """Whether a project cannot be without those that are gone."""
    waits = {one.project for one in project.after} | ({project.phase_of} if project.phase_of is not None else set())
    schools = {str(project.school), *project.receivers}
    leak = set() if project.leak is None else set(project.leak.schools)
    triggers = (project.when, project.cancel_when, project.defer_when)
    watched = {school for one in triggers if one is not None for school in one.at.schools}
    return bool(waits & gone) or bool(built & (schools | leak | watched))


def name_of(plan: str, project: str) -> str:
    """Id of the plan without a project; no id of a planner holds the sign."""
    return f"{plan}~{project}"


def bridged(found: Without, rooms: dict[str, int], first: int, last: int, cost: float) -> PlanFile:
    """The plan without the project and with temporary classrooms instead; rooms by school, cost of a room and year."""
    more = tuple(
        Measure.model_validate(
            {
                "id": f"bridge-{school}",
                "kind": "temporary_classes",
                "school": school,
                "rooms": count,
                "from": first,
                "to": last,
                "cost": cost * count,
            }
        )
        for school, count in sorted(rooms.items())
    )
    plan = found.plan
    return plan.model_copy(update={"id": f"{plan.id}~bridge", "measures": (*plan.measures, *more)})


def with_plans(bundle: Bundle, of: str, plans: tuple[PlanFile, ...]) -> Bundle:
    """The bundle with these plans alone; each takes the overrides of the plan `of`."""
    found = replace(bundle, plans={plan.id: plan for plan in plans})
    acting = bundle.in_force
    if acting is None:
        return found
    studies = {plan.id: acting.plans[of] for plan in plans} if of in acting.plans else {}
    sizes = {plan.id: acting.class_sizes[of] for plan in plans} if of in acting.class_sizes else {}
    return replace(found, in_force=replace(acting, plans=studies, class_sizes=sizes))
