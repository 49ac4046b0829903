"""The calibration statement of a study: from its own panel, by the rule of the backtest, and never beyond it."""

from dataclasses import replace

import numpy as np
import pytest

import sim.own_past as past
from sim.backtest import backtest, origins_of
from sim.backtest_draws import FAR, GOOD, LEAST_ORIGINS, Settings, backtest_draws, statement
from sim.baselines import naive
from sim.own_past import CALIBRATED, DRAWS, OFF, SHORT, own_past
from sim.panel import Panel
from sim.scores import wape
from tests.sim.panels import noisy


@pytest.fixture(scope="module")
def panel() -> Panel:
    return noisy(schools=30, years=12)


def test_the_statement_is_that_of_the_backtest(panel: Panel) -> None:
    found = own_past(panel, 6)
    said = statement(backtest_draws(panel, Settings((1, 3, 5), DRAWS)))
    assert (found.origins, found.cases, found.held80) == (said.origins, said.cases, said.held80.share)
    assert (found.low, found.high) == (said.held80.low, said.held80.high)
    assert (found.first, found.last) == (origins_of(panel)[0], origins_of(panel)[-1])
    steady = all(FAR[0] <= one.held80 <= FAR[1] for one in found.ahead)
    assert found.calibrated == (said.calibrated == "yes" and steady)
    near = found.low <= GOOD[1] and found.high >= GOOD[0] and FAR[0] <= found.held80 <= FAR[1]
    assert found.found == (CALIBRATED if near and steady else OFF)


def test_near_years_cannot_make_up_for_far_ones(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pooled as promised, but five years ahead too rarely: not calibrated."""
    before = own_past(panel, 6)
    if before.found != CALIBRATED:
        pytest.fail("the panel of this test is calibrated")
    worst = min(one.held80 for one in before.ahead)
    monkeypatch.setattr(past, "FAR", (worst + 0.01, 1.0))
    assert own_past(panel, 6).found == OFF


def test_errors_are_those_of_the_backtest_beside_same_as_last_year(panel: Panel) -> None:
    pairs = backtest(panel, 5, {"naive": naive})
    found = own_past(panel, 6)
    assert [one.horizon for one in found.ahead] == [1, 3, 5]
    for one in found.ahead:
        rows = pairs[(pairs["level"] == "school") & (pairs["horizon"] == one.horizon)]
        assert one.cases == len(rows)
        assert one.naive == pytest.approx(wape(rows["actual"].to_numpy(), rows["naive"].to_numpy()))
        assert one.wape == pytest.approx(wape(rows["actual"].to_numpy(), rows["schoolplan"].to_numpy()))


def test_only_years_ahead_that_decisions_look_at_are_tested(panel: Panel) -> None:
    assert [one.horizon for one in own_past(panel, 4).ahead] == [1, 3]
    assert [one.horizon for one in own_past(panel, 1).ahead] == [1]


@pytest.mark.parametrize(("years", "origins"), [(4, 0), (5, 1), (7, 3)])
def test_a_short_history_is_not_calibrated_whatever_held(years: int, origins: int) -> None:
    found = own_past(noisy(schools=30, years=years), 6)
    assert (found.found, found.origins) == (SHORT, origins)
    assert found.origins < LEAST_ORIGINS == found.least
    assert not found.calibrated


def test_intervals_that_held_too_rarely_are_not_called_calibrated(panel: Panel) -> None:
    """Schools that jump in the last three years, as never before: every origin that meets them is off."""
    random = np.random.default_rng(1)
    pupils = panel.pupils.copy()
    jumps = np.exp(0.7 * random.choice([-1.0, 1.0], size=(len(panel.schools), 1, 6)))
    pupils[:, :, -6:] = np.rint(pupils[:, :, -6:] * jumps)
    found = own_past(replace(panel, pupils=pupils), 6)
    assert found.held80 < GOOD[0]
    assert (found.found, found.calibrated) == (OFF, False)
