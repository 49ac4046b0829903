"""Cross-checks of what plans change over time: conversions, phase-outs, fill curves, leaks, shared teachers."""

from collections import Counter

from scenarios.crosscheck_plans import PlanView, school_grades, span_grades, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import Conversion, Project

At = tuple[str, int]


def span_problems(draft: Draft) -> list[Problem]:
    """Problems of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            at = ("projects", number)
            problems += _filling(view, project, at)
            problems += _ending(view, project, at)
            if project.kind == "conversion" and project.becomes is not None:
                problems += _conversion(view, project, project.becomes, at)
        problems += _one_change_a_school(view)
        problems += _zones_wait(view)
        problems += _shared(view)
    return problems


def group_problems(draft: Draft) -> list[Problem]:
    """School groups of a single school."""
    table = draft.tables.get("schools")
    if table is None or "group" not in table.frame:
        return []
    groups = table.frame["group"].tolist()
    count = Counter(name for name in groups if name)
    return [
        warning("SCN624", table.place(index, "group"), name) for index, name in enumerate(groups) if count[name] == 1
    ]


def _filling(view: PlanView, project: Project, at: At) -> list[Problem]:
    """A curve that does not fall; a part that moves only where upper grades open."""
    new, problems = project.new, list[Problem]()
    if new is None:
        return problems
    if list(new.fill) != sorted(new.fill):
        found = ", ".join(f"{part:g}" for part in new.fill)
        problems.append(error("SCN618", view.plan.place(*at, "new", "fill"), found, project=project.id))
    if new.transfer_share < 1.0 and new.opening != "all_grades":
        place = view.plan.place(*at, "new", "transfer_share")
        problems.append(error("SCN619", place, f"{new.transfer_share:g}", project=project.id))
    return problems


def given_up(view: PlanView, project: Project) -> tuple[str, ...]:
    """Grades that a project takes from its school, lowest first."""
    own = today(view).get(project.school or "", ())
    if project.kind == "closure":
        return own
    study = view.draft.study
    if project.becomes is None or study is None:
        return ()
    then = span_grades(study.model, project.becomes.first_grade, project.becomes.last_grade)
    return tuple(grade for grade in own if grade not in then) if then else ()


def gained(view: PlanView, project: Project) -> tuple[str, ...]:
    """Grades that a conversion adds to its school, lowest first."""
    study = view.draft.study
    if project.becomes is None or study is None:
        return ()
    own = today(view).get(project.school or "", ())
    then = span_grades(study.model, project.becomes.first_grade, project.becomes.last_grade)
    return tuple(grade for grade in then if grade not in own)


def today(view: PlanView) -> dict[str, tuple[str, ...]]:
    """Grades of every school before any conversion."""
    return school_grades(view, converted=False)


def _ending(view: PlanView, project: Project, at: At) -> list[Problem]:
    """Transition, nearest school and leak only where grades end, and in ways that agree."""
    problems: list[Problem] = []
    parts = {"transition_years": project.transition_years > 0, "to_nearest": project.to_nearest}
    parts["leak"] = project.leak is not None
    said = [key for key, given in parts.items() if given]
    ends = project.kind == "closure" or bool(given_up(view, project))
    if not ends and today(view):
        places = [(key, view.plan.place(*at, key, key=True)) for key in said]
        return [error("SCN620", place, key, project=project.id) for key, place in places]
    if project.to_nearest and (project.receivers or project.leak is not None):
        other = "receivers" if project.receivers else "leak"
        problems.append(error("SCN621", view.plan.place(*at, "to_nearest"), other, project=project.id))
    return problems + _leak(view, project, at)


def _leak(view: PlanView, project: Project, at: At) -> list[Problem]:
    problems: list[Problem] = []
    if project.leak is None:
        return problems
    hosted, ended = school_grades(view), set(given_up(view, project))
    taken = {project.school, *project.receivers}
    for number, school in enumerate(project.leak.schools):
        place = view.plan.place(*at, "leak", "schools", number)
        problems += view.school(school, place)
        if school in taken or (school in hosted and not ended & set(hosted[school])):
            problems.append(error("SCN622", place, school, project=project.id))
    return problems


def _conversion(view: PlanView, project: Project, becomes: Conversion, at: At) -> list[Problem]:
    """A run of grades that is not the one of today, whole stages where there are several, and nobody left without."""
    study, here = view.draft.study, (*at, "becomes")
    if study is None or not today(view).get(project.school or ""):
        return []
    problems = _known_grades(view, becomes, here)
    if problems:
        return problems
    place = view.plan.place(*here, "last_grade")
    own, span = today(view)[project.school or ""], f"{becomes.first_grade}-{becomes.last_grade}"
    then = span_grades(study.model, becomes.first_grade, becomes.last_grade)
    if not then:
        return [error("SCN611", place, span, project=project.id)]
    if then == own:
        return [error("SCN610", place, span, project=project.id)]
    young = {grade for stage in study.model.early_stages for grade in stage.grades}
    if young & (set(then) ^ set(own)):
        problems = _measured(view, project)
    parts = [stage for stage in study.model.stages if set(stage.grades) & set(then)]
    missing = [grade for stage in parts for grade in stage.grades if grade not in then]
    if len(parts) > 1 and missing:
        return [error("SCN612", place, span, project=project.id, missing=tuple(missing))]
    return problems + _without_school(view, project, at) + _without_zone(view, project, at)


def _measured(view: PlanView, project: Project) -> list[Problem]:
    """Temporary classes have no ladder to go to where the building passes from one ladder to the other."""
    return [
        error("SCN766", view.plan.place("measures", number, "school"), one.id, project=project.id, school=one.school)
        for number, one in enumerate(view.plan.model.measures)
        if one.school == project.school
    ]


def _known_grades(view: PlanView, becomes: Conversion, here: tuple[str, int, str]) -> list[Problem]:
    grades = view.draft.ids.get("grade")
    return [
        error("SCN320", view.plan.place(*here, key), grade, near=nearest(grade, grades), column=key)
        for key in ("first_grade", "last_grade")
        if grades is not None and (grade := str(getattr(becomes, key))) not in grades
    ]


def _without_school(view: PlanView, project: Project, at: At) -> list[Problem]:
    """Grades that are given up need receivers that have them."""
    ended = given_up(view, project)
    if not ended or project.to_nearest:
        return []
    hosted = school_grades(view)
    missing = tuple(g for g in ended if not any(g in hosted.get(name, ()) for name in project.receivers))
    place = view.plan.place(*at, "receivers" if project.receivers else "kind")
    return [error("SCN613", place, missing, project=project.id, school=project.school)] if missing else []


def _without_zone(view: PlanView, project: Project, at: At) -> list[Problem]:
    """A stage that a school gains and no zone change brings pupils to."""
    study, gain = view.draft.study, set(gained(view, project))
    problems: list[Problem] = []
    for stage in study.model.stages if study is not None else ():
        zoned = any(
            change.with_project == project.id and change.stage == stage.id and project.school in change.schools
            for change in view.plan.model.zones
        )
        own = any(grade in today(view)[project.school or ""] for grade in stage.grades)
        if set(stage.grades) <= gain and not own and not zoned:
            place = view.plan.place(*at, "becomes")
            problems.append(warning("SCN615", place, stage.id, project=project.id, school=project.school))
    return problems


def _one_change_a_school(view: PlanView) -> list[Problem]:
    """A school is converted once, and neither built nor closed by the same plan."""
    problems: list[Problem] = []
    kinds: dict[str, str] = dict.fromkeys(view.new, "new_school")
    for project in view.plan.model.projects:
        if project.kind == "closure" and project.school is not None:
            kinds.setdefault(project.school, project.kind)
    for number, project in enumerate(view.plan.model.projects):
        if project.kind != "conversion" or project.school is None:
            continue
        if project.school in kinds:
            place = view.plan.place("projects", number, "school")
            problems.append(error("SCN617", place, project.school, project=project.id, kind=kinds[project.school]))
        kinds.setdefault(project.school, project.kind)
    return problems


def _zones_wait(view: PlanView) -> list[Problem]:
    """The zone of a gained stage starts with the conversion."""
    problems: list[Problem] = []
    gains = {p.school: (p.id, set(gained(view, p))) for p in view.plan.model.projects if p.kind == "conversion"}
    study = view.draft.study
    grades = {stage.id: set(stage.grades) for stage in study.model.stages} if study is not None else {}
    for number, change in enumerate(view.plan.model.zones):
        for index, school in enumerate(change.schools):
            project, gain = gains.get(school, ("", set()))
            own = grades.get(change.stage, set()) & set(today(view).get(school, ()))
            if grades.get(change.stage, set()) & gain and not own and change.with_project != project:
                place = view.plan.place("zones", number, "schools", index)
                problems.append(error("SCN616", place, school, project=project, stage=change.stage))
    return problems


def _shared(view: PlanView) -> list[Problem]:
    """Schools that share teachers exist, are named once and stay open."""
    problems: list[Problem] = []
    closed = {project.school for project in view.plan.model.projects if project.kind == "closure"}
    for number, share in enumerate(view.plan.model.shares):
        for index, school in enumerate(share.schools):
            place = view.plan.place("shares", number, "schools", index)
            problems += view.school(school, place)
            if school in share.schools[:index]:
                problems.append(error("SCN530", place, school))
            elif school in closed:
                problems.append(error("SCN623", place, school))
    return problems
