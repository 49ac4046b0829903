"""A job with a plan that has triggers: other workers and lost parts give the same tables, and boarding follows it."""

import numpy as np
import pandas as pd
import pytest

from sim import ensemble
from sim.boarding import Beds
from sim.calendar_result import NEVER
from sim.stocks import PlanStocks, Stocks
from tests.sim import adaptive_cases as cases

DRAWS = ensemble.BLOCK + 7  # two blocks, the second one short
WATCHING = {"signal": "utilisation", "at": {"schools": ["a"]}, "above": 0.76, "years": 2, "lag_months": 3}


def run(job, workers):
    return ensemble.run(job, workers, lambda *_: None)


def equal(a, b):
    for name, table in a.items():
        pd.testing.assert_frame_equal(table, b[name], obj=name)


def test_a_lost_part_is_simulated_again_with_the_same_tables(tmp_path):
    of = cases.with_triggers(cases.study(), "build", new_c={"when": WATCHING})
    job = cases.job(of, tmp_path, DRAWS)
    first = run(job, 1)
    built = ensemble.built(job).cases[0]
    job.part(1, 0).unlink()
    equal(first, run(job, 1))
    opens = built.opening_year[:, 0]
    assert built.calendar.opening_year.shape == (DRAWS, 2)
    assert len(np.unique(opens[opens < NEVER])) > 1
    # What results read is what the draws built, not the calendar made before the run.
    seats = first["project_seats"].set_index(["project", "year"]).sort_index()
    last = of.model.horizon
    assert seats.loc[("new-c", last), "p_open"] == pytest.approx((opens <= last).mean())
    assert (job.cases[0].opening_year[:, 0] == NEVER).all()


@pytest.mark.slow
def test_two_workers_give_the_same_tables(tmp_path):
    of = cases.with_triggers(cases.study(), "build", new_c={"when": WATCHING})
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    equal(run(cases.job(of, tmp_path / "one", DRAWS), 1), run(cases.job(of, tmp_path / "two", DRAWS), 2))


def test_children_board_where_beds_have_opened():
    stocks = Stocks(
        {"beds": np.array([0.0, 40.0, 0.0, np.nan])},
        {"p": PlanStocks(np.array([0, 1]), np.array([False, True]), {"beds": np.array([50.0, 0.0])})},
    )
    beds = Beds(stocks, "p", np.array([False, False, True, False]))
    opening = np.array([[2026, NEVER], [NEVER, 2025]])  # school 0 gets beds; school 1 closes
    assert beds.may(opening, 2025).tolist() == [[False, True, True, True], [False, False, True, True]]
    assert beds.may(opening, 2026).tolist() == [[True, True, True, True], [False, False, True, True]]
