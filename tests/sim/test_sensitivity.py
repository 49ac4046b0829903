"""Indices of functions whose indices are known in closed form."""

import numpy as np
import pytest

from sim.sensitivity import morris, points, sobol

SLOPES = np.array([4.0, 2.0, 1.0, 0.0])


def linear(u):
    return (u @ SLOPES)[:, None]


def test_sobol_indices_of_a_linear_function_are_its_squared_slopes():
    found = sobol(linear, 512, 4, seed=3)
    expected = SLOPES**2 / (SLOPES**2).sum()
    assert found.first[0] == pytest.approx(expected, abs=0.02)
    assert found.total[0] == pytest.approx(expected, abs=0.01)
    assert (found.low[0] <= found.total[0]).all()
    assert (found.total[0] <= found.high[0]).all()
    assert found.runs == 512 * 6


def test_interaction_is_in_the_total_index_alone():
    # f = (u1 - 1/2) (u2 - 1/2): no first order at all, everything is interaction.
    found = sobol(lambda u: ((u[:, 0] - 0.5) * (u[:, 1] - 0.5))[:, None], 1024, 3, seed=3)
    assert found.first[0] == pytest.approx(0.0, abs=0.06)
    assert found.total[0] == pytest.approx([1.0, 1.0, 0.0], abs=0.06)


def test_elementary_effects_of_a_linear_function_are_half_its_slopes():
    found = morris(lambda u: np.hstack([linear(u), -linear(u)]), 8, 4, seed=3)
    assert found.mu_star == pytest.approx(np.array([SLOPES, SLOPES]) / 2)
    assert found.mu == pytest.approx(np.array([SLOPES, -SLOPES]) / 2)
    assert found.sigma == pytest.approx(np.zeros((2, 4)), abs=1e-9)
    assert found.runs == 8 * 5


def test_a_bent_response_shows_in_sigma():
    found = morris(lambda u: (u[:, :1] - 0.5) ** 2, 16, 2, seed=3)
    assert found.sigma[0, 0] > abs(found.mu[0, 0])
    assert found.sigma[0, 1] == 0.0


def test_an_output_that_does_not_vary_has_no_indices():
    found = sobol(lambda u: np.ones((len(u), 1)), 16, 3, seed=3)
    assert np.isnan(found.first).all()
    assert np.isnan(found.total).all()
    assert morris(lambda u: np.ones((len(u), 1)), 4, 3, seed=3).mu_star.max() == 0.0


def test_a_single_driver_explains_everything():
    found = sobol(lambda u: 3.0 * u, 512, 1, seed=3)
    assert found.first[0] == pytest.approx([1.0], abs=0.03)
    assert found.total[0] == pytest.approx([1.0], abs=0.03)


def test_the_order_of_drivers_is_irrelevant():
    """Turning the slopes round turns the indices round, up to what points can tell."""
    turned_round = sobol(lambda u: (u @ SLOPES[::-1])[:, None], 512, 4, seed=3)
    assert turned_round.total[0, ::-1] == pytest.approx(sobol(linear, 512, 4, seed=3).total[0], abs=0.01)


def test_the_same_seed_gives_the_same_numbers():
    one, other = (sobol(linear, 32, 4, seed=5) for _ in range(2))
    assert (one.low == other.low).all()
    assert (one.high == other.high).all()
    a, b = points(32, 4, 5)
    assert a.shape == b.shape == (32, 4)
    assert not (a == b).any()
