"""Cross-checks of plans: what projects wait for, the sources that pay for them, the land that they stand on."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from scenarios.catalogue import Named
from scenarios.construction_defaults import load_defaults
from scenarios.crosscheck_building import At, sound_terms
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import Project
from scenarios.schema_projects import Fund

_YUAN = 2e-4  # payments are rounded to whole yuan [10 000 yuan]
_SUM = 1e-6  # shares written with six digits may miss 1 by so much


def funding_problems(draft: Draft) -> list[Problem]:
    """Problems of dependencies, sources of capital, parcels and temporary classrooms of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        problems += _dependencies(view)
        problems += _sources(view)
        problems += _parcels(view)
        for number, project in enumerate(view.plan.model.projects):
            at: At = ("projects", number)
            problems += _shares(view, project, at)
            problems += _affordable(view, project, at)
            if project.until is not None and project.kind == "temporary" and project.until <= project.start_school_year:
                place = view.plan.place(*at, "until")
                problems.append(error("SCN721", place, project.until, project=project.id, start=project.start))
    return problems


def _dependencies(view: PlanView) -> list[Problem]:
    """Projects that are waited for exist, and no circle of projects waits for itself."""
    plan, problems = view.plan, []
    ids = [project.id for project in plan.model.projects]
    graph = {project.id: {one.project for one in project.after} for project in plan.model.projects}
    for number, project in enumerate(plan.model.projects):
        for n, one in enumerate(project.after):
            if one.project not in ids:
                place = plan.place("projects", number, "after", n, "project")
                others = tuple(name for name in ids if name != project.id)
                near = nearest(one.project, others)
                problems.append(error("SCN738", place, one.project, near=near, project=project.id, projects=others))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        names = list(reversed(circle.args[1]))
        number = ids.index(names[0])
        problems.append(error("SCN737", plan.place("projects", number, "after"), " → ".join(names)))
    return problems


def _sources(view: PlanView) -> list[Problem]:
    plan = view.plan
    ids = [fund.id for fund in plan.model.funds]
    problems = [
        error("SCN707", plan.place("funds", n, "id"), name, list="funds")
        for n, name in enumerate(ids)
        if name in ids[:n]
    ]
    if plan.model.budget and plan.model.funds:
        problems.append(error("SCN529", plan.place("budget", key=True), "budget", funds=tuple(ids)))
    return problems


def _shares(view: PlanView, project: Project, at: At) -> list[Problem]:
    """Sources that a project names exist, and their shares add up."""
    plan, problems = view.plan, []
    known = tuple(fund.id for fund in plan.model.funds)
    for name in project.funding:
        if name not in known:
            place = plan.place(*at, "funding", name, key=True)
            problems.append(error("SCN708", place, name, near=nearest(name, known), funds=known or "@none"))
    total = sum(project.funding.values())
    if project.funding and abs(total - 1.0) > _SUM:
        problems.append(error("SCN709", plan.place(*at, "funding"), f"{total:g}", project=project.id))
    return problems


def _affordable(view: PlanView, project: Project, at: At) -> list[Problem]:
    """A project that all the money, or all of one of its sources, cannot pay for: it cannot open."""
    plan = view.plan.model
    place = view.plan.place(*at, "cost", key=True)
    money, known = sum(plan.capital.values()), {fund.id: fund for fund in plan.funds}
    if project.cost == 0 or project.ledger is not None or not plan.capital:
        return []  # nothing to pay; paid in part already; a plan without any money is told as a whole
    if project.cost > money:
        return [warning("SCN710", place, f"{project.cost:g}", project=project.id, money=f"{money:g}")]
    named = project.funding or ({plan.funds[0].id: 1.0} if plan.funds else {})
    problems: list[Problem] = []
    for name, share in named.items():
        if (fund := known.get(name)) is None:
            continue
        needed, held = project.cost * share, sum(fund.by_year.values())
        params = {"project": project.id, "fund": name}
        if needed > held:
            problems.append(warning("SCN711", place, f"{needed:g}", money=f"{held:g}", **params))
            continue
        terms = sound_terms(view, project)
        largest = max(terms.payments.items(), key=lambda one: one[1]) if terms is not None else ("", 0.0)
        if needed * largest[1] > (most := most_held(fund.by_year, fund.carry_over)):
            paid = f"{needed * largest[1]:g}"
            problems.append(warning("SCN712", place, paid, stage=largest[0], money=f"{most:g}", **params))
        elif terms is not None and (unpaid := _unpaid(needed, terms.payments, fund)) is not None:
            stage, due, left = unpaid
            named_stage = Named(stage, load_defaults().stages[stage].zh)
            problems.append(warning("SCN841", place, f"{due:g}", stage=named_stage, money=f"{left:g}", **params))
    return problems


def _unpaid(needed: float, payments: Mapping[str, float], fund: Fund) -> tuple[str, float, float] | None:
    """The first stage that a source cannot pay for, what is due, and the most it can hold then; None: all can be paid.

    The project alone, every payment in the best year: most[k] is the most that is left after k payments.
    """
    dues = [(stage, needed * share) for stage, share in payments.items()]
    most, held = {0: 0.0}, dict.fromkeys(range(len(dues) + 1), 0.0)
    for year in range(min(fund.by_year), max(fund.by_year) + 1):
        most = {k: left * fund.carry_over + fund.by_year.get(year, 0.0) for k, left in most.items()}
        for k, (_, due) in enumerate(dues):
            if k in most:
                held[k] = max(held[k], most[k])
                if most[k] >= due - _YUAN:
                    most[k + 1] = max(most.get(k + 1, 0.0), most[k] - due)
    reached = max(most)
    return None if reached == len(dues) else (*dues[reached], held[reached])


def most_held(by_year: Mapping[int, float], carry_over: float) -> float:
    """The most that a source, or a quota, can hold at any time, if nothing is spent."""
    held = most = 0.0
    for year in range(min(by_year), max(by_year) + 1):
        held = held * carry_over + by_year.get(year, 0.0)
        most = max(most, held)
    return most


def _parcels(view: PlanView) -> list[Problem]:
    """A parcel is known, and one project stands on it."""
    plan, problems = view.plan, []
    table = view.draft.tables.get("parcels")
    known = None if table is None else tuple(table.frame["parcel"].tolist())
    first: dict[str, str] = {}
    listed = view.draft.study is not None and view.draft.study.model.tables.parcels is not None
    for number, project in enumerate(plan.model.projects):
        if project.parcel is None:
            continue
        place = plan.place("projects", number, "parcel")
        if not listed:
            problems.append(error("SCN720", place, project.parcel, project=project.id))
        elif known is not None and project.parcel not in known:
            problems.append(error("SCN719", place, project.parcel, near=nearest(project.parcel, known)))
        if (other := first.setdefault(project.parcel, project.id)) != project.id:
            problems.append(error("SCN718", place, project.parcel, project=project.id, other=other))
    return problems
