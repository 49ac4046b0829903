"""Admission: nobody refused, priority, diversion, seats; more seats never leave more children beyond in one round."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.admission import Regimes, admit
from sim.admission_rules import Rules
from sim.classes_formation import Formation
from sim.model import PSEUDO_SCHOOLS, Attendance, Grades, Layout
from sim.policy import of_year
from sim.seats import Seats, free_seats
from sim.streams import entities
from sim.world import World
from tests.sim import studies

PLANNED = np.array([10, 10])


@dataclass(frozen=True)
class Town:
    """What `admit` reads of a model: homes, schools, one stage of two grades; every home has a slot everywhere."""

    grades: Grades
    layout: Layout
    hosts: np.ndarray
    attendance: Attendance
    divert_at: float
    rules: Rules | None = None
    formation: Formation | None = None


def town(homes, schools, km, limit, divert_at=1.0, migrant=()):
    """km: [home, school]; diversion lists are all schools within the limit, nearest first."""
    slots = np.hstack([np.tile(np.arange(schools), (homes, 1)), schools + np.tile(np.arange(3), (homes, 1))])
    cells = tuple(f"h{i}|{'migrant' if i in migrant else 'local'}" for i in range(homes))
    keys = entities([f"{c}>{s}" for c in cells for s in range(schools + 3)]).reshape(homes, -1)
    order = np.argsort(km, axis=1, kind="stable")
    near = np.where(np.take_along_axis(km, order, axis=1) <= limit, order, -1)[:, None, :]
    none = np.zeros((homes, schools + 3, 1))
    layout = Layout(
        units=cells, cells=cells, unit_of=np.arange(homes), migrant=np.array([i in migrant for i in range(homes)]),
        urban=np.ones(homes, dtype=bool), cluster_of=np.zeros(homes, dtype=int), clusters=("c",),
        attraction=np.ones(homes), schools=tuple(f"s{i}" for i in range(schools)), slot_school=slots,
        cell_keys=entities(list(cells)), slot_keys=keys,
    )  # fmt: skip
    far = np.hstack([km, np.zeros((homes, 3))])[:, :, None]
    grades = Grades(("1", "2"), ("primary",), np.zeros(2, dtype=int), PLANNED, 6)
    attendance = Attendance(none, none, np.zeros((homes, 2, 1), dtype=int), near, far)
    return Town(grades, layout, np.ones((schools + len(PSEUDO_SCHOOLS), 2), dtype=bool), attendance, divert_at)


class Lottery:
    """The one number an admission round asks for."""

    def __init__(self, schools, u=0.5):
        self.u = np.full((1, schools, 2), u)

    def schools(self, name):
        assert name in ("admission/lottery", "admission/lots")
        return self.u

    def grades_of_cells(self, name):
        assert name == "admission/class"
        return np.full((1, 40, 2), self.u[0, 0, 0])


def admitted(place, rooms, zone, applying, staying=None):
    """One round in one draw. zone: school of each home; applying, staying: {(home, school): [grade 1, grade 2]}."""
    homes, schools = len(place.layout.cells), len(place.layout.schools)
    shape = (1, schools + 3, homes, 2)
    stock = []
    for pupils in (staying or {}, applying):
        table = np.zeros(shape, dtype=np.int32)
        for (home, school), counts in pupils.items():
            table[0, school, home] = counts
        stock.append(table)
    in_zone = np.zeros((1, homes, 2, schools + 3), dtype=bool)
    # A list stands for a zone of several schools, the first the main one.
    for number, schools_of in enumerate(zone):
        in_zone[0, number, :, schools_of] = True
    home = np.tile(np.array([np.atleast_1d(one)[0] for one in zone])[None, :, None], (1, 1, 2))
    one = np.zeros(1, dtype=int)
    regimes = Regimes(
        one, in_zone.astype(float), home, in_zone, place.hosts[None], place.hosts[None], np.array([rooms])
    )
    return admit(place, stock[0], stock[1].copy(), regimes, Lottery(schools), of_year(place, None, 2024))


KM = np.array([[1.0, 2.0], [1.5, 1.0], [3.0, 1.0]])


def test_everybody_gets_in_where_there_is_room():
    done = admitted(town(3, 2, KM, 9.0), [4, 4], [0, 1, 1], {(0, 0): [20, 5], (1, 1): [8, 0], (2, 1): [12, 9]})
    assert done.rolls[0].tolist() == [[20, 5], [20, 9]]
    assert done.beyond[0].tolist() == [0, 0]
    assert done.diverted_in[0].tolist() == [0, 0]


def test_the_excess_goes_to_the_nearest_school_with_free_seats_the_far_first():
    # School 0 has one class room, 10 seats, for 6 near and 8 far applicants: 4 of the far ones must go.
    place = town(3, 2, np.array([[1.0, 5.0], [2.0, 4.0], [2.0, 1.0]]), 9.0)
    done = admitted(place, [1, 3], [0, 0, 1], {(0, 0): [6, 0], (1, 0): [8, 0], (2, 1): [5, 0]})
    assert done.rolls[0].tolist() == [[10, 0], [9, 0]]
    assert done.pupils[0, :, 0, 0].tolist()[:2] == [6, 0]
    assert done.pupils[0, :, 1, 0].tolist()[:2] == [4, 4]
    assert done.diverted_in[0].tolist() == [0, 4]
    assert done.beyond[0].tolist() == [0, 0]


def test_migrants_are_last_in_priority():
    place = town(2, 2, np.array([[9.0, 1.0], [1.0, 1.0]]), 99.0, migrant=(1,))
    done = admitted(place, [1, 9], [0, 0], {(0, 0): [8, 0], (1, 0): [8, 0]})
    assert done.pupils[0, 0, :, 0].tolist() == [8, 2]


def test_beyond_the_travel_limit_nobody_is_sent_and_nobody_is_refused():
    done = admitted(town(3, 2, KM, 1.2), [1, 9], [0, 0, 0], {(0, 0): [15, 0], (1, 0): [9, 0], (2, 0): [9, 0]})
    # Home 0 is only near school 0; homes 1 and 2 are near school 1.
    assert done.pupils[0, 0, :, 0].tolist() == [15, 0, 0]
    assert done.beyond[0].tolist() == [5, 0]


def test_applicants_from_other_zones_return_first_evenly():
    place = town(3, 2, KM, 0.1)
    done = admitted(place, [1, 9], [0, 1, 1], {(0, 0): [6, 0], (1, 0): [8, 0], (2, 0): [4, 0]})
    assert done.pupils[0, 0, :, 0].sum() == 10
    assert done.pupils[0, 0, 0, 0] == 6
    back = done.pupils[0, 1, 1:, 0]
    assert back.sum() == 8
    assert abs(back[0] - 8 * 8 / 12) < 1
    assert done.diverted_in.sum() == done.beyond.sum() == 0


def test_who_stays_is_never_moved():
    place = town(2, 2, KM[:2], 9.0)
    done = admitted(place, [1, 5], [0, 0], {(1, 0): [4, 0]}, staying={(0, 0): [0, 25]})
    assert done.pupils[0, 0, 0].tolist() == [0, 25]
    assert done.rolls[0, 0, 1] == 25


@pytest.mark.parametrize(("factor", "rolls"), [(1.0, [10, 12]), (1.1, [11, 11]), (1.5, [15, 7]), (np.inf, [22, 0])])
def test_the_bureau_diverts_at_its_factor(factor, rolls):
    place = town(1, 2, KM[:1], 9.0, divert_at=factor)
    done = admitted(place, [1, 9], [0], {(0, 0): [22, 0]})
    assert done.rolls[0, :, 0].tolist() == rolls
    assert done.beyond.sum() == 0


def test_a_closed_school_or_one_without_the_grade_takes_nobody():
    place = town(1, 3, np.array([[1.0, 2.0, 3.0]]), 9.0)
    hosts = place.hosts.copy()
    hosts[1] = False
    done = admitted(replace(place, hosts=hosts), [1, 0, 9], [0], {(0, 0): [25, 0]})
    assert done.rolls[0, :, 0].tolist() == [10, 0, 15]


def seats(stay, rooms, want):
    one = Seats(np.array([stay])[None], np.array([[rooms]]), np.array([10, 10, 10]), 1.0)
    return free_seats(one, np.array([want])[None])[0, 0].tolist()


def test_seats_are_room_in_classes_then_rooms_left_lowest_grade_first():
    assert seats([0, 12, 7], 5, [14, 0, 0]) == [20, 8, 3]  # 2 + 1 classes stay, 2 rooms left go to grade 1
    assert seats([0, 12, 7], 5, [4, 0, 0]) == [20, 18, 13]  # 1 room is asked for, 1 stays with every grade
    assert seats([0, 12, 7], 5, [14, 9, 0]) == [20, 8, 3]
    assert seats([0, 12, 7], 6, [14, 9, 0]) == [20, 18, 3]


def test_an_entry_grade_has_its_fair_share_of_the_rooms_however_crowded_the_others_are():
    assert seats([0, 45, 41], 9, [50, 0, 0]) == [30, 5, 9]  # 5 + 5 classes for 9 rooms; 9 rooms / 3 grades
    assert seats([0, 45, 41], 9, [12, 0, 0]) == [20, 5, 9]  # but only the classes it asks for
    assert seats([3, 45, 41], 9, [50, 0, 0])[0] == 7  # a grade with pupils has no such claim


def test_one_school_at_a_time_says_the_same():
    rng = np.random.default_rng(1)
    all_seats = Seats(rng.integers(0, 50, (6, 4, 3)), rng.integers(0, 12, (6, 4)), rng.integers(8, 13, (4, 3)), 1.0)
    want = rng.integers(0, 30, (6, 4, 3))
    for school in range(4):
        one = free_seats(all_seats.at(np.arange(len(want)), school), want[:, school][:, None])[:, 0]
        np.testing.assert_array_equal(one, free_seats(all_seats, want)[:, school])


counts = st.integers(0, 40)


@given(st.data())
def test_more_seats_never_leave_more_children_beyond_in_one_round(data):
    homes, schools = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 3))
    km = np.array(
        data.draw(
            st.lists(st.lists(st.integers(1, 9), min_size=schools, max_size=schools), min_size=homes, max_size=homes)
        ),
        dtype=float,
    )
    place = town(
        homes,
        schools,
        km,
        data.draw(st.sampled_from([0.0, 4.0, 99.0])),
        migrant=tuple(data.draw(st.sets(st.integers(0, homes - 1)))),
    )
    zone = [data.draw(st.integers(0, schools - 1)) for _ in range(homes)]
    applying = {(home, zone[home]): [data.draw(counts), data.draw(st.integers(0, 5))] for home in range(homes)}
    staying = {(home, zone[home]): [0, data.draw(counts)] for home in range(homes)}
    rooms = [data.draw(st.integers(0, 6)) for _ in range(schools)]
    more = list(rooms)
    more[data.draw(st.integers(0, schools - 1))] += data.draw(st.integers(1, 3))
    before, after = (admitted(place, r, zone, applying, staying) for r in (rooms, more))
    assert after.beyond.sum() <= before.beyond.sum()
    for done in (before, after):
        assert done.pupils.sum() == sum(sum(n) for n in applying.values()) + sum(sum(n) for n in staying.values())
        assert (done.pupils >= 0).all()


@given(
    st.lists(st.integers(0, 60), min_size=3, max_size=3),
    st.lists(st.integers(0, 60), min_size=3, max_size=3),
    st.integers(0, 12),
)
def test_a_room_more_never_takes_a_seat_from_any_grade(stay, want, rooms):
    assert all(
        more >= fewer for more, fewer in zip(seats(stay, rooms + 1, want), seats(stay, rooms, want), strict=True)
    )


def test_the_lottery_of_a_school_and_grade_is_a_number_of_its_own():
    of = studies.study(studies.TINY, "study")
    world = list(World(of.model, 1, np.arange(50)))[1]
    u = world.schools("admission/lottery")
    assert u.shape == (50, 3, 5)
    assert len(np.unique(u)) == u.size
