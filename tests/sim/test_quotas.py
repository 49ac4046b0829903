"""Quotas within draws: a group counts once, chances are those of the draws, and studies are added draw by draw."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar_result import NEVER
from sim.quotas import reached, track

OPENING = np.array([[2024, 2026, 2025], [2025, NEVER, 2025], [2026, 2025, NEVER], [NEVER, NEVER, NEVER]])
"""[draw, project]"""


def test_a_group_counts_once_from_its_first_opening():
    # Projects 0 and 1 are for one school, project 2 for another.
    assert reached(OPENING, [[0, 1], [2]], [2024, 2025, 2026]).tolist() == [[1, 2, 2], [0, 2, 2], [0, 1, 1], [0, 0, 0]]


def test_a_project_that_never_opens_is_never_counted():
    assert reached(OPENING, [[1]], [2025, 9998]).tolist() == [[0, 1], [0, 0], [1, 1], [0, 0]]


def test_a_quota_without_projects_reaches_nothing():
    assert reached(OPENING, [], [2025]).tolist() == [[0]] * 4


def test_mean_quantiles_chance_and_what_is_missing():
    one, two = track(reached(OPENING, [[0, 1], [2]], [2024, 2025]), [2024, 2025], {2025: 2})
    assert (one.target, one.p_met, one.short) == (None, None, None)
    assert (one.mean, one.p10, one.p50, one.p90) == (0.25, 0.0, 0.0, 1.0)
    assert (two.mean, two.p_met, two.short) == (1.25, 0.5, 0.75)
    assert (two.p10, two.p50, two.p90) == (0.0, 1.0, 2.0)


def test_the_chance_of_a_sum_is_not_made_of_the_chances_of_its_parts():
    # Two studies that are early and late in opposite draws: each meets its share half the time, together always.
    first, second = np.array([[2], [0]]), np.array([[0], [2]])
    alone = [track(part, [2025], {2025: 1})[0].p_met for part in (first, second)]
    assert alone == [0.5, 0.5]
    assert track(first + second, [2025], {2025: 2})[0].p_met == 1.0


def test_without_draws_there_is_nothing_to_say():
    with pytest.raises(ValueError, match="no draws"):
        track(np.zeros((0, 1), dtype=np.int64), [2025], {})


@given(st.lists(st.lists(st.integers(2020, 2035), min_size=4, max_size=4), min_size=1, max_size=20))
def test_what_is_reached_never_falls_and_never_passes_the_number_of_groups(rows):
    count = reached(np.array(rows), [[0], [1, 2], [3]], range(2019, 2037))
    assert (np.diff(count, axis=1) >= 0).all()
    assert (count[:, 0] == 0).all()
    assert (count[:, -1] == 3).all()
