"""Fairness between groups by draw, against plain loops, and who is moved twice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.bounds import bounds
from sim.details import details_of
from sim.displaced import a_grade_higher, by_stage, second_time, sent_away
from sim.engine import simulate
from sim.fairness import COLUMNS, GAP, QUANTILES, SPLITS, Key, fair_values, fairness_rows, spread
from sim.reduced import Reduced
from sim.summary import Assessment, measured
from tests.sim import busy as busy_study
from tests.sim import studies

DRAWS = 10


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The busy study under a plan, and without one in the same draws."""
    busy = studies.study(busy_study.write(tmp_path_factory.mktemp("busy"), 5))
    cases = [studies.case(busy, "baseline", plan, DRAWS) for plan in ("nothing", "everything")]
    judged = Assessment(tuple(bounds(busy.bundle, busy.model)), (2024, 2027), 0.9)
    details = details_of(busy.bundle, busy.model)
    base, one = (
        Reduced(measured(result, busy.model, judged), busy.model, case, judged, "busy", details, None)
        for case, result in zip(cases, simulate(busy.model, cases, 1, np.arange(DRAWS)), strict=True)
    )
    return base, replace(one, base=base)


def test_the_class_in_which_a_pupil_sits_against_a_loop(pair):
    _, one = pair
    result, grades = one.now.result, one.model.grades
    split, where = next(iter(one.details.fair.schools.items()))
    stage = grades.stages[0]
    found = one.fair[Key(stage, split, SPLITS[split][0], "class_size", "pupils")]
    for draw in range(0, DRAWS, 3):
        sizes: list[float] = []
        for school in np.flatnonzero(where[0]):
            for grade in np.flatnonzero(grades.stage_of == 0):
                n, k = int(result.rolls[draw, 2, school, grade]), int(result.classes[draw, 2, school, grade])
                sizes += [n / k] * n if n else []
        assert found[draw, 2] == pytest.approx(np.mean(sizes))


def test_children_without_a_seat_are_those_of_all_groups_of_homes(pair):
    """Events are counted once in every split, so the groups of homes add up to the same."""
    base, _ = pair
    fair = fair_values(base)
    events = base.now.result.events
    assert len(events)
    inside = base.model.layout.unit_of[events[:, 2]] >= 0
    kept = events[inside & (events[:, 5] < 0)]
    for split in base.details.fair.homes:
        total = sum(values for key, values in fair.items() if key.split == split and key.indicator == "no_seat")
        assert np.asarray(total).sum() == kept[:, 7].sum()


def test_gaps_and_differences_are_taken_within_draws(pair):
    base, one = pair
    rows = fairness_rows(one)
    assert tuple(rows.columns) == COLUMNS
    assert set(rows["paired"]) == {1}
    assert set(fairness_rows(base)["paired"]) == {0}
    assert fairness_rows(base)["diff_mean"].isna().all()
    checked = 0
    for key, values in one.fair.items():
        if key.group != GAP or key not in base.fair:
            continue
        first, second = (one.fair[key._replace(group=group)] for group in SPLITS[key.split])
        assert values == pytest.approx(first - second, nan_ok=True)
        row = rows[(rows[list(Key._fields)] == list(key)).all(axis=1) & (rows["year"] == one.model.years[3])]
        apart = (values - base.fair[key])[:, 3]
        if len(row) and not np.isnan(apart).all():
            known = apart[~np.isnan(apart)]
            assert row["diff_mean"].item() == pytest.approx(known.mean())
            assert row["diff_p90"].item() == pytest.approx(np.quantile(known, 0.9))
            checked += 1
    assert checked


def test_a_plan_against_itself_differs_in_nothing(pair):
    base, _ = pair
    rows = fairness_rows(replace(base, base=base))
    assert (rows["diff_mean"].dropna() == 0.0).all()


@settings(max_examples=50)
@given(arrays(float, (7, 3), elements=st.one_of(st.just(np.nan), st.floats(-50, 50))))
def test_quantiles_are_those_of_the_draws_that_have_a_value(values):
    mean, quantiles = spread(values)
    for year in range(3):
        known = values[~np.isnan(values[:, year]), year]
        if not len(known):
            assert np.isnan(mean[year])
            continue
        assert mean[year] == pytest.approx(known.mean(), abs=1e-9)
        assert quantiles[:, year] == pytest.approx(np.quantile(known, QUANTILES), abs=1e-9)


def test_nobody_changes_school_without_a_plan_and_closures_and_openings_move_pupils(pair):
    base, one = pair
    assert not base.now.result.changed.any()
    moved = one.now.result.changed[..., 0].sum(axis=(0, 2))
    opening = set(one.case.opening_year[one.case.opening_year < 9999].ravel().tolist())
    assert moved.any()
    assert {year for year, count in zip(one.model.years, moved, strict=True) if count} <= opening
    assert (one.now.result.changed[..., 1] <= one.now.result.changed[..., 0]).all()


def test_second_time_by_hand():
    """Ten pupils of grade 1 lose their school; a year later six of the home's twelve in grade 2 lose theirs."""
    none, ten = np.zeros((1, 1, 3), dtype=np.int32), np.array([[[10, 0, 0]]], dtype=np.int32)
    again, by_now = second_time(none, sent_away(none, ten), np.array([[[12, 9, 9]]], dtype=np.int32))
    assert again.sum() == 0
    assert a_grade_higher(by_now).tolist() == [[[0, 10, 0]]]
    six = np.array([[[0, 6, 4]]], dtype=np.int32)
    again, by_now = second_time(a_grade_higher(by_now), six, np.array([[[11, 12, 9]]], dtype=np.int32))
    assert again.tolist() == [[[0, 6, 0]]]  # the four of grade 3 have never changed before
    assert by_now.tolist() == [[[0, 12, 4]]]  # no more than there are
    assert by_stage(again, np.array([0, 0, 1])).tolist() == [[6, 0]]
