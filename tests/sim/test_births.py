"""Births of the county: women carried forward, a rate turned into births, shocks; closed forms and plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.fertility import load_fertility
from scenarios.women import AGES, by_single_age, fertility_shape
from sim import births as br
from verification.women_reference import births_of_county


def flat(years, value):
    return np.full(years, float(value))


def steady(count=1000.0, shape=None, girls=0.4, survival=1.0):
    """The same number of women at every age."""
    given_shape = np.zeros(AGES) if shape is None else shape
    if shape is None:
        given_shape[20:35] = 1 / 15
    return br.Women(2020, np.full(AGES, count), np.full(AGES, survival), given_shape, girls)


def test_a_schedule_by_bands_is_a_shape_by_single_age():
    by_age = by_single_age({15: 2.0, 20: 4.0})
    assert by_age[14] == 0
    assert (by_age[15:20] == 2).all()
    assert (by_age[20:] == 4).all()
    shape = fertility_shape({15: 6.07, 20: 55.22, 25: 98.98, 30: 65.05, 35: 26.91, 40: 6.34, 45: 1.61})
    assert shape.sum() == pytest.approx(1)
    assert (shape * (np.arange(AGES) + 0.5)).sum() == pytest.approx(29.0, abs=0.3)


def test_the_shipped_schedule_adds_up_to_the_published_rate_of_2020():
    """Five years of each band: 1.301 children per woman, as published for the census of 2020."""
    table = load_fertility()
    assert sum(table.schedule.values()) * 5 / 1000 == pytest.approx(1.301, abs=0.001)
    assert table.sex_ratio_at_birth == 111.3
    under_five = table.women_survival[0] * table.women_survival[1] ** 4
    assert 0.99 < under_five < 0.995
    assert set(table.sources) == {"schedule", "women_survival", "sex_ratio_at_birth"}
    assert {source["source_grade"] for source in table.sources.values()} == {"M"}


@settings(max_examples=50, deadline=None)
@given(
    count=st.floats(1, 1e5),
    ratio=st.floats(95, 140),
    rates=st.dictionaries(st.integers(10, 49), st.floats(0.1, 200), min_size=1, max_size=8),
)
def test_a_stable_population_stays_stable(count, ratio, rates):
    """Every woman is replaced by one girl: the same births for forty years, and the same women at each age."""
    girls = 100 / (100 + ratio)
    women = steady(count, fertility_shape(rates), girls)
    births, by_age = br.cohort_births(women, flat(41, 1 / girls), flat(41, np.nan), np.ones(41), np.zeros(41))
    np.testing.assert_allclose(births, count / girls)
    np.testing.assert_allclose(by_age, count)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.97, 1.03))
def test_a_population_that_grows_steadily_goes_on_growing(growth):
    """Lotka: women of age a are N r^-a; with births that make the youngest age right, all of it grows by r a year."""
    shape = steady().shape
    count = 1000.0 * growth ** -np.arange(AGES, dtype=float)
    born = float((shape * count).sum())
    # Girls at age 0 on 1 July of the next year, g (B + r B) / 2, must be r times those of today.
    rate = growth * count[0] / (0.4 * (1 + growth) / 2 * born)
    women = br.Women(2020, count, np.ones(AGES), shape, 0.4)
    births, _ = br.cohort_births(women, flat(30, rate), flat(30, np.nan), np.ones(30), np.zeros(30))
    np.testing.assert_allclose(births[1:] / births[:-1], growth)


def test_births_are_rate_times_women_and_an_index_when_so_constructed():
    """One age of mothers: births follow the number of women born twenty years before, and nothing else."""
    shape = np.zeros(AGES)
    shape[20] = 1.0
    count = np.arange(AGES, dtype=float) * 10
    women = br.Women(2020, count, np.ones(AGES), shape, 0.5)
    births, _ = br.cohort_births(women, flat(6, 1.5), flat(6, np.nan), np.ones(6), np.zeros(6))
    np.testing.assert_allclose(births, 1.5 * np.array([200, 190, 180, 170, 160, 150]))
    halved, _ = br.cohort_births(women, flat(6, 0.75), flat(6, np.nan), np.ones(6), np.zeros(6))
    np.testing.assert_allclose(halved / births, 0.5)


def test_registered_births_stand_and_their_girls_become_mothers():
    shape = np.zeros(AGES)
    shape[16] = 1.0
    women = br.Women(2020, np.zeros(AGES), np.ones(AGES), shape, 0.5)
    registered = flat(20, np.nan)
    registered[:3] = [100, 300, 500]
    births, by_age = br.cohort_births(women, flat(20, 1.0), registered, np.ones(20), np.zeros(20))
    assert births[:3].tolist() == [100, 300, 500]
    assert by_age[1, 0] == 0.5 * (100 + 300) / 2
    # Girls aged 0 in mid-2021 and mid-2022 are sixteen in 2037 and 2038.
    assert births[17] == 100
    assert births[18] == 200


def test_net_arrivals_add_women_of_fertile_ages_year_by_year():
    women = steady()
    moved, by_age = br.cohort_births(women, flat(4, 2.5), flat(4, np.nan), np.ones(4), flat(4, 20))
    np.testing.assert_allclose(by_age[3, 30], 1000 * 1.02**3)
    np.testing.assert_allclose(by_age[3, 10], 1000)
    np.testing.assert_allclose(moved[1], 2.5 * 1000 * 1.02)


def test_a_year_without_rate_and_register_is_not_guessed():
    rate = flat(20, 2.5)
    rate[1] = np.nan
    births, by_age = br.cohort_births(steady(), rate, flat(20, np.nan), np.ones(20), np.zeros(20))
    assert np.isnan(births[1])
    assert np.isnan(by_age[2, 1])
    assert np.isfinite(births[2:]).all()  # nobody of fifteen and above was born in it
    later, _ = br.cohort_births(
        steady(shape=fertility_shape({15: 1.0})), rate, flat(20, np.nan), np.ones(20), np.zeros(20)
    )
    assert np.isnan(later[16:]).any()


def test_women_of_a_census_are_brought_to_the_first_of_july():
    """The census of 1 November is a third of a year later: who is a in July is a or a + 1 in November."""
    counted = np.arange(AGES, dtype=float) * 100
    july = br.on_first_of_july(counted, np.ones(AGES), -1 / 3)
    assert july[20] == pytest.approx(2000 * 2 / 3 + 2100 / 3)
    new_year = br.on_first_of_july(counted, np.ones(AGES), 0.5)
    assert new_year[20] == pytest.approx(2000 / 2 + 1900 / 2)
    same = br.on_first_of_july(counted, np.full(AGES, 0.9), 0.0)
    np.testing.assert_allclose(same, counted)
    back = br.on_first_of_july(
        br.on_first_of_july(np.full(AGES, 10.0), np.full(AGES, 0.8), 0.5), np.full(AGES, 0.8), -0.5
    )
    np.testing.assert_allclose(back, 10.0)


@pytest.mark.parametrize("seed", range(5))
def test_women_and_births_equal_the_plain_loops(seed):
    """Golden test: everything at once against loops over single ages."""
    rng = np.random.default_rng(seed)
    count, survival = rng.uniform(50, 900, AGES), rng.uniform(0.98, 1.0, AGES)
    rates = {15: 6.0, 22: 80.0, 31: 40.0, 40: 3.0}
    years = 35
    tfr, arrivals = rng.uniform(0.8, 2.5, years), rng.uniform(-30, 20, years)
    registered = np.full(years, np.nan)
    registered[: int(rng.integers(1, 6))] = 400.0
    ratio = float(rng.uniform(100, 118))
    women = br.Women(2020, count, survival, fertility_shape(rates), 100 / (100 + ratio))
    births, by_age = br.cohort_births(women, tfr, registered, np.ones(years), arrivals)
    known = [None if np.isnan(value) else float(value) for value in registered]
    plain = births_of_county(count, survival, rates, ratio, tfr, known, arrivals)
    np.testing.assert_allclose(births, plain, rtol=1e-12)
    np.testing.assert_allclose(br.implied_rates(by_age, women.shape, births)[10:], tfr[10:])


def test_a_shock_begins_follows_its_list_and_fades():
    years = range(2023, 2034)
    stays = br.shock_factors(years, 2025, (1.1, 1.2), None)
    assert stays.tolist() == [1, 1, 1.1, *[1.2] * 8]
    fades = br.shock_factors(years, 2025, (1.1, 1.2), 3.0)
    assert fades[:4].tolist() == [1, 1, 1.1, 1.2]
    assert fades[6] == pytest.approx(1.2**0.5)  # three years after 2026, half of it is left
    assert fades[9] == pytest.approx(1.2**0.25)
    np.testing.assert_allclose(br.shock_factors(years, 2025, (1 / 1.1, 1 / 1.2), 3.0), 1 / fades)
    both = br.shock_factors(years, 2010, (2.0,), 2.0)  # begun before: only what is left of it
    assert both[0] == pytest.approx(2**0.5 ** (13 / 2))
