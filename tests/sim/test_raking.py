"""Raking meets every total, keeps zeros and odds ratios; rounding keeps every total in whole people."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from scenarios.problems import tell
from schoolplan.skeleton import raking_problems
from sim.raking import Fault, Margin, RakingError, rake, sums
from sim.rounding import rounded

SIZES = st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 3))


def margin(name: str, axes: tuple[int, ...], values: np.ndarray) -> Margin:
    return Margin(name, axes, sums(values, Margin(name, axes, np.zeros(0))))


@st.composite
def tables(draw) -> tuple[np.ndarray, list[Margin]]:
    """A seed [unit, age, group] and whole totals that some other table really has."""
    size = draw(SIZES)
    cells = int(np.prod(size))
    whole = np.array(draw(st.lists(st.integers(0, 40), min_size=cells, max_size=cells)), dtype=float).reshape(size)
    seed = np.array(draw(st.lists(st.floats(0.1, 5), min_size=cells, max_size=cells))).reshape(size)
    pairs = draw(st.sampled_from([((0,), (1, 2)), ((0, 1), (2,)), ((0, 1), (1, 2)), ((0, 2), (0, 1)), ((0,), ())]))
    return seed, [margin(str(axes), axes, whole) for axes in pairs]


@given(tables())
def test_every_total_is_met_and_kept_in_whole_people(case: tuple[np.ndarray, list[Margin]]) -> None:
    seed, margins = case
    fitted = rake(seed, margins)
    whole = rounded(fitted.values, margins)
    assert fitted.residual <= 1e-10
    assert (whole >= 0).all()
    assert (np.abs(whole - fitted.values) < 1 + 1e-6).all()
    for one in margins:
        np.testing.assert_allclose(sums(fitted.values, one), one.totals, rtol=1e-9, atol=1e-9)
        assert (sums(whole, one) == one.totals).all()


def test_odds_ratios_of_the_seed_stay() -> None:
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    x = rake(
        seed, [Margin("rows", (0,), np.array([30.0, 70.0])), Margin("columns", (1,), np.array([45.0, 55.0]))]
    ).values
    assert x[0, 0] * x[1, 1] / (x[0, 1] * x[1, 0]) == pytest.approx(1 * 4 / (2 * 3))


def test_a_fit_by_hand() -> None:
    rows, columns = Margin("rows", (0,), np.array([30.0, 10.0])), Margin("columns", (1,), np.array([20.0, 20.0]))
    assert rake(np.ones((2, 2)), [rows, columns]).values.tolist() == [[15.0, 15.0], [5.0, 5.0]]


def test_zeros_stay_zero_and_unknown_totals_are_free() -> None:
    seed = np.array([[0.0, 1.0], [1.0, 1.0]])
    fitted = rake(seed, [Margin("rows", (0,), np.array([4.0, np.nan])), Margin("columns", (1,), np.array([3.0, 10.0]))])
    assert fitted.values[0, 0] == 0.0
    assert fitted.values.ravel().tolist() == pytest.approx([0, 4, 3, 6])
    assert rounded(fitted.values, [Margin("rows", (0,), np.array([4.0, np.nan]))]).sum() == 13


def test_the_rounding_is_the_nearest_of_all() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        values = rng.random((4, 3)) * 3
        values *= (np.rint(values.sum(axis=1)) / values.sum(axis=1))[:, None]
        rest = np.rint(values.sum(axis=0))
        rest[0] += np.rint(values.sum() - rest.sum())
        margins = [Margin("rows", (0,), np.rint(values.sum(axis=1))), Margin("columns", (1,), rest)]
        values = rake(values, margins).values
        best = min(
            float(np.abs(down - values).sum())
            for up in product((0, 1), repeat=12)
            if ((down := np.floor(values) + np.array(up).reshape(4, 3)).sum(axis=0) == rest).all()
            and np.allclose(down.sum(axis=1), margins[0].totals)
        )
        assert np.abs(rounded(values, margins) - values).sum() == pytest.approx(best)


def test_larger_tables_are_as_near_as_a_linear_programme_finds() -> None:
    rng = np.random.default_rng(5)
    for _ in range(25):
        rows, columns = int(rng.integers(2, 30)), int(rng.integers(2, 9))
        values = rng.random((rows, columns)) * 2
        totals = np.rint(values.sum(axis=1))
        rest = np.floor(values.sum(axis=0) * totals.sum() / values.sum())
        rest[: int(totals.sum() - rest.sum())] += 1
        margins = [Margin("rows", (0,), totals), Margin("columns", (1,), rest)]
        values = rake(values, margins).values
        down = np.floor(values)
        sides = np.vstack([np.kron(np.eye(rows), np.ones(columns)), np.kron(np.ones(rows), np.eye(columns))])
        missing = np.concatenate([totals - down.sum(axis=1), rest - down.sum(axis=0)])
        best = linprog(-(values - down).ravel(), A_eq=sides, b_eq=missing, bounds=(0, 1)).fun
        assert ((values - down) * (rounded(values, margins) - down)).sum() == pytest.approx(-best, abs=1e-6)


def test_three_families_of_totals_go_to_the_solver() -> None:
    values = np.full((2, 2, 2), 1.5)
    margins = [margin(name, axes, values) for name, axes in (("a", (0, 1)), ("b", (1, 2)), ("c", (0, 2)))]
    whole = rounded(values, margins)
    assert all((sums(whole, one) == one.totals).all() for one in margins)


def test_totals_that_whole_numbers_cannot_keep() -> None:
    values = np.array([[0.5, 0.5], [1.0, 1.0]])
    with pytest.raises(RakingError, match="CEN053"):
        rounded(values, [Margin("rows", (0,), np.array([1.0, 2.0])), Margin("columns", (1,), np.array([3.0, 0.0]))])
    with pytest.raises(RakingError, match="CEN053"):
        rounded(np.ones((1, 1, 1)), [Margin(str(i), (i,), np.array([2.0])) for i in range(3)])


def problem(seed: np.ndarray, *margins: Margin) -> Fault:
    with pytest.raises(RakingError) as caught:
        rake(seed, margins)
    (fault,) = caught.value.faults
    for lang in ("zh", "en"):  # the message that it becomes has all it needs
        told = tell(raking_problems(caught.value)[0], lang)
        assert "{" not in told.what + told.expected + told.fix
    return fault


def test_contradicting_totals_are_told_with_both_numbers() -> None:
    found = problem(
        np.ones((2, 2)), Margin("units", (0,), np.array([3.0, 4.0])), Margin("ages", (1,), np.array([4.0, 4.0]))
    )
    assert (found.code, found.params["a"], found.params["b"]) == ("CEN050", "7", "8")


def test_a_total_without_a_cell_is_told() -> None:
    found = problem(np.array([[0.0, 0.0], [1.0, 1.0]]), Margin("units", (0,), np.array([3.0, 4.0])))
    assert (found.code, found.params["at"], found.found) == ("CEN051", "1", "3")


def test_zeros_that_make_the_totals_impossible_do_not_settle() -> None:
    seed = np.array([[1.0, 0.0], [1.0, 1.0]])
    found = problem(seed, Margin("units", (0,), np.array([9.0, 1.0])), Margin("ages", (1,), np.array([2.0, 8.0])))
    assert found.code == "CEN052"
    assert found.params["rounds"] == 1000


def test_shapes_that_do_not_fit_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        rake(np.ones((2, 2)), [Margin("units", (0,), np.ones(3))])
    with pytest.raises(ValueError, match="finite"):
        rake(np.array([np.nan]), [])
