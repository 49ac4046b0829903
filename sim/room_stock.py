"""Special rooms of schools from the room inventory: how many there are that meet the area clause of their kind.

    <kind>_rooms        rooms of the kind whose net area meets the clause, for every kind of the table of rooms
    <kind>_rooms_small  the same where the classes of the school are small enough for the clauses of small schools
    multimedia_rooms    rooms with networked multimedia, of all kinds

A school without any row of rooms is unknown (nan); one with rows and none of a kind has none of it.  A room whose area
is not known makes the number of its kind unknown where a clause asks for an area: nothing is guessed.  The year of a
room is its own, else that of its school.  Rooms that projects add meet the clause: they are yet to be designed.
Page: docs/science/rooms.md.  Tests: tests/sim/test_room_stock.py.
"""

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.room_clauses import Home, least_area
from scenarios.schema_pack import Pack
from sim.arrays import FloatArray
from sim.model import Model

SPECIAL = (
    "music", "art", "dance", "calligraphy", "science", "laboratory", "computer", "language", "library", "sports",
)  # fmt: skip
"""Kinds of special rooms, as the table of rooms calls them."""
ROOM_STOCKS = (
    *(f"{kind}_rooms" for kind in SPECIAL),
    *(f"{kind}_rooms_small" for kind in SPECIAL),
    "multimedia_rooms",
)
NO_SCREENS = ("sports", "office", "dormitory", "canteen", "other")
"""Kinds in which nobody is taught: an empty cell of `multimedia` means none."""


def homes_of(bundle: Bundle, model: Model) -> list[Home]:
    """Stages and place of every school of the model, new ones included."""
    urban = dict(zip(bundle.tables["units"]["unit"], bundle.tables["units"]["urban"], strict=True))
    schools, grades = bundle.tables["schools"], model.grades
    unit_of = {
        project.new.school: project.new.unit
        for plan in bundle.plans.values()
        for project in plan.projects
        if project.new is not None
    } | dict(zip(schools["school"], schools["unit"], strict=True))
    return [
        Home(
            tuple(grades.stages[s] for s in np.unique(grades.stage_of[model.hosts[i]])),
            bool(urban.get(unit_of.get(school, ""), False)),
        )
        for i, school in enumerate(model.layout.schools)
    ]


def room_stocks(bundle: Bundle, model: Model) -> dict[str, FloatArray]:
    """Stocks of the base year by kind, [school] each; model: with all its stages."""
    schools = model.layout.schools
    table = inventory(bundle)
    if table is None:
        nothing = np.where(model.exists, np.nan, 0.0)
        return {kind: nothing.copy() for kind in ROOM_STOCKS}
    homes = dict(zip(schools, homes_of(bundle, model), strict=True))
    by_school = {str(school): rows for school, rows in table.groupby("school", sort=False)}
    out: dict[str, FloatArray] = {kind: np.full(len(schools), np.nan) for kind in ROOM_STOCKS}
    for i, school in enumerate(schools):
        rows = by_school.get(school)
        if not model.exists[i]:
            rows = table.iloc[:0]  # not built: it has no rooms yet
        if rows is None:
            continue
        for kind in SPECIAL:
            mine = rows[rows["room_type"] == kind]
            out[f"{kind}_rooms"][i] = _valid(bundle.pack, kind, homes[school], mine, False)
            out[f"{kind}_rooms_small"][i] = _valid(bundle.pack, kind, homes[school], mine, True)
        out["multimedia_rooms"][i] = _with_screens(rows) if model.exists[i] else 0.0
    return out


def inventory(bundle: Bundle) -> pd.DataFrame | None:
    """The table of rooms with the school of every row and the year of the school where a row has none; None without."""
    table = bundle.tables.get("rooms")
    if table is None:
        return None
    sites, schools = bundle.tables["sites"], bundle.tables["schools"]
    school = table["site"].map(dict(zip(sites["site"], sites["school"], strict=True)))
    year = school.map(dict(zip(schools["school"], schools["built"], strict=True))).astype(float)
    return table.assign(school=school, built=table["built"].astype(float).fillna(year))


def _valid(pack: Pack, kind: str, home: Home, rows: pd.DataFrame, small: bool) -> float:
    """Rooms of one kind and school that meet the clause; nan where the area of one is not known."""
    total = 0.0
    for count, area, built in zip(rows["count"], rows["net_area_m2"], rows["built"], strict=True):
        least = least_area(pack, kind, home, float(built), small)
        if least > 0.0 and count > 0 and np.isnan(area):
            return float("nan")
        total += float(count) if least == 0.0 or area >= least else 0.0
    return total


def _with_screens(rows: pd.DataFrame) -> float:
    """Rooms with multimedia; nan where a row of rooms in which pupils are taught does not say."""
    taught = ~rows["room_type"].isin(NO_SCREENS)
    if rows.loc[taught, "multimedia"].isna().any() or rows["multimedia"].isna().all():
        return float("nan")
    return float(rows["multimedia"].sum())
