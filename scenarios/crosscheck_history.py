"""Cross-checks of the enrolment history: known schools and grades, enough years, a complete base year."""

import numpy as np
import pandas as pd

from scenarios.crosscheck_places import grades_hosted
from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.schema_study import StudyFile
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

SHORTEST_HISTORY = 2
"""School years needed to learn a single progression ratio."""


def history_problems(draft: Draft) -> list[Problem]:
    """Problems of the enrolment table against the study and the schools."""
    problems = [
        *draft.unknown_cells("enrolment", "school", "school", "SCN323"),
        *draft.unknown_cells("enrolment", "grade", "grade", "SCN320"),
    ]
    table, study = draft.tables.get("enrolment"), draft.study
    if table is None or study is None or table.frame.empty:
        return problems
    problems += _years(table, study.model, study.place("base_year"))
    schools = draft.tables.get("schools")
    if schools is not None:
        problems += _base_year(table, schools, study.model)
    return problems


def _years(table: Table, study: StudyFile, place: str) -> list[Problem]:
    years = table.frame["year"]
    late = (years > study.base_year).to_numpy()
    problems = cell_problems(table.text, "year", late, "SCN343", base_year=study.base_year)
    past = sorted({int(year) for year in years.dropna().unique() if year <= study.base_year})
    if study.base_year not in past:
        last = past[-1] if past else "@none"
        return [*problems, error("SCN341", place, study.base_year, table=table.file, last=last)]
    if len(past) < SHORTEST_HISTORY:
        return [*problems, error("SCN340", table.file, len(past), years=tuple(past))]
    gaps = tuple(year for year in range(past[0], past[-1]) if year not in past)
    if gaps:
        problems.append(warning("SCN344", table.file, gaps))
    if len(past) <= study.learning_window.years and study.learning_window.model_fields_set:
        problems.append(warning("SCN347", table.file, len(past), window=study.learning_window.years))
    return problems


def _base_year(table: Table, schools: Table, study: StudyFile) -> list[Problem]:
    base = table.frame[table.frame["year"] == study.base_year]
    if base.empty:
        return []
    hosted = grades_hosted(schools.frame, study)
    return [
        *_missing_grades(base, schools, hosted, table.file),
        *_foreign_grades(base, table, hosted),
        *_withheld(base, table),
    ]


def _missing_grades(base: pd.DataFrame, schools: Table, hosted: dict[str, tuple[str, ...]], file: str) -> list[Problem]:
    on_record: dict[str, set[str]] = {}
    for school, grade in zip(base["school"], base["grade"], strict=True):
        on_record.setdefault(school, set()).add(grade)
    problems: list[Problem] = []
    for index, school in enumerate(schools.frame["school"].tolist()):
        missing = tuple(grade for grade in hosted.get(school, ()) if grade not in on_record.get(school, ()))
        if missing:
            year = int(base["year"].iloc[0])
            problems.append(
                error("SCN342", schools.place(index, "school"), missing, school=school, year=year, table=file)
            )
    return capped(problems, "school")


def _foreign_grades(base: pd.DataFrame, table: Table, hosted: dict[str, tuple[str, ...]]) -> list[Problem]:
    """Pupils in the base year in a grade that the school does not host."""
    every = {grade for grades in hosted.values() for grade in grades}
    bad = np.zeros(len(table.frame), dtype=bool)
    for index, school, grade in zip(base.index, base["school"], base["grade"], strict=True):
        bad[index] = school in hosted and grade in every and grade not in hosted[school]
    return cell_problems(table.text, "grade", bad, "SCN345")


def _withheld(base: pd.DataFrame, table: Table) -> list[Problem]:
    """Suppressed cells of the base year: the simulation has to start from an assumed number."""
    bad = np.zeros(len(table.frame), dtype=bool)
    bad[base.index[base["suppressed"] == 1]] = True
    return cell_problems(table.text, "pupils", bad, "SCN346", "warning")
