"""The PERT distribution against its closed forms, and durations as pure functions of (seed, stage, project, draw)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import streams
from sim.durations import chance_within, lasting, likely_months, pert_mean, pert_quantile, quantiles, stage_months
from sim.project_terms import Points
from sim.projects import ProjectSpec

POINTS = [(1.0, 2.0, 6.0), (11.0, 13.0, 20.0), (1.0, 1.0, 2.0), (2.0, 5.0, 5.0), (3.0, 4.0, 5.0)]


def project(name, durations):
    return ProjectSpec(name, "new_school", 0, 0.0, 1, durations, needs_crew=False)


@pytest.mark.parametrize(("low", "likely", "high"), POINTS)
def test_quantiles_equal_those_of_the_scaled_beta(low, likely, high):
    u = np.linspace(0.001, 0.999, 50)
    alpha = 1 + 4 * (likely - low) / (high - low)
    beta = 1 + 4 * (high - likely) / (high - low)
    expected = stats.beta(alpha, beta, loc=low, scale=high - low).ppf(u)
    got = pert_quantile(u, np.array(low), np.array(likely), np.array(high))
    np.testing.assert_allclose(got, expected, rtol=1e-9)


def pert_variance(low, likely, high):
    """Variance of the PERT distribution, (mean - a) (b - mean) / 7."""
    mean = pert_mean(low, likely, high)
    return (mean - low) * (high - mean) / 7


@pytest.mark.parametrize(("low", "likely", "high"), POINTS)
def test_mean_and_variance_formulas_equal_the_integral_over_the_quantiles(low, likely, high):
    u = (np.arange(20_000) + 0.5) / 20_000
    x = pert_quantile(u, np.array(low), np.array(likely), np.array(high))
    assert x.mean() == pytest.approx(pert_mean(low, likely, high), abs=1e-4)
    assert x.var() == pytest.approx(pert_variance(low, likely, high), rel=1e-3)


def test_the_classical_mean():
    assert pert_mean(2.0, 5.0, 14.0) == 6.0


@pytest.mark.parametrize(("low", "likely", "high"), POINTS)
def test_sampled_mean_and_variance_agree_with_the_formulas(low, likely, high):
    n = 100_000
    x = stage_months([project("a", {"land": (low, likely, high)})], "land", 7, np.arange(n), "study")[:, 0]
    variance = pert_variance(low, likely, high)
    assert x.mean() == pytest.approx(pert_mean(low, likely, high), abs=5 * np.sqrt(variance / n))
    assert x.var() == pytest.approx(variance, rel=0.03)
    assert low <= x.min() <= x.max() <= high


def test_a_point_without_spread_is_that_point():
    x = stage_months([project("a", {"land": (3.0, 3.0, 3.0)})], "land", 1, np.arange(20), "study")
    assert (x == 3.0).all()


def test_spread_none_takes_the_likely_duration():
    projects = [project("a", {"land": (1.0, 2.0, 6.0)}), project("b", {"land": (1.0, 4.0, 6.0)})]
    np.testing.assert_array_equal(stage_months(projects, "land", 1, np.arange(3), "none"), [[2.0, 4.0]] * 3)


def test_the_stream_is_named_after_the_stage_and_the_entity_is_the_project_id():
    draws = np.arange(5)
    u = streams.uniform(11, "construction/land", 0, streams.entities(["a"]), draws)
    expected = pert_quantile(u, np.array(1.0), np.array(2.0), np.array(6.0))
    got = stage_months([project("a", {"land": (1.0, 2.0, 6.0)})], "land", 11, draws, "study")
    np.testing.assert_array_equal(got, expected)


@given(st.floats(0, 30), st.floats(0, 1), st.floats(0.01, 30), st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
def test_durations_stay_between_low_and_high(low, share, width, draws):
    points = (low, low + share * width, low + width)
    x = stage_months([project("a", {"land": points})], "land", 3, np.array(draws), "study")
    assert (x >= points[0]).all()
    assert (x <= points[2] + 1e-9).all()


def test_observed_months_have_the_quantiles_of_numpy():
    months = (3.0, 4.0, 4.0, 9.0, 11.5)
    u = np.linspace(0.001, 0.999, 99)
    np.testing.assert_allclose(quantiles(u, Points(months)), np.quantile(months, u), rtol=1e-12)
    np.testing.assert_array_equal(quantiles(u, Points((5.0,))), np.full(99, 5.0))
    assert likely_months(Points(months)) == 4.0


@pytest.mark.parametrize("duration", [(1.0, 2.0, 6.0), (11.0, 13.0, 20.0), Points((2.0, 3.5, 7.0)), Points((1.0, 8.0))])
def test_the_chance_of_a_quantile_is_its_probability(duration):
    u = np.linspace(0.01, 0.99, 25)
    back = [chance_within(duration, months) for months in quantiles(u, duration)]
    np.testing.assert_allclose(back, u, rtol=1e-9)
    assert [chance_within(duration, months) for months in (0.5, 20.0)] == [0.0, 1.0]


def test_observed_months_that_repeat_hold_their_share_of_the_chance():
    assert chance_within(Points((2.0, 4.0, 4.0, 6.0)), 4.0) == pytest.approx(2 / 3)
    assert chance_within(Points((4.0, 4.0)), 4.0) == 1.0


@pytest.mark.parametrize("duration", [(1.0, 3.0, 9.0), Points((1.0, 3.0, 4.0, 9.0))])
def test_a_stage_under_way_has_the_truncated_distribution(duration):
    elapsed, u = 3.2, (np.arange(4000) + 0.5) / 4000
    whole = quantiles((np.arange(200_000) + 0.5) / 200_000, duration)
    left = whole[whole > elapsed]
    found = lasting(u, duration, elapsed)
    assert found.min() >= elapsed
    np.testing.assert_allclose(found.mean(), left.mean(), rtol=1e-3)
    np.testing.assert_allclose(np.quantile(found, [0.1, 0.5, 0.9]), np.quantile(left, [0.1, 0.5, 0.9]), rtol=2e-3)


def test_a_stage_that_has_lasted_longer_than_the_longest_ends_at_once():
    assert (lasting(np.array([0.1, 0.9]), (1.0, 2.0, 3.0), 7.5) == 7.5).all()
    assert (lasting(np.array([0.1, 0.9]), Points((1.0, 2.0)), 2.0) == 2.0).all()


def test_a_stage_passed_again_is_drawn_anew():
    one = project("a", {"land": (1.0, 3.0, 9.0)})
    first, second = (stage_months([one], "land", 3, np.arange(2000), "study", passing)[:, 0] for passing in (0, 1))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    np.testing.assert_array_equal(first, stage_months([one], "land", 3, np.arange(2000), "study")[:, 0])


def test_observed_months_and_three_points_share_a_stage_without_touching_each_other():
    mixed = [project("a", {"land": Points((1.0, 4.0))}), project("b", {"land": (1.0, 3.0, 9.0)})]
    both = stage_months(mixed, "land", 3, np.arange(50), "study")
    for column, one in enumerate(mixed):
        np.testing.assert_array_equal(both[:, [column]], stage_months([one], "land", 3, np.arange(50), "study"))
    assert stage_months(mixed, "land", 3, np.arange(1), "none").tolist() == [[2.5, 3.0]]
    assert stage_months(mixed, "land", 3, np.arange(1), "none", elapsed={"b": 5.0}).tolist() == [[2.5, 5.0]]
