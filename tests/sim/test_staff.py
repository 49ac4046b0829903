"""Teachers needed by pupils and by classes, small schools, gaps against those there are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.staff_defaults import load_staff, staff_of
from sim.staff import BY_CLASSES, BY_PUPILS, GAP, NEEDED, StaffInputs, county_staff_rows, need, staff_rows
from tests.sim.balance_worlds import county

RATIOS = StaffInputs({"primary": (19.0, 2.37), "junior": (13.5, 3.7)}, small=100)


def test_posts_of_the_unified_standard():
    """190 primary pupils in 5 classes: 10 posts by pupils, 12 by classes; the first counts."""
    found = need(np.array([190, 191]), np.array([5, 5]), (19.0, 2.37), 100)
    assert found.by_pupils.tolist() == [10, 11]
    assert found.by_classes.tolist() == [12, 12]
    assert found.needed.tolist() == [10, 11]


def test_a_small_school_has_the_larger_of_the_two():
    found = need(np.array([60, 99, 100, 0]), np.array([6, 6, 6, 0]), (19.0, 2.37), 100)
    assert found.by_pupils.tolist() == [4, 6, 6, 0]
    assert found.needed.tolist() == [15, 15, 6, 0]


@given(st.integers(0, 3000), st.integers(0, 60))
def test_needs_never_fall_below_either_ratio_where_both_count(pupils: int, classes: int):
    found = need(np.array([pupils]), np.array([classes]), (13.5, 3.7), 5000)
    assert found.by_pupils[0] * 13.5 >= pupils - 1e-6
    assert found.by_pupils[0] * 13.5 < pupils + 13.5
    if pupils:
        assert found.needed[0] == max(found.by_pupils[0], found.by_classes[0])


def test_rows_by_school_and_of_the_county_with_gaps():
    rolls = [[[[0, 190, 0, 0], [0, 60, 135, 0]]]]
    values = {("teachers", ""): [9.0, np.nan], ("teachers", "junior"): [np.nan, 12.0]}
    one = county(rolls, values=values, figures={("teachers", ""): 40.0}, staff=RATIOS)
    rows = staff_rows(one).set_index(["entity", "stage", "indicator"])["mean"]
    assert rows["s0", "primary", BY_PUPILS] == 10
    assert rows["s1", "primary", NEEDED] == 5  # 2 classes of at most 40: by classes, for a small school
    assert rows["s1", "junior", BY_CLASSES] == 15  # 4 classes
    assert rows["s0", "all", GAP] == 1
    assert rows["s1", "junior", GAP] == -2
    assert ("s1", "all", GAP) not in rows.index
    whole = county_staff_rows(one).set_index(["stage", "indicator"])["mean"]
    assert whole["primary", BY_PUPILS] == 14  # 250 / 19, not 10 + 4
    assert whole["primary", NEEDED] == 15
    assert whole["all", GAP] == 15 + 10 - 40


def test_the_shipped_ratios_say_where_they_come_from():
    shipped = load_staff()
    assert {name: one.pupils_per_post for name, one in shipped.stages.items()} == {
        "primary": 19, "junior": 13.5, "senior": 12.5,
    }  # fmt: skip
    # The ratio by classes is a class of the standard size over the ratio by pupils.
    for stage, size in (("primary", 45), ("junior", 50), ("senior", 50)):
        one = shipped.stages[stage]
        assert one.posts_per_class == pytest.approx(size / one.pupils_per_post, abs=0.005)
    assert [one.grade for one in shipped.sources] == ["C", "M", "M"]


def test_ratios_of_a_study_stand_over_the_shipped_ones():
    own = load_staff().model_copy(update={"stages": {"primary": load_staff().stages["senior"]}, "small_below": None})
    found = staff_of(own)
    assert found.stages["primary"].pupils_per_post == 12.5
    assert found.stages["junior"].pupils_per_post == 13.5
    assert found.small_below == 100
    assert staff_of(None) is load_staff()
