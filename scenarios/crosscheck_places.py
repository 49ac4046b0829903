"""Cross-checks of units, schools, sites and zones."""

import numpy as np
import pandas as pd

from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.schema_study import StudyFile
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table


def school_problems(draft: Draft) -> list[Problem]:
    """Grades and units of schools, sites of schools, schools without a site."""
    problems = [
        *draft.unknown_cells("schools", "first_grade", "grade", "SCN320"),
        *draft.unknown_cells("schools", "last_grade", "grade", "SCN320"),
        *draft.unknown_cells("schools", "unit", "unit", "SCN322"),
        *draft.unknown_cells("sites", "school", "school", "SCN323"),
    ]
    schools, sites = draft.tables.get("schools"), draft.tables.get("sites")
    if schools is None:
        return problems
    if draft.study is not None:
        problems += _spans(schools, draft.study.model)
    if sites is not None:
        frame = schools.frame
        bare = ((frame["ownership"] != "private") & ~frame["school"].isin(sites.frame["school"])).to_numpy()
        problems += cell_problems(schools.text, "school", bare, "SCN326")
    return problems


def _spans(schools: Table, study: StudyFile) -> list[Problem]:
    order = {grade: number for number, grade in enumerate(study.grades)}
    first, last = (schools.frame[name].map(order) for name in ("first_grade", "last_grade"))
    return cell_problems(schools.text, "last_grade", (last < first).to_numpy(), "SCN321")


def grades_hosted(frame: pd.DataFrame, study: StudyFile) -> dict[str, tuple[str, ...]]:
    """Grades of every school whose span is sound, from the lowest to the highest."""
    order = {grade: number for number, grade in enumerate(study.grades)}
    hosted: dict[str, tuple[str, ...]] = {}
    for school, first, last in zip(frame["school"], frame["first_grade"], frame["last_grade"], strict=True):
        if first in order and last in order and order[first] <= order[last]:
            hosted[school] = study.grades[order[first] : order[last] + 1]
    return hosted


def zone_problems(draft: Draft) -> list[Problem]:
    """Ids in zones, units without a zone, schools outside every zone, zones whose schools cannot take the pupils."""
    problems = [
        *draft.unknown_cells("zones", "stage", "stage", "SCN324"),
        *draft.unknown_cells("zones", "unit", "unit", "SCN322"),
        *draft.unknown_cells("zones", "school", "school", "SCN323"),
    ]
    zones, schools, study = draft.tables.get("zones"), draft.tables.get("schools"), draft.study
    if zones is None or study is None:
        return problems
    problems += _uncovered(draft, zones, study.model)
    problems += _weightless(zones)
    if schools is not None:
        hosted = grades_hosted(schools.frame, study.model)
        problems += _wrong_stage(zones, study.model, hosted)
        problems += _grades_without_school(zones, study.model, hosted)
        problems += _outside(zones, schools, study.model, hosted)
    return problems


def _uncovered(draft: Draft, zones: Table, study: StudyFile) -> list[Problem]:
    problems: list[Problem] = []
    units = draft.tables.get("units")
    for stage in (one for one in study.stages if one.zoned):
        inside = zones.frame.loc[zones.frame["stage"] == stage.id, "unit"]
        if inside.empty:
            problems.append(warning("SCN330", zones.file, stage.id))
        elif units is not None:
            bare = (~units.frame["unit"].isin(inside)).to_numpy()
            problems += cell_problems(units.text, "unit", bare, "SCN327", stage=stage.id, zones=zones.file)
    return problems


def _weightless(zones: Table) -> list[Problem]:
    total = zones.frame.groupby(["stage", "unit"])["weight"].transform("sum")
    return cell_problems(zones.text, "weight", (total == 0).to_numpy(), "SCN334")


def _wrong_stage(zones: Table, study: StudyFile, hosted: dict[str, tuple[str, ...]]) -> list[Problem]:
    """A zone that names a school without a single grade of the stage."""
    grades = {stage.id: set(stage.grades) for stage in study.stages}
    pairs = list(zip(zones.frame["stage"], zones.frame["school"], strict=True))
    sound = {pair: not _known(pair, grades, hosted) or bool(grades[pair[0]] & set(hosted[pair[1]])) for pair in pairs}
    bad = np.array([not sound[pair] for pair in pairs], dtype=bool)
    problems: list[Problem] = []
    for index in np.flatnonzero(bad).tolist():
        stage, school = pairs[index]
        span = f"{hosted[school][0]}-{hosted[school][-1]}"
        problems.append(error("SCN329", zones.place(index, "school"), school, stage=stage, span=span))
    return capped(problems, "school")


def _known(pair: tuple[str, str], grades: dict[str, set[str]], hosted: dict[str, tuple[str, ...]]) -> bool:
    return pair[0] in grades and pair[1] in hosted


def _grades_without_school(zones: Table, study: StudyFile, hosted: dict[str, tuple[str, ...]]) -> list[Problem]:
    """Zones in which no school hosts some grade of the stage: those pupils go to the nearest school that does."""
    problems: list[Problem] = []
    for stage in study.stages:
        rows = zones.frame[zones.frame["stage"] == stage.id]
        for unit, schools in rows.groupby("unit", sort=True)["school"]:
            offered = {grade for school in schools for grade in hosted.get(school, ())}
            missing = tuple(grade for grade in stage.grades if grade not in offered)
            if missing and offered & set(stage.grades):
                place = zones.place(int(schools.index[0]), "school")
                problems.append(warning("SCN331", place, missing, unit=unit, stage=stage.id, schools=tuple(schools)))
    return capped(problems, "school")


def _outside(zones: Table, schools: Table, study: StudyFile, hosted: dict[str, tuple[str, ...]]) -> list[Problem]:
    """Schools that draw pupils from their zone only, and have none."""
    problems: list[Problem] = []
    zoned = set(zip(zones.frame["stage"], zones.frame["school"], strict=True))
    anywhere = {school for _, school in zoned}
    frame = schools.frame
    bound = ((frame["reach"] == "zone") & (frame["ownership"] != "private")).to_numpy()
    for index in np.flatnonzero(bound).tolist():
        school = str(frame.loc[index, "school"])
        place = schools.place(index, "school")
        taught = [stage for stage in study.stages if set(stage.grades) & set(hosted.get(school, ()))]
        if taught and not any(stage.zoned for stage in taught):
            continue
        if school not in anywhere:
            problems.append(error("SCN328", place, school, zones=zones.file))
            continue
        for stage in study.stages:
            enters = stage.grades[0] in hosted.get(school, ())
            if enters and stage.zoned and (stage.id, school) not in zoned:
                problems.append(warning("SCN333", place, school, stage=stage.id, zones=zones.file))
    return problems
