"""What the study card says of guarded closures: the school, and the reason where a guard is set aside."""

from scenarios.bundle import Bundle
from scenarios.guarded import guarded_projects
from scenarios.schema_plan import PlanFile


def guard_cards(bundle: Bundle, plan: PlanFile) -> dict[str, object]:
    """Guarded closures of a plan, in file order, as the key `guards`; nothing where it has none."""
    projects = [plan.projects[number] for number in guarded_projects(bundle.study.closures, plan)]
    cards = [
        {
            "project": project.id,
            "school": str(project.school),
            "despite": {
                guard: {"zh": reason.zh, "en": reason.en}
                for guard, reason in (() if project.guards is None else project.guards.despite.items())
            },
        }
        for project in projects
    ]
    return {"guards": cards} if cards else {}
