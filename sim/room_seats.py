"""Physical seats: what general classrooms hold by their area, beside nominal and safe seats.

Symbols: a[r] net area of a room, m[g] area per seat of the stage of grade g, z[g] planned class size, G grades hosted.

    seats of a room for grade g   min(floor(a[r] / m[g]), z[g])
    physical seats of a school    floor( sum_r mean_{g in G} min(floor(a[r] / m[g]), z[g]) + (rooms - rooms listed) z )

z is the mean planned size of the school's grades, as in nominal seats: with rooms large enough the two are equal.
Rooms that projects add are designed for a class of the planned size.  A school without a list of its rooms, with rooms
of unknown area, or a stage without a norm, has no physical seats.  Source: GB 50099-2011, table 7.1.1 (in a copy), by
the pack.  Page: docs/science/rooms.md.  Tests: tests/sim/test_room_seats.py.
"""

import numpy as np
import pandas as pd

from sim.arrays import FloatArray, IntArray
from sim.model import Model
from sim.quantiles import quantile_rows
from sim.reduced import Reduced
from sim.room_rules import GeneralRooms, RoomRules

_EPS = 1e-9


def seats_listed(rooms: GeneralRooms, seat_m2: FloatArray, planned: IntArray) -> float:
    """Seats of listed rooms, not yet rounded down; seat_m2, planned: of the grades hosted [grade]; nan: not known."""
    held = np.floor(rooms.area[:, None] / seat_m2 + _EPS)  # [size, grade]
    held = np.where(np.isnan(held), np.nan, np.minimum(held, planned))
    return float((rooms.count * held.mean(axis=1)).sum()) if len(rooms.count) else 0.0


def physical_seats(one: Reduced) -> FloatArray | None:
    """Physical seats, [draw, year, school]; nan where not known; None where no school has a list of its rooms."""
    model, rules = one.model, one.details.rooms
    if not _any_listed(rules, model):
        return None
    schools, grades = len(model.layout.schools), model.grades
    norms = rules.norms
    assert norms is not None, "a list of rooms comes with norms"
    seat = np.array([norms.seat_m2.get(grades.stages[stage], np.nan) for stage in grades.stage_of])
    planned = np.broadcast_to(one.now.planned, (len(model.years), schools, len(grades.names)))
    hosts = model.hosts[:schools]
    size = (hosts * planned).sum(axis=2) / np.maximum(hosts.sum(axis=1), 1)  # [year, school]
    listed, base = np.full((len(model.years), schools), np.nan), np.where(model.exists, model.rooms, 0)
    for i, rooms in enumerate(rules.general):
        own = np.flatnonzero(hosts[i])
        if rooms is not None and not np.isnan(seat[own]).any():
            rows, back = np.unique(planned[:, i, own], axis=0, return_inverse=True)
            listed[:, i] = np.array([seats_listed(rooms, seat[own], row) for row in rows])[back.reshape(-1)]
    more = (one.now.result.rooms - base) * size
    return np.where(one.now.result.open, np.maximum(np.floor(listed + more + _EPS), 0.0), 0.0) + 0.0 * listed


def _any_listed(rules: RoomRules, model: Model) -> bool:
    return any(rooms is not None and bool(there) for rooms, there in zip(rules.general, model.exists, strict=True))


def seat_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the indicator `physical_seats` for the schools table; none where nothing is known."""
    seats = physical_seats(one)
    if seats is None:
        return pd.DataFrame()
    at = np.flatnonzero(~np.isnan(seats).any(axis=(0, 1)))
    keys = {"stage": "all", "indicator": "physical_seats", "unit": "seats"}
    names = [one.model.layout.schools[i] for i in at]
    frame = quantile_rows(seats[:, :, at], keys, None, one.model.years, names)
    return frame[one.now.open[:, at].reshape(-1)]
