"""Ratios give back what a simulated history was made of; small schools lean on others; changing pupils count once."""

import numpy as np
import pytest

from sim.ratios import PHI_DEFAULT, Window, learn, year_weights

ALL = Window(years=20, half_life=1e9)
STAGES = np.array([0, 0, 0, 0, 1, 1])


def history(rng, ratio, years=12, size=(60, 400), phi=0.5):
    """Pupils [school, grade, year]: free first grade, then ratio [school, grade - 1] with variance phi N."""
    schools, transitions = ratio.shape
    out = np.empty((schools, transitions + 1, years))
    level = rng.uniform(*size, schools)
    for year in range(years):
        out[:, 0, year] = rng.poisson(level)
        for g in range(transitions):
            before = out[:, g, year - 1] if year else level
            mean = ratio[:, g] * before
            out[:, g + 1, year] = np.maximum(np.rint(rng.normal(mean, np.sqrt(phi * before))), 1)
    return out


def test_known_ratios_are_recovered():
    rng = np.random.default_rng(1)
    true = np.exp(rng.normal(np.log([0.98, 1.02, 1.0, 0.95, 1.01]), 0.04, (40, 5)))
    learnt = learn(history(rng, true, years=20), np.ones((40, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    assert np.corrcoef(np.log(learnt.school).ravel(), np.log(true).ravel())[0, 1] > 0.95
    assert np.abs(learnt.school - true).mean() < 0.012
    np.testing.assert_allclose(learnt.pooled, np.average(true, axis=0), atol=0.02)
    np.testing.assert_allclose(learnt.phi, 0.5, rtol=0.25)


def test_shrinkage_beats_the_school_alone_and_the_pool_alone():
    rng = np.random.default_rng(2)
    true = np.exp(rng.normal(0.0, 0.05, (60, 5)))
    past = history(rng, true, years=5, size=(20, 120))
    learnt = learn(past, np.ones((60, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    own = past[:, 1:, 1:].sum(axis=2) / past[:, :-1, :-1].sum(axis=2)
    errors = [np.sqrt(((guess - true) ** 2).mean()) for guess in (learnt.school, own, learnt.pooled + 0 * own)]
    assert errors[0] < 0.97 * min(errors[1:])


def test_without_differences_every_school_gets_the_pooled_ratio():
    rng = np.random.default_rng(3)
    past = history(rng, np.full((30, 5), 0.97), years=8)
    learnt = learn(past, np.ones((30, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    assert np.abs(learnt.school - learnt.pooled).max() < 0.02
    assert (learnt.between_sd < 0.01).all()


def test_exact_history_gives_exact_ratios():
    past = np.tile(np.array([64.0, 64.0, 64.0])[None, :, None], (3, 1, 4))
    learnt = learn(past, np.ones((3, 3), dtype=bool), np.zeros(3, dtype=int), ALL)
    assert (learnt.school == 1.0).all()
    assert (learnt.county == 1.0).all()


def test_weights_halve_and_end_with_the_window():
    np.testing.assert_allclose(year_weights(6, 3, 2.0), [0, 0, 0.5, 2**-0.5, 1.0])
    np.testing.assert_allclose(year_weights(3, 9, 1.0), [0.5, 1.0])


def test_the_latest_years_count_most():
    past = np.full((4, 2, 7), 100.0)
    past[:, 1, 6] = 110.0
    learnt = learn(past, np.ones((4, 2), dtype=bool), np.zeros(2, dtype=int), Window(6, 2.0))
    weights = year_weights(7, 6, 2.0)
    assert learnt.county[0] == pytest.approx(1 + 0.1 * weights[-1] / weights.sum())


def test_unknown_and_empty_cells_are_left_out():
    rng = np.random.default_rng(4)
    past = history(rng, np.full((10, 5), 0.98), years=9)
    hidden = past.copy()
    hidden[2, 3, 4] = np.nan
    hidden[5, :, :6] = np.nan  # a school that opened late
    learnt = learn(hidden, np.ones((10, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    assert np.isfinite(learnt.school).all()
    np.testing.assert_allclose(learnt.pooled, 0.98, atol=0.01)


def test_a_school_of_a_plan_has_no_history_and_gets_the_pooled_ratio():
    rng = np.random.default_rng(5)
    past = history(rng, np.full((6, 5), 0.96), years=8)
    past[3] = np.nan
    learnt = learn(past, np.ones((6, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    np.testing.assert_allclose(learnt.school[3], learnt.pooled)


def test_short_histories_use_the_default_dispersion():
    learnt = learn(np.full((2, 3, 2), 50.0), np.ones((2, 3), dtype=bool), np.zeros(3, dtype=int), ALL)
    assert (learnt.phi == PHI_DEFAULT).all()
    assert 0.0 < learnt.year_sd <= 0.01


def test_a_common_yearly_shock_is_seen():
    rng = np.random.default_rng(6)
    past = history(rng, np.full((60, 5), 1.0), years=25, size=(300, 800), phi=0.05)
    shocked = past.copy()
    for year, shock in enumerate(rng.normal(0, 0.03, 25)):
        shocked[:, 1:, year] = np.rint(shocked[:, 1:, year] * np.exp(shock))
    learnt = learn(shocked, np.ones((60, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    assert 0.02 < learnt.year_sd < 0.07  # a shock hits the numbers of two successive transitions
    calm = learn(past, np.ones((60, 6), dtype=bool), np.zeros(6, dtype=int), ALL)
    assert calm.year_sd < 0.006


@pytest.fixture
def feeders():
    """Teaching points (grades 1-2) feed a central school (1-4), a nine-year school and a junior follow; ratio 1."""
    hosts = np.array(
        [[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1]]
    )
    stays = np.array([10.0, 20.0, 100.0, 70.0, 0.0])
    years = 6
    past = np.full((5, 6, years), np.nan)
    past[:, :2] = np.where(hosts[:, :2], stays[:, None], np.nan)[:, :, None]
    past[2, 2:4], past[3, 2:4] = 130.0, 70.0  # school 2 receives the teaching points
    past[3, 4:], past[4, 4:] = 70.0, 130.0
    return past, hosts.astype(bool)


def test_pupils_who_change_school_are_counted_once(feeders):
    past, hosts = feeders
    learnt = learn(past, hosts, STAGES, ALL)
    now = np.nan_to_num(past[:, :, -1])
    for g in range(5):
        next_year = (now[:, g] * learnt.school[:, g] * hosts[:, g]).sum()
        assert next_year == pytest.approx(now[:, g + 1].sum(), rel=1e-6)
        assert learnt.county[g] == pytest.approx(1.0)
    # Nobody's own ratio holds the pupils that came from elsewhere.
    assert (learnt.school[hosts[:, :-1]] <= 1.0 + 1e-9).all()
    np.testing.assert_allclose(learnt.school[:2, 1], 1.0)


def test_a_planned_school_that_ends_early_changes_no_ratio_of_the_others(feeders):
    past, hosts = feeders
    more = np.vstack([past, np.full((1, 6, past.shape[2]), np.nan)])
    short = np.vstack([hosts, [[True, True, True, False, False, False]]])
    np.testing.assert_array_equal(learn(more, short, STAGES, ALL).school[:5], learn(past, hosts, STAGES, ALL).school)
