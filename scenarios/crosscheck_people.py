"""Cross-checks of children, births, attendance away from home and housing estates."""

from itertools import product, takewhile

import numpy as np
import pandas as pd

from scenarios.births_in_force import births_in_force
from scenarios.draft import Draft
from scenarios.problems import Problem, error, has_errors, warning
from scenarios.schema_study import StudyFile
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

OLDEST_AGE = 14
_BIRTH_LEVEL_YEARS = 3


def children_problems(draft: Draft) -> list[Problem]:
    """Every unit must be counted, at every age up to the last school age."""
    problems = draft.unknown_cells("children", "unit", "unit", "SCN322")
    table, study = draft.tables.get("children"), draft.study
    if table is None or study is None:
        return problems
    problems += _uncounted_units(draft, table, "SCN350")
    needed = school_ages(study.model)
    ages: dict[str, set[float]] = {}
    first: dict[str, int] = {}
    rows = zip(table.frame["unit"], table.frame["group"], table.frame["age"], strict=True)
    for index, (unit, group, age) in enumerate(rows):
        first.setdefault(unit, index)
        # Migrant children may be few: an age without a row has none. Local children are counted at every age.
        if group == "local":
            ages.setdefault(unit, set()).add(age)
    found: list[Problem] = []
    for unit, index in first.items():
        missing = tuple(age for age in needed if age not in ages.get(unit, ()))
        if missing and not any(np.isnan(age) for age in ages.get(unit, ())):
            found.append(error("SCN351", table.place(index, "age"), missing, unit=unit, oldest=needed[-1]))
    return problems + capped(found, "age")


def school_ages(study: StudyFile) -> range:
    """Ages that the children table must hold: from birth to the age of the highest grade, at most 14 [years].

    Stages that only a share of the pupils go on to are filled from the grade before: nobody counts their ages.
    """
    entry = study.school_age or 0
    counted = takewhile(lambda stage: stage.entry_share is None, study.school_stages)
    grades = sum(len(stage.grades) for stage in counted)
    return range(min(OLDEST_AGE, entry + grades - 1) + 1)


def _uncounted_units(draft: Draft, table: Table, code: str) -> list[Problem]:
    units = draft.tables.get("units")
    if units is None:
        return []
    bare = (~units.frame["unit"].isin(table.frame["unit"])).to_numpy()
    return cell_problems(units.text, "unit", bare, code, table=table.file)


def birth_problems(draft: Draft) -> list[Problem]:
    """Every unit and year must be there; enough years, up to now."""
    problems = draft.unknown_cells("births", "unit", "unit", "SCN322")
    table, study = draft.tables.get("births"), draft.study
    if table is None or study is None:
        return problems
    problems += _uncounted_units(draft, table, "SCN352")
    force = births_in_force(table, study.model)
    problems += force.problems
    if has_errors(force.problems):
        return problems
    frame = table.frame[force.rows].dropna(subset=["year"])
    years = sorted({int(year) for year in frame["year"]})
    if not years:
        return problems
    problems += _absent_years(draft, table.file, frame, years)
    base = study.model.base_year
    if study.model.tables.children is None:
        start = base - (study.model.school_age or 0) - 1
        if years[0] > start or years[-1] < base:
            span = f"{years[0]}-{years[-1]}"
            problems.append(error("SCN355", table.file, span, needed=f"{start}-{base}"))
    elif len(years) < _BIRTH_LEVEL_YEARS or years[-1] < base - 1:
        problems.append(warning("SCN354", table.file, f"{years[0]}-{years[-1]}", base_year=base))
    return problems


def _absent_years(draft: Draft, file: str, frame: pd.DataFrame, years: list[int]) -> list[Problem]:
    """Combinations of unit and year without a row; a year without births is written as 0."""
    there = set(zip(frame["unit"], frame["year"].astype(int), strict=True))
    units = sorted(set(frame["unit"]) & set(draft.ids.get("unit", frozenset())))
    every_year = range(years[0], years[-1] + 1)
    absent = [pair for pair in product(units, every_year) if pair not in there]
    return capped([error("SCN353", file, year, unit=unit) for unit, year in absent], "year")


def attendance_problems(draft: Draft) -> list[Problem]:
    """Known townships and stages; not more children away than live there."""
    problems = draft.unknown_cells("attendance", "stage", "stage", "SCN324")
    table, townships = draft.tables.get("attendance"), draft.ids.get("township")
    if table is None or townships is None:
        return problems
    cells = table.frame["township"]
    bad = (~cells.isin(townships) & ~cells.isin(("*", ""))).to_numpy()
    problems += cell_problems(table.text, "township", bad, "SCN325", known=townships)
    if draft.study is not None and draft.study.model.tables.children is None:
        problems.append(warning("SCN358", table.file))
    problems += _at_home_twice(draft, table)
    return problems + _too_many_away(draft, table)


def _at_home_twice(draft: Draft, table: Table) -> list[Problem]:
    """Children who are not enrolled, of a stage whose share of participation says the same."""
    if draft.study is None:
        return []
    partly = {s.id for s in draft.study.model.stages if s.participation is not None or s.entry_share is not None}
    frame = table.frame
    bad = (frame["stage"].isin(partly) & (frame["destination"] == "not_enrolled")).to_numpy()
    found = [error("SCN537", table.place(at, "stage"), frame.loc[at, "stage"]) for at in np.flatnonzero(bad).tolist()]
    return capped(found, "stage")


def _too_many_away(draft: Draft, table: Table) -> list[Problem]:
    children, units, study = draft.tables.get("children"), draft.tables.get("units"), draft.study
    if children is None or units is None or study is None:
        return []
    town = dict(zip(units.frame["unit"], units.frame["township"], strict=True))
    counted = children.frame.assign(township=children.frame["unit"].map(town))
    away = table.frame.groupby(["township", "stage"])["pupils"].sum().to_dict()
    problems: list[Problem] = []
    age = study.model.stages[0].entry_age or 0
    for stage in study.model.stages:
        age = age if stage.entry_age is None else stage.entry_age
        of_age = counted[(counted["age"] >= age) & (counted["age"] < age + len(stage.grades))]
        age += len(stage.grades)
        if age - 1 > OLDEST_AGE:
            break
        living = of_age.groupby("township")["children"].sum().to_dict()
        living["*"] = of_age["children"].sum()
        for index in np.flatnonzero((table.frame["stage"] == stage.id).to_numpy()).tolist():
            name = str(table.frame.loc[index, "township"])
            total = float(away[name, stage.id])
            if name in living and total > living[name]:
                place = table.place(index, "pupils")
                problems.append(error("SCN359", place, total, township=name, stage=stage.id, living=living[name]))
    return problems


def estate_problems(draft: Draft) -> list[Problem]:
    """Known units; the three shares of origin add up to one."""
    problems = draft.unknown_cells("estates", "unit", "unit", "SCN322")
    table = draft.tables.get("estates")
    if table is None:
        return problems
    total = table.frame[["outside_share", "in_town_share", "rural_share"]].sum(axis=1, skipna=False)
    bad = (total - 1).abs() > 1e-6
    for index in np.flatnonzero(bad.to_numpy()).tolist():
        problems.append(error("SCN360", table.place(index, "outside_share"), round(float(total[index]), 6)))
    return problems
