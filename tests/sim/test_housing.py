"""Housing in closed form: children after years, arrivals that add up, phases that are late or never come."""

from math import ceil

import numpy as np
import pytest
from scipy.stats import beta, kstest

from scenarios.housing_defaults import load_housing
from scenarios.schema_housing import OLDEST
from sim.housing import (
    NEVER,
    Estate,
    Lot,
    by_start_age,
    children_after,
    due_month,
    fill,
    newly_home,
    scale_of,
)
from sim.streams import entities, uniform

TYPES = load_housing().types
NAN = float("nan")


def stock(home):
    """Children at home by year after completion: everybody who came and is at most 14."""
    years = len(home) + OLDEST + 1
    out = np.zeros(years)
    for k, row in enumerate(home):
        for age, n in enumerate(row):
            out[k : k + OLDEST + 1 - age] += n
    return out


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_everybody_who_ever_comes_is_the_closed_form(kind):
    curves = TYPES[kind]
    home = newly_home(curves, fill(curves, NAN, NAN))
    assert home.sum() == pytest.approx(curves.occupancy.values[-1] * (1 + sum(curves.born.values)))
    assert (home >= 0).all()


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_a_dwelling_that_fills_at_once_has_at_most_the_yield_of_the_table(kind):
    curves = TYPES[kind]
    at_once = stock(newly_home(curves, np.array([1.0])))
    np.testing.assert_allclose(at_once[: len(at_once) - 1], children_after(curves, len(at_once) - 1), atol=1e-12)
    assert (scale_of(curves, 0.55) * at_once).max() == pytest.approx(0.55)


def test_children_of_a_commercial_dwelling_rise_and_then_fall():
    after = children_after(TYPES["commercial"], 31)
    top = int(after.argmax())
    assert 3 <= top <= 8
    assert (np.diff(after[: top + 1]) > -1e-12).all()
    assert (np.diff(after[top + 1 : 29]) < 1e-12).all()
    assert after[0] == pytest.approx(1.0)
    assert after[15] < 0.6 * after[top]
    assert after[30] == pytest.approx(0.0, abs=1e-12)  # the last child was born in year 15 and is 15 in year 30


def test_by_hand():
    """Two ages, one birth: half come in the first year, half in the second."""
    curves = TYPES["rental"]
    curves = curves.model_copy(
        update={
            "ages": curves.ages.model_copy(update={"values": (0.25, 0.0, 0.75)}),
            "born": curves.born.model_copy(update={"values": (0.1,)}),
        }
    )
    home = newly_home(curves, np.array([0.5, 0.5]))
    expected = np.zeros((3, OLDEST + 1))
    expected[0, [0, 2]] = 0.125, 0.375
    expected[1, [0, 2]] = 0.125 + 0.05, 0.375
    expected[2, 0] = 0.05
    np.testing.assert_allclose(home, expected)
    moved = by_start_age(home, 6)
    assert moved.shape == (4, 6)
    np.testing.assert_allclose(moved[0], [0.0, 0.375, 0, 0, 0, 0])  # age 2 was index 1 a year before
    np.testing.assert_allclose(moved[:, 0], [0.0, 0.125, 0.175, 0.05])  # age 0 moves a year later
    assert moved.sum() == pytest.approx(home.sum())


def test_children_above_the_last_grade_have_no_place():
    home = newly_home(TYPES["resettlement"], np.array([1.0]))
    moved = by_start_age(home, 10)  # indices 0-9: the last graduates, so that arrivals are 1-9 on 1 September
    assert not moved[:, -1].any()
    assert moved.sum() == pytest.approx(home[:, :10].sum())


def test_a_straight_line_and_a_vacancy_of_ones_own_replace_the_curve():
    curves = TYPES["commercial"]
    np.testing.assert_allclose(fill(curves, 4.0, 0.1), [0.225] * 4)
    np.testing.assert_allclose(fill(curves, 2.5, 0.0), [0.4, 0.4, 0.2])
    np.testing.assert_allclose(fill(curves, 0.0, 0.0), [1.0])
    np.testing.assert_allclose(np.cumsum(fill(curves, NAN, NAN)), curves.occupancy.values)
    np.testing.assert_allclose(np.cumsum(fill(curves, NAN, 0.0)), np.array(curves.occupancy.values) / 0.8)


@pytest.mark.parametrize(
    ("year", "month", "counts"),
    [(2026, 8, 2026), (2026, 9, 2027), (2026, NAN, 2026), (2026, 1, 2026), (2026, 12, 2027)],
)
def test_what_is_completed_by_the_end_of_august_counts_on_1_september(year, month, counts):
    assert 2023 + ceil(due_month(year, month, 2023) / 12) == counts


def lot(delay=(0.0, 3.0, 24.0), p_never=0.2, due=34.0):
    arrivals = np.zeros((2, 4))
    arrivals[:, 1] = 5.0
    return Lot("e/1", 10.0, 10.0, due, delay, p_never, arrivals)


def test_a_phase_never_comes_as_often_as_said_and_is_late_as_its_three_points_say():
    u = (np.arange(20_000) + 0.5) / 20_000
    done = lot().completed(u)
    assert (done == NEVER).mean() == pytest.approx(0.2, abs=1e-4)
    months = 24 * beta.rvs(1.5, 4.5, size=20_000, random_state=np.random.default_rng(3))  # PERT 0, 3, 24
    late = np.ceil((34 + months) / 12)
    for year in (3, 4, 5):
        assert (done[done != NEVER] <= year).mean() == pytest.approx((late <= year).mean(), abs=0.015)
    assert done.min() == 3


def test_a_certain_phase_is_on_time_in_every_draw():
    assert (lot((0.0, 0.0, 0.0), 0.0, due=36.0).completed(np.linspace(0.001, 0.999, 99)) == 3).all()


def test_phases_of_an_estate_are_late_together_and_estates_apart():
    draws = np.arange(4000)
    keys = {name: uniform(7, "housing/delivery", 0, entities([name]), draws)[:, 0] for name in ("a", "b")}
    assert kstest(keys["a"], "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(keys["a"], keys["b"])[0, 1]) < 0.05
    first, second = lot().completed(keys["a"]), lot(due=46.0).completed(keys["a"])
    np.testing.assert_array_equal(np.where(first == NEVER, NEVER, first + 1), second)


def test_what_an_estate_expects_is_the_mean_over_its_delays():
    estate = Estate("e", 0, (lot(),), 1.0, 0.0, 0.0)
    draws = np.arange(4000)
    total = sum(estate.expected(i, 7, draws).sum(axis=1) for i in range(12))
    came = lot().completed(uniform(7, "housing/delivery", 0, entities(["e"]), draws)[:, 0]) != NEVER
    np.testing.assert_allclose(total, np.where(came, 10.0, 0.0))
    assert [estate.brings(i) for i in range(9)] == [i in (3, 4, 5, 6) for i in range(9)]
    block = estate.expected(4, 7, draws[100:110])
    np.testing.assert_array_equal(block, estate.expected(4, 7, draws)[100:110])
