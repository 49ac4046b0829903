"""Classes formed as a record of classes teaches: the learnt rule, rooms first, schools without a record."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.classes import form_classes
from sim.classes_formation import Formation, Ladder, base_classes, formed
from sim.classes_habit import Habit, Habits, habits_from
from sim.classes_kernels import fewest_for, habit_classes
from sim.classes_learnt import Learnt, Record, predict
from tests.sim.test_classes_learnt import record_of

GRADES = {"primary": ("1", "2", "3", "4")}
SIZES = st.sampled_from([20.0, 24.25, 27.5, 31.125, 52.0])
LOW, HIGH = st.sampled_from([0.9, 0.95, 1.0]), st.sampled_from([1.0, 1.04, 1.08])


def table(record):
    """A record as rows of the enrolment table, school a first."""
    return pd.DataFrame(
        {
            "school": [chr(97 + s) for s in record.school],
            "grade": [str(g + 1) for g in record.grade],
            "year": record.year,
            "pupils": record.pupils.astype(float),
            "sections": record.classes.astype(float),
        }
    )


def formation(size, low=1.0, high=1.0, first=0):
    """Habits of one school with four grades of primary school."""
    row = np.full((1, 4), size) if np.isscalar(size) else np.array([size], dtype=float)
    return Formation(habits=Habits({"primary": Habit(row, low, high, np.full((1, 4), first))}))


def classes(rule, base, rolls, rooms, planned=45):
    at = Ladder(
        ("primary",), np.zeros(4, dtype=np.int64), np.array([base]), np.array([max(rooms)]), np.full(4, planned)
    )
    given_rooms = np.array(rooms)[None, :, None]
    return formed(rule, at, np.array(rolls)[None, :, None], given_rooms, at.planned).count[0, :, 0].tolist()


@given(SIZES, LOW, HIGH, st.lists(st.integers(1, 300), min_size=8, max_size=8))
def test_with_rooms_enough_classes_are_those_that_the_learnt_rule_predicts(size, low, high, pupils):
    rolls = np.array(pupils).reshape(2, 4)
    found = classes(formation(size, low, high, 3), rolls[0], rolls, [900, 900])
    before = np.array([0, 3, 3, 3])
    for year in range(2):
        record = Record(np.zeros(4, int), np.arange(4), np.zeros(4, int), rolls[year], np.ones(4, int))
        expected = predict(Learnt(np.full((1, 4), size), low, high), record, before)
        assert found[year] == expected.tolist()
        before = np.append(0, expected[:-1])


@given(SIZES, LOW, HIGH, st.integers(0, 5), st.integers(1, 6))
def test_the_fewest_pupils_of_some_classes_are_found(size, low, high, had, wanted):
    enough = [n for n in range(1, 400) if habit_classes(n, size, had, low, high) >= wanted]
    assert fewest_for(wanted, size, had, low, high) == enough[0]
    assert enough == list(range(enough[0], 400)), "more pupils never make fewer classes"


@given(st.lists(st.integers(0, 200), min_size=4, max_size=4), st.integers(1, 20), st.sampled_from([20.0, 31.5, 45.0]))
def test_small_habits_give_way_to_rooms_and_never_crowd_what_the_planned_size_seats(rolls, rooms, size):
    found = classes(formation(size), [0] * 4, [rolls], [rooms])[0]
    if sum(-(-n // 45) for n in rolls) <= rooms:
        assert sum(found) <= rooms
        assert all(n <= 45 * k for n, k in zip(rolls, found, strict=True))


def test_large_classes_are_formed_as_the_school_does_and_are_above_the_planned_size():
    assert classes(formation(52.0), [0] * 4, [[104, 45, 50, 53]], [20])[0] == [2, 1, 1, 2]
    assert form_classes(np.array([[104, 45, 50, 53]]), np.array([20]), np.full(4, 45)).count.tolist() == [[3, 1, 2, 2]]


def test_a_school_or_grade_without_a_record_is_formed_freely_at_the_planned_size():
    assert classes(formation([0.0, 0.0, 20.0, 20.0], first=0), [0] * 4, [[46, 44, 46, 40]], [20])[0] == [2, 1, 3, 2]


def test_the_base_year_has_the_classes_on_record():
    rule = formation(30.0, first=4)
    at = Ladder(("primary",), np.zeros(4, dtype=int), np.array([[60, 60, 0, 60]]), np.array([20]), np.full(4, 45))
    assert base_classes(rule, at).count.tolist() == [[4, 4, 0, 4]]
    assert not base_classes(rule, at).short.any()
    assert base_classes(rule, replace(at, rooms=np.array([11]))).short.all()


def test_habits_come_from_rows_up_to_the_base_year_and_of_schools_of_the_study():
    rows = table(record_of([25] * 4, kept=False))
    spoilt = rows.assign(sections=np.where(rows["year"] > 11, 9.0, rows["sections"]))
    a, b = (
        habits_from(one, ("a", "b", "z"), GRADES, 11).stages["primary"] for one in (rows[rows["year"] <= 11], spoilt)
    )
    np.testing.assert_array_equal(a.size, b.size)
    assert (a.low, a.high) == (b.low, b.high)
    assert a.size[:2] == pytest.approx(25, abs=1.5)
    assert (a.size[2] == 0.0).all(), "a school without a record has no habit"
    base = rows[(rows["year"] == 11) & (rows["school"] == "a")].sort_values("grade")
    assert a.first[0].tolist() == base["sections"].tolist()


def test_the_order_of_rows_and_rows_without_classes_teach_nothing():
    rows = table(record_of([25] * 4, kept=True))
    shuffled = rows.sample(frac=1.0, random_state=3)
    empty = rows.assign(sections=np.nan, year=rows["year"] - 30)
    a, b = (habits_from(one, ("a", "b"), GRADES, 15).stages["primary"] for one in (rows, pd.concat([shuffled, empty])))
    np.testing.assert_array_equal(a.size, b.size)
    assert (a.low, a.high) == (b.low, b.high)


def test_a_grade_that_nobody_has_on_record_has_no_habit():
    rows = table(record_of([25] * 4, kept=False))
    found = habits_from(rows[rows["grade"] != "4"], ("a", "b"), GRADES, 15).stages["primary"]
    assert (found.size[:, 3] == 0.0).all()
    assert (found.size[:, :3] > 0.0).all()
    assert not habits_from(rows, ("a",), {"junior": ("7",)}, 15).stages


def test_a_ladder_takes_the_stages_it_has():
    habits = Habits({"junior": Habit(np.full((2, 2), 40.0), 0.9, 1.04, np.full((2, 2), 3))})
    stages, stage_of = ("primary", "junior"), np.array([0, 1, 1])
    assert habits.size_of(stages, stage_of, 2).tolist() == [[0, 40, 40]] * 2
    assert habits.first_of(stages, stage_of, 2).tolist() == [[0, 3, 3]] * 2
    assert habits.margins_of(stages, stage_of).tolist() == [[1, 1], [0.9, 1.04], [0.9, 1.04]]
