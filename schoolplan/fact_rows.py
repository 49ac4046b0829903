"""What is there today and what projects bring, as the run folder keeps it for papers: nothing filled in.

Test: tests/cli/test_fact_rows.py.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from reports.shapes_facts import BIRTHS, PROJECT_FACTS, SCHOOL_FACTS, STAGE_FACTS
from scenarios.bundle import Bundle
from scenarios.schema_plan import Project
from schoolplan.prepare import Prepared
from sim.boarding_build import record_of
from sim.clauses_today import base_case
from sim.details import Details
from sim.reduced import Reduced
from sim.summary import nominal_seats

BRINGS = (
    "beds", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2", "music_rooms", "art_rooms",
    "multimedia_rooms",
)  # fmt: skip


def fact_rows(prepared: Prepared, details: Details) -> dict[str, pd.DataFrame]:
    """Tables of facts by the name of their field of `RunTables`."""
    one = base_case(prepared.model, details, prepared.assessment, prepared.bundle.study.id)
    return {
        "school_facts": _frame(school_rows(prepared, one, details), SCHOOL_FACTS.names),
        "stage_facts": _frame(stage_rows(prepared.bundle, one), STAGE_FACTS.names),
        "project_facts": _frame(project_rows(prepared), PROJECT_FACTS.names),
        "registered_births": _frame(birth_rows(prepared.bundle), BIRTHS.names),
    }


def _frame(rows: Iterator[tuple[object, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _units(prepared: Prepared) -> dict[str, tuple[str, str, object]]:
    """School, those of plans included -> its unit, township, and 1 for a unit in town."""
    units = prepared.bundle.tables["units"]
    known = {
        str(unit): (str(unit), str(township), int(urban))
        for unit, township, urban in units[["unit", "township", "urban"]].itertuples(index=False, name=None)
    }
    pairs = zip(prepared.space.schools, prepared.space.school_unit, strict=True)
    return {school: known.get(unit, ("", "", "")) for school, unit in pairs}


def school_rows(prepared: Prepared, one: Reduced, details: Details) -> Iterator[tuple[object, ...]]:
    """Rows of `SCHOOL_FACTS`; one: the base year."""
    tables, places = prepared.bundle.tables, _units(prepared)
    schools = tables["schools"].set_index("school")
    sites = tables["sites"].groupby("school").size()
    floors = tables["sites"].groupby("school")["floor_area_m2"].agg(lambda column: column.sum(skipna=False))
    seats = nominal_seats(one.now.result, one.model, one.now.planned)[0, 0]
    stocks = details.stocks.base
    for at, school in enumerate(one.model.layout.schools):
        if school not in schools.index:
            continue
        row = schools.loc[school]
        built = row["built"]
        yield (
            school,
            *places[school],
            row["ownership"],
            "" if pd.isna(built) else int(built),
            " ".join(str(row["flags"]).replace("；", ";").replace(";", " ").split()),
            int(sites.get(school, 0)),
            float(one.now.result.rooms[0, 0, at]),
            float(seats[at]),
            *(_given(stocks[kind][at]) for kind in ("beds", "land_m2")),
            _given(float(floors.get(school, np.nan))),
            *(_given(stocks[kind][at]) for kind in ("teaching_area_m2", "sports_area_m2")),
        )


def _given(value: float) -> object:
    return "" if np.isnan(value) else float(value)


def stage_rows(bundle: Bundle, one: Reduced) -> Iterator[tuple[object, ...]]:
    """Rows of `STAGE_FACTS`: stages with pupils in the base year; one: the base year."""
    grades, year = one.model.grades, bundle.study.base_year
    names = tuple(grade for stage in bundle.study.stages for grade in stage.grades)
    boarders = record_of(bundle.tables.get("boarders"), year, names)
    rolls = one.now.result.rolls[0, 0]
    for at, school in enumerate(one.model.layout.schools):
        for number, stage in enumerate(grades.stages):
            pupils = float(rolls[at, grades.stage_of == number].sum())
            if pupils > 0:
                yield school, stage, pupils, boarders.get((school, stage), "")


def birth_rows(bundle: Bundle) -> Iterator[tuple[object, ...]]:
    """Rows of `BIRTHS`; none where the study has no table of births."""
    table = bundle.tables.get("births")
    if table is None:
        return
    known = table[table["births"].notna() & (table["year"] <= bundle.study.base_year)]
    for year, rows in known.groupby("year"):
        yield year, float(rows["births"].sum()), int(rows["unit"].nunique())


def project_rows(prepared: Prepared) -> Iterator[tuple[object, ...]]:
    """Rows of `PROJECT_FACTS`, plans and projects in the order of their files."""
    places = _units(prepared)
    for plan in prepared.bundle.plans.values():
        for project in plan.projects:
            brings = project.new or project.adds
            if brings is None:
                continue
            yield (plan.id, project.id, *places[_school(project)], project.parcel or "", float(brings.rooms), *(
                "" if getattr(brings, kind) is None else float(getattr(brings, kind)) for kind in BRINGS
            ))  # fmt: skip


def _school(project: Project) -> str:
    return project.new.school if project.new is not None else str(project.school)
