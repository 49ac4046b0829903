"""Seats agree with the formation in force: composite classes have places over grades together."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.schema_classes import CompositeClasses
from sim.classes import largest_classes
from sim.classes_formation import Composite, Formation, Ladder, formed, of_school, seat_rules
from sim.classes_habit import Habit, Habits
from sim.classes_shared import needed_classes
from sim.judge import crowd_size, safe_seats
from sim.kernels_shared import excess_of_grades, free_of_grade
from sim.project_seats import safe_pair
from sim.seats import Seats, free_seats
from tests.sim import busy, studies
from tests.sim.test_measures import with_classes
from tests.sim.test_reference import assert_equal
from verification.reference_shared import fewest_classes, shared_seats

STAGES, STAGE_OF, SIZE = ("primary", "junior"), np.array([0, 0, 0, 1]), [20, 20, 20, 25]
COUNTS = st.lists(st.integers(0, 45), min_size=4, max_size=4)
COMPOSITES = st.builds(
    Composite,
    st.just(np.array([True])),
    st.sampled_from([(), ("primary",)]),
    st.sampled_from([float("inf"), 60.0, 40.0]),
    st.integers(2, 3),
    st.integers(5, 30),
)


def model_of(composite):
    """As much of a model as the plain version reads."""
    grades = SimpleNamespace(stages=STAGES, stage_of=STAGE_OF)
    return SimpleNamespace(grades=grades, formation=Formation(composite=composite))


def rules_of(composite):
    return seat_rules(Formation(composite=composite), STAGES, STAGE_OF, 1)


def of_kernels(stay, want, rooms, composite):
    """Seats and newcomers beyond them, by grade."""
    stay, want = np.array(stay, dtype=np.int32), np.array(want, dtype=np.int32)
    size, beyond = np.array(SIZE), np.zeros(4, dtype=np.int64)
    excess_of_grades(stay, want, rooms, size, rules_of(composite), 0, beyond)
    return [free_of_grade(stay, want, rooms, size, rules_of(composite), 0, g) for g in range(4)], beyond.tolist()


@settings(max_examples=150, deadline=None)
@given(COUNTS, COUNTS, st.integers(0, 9), COMPOSITES)
def test_seats_are_those_found_child_by_child(stay, want, rooms, composite):
    expected = shared_seats(model_of(composite), 0, stay, want, rooms, SIZE, 1.0)
    seats, beyond = of_kernels(stay, want, rooms, composite)
    assert seats == expected
    assert beyond == [max(w - free, 0) for w, free in zip(want, expected, strict=True)]


@settings(max_examples=150, deadline=None)
@given(COUNTS, COUNTS, st.integers(0, 12))
def test_where_no_two_grades_fit_one_class_seats_are_the_usual_ones(stay, want, rooms):
    nobody = Composite(np.array([True]), (), float("inf"), 2, 1)
    one = Seats(np.array([[stay]]), np.array([[rooms]]), np.array([SIZE]), 1.0)
    assert of_kernels(stay, want, rooms, nobody)[0] == free_seats(one, np.array([[want]]))[0, 0].tolist()


@settings(max_examples=150, deadline=None)
@given(COUNTS, COUNTS, st.integers(0, 9), COMPOSITES)
def test_one_more_room_leaves_no_more_children_beyond_seats(stay, want, rooms, composite):
    few, many = (sum(of_kernels(stay, want, k, composite)[1]) for k in (rooms, rooms + 1))
    assert many <= few


HABIT = Habits({"primary": Habit(np.full((1, 3), 12.5), 0.9, 1.08, np.full((1, 3), 2))})
FORMATIONS = {
    "free": Formation(),
    "sticky": Formation(sticky=True, merge_below=4.0),
    "learnt": Formation(habits=HABIT),
    "composite": Formation(sticky=True, composite=Composite(np.array([True]), ("primary",), 70.0, 2, 18)),
}


@pytest.mark.parametrize("kind", list(FORMATIONS))
@settings(max_examples=80, deadline=None)
@given(COUNTS, COUNTS, st.integers(1, 9))
def test_whom_admission_seats_sits_in_a_class_within_its_size(kind, stay, want, rooms):
    """Kept classes and small habits give way: no formation needs seats of its own but that of composite classes."""
    rule = FORMATIONS[kind]
    nobody = Composite(np.array([True]), (), float("inf"), 2, 1)
    composite = rule.composite or nobody
    _, beyond = of_kernels(stay, want, rooms, composite)
    n = np.array(stay) + want - beyond
    rules = rules_of(composite)
    if needed_classes(n, np.array(SIZE), rules, 0) > rooms:
        return  # those who stay fill more rooms than there are, or a first grade has its fair share of them
    ladder = Ladder(STAGES, STAGE_OF, np.array([stay]), np.array([rooms]), np.array(SIZE))
    given_rolls, given_rooms = np.stack([stay, n])[None, :, None], np.full((1, 2, 1), rooms)
    found = formed(rule, ladder, given_rolls, given_rooms, ladder.planned)
    count = found.count[0, 1, 0]
    largest = largest_classes(n, count)
    assert count.sum() <= rooms
    assert (largest <= np.maximum(SIZE, 0 if rule.composite is None else composite.cap)).all()


@settings(max_examples=80, deadline=None)
@given(COUNTS, st.integers(1, 9), COMPOSITES)
def test_safe_seats_are_the_largest_roll_that_the_classes_hold(n, rooms, composite):
    rolls, rules, model = np.array([[n]]), rules_of(composite), model_of(composite)
    seats = crowd_size(rolls, np.array([[rooms]]), np.array(SIZE), rules)[0, 0]
    if sum(n) == 0:
        assert seats == 0
        return
    # In steps of a thousandth of the roll, pupils counted in thousandths: the same rule in whole numbers.
    parts, cap = 200, int(composite.cap)
    fine = replace(composite, cap=cap * parts, below=composite.below * parts)
    model.formation = Formation(composite=fine)

    def fits(step):
        pupils = [m * step for m in n]
        return fewest_classes(model, 0, pupils, [z * parts for z in SIZE], 1.0) <= rooms

    step = int(seats / sum(n) * parts)
    assert fits(max(step - 1, 0))
    assert not fits(step + parts // sum(n) + 2)


def test_a_teaching_point_with_fewer_rooms_than_grades_has_seats():
    # Three grades of 8 in two rooms: two grades of at most 18 share one.
    composite = Composite(np.array([True]), ("primary",), float("inf"), 2, 18)
    seats, beyond = of_kernels([0, 8, 8, 0], [8, 0, 0, 0], 2, composite)
    assert beyond == [0, 0, 0, 0]
    assert seats[0] == 20, "a class of their own, while the other two share the second room"
    plain = Seats(np.array([[[0, 8, 8, 0]]]), np.array([[2]]), np.array([SIZE]), 1.0)
    assert free_seats(plain, np.array([[[8, 0, 0, 0]]]))[0, 0, 0] == 0
    rolls = np.array([[8, 8, 8, 0]])
    alone, shared = (
        safe_pair(rolls, np.array([2]), np.array(SIZE), 0.9, rules) for rules in (None, rules_of(composite))
    )
    assert alone.safe == 0
    assert shared.safe in (26, 27)  # 9 a grade fill the shared class of 18, approached from below


def test_safe_seats_of_schools_that_share_nothing_stay_as_they_are():
    rng = np.random.default_rng(1)
    rolls, rooms = rng.integers(0, 40, (5, 2, 2, 4)), np.full((5, 2, 2), 4)
    rules = seat_rules(
        Formation(composite=Composite(np.array([False, True]), (), float("inf"), 2, 18)), STAGES, STAGE_OF, 2
    )
    plain, shared = (crowd_size(rolls, rooms, np.array(SIZE), one) for one in (None, rules))
    np.testing.assert_array_equal(plain[..., 0], shared[..., 0])
    assert (shared[..., 1] >= plain[..., 1]).all()
    alone = crowd_size(rolls[:, :, 1:], rooms[:, :, 1:], np.array(SIZE), of_school(rules, 1))
    np.testing.assert_array_equal(alone[..., 0], shared[..., 1])
    of_years = np.broadcast_to(np.array(SIZE), (2, 2, 4))
    np.testing.assert_array_equal(
        safe_seats(rolls, rooms, of_years, 0.9), safe_seats(rolls, rooms, np.array(SIZE), 0.9)
    )
    np.testing.assert_array_equal(crowd_size(rolls, rooms, of_years, rules), shared)


@pytest.mark.parametrize(("plan", "divert_at"), [("nothing", "norm"), ("everything", "norm"), ("everything", "never")])
def test_the_engine_equals_the_plain_reference(tmp_path, plan, divert_at):
    county = studies.study(busy.write(tmp_path, 5, divert_at))
    rule = CompositeClasses(schools=("t1", "t2", "p3"), pupils_below=45, grades_per_class=2, max_size=24)
    assert_equal(with_classes(county, composite=rule), "fast", plan, [0, 1], seed=5, but=("classes",))
