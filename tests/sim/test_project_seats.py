"""Safe seats of a project: the school with its rooms less the school without them."""

import numpy as np
import pytest

from sim.classes import form_classes
from sim.judge import crowd_size, safe_seats
from sim.project_seats import safe_pair

PLANNED = np.full(6, 45)


def test_one_mix_of_grades_that_never_varies_knows_no_risk():
    # 40 + 20 pupils in two rooms may grow until the larger grade fills its class.
    rolls, rooms = np.tile([40, 20], (5, 1)), np.full(5, 2)
    found = safe_pair(rolls, rooms, PLANNED[:2], 0.9)
    assert found.safe == found.expected == 67
    assert safe_pair(rolls, rooms + 1, PLANNED[:2], 0.9).safe in (134, 135)  # 90 + 45, approached from below
    assert safe_pair(np.zeros((3, 2), dtype=int), rooms[:3], PLANNED[:2], 0.9) == (0.0, 0.0)


def test_the_known_mix_is_what_the_table_of_schools_says():
    rng = np.random.default_rng(4)
    rolls, rooms = rng.poisson(70, (200, 6)), np.full(200, 12)
    known = safe_pair(rolls, rooms, PLANNED, 0.9)
    assert known.safe == safe_seats(rolls[:, None, None], rooms[:, None, None], PLANNED, 0.9)[0, 0]


@pytest.mark.parametrize("classes", [12, 36])
def test_an_expected_roll_has_fewer_safe_seats_than_a_known_mix(classes):
    """Cohorts of one school that differ by 17 %, and a level of the whole school that is not known either."""
    rng = np.random.default_rng(6)
    level = np.exp(rng.normal(0, 0.08, (4000, 1)))
    rolls = np.maximum(np.rint(classes * 45 / 6 * 0.7 * level * np.exp(rng.normal(0, 0.17, (4000, 6)))), 1).astype(int)
    found = safe_pair(rolls, np.full(4000, classes), PLANNED, 0.9)
    assert found.expected < found.safe < classes * 45


def test_at_the_safe_expected_roll_the_classes_fit_in_nine_draws_of_ten():
    rng = np.random.default_rng(7)
    rolls = rng.poisson(rng.uniform(50, 90, (2000, 1)), (2000, 6)) + 1
    rooms = np.full(2000, 18)
    expected = safe_pair(rolls, rooms, PLANNED, 0.9).expected
    total = rolls.sum(axis=1)
    fits = crowd_size(rolls, rooms, PLANNED) >= np.floor(expected / total.mean() * total)
    assert 0.9 <= fits.mean() < 0.93
    assert not form_classes(rolls, rooms, PLANNED).short.any()
