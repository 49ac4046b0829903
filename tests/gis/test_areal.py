"""People of source polygons on target units: nobody is lost, shares are those of areas or of dwellings."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.areal import Shares, common_pieces, shares_by_area, shares_by_dwellings

COUNTIES = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], dtype=object)


def strips(cuts: list[float]) -> np.ndarray:
    edges = [0.0, *sorted(cuts), 200.0]
    return np.array([shapely.box(a, 0, b, 100) for a, b in pairwise(edges)], dtype=object)


def by_area(units: np.ndarray) -> Shares:
    return shares_by_area(common_pieces(COUNTIES, units), COUNTIES, len(units))


def by_dwellings(units: np.ndarray, dwellings: list[float]) -> Shares:
    return shares_by_dwellings(common_pieces(COUNTIES, units), units, np.array(dwellings), len(COUNTIES))


@given(
    st.lists(st.floats(1, 199), min_size=1, max_size=6, unique=True),
    st.lists(st.integers(0, 10**6), min_size=2, max_size=2),
)
def test_totals_are_kept_and_shares_are_areas(cuts: list[float], people: list[int]) -> None:
    units = strips(cuts)
    shares = by_area(units)
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
    shares = by_area(units)
    assert shares.covered.tolist() == pytest.approx([0.55, 0.0])
    assert shares.spread(np.array([110.0, 40.0])).tolist() == pytest.approx([100.0, 10.0])
    assert shares.share[1].tolist() == [0.0, 0.0]


def test_people_by_age_are_spread_with_their_ages() -> None:
    spread = by_area(strips([150])).spread(np.array([[10.0, 20.0], [40.0, 60.0]]))
    assert spread.tolist() == pytest.approx(np.array([[30.0, 50.0], [20.0, 30.0]]))


def test_dwellings_draw_the_people() -> None:
    shares = by_dwellings(strips([20, 100]), [30.0, 10.0, 7.0])
    assert shares.share.tolist() == pytest.approx(np.array([[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]))
    assert shares.spread(np.array([1000.0, 400.0])).tolist() == pytest.approx([750.0, 250.0, 400.0])


def test_dwellings_of_a_unit_in_two_counties_stand_evenly_over_its_area() -> None:
    """The middle unit has a quarter of its land, and so of its 40 dwellings, in the first county."""
    shares = by_dwellings(strips([80, 160]), [30.0, 40.0, 90.0])
    assert shares.share.tolist() == pytest.approx(np.array([[0.75, 0.25, 0.0], [0.0, 0.25, 0.75]]))


def test_dwellings_outside_the_counties_draw_nobody() -> None:
    units = np.array([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 200), shapely.box(100, 0, 200, 100)])
    shares = by_dwellings(units, [10.0, 20.0, 0.0])
    assert shares.share.tolist() == pytest.approx(np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]))
