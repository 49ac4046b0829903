"""Difference coefficients of a case: modes, what is unknown, schools that do not count, both ways to weigh."""

import numpy as np
import pytest

from sim.balance import above, broken_by, judge_coefficients, value_of
from sim.balance_inputs import BalanceInputs
from sim.balance_rows import coefficient_rows, coefficient_table, coefficient_verdicts
from sim.clauses_inputs import When
from sim.coefficients import coefficients
from tests.sim.balance_worlds import AREA, BOOKS, county, limit, primary
from tests.sim.clause_worlds import FIRST

GT1 = ((45, 37, 89, 76, 55), (279, 137, 935, 160, 402))
EACH = (AREA, BOOKS)


def of(value, **more):
    return BalanceInputs(resources=EACH, coefficients=(limit(value),), **more)


def test_gt1_a_verdict_flips_with_the_weights_and_both_are_shown():
    pupils, books = (np.array(row) for row in GT1)
    inputs = BalanceInputs(resources=(BOOKS,), coefficients=(limit(0.5, schools=5),))
    one = county(primary(*pupils, draws=200), values={(BOOKS, ""): books / pupils}, balance=inputs)
    row = coefficient_table(one).iloc[0]
    assert (row["verdict"], row["verdict_unweighted"]) == ("fails", "holds")
    assert (row["p50_worst"], row["unweighted_p50_worst"]) == pytest.approx((0.5153, 0.4888), abs=5e-5)
    assert coefficient_verdicts(one).iloc[0][["rule", "scope", "verdict"]].tolist() == ["CV.x", "county", "fails"]


def test_simulated_values_change_with_the_draws_and_imported_ones_are_constant():
    rolls = [[[[0, 100, 0, 0], [0, 100, 0, 0]]], [[[0, 100, 0, 0], [0, 200, 0, 0]]]]
    one = county(rolls, {"teaching_area_m2": [500.0, 500.0]}, {(BOOKS, ""): [20.0, 30.0]}, of(0.5))
    assert value_of(one, AREA, "primary").value[:, 0].tolist() == [[5.0, 5.0], [5.0, 2.5]]
    assert value_of(one, BOOKS, "primary").value[:, 0].tolist() == [[20.0, 30.0]] * 2
    parts = one.coefficients[0].parts
    assert parts[AREA].weighted[:, 0].tolist() == pytest.approx([0.0, np.sqrt(2) / 4])
    # The same values weigh differently where pupils differ.
    assert parts[BOOKS].weighted[1, 0] == pytest.approx(coefficients(
        np.array([[[20.0, 30.0]]]), np.array([[[100, 200]]])
    ).weighted[0, 0])  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "each_at_most", "limits", "broken"),
    [
        ("each", None, 0.19, True),  # books .2 above, area 0 below
        ("mean", None, 0.19, False),  # their mean is .1
        ("mean", 0.15, 0.19, True),  # the mean keeps its limit, books alone do not
        ("mean", None, 0.09, True),
        ("each", 0.15, 0.21, False),  # the second limit belongs to `mean`
    ],
)
def test_each_or_the_mean_keeps_the_limit(mode: str, each_at_most: float | None, limits: float, broken: bool):
    inputs = of(limits, mode=mode, each_at_most=each_at_most)
    one = county(primary(100, 100), {"teaching_area_m2": [500.0, 500.0]}, {(BOOKS, ""): [20.0, 30.0]}, inputs)
    assert one.coefficients[0].mean.weighted[0, 0] == pytest.approx(0.1)
    assert bool(broken_by(one, one.coefficients[0])[0, 0]) is broken
    assert coefficient_verdicts(one).iloc[0]["verdict"] == ("fails" if broken else "holds")


def test_a_school_without_a_value_is_named_and_the_clause_not_assessed():
    one = county(primary(100, 100), {"teaching_area_m2": [500.0, 500.0]}, {(BOOKS, ""): [20.0, np.nan]}, of(0.5))
    verdict = coefficient_verdicts(one).iloc[0]
    assert (verdict["verdict"], verdict["source"]) == ("not-assessed", f"missing {BOOKS}")
    assert np.isnan(verdict["probability"])
    rows = coefficient_table(one).set_index("indicator")
    assert rows.loc[BOOKS, ["verdict", "missing"]].tolist() == ["not-assessed", "s1"]
    assert rows.loc[AREA, ["verdict", "missing"]].tolist() == ["holds", ""]
    assert set(coefficient_rows(one)["indicator"]) == {f"cv:{AREA}", f"cv_unweighted:{AREA}"}


def test_what_is_known_may_fail_the_clause_though_something_is_missing():
    one = county(primary(100, 100), {"teaching_area_m2": [100.0, 900.0]}, {(BOOKS, ""): [20.0, np.nan]}, of(0.5))
    assert coefficient_verdicts(one).iloc[0][["verdict", "source"]].tolist() == ["fails", "simulated"]


def test_an_indicator_of_no_school_is_missing_everywhere_and_a_clause_of_no_data_has_no_row():
    one = county(primary(100, 100), {"teaching_area_m2": [500.0, 500.0]}, balance=of(0.5))
    assert coefficient_table(one).set_index("indicator").loc[BOOKS, "missing"] == "*"
    assert judge_coefficients(county(primary(100, 100), balance=of(0.5))) == ()


def test_small_schools_are_left_out_in_the_years_in_which_they_are_small():
    small = When(np.ones(3, dtype=bool), pupils_below=50)
    inputs = BalanceInputs(resources=(BOOKS,), coefficients=(limit(0.5, schools=3, unless=(small,)),))
    rolls = [[[[0, 100, 0, 0], [0, 100, 0, 0], [0, n, 0, 0]] for n in (49, 50)]]
    one = county(rolls, values={(BOOKS, ""): [10.0, 10.0, 90.0]}, balance=inputs)
    assert one.coefficients[0].weight[0, :, 2].tolist() == [0, 50]
    cv = one.coefficients[0].parts[BOOKS].weighted[0]
    assert cv[0] == 0.0
    assert cv[1] > 0.5
    verdict = coefficient_verdicts(one).iloc[0]
    assert (verdict["verdict"], verdict["first_year"]) == ("fails", FIRST + 1)


def test_rows_by_year_have_the_limit_of_their_mode():
    stocks, values = {"teaching_area_m2": [500.0, 500.0]}, {(BOOKS, ""): [20.0, 30.0]}
    each = coefficient_rows(county(primary(100, 100), stocks, values, of(0.19))).set_index("indicator")
    assert each.loc[f"cv:{BOOKS}", "p_exceed"] == 1.0
    assert np.isnan(each.loc["cv:mean", "p_exceed"])
    mean = coefficient_rows(county(primary(100, 100), stocks, values, of(0.09, mode="mean"))).set_index("indicator")
    assert mean.loc["cv:mean", ["mean", "p_exceed"]].tolist() == pytest.approx([0.1, 1.0])
    assert np.isnan(mean.loc[f"cv:{BOOKS}", "p_exceed"])
    assert (mean["unit"] == "coefficient").all()


def test_a_value_at_the_limit_is_not_above_it():
    assert above(np.array([0.5, 0.4999, 0.5001, np.nan]), 0.5).tolist() == [False, False, True, False]
