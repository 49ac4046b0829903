"""Physical seats: area over area per seat, never above the class, nothing where an area is not known."""

from dataclasses import replace

import numpy as np
import pytest

from sim.room_rules import GeneralRooms
from sim.room_seats import physical_seats, seat_rows, seats_listed
from tests.sim.test_sizing_needs import xinqiu  # noqa: F401


def rooms(*pairs):
    return GeneralRooms(np.array([p[0] for p in pairs], dtype=float), np.array([p[1] for p in pairs], dtype=float))


@pytest.mark.parametrize(
    ("listed", "seats"),
    [
        (rooms((1, 61.2)), 45),  # 45 x 1.36
        (rooms((1, 61.1)), 44),
        (rooms((1, 90.0)), 45),  # never above the class
        (rooms((2, 54.0), (1, 67.0)), 2 * 39 + 45),
        (rooms(), 0),
    ],
)
def test_seats_of_primary_classrooms(listed, seats):
    assert seats_listed(listed, np.full(6, 1.36), np.full(6, 45)) == seats


def test_stages_of_one_school_are_weighted_by_their_grades():
    seat, planned = np.array([1.36] * 6 + [1.39] * 3), np.array([45] * 6 + [50] * 3)
    assert seats_listed(rooms((3, 67.0)), seat, planned) == pytest.approx(3 * (6 * 45 + 3 * 48) / 9)  # 67 / 1.39 = 48.2


def test_an_unknown_area_makes_the_school_unknown():
    assert np.isnan(seats_listed(rooms((1, np.nan), (1, 70.0)), np.full(6, 1.36), np.full(6, 45)))


def test_the_schools_table_has_physical_beside_nominal_seats(xinqiu):  # noqa: F811
    seats = physical_seats(xinqiu)
    assert seats is not None
    schools = list(xinqiu.model.layout.schools)
    assert (seats[:, :, schools.index("ps-aj")] == 8 * 42).all()  # 58 / 1.36 = 42.6
    assert (seats <= xinqiu.now.seats + 1e-9).all()
    rows = seat_rows(xinqiu)
    assert set(rows["indicator"]) == {"physical_seats"}
    assert set(rows["entity"]) == set(schools)


def test_a_school_whose_list_disagrees_has_no_physical_seats(xinqiu):  # noqa: F811
    rules = xinqiu.details.rooms
    cut = replace(rules, general=(None, *rules.general[1:]))
    some = replace(xinqiu, details=replace(xinqiu.details, rooms=cut))
    assert xinqiu.model.layout.schools[0] not in set(seat_rows(some)["entity"])
    none = replace(rules, general=tuple(None for _ in rules.general))
    assert seat_rows(replace(xinqiu, details=replace(xinqiu.details, rooms=none))).empty
