"""Attendance beyond the zone: a stated share whatever the number of schools, split by roll and way."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.attendance_defaults import beyond_zone, load_attendance
from sim.base_fit import fit_grade
from sim.base_seeds import grade_seed, scale_of_ways
from sim.build import build_model
from sim.seats import gather, school_totals
from tests.sim import busy, studies

PSEUDO = np.zeros((2, 3))  # private, other county, not enrolled: nobody is declared there


def seed_of(zone, km, rolls, scale=2.0, share=0.2, open_to=None):
    zone, km = np.array(zone, dtype=float), np.array(km, dtype=float)
    reach = np.ones(zone.shape, dtype=bool) if open_to is None else np.array(open_to)
    return grade_seed(zone, reach, km, np.array(rolls, dtype=float), scale, share)


def beyond(seed, zone):
    """Share of a home's children beyond its zone."""
    outside = np.where(np.array(zone) > 0, 0.0, seed).sum(axis=1)
    return outside / seed.sum(axis=1)


def test_two_zones_by_hand():
    """Two homes 3 km from each other's school, 1 km from their own; 60 and 40 children; rolls 50 and 50.

    Odds of leaving .25 exp(-(3 - 1) / 2) = .0920.  The fit keeps the odds ratio (1 / .0920)^2 = 118.2:
    x, the children of the first home at the second school, solves (60 - x)(50 - x) = 118.2 x (x - 10); x = 11.39.
    """
    zone, km = np.eye(2), [[1.0, 3.0], [3.0, 1.0]]
    seed = seed_of(zone, km, [50, 50])
    odds = 0.25 * np.exp(-1.0)
    np.testing.assert_allclose(seed, [[1.0, odds], [odds, 1.0]])
    children = np.array([60.0, 40.0])
    fitted = fit_grade(np.hstack([seed * children[:, None], PSEUDO]), children, np.array([50.0, 50, 0, 0, 0]), 3)
    k = 1 / odds**2
    # (60 - x)(50 - x) = k x (x - 10)
    x = min(r for r in np.roots([k - 1, 110 - 10 * k, -3000]) if r > 0)
    np.testing.assert_allclose(fitted.matrix[:, :2], [[60 - x, x], [x - 10, 50 - x]], atol=1e-3)
    assert x == pytest.approx(11.39, abs=0.01)


def test_as_far_as_the_own_school_the_share_is_the_stated_one_and_further_it_falls():
    zone = [[1.0, 0.0]] * 3
    found = beyond(seed_of(zone, [[2.0, 1.0], [2.0, 2.0], [2.0, 6.0]], [50, 50]), zone)
    odds = 0.25 * np.exp(-2.0)
    np.testing.assert_allclose(found, [0.2, 0.2, odds / (1 + odds)])


@given(st.integers(1, 150), st.integers(0, 150), st.floats(0.3, 30.0))
def test_the_number_of_schools_that_reach_a_home_does_not_change_the_share(near, far, scale):
    """All schools as near as the nearest: one or 150 of them. Further ones only share in what the nearest draws."""
    one, many = np.zeros((1, 2)), np.zeros((1, 1 + near + far))
    one[0, 0] = many[0, 0] = 1.0
    km = np.array([[1.0] + [2.5] * near + [9.0] * far])
    rolls = np.full(1 + near + far, 40.0)
    alone = beyond(seed_of(one, km[:, :2], rolls[:2], scale), one)
    np.testing.assert_allclose(beyond(seed_of(many, km, rolls, scale), many), alone)
    assert alone[0] <= 0.2


