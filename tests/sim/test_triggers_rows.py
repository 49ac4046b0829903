"""The table of triggers: shares of draws by year add up to the draws in which a trigger fired."""

import numpy as np
import pytest

from sim import ensemble
from sim.calendar_result import NEVER
from sim.triggers_rows import trigger_rows
from tests.sim import adaptive_cases as cases

WATCHING = {"signal": "utilisation", "at": {"schools": ["a"]}, "above": 0.76}
LATER = {**cases.ALWAYS, "months": 6, "until": 2024}


def test_shares_of_draws_by_year(tmp_path):
    of = cases.with_triggers(cases.study(), "build", new_c={"when": WATCHING}, more_b={"defer_when": LATER})
    job = cases.job(of, tmp_path, draws=12)
    ensemble.simulate_only(job, 1, lambda *_: None)
    one = ensemble.finished(job, 0)
    rows = trigger_rows(one).set_index(["project", "act", "year"]).sort_index()
    when = one.now.result.course.fired.start[:, 0]
    assert 0 < (when < NEVER).mean() < 1
    assert rows.loc["new-c", "start"]["p"].sum() == pytest.approx((when < NEVER).mean())
    assert rows.loc[("new-c", "start", 2030), "p_by"] == (when < NEVER).mean()
    assert rows.loc[("new-c", "start", 2025), "p"] == (when == 2025).mean()
    # Due in March 2024: put off once in 2023 to September, and again in 2024.
    assert rows.loc["more-b", "defer"]["months"].unique().tolist() == [12.0]
    assert rows.loc[("more-b", "defer", 2024), "p"] == 1.0
    assert np.isnan(rows.loc["new-c", "start"]["months"]).all()


def test_a_plan_without_triggers_has_no_rows(tmp_path):
    job = cases.job(cases.study(), tmp_path, draws=2)
    ensemble.simulate_only(job, 1, lambda *_: None)
    assert trigger_rows(ensemble.finished(job, 0)).empty
