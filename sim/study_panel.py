"""The history of a study as a panel, so that a study is forecast and tested by the same code as a bare table.

    schools   those of the enrolment table, by id; years up to the base year; grades in the order of the stages
    events    of the study: renamed schools joined, the step into a year in which pupils were moved between schools left
              out by a series that ends before it (`scenarios/event_series.py`), as `schoolplan forecast --events` does
    district  the county, one for all schools
    births    of the county by calendar year; NaN where a unit of the table has no row for that year, so that a sum
              never shrinks because a row is missing; only if the births of some past entrants are among them
    entrants  of year t are those who completed the entry age by 31 August: births of t - age, of September to December
              the share `autumn_births_share` of the year before
    delay     base year - last year of births: what a study does not know at its base year, no origin knew

Tests: tests/sim/test_study_panel.py.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from scenarios.bundle import StudyBundle
from scenarios.event_series import events_of, with_events
from scenarios.schema_base import path_value
from scenarios.schema_study import StudyFile
from sim.arrays import FloatArray
from sim.panel import Births, Panel, births_from_rows, panel_from_rows

COUNTY = "county"


def panel_of_study(bundle: StudyBundle) -> Panel:
    """Enrolment and births of a checked study. Raises ValueError if it has no enrolment up to its base year."""
    study = bundle.study
    grades = [grade for stage in study.school_stages for grade in stage.grades]
    panel = panel_from_rows(known_rows(bundle), grades)
    stages = tuple(stage.id for stage in study.school_stages for _ in stage.grades)
    return replace(
        panel,
        stages=stages,
        stated=_stated(study),
        births=_births(bundle.tables.get("births"), study, int(panel.years[0])),
    )


def _stated(study: StudyFile) -> FloatArray | None:
    """Log growth of the share who go on to a stage since the base year, [grade, year after the base]; None without."""
    stages, first = study.school_stages, 0
    if all(stage.entry_share is None for stage in stages):
        return None
    years = range(study.base_year, study.horizon + 1)
    out = np.zeros((sum(len(stage.grades) for stage in stages), len(years) - 1))
    for stage in stages:
        if stage.entry_share is not None:
            share = np.log([path_value(stage.entry_share, year) for year in years])
            out[first] = share[1:] - share[0]
        first += len(stage.grades)
    return out


def known_rows(bundle: StudyBundle) -> pd.DataFrame:
    """Enrolment up to the base year after the events: school, grade, year, pupils, suppressed, district.

    Raises ValueError if there is none.
    """
    table = bundle.tables.get("enrolment")
    rows = None if table is None else table[table["year"] <= bundle.study.base_year]
    if rows is None or rows.empty:
        raise ValueError("the study has no enrolment up to its base year")
    history = pd.DataFrame(
        {
            "school": rows["school"].astype(str),
            "grade": rows["grade"].astype(str),
            "year": rows["year"].astype(int),
            "pupils": rows["pupils"].astype(float),
            "suppressed": rows["suppressed"].astype(bool),
            "district": COUNTY,
        }
    )
    events = bundle.tables.get("events")
    if events is None or events.empty:
        return history
    return with_events(history, events_of(events, int(history["year"].max())))


def _births(table: pd.DataFrame | None, study: StudyFile, first_year: int) -> Births | None:
    """Births of the county; None where they say nothing about any pupil who has entered."""
    age = study.school_age
    if table is None or table.empty or age is None:
        return None
    county = county_births(table)
    births = births_from_rows(county, [COUNTY], age, delay=max(study.base_year - int(county["year"].max()), 0))
    births = replace(births, autumn=study.entry.autumn_births_share)
    past = np.arange(first_year, study.base_year + 1)
    return None if np.isnan(births.of_entry(past)).all() else births


def county_births(table: pd.DataFrame) -> pd.DataFrame:
    """Rows district, year, births from births by unit; NaN in years in which a unit of the table has no row."""
    units = table["unit"].nunique()
    by_year = table.groupby("year")
    total = by_year["births"].sum().astype(float).where(by_year["unit"].nunique() == units)
    return pd.DataFrame({"district": COUNTY, "year": total.index.astype(int), "births": total.to_numpy()})


def planned_seats(bundle: StudyBundle) -> dict[str, float]:
    """Seats of the schools of a study as they stand: rooms of their sites x mean planned class size of their grades."""
    schools, sites = bundle.tables.get("schools"), bundle.tables.get("sites")
    if schools is None or sites is None:
        return {}
    sizes = [(grade, stage.planned_class_size) for stage in bundle.study.stages for grade in stage.grades]
    order = {grade: place for place, (grade, _) in enumerate(sizes)}
    rooms, seats = sites.groupby("school")["rooms"].sum(), {}
    for row in schools.itertuples():
        first, last = order[str(row.first_grade)], order[str(row.last_grade)]
        mean = float(np.mean([size for _, size in sizes[first : last + 1]]))
        seats[str(row.school)] = float(np.floor(float(rooms.get(row.school, 0)) * mean + 1e-9))
    return seats
