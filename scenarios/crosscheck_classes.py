"""Cross-checks of how classes are formed, and of the dated measures of plans."""

from itertools import combinations

from scenarios.crosscheck_plans import PlanView, views
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_classes import CompositeClasses, Measure
from scenarios.schema_study import StudyFile
from scenarios.table_specs import SCHOOL_FLAGS

AT = ("classes", "composite")


def class_problems(draft: Draft) -> list[Problem]:
    """Problems of `classes` of the study and of `measures` of all plans."""
    problems: list[Problem] = []
    if draft.study is not None:
        problems += _sticky(draft.study)
        if draft.study.model.classes.composite is not None:
            problems += _composite(draft, draft.study, draft.study.model.classes.composite)
    for view in views(draft):
        for number, measure in enumerate(view.plan.model.measures):
            problems += _measure(view, measure, ("measures", number))
        problems += _together(view)
    return problems


def _sticky(study: Read[StudyFile]) -> list[Problem]:
    rules = study.model.classes
    if rules.merge_below is None:
        return []
    place = study.place("classes", "merge_below")
    if rules.formation != "sticky":
        return [error("SCN630", place, rules.merge_below, formation=rules.formation)]
    smallest = min(stage.planned_class_size for stage in study.model.stages)
    return [error("SCN631", place, rules.merge_below, size=smallest)] if rules.merge_below >= smallest else []


def _composite(draft: Draft, study: Read[StudyFile], rule: CompositeClasses) -> list[Problem]:
    problems: list[Problem] = []
    if rule.grades_per_class < 2:
        problems.append(error("SCN632", study.place(*AT, "grades_per_class"), rule.grades_per_class))
    if rule.max_size < 1:
        problems.append(error("SCN633", study.place(*AT, "max_size"), rule.max_size))
    if not rule.schools and not rule.flags and rule.pupils_below is None:
        problems.append(error("SCN634", study.place(*AT, key=True)))
    for number, flag in enumerate(rule.flags):
        if flag not in SCHOOL_FLAGS:
            place, near = study.place(*AT, "flags", number), nearest(flag, SCHOOL_FLAGS)
            problems.append(error("SCN542", place, flag, near=near, flags=SCHOOL_FLAGS))
    for number, stage in enumerate(rule.stages):
        problems += draft.unknown("stage", stage, study.place(*AT, "stages", number), "SCN324")
    built = {project.new.school for plan in draft.plans for project in plan.model.projects if project.new is not None}
    known = draft.ids.get("school")
    for number, school in enumerate(rule.schools):
        if known is not None and school not in known | built:
            place = study.place(*AT, "schools", number)
            problems.append(error("SCN501", place, school, near=nearest(school, known | built)))
    return problems


def _measure(view: PlanView, measure: Measure, at: tuple[str, int]) -> list[Problem]:
    """One measure by itself: school, amount, dates."""
    plan, study = view.plan, view.draft.study
    problems = view.school(measure.school, plan.place(*at, "school"))
    problems += _amount(view, measure, at)
    place = plan.place(*at, "from")
    if measure.last < measure.first:
        problems.append(error("SCN635", place, measure.first, measure=measure.id, last=measure.last))
    elif study is not None and not study.model.base_year < measure.first <= measure.last <= study.model.horizon:
        first, horizon = study.model.base_year + 1, study.model.horizon
        years = f"{measure.first}-{measure.last}"
        problems.append(error("SCN636", place, years, measure=measure.id, first=first, horizon=horizon))
    return problems


def _amount(view: PlanView, measure: Measure, at: tuple[str, int]) -> list[Problem]:
    """Exactly one of rooms and factor, each within its range; temporary classes have no factor."""
    plan = view.plan
    given = [key for key in ("rooms", "factor") if getattr(measure, key) is not None]
    if len(given) != 1 or (measure.kind == "temporary_classes" and given != ["rooms"]):
        return [error("SCN637", plan.place(*at, "kind"), measure.id, kind=measure.kind, given=given or ["-"])]
    if measure.rooms is not None and not 1 <= measure.rooms <= 500:
        return [error("SCN638", plan.place(*at, "rooms"), measure.rooms, measure=measure.id, range="1-500")]
    if measure.factor is not None and not 1.0 < measure.factor <= 2.0:
        return [error("SCN638", plan.place(*at, "factor"), measure.factor, measure=measure.id, range="1-2")]
    return []


def _together(view: PlanView) -> list[Problem]:
    """Measures that say the same years of one school twice; a warning where a school has both kinds at once."""
    problems: list[Problem] = []
    for (_, a), (number, b) in combinations(enumerate(view.plan.model.measures), 2):
        place = view.plan.place("measures", number, "id")
        if a.id == b.id:
            problems.append(error("SCN639", place, b.id, other=a.id, school=b.school))
        elif a.school == b.school and a.first <= b.last and b.first <= a.last:
            say = error if a.kind == b.kind else warning
            problems.append(say("SCN639", place, b.id, other=a.id, school=b.school))
    return problems