@settings(max_examples=30, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(0, 3), st.randoms(use_true_random=False))
def test_a_school_in_two_halves_leaves_the_others_as_they_were(part, which, random):
    """Rolls, zone and place divided: seeds of the others, the sum of the halves and the fit stay the same."""
    homes, schools = 5, 4
    zone = np.zeros((homes, schools))
    zone[np.arange(homes), [0, 1, 2, 3, 0]] = 1.0
    zone[4, :2] = 0.4, 0.6
    km = np.array([[random.uniform(0.2, 12) for _ in range(schools)] for _ in range(homes)])
    rolls = np.array([60.0, 40.0, 70.0, 30.0])
    halves = np.hstack([zone, zone[:, [which]] * (1 - part)])
    halves[:, which] *= part
    shared = np.append(rolls, rolls[which] * (1 - part))
    shared[which] *= part
    both = np.hstack([km, km[:, [which]]])
    children = np.full(homes, rolls.sum() / homes)
    whole, split = seed_of(zone, km, rolls), seed_of(halves, both, shared)
    apart = np.hstack([split[:, :schools], np.zeros((homes, 0))])
    apart[:, which] += split[:, schools]
    np.testing.assert_allclose(apart, whole, atol=1e-12)
    fits = [
        fit_grade(
            np.hstack([s * children[:, None], np.zeros((homes, 3))]), children, np.append(r, [0.0] * 3), len(r) + 1
        )
        for s, r in ((whole, rolls), (split, shared))
    ]
    joined = fits[1].matrix[:, :schools].copy()
    joined[:, which] += fits[1].matrix[:, schools]
    np.testing.assert_allclose(joined, fits[0].matrix[:, :schools], atol=1e-6)
    np.testing.assert_allclose(fits[1].matrix[:, : schools + 1].sum(axis=0), shared, atol=1e-2)


def test_larger_and_nearer_schools_draw_more_of_those_who_leave():
    seed = seed_of([[1.0, 0.0, 0.0, 0.0]], [[1.0, 3.0, 3.0, 5.0]], [50, 20, 60, 60])[0]
    assert seed[2] == pytest.approx(3 * seed[1])
    assert seed[3] == pytest.approx(seed[2] * np.exp(-1.0))


def test_without_a_zone_all_children_are_at_the_schools_that_are_open_to_them():
    seed = seed_of([[0.0, 0.0, 0.0]], [[3.0, 5.0, 1.0]], [50, 50, 50], open_to=[[True, True, False]])[0]
    np.testing.assert_allclose(seed, np.array([1.0, np.exp(-1.0), 0.0]) / (1 + np.exp(-1.0)))


def test_schools_without_a_roll_without_a_way_or_that_reach_nobody_draw_nobody():
    seed = seed_of([[1.0, 0, 0, 0]], [[1.0, 2.0, np.inf, 2.0]], [50, 0, 50, 50], open_to=[[True, True, True, False]])
    np.testing.assert_array_equal(seed, [[1.0, 0.0, 0.0, 0.0]])


def test_far_homes_do_not_underflow():
    seed = seed_of([[0.0, 0.0]], [[5000.0, 5001.0]], [50, 50], scale=1.0)
    np.testing.assert_allclose(seed.sum(), 1.0)


def test_the_scale_is_the_mean_way_to_the_next_school_beyond_the_zone():
    zone = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    km = np.array([[1.0, 4.0, 2.0], [6.0, 1.0, 8.0], [7.0, 3.0, np.inf]])
    # The third school has not the grade: next are 4 km, 6 km, and 3 km for the home without a zone.
    hosts = np.array([True, True, False])
    assert scale_of_ways(zone, hosts, km, np.array([10.0, 30.0, 10.0])) == pytest.approx((40 + 180 + 30) / 50)
    assert scale_of_ways(zone[:1], np.array([True, False, False]), km[:1], np.ones(1)) == 0.0


def test_a_study_in_one_place_has_no_scale_and_splits_by_roll():
    seed = seed_of([[1.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]], [50, 10, 30], scale=0.0)[0]
    np.testing.assert_allclose(seed, [1.0, 0.25 / 4, 0.75 / 4])


def test_the_shipped_share_is_sourced_and_a_study_may_say_its_own():
    shipped = load_attendance()
    assert (beyond_zone(None).share, beyond_zone(0.3).share) == (shipped.beyond_zone.value, 0.3)
    assert beyond_zone(0.3).scales == shipped.scales.value
    assert shipped.beyond_zone.source_grade == shipped.scales.source_grade == "M"
    assert "Assumed" in shipped.beyond_zone.source
    assert "Assumed" in shipped.scales.source


def test_the_share_of_the_study_moves_who_attends_beyond_and_no_roll(tmp_path):
    """In a county whose rolls are not those of the zones the share is a start, and no total."""
    county = studies.study(busy.write(tmp_path, seed=23))
    models = [
        build_model(replace(county.bundle, beyond=beyond_zone(share)), county.space) for share in (0.02, None, 0.4)
    ]
    away = [model.attendance.away[:-1].sum() for model in models]
    assert away[0] < away[1] < away[2]
    rolls = [school_totals(model.pupils.transpose(1, 0, 2)[None], gather(model), model)[0] for model in models]
    for other in rolls[1:]:
        np.testing.assert_array_equal(other, rolls[0])
