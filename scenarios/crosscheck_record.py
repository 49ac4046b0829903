"""Checks of the classes on record, where a study forms its classes as learnt from them."""

import numpy as np
import pandas as pd

from scenarios.classes_record import LARGEST, LEAST_YEARS, crowded_schools, usable
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, note, warning
from scenarios.schema_study import StudyFile
from scenarios.table_cells import cell_problems
from scenarios.tables import Table


def record_problems(draft: Draft) -> list[Problem]:
    """Problems of the column `sections` of the enrolment table, and how it was read; nothing where nobody asks."""
    study, table = draft.study, draft.tables.get("enrolment")
    if study is None or table is None or study.model.classes.formation != "learnt":
        return []
    rows = usable(table.frame, study.model.base_year)
    if rows.empty:
        return [error("SCN670", study.place("classes", "formation"), table.file)]
    return [*_cells(table, study.model), *_read(draft, table, rows, study)]


def _cells(table: Table, study: StudyFile) -> list[Problem]:
    """Rows whose classes cannot be, or are unusual."""
    frame, text = table.frame, table.text
    pupils, classes = frame["pupils"], frame["sections"]
    planned = frame["grade"].map(_planned(study))
    empty = (pupils == 0) & (classes > 0)
    many = (pupils > 0) & (classes > pupils)
    none = (pupils > 0) & (classes == 0)
    large = (classes > 0) & (pupils > LARGEST * planned * classes)
    problems = cell_problems(text, "sections", empty.to_numpy(), "SCN671")
    problems += cell_problems(text, "sections", many.to_numpy(), "SCN672")
    problems += cell_problems(text, "sections", none.to_numpy(), "SCN673", severity="warning")
    problems += cell_problems(text, "sections", large.to_numpy(), "SCN674", severity="warning", times_planned=LARGEST)
    return problems


def _planned(study: StudyFile) -> dict[str, int]:
    """Planned class size of every grade [pupils/class]."""
    return {grade: stage.planned_class_size for stage in study.stages for grade in stage.grades}


def _read(draft: Draft, table: Table, rows: pd.DataFrame, study: Read[StudyFile]) -> list[Problem]:
    """How the record was read: its extent, schools without it, habits above the planned size."""
    years = sorted(int(year) for year in rows["year"].unique())
    span, schools = f"{years[0]}-{years[-1]}", sorted(rows["school"].unique())
    problems = [note("SCN675", table.file, len(rows), years=span, schools=len(schools))]
    wanted = 2 * LEAST_YEARS
    if years[-1] - years[0] + 1 < wanted:
        problems.append(note("SCN676", table.file, span, wanted=wanted))
    missing = tuple(sorted(draft.ids.get("school", frozenset()) - set(schools)))
    if missing:
        problems.append(note("SCN677", table.file, missing, count=len(missing)))
    crowded = tuple(crowded_schools(rows, _planned(study.model)))
    if crowded:
        problems.append(warning("SCN678", table.file, crowded, count=len(crowded)))
    base = table.frame[(table.frame["year"] == study.model.base_year) & (table.frame["pupils"] > 0)]
    without = int(np.count_nonzero(~(base["sections"] > 0)))
    if without:
        problems.append(note("SCN679", table.file, without, base_year=study.model.base_year))
    return problems
