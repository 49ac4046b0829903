"""Facts of the synthetic run: schools, stages, projects, parcels, zones with early warning, classes of the base year.

Hand-made round numbers; some things are not given, as in real tables.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from reports.run_folder import RunFolder, write_run
from reports.table_shapes import SHAPES, RunTables
from tests.reports import factory
from tests.reports import factory_numbers as f

NOT_GIVEN = "ps-07"
"""School whose land is not given."""
ZONES = (("primary", "ps-01+ps-02", 300.0), ("primary", "ps-03", 90.0), ("junior", "js-01", 400.0))
"""Stage, zone, children who start the stage in the first year (10 fewer every year)."""
PLACES = {"do-nothing": (270.0, 90.0, 350.0), "county-plan": (360.0, 90.0, 450.0), "compact": (315.0, 90.0, 350.0)}
"""Planned entry places of the zones by plan."""
ALERTS = {
    "pack": "made-up", "name": {"zh": "预警", "en": "Warning"}, "under_use": 0.6,
    "rules": [{"code": "W.x", "clause": {"zh": "达到90%预警", "en": "warned from 90 %"},
               "stages": ["primary", "junior"], "lead_years": 3,
               "levels": [{"level": "yellow", "at_least": 0.9}, {"level": "red", "at_least": 1.0}],
               "source": {"zh": "试验", "en": "made up"}, "source_grade": "M"}],
}  # fmt: skip


def _seats(school: f.School) -> float:
    grades = f.grades(school)
    size = sum(f.SIZE[f.stage_of(grade)] for grade in grades) / len(grades)
    return float(np.floor(school.rooms * size + 1e-9))


def school_facts() -> pd.DataFrame:
    """20 m2 of land, 9 m2 of floor, 5 m2 of teaching area and 8 m2 of sports a seat; one school without land."""
    homes = factory.units().set_index("unit")["township"]
    rows = []
    for at, school in enumerate(s for s in f.SCHOOLS if not s.opened_by):
        unit, seats = factory._HOME[school.key], _seats(school)
        areas = (np.nan,) * 4 if school.key == NOT_GIVEN else (20 * seats, 9 * seats, 5 * seats, 8 * seats)
        rows.append((school.key, unit, homes[unit], int(school.town), "public", 2000 + at, "", 1, school.rooms, seats,
                     100.0 * (not school.town), *areas))  # fmt: skip
    return pd.DataFrame(rows, columns=SHAPES["school_facts"].names)


def stage_facts() -> pd.DataFrame:
    """A quarter of the pupils outside the town board; none on record in town."""
    rows = [
        (school.key, stage, 100.0, np.nan if school.town else 25.0)
        for school in f.SCHOOLS
        if school.roll
        for stage in school.stages
    ]
    return pd.DataFrame(rows, columns=SHAPES["stage_facts"].names)


def classes_today() -> pd.DataFrame:
    """Classes of at most 45 pupils in every grade."""
    today = factory.history()
    today = today[today["year"] == f.BASE]
    classes = np.ceil(today["pupils"] / 45).astype(int)
    frame = today[["school", "grade", "pupils"]].assign(classes=classes, recorded=1)
    return frame[list(SHAPES["classes_today"].names)]


def project_facts() -> pd.DataFrame:
    """A new school on a parcel, one without, an extension."""
    rows = []
    for plan, opens in f.OPENS.items():
        for project in opens:
            parcel = "P1" if project == "no4-primary" else ""
            rooms = {"no2-extension": 12.0, "no4-primary": 36.0, "no3-junior": 24.0}[project]
            land = 0.0 if project == "no2-extension" else 1000.0 * rooms
            floor = np.nan if project == "no2-extension" else 340.0 * rooms
            given = (land, floor, 200.0 * rooms, np.nan if project == "no3-junior" else 300.0 * rooms)
            rows.append((plan, project, "u09", "t3", 1, parcel, rooms, 0.0, *given, 0.0, np.nan, 0.0))
    return pd.DataFrame(rows, columns=SHAPES["project_facts"].names)


def project_seats() -> pd.DataFrame:
    """Rooms x 45 and four fifths of it, in all years of the window."""
    rows = []
    for future in f.FUTURES:
        for row in project_facts().to_dict("records"):
            for year in range(f.WINDOW[0], f.WINDOW[1] + 1):
                nominal = 45.0 * row["rooms"]
                rows.append((future, row["plan"], row["project"], year, "", 1.0, nominal, 0.8 * nominal, 0.7 * nominal))
    return pd.DataFrame(rows, columns=SHAPES["project_seats"].names)


def alerts() -> pd.DataFrame:
    """Levels of every year; the rule publishes those of three."""
    rows = []
    for future in f.FUTURES:
        for plan in f.PLANS:
            for (stage, zone, first), places in zip(ZONES, PLACES[plan], strict=True):
                for ahead, year in enumerate(f.YEARS):
                    demand = first - 10.0 * ahead
                    around = (demand, demand - 20, demand, demand + 20)
                    ratio = tuple(round(n / places, 3) for n in around)
                    level = "red" if ratio[2] >= 1 else "yellow" if ratio[2] >= 0.9 else "green"
                    said = (level, level, ahead + 1, int(ahead < 3), "W.x")
                    rows.append((future, plan, year, stage, zone, zone.replace("+", " "), "u01", *around, places,
                                 *ratio, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, *said))  # fmt: skip
    return pd.DataFrame(rows, columns=SHAPES["alerts"].names)


def registered_births() -> pd.DataFrame:
    rows = [(f.BASE - 1, 1900.0, 19), (f.BASE, 1850.0, 20)]
    return pd.DataFrame(rows, columns=SHAPES["registered_births"].names)


def parcels() -> pd.DataFrame:
    rows = [
        ("P1", "u09", 481_000.0, 2_936_000.0, 30_000.0, 27_000.0, "reserved", "state", "primary", 1, "drawn", 1080.0,
         24.0, 1, "land.primary.urban", "reduced", "试验"),
        ("P2", "u13", np.nan, np.nan, np.nan, np.nan, "planned", "", "nine_year", 0, "none", np.nan, np.nan, 0, "",
         "unknown", ""),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=SHAPES["parcels"].names)


def parcel_checks(names: tuple[str, ...] = ("P1", "P2")) -> pd.DataFrame:
    """Farmland unchecked, petrol kept, power broken, railway to be met by measures."""
    made = (
        ("farmland", "永久基本农田", "farmland", "forbidden", 0.0, 0, np.nan, np.nan),
        ("petrol", "加油站", "petrol station", "forbidden", 50.0, 1, 900.0, 0.0),
        ("power", "高压线", "power line", "forbidden", 15.0, 1, 3.0, 0.1),
        ("railway", "铁路", "railway", "mitigable", 300.0, 1, 120.0, 0.4),
    )
    rows = [(name, *check, "试验依据", "made up", "C") for name in names for check in made]
    return pd.DataFrame(rows, columns=SHAPES["parcel_checks"].names)


def site_demand() -> pd.DataFrame:
    rows = [
        (kind, site, stage, within, float(number * (1 + at)))
        for kind, site, stages in (
            ("school", "ps-04", ("primary",)),
            ("school", "js-03", ("junior",)),
            ("parcel", "P2", ("primary", "junior")),
        )
        for stage in stages
        for at, (within, number) in enumerate((("m500", 100), ("m1000", 150), ("walk30", 200)))
        if kind == "school" or within != "walk30"
    ]
    return pd.DataFrame(rows, columns=SHAPES["site_demand"].names)


@cache
def tables() -> RunTables:
    """The tables of the synthetic run with all facts."""
    return replace(
        factory.tables(),
        school_facts=school_facts(),
        stage_facts=stage_facts(),
        classes_today=classes_today(),
        project_facts=project_facts(),
        project_seats=project_seats(),
        alerts=alerts(),
        registered_births=registered_births(),
        parcels=parcels(),
        parcel_checks=parcel_checks(),
        site_demand=site_demand(),
    )


def make(target: Path, made: RunTables | None = None, **changes: object) -> RunFolder:
    """Write the run with facts; `changes` replace keys of study.json."""
    return write_run(target, tables() if made is None else made, factory.documents(**{"alerts": ALERTS, **changes}))
