"""Difference coefficients: the golden numbers of the facts, plain loops, what is unknown stays unknown."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.coefficients import coefficients, composite

PUPILS = np.array([45, 37, 89, 76, 55])
BOOKS = np.array([279, 137, 935, 160, 402])


def test_gt1_the_weighted_coefficient_fails_where_the_unweighted_one_holds() -> None:
    found = coefficients((BOOKS / PUPILS)[None, None], PUPILS[None, None])
    assert found.weighted[0, 0] == pytest.approx(0.5153, abs=5e-5)
    assert found.unweighted[0, 0] == pytest.approx(0.4888, abs=5e-5)
    assert found.unweighted[0, 0] <= 0.50 < found.weighted[0, 0]


@pytest.mark.parametrize(
    ("published", "whole"),
    [
        ((0.881, 1.299, 0.977, 0.379, 0.170, 0.334, 0.286, 0.408), 0.592),
        ((0.353, 0.784, 0.146, 0.491, 0.037, 0.226, 0.223, 0.253), 0.314),
    ],
)
def test_gt2_the_composite_of_2012_is_the_mean_of_eight(published: tuple[float, ...], whole: float) -> None:
    found = composite([np.array([[one]]) for one in published])
    assert found[0, 0] == pytest.approx(whole, abs=5e-4)


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.floats(0.0, 500.0)), min_size=1, max_size=12),
)
def test_as_in_plain_loops_and_in_any_order(schools: list[tuple[int, float]]) -> None:
    pupils, value = np.array([p for p, _ in schools]), np.array([x for _, x in schools])
    found = coefficients(value[None, None], pupils[None, None])
    counted = [(p, x) for p, x in schools if p > 0]
    total = sum(p for p, _ in counted)
    mean = sum(p * x for p, x in counted) / total if total else 0.0
    if mean == 0.0:
        assert math.isnan(found.weighted[0, 0])
        return
    variance = sum(p / total * (x - mean) ** 2 for p, x in counted)
    assert found.weighted[0, 0] == pytest.approx(math.sqrt(variance) / mean, rel=1e-9, abs=1e-9)
    order = np.argsort(value)
    again = coefficients(value[order][None, None], pupils[order][None, None])
    assert again.weighted[0, 0] == pytest.approx(found.weighted[0, 0], rel=1e-9, abs=1e-9)


def test_an_unknown_value_counts_only_where_the_school_has_pupils() -> None:
    value = np.array([[[1.0, 2.0, np.nan]], [[1.0, 2.0, np.nan]]])
    pupils = np.array([[[10, 10, 0]], [[10, 10, 5]]])
    found = coefficients(value, pupils)
    assert found.weighted[0, 0] == pytest.approx(1 / 3)
    assert np.isnan(found.weighted[1, 0])
    assert np.isnan(found.unweighted[1, 0])
    assert np.isnan(coefficients(value, np.zeros_like(pupils)).weighted).all()


def test_equal_schools_have_no_difference_and_equal_sizes_no_weights() -> None:
    value = np.array([[[2.0, 4.0, 9.0]]])
    same = coefficients(value, np.full((1, 1, 3), 200))
    assert same.weighted[0, 0] == pytest.approx(same.unweighted[0, 0])
    assert coefficients(np.full((1, 1, 3), 4.5), np.array([[[10, 20, 30]]])).weighted[0, 0] == 0.0


def test_a_composite_needs_every_part() -> None:
    assert np.isnan(composite([np.array([[0.2]]), np.array([[np.nan]])])).all()
    with pytest.raises(ValueError, match="no coefficients"):
        composite([])
