"""Indicators of schools: stocks per pupil, shared between the stages of one school, and rooms for classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.packs import read_shipped
from sim.indicators import INDICATORS
from sim.indicators_split import shares, sharing_stages
from tests.sim.clause_worlds import WEIGHTS, world


def value(name, stage, rolls, stocks, **more):
    found = INDICATORS[name].value(world(rolls, stocks, **more), stage)
    return None if found is None else found[0, 0]


def test_gt3_a_nine_year_school_shares_its_area_by_weights_of_the_pack():
    """Facts GT3: 5000 m2, 600 primary and 300 junior pupils -> 3225.8 and 1774.2 m2."""
    pack, problems = read_shipped("cn-2017-quality-balance")
    assert not problems
    weights = tuple(dict(entry.stages) for entry in pack.weights)
    rolls = [[[[0, 600, 300, 0]]]]
    primary = value("teaching_area_per_pupil", "primary", rolls, {"teaching_area_m2": [5000]}, weights=weights)
    junior = value("teaching_area_per_pupil", "junior", rolls, {"teaching_area_m2": [5000]}, weights=weights)
    assert primary[0] * 600 == pytest.approx(3225.8, abs=0.05)
    assert junior[0] * 300 == pytest.approx(1774.2, abs=0.05)
    assert junior[0] / primary[0] == pytest.approx(1.1)


def test_weights_of_the_pack_name_their_source_and_cover_three_kinds_of_schools():
    pack, _ = read_shipped("cn-2017-quality-balance")
    assert [dict(entry.stages) for entry in pack.weights] == [dict(one) for one in WEIGHTS]
    assert all("[G1]" in entry.source.zh and entry.source_grade == "B" for entry in pack.weights)


def test_a_school_of_one_stage_keeps_everything_and_a_kindergarten_has_no_part():
    stocks = {"sports_area_m2": [3000.0, 3000.0]}
    rolls = [[[[0, 300, 0, 0], [90, 300, 0, 0]]]]
    assert value("sports_area_per_pupil", "primary", rolls, stocks).tolist() == [10.0, 10.0]
    assert np.isnan(value("sports_area_per_pupil", "junior", rolls, stocks)).all()


def test_a_school_that_fills_up_belongs_to_the_stages_it_has():
    """A new nine-year school with primary pupils alone is shared by nobody yet."""
    stocks = {"teaching_area_m2": [4800.0]}
    before = value("teaching_area_per_pupil", "primary", [[[[0, 400, 0, 0]]]], stocks)
    after = value("teaching_area_per_pupil", "primary", [[[[0, 400, 400, 0]]]], stocks)
    assert before[0] == pytest.approx(12.0)
    assert after[0] == pytest.approx(4800 / (400 + 1.1 * 400))


def test_stages_without_weights_share_nothing_that_is_known():
    """Primary and senior pupils in one school: the pack has no weights for them."""
    stocks = {"teaching_area_m2": [4800.0]}
    assert np.isnan(value("teaching_area_per_pupil", "primary", [[[[0, 400, 0, 400]]]], stocks)).all()
    assert np.isnan(value("teaching_area_per_pupil", "primary", [[[[0, 400, 400, 0]]]], stocks, weights=())).all()
    assert value("teaching_area_per_pupil", "all", [[[[0, 400, 400, 0]]]], stocks, weights=())[0] == 6.0


def test_rooms_per_hundred_pupils_and_unknown_stocks():
    stocks = {"multimedia_rooms": [12.0, np.nan]}
    found = value("multimedia_rooms_per100", "primary", [[[[0, 400, 0, 0], [0, 400, 0, 0]]]], stocks)
    assert found[0] == pytest.approx(3.0)
    assert np.isnan(found[1])
    assert value("multimedia_rooms_per100", "primary", [[[[0, 400, 0, 0]]]], {}) is None
    assert value("multimedia_rooms_per100", "primary", [[[[0, 400, 0, 0]]]], {"multimedia_rooms": [np.nan]}) is None


@pytest.mark.parametrize(("classes", "rooms", "enough"), [(12, 1, True), (13, 1, False), (13, 2, True), (1, 1, True),
                                                          (24, 2, True), (25, 2, False), (6, 0, False)])  # fmt: skip
def test_rooms_for_twelve_classes_are_enough_when_they_reach_the_rounded_up_number(classes, rooms, enough):
    """G3: rooms >= ceil(classes / 12)."""
    kinds = {"music_rooms": [rooms], "art_rooms": [rooms]}
    for name in ("music_rooms_per_12_classes", "art_rooms_per_12_classes"):
        found = value(name, "all", [[[[0, 40 * classes, 0, 0]]]], kinds)
        assert (found[0] >= 1.0) == enough


def test_rooms_serve_the_classes_of_all_stages_that_share_the_school():
    """Five primary and eight junior classes are thirteen: one room is not enough; kindergarten classes do not count."""
    kinds, rolls = {"music_rooms": [1]}, [[[[400, 200, 320, 0]]]]
    for stage in ("primary", "junior", "all"):
        assert value("music_rooms_per_12_classes", stage, rolls, kinds)[0] == 0.5


@given(
    st.lists(st.integers(0, 2000), min_size=4, max_size=4),
    st.floats(1, 1e5, allow_nan=False),
    st.integers(1, 50),
)
def test_parts_of_the_stages_add_up_to_the_whole_and_scale(pupils, area, times):
    rolls = [[[pupils]]]
    there = [stage for stage, n in zip(("primary", "junior", "senior"), pupils[1:], strict=True) if n]
    parts = [value("teaching_area_per_pupil", stage, rolls, {"teaching_area_m2": [area]}) for stage in there]
    counts = dict(zip(("primary", "junior", "senior"), pupils[1:], strict=True))
    if there and not np.isnan(parts[0][0]):
        total = sum(part[0] * counts[stage] for stage, part in zip(there, parts, strict=True))
        assert total == pytest.approx(area)
        more = value("teaching_area_per_pupil", there[0], rolls, {"teaching_area_m2": [area * times]})
        assert more[0] == pytest.approx(parts[0][0] * times)
    else:
        assert there in ([], ["primary", "senior"])


def test_stages_that_share_are_those_with_weights_and_the_compulsory_ones():
    assert sharing_stages(WEIGHTS, ("primary",), ("kindergarten", "primary", "senior")) == ("primary", "senior")
    assert sharing_stages((), ("primary",), ("kindergarten", "primary", "senior")) == ("primary",)
    assert shares({}, WEIGHTS, ()) == {}
