"""Cross-checks of plans: projects that can be built, schools that exist, money that is there.

Zone changes have their own file, `scenarios.crosscheck_zones`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.construction_defaults import load_defaults
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import NewSchool, PlanFile, Project
from scenarios.schema_study import StudyFile

EARLIEST_START = 5
"""Years before the base year in which the oldest project may have been decided."""

_NEEDS = {
    "new_school": ("new",),
    "extension": ("school", "adds"),
    "closure": ("school", "receivers"),
    "conversion": ("school", "becomes"),
    "renovation": ("school", "adds"),
    "boarding_centre": ("school", "adds"),
    "temporary": ("school", "adds", "until"),
}
_MAY = {"conversion": frozenset({"receivers"})}
_SAME_IN_ALL_PLANS = ("unit", "lon", "lat", "first_grade", "last_grade")
_PARTS = ("new", "school", "adds", "becomes", "receivers", "until")


@dataclass(frozen=True)
class PlanView:
    """A plan with what is needed to check it."""

    draft: Draft
    plan: Read[PlanFile]
    new: dict[str, NewSchool]
    """New schools of this plan by id."""

    @property
    def schools(self) -> frozenset[str] | None:
        """Schools that the plan may name; None if the schools table could not be read."""
        known = self.draft.ids.get("school")
        return None if known is None else known | frozenset(self.new)

    def school(self, name: str, place: str) -> list[Problem]:
        """A problem if the plan may not name that school."""
        known = self.schools
        return [] if known is None or name in known else [error("SCN501", place, name, near=nearest(name, known))]


def views(draft: Draft) -> Iterator[PlanView]:
    """All plans."""
    for plan in draft.plans:
        new = {project.new.school: project.new for project in plan.model.projects if project.new is not None}
        yield PlanView(draft, plan, new)


def plan_problems(draft: Draft) -> list[Problem]:
    """Problems of the projects of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            at = ("projects", number)
            problems += _times(view, project, at)
            problems += _parts(view, project, at)
            problems += _durations(view, project, at)
            problems += _names(view, project, at)
            if project.cost == 0 and project.kind not in ("closure", "conversion"):
                problems.append(warning("SCN520", view.plan.place(*at), project.id))
        problems += _repeated(view)
        problems += _money(view)
    return problems + _two_versions(draft)


def _times(view: PlanView, project: Project, at: tuple[str, int]) -> list[Problem]:
    problems: list[Problem] = []
    plan, study = view.plan, view.draft.study
    if project.opens is not None and project.opens < project.start_school_year + 1:
        place = plan.place(*at, "opens")
        problems.append(error("SCN506", place, project.opens, project=project.id, start=project.start))
    if study is None:
        return problems
    base, horizon = study.model.base_year, study.model.horizon
    place = plan.place(*at, "start")
    if project.start_year < base - EARLIEST_START:
        problems.append(error("SCN504", place, project.start, project=project.id, earliest=base - EARLIEST_START))
    elif project.start_school_year >= horizon:
        problems.append(error("SCN505", place, project.start, project=project.id, horizon=horizon))
    return problems


def _parts(view: PlanView, project: Project, at: tuple[str, int]) -> list[Problem]:
    """What the kind needs, and nothing else."""
    problems: list[Problem] = []
    given = {part for part in _PARTS if getattr(project, part)}
    params = {"project": project.id, "kind": project.kind}
    for part in _NEEDS[project.kind]:
        if part not in given and not (part == "receivers" and project.to_nearest):
            code = "SCN511" if part == "receivers" else "SCN509"
            problems.append(error(code, view.plan.place(*at, "kind"), part, **params))
    for part in sorted(given - set(_NEEDS[project.kind]) - _MAY.get(project.kind, frozenset())):
        place = view.plan.place(*at, part, key=True)
        problems.append(error("SCN510", place, part, needs=_NEEDS[project.kind], **params))
    adds = project.adds
    if "adds" in _NEEDS[project.kind] and adds is not None and not any(adds.model_dump().values()):
        problems.append(error("SCN512", view.plan.place(*at, "adds"), project=project.id))
    return problems


def _durations(view: PlanView, project: Project, at: tuple[str, int]) -> list[Problem]:
    problems: list[Problem] = []
    stages = tuple(load_defaults().stages)
    for name, (low, likely, high) in project.durations.items():
        place = view.plan.place(*at, "durations", name)
        if not 0 <= low <= likely <= high:
            found = f"[{low:g}, {likely:g}, {high:g}]"
            problems.append(error("SCN507", place, found, project=project.id, stage=name))
        if name not in stages:
            key = view.plan.place(*at, "durations", name, key=True)
            problems.append(error("SCN508", key, name, near=nearest(name, stages), stages=stages))
    return problems


