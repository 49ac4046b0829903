"""The forecast on published panels: the skills that docs/science/backtests.md prints, with slack for rounding only."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest import OWN, backtest, score_table, skill_of
from sim.baselines import BASELINES
from sim.path import forecasts
from tests.real.published import folder_of
from tests.sim.panels import corrupted_after
from verification.panels import PANELS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return backtest(PANELS["vermont"](folder_of("vermont")))


@pytest.fixture(scope="module")
def wape(pairs) -> pd.Series:
    return score_table(pairs).set_index(["level", "horizon", "method"])["wape"]


def change(wape: pd.Series, level: str, horizon: int, other: str) -> float:
    return float(wape[level, horizon, OWN] / wape[level, horizon, other] - 1.0)


def test_the_naive_figures_are_those_measured_elsewhere(wape) -> None:
    """WAPE of no change on the same panel, published with the data: 16.0, 16.9, 18.9; ratio-3 about 7.9."""
    found = [100 * wape["school-grade", h, "naive"] for h in (1, 3, 5)]
    assert found == pytest.approx([16.0, 16.9, 18.9], abs=0.05)
    assert 100 * wape["school-grade", 1, "ratio-3"] == pytest.approx(7.9, abs=0.15)


@pytest.mark.parametrize(("horizon", "least"), [(1, 0.11), (2, 0.12), (3, 0.13), (4, 0.14), (5, 0.15), (7, 0.14)])
def test_cells_against_the_ratio(wape, horizon: int, least: float) -> None:
    assert change(wape, "school-grade", horizon, "ratio-3") <= -least


@pytest.mark.parametrize(("horizon", "least"), [(1, 0.11), (3, 0.20), (4, 0.22), (5, 0.23), (7, 0.21), (10, 0.21)])
def test_school_totals_against_the_ratio(wape, horizon: int, least: float) -> None:
    assert change(wape, "school", horizon, "ratio-3") <= -least


@pytest.mark.parametrize("horizon", range(1, 11))
def test_school_totals_are_better_than_no_change_at_every_horizon(wape, horizon: int) -> None:
    assert change(wape, "school", horizon, "naive") <= -0.17


def test_county_grades_and_totals(wape) -> None:
    assert change(wape, "county-grade", 1, "ratio-3") <= -0.15
    for horizon in range(1, 6):
        simple = min(wape["county", horizon, name] for name in BASELINES)
        assert wape["county", horizon, OWN] <= 1.02 * simple


def test_the_skill_is_no_accident_of_a_few_counties_or_years(pairs) -> None:
    for other, cells, schools in (("ratio-3", -0.10, -0.14), ("ratio-3-pooled", -0.08, -0.11), ("naive", -0.35, -0.15)):
        assert skill_of(pairs, "school-grade", range(1, 6), OWN, other).high < cells
        assert skill_of(pairs, "school", range(3, 6), OWN, other).high < schools
    assert skill_of(pairs, "county-grade", [1], OWN, "ratio-3").high < -0.05


def test_nothing_after_an_origin_reaches_its_forecast() -> None:
    panel, origin = PANELS["vermont"](folder_of("vermont")), 2010
    clean = forecasts(panel, [2008, origin], 10)
    dirty = forecasts(corrupted_after(panel, origin), [2008, origin], 10)
    for year in clean:
        assert clean[year].log_pupils.tobytes() == dirty[year].log_pupils.tobytes()


def test_every_forecast_is_the_sum_of_its_pieces() -> None:
    panel = PANELS["vermont"](folder_of("vermont"))
    path = forecasts(panel, [2013], 10)[2013]
    assert np.sum(list(path.pieces.values()), axis=0) == pytest.approx(path.log_pupils, abs=1e-9, nan_ok=True)
    assert not np.isnan(path.log_pupils[panel.hosts[:, :, 2013 - 2003]]).any()


@pytest.mark.parametrize(("name", "cells"), [("baltimore", -0.10), ("eau_claire", -0.15)])
def test_two_other_places_agree(name: str, cells: float) -> None:
    panel = PANELS[name](folder_of(name))
    found = score_table(backtest(panel, 5)).set_index(["level", "horizon", "method"])["wape"]
    for horizon in range(1, 6):
        assert change(found, "school-grade", horizon, "ratio-3") <= cells
        assert change(found, "school", horizon, "ratio-3") <= -0.06
        assert change(found, "school", horizon, "naive") <= 0.0
