"""Cross-checks of triggers: places that exist and can be seen in time, bounds that can be meant, phases that follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.crosscheck_plans import PlanView, school_grades, views
from scenarios.draft import Draft
from scenarios.problems import Problem, error, nearest, warning
from scenarios.schema_plan import Project
from scenarios.schema_study import StudyFile
from scenarios.schema_triggers import When

OF_ZONES = ("entry_pressure",)
"""Signals of whole zones, which belong to a stage."""
OF_HOMES = ("births",)
"""Signals of units; at schools they look at the units of their zones."""
SHARES = ("large_classes",)
RATIOS = ("entry_pressure", "utilisation")
MOST = 5.0
"""A ratio of pupils to seats above this is taken for a percentage that was meant."""

At = tuple[str, int, str]


@dataclass(frozen=True)
class _Trigger:
    """One trigger of a plan and where it stands: `projects`, number, `when` / `cancel_when` / `defer_when`."""

    view: PlanView
    project: Project
    when: When
    at: At

    def place(self, *path: str | int, key: bool = False) -> str:
        return self.view.plan.place(*self.at, *path, key=key)

    @property
    def said(self) -> dict[str, str]:
        return {"project": self.project.id, "trigger": self.at[2]}


def trigger_problems(draft: Draft) -> list[Problem]:
    """Problems of the triggers of all plans."""
    problems: list[Problem] = []
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            problems += _phase(view, project, number) + _moot(view, project, number)
            for one in _of_project(view, project, number):
                problems += _bounds(one) + _places(one) + _new_schools(one) + _stage(one) + _years(one)
    return problems


def _of_project(view: PlanView, project: Project, number: int) -> Iterator[_Trigger]:
    for name in ("when", "cancel_when", "defer_when"):
        when = getattr(project, name)
        if when is not None:
            yield _Trigger(view, project, when, ("projects", number, name))


def _bounds(one: _Trigger) -> list[Problem]:
    when = one.when
    if (when.above is None) == (when.below is None):
        return [error("SCN743", one.place(key=True), _bound_text(when), **one.said)]
    name = "below" if when.above is None else "above"
    bound = getattr(when, name)
    if (when.signal in SHARES and bound > 1.0) or (when.signal in RATIOS and bound > MOST):
        params = {"signal": when.signal, "share": f"{bound / 100:g}", **one.said}
        return [error("SCN752", one.place(name), f"{bound:g}", **params)]
    return []


def _bound_text(when: When) -> str:
    given = [f"{name}: {getattr(when, name):g}" for name in ("above", "below") if getattr(when, name) is not None]
    return ", ".join(given) or "-"


def _places(one: _Trigger) -> list[Problem]:
    """Ids that the place names."""
    at, view = one.when.at, one.view
    problems: list[Problem] = []
    if at.schools and at.units:
        problems.append(error("SCN747", one.place("at", "units", key=True), at.units, **one.said))
    known = view.schools
    for number, school in enumerate(at.schools):
        if known is not None and school not in known:
            near = nearest(school, known)
            problems.append(error("SCN740", one.place("at", "schools", number), school, near=near, **one.said))
    units = view.draft.ids.get("unit")
    for number, unit in enumerate(at.units):
        if units is not None and unit not in units:
            near = nearest(unit, units)
            problems.append(error("SCN741", one.place("at", "units", number), unit, near=near, **one.said))
    return problems


def _new_schools(one: _Trigger) -> list[Problem]:
    """Schools that are not there when the trigger is looked at."""
    problems: list[Problem] = []
    # A second phase looks from the opening of the first on, which builds the school.
    first = {p.new.school for p in one.view.plan.model.projects if p.new is not None and p.id == one.project.phase_of}
    for number, school in enumerate(one.when.at.schools):
        if school not in one.view.new or (school in first and one.at[2] == "when"):
            continue
        place, others = one.place("at", "schools", number), len(one.when.at.schools) > 1
        own = one.project.new is not None and one.project.new.school == school
        if own and not others:
            problems.append(error("SCN745", place, school, **one.said))
        else:
            problems.append(warning("SCN746", place, school, **one.said))
    return problems


def _stage(one: _Trigger) -> list[Problem]:
    """A stage of school, given where zones are needed, and taught by the schools named."""
    at, study = one.when.at, one.view.draft.study
    if study is None:
        return []
    stages = tuple(stage.id for stage in study.model.school_stages)
    if at.stage is None:
        if len(stages) > 1 and needs_stage(one.when):
            return [error("SCN744", one.place(key=True), one.when.signal, stages=stages, **one.said)]
        return []
    if at.stage not in stages:
        near = nearest(at.stage, stages)
        return [error("SCN742", one.place("at", "stage"), at.stage, near=near, stages=stages, **one.said)]
    return _untaught(one, study.model, at.stage)


def _untaught(one: _Trigger, study: StudyFile, stage: str) -> list[Problem]:
    hosted = school_grades(one.view)
    wanted = set(next(of.grades for of in study.stages if of.id == stage))
    return [
        error("SCN755", one.place("at", "schools", number), school, stage=stage, **one.said)
        for number, school in enumerate(one.when.at.schools)
        if hosted.get(school) and not wanted & set(hosted[school])
    ]


def needs_stage(when: When) -> bool:
    """Whether the signal at this place looks at zones, which belong to a stage."""
    if when.signal in OF_ZONES:
        return True
    if when.signal in OF_HOMES:
        return bool(when.at.schools)
    return bool(when.at.units) and when.signal != "pupils"


def _years(one: _Trigger) -> list[Problem]:
    """Years in which something can be seen and still be decided before the horizon."""
    when, study = one.when, one.view.draft.study
    if study is None:
        return []
    base, horizon = study.model.base_year, study.model.horizon
    first = max(base + when.years - 1, base if when.from_year is None else when.from_year)
    last = horizon - 1 if when.until is None else when.until
    decided = first + when.lag_months // 12
    if first > last or decided >= horizon:
        key = "until" if when.until is not None and first > when.until else "from" if when.from_year else "years"
        place = one.place(key) if key != "years" or when.years > 1 else one.place(key=True)
        return [error("SCN750", place, decided, first=first, last=last, horizon=horizon, **one.said)]
    return []


def _phase(view: PlanView, project: Project, number: int) -> list[Problem]:
    """The first phase of a second one."""
    if project.phase_of is None:
        return []
    place = view.plan.place("projects", number, "phase_of")
    ids = {one.id: one for one in view.plan.model.projects}
    if project.phase_of not in ids:
        return [error("SCN748", place, project.phase_of, near=nearest(project.phase_of, ids), project=project.id)]
    chain, name = [project.id], project.phase_of
    while name in ids and name not in chain:
        chain.append(name)
        name = ids[name].phase_of or ""
    if name == project.id:
        return [error("SCN751", place, " -> ".join([*chain, name]), project=project.id)]
    if project.when is None:
        return [error("SCN749", place, project.phase_of, project=project.id)]
    return []


def _moot(view: PlanView, project: Project, number: int) -> list[Problem]:
    """Decisions that have been taken already."""
    study = view.draft.study
    problems: list[Problem] = []
    if project.when is not None and project.ledger is not None:
        place = view.plan.place("projects", number, "when", key=True)
        problems.append(error("SCN753", place, project.ledger, project=project.id))
    if study is None or project.defer_when is None or project.when is not None:
        return problems
    if project.start_school_year < study.model.base_year:
        place, base = view.plan.place("projects", number, "defer_when", key=True), study.model.base_year
        problems.append(error("SCN754", place, project.start, project=project.id, base_year=base))
    return problems
