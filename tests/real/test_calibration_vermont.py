"""Joint draws on published panels: what docs/science/backtests.md prints, sizes borrowed from other places only."""

import time

import pandas as pd
import pytest

from sim.backtest_draws import (
    Settings,
    backtest_draws,
    clustered_share,
    crps_skill,
    held,
    learn_at,
    statement,
    with_size_band,
)
from sim.baselines import BASELINES
from sim.decisions import over_capacity
from sim.draws import joint_draws
from sim.path import forecasts
from sim.processes import borrowed
from tests.real.published import folder_of
from tests.sim.panels import corrupted_after
from verification.panels import PANELS

pytestmark = pytest.mark.slow

BANDS = {"school-grade": (15, 25, 50, 100), "school": (75, 150, 300, 500, 800)}


def settings_of(name: str) -> Settings:
    return Settings(prior=borrowed(name))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return backtest_draws(PANELS["vermont"](folder_of("vermont")), settings_of("vermont"))


@pytest.fixture(scope="module")
def rival() -> pd.DataFrame:
    panel = PANELS["vermont"](folder_of("vermont"))
    return backtest_draws(panel, settings_of("vermont"), BASELINES["ratio-3"])


@pytest.mark.parametrize("level", ["school-grade", "school"])
def test_intervals_hold_what_they_promise(rows, level: str) -> None:
    part = rows[rows["level"] == level]
    for name, low, high in (("80", 0.77, 0.84), ("90", 0.87, 0.93)):
        share = clustered_share(held(part, name), part["origin"].to_numpy())
        assert low <= share.share <= high
        assert share.low <= int(name) / 100 <= share.high
    assert statement(rows, level).calibrated == "yes"


@pytest.mark.parametrize("level", ["school-grade", "school"])
def test_no_size_band_and_no_horizon_is_left_out(rows, level: str) -> None:
    part = with_size_band(rows[rows["level"] == level], BANDS[level])
    for by in ("band", "horizon", "origin"):
        shares = part.assign(inside=held(part, "80")).groupby(by)["inside"].mean()
        assert shares.between(0.74, 0.90).all(), shares
    whole = part.assign(inside=held(part, "80", whole=True)).groupby("band")["inside"].mean()
    assert whole.between(0.70, 0.90).all(), whole


def test_counties_are_covered_by_the_same_draws(rows) -> None:
    for level in ("county-grade", "county"):
        share = held(rows[rows["level"] == level], "80").mean()
        assert 0.77 <= share <= 0.90


def test_the_draws_are_sharper_than_the_same_layer_around_ratio_3(rows, rival) -> None:
    assert crps_skill(rows, rival, "school", 3) >= 0.20
    for horizon in range(1, 6):
        assert crps_skill(rows, rival, "school-grade", horizon) >= 0.10


def test_overcrowding_is_foreseen_three_years_ahead(rows, rival) -> None:
    own, other = over_capacity(rows, 3), over_capacity(rival, 3)
    assert own.auc >= 0.915
    assert own.recall_at_half >= 0.94
    assert own.brier_skill >= other.brier_skill + 0.1
    assert all(abs(came - said) < 0.09 for said, came, _ in own.reliability)


def test_nothing_after_an_origin_reaches_its_draws() -> None:
    panel, origin = PANELS["vermont"](folder_of("vermont")), 2010
    found = []
    for one in (panel, corrupted_after(panel, origin)):
        paths = forecasts(one, [2006, 2007, 2008, 2009, origin], 5)
        sizes = learn_at(one, paths, origin, borrowed("vermont"))
        found.append(joint_draws(paths[origin], one, sizes, 1, 10))
    assert found[0].tobytes() == found[1].tobytes()


@pytest.mark.parametrize("name", ["baltimore", "eau_claire"])
def test_two_other_places_agree(name: str) -> None:
    table = backtest_draws(PANELS[name](folder_of(name)), settings_of(name))
    for level in ("school-grade", "school"):
        part = table[table["level"] == level]
        assert 0.77 <= held(part, "80").mean() <= 0.84
        assert 0.87 <= held(part, "90").mean() <= 0.93


def test_the_backtest_of_draws_takes_seconds() -> None:
    panel = PANELS["vermont"](folder_of("vermont"))
    start = time.process_time()
    backtest_draws(panel, Settings(horizons=(1, 3, 5), draws=200))
    assert time.process_time() - start < 60.0
    assert len(panel.schools) > 370
