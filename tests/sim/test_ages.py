"""Age bands to single ages: exact totals, Sprague's weights recomputed from polynomials, births of the right years."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from sim import ages as a

EDGES = (0, 1, *range(5, 86, 5), 120)
COUNTS = st.lists(st.integers(0, 20_000), min_size=len(EDGES) - 1, max_size=len(EDGES) - 1)


def bands(counts: list[float], edges: tuple[int, ...] = EDGES) -> a.Bands:
    return a.Bands(edges, np.array([counts], dtype=float))


def of_density(density: Polynomial, groups: int = 17) -> tuple[np.ndarray, np.ndarray]:
    """Five-year groups and single ages of a population with that density at exact age."""
    total = density.integ()
    ages = total(np.arange(1, 5 * groups + 1)) - total(np.arange(5 * groups))
    return ages.reshape(groups, 5).sum(axis=1), ages


# Sprague ------------------------------------------------------------


def interpolant(points: np.ndarray, values: np.ndarray) -> Polynomial:
    return Polynomial.fit(points, values, deg=len(points) - 1).convert()


def sprague_by_polynomials(groups: int) -> np.ndarray:
    """The weights from their definition: the cumulated population is interpolated piece by piece.

    Inside, a polynomial of degree five that meets the two neighbouring fourth-degree polynomials in value, slope and
    curvature at its ends; in the two outer panels the fourth-degree polynomial through the five end points itself.
    """
    weights = np.zeros((5 * groups, groups))
    for group in range(groups):
        cumulated = np.concatenate([[0.0], np.cumsum(np.eye(groups)[group])])
        for panel in range(groups):
            if panel < 2 or panel >= groups - 2:
                first = 0 if panel < 2 else groups - 4
                at = np.arange(first, first + 5)
                curve = interpolant(at, cumulated[at])
            else:
                sides = [np.arange(panel + shift - 2, panel + shift + 3) for shift in (0, 1)]
                left, right = (interpolant(side, cumulated[side]) for side in sides)
                rows, wanted = [], []
                for x, side in ((panel, left), (panel + 1, right)):
                    for order in range(3):
                        rows.append([math.perm(k, order) * x ** (k - order) if k >= order else 0 for k in range(6)])
                        wanted.append(side.deriv(order)(x) if order else side(x))
                curve = Polynomial(np.linalg.solve(np.array(rows, dtype=float), np.array(wanted)))
            steps = panel + np.arange(6) / 5
            weights[5 * panel : 5 * panel + 5, group] = np.diff(curve(steps))
    return weights


@pytest.mark.parametrize("groups", [5, 6, 9])
def test_the_weights_are_those_of_the_polynomials(groups: int) -> None:
    np.testing.assert_allclose(a.sprague_weights(groups), sprague_by_polynomials(groups), atol=1e-9)


def test_the_published_multipliers_of_the_middle_panel() -> None:
    # Shryock and Siegel, appendix C: middle panel, second fifth of the group.
    assert a.sprague_weights(5)[11].tolist() == [-0.0016, 0.0144, 0.2224, -0.0416, 0.0064]


def test_fewer_than_five_groups_are_refused() -> None:
    with pytest.raises(ValueError, match="five five-year groups"):
        a.sprague_weights(4)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_a_density_of_degree_three_is_met_exactly(factors: list[float]) -> None:
    scale = (1.0, 1e-2, 1e-4, 1e-6)
    density = Polynomial([2000.0, 0, 0, 0]) + Polynomial([300 * f * s for f, s in zip(factors, scale, strict=True)])
    groups, ages = of_density(density)
    np.testing.assert_allclose(a.sprague_weights(17) @ groups, ages, rtol=1e-9)


@given(st.floats(500, 5000), st.floats(-4, 4))
def test_a_linear_population_stays_linear_and_monotone(level: float, slope: float) -> None:
    groups, ages = of_density(Polynomial([level, slope]))
    split = a.split_sprague(bands([*groups, 10.0], (*range(0, 86, 5), 120)), 15).ages[0]
    np.testing.assert_allclose(split, ages[:15], rtol=1e-9)
    assert (np.sign(np.diff(split)) == np.sign(slope)).all() or abs(slope) < 1e-6


@given(st.floats(500, 5000), st.floats(-4, 4))
def test_age_0_known_apart_changes_nothing_where_it_fits(level: float, slope: float) -> None:
    groups, ages = of_density(Polynomial([level, slope]))
    apart = [ages[0], groups[0] - ages[0], *groups[1:], 10.0]
    np.testing.assert_allclose(a.split_sprague(bands(apart), 15).ages[0], ages[:15], rtol=1e-9)


@given(COUNTS)
def test_every_band_keeps_its_total_and_nobody_is_negative(counts: list[int]) -> None:
    young = bands(counts).up_to(15)
    split = a.split_sprague(bands(counts), 15)
    whole = a.whole_ages(split.ages, young)
    for values in (split.ages, whole):
        assert (values >= 0).all()
    cut = list(young.edges[:-1])
    assert np.add.reduceat(whole[0], cut).tolist() == counts[:4]
    np.testing.assert_allclose(np.add.reduceat(split.ages[0], cut), counts[:4], rtol=1e-12, atol=1e-9)
    assert (np.abs(whole - split.ages) < 1 + 1e-8).all()
    assert whole[0, 0] == counts[0]


def test_a_negative_result_is_moved_inside_its_band_and_said() -> None:
    # A barracks in the band 15-19 beside an empty band 10-14.
    split = a.split_sprague(bands([20, 80, 100, 5, 9000, *[100] * 14]), 15)
    assert [(unit, band) for unit, band, _ in split.shifted] == [(0, 1), (0, 2), (0, 3)]
    assert all(moved > 0 for _, _, moved in split.shifted)
    assert split.ages.min() == 0.0
    assert split.ages[0, 10:15].sum() == pytest.approx(5)
    raw = a.five_year_groups(bands([20, 80, 100, 5, 9000, *[100] * 14])) @ a.sprague_weights(17).T
    assert split.shifted[-1][2] == pytest.approx(-np.minimum(raw[0, 10:15], 0).sum())


def test_an_empty_band_is_empty_at_every_age() -> None:
    assert a.split_sprague(bands([10, 40, 0, *[50] * 16]), 15).ages[0, 5:10].tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("edges", "counts", "words"),
    [((0, 4, 10), [1, 1], "no band ends at age 5"), ((1, 5), [1], "start at 0"), ((0, 5), [-1], "not negative")],
)
def test_bands_that_cannot_be_split(edges: tuple[int, ...], counts: list[int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        a.five_year_groups(bands(counts, edges))


# births ------------------------------------------------------------


def test_age_a_was_born_in_two_calendar_years() -> None:
    born = a.births_by_age({2020: 1200, 2019: 600, 2018: 60}, 2020, 3)
    assert born[:2].tolist() == pytest.approx([10 / 12 * 1200 + 2 / 12 * 600, 10 / 12 * 600 + 2 / 12 * 60])
    assert math.isnan(born[2])


@given(COUNTS, st.lists(st.floats(0, 1e5), min_size=16, max_size=16), st.floats(0.9, 1.0))
def test_the_births_guided_split_keeps_every_band(counts: list[int], births: list[float], survival: float) -> None:
    young = bands(counts).up_to(15)
    born = a.births_by_age(dict(zip(range(2005, 2021), births, strict=True)), 2020, 15)
    split = a.split_by_births(young, born, survival)
    assert split.known.all()
    assert (split.ages >= 0).all()
    whole = a.whole_ages(split.ages, young)
    assert np.add.reduceat(whole[0], list(young.edges[:-1])).tolist() == counts[:4]


def test_inside_a_band_ages_share_as_births_times_survival() -> None:
    born = np.array([9.0, 1.0, 2.0, 3.0, 4.0])
    split = a.split_by_births(bands([7, 100], (0, 1, 5)), born, 0.5)
    weights = born[1:] * 0.5 ** np.arange(1, 5)
    assert split.ages[0].tolist() == pytest.approx([7, *(100 * weights / weights.sum())])


def test_a_band_whose_births_are_missing_is_not_known_but_a_single_age_is() -> None:
    split = a.split_by_births(
        bands([7, 100, 50], (0, 1, 5, 10)), a.births_by_age(dict.fromkeys(range(2015, 2020), 1), 2020, 10), 1.0
    )
    assert split.known.tolist() == [True, True, False]
    assert split.ages[0, 0] == 7
    assert np.isnan(split.ages[0, 5:]).all()
    with pytest.raises(ValueError, match="known split"):
        a.whole_ages(split.ages, bands([7, 100, 50], (0, 1, 5, 10)))


# rounding and error ------------------------------------------------------------


def test_largest_remainder_gives_ties_to_the_lower_age() -> None:
    assert a.largest_remainder(np.array([[1.5, 1.5, 1.0]]), np.array([4])).tolist() == [[2, 1, 1]]
    assert a.largest_remainder(np.array([[0.2, 0.7, 0.1]]), np.array([1])).tolist() == [[0, 1, 0]]


def test_the_error_is_the_root_mean_square_log_difference_over_root_two() -> None:
    first, second = np.array([[100.0, 110, 90, 120, 80, 100]]), np.array([[100.0, 100, 100, 100, 100, 100]])
    gap = np.log(first[0, 1:] / second[0, 1:])
    sd = a.difference_sd(first, second, (0, 1, 6))
    assert sd[0].tolist() == pytest.approx([0.0, *[math.sqrt((gap**2).mean() / 2)] * 5])


def test_equal_splits_still_have_the_least_error_and_one_split_its_own() -> None:
    same = np.full((1, 5), 100.0)
    assert a.difference_sd(same, same, (0, 5)).tolist() == [[a.LEAST_SD] * 5]
    assert a.difference_sd(same, np.full((1, 5), np.nan), (0, 5)).tolist() == [[a.ONE_SPLIT_SD] * 5]
    assert a.difference_sd(same, np.full((1, 5), 1e9), (0, 5)).tolist() == [[a.MOST_SD] * 5]
