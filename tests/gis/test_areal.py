"""People of source polygons on target units: nobody is lost, shares are those of areas or of dwellings."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.areal import shares_by_area, shares_by_points

COUNTIES = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], dtype=object)


def strips(cuts: list[float]) -> np.ndarray:
    edges = [0.0, *sorted(cuts), 200.0]
    return np.array([shapely.box(a, 0, b, 100) for a, b in pairwise(edges)], dtype=object)


@given(
    st.lists(st.floats(1, 199), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 10**6), min_size=2, max_size=2),
)
def test_totals_are_kept_and_shares_are_areas(cuts: list[float], people: list[int]) -> None:
    units = strips(cuts)
    shares = shares_by_area(COUNTIES, units)
    spread = shares.spread(np.array(people, dtype=float))
    assert spread.sum() == pytest.approx(sum(people), rel=1e-12)
    assert shares.covered == pytest.approx([1, 1])
    by_hand = [
        sum(n * county.intersection(unit).area / county.area for n, county in zip(people, COUNTIES, strict=True))
        for unit in units
    ]
    assert spread == pytest.approx(by_hand)


def test_a_source_that_is_not_covered_keeps_its_total_and_says_how_much_is_missing() -> None:
    units = np.array([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 60, 50)], dtype=object)
    shares = shares_by_area(COUNTIES, units)
    assert shares.covered.tolist() == pytest.approx([0.55, 0.0])
    assert shares.spread(np.array([110.0, 40.0])).tolist() == pytest.approx([100.0, 10.0])
    assert shares.share[1].tolist() == [0.0, 0.0]


def test_people_by_age_are_spread_with_their_ages() -> None:
    spread = shares_by_area(COUNTIES, strips([150])).spread(np.array([[10.0, 20.0], [40.0, 60.0]]))
    assert spread.tolist() == pytest.approx(np.array([[30.0, 50.0], [20.0, 30.0]]))


def test_dwellings_draw_the_people() -> None:
    xy = np.array([[10, 10], [20, 20], [90, 90], [150, 50], [300, 50.0]])
    dwellings = np.array([1.0, 2.0, 3.0, 5.0, 99.0])
    shares = shares_by_points(COUNTIES, strips([50]), xy, dwellings)
    assert shares.share.tolist() == pytest.approx(np.array([[0.5, 0.5], [0.0, 1.0]]))
    assert shares.covered.tolist() == [1.0, 1.0]


def test_dwellings_outside_every_unit_count_as_not_covered() -> None:
    units = np.array([shapely.box(0, 0, 50, 100)], dtype=object)
    shares = shares_by_points(COUNTIES, units, np.array([[10.0, 10], [60, 60], [70, 70], [150, 50]]), np.ones(4))
    assert shares.covered.tolist() == pytest.approx([1 / 3, 0.0])
    assert shares.share[:, 0].tolist() == [1.0, 0.0]


def test_a_dwelling_on_a_border_belongs_to_the_first() -> None:
    shares = shares_by_points(COUNTIES, strips([100]), np.array([[100.0, 50.0]]), np.ones(1))
    assert shares.share.tolist() == [[1.0, 0.0], [0.0, 0.0]]
