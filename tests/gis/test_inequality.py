"""Gini and Theil: closed forms, invariances, the parts of Theil, and the package `inequality` as another program."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from inequality.gini import Gini
from inequality.theil import Theil, TheilD

from gis.inequality import gini, lorenz, theil, theil_parts

VALUES = arrays(np.float64, 6, elements=st.floats(0.1, 100.0))
COUNTS = arrays(np.int64, 6, elements=st.integers(1, 5))
ONES = np.ones(6)


def test_nothing_is_unequal_where_all_have_the_same() -> None:
    same = np.full(6, 1.3)
    assert gini(same, np.arange(1.0, 7.0)) == pytest.approx(0.0, abs=1e-15)
    assert theil(same, np.arange(1.0, 7.0)) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("n", [2, 5, 100])
def test_one_who_has_all(n: int) -> None:
    alone = np.zeros(n)
    alone[n // 2] = 3.0
    assert gini(alone, np.ones(n)) == pytest.approx((n - 1) / n)
    assert theil(alone, np.ones(n)) == pytest.approx(np.log(n))


def test_a_share_of_the_children_without_anything() -> None:
    """30 of 40 children share alike what 10 lack: the Gini is the share that lacks, Theil its logarithm."""
    value, weight = np.array([0.0, 2.0]), np.array([10.0, 30.0])
    assert gini(value, weight) == pytest.approx(0.25)
    assert theil(value, weight) == pytest.approx(np.log(40 / 30))


def test_the_gini_is_the_double_sum_of_differences() -> None:
    value, weight = np.array([0.4, 1.1, 0.0, 2.0]), np.array([12.0, 5.0, 9.0, 1.0])
    total, mean = weight.sum(), (weight * value).sum() / weight.sum()
    double = sum(
        a * b * abs(x - y) for a, x in zip(weight, value, strict=True) for b, y in zip(weight, value, strict=True)
    )
    assert gini(value, weight) == pytest.approx(double / (2 * total**2 * mean))


@settings(max_examples=40)
@given(value=VALUES, count=COUNTS)
def test_another_program_says_the_same(value, count) -> None:
    every = np.repeat(value, count)
    assert gini(value, count.astype(float)) == pytest.approx(float(Gini(every).g), abs=1e-9)
    assert theil(value, count.astype(float)) == pytest.approx(float(Theil(every).T), abs=1e-9)


@settings(max_examples=40)
@given(value=VALUES, count=COUNTS)
def test_another_program_says_the_same_of_the_parts(value, count) -> None:
    groups = np.array([0, 1, 0, 1, 1, 0])
    other = TheilD(np.repeat(value, count), np.repeat(groups, count))
    parts = theil_parts(value, count.astype(float), groups, 2)
    assert parts.between == pytest.approx(float(np.squeeze(other.bg)), abs=1e-9)
    assert parts.within.sum() == pytest.approx(float(np.squeeze(other.wg)), abs=1e-9)
    assert parts.total == pytest.approx(theil(value, count.astype(float)), abs=1e-9)


@given(value=VALUES, count=COUNTS, factor=st.floats(0.5, 20.0))
def test_neither_the_unit_nor_the_size_of_the_county_matters(value, count, factor) -> None:
    weight = count.astype(float)
    for measure in (gini, theil):
        assert measure(value * factor, weight) == pytest.approx(measure(value, weight), abs=1e-9)
        assert measure(value, weight * factor) == pytest.approx(measure(value, weight), abs=1e-9)
        assert measure(value[::-1], weight[::-1]) == pytest.approx(measure(value, weight), abs=1e-12)


def test_a_place_divided_in_two_changes_nothing() -> None:
    whole = gini(np.array([1.0, 3.0]), np.array([4.0, 2.0])), theil(np.array([1.0, 3.0]), np.array([4.0, 2.0]))
    parts = np.array([1.0, 1.0, 3.0]), np.array([1.5, 2.5, 2.0])
    assert (gini(*parts), theil(*parts)) == pytest.approx(whole)


def test_town_and_village_alone_differ() -> None:
    """Alike inside the town and inside the villages: everything lies between them."""
    parts = theil_parts(np.array([1.0, 1.0, 0.5]), np.array([20.0, 30.0, 50.0]), np.array([0, 0, 1]), 2)
    assert parts.within.tolist() == pytest.approx([0.0, 0.0])
    assert parts.between == pytest.approx(2 / 3 * np.log(1 / 0.75) + 1 / 3 * np.log(0.5 / 0.75))


def test_a_group_without_children_or_without_anything_has_no_inside() -> None:
    parts = theil_parts(np.array([0.0, 0.0, 1.0]), np.array([5.0, 5.0, 10.0]), np.array([0, 0, 2]), 4)
    assert parts.within.tolist() == [0.0, 0.0, 0.0, 0.0]
    assert parts.total == pytest.approx(np.log(2.0))


def test_the_lorenz_curve_runs_from_corner_to_corner() -> None:
    people, good = lorenz(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    assert people.tolist() == [0.0, 0.5, 1.0]
    assert good.tolist() == [0.0, 0.25, 1.0]


@pytest.mark.parametrize("weight", [np.zeros(6), ONES])
def test_without_children_or_without_any_good_there_is_no_answer(weight) -> None:
    assert np.isnan(gini(np.zeros(6), weight))
    assert np.isnan(theil(np.zeros(6), weight))
    assert np.isnan(theil_parts(np.zeros(6), weight, np.zeros(6, dtype=np.int64), 1).total)


def test_places_without_children_are_not_looked_at() -> None:
    assert gini(np.array([1.0, 2.0, np.inf]), np.array([1.0, 1.0, 0.0])) == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("value", "weight", "words"),
    [
        ([1.0, np.inf], [1.0, 1.0], "finite and not negative where there are children"),
        ([1.0, -0.1], [1.0, 1.0], "finite and not negative where there are children"),
        ([1.0, 1.0], [1.0, -1.0], "weights must be finite"),
        ([1.0, 1.0], [1.0], "one weight for each value"),
    ],
)
def test_what_has_no_inequality_is_refused(value, weight, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        gini(np.array(value), np.array(weight))


def test_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected 0 \.\. 1"):
        theil_parts(np.ones(2), np.ones(2), np.array([0, 2]), 2)
