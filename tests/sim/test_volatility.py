"""Restless schools: found where there are some, not invented where there are none."""

import numpy as np
import pytest

from sim.volatility import foreseen, volatility


def errors(factors, years=8, seed=4):
    random = np.random.default_rng(seed)
    school = np.tile(np.arange(len(factors)), years)
    origin = np.repeat(np.arange(years), len(factors))
    return np.asarray(factors)[school] * random.standard_normal(school.size), school, origin


def test_restless_schools_are_told_from_calm_ones() -> None:
    factors = np.where(np.arange(300) < 100, 2.0, 0.6)
    found = volatility(*errors(factors), 300)
    assert found[:100].mean() > 1.8 * found[100:].mean()


def test_where_all_are_alike_the_factors_stay_near_one() -> None:
    found = volatility(*errors(np.ones(300)), 300)
    assert found.std() < 0.06
    assert found.mean() == pytest.approx(1.0, abs=0.05)


def test_a_school_never_seen_is_usual() -> None:
    z, school, origin = errors(np.ones(20))
    assert volatility(z, school, origin, 21)[20] == 1.0
    assert volatility(z[:0], school[:0], origin[:0], 3).tolist() == [1.0, 1.0, 1.0]


def test_prior_years_are_those_that_foresee_best() -> None:
    restless = errors(np.where(np.arange(300) < 100, 2.0, 0.5))
    alike = errors(np.ones(300))
    assert foreseen(*restless, 4.0) > foreseen(*restless, 64.0)
    assert foreseen(*alike, 64.0) > foreseen(*alike, 4.0)


def test_the_order_of_cases_does_not_matter() -> None:
    z, school, origin = errors(np.linspace(0.5, 2.0, 50))
    mixed = np.random.default_rng(1).permutation(z.size)
    assert volatility(z[mixed], school[mixed], origin[mixed], 50) == pytest.approx(volatility(z, school, origin, 50))
