"""Placements: events by draw, children over all draws, ways of those who are sent on; held against the rolls."""

import numpy as np
import pytest

from sim.placements import DRAW, REASON, TO, events_of_years, joined_events, spread_of
from tests.sim import busy, studies

DRAWS = 30


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    of = studies.study(busy.write(tmp_path_factory.mktemp("busy"), seed=5), "study")
    return studies.run(of, "fast", "everything", DRAWS, seed=5)


def test_events_of_those_who_stay_are_the_children_beyond_the_seats(result):
    stay = result.events[result.events[:, TO] < 0]
    found = np.zeros_like(result.beyond)
    np.add.at(found, (stay[:, DRAW], stay[:, 1], stay[:, 4]), stay[:, 7])
    np.testing.assert_array_equal(found, result.beyond)


def test_events_of_those_sent_on_are_the_children_diverted_in(result):
    sent = result.events[(result.events[:, TO] >= 0) & (result.events[:, REASON] == 0)]
    found = np.zeros_like(result.diverted_in)
    np.add.at(found, (sent[:, DRAW], sent[:, 1], sent[:, TO]), sent[:, 7])
    np.testing.assert_array_equal(found, result.diverted_in)
    assert found.sum() > 100


def test_entrants_in_their_zone_are_some_of_the_first_graders(result):
    inside, whole = result.zoned[..., 0], result.zoned[..., 1]
    assert (inside <= whole).all()
    assert (whole[:, :, :, 0] <= result.rolls[..., 0]).all()
    assert (whole[:, :, :, 1] <= result.rolls[..., 4]).all()
    assert 0.5 < inside.sum() / whole.sum() < 1.0


def test_migrant_pupils_are_some_of_the_pupils(result):
    assert (result.migrants[..., 0].sum(axis=2) <= result.rolls.sum(axis=(2, 3))).all()
    assert (result.migrants[..., 0] > 0).any()


def test_children_are_spread_over_all_draws_those_without_any_as_well():
    rng = np.random.default_rng(4)
    dense = rng.poisson(0.8, (50, 6))
    dense[:, 2] = 0
    draw, key = np.nonzero(dense)
    twice = np.concatenate([key, key])  # two events of one key and draw add up
    found, mean, middle, high = spread_of(twice, np.concatenate([draw, draw]), np.tile(dense[draw, key], 2), 50)
    assert found.tolist() == [0, 1, 3, 4, 5]
    np.testing.assert_allclose(mean, 2 * dense[:, found].mean(axis=0))
    np.testing.assert_allclose(middle, np.median(2 * dense[:, found], axis=0))
    np.testing.assert_allclose(high, np.quantile(2 * dense[:, found], 0.9, axis=0))


def test_events_stand_by_draw_and_those_of_the_stage_before_school_keep_their_grades():
    one = np.array([[1, 5, 0, 2, 3, 0, 4], [0, 5, 1, 2, 3, 0, 1]], dtype=np.int32)
    rows = events_of_years([one, one[:1]], np.array([7, 9]))
    assert rows.tolist() == [[7, 0, 5, 1, 2, 3, 0, 1], [9, 0, 5, 0, 2, 3, 0, 4], [9, 1, 5, 0, 2, 3, 0, 4]]
    both = joined_events(rows[:1], rows, 3)
    assert both[:, 3].tolist() == [1, 4, 3, 3]
