"""Scores against closed forms; the ensemble scores also against scoringrules 0.10 (numbers quoted below)."""

import numpy as np
import pytest

from sim import scores

ACTUAL = np.array([10.0, 20.0, 0.0, 70.0])
PREDICTED = np.array([12.0, 15.0, 3.0, 70.0])
SAMPLES = np.array([[1.0, 2, 4, 8, 9], [10, 10, 12, 7, 30], [1, 0, 0, 2, 5]])
SEEN = np.array([3.0, 10.0, 0.0])
SCORINGRULES = [1.24, 1.16, 0.64]  # crps_ensemble(estimator="qd")


def test_point_scores_by_hand() -> None:
    assert scores.wape(ACTUAL, PREDICTED) == pytest.approx(10 / 100)
    assert scores.median_ape(ACTUAL, PREDICTED) == pytest.approx(0.2)
    assert scores.bias(ACTUAL, PREDICTED) == pytest.approx(0 / 100)
    assert scores.share_within(ACTUAL, PREDICTED, 0.25) == pytest.approx(3 / 4)
    assert scores.share_within(ACTUAL, PREDICTED, 0.2) == pytest.approx(2 / 4)
    assert scores.mase(ACTUAL, PREDICTED, np.array([1.0, 4.0, np.nan, 5.0])) == pytest.approx(7 / 10)


def test_scores_of_nothing_are_not_known() -> None:
    none = np.zeros(0)
    for value in (scores.wape(none, none), scores.median_ape(none, none), scores.bias(none, none)):
        assert np.isnan(value)
    assert np.isnan(scores.mase(ACTUAL, PREDICTED, np.full(4, np.nan)))
    assert np.isnan(scores.coverage(none, none, none))
    assert np.isnan(scores.share_within(none, none, 0.1))


def test_crps_of_samples_equals_the_double_sum_and_another_library() -> None:
    by_hand = [
        np.abs(x - y).mean() - 0.5 * np.abs(x[:, None] - x[None, :]).mean() for x, y in zip(SAMPLES, SEEN, strict=True)
    ]
    found = scores.crps_samples(SEEN, SAMPLES)
    assert found == pytest.approx(by_hand)
    assert found == pytest.approx(SCORINGRULES)


def test_crps_of_one_sample_is_the_absolute_error() -> None:
    assert scores.crps_samples(np.array([3.0, 5.0]), np.array([[7.0], [5.0]])) == pytest.approx([4.0, 0.0])


def test_crps_of_many_normal_samples_approaches_its_closed_form() -> None:
    from scipy.special import ndtri

    samples = ndtri((np.arange(4000) + 0.5) / 4000)[None, :]
    closed = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)  # CRPS of N(0, 1) at 0
    assert scores.crps_samples(np.zeros(1), samples)[0] == pytest.approx(closed, abs=2e-4)


def test_pinball_weighs_the_two_sides_by_the_level() -> None:
    assert scores.pinball(np.array([10.0, 10.0]), np.array([8.0, 12.0]), 0.9) == pytest.approx([1.8, 0.2])


def test_coverage_counts_the_bounds() -> None:
    low, high = np.array([0.0, 5.0, 5.0]), np.array([5.0, 9.0, 6.0])
    assert scores.coverage(np.array([5.0, 5.0, 7.0]), low, high) == pytest.approx(2 / 3)


def test_pit_is_uniform_for_ranks_and_half_at_ties() -> None:
    samples = np.tile(np.arange(10.0), (10, 1))
    assert scores.pit(np.arange(10.0), samples) == pytest.approx((np.arange(10) + 0.5) / 10)
    assert scores.pit(np.array([3.0]), np.full((1, 8), 3.0)) == pytest.approx([0.5])


def blocks(districts: int, origins: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    d, o, _ = np.meshgrid(np.arange(districts), np.arange(origins), np.arange(each), indexing="ij")
    return d.ravel(), o.ravel()


def test_skill_against_itself_is_nothing_for_sure() -> None:
    where = blocks(5, 4, 3)
    error = np.random.default_rng(0).random(where[0].size)
    found = scores.skill(error, error, where)
    assert (found.change, found.low, found.high) == pytest.approx((0.0, 0.0, 0.0))
    tenth = scores.skill(0.9 * error, error, where)
    assert (tenth.change, tenth.low, tenth.high) == pytest.approx((-0.1, -0.1, -0.1))


def test_skill_is_the_same_every_time_and_holds_the_estimate() -> None:
    where = blocks(8, 6, 20)
    random = np.random.default_rng(1)
    own, other = random.gamma(2.0, 1.0, where[0].size), random.gamma(2.2, 1.0, where[0].size)
    one, two = scores.skill(own, other, where), scores.skill(own, other, where)
    assert one == two
    assert one.low < one.change < one.high


def test_errors_that_come_in_blocks_are_less_sure_than_scattered_ones() -> None:
    where = blocks(10, 6, 30)
    random = np.random.default_rng(2)
    other = np.ones(where[0].size)
    clustered = 1.0 + 0.5 * random.normal(size=10)[where[0]]
    scattered = random.permutation(clustered)
    wide, narrow = (scores.skill(np.abs(own), other, where) for own in (clustered, scattered))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_with_one_district_origins_alone_are_resampled() -> None:
    where = (np.zeros(60, dtype=np.int64), np.repeat(np.arange(6), 10))
    own = 1.0 + 0.2 * np.repeat(np.arange(6), 10)
    found = scores.skill(own, np.ones(60), where)
    assert found.low < found.change < found.high


def test_one_district_and_one_origin_have_no_interval() -> None:
    block = np.zeros(3, dtype=np.int64)
    found = scores.skill(np.ones(3), np.full(3, 2.0), (block, block))
    assert found.change == pytest.approx(-0.5)
    assert np.isnan([found.low, found.high]).all()
