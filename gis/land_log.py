"""The log of locked parcels: what it says must be there, held against what is there.

The log is a table to which rows are only added: entry, day, parcel, column, before, after, by, reason. Read from the
top it gives the last known value of every protected column of every parcel; a parcel is locked from the entry
`locked` 1 to the entry `locked` 0. A locked parcel whose table or outline says something else was changed without an
entry. A row that was altered or removed breaks the numbering or the chain of `before` and `after`; cutting off the last
rows together with the change itself cannot be seen here: keep a dated copy. Pinned by tests/gis/test_land_log.py.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from scenarios.problems import Problem, error, nearest, warning

PROTECTED = ("unit", "area_m2", "status", "planned_use", "ownership", "outline")
"""What must not change while a parcel is locked; `outline` is the fingerprint of the drawn shape."""
COLUMNS = ("entry", "day", "parcel", "column", "before", "after", "by", "reason")
LOCKED = "locked"
GRID_M = 0.1
"""Coordinates of a fingerprint are rounded to this [m]: saving a layer again does not change it."""

State = dict[str, dict[str, str]]
"""Parcel -> column -> value as text."""


@dataclass(frozen=True)
class Log:
    """A log as it was read, rows by entry, and where they stand."""

    rows: pd.DataFrame
    place: str
    """Path of the table, for messages."""
    places: Mapping[str, str]
    """Place of each entry, by its number as text."""


def fingerprint(shape: shapely.Geometry | None) -> str:
    """Twelve letters that stand for a drawn outline in the working CRS; empty without one."""
    if shape is None:
        return ""
    snapped = shapely.normalize(shapely.set_precision(shape, GRID_M))
    corners = np.round(shapely.get_coordinates(snapped) / GRID_M).astype(np.int64)
    return hashlib.sha256(corners.tobytes()).hexdigest()[:12]


def state_of(table: pd.DataFrame, outlines: Sequence[shapely.Geometry | None]) -> State:
    """What table and outlines say now. table: parcels.  outlines: drawn shapes, None without one, [parcel]."""
    found: State = {}
    for row, shape in zip(table.to_dict("records"), outlines, strict=True):
        values = {column: _text(row[column]) for column in PROTECTED if column != "outline"}
        values["outline"] = fingerprint(shape)
        found[str(row["parcel"])] = {LOCKED: "1" if row["locked"] else "0", **values}
    return found


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.10g}"
    return str(value)


def replayed(log: pd.DataFrame) -> State:
    """The last value of every parcel and column. log: rows by entry."""
    found: State = {}
    for parcel, column, after in log[["parcel", "column", "after"]].itertuples(index=False, name=None):
        found.setdefault(str(parcel), {})[str(column)] = str(after)
    return found


def log_problems(log: Log) -> list[Problem]:
    """A log that was not only added to: numbers, days, unknown columns, a broken chain of values."""
    problems: list[Problem] = []
    known = (LOCKED, *PROTECTED)
    last: dict[tuple[str, str], str] = {}
    day = ""
    for wanted, row in enumerate(log.rows.to_dict("records"), start=1):
        entry = int(row["entry"])
        place = log.places.get(str(entry), log.place)
        if entry != wanted:
            return [*problems, error("GIS173", place, entry, wanted=wanted)]
        if row["column"] not in known:
            problems.append(error("GIS172", place, row["column"], known=known, near=nearest(row["column"], known)))
        if row["day"] < day:
            problems.append(error("GIS174", place, row["day"], entry=entry, before=day))
        key, day = (str(row["parcel"]), str(row["column"])), max(day, str(row["day"]))
        before = last.get(key, "")
        if str(row["before"]) != before:
            problems.append(error("GIS168", place, str(row["before"]), entry=entry, before=before))
        last[key] = str(row["after"])
    return problems


def lock_problems(now: State, log: Log | None, places: Mapping[str, str]) -> list[Problem]:
    """Locked parcels that differ from the log, are gone, or have no entry.

    now: as `state_of` makes it.  log: None where the study has none.  places: of the parcels, for messages.
    """
    said = {} if log is None else replayed(log.rows)
    problems: list[Problem] = []
    for parcel, values in said.items():
        if values.get(LOCKED) != "1":
            continue
        if parcel not in now:
            problems.append(error("GIS167", "" if log is None else log.place, parcel=parcel))
            continue
        for column, before in values.items():
            found = now[parcel].get(column)
            if found is not None and found != before:
                place = places.get(parcel, parcel)
                problems.append(error("GIS166", place, found, parcel=parcel, column=column, before=before))
    fresh = tuple(name for name, values in now.items() if values[LOCKED] == "1" and LOCKED not in said.get(name, {}))
    if fresh:
        problems.append(warning("GIS169", places.get(fresh[0], fresh[0]), parcels=fresh))
    return problems


def new_entries(now: State, log: pd.DataFrame, day: str, by: str, reason: str) -> pd.DataFrame:
    """Rows to add: every parcel that is locked now, was locked by the log, or changed while it was, in order.

    log: rows so far (columns `COLUMNS`).  Only differences from the log; none: no rows.
    """
    said = replayed(log)
    rows: list[tuple[str, str, str, str]] = []
    for parcel, values in now.items():
        before = said.get(parcel, {})
        if values[LOCKED] != "1" and before.get(LOCKED) != "1":
            continue
        changed = [column for column in (LOCKED, *PROTECTED) if values[column] != before.get(column, "")]
        rows += [(parcel, column, before.get(column, ""), values[column]) for column in changed]
    start = len(log) + 1
    made = [(start + at, day, *row, by, reason) for at, row in enumerate(rows)]
    return pd.DataFrame(made, columns=list(COLUMNS))
