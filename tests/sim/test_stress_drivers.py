"""Every driver does what its equation says, to the case in hand and to nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import simulate
from sim.model import NEVER
from sim.stress_drivers import DRIVERS, footing, inert, turned
from tests.sim import studies

BY_ID = {driver.id: driver for driver in DRIVERS}


@pytest.fixture(scope="module")
def busy():
    """A future with estates and urbanisation, a plan with projects; without chance."""
    of = studies.study(studies.MAJIANG, "none")
    return studies.until(of, 2027), footing(
        of.model, of.bundle.futures["fast-urbanisation"], studies.case(of, "fast-urbanisation", "county-plan")
    )


def run(of, now):
    model = replace(now.model, horizon=of.model.horizon)
    return simulate(model, [now.case], 1, np.arange(1))[0]


def test_neutral_amounts_change_nothing(busy):
    _, foot = busy
    now = turned(foot, {driver.id: driver.neutral for driver in DRIVERS})
    assert now.model is foot.model
    for name in ("births_index", "urban", "pull"):
        assert (getattr(now.case.rates, name) == getattr(foot.case.rates, name)).all()
    assert now.case.rates.estates == foot.case.rates.estates
    assert now.case.rates.lines is foot.case.rates.lines
    assert (now.case.opening_year == foot.case.opening_year).all()


def test_births_and_pull_are_factors_after_the_base_year(busy):
    _, foot = busy
    now = turned(foot, {"births": 1.3, "pull": 0.8}).case.rates
    assert now.births_index[0] == foot.case.rates.births_index[0]
    assert now.births_index[1:] == pytest.approx(1.3 * foot.case.rates.births_index[1:])
    assert now.pull[1:] == pytest.approx(0.8 * foot.case.rates.pull[1:])


def test_the_pace_of_urbanisation_is_a_factor_on_the_stated_rate(busy):
    _, foot = busy
    faster = turned(foot, {"urbanisation": 1.5}).case.rates
    stated = foot.case.rates.urban
    where = stated >= 0.0
    assert faster.urban[where] == pytest.approx((stated + 0.5 * foot.leaving)[where])
    assert faster.to_town is not None
    # At a factor of 0 nobody leaves for town; what the ratios hold already is taken back from town children.
    still = turned(foot, {"urbanisation": 0.0}).case.rates
    held = foot.leaving - stated
    before = foot.share  # the share stays where it is when nobody moves
    assert still.urban[1:] == pytest.approx((-held * (1.0 - before) / before)[1:], abs=1e-9)


def test_net_arrivals_act_on_every_home_and_age(busy):
    of, foot = busy
    line = foot.case.rates.across(foot.model)
    more, fewer = (turned(foot, {"migration": x}).case.rates.lines for x in (10.0, -10.0))
    assert more.coming[1:] - line.coming[1:] == pytest.approx(0.01)
    assert (more.leaving == line.leaving).all()
    assert fewer.leaving[1:] - line.leaving[1:] == pytest.approx(0.01)
    rolls = [run(of, turned(foot, {"migration": x})).rolls[0, -1].sum() for x in (-10.0, 0.0, 10.0)]
    assert rolls[0] < rolls[1] < rolls[2]


def test_estates_bring_more_or_come_later(busy):
    _, foot = busy
    assert foot.case.rates.estates
    old = foot.case.rates.estates[0].lots[0]
    new = turned(foot, {"housing": 1.4, "delivery": 1.5}).case.rates.estates[0].lots[0]
    assert new.arrivals == pytest.approx(1.4 * old.arrivals)
    assert new.due == old.due + 18.0


def test_retention_compounds_with_every_grade_moved_up(busy):
    _, foot = busy
    now = turned(foot, {"retention": 0.02}).model.outlook.path.log_pupils
    gain = now - foot.model.outlook.path.log_pupils
    school = int(np.flatnonzero(~np.isnan(gain[:, :6]).any(axis=(1, 2)))[0])
    for grade, ahead, times in ((0, 1, 0), (1, 1, 1), (1, 4, 1), (4, 2, 2), (4, 4, 4), (5, 9, 5)):
        assert gain[school, grade, ahead - 1] == pytest.approx(times * np.log(1.02)), (grade, ahead)


def test_retention_reaches_the_rolls(busy):
    of, foot = busy
    before, after = (run(of, turned(foot, {"retention": x})).rolls[0, 0].sum(axis=0) for x in (0.0, 0.05))
    assert after[0] == before[0]
    assert after[1:].sum() == pytest.approx(1.05 * before[1:].sum(), rel=0.01)


def test_projects_open_whole_years_later_and_never_stays_never(busy):
    _, foot = busy
    never = foot.case.opening_year.copy()
    never[0, 0] = NEVER
    foot = replace(foot, case=replace(foot.case, opening_year=never))
    late = turned(foot, {"delay": 2.0}).case.opening_year
    assert late[0, 0] == NEVER
    assert (late[0, 1:] == foot.case.opening_year[0, 1:] + 2).all()


def test_drivers_without_anything_to_act_on_are_named(busy):
    _, foot = busy
    assert inert(foot) == ()
    of = studies.study(studies.TINY)
    bare = footing(of.model, of.bundle.futures["steady"], studies.case(of, "steady", "do-nothing"))
    assert set(inert(bare)) == {"urbanisation", "housing", "delivery", "delay"}


def test_an_unknown_driver_is_refused(busy):
    with pytest.raises(KeyError, match="weather"):
        turned(busy[1], {"weather": 1.0})


def test_amounts_are_shares_of_the_way_to_the_ends():
    births, delay = BY_ID["births"], BY_ID["delay"]
    assert [births.amount(z) for z in (-1.0, 0.0, 0.5, 1.0)] == [0.5, 1.0, 1.25, 1.5]
    assert [delay.amount(z) for z in (0.25, 0.5, 1.0)] == [1.0, 2.0, 4.0]
    assert delay.at(np.array([0.0, 0.19, 0.21, 0.99, 1.0])).tolist() == [0.0, 0.0, 1.0, 4.0, 4.0]
    assert births.at(np.array([0.0, 0.5, 1.0])).tolist() == [0.5, 1.0, 1.5]
