"""How much wider intervals are: ratios, their error, the school that widens most, blocks of draws."""

import numpy as np
import pytest

from sim.widths import COLUMNS, in_blocks, nothing_estimated, ratio_of_widths, width, width_rows
from tests.sim import studies


def test_the_width_is_that_of_the_middle_four_fifths():
    assert width(np.arange(101.0)) == pytest.approx(80.0)


def test_an_interval_twice_as_wide_has_the_ratio_two():
    counted = np.random.default_rng(1).normal(100, 5, 400)
    ratio, error = ratio_of_widths(counted, 100 + 2 * (counted - 100))
    assert ratio == pytest.approx(2.0)
    # The same draws twice as far out: every group says two.
    assert error == pytest.approx(0.0, abs=1e-9)


def test_what_has_no_width_has_no_ratio_and_few_draws_have_no_error():
    ratio, _ = ratio_of_widths(np.full(50, 7.0), np.arange(50.0))
    assert np.isnan(ratio)
    ratio, error = ratio_of_widths(np.arange(10.0), 3 * np.arange(10.0))
    assert ratio == pytest.approx(3.0)
    assert np.isnan(error)


def test_the_jackknife_error_is_that_of_many_repetitions():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(300):
        counted = rng.normal(0, 1, 250)
        found.append(ratio_of_widths(counted, counted + rng.normal(0, 0.75, 250)))
    ratios, errors = np.array(found).T
    assert ratios.mean() == pytest.approx(1.25, abs=0.02)
    # A jackknife with ten groups is itself uncertain by a quarter; its mean over many is not.
    assert errors.mean() / ratios.std() == pytest.approx(1.0, abs=0.3)


def rolls(model, rng, draws=200):
    shape = (draws, 5, len(model.layout.schools), len(model.grades.names))
    return rng.normal(50, 3, shape)


def test_the_school_that_widens_most_is_named():
    model = studies.study(studies.LOADING).model
    counted = rolls(model, np.random.default_rng(3))
    made = counted.copy()
    made[:, :, 1, 0] += np.random.default_rng(4).normal(0, 20, made.shape[:2])
    table = width_rows(counted, made, model, "county")
    assert list(table.columns) == list(COLUMNS)
    assert table["year"].tolist() == [model.base_year + ahead for ahead in (1, 3, 5) for _ in range(3)]
    assert set(table["entity"]) == {"county", model.layout.schools[1]}
    entry = table[table["stage"] == f"grade:{model.grades.names[0]}"]
    assert (entry["ratio"] > 2).all()
    whole = table[(table["stage"] == "all") & (table["entity"] == "county")]
    assert (whole["ratio"] > 1.2).all()
    assert (whole["ratio"].to_numpy() < entry["ratio"].to_numpy()).all()
    assert (table["draws"] == 200).all()


def test_a_short_horizon_has_fewer_years_and_a_counted_study_no_rows():
    model = studies.study(studies.LOADING).model
    counted = rolls(model, np.random.default_rng(5))[:, :2]
    assert set(width_rows(counted, counted, model, "county")["year"]) == {model.base_year + 1}
    assert nothing_estimated().empty
    assert list(nothing_estimated().columns) == list(COLUMNS)


def test_blocks_of_draws_are_put_together_in_order():
    asked = []

    def simulated(draws):
        asked.append(draws.tolist())
        return draws[:, None]

    assert in_blocks(simulated, 7, 3)[:, 0].tolist() == list(range(7))
    assert asked == [[0, 1, 2], [3, 4, 5], [6]]
