"""Every guard by hand: two schools, three grades (two primary, one junior), two draws."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.schema_guards import GUARDS
from sim.guards import REGISTRY, Closing, Look, Moved, counting, stops

FIRST_TWO = np.array([True, True, False])
ONE = Closing(project=1, school=0, ends=FIRST_TWO, receivers=(1,), hearing=-3)
LOOK = Look(
    month=12,
    rolls=np.array([[[10, 10, 0], [40, 40, 90]], [[60, 60, 0], [40, 40, 90]]], dtype=float),
    planned=np.full((2, 3), 45),
    rooms=np.array([[2, 5], [2, 5]]),
    beds=np.array([[0.0, 20.0], [0.0, 20.0]]),
    boarders=np.array([[0.0, 15.0], [0.0, 15.0]]),
    teaches=np.array([[[False] * 3, [True] * 3]] * 2),
    opened=np.array([[True, True, False], [True, True, True]]),
    moved=Moved(
        pupils=np.array([[[0, 0, 0], [10, 10, 0]], [[0, 0, 0], [60, 60, 0]]], dtype=float),
        far=np.array([[[0, 0, 0], [1, 4, 0]], [[0, 0, 0], [6, 12, 0]]], dtype=float),
        lost=np.zeros(2),
    ),
    limits=(),
    boards=np.array([False, True, True]),
    beyond_share=0.1,
)


def against(guard, look=LOOK, one=ONE):
    return stops(look, one)[:, GUARDS.index(guard)].tolist()


def test_the_registry_has_the_guards_that_planners_can_name():
    assert tuple(REGISTRY) == GUARDS


def test_a_hearing_must_have_been_held_by_then():
    assert against("hearing") == [False, False]
    assert against("hearing", one=replace(ONE, hearing=None)) == [True, True]
    assert against("hearing", one=replace(ONE, hearing=12)) == [False, False]
    assert against("hearing", one=replace(ONE, hearing=13)) == [True, True]


@pytest.mark.parametrize(("guard", "mark"), [("objection", "objected"), ("protected", "protected")])
def test_what_is_on_record_stops_it_in_every_draw(guard, mark):
    assert against(guard) == [False, False]
    assert against(guard, one=replace(ONE, **{mark: True})) == [True, True]


def test_a_small_school_is_kept_in_the_draws_in_which_it_is_small():
    # 20 pupils in the first draw, 120 in the second
    assert against("kept_small", one=replace(ONE, kept_below=100)) == [True, False]
    assert against("kept_small", one=replace(ONE, kept_below=20)) == [False, False]
    assert against("kept_small") == [False, False]


def test_the_last_school_of_a_stage_is_kept():
    alone = replace(ONE, alone=((FIRST_TWO, (0,)),))
    assert against("last_here", one=alone) == [True, True]
    assert against("last_here", one=replace(ONE, alone=((FIRST_TWO, (0, 1)),))) == [False, False]


def test_a_school_that_teaches_other_grades_is_not_left_for_a_stage():
    primary = replace(LOOK, teaches=np.array([[[False] * 3, [True, True, False]]] * 2))
    assert against("last_here", primary, replace(ONE, alone=((~FIRST_TWO, (0, 1)),))) == [True, True]
    assert against("last_here", primary, replace(ONE, alone=((FIRST_TWO, (0, 1)),))) == [False, False]


def test_what_is_built_at_the_receiver_opens_first():
    assert against("built_first") == [False, False]
    assert against("built_first", one=replace(ONE, first=(0, 2))) == [True, False]


def test_no_receiver_grows_beyond_the_bound_on_its_size():
    # primary grades: 80 + 20 = 100 and 80 + 120 = 200; all grades: 190 and 290
    small = (np.array([np.nan, 100.0]),)
    assert against("size", replace(LOOK, limits=tuple((FIRST_TWO, bound) for bound in small))) == [False, True]
    whole = np.ones(3, dtype=bool)
    assert against("size", replace(LOOK, limits=((whole, np.array([np.nan, 189.0])),))) == [True, True]
    junior = ~FIRST_TWO  # 90 is more than 50, but nobody is moved to it
    assert against("size", replace(LOOK, limits=((junior, np.array([np.nan, 50.0])),))) == [False, False]
    assert against("size", replace(LOOK, limits=((whole, np.array([1.0, np.nan])),))) == [False, False]
    elsewhere = replace(ONE, receivers=(0,))  # children go to a school that is no receiver
    assert against("size", replace(LOOK, limits=((whole, np.array([np.nan, 100.0])),)), elsewhere) == [False, False]


def test_the_receiver_has_rooms_for_its_classes():
    # 50 + 50 + 90 pupils in classes of 45: 2 + 2 + 2; 100 + 100 + 90: 3 + 3 + 2; before: 1 + 1 + 2
    assert against("seats") == [True, True]
    assert against("seats", replace(LOOK, rooms=np.array([[2, 6], [2, 6]]))) == [False, True]
    # Short of rooms before, and no class more: 5 pupils in each grade of the first draw still fit in
    few = replace(LOOK.moved, pupils=np.where(LOOK.moved.pupils > 0, 5.0, 0.0))
    assert against("seats", replace(LOOK, rooms=np.array([[2, 3], [2, 3]]), moved=few)) == [False, False]


def test_beds_are_for_those_who_are_old_enough_and_too_far_away():
    # second grade: 4 and 12 board, 15 do already, 20 beds
    assert against("beds") == [False, True]
    assert against("beds", replace(LOOK, boarders=LOOK.boarders + 2)) == [True, True]
    assert against("beds", replace(LOOK, beds=LOOK.beds * np.nan)) == [False, False]
    assert against("beds", replace(LOOK, boards=np.zeros(3, dtype=bool))) == [False, False]
    # 30 board already where there are 20 beds: no matter for a closure that brings no boarder
    full = replace(LOOK, boarders=LOOK.boarders * 2)
    assert against("beds", replace(full, boards=np.zeros(3, dtype=bool))) == [False, False]


def test_who_boards_needs_a_canteen():
    assert against("canteen") == [False, False]
    assert against("canteen", one=replace(ONE, canteen=False)) == [True, True]
    assert against("canteen", one=replace(ONE, canteen_with=2)) == [True, False]
    near = replace(LOOK, moved=replace(LOOK.moved, far=LOOK.moved.far * 0))
    assert against("canteen", near, replace(ONE, canteen=False)) == [False, False]


def test_who_does_not_board_is_not_far_away():
    # first grade: 1 of 20 and 6 of 120 pupils moved travel too far every day: 5 %
    assert against("travel") == [False, False]
    assert against("travel", replace(LOOK, beyond_share=0.049)) == [True, True]
    assert against("travel", replace(LOOK, beyond_share=0.05)) == [False, False]
    # without beds the second grade travels, too: 5 of 20 and 18 of 120
    assert against("travel", replace(LOOK, beds=LOOK.beds * 0)) == [True, True]
    assert against("travel", replace(LOOK, beds=LOOK.beds * 0, beyond_share=0.15)) == [True, False]
    # for 10 pupils no school is left: 11 of 30 and 16 of 130
    lost = replace(LOOK.moved, lost=np.array([10.0, 10.0]))
    assert against("travel", replace(LOOK, moved=lost, beyond_share=0.2)) == [True, False]
    assert against("travel", replace(LOOK, moved=lost, beyond_share=0.36)) == [True, False]
    assert against("travel", replace(LOOK, moved=lost, beyond_share=0.37)) == [False, False]


def test_without_receivers_all_schools_that_half_a_pupil_goes_to_count():
    nearest = replace(ONE, receivers=())
    assert LOOK.to.tolist() == [1]
    assert LOOK.reached(nearest).tolist() == [[True], [True]]
    tiny = replace(LOOK, moved=replace(LOOK.moved, pupils=LOOK.moved.pupils * 0.02))
    assert tiny.reached(nearest).tolist() == [[False], [True]]


def test_a_guard_that_is_set_aside_speaks_and_does_not_count():
    one = replace(ONE, despite=frozenset({"seats"}))
    assert against("seats", one=one) == [True, True]
    assert dict(zip(GUARDS, counting(one).tolist(), strict=True)) == {name: name != "seats" for name in GUARDS}
