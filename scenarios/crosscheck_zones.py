"""Cross-checks of the zone changes of a plan."""

from scenarios.crosscheck_plans import PlanView, school_grades, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, nearest
from scenarios.schema_plan import ZoneChange


def zone_change_problems(draft: Draft) -> list[Problem]:
    """Problems of the zone changes of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        for number, change in enumerate(view.plan.model.zones):
            at = ("zones", number)
            problems += _ids(view, change, at)
            problems += _start(view, change, at)
            problems += _schools(view, change, at)
        problems += _conflicts(view)
        problems += _new_without_zone(view)
    return problems


def _ids(view: PlanView, change: ZoneChange, at: tuple[str, int]) -> list[Problem]:
    plan = view.plan
    problems = view.draft.unknown("stage", change.stage, plan.place(*at, "stage"), "SCN324")
    for number, unit in enumerate(change.units):
        place = plan.place(*at, "units", number)
        problems += view.draft.unknown("unit", unit, place, "SCN322")
        if unit in change.units[:number]:
            problems.append(error("SCN530", place, unit))
    for number, school in enumerate(change.schools):
        place = plan.place(*at, "schools", number)
        problems += view.school(school, place)
        if school in change.schools[:number]:
            problems.append(error("SCN530", place, school))
    return problems


def _start(view: PlanView, change: ZoneChange, at: tuple[str, int]) -> list[Problem]:
    """Exactly one of `with` and `from`, a project that exists, a year that is simulated."""
    plan, study = view.plan, view.draft.study
    if (change.with_project is None) == (change.from_year is None):
        found = "@neither" if change.with_project is None else "@both"
        return [error("SCN522", plan.place(*at), which=found)]
    if change.with_project is not None:
        ids = [project.id for project in plan.model.projects]
        if change.with_project in ids:
            return []
        near = nearest(change.with_project, ids)
        return [error("SCN523", plan.place(*at, "with"), change.with_project, near=near, projects=tuple(ids))]
    if study is None or study.model.base_year < (change.from_year or 0) <= study.model.horizon:
        return []
    span = f"{study.model.base_year + 1}-{study.model.horizon}"
    return [error("SCN524", plan.place(*at, "from"), change.from_year, span=span)]


def _schools(view: PlanView, change: ZoneChange, at: tuple[str, int]) -> list[Problem]:
    """Schools of the zone host grades of the stage, and stand when the change takes effect."""
    problems: list[Problem] = []
    study = view.draft.study
    grades = {stage.id: set(stage.grades) for stage in study.model.stages} if study is not None else {}
    hosted = school_grades(view)
    builder = {project.new.school: project.id for project in view.plan.model.projects if project.new is not None}
    for number, school in enumerate(change.schools):
        place = view.plan.place(*at, "schools", number)
        span = hosted.get(school, ())
        if change.stage in grades and span and not grades[change.stage] & set(span):
            problems.append(error("SCN329", place, school, stage=change.stage, span=f"{span[0]}-{span[-1]}"))
        if school in builder and change.with_project != builder[school]:
            problems.append(error("SCN526", place, school, project=builder[school]))
    return problems


def _conflicts(view: PlanView) -> list[Problem]:
    """One unit and stage changed twice at the same moment."""
    problems: list[Problem] = []
    seen: set[tuple[str, str, object]] = set()
    for number, change in enumerate(view.plan.model.zones):
        moment = change.with_project or change.from_year
        for index, unit in enumerate(dict.fromkeys(change.units)):
            key = (change.stage, unit, moment)
            if key in seen:
                place = view.plan.place("zones", number, "units", index)
                problems.append(error("SCN527", place, unit, stage=change.stage, moment=moment or "@neither"))
            seen.add(key)
    return problems


def _new_without_zone(view: PlanView) -> list[Problem]:
    """A new school that draws from its zone only, and gets none (neither by a zone change nor from a closed school)."""
    zoned = {school for change in view.plan.model.zones for school in change.schools}
    zoned |= {school for project in view.plan.model.projects for school in project.receivers}
    return [
        error("SCN528", view.plan.place("projects", number, "new", "school"), project.new.school, project=project.id)
        for number, project in enumerate(view.plan.model.projects)
        if project.new is not None and project.new.reach == "zone" and project.new.school not in zoned
    ]
