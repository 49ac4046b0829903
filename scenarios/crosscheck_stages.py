"""Cross-checks of the ladder of stages: who enters where, kindergartens before school, stages without zones."""

from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, warning
from scenarios.schema_base import path_value
from scenarios.schema_study import Stage, StudyFile

FAR_FROM_ROLLS = 0.1
"""Rates of participation that differ by more are told."""


def stage_problems(study: Read[StudyFile]) -> list[Problem]:
    """The ladder in itself: ids, grades, ways in, ages."""
    problems: list[Problem] = []
    stages: dict[str, int] = {}
    grades: dict[str, str] = {}
    for number, stage in enumerate(study.model.stages):
        at = ("stages", number)
        if stage.id in stages:
            problems.append(error("SCN302", study.place(*at, "id"), stage.id))
        stages.setdefault(stage.id, number)
        for index, grade in enumerate(stage.grades):
            if grade in grades:
                problems.append(error("SCN303", study.place(*at, "grades", index), grade, stage=grades[grade]))
            grades.setdefault(grade, stage.id)
        problems += _way_in(study, number, stage)
    return problems


def _way_in(study: Read[StudyFile], number: int, stage: Stage) -> list[Problem]:
    at, stages, problems = ("stages", number), study.model.stages, []
    early = number == 0 and len(stages) > 1 and stages[1].entry == "residents" and stage.participation is not None
    second = number == 1 and stages[0].participation is not None and stages[0].entry == "residents"
    if stage.entry == "residents" and stage.entry_age is None:
        problems.append(error("SCN304", study.place(*at), stage=stage.id))
    if stage.entry == "previous_grade" and number == 0:
        problems.append(error("SCN305", study.place(*at, "entry"), stage.entry, stage=stage.id))
    if stage.entry == "residents" and number > 0 and not second:
        problems.append(error("SCN306", study.place(*at, "entry"), stage.entry, stage=stage.id))
    if stage.entry == "previous_grade" and stage.entry_age is not None:
        problems.append(warning("SCN307", study.place(*at, "entry_age"), stage.entry_age, stage=stage.id))
    if stage.participation is not None and not early:
        problems.append(error("SCN531", study.place(*at, "participation"), stage=stage.id))
    if early and stage.entry_age is not None and stages[1].entry_age is not None:
        last = stage.entry_age + len(stage.grades) - 1
        if last >= stages[1].entry_age:
            place = study.place(*at, "grades")
            problems.append(error("SCN532", place, last, stage=stage.id, age=stages[1].entry_age, school=stages[1].id))
    if stage.entry_share is not None and stage.entry != "previous_grade":
        problems.append(error("SCN533", study.place(*at, "entry_share"), stage=stage.id))
    return problems + _paths(study, number, stage)


def _paths(study: Read[StudyFile], number: int, stage: Stage) -> list[Problem]:
    """Paths hold every year that is simulated, and start above nothing: what acts is their growth."""
    problems: list[Problem] = []
    for key in ("participation", "entry_share"):
        path = getattr(stage, key)
        if path is None:
            continue
        place, base = study.place("stages", number, key), study.model.base_year
        if max(path) < study.model.horizon:
            problems.append(error("SCN401", place, max(path), key=key, horizon=study.model.horizon))
        if min(path) > base:
            problems.append(error("SCN402", place, min(path), key=key, base_year=base))
        elif base <= max(path) and min(path_value(path, year) for year in (base, *(y for y in path if y > base))) <= 0:
            problems.append(error("SCN535", place, 0, key=key, stage=stage.id))
    return problems


def unzoned_problems(draft: Draft) -> list[Problem]:
    """SCN534: zones of a stage whose schools admit from the whole county."""
    if draft.study is None:
        return []
    free = {stage.id for stage in draft.study.model.stages if not stage.zoned}
    problems: list[Problem] = []
    zones = draft.tables.get("zones")
    if zones is not None:
        for stage in sorted(free & set(zones.frame["stage"])):
            first = int((zones.frame["stage"] == stage).to_numpy().argmax())
            problems.append(error("SCN534", zones.place(first, "stage"), stage))
    for plan in draft.plans:
        problems += [
            error("SCN534", plan.place("zones", number, "stage"), change.stage)
            for number, change in enumerate(plan.model.zones)
            if change.stage in free
        ]
    return problems


def participation_problems(draft: Draft) -> list[Problem]:
    """SCN536: a gross enrolment rate unlike the rolls and resident children of the base year."""
    children, rolls = draft.tables.get("children"), draft.tables.get("enrolment")
    if draft.study is None or children is None or rolls is None:
        return []
    study, problems = draft.study.model, []
    for number, stage in enumerate(study.early_stages):
        path, base = stage.participation, study.base_year
        if path is None or stage.entry_age is None or not min(path) <= base <= max(path):
            continue
        ages = range(stage.entry_age, stage.entry_age + len(stage.grades))
        living = float(children.frame.loc[children.frame["age"].isin(ages), "children"].sum())
        now = rolls.frame[(rolls.frame["year"] == base) & rolls.frame["grade"].isin(stage.grades)]
        rate = float(now["pupils"].sum()) / living if living > 0 else float("nan")
        said = path_value(path, base)
        if abs(rate - said) > FAR_FROM_ROLLS:
            place = draft.study.place("stages", number, "participation")
            problems.append(warning("SCN536", place, f"{said:.0%}", stage=stage.id, rate=f"{rate:.0%}", base_year=base))
    return problems
