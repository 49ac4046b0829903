"""Moving up: homes share the fate of the reference world; totals by home, staying, looking for a school, releases."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels_follow import Guide, Luck, fill_followed
from sim.progression import first_graders, move_up, release
from sim.reference_world import ReferenceWorld, stays
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

DRAWS = np.arange(20)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=13))


def first_year(model, draws=DRAWS):
    reference = ReferenceWorld(model, 5, draws, Chance(rounded=model.rounded))
    base, world, *_ = World(model, 5, draws)
    state = reference.begin(base)
    return state.pupils, reference.step(world), world


def test_a_case_that_is_the_reference_world_moves_up_exactly_as_it_does(county):
    model = county.model
    pupils, guide, world = first_year(model)
    moved = move_up(model, pupils, guide, world)
    real = model.layout.real
    np.testing.assert_array_equal(moved.staying[:, real], guide.kept[:, real])
    np.testing.assert_array_equal(moved.pool[:, :, 1:], guide.placed[:, real, :, 1:].sum(axis=1))
    np.testing.assert_array_equal(first_graders(guide.entrants, guide, world), guide.placed[..., 0].sum(axis=1))


def test_how_many_children_a_home_has_does_not_depend_on_their_schools(county):
    """All pupils of a home in one school, or spread otherwise: as many a year later."""
    model = county.model
    pupils, guide, world = first_year(model)
    real = model.layout.real
    other = pupils.copy()
    for cell, row in enumerate(model.layout.slot_school[:, real]):
        for grade in range(pupils.shape[3]):
            slots = np.flatnonzero((row >= 0) & model.hosts[row, grade])
            if slots.size:
                other[:, real, cell, grade] = 0
                other[:, slots[0], cell, grade] = pupils[:, real, cell, grade].sum(axis=1)
    one, two = (move_up(model, some, guide, world) for some in (pupils, other))
    totals = [m.staying[:, real].sum(axis=1) + m.pool for m in (one, two)]
    np.testing.assert_array_equal(*totals)
    assert (one.staying != two.staying).any()
    np.testing.assert_array_equal(one.left, two.left)
    np.testing.assert_array_equal(one.arrived, two.arrived)


def follow(now, before, kept, placed, ratio, u=0.5, stays_on=None):
    """One home with schools on axis 0; grades 0 -> 1."""

    def shaped(values, grade):
        out = np.zeros((1, len(values), 1, 2), dtype=np.int32)
        out[0, :, 0, grade] = values
        return out

    guide = Guide(shaped(before, 0), shaped(kept, 1), shaped(placed, 1), np.full((1, 2), float(ratio)))
    staying, pool = np.zeros_like(guide.before), np.zeros((1, 1, 2), dtype=np.int32)
    flow = np.zeros((1, 2), dtype=np.int64)
    on = np.zeros((len(now), 1, 2), dtype=bool)
    on[:, 0, 0] = True if stays_on is None else stays_on
    span, number = np.array([[0, len(now)]] * 2), np.full((1, 1, 2), u)
    fill_followed(shaped(now, 0), guide, on, span, Luck(number, number), staying, pool, flow)
    return staying[0, :, 0, 1].tolist(), int(pool[0, 0, 1]), flow[0].tolist()


def test_shares_of_the_fate_by_hand():
    # As there: school 0 loses two of ten, school 1 gains one.
    assert follow([10, 5], [10, 5], [8, 6], [0, 0], 0.9) == ([8, 6], 0, [1, 0])
    # Five more children than there, at school 1: 14 + .9 x 5 = 18.5 + .5 = 19; weights 8 and 6 + 4.5.
    assert follow([10, 10], [10, 5], [8, 6], [0, 0], 0.9) == ([8, 11], 0, [1, 0])
    # Half of the home has moved away: half of the change is left, 7 + .5.
    assert follow([5, 2], [10, 5], [8, 6], [0, 0], 0.9)[0] == [4, 3]
    # School 0 ends: nine of its ten found another school, so nine of ten look for one.
    assert follow([10, 4], [10, 4], [0, 4], [0, 9], 1.0, stays_on=[False, True]) == ([0, 4], 9, [1, 0])
    # Nobody here in the reference world: the county's ratio.
    assert follow([10, 0], [0, 0], [0, 0], [0, 0], 0.8) == ([8, 0], 0, [2, 0])
    # A single child left there and left: a hundred others do not leave with it.
    assert follow([101], [1], [0], [0], 0.97)[0] == [97]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 4), min_size=1, max_size=4),
    st.floats(0.5, 1.5),
    st.floats(0.01, 0.99),
)
def test_nobody_is_lost_between_total_parts_and_flows(rows, ratio, u):
    now, before, kept, placed = (list(column) for column in zip(*rows, strict=True))
    staying, pool, (left, arrived) = follow(now, before, kept, placed, ratio, u)
    assert sum(staying) + pool == sum(now) - left + arrived
    assert min(*staying, pool) >= 0
    if now == before:
        assert sum(staying) + pool == sum(kept) + sum(placed)


def test_pseudo_schools_move_up_as_they_are_and_stay_what_they_are(county):
    model = county.model
    pupils, guide, world = first_year(model)
    moved, pseudo = move_up(model, pupils, guide, world), model.layout.pseudo
    np.testing.assert_array_equal(moved.staying[:, pseudo, :, 1:], pupils[:, pseudo, :, :-1])


def test_who_cannot_stay_looks_for_a_school(county):
    """Grade 3 after a teaching point, grade 5 after a primary school; the nine-year school keeps its pupils."""
    model = county.model
    ends = {"t1": "2", "t2": "2", "p1": "4", "p2": "4", "p3": "4", "n1": "6"}
    of_slot = stays(model)
    for name, last in ends.items():
        cell, slot = np.nonzero(model.layout.slot_school == model.layout.schools.index(name))
        at = model.grades.names.index(last)
        assert not of_slot[slot, cell, at:].any()
        first = int(np.flatnonzero(model.hosts[model.layout.schools.index(name)])[0])
        assert of_slot[slot, cell, first:at].all()


def test_graduates_are_the_last_grade(county):
    pupils, guide, world = first_year(county.model)
    np.testing.assert_array_equal(
        move_up(county.model, pupils, guide, world).graduated, pupils[..., -1].sum(axis=(1, 2))
    )


def test_more_children_who_reach_school_find_as_many_places_as_others_do(county):
    model = county.model
    _, guide, world = first_year(model)
    more = guide.entrants + 100
    found = first_graders(more, guide, world) - first_graders(guide.entrants, guide, world)
    assert np.abs(found - 100 * guide.ratio[:, :1]).max() <= 1.0
    none = first_graders(0 * guide.entrants, guide, world)
    assert (none[guide.entrants > 0] == 0).all()


def test_released_pupils_look_for_a_school_in_the_draws_told(county):
    model = county.model
    pupils, guide, world = first_year(model)
    moved = move_up(model, pupils, guide, world)
    cell, slot = (one[0] for one in np.nonzero(moved.staying[:, :, :, 1].sum(axis=0).T))
    before, pool = moved.staying[:, slot, cell, 1].copy(), moved.pool[:, cell, 1].copy()
    where = np.arange(len(DRAWS)) % 2 == 0
    release(moved, where, np.array([cell]), np.array([1]), np.array([slot]))
    np.testing.assert_array_equal(moved.staying[:, slot, cell, 1], np.where(where, 0, before))
    np.testing.assert_array_equal(moved.pool[:, cell, 1], pool + np.where(where, before, 0))


def test_homes_without_pupils_stay_empty(county):
    model = county.model
    pupils, guide, world = first_year(model)
    empty = replace(guide, before=0 * guide.before, kept=0 * guide.kept, placed=0 * guide.placed)
    moved = move_up(model, 0 * pupils, empty, world)
    assert not moved.staying.any()
    assert not moved.pool.any()