def _names(view: PlanView, project: Project, at: tuple[str, int]) -> list[Problem]:
    problems: list[Problem] = []
    if project.school is not None:
        problems += view.school(project.school, view.plan.place(*at, "school"))
    if project.new is not None:
        problems += _new_school(view, project.new, at)
    for number, receiver in enumerate(project.receivers):
        place = view.plan.place(*at, "receivers", number)
        problems += view.school(receiver, place)
        closed = {p.school for p in view.plan.model.projects if p.kind == "closure"}
        if receiver in closed:
            problems.append(error("SCN515", place, receiver, project=project.id))
    if project.kind == "closure" and project.receivers:
        problems += _receivers_grades(view, project, at)
    return problems


def _new_school(view: PlanView, new: NewSchool, at: tuple[str, int]) -> list[Problem]:
    here, study = (*at, "new"), view.draft.study
    problems = view.draft.unknown("unit", new.unit, view.plan.place(*here, "unit"), "SCN322")
    if new.school in view.draft.ids.get("school", ()):
        problems.append(error("SCN513", view.plan.place(*here, "school"), new.school))
    grades = view.draft.ids.get("grade")
    for key in ("first_grade", "last_grade"):
        grade = getattr(new, key)
        if grades is not None and grade not in grades:
            place = view.plan.place(*here, key)
            problems.append(error("SCN320", place, grade, near=nearest(grade, grades), column=key))
    if study is not None and not span_grades(study.model, new.first_grade, new.last_grade) and not problems:
        problems.append(error("SCN321", view.plan.place(*here, "last_grade"), new.last_grade, column="last_grade"))
    return problems


def span_grades(study: StudyFile, first: str, last: str) -> tuple[str, ...]:
    """Grades from first to last, empty if the span is not sound."""
    grades = study.grades
    if first not in grades or last not in grades:
        return ()
    return grades[grades.index(first) : grades.index(last) + 1]


def school_grades(view: PlanView, converted: bool = True) -> dict[str, tuple[str, ...]]:
    """Grades of every school that the plan may name, existing and new.

    converted: with the grades that conversions of the plan add.
    """
    study = view.draft.study
    if study is None or "schools" not in view.draft.tables:
        return {}
    frame = view.draft.tables["schools"].frame
    spans = dict(zip(frame["school"], zip(frame["first_grade"], frame["last_grade"], strict=True), strict=True)) | {
        name: (new.first_grade, new.last_grade) for name, new in view.new.items()
    }
    hosted = {name: span_grades(study.model, *span) for name, span in spans.items()}
    for project in view.plan.model.projects if converted else ():
        if project.becomes is not None and project.school in hosted:
            then = span_grades(study.model, project.becomes.first_grade, project.becomes.last_grade)
            both = {*hosted[project.school], *then}
            hosted[project.school] = tuple(grade for grade in study.model.grades if grade in both)
    return hosted


def _receivers_grades(view: PlanView, project: Project, at: tuple[str, int]) -> list[Problem]:
    hosted = school_grades(view)
    names = (project.school, *project.receivers)
    if any(not hosted.get(name or "") for name in names):
        return []
    offered = {grade for name in project.receivers for grade in hosted[name]}
    missing = tuple(grade for grade in hosted[project.school or ""] if grade not in offered)
    if not missing:
        return []
    place = view.plan.place(*at, "receivers")
    return [error("SCN516", place, missing, project=project.id, receivers=project.receivers)]


def _repeated(view: PlanView) -> list[Problem]:
    """Project ids, new schools and closures must be unique in a plan."""
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for number, project in enumerate(view.plan.model.projects):
        facts: list[tuple[str, str, tuple[str, ...]]] = [("SCN503", project.id, ("id",))]
        if project.new is not None:
            facts.append(("SCN514", project.new.school, ("new", "school")))
        if project.kind == "closure" and project.school is not None:
            facts.append(("SCN517", project.school, ("school",)))
        for code, name, path in facts:
            if (code, name) in seen:
                problems.append(error(code, view.plan.place("projects", number, *path), name))
            seen.add((code, name))
    return problems


def _money(view: PlanView) -> list[Problem]:
    plan = view.plan.model
    cost, budget = sum(project.cost for project in plan.projects), sum(plan.capital.values())
    if cost > budget:
        place = view.plan.place("funds" if plan.funds else "budget", key=True)
        return [warning("SCN518", place, f"{budget:g}", cost=f"{cost:g}")]
    return []


def _two_versions(draft: Draft) -> list[Problem]:
    """One id of a new school stands for one place and grade span in all plans."""
    problems: list[Problem] = []
    first: dict[str, tuple[NewSchool, str]] = {}
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            new = project.new
            if new is None:
                continue
            known, file = first.setdefault(new.school, (new, view.plan.source.file))
            keys = [k for k in _SAME_IN_ALL_PLANS if getattr(known, k) != getattr(new, k)]
            if keys:
                place = view.plan.place("projects", number, "new", keys[0])
                found = str(getattr(new, keys[0]))
                problems.append(error("SCN519", place, found, school=new.school, keys=tuple(keys), first=file))
    return problems
