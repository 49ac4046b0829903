"""Stocks of schools by year and draw: what projects add, what closures end, what is not known."""

import numpy as np
import pytest

from sim.model import NEVER
from sim.stocks import SITE_STOCKS, PlanStocks, Stocks, stocks_of
from tests.sim import busy as busy_study
from tests.sim import studies

YEARS = range(2024, 2027)


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    return studies.study(busy_study.write(tmp_path_factory.mktemp("busy"), 0))


def made(added, closes=(False, False)):
    plan = PlanStocks(np.array([0, 1]), np.array(closes), {"beds": np.array(added, dtype=float)})
    return Stocks({"beds": np.array([10.0, 20.0, np.nan])}, {"p": plan})


def test_a_project_adds_from_its_opening_year_on_draw_by_draw():
    found = made([5, 7]).at("beds", "p", np.array([[2025, NEVER], [2024, 2026]]), YEARS)
    assert found[:, :, 0].tolist() == [[10, 15, 15], [15, 15, 15]]
    assert found[:, :, 1].tolist() == [[20, 20, 20], [20, 20, 27]]
    assert np.isnan(found[:, :, 2]).all()


def test_what_stands_for_some_years_only_is_gone_after_the_last_of_them():
    one = made([5, 7])
    plan = one.plans["p"]
    lent = PlanStocks(plan.school, plan.closes, plan.added, until=np.array([2025, NEVER]))
    found = Stocks(one.base, {"p": lent}).at("beds", "p", np.array([[2025, 2024], [2026, NEVER]]), YEARS)
    assert found[:, :, 0].tolist() == [[10, 15, 10], [10, 10, 10]]
    assert found[:, :, 1].tolist() == [[27, 27, 27], [20, 20, 20]]


def test_a_closure_ends_the_stock_and_what_was_added():
    found = made([5, 0], (False, True)).at("beds", "p", np.array([[2024, 2025]]), YEARS)
    assert found[0, :, 1].tolist() == [20, 0, 0]


def test_what_a_new_school_does_not_say_is_unknown_from_its_opening_on():
    found = made([np.nan, 0]).at("beds", "p", np.array([[2025, NEVER]]), YEARS)
    assert found[0, 0, 0] == 10
    assert np.isnan(found[0, 1:, 0]).all()


def test_stocks_of_a_study_are_sums_over_sites_and_every_plan_is_there(busy):
    found = stocks_of(busy.bundle, busy.model)
    sites = busy.bundle.tables["sites"].groupby("school")
    for kind in SITE_STOCKS:
        for i, school in enumerate(busy.model.layout.schools):
            if busy.model.exists[i]:
                expected = sites.get_group(school)[kind].sum(skipna=False)
                assert np.array_equal(found.base[kind][i], expected, equal_nan=True)
            else:
                assert found.base[kind][i] == 0.0
    assert set(found.plans) == set(busy.bundle.plans)
    case = studies.case(busy, "baseline", "everything", 3)
    assert found.at("beds", "everything", case.opening_year, busy.model.years).shape[0] == 3


def test_a_school_that_phases_out_keeps_its_stock_until_its_last_pupils_have_left():
    plan = PlanStocks(np.array([0]), np.array([True]), {"beds": np.zeros(1)}, np.array([2]))
    one = Stocks({"beds": np.array([40.0])}, {"a": plan})
    found = one.at("beds", "a", np.array([[2026], [2025]]), range(2025, 2030))[:, :, 0]
    np.testing.assert_array_equal(found, [[40, 40, 40, 0, 0], [40, 40, 0, 0, 0]])
