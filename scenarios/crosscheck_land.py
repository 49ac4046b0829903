"""Cross-checks of the land of plans: parcels that exist and come in time, areas that are known, enough quota."""

from scenarios.crosscheck_building import At, sound_terms
from scenarios.crosscheck_funding import most_held
from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft
from scenarios.land_supply import LandAsked, land_asked
from scenarios.problems import Problem, error, nearest, note, warning
from scenarios.schema_base import months_after
from scenarios.schema_land import LandQuota, LandSupply
from scenarios.schema_plan import Project


def supply_problems(draft: Draft) -> list[Problem]:
    """Problems of the section `land` of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        supply = view.plan.model.land
        if supply is not None:
            problems += _parcels(view, supply)
            problems += _unused(view, supply)
        for number, project in enumerate(view.plan.model.projects):
            problems += _project(view, project, supply or LandSupply(), ("projects", number))
    return problems


def _parcels(view: PlanView, supply: LandSupply) -> list[Problem]:
    """Parcels of the table, on which something is built."""
    table, problems = view.draft.tables.get("parcels"), list[Problem]()
    known = None if table is None else tuple(str(name) for name in table.frame["parcel"])
    built = tuple(project.parcel for project in view.plan.model.projects if project.parcel is not None)
    for name in supply.parcels:
        place = view.plan.place("land", "parcels", name, key=True)
        if known is not None and name not in known:
            problems.append(error("SCN668", place, name, near=nearest(name, known)))
        elif name not in built:
            problems.append(warning("SCN669", place, name, near=nearest(name, built)))
    return problems


def _unused(view: PlanView, supply: LandSupply) -> list[Problem]:
    """A quota of which no project asks anything."""
    if supply.quota is None:
        return []
    asking = [one for one in view.plan.model.projects if (terms := sound_terms(view, one)) is None or terms.land]
    return [] if asking else [warning("SCN757", view.plan.place("land", "quota", key=True))]


def _project(view: PlanView, project: Project, supply: LandSupply, at: At) -> list[Problem]:
    terms = sound_terms(view, project)
    if terms is None:
        return []
    dated = project.parcel is not None and project.parcel in supply.parcels
    if terms.land is None:
        return _no_stage(view, project, supply, at, dated)
    problems = _late(view, project, supply, at) if dated else []
    if supply.quota is not None:
        problems += _asked(view, project, supply.quota, at)
    elif project.land_mu:
        problems.append(note("SCN759", view.plan.place(*at, "land_mu"), project.land_mu, project=project.id))
    return problems


def _no_stage(view: PlanView, project: Project, supply: LandSupply, at: At, dated: bool) -> list[Problem]:
    """Land that is waited for in no stage."""
    said = [key for key, given in (("parcel", dated), ("land_mu", bool(project.land_mu))) if given]
    if said:
        return [error("SCN697", view.plan.place(*at, key), key, project=project.id, kind=project.kind) for key in said]
    if supply.quota is not None and project.adds is not None and project.adds.land_m2 > 0:
        place = view.plan.place(*at, "adds", "land_m2")
        return [warning("SCN779", place, f"{project.adds.land_m2:g}", project=project.id)]
    return []


def _late(view: PlanView, project: Project, supply: LandSupply, at: At) -> list[Problem]:
    """A parcel that is there after the last simulated 1 September only."""
    study, parcel = view.draft.study, project.parcel or ""
    month = supply.parcels[parcel]
    if study is None or months_after(month, study.model.horizon) <= 0:
        return []
    place = view.plan.place("land", "parcels", parcel)
    return [warning("SCN756", place, month, project=project.id, parcel=parcel, horizon=study.model.horizon)]


def _asked(view: PlanView, project: Project, quota: LandQuota, at: At) -> list[Problem]:
    """The area is known, and the quota can hold it."""
    table = view.draft.tables.get("parcels")
    asked: LandAsked | None = land_asked(project, None if table is None else table.frame)
    if asked is None:
        return [error("SCN698", view.plan.place(*at), project.id)]
    problems: list[Problem] = []
    found = f"{asked.mu:.4g}"
    if asked.said_by != "land_mu":
        problems.append(note("SCN758", view.plan.place(*at), found, project=project.id, said_by=asked.said_by))
    if asked.mu > (most := most_held(quota.by_year, quota.carry_over)):
        place = view.plan.place("land", "quota", key=True)
        problems.append(warning("SCN699", place, found, project=project.id, most=f"{most:g}"))
    return problems
