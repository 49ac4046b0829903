"""Entrants whose births are not published: how far a bare table's intervals widen, and that nothing else moves."""

from dataclasses import replace

import numpy as np

from sim.births_ahead import COUNTY_SD, RHO, entrants_ahead
from sim.draws import joint_draws
from sim.panel import Births, Panel
from sim.path import forecast
from sim.processes import borrowed
from sim.streams import entity, normal
from tests.sim.panels import noisy

DRAWS, SEED, AHEAD = 3000, 5, 6


def with_births(delay: int = 1, autumn: float = 0.0, missing: int | None = None) -> Panel:
    """Births of every year from 20 years before the last one on, at 5 years of age before the lowest grade."""
    panel = noisy()
    last = int(panel.years[-1])
    count = np.full((len(panel.districts), 20), 400.0)
    if missing is not None:
        count[missing] = np.nan
    return replace(panel, births=Births(count, last - 19, entry_age=5, delay=delay, autumn=autumn))


def test_without_births_nothing_is_added() -> None:
    assert entrants_ahead(noisy(births=False), AHEAD, SEED, 10) is None
    panel = with_births()
    assert panel.births is not None
    nobody = replace(panel.births, count=np.full_like(panel.births.count, np.nan))
    assert entrants_ahead(replace(panel, births=nobody), AHEAD, SEED, 10) is None


def test_known_births_leave_entrants_alone_and_unknown_ones_spread_as_the_walk_says() -> None:
    """Births known to the year before the origin: those who enter within 4 years are born and counted."""
    found = entrants_ahead(with_births(), AHEAD, SEED, DRAWS)
    assert found is not None
    assert not found[:, :, 0, :4].any()
    sd = found[:, 0, 0, 4:].std(axis=0)
    np.testing.assert_allclose(sd, COUNTY_SD * np.sqrt(1.0 - RHO ** (2 * np.arange(1, 3))), rtol=0.05)
    # All schools of all districts share the births of the county.
    np.testing.assert_array_equal(found[:, 0], found[:, -1])


def test_a_cohort_taken_in_at_a_higher_grade_has_the_births_of_its_year() -> None:
    found = entrants_ahead(with_births(delay=3), AHEAD, SEED, 50)
    assert found is not None
    np.testing.assert_array_equal(found[:, 0, 1, 1:], found[:, 0, 0, :-1])
    assert not found[:, 0, 1, 0].any()


def test_the_numbers_are_those_of_the_stream_of_the_study() -> None:
    panel = with_births()
    found = entrants_ahead(panel, 5, SEED, 4)
    assert found is not None
    key = np.array([entity("county")], dtype=np.uint64)
    z = normal(SEED, "births/county", int(panel.years[-1]), key, np.arange(4))[:, 0]
    expected = COUNTY_SD * np.sqrt(1.0 - RHO**2) * z - COUNTY_SD**2 / 2.0
    np.testing.assert_allclose(found[:, 0, 0, 4], expected)


def test_entrants_of_two_years_of_birth_are_mixed() -> None:
    plain, mixed = (entrants_ahead(with_births(autumn=share), AHEAD, SEED, 30) for share in (0.0, 0.25))
    assert plain is not None
    assert mixed is not None
    np.testing.assert_allclose(np.exp(mixed[:, 0, 0, 4]), 0.25 + 0.75 * np.exp(plain[:, 0, 0, 4]))


def test_a_district_without_births_follows_its_past() -> None:
    panel = with_births(missing=0)
    found = entrants_ahead(panel, AHEAD, SEED, 20)
    assert found is not None
    assert not found[:, panel.district_of == 0].any()
    assert found[:, panel.district_of == 1, 0, 5].any()


def test_intervals_beyond_published_births_are_wider_and_the_years_before_keep_every_bit() -> None:
    panel = with_births()
    path = forecast(panel, AHEAD)
    calm, draws = borrowed(), 1500
    bare = joint_draws(path, panel, calm, SEED, draws)
    wide = joint_draws(path, panel, calm, SEED, draws, entrants_ahead(panel, AHEAD, SEED, draws))
    np.testing.assert_array_equal(bare[..., :4], wide[..., :4])
    np.testing.assert_array_equal(bare[:, :, 3:], wide[:, :, 3:])
    lowest = [draw[:, :, 0, 4:].sum(axis=1).std(axis=0) for draw in (bare, wide)]
    assert (lowest[1] > lowest[0]).all()
