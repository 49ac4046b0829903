"""Pupils by home and school: the same children that a loop over slots counts, whatever the blocks of draws."""

import numpy as np
import pytest

from sim.pairs import pair_sums
from tests.sim import studies


@pytest.fixture(scope="module")
def layout():
    return studies.study(studies.TINY).model.layout


def pupils(layout, draws: int = 3):
    slots, cells = layout.slot_school.shape[1], len(layout.cells)
    return np.random.default_rng(7).integers(0, 40, (draws, slots, cells, 2)).astype(np.int32)


def test_every_child_at_a_school_of_the_study_is_counted_once(layout) -> None:
    given = pupils(layout)
    found = pair_sums(given, layout)
    assert found.shape == (len(layout.units), len(layout.schools), 2)
    expected = np.zeros_like(found)
    for cell, row in enumerate(layout.slot_school):
        for slot, school in enumerate(row):
            if 0 <= school < len(layout.schools) and layout.unit_of[cell] >= 0:
                expected[layout.unit_of[cell], school] += given[:, slot, cell].sum(axis=0)
    assert np.array_equal(found, expected)
    assert found.sum() > 0


def test_homes_outside_and_pseudo_schools_are_left_out(layout) -> None:
    given = pupils(layout)
    inside = given.copy()
    inside[:, :, layout.unit_of < 0] = 0
    inside[:, layout.pseudo] = 0
    assert inside.sum() < given.sum()
    assert np.array_equal(pair_sums(inside, layout), pair_sums(given, layout))


def test_blocks_of_draws_add_up(layout) -> None:
    given = pupils(layout, draws=5)
    assert np.array_equal(pair_sums(given[:2], layout) + pair_sums(given[2:], layout), pair_sums(given, layout))
