"""Whole numbers from uniform ones: quantiles of scipy, exact sums, bounds, coupling; the plain version beside them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.variates import Chance, binomial, even_split, multinomial, poisson
from verification import reference_chance as plain

U = (np.arange(2000) + 0.5) / 2000
# Numbers that meet no probability and no proportion exactly, nor come near one: there the last bit decides.
units = st.integers(0, 2**32 - 1).map(lambda k: (k + 0.5) / 2**32)


@pytest.mark.parametrize("n", [1, 2, 17, 45, 300, 700])
@pytest.mark.parametrize("p", [1e-6, 0.002, 0.07, 0.3333, 0.5, 0.501, 0.9, 0.998, 1.0])
def test_binomial_is_the_quantile_of_scipy(n, p):
    np.testing.assert_array_equal(binomial(np.full(U.shape, n), np.full(U.shape, p), U), stats.binom.ppf(U, n, p))


@pytest.mark.parametrize("mean", [1e-6, 0.05, 1.0, 7.3, 90.0, 399.0])
def test_poisson_is_the_quantile_of_scipy(mean):
    np.testing.assert_array_equal(poisson(np.full(U.shape, mean), U), stats.poisson.ppf(U, mean))


def test_large_counts_use_the_normal_quantile_within_a_pupil_or_two():
    u = U[20:-20:10]
    for mean in (401.0, 2500.0, 40_000.0):
        assert np.abs(poisson(np.full(u.shape, mean), u) - stats.poisson.ppf(u, mean)).max() <= 2
        n = np.full(u.shape, int(mean / 0.4))
        assert np.abs(binomial(n, np.full(u.shape, 0.4), u) - stats.binom.ppf(u, n, 0.4)).max() <= 1


@given(st.integers(0, 3000), st.floats(0.0, 1.0), units)
def test_binomial_equals_the_plain_version(n, p, u):
    assert binomial(np.array([n]), np.array([p]), np.array([u]))[0] == plain.binomial_quantile(n, p, u)


@given(st.floats(0.0, 900.0), units)
def test_poisson_equals_the_plain_version(mean, u):
    assert poisson(np.array([mean]), np.array([u]))[0] == plain.poisson_quantile(mean, u)


@given(st.integers(0, 500), st.floats(0.0, 1.0), st.floats(0.0, 1.0), units, units)
def test_binomial_stays_inside_and_grows_with_everything(n, p, q, u, v):
    """Coupled worlds: more children, a higher probability or a higher u never give fewer."""
    low, high = sorted((p, q))
    a, b = (int(binomial(np.array([n]), np.array([x]), np.array([u]))[0]) for x in (low, high))
    assert 0 <= a <= b <= n
    c = int(binomial(np.array([n]), np.array([low]), np.array([max(u, v)]))[0])
    more = int(binomial(np.array([n + 1]), np.array([low]), np.array([u]))[0])
    assert a <= c
    assert a <= more <= a + 1


def test_the_last_numbers_before_one_give_no_absurd_counts():
    """Rounding leaves the sum of all probabilities a little below one; a walk to the end would take everybody."""
    u = 1.0 - 2.0 ** -np.arange(30.0, 54.0)
    for n, p in ((800, 0.49), (790, 0.51), (300, 0.3), (1000, 0.39)):
        counts = binomial(np.full(u.shape, n), np.full(u.shape, p), u)
        assert (np.abs(counts - n * p) < 14 * np.sqrt(n * p) + 41).all()
        assert counts.max() < n
    assert poisson(np.full(u.shape, 399.0), u).max() < 700


def test_nothing_comes_from_nothing():
    zero = np.zeros(3)
    assert binomial(np.array([0, 5, 0]), np.array([0.5, 0.0, 1.0]), np.full(3, 0.9)).tolist() == [0, 0, 0]
    assert poisson(zero, np.full(3, 0.999)).tolist() == [0, 0, 0]


def test_multinomial_is_multinomial():
    rng = np.random.default_rng(5)
    shares, total = np.array([0.5, 0.0, 0.2, 0.3]), 7
    parts = multinomial(np.full(40_000, total), np.tile(shares, (40_000, 1)), rng.random((40_000, 4)))
    assert (parts.sum(axis=1) == total).all()
    assert (parts[:, 1] == 0).all()
    for j in (0, 2, 3):
        seen = np.bincount(parts[:, j], minlength=total + 1)
        expected = stats.binom.pmf(np.arange(total + 1), total, shares[j]) * len(parts)
        keep = expected > 5
        assert stats.chisquare(seen[keep], expected[keep] * seen[keep].sum() / expected[keep].sum()).pvalue > 0.001
    covariance = np.cov(parts[:, 0], parts[:, 3])[0, 1]
    assert covariance == pytest.approx(-total * 0.5 * 0.3, abs=0.05)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=6), st.integers(0, 200), st.data())
def test_multinomial_never_loses_anybody(weights, total, data):
    whole = sum(weights)
    shares = np.array([[w / whole if whole > 0 else 1.0 / len(weights) for w in weights]])
    u = np.array([data.draw(st.lists(units, min_size=len(weights), max_size=len(weights)))])
    for chance in (Chance(), Chance(rounded=True)):
        parts = chance.multinomial(np.array([total]), shares, u)
        assert parts.sum() == total
        assert parts.min() >= 0
        assert (parts[shares == 0.0] == 0).all()


@given(st.lists(st.integers(0, 400), min_size=1, max_size=8), st.floats(0.0, 1.0), units)
def test_even_split_adds_up_stays_near_proportion_and_inside_the_stocks(stocks, part, u):
    total = int(part * sum(stocks))
    split = even_split(np.array([total]), np.array([stocks], dtype=float), np.array([u]))[0]
    assert split.sum() == total
    exact = total * np.array(stocks) / max(sum(stocks), 1)
    assert (np.abs(split - exact) < 1 + 1e-9).all()
    assert (split <= stocks).all()
    assert split.min() >= 0
    assert split.tolist() == plain.even_split(total, [float(n) for n in stocks], u)


def test_even_split_is_unbiased():
    weights, total = np.array([3.0, 1.0, 2.5]), 4
    parts = even_split(np.full(2000, total), np.tile(weights, (2000, 1)), U)
    np.testing.assert_allclose(parts.mean(axis=0), total * weights / weights.sum(), atol=0.002)


def test_even_split_of_nothing():
    assert even_split(np.array([3]), np.zeros((1, 4)), np.array([0.5])).tolist() == [[0, 0, 0, 0]]


def test_rounded_chance_is_the_expectation_rounded_up_or_down_without_bias():
    chance = Chance(rounded=True)
    n, p = np.full(U.shape, 30), np.full(U.shape, 0.237)
    drawn = chance.binomial(n, p, U)
    assert set(drawn.tolist()) == {7, 8}
    assert drawn.mean() == pytest.approx(30 * 0.237, abs=0.001)
    arrivals = chance.poisson(np.full(U.shape, 2.25), U)
    assert set(arrivals.tolist()) == {2, 3}
    assert arrivals.mean() == pytest.approx(2.25, abs=0.001)
