"""Migrant pupils: targets for those who enter, conversion of those who are there, nothing between equal paths."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.migrants import PRIVATE, base_public_share, convert, own_share, public_share, with_private_odds
from sim.progression import Moved
from sim.variates import Chance
from sim.world import World
from tests.sim import busy, studies

GRADES, YEARS = 6, 9
DRAWS = np.arange(200)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=11))


def path(first, last):
    return np.linspace(first, last, YEARS)


def test_equal_paths_change_nothing_exactly():
    rates = public_share(path(0.6, 0.9), path(0.6, 0.9), np.full(YEARS, 0.5), 0.55, GRADES)
    assert (rates.private_odds == 1.0).all()
    assert not rates.conversion.any()
    assert not rates.acts()


@pytest.mark.parametrize("closed", [0.5, 1.0])
def test_entrants_and_conversion_lead_every_cohort_to_the_target(closed):
    """Followed by plain cohorts: entrants by odds, then that part of the gap each year, never past the target."""
    wanted, reference, share = path(0.6, 0.95), path(0.6, 0.6), 0.55
    rates = public_share(wanted, reference, np.full(YEARS, closed), share, GRADES)
    base = (1 - share) / share
    private = np.full(GRADES, 1 - share)
    for i in range(1, YEARS):
        target = 1 - own_share(wanted, share)[i]
        odds = base * rates.private_odds[i]
        expected = private[:-1] - closed * (private[:-1] - target)
        private = np.concatenate([[odds / (1 + odds)], private[:-1] * (1 - rates.conversion[i, 1:])])
        np.testing.assert_allclose(private, [target, *expected])
    assert private.max() < 0.5 * (1 - share)


def test_a_falling_share_converts_nobody_back():
    rates = public_share(path(0.9, 0.6), path(0.9, 0.9), np.full(YEARS, 1.0), 0.8, GRADES)
    assert not rates.conversion.any()
    assert (rates.private_odds[1:] > 1.0).all()


def test_without_conversion_only_entrants_change():
    rates = public_share(path(0.6, 0.9), path(0.6, 0.6), np.zeros(YEARS), 0.5, GRADES)
    assert not rates.conversion.any()
    assert rates.acts()


def test_private_odds_of_migrant_homes_move_shares_into_public_schools(county):
    layout = county.model.layout
    slots = layout.slot_school.shape[1]
    away = np.zeros((len(layout.cells), slots, 2))
    private = layout.pseudo.start + PRIVATE
    away[:, private], away[:, private + 1], away[:, 0] = 0.3, 0.1, 0.2
    out = with_private_odds(away, county.model, 0.25)
    assert (out[~layout.migrant] == away[~layout.migrant]).all()
    here = out[layout.migrant]
    odds = here[:, private] / (0.9 - here[:, private])
    np.testing.assert_allclose(odds, 0.25 * 0.3 / 0.6)
    np.testing.assert_allclose(here[:, private + 1], 0.1)  # other counties keep theirs
    np.testing.assert_allclose(here[:, 0] / (0.9 - here[:, private]), 0.2 / 0.6)
    np.testing.assert_array_equal(with_private_odds(away, county.model, 1.0), away)


@pytest.fixture
def autumn(county):
    """Pupils who moved up, before admission, and the first year's world."""
    layout = county.model.layout
    rng = np.random.default_rng(3)
    shape = (len(DRAWS), layout.slot_school.shape[1], len(layout.cells), GRADES)
    staying = rng.integers(0, 12, shape).astype(np.int32)
    staying[..., 0] = 0
    pool = np.zeros((shape[0], *shape[2:]), dtype=np.int32)
    none = np.zeros(len(DRAWS), dtype=np.int64)
    _, world, *_ = World(county.model, 3, DRAWS)
    return Moved(staying, pool, none, none, none), world


def test_those_who_convert_join_the_pool_and_nobody_is_lost(county, autumn):
    moved, world = autumn
    before = moved.staying.sum(axis=1)
    start = moved.staying[:, county.model.layout.pseudo][:, PRIVATE].copy()
    share = np.zeros((len(county.model.years) + 1, GRADES))
    share[1, 1:] = 0.4
    number = convert(moved.staying, moved.pool, county.model, SimpleNamespace(conversion=share), world, Chance())
    np.testing.assert_array_equal(moved.staying.sum(axis=1) + moved.pool, before)
    np.testing.assert_array_equal(number, moved.pool.sum(axis=(1, 2)))
    migrant = county.model.layout.migrant
    assert not moved.pool[:, ~migrant].any()
    assert not moved.pool[..., 0].any()
    assert number.sum() == pytest.approx(0.4 * start[:, migrant].sum(), rel=0.05)


def test_no_conversion_moves_nobody(county, autumn):
    moved, world = autumn
    share = np.zeros((len(county.model.years) + 1, GRADES))
    rates = SimpleNamespace(conversion=share)
    assert not convert(moved.staying, moved.pool, county.model, rates, world, Chance()).any()
    assert not moved.pool.any()


def test_the_base_share_is_of_migrant_pupils_in_public_and_private_schools(county):
    """Two homes, two stages, by hand; without private pupils there is no choice."""
    model, layout = county.model, county.model.layout
    pupils, away = np.zeros_like(model.pupils), np.zeros_like(model.attendance.away)
    homes, private = np.flatnonzero(layout.migrant), layout.pseudo.start + PRIVATE
    pupils[homes[0], 0, :4], pupils[homes[1], 0, 4:] = 25, 50  # 100 pupils each, primary and junior
    pupils[0] = 1000  # local homes do not count
    away[homes[0], private, 0], away[homes[0], private + 1, 0] = 0.3, 0.1
    away[homes[1], private, 1] = 0.2
    away[0, private] = 0.9
    changed = replace(model, pupils=pupils, attendance=replace(model.attendance, away=away))
    assert base_public_share(changed) == pytest.approx(1 - (30 + 20) / (90 + 100))
    nobody = replace(changed, attendance=replace(model.attendance, away=np.zeros_like(away)))
    assert base_public_share(nobody) is None
