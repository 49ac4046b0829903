"""Cells from a census: ages both ways, units and groups in whole children, nobody lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ages import LEAST_SD, MOST_SD, ONE_SPLIT_SD, Bands
from sim.census_cells import (
    MIGRANT_SD,
    cells_of_part,
    people_of_part,
    split_ages,
    urban_by_density,
)

EDGES = (0, 1, *range(5, 86, 5), 120)
MAJIANG = (1851, 8276, 10592, 9031, 8024, 5203, 7390, 9000, 8000, *[7000] * 10)
BIRTHS = {year: 50.0 + (year % 3) for year in range(2005, 2021)}


def test_both_splits_keep_the_bands_and_the_births_guided_one_is_taken() -> None:
    ages = split_ages(Bands(EDGES, np.array([MAJIANG], dtype=float)), BIRTHS, 2020, 0.998)
    for values in (ages.sprague, ages.guided, ages.whole):
        assert np.add.reduceat(values[0], [0, 1, 5, 10]) == pytest.approx(MAJIANG[:4])
    assert (np.abs(ages.whole - ages.guided) < 1).all()
    assert ages.sd[0, 0] == 0.0
    assert (ages.sd[0, 1:] >= LEAST_SD).all()
    assert (ages.sd[0, 1:] <= MOST_SD).all()


def test_without_births_sprague_is_taken_with_its_own_error() -> None:
    ages = split_ages(Bands(EDGES, np.array([MAJIANG], dtype=float)), None, 2020, 0.998)
    assert not ages.known[1:].any()
    assert (np.abs(ages.whole - ages.sprague) < 1).all()
    assert ages.sd[0].tolist() == [0.0] + [ONE_SPLIT_SD] * 14


@given(
    st.lists(st.integers(0, 3000), min_size=15, max_size=15),
    st.floats(0, 0.9),
    st.lists(st.floats(0, 10), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 0.1),
)
def test_children_keep_their_number_at_every_age(ages: list[int], share: float, weights: list[float]) -> None:
    whole, by_unit = np.array(ages), np.array(weights)
    cells = cells_of_part(whole, np.full(15, 0.05), share, by_unit, 0.2)
    assert cells.children.shape == (len(weights), 15, 2)
    assert (cells.children >= 0).all()
    assert cells.children.sum(axis=(0, 2)).tolist() == ages
    assert cells.children[:, :, 1].sum() == pytest.approx(share * sum(ages), abs=0.5 + 1e-6)
    wanted = sum(ages) * by_unit / by_unit.sum()
    assert (np.abs(cells.children.sum(axis=(1, 2)) - wanted) < 1).all()


def test_the_error_of_a_cell_adds_ages_groups_and_units() -> None:
    cells = cells_of_part(np.array([100]), np.array([0.03]), 0.2, np.array([1.0, 1.0]), 0.4)
    assert cells.sd[0, 0].tolist() == pytest.approx(
        [np.sqrt(0.03**2 + (MIGRANT_SD * 0.25) ** 2 + 0.4**2), np.sqrt(0.03**2 + MIGRANT_SD**2 + 0.4**2)]
    )


def test_without_a_share_of_migrants_all_are_local_and_the_group_adds_no_error() -> None:
    cells = cells_of_part(np.array([100]), np.array([0.03]), None, np.ones(1), 0.0)
    assert cells.children.tolist() == [[[100, 0]]]
    assert cells.sd.tolist() == [[pytest.approx([0.03, 0.03])]]


def test_residents_keep_every_band_and_sex() -> None:
    counts = np.array([[10, 7, 3], [9, 8, 1]])
    people = people_of_part(counts, np.array([1.0, 2.0, 0.0]))
    assert people.sum(axis=0).tolist() == counts.tolist()
    assert people.sum(axis=(1, 2)).tolist() == [13, 25, 0]


def test_the_densest_units_are_urban_until_they_hold_the_share() -> None:
    people, area = np.array([100.0, 50.0, 30.0, 20.0]), np.array([10.0, 1.0, 1.0, 100.0])
    assert urban_by_density(people, area, 0.4).tolist() == [False, True, True, False]
    assert urban_by_density(people, area, 0.0).tolist() == [False] * 4
    assert urban_by_density(people, area, 1.0).tolist() == [True] * 4
