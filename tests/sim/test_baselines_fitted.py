"""ETS and ARIMA: forecasts of series that have an answer, samples, gaps, and that nobody sees the future."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.backtest import backtest
from sim.baselines import naive
from sim.baselines_fitted import LEAST, available, fit_arima, fit_ets, fitted, recent, with_fitted
from tests.sim.panels import corrupted_after, noisy

if not available():
    pytest.skip("statsmodels is not installed: pip install schoolplan[baselines]", allow_module_level=True)

NONE = float("nan")


@pytest.mark.parametrize("fit", [fit_ets, fit_arima])
def test_a_constant_series_stays_and_a_straight_line_goes_on(fit) -> None:
    assert fit(np.full(9, 40.0), 3).tolist() == [40, 40, 40]
    line = np.arange(100.0, 130.0, 2.0) + np.tile([0.3, -0.3, 0.1], 5)
    assert fit(line, 2) == pytest.approx([130, 132], abs=1.5)
    assert fit(line[::-1] - 100.0, 10).min() >= 0.0


def test_smoothing_of_noise_around_a_level_is_near_the_mean() -> None:
    series = 100.0 + np.tile([6.0, -6.0], 8)
    assert fit_ets(series, 1)[0] == pytest.approx(100.0, abs=1.5)
    assert abs(fit_arima(series, 1)[0] - 106.0) < 3.0  # the next of a series that swings


def test_only_the_last_unbroken_run_counts() -> None:
    assert recent(np.array([1.0, NONE, 3.0, 4.0])).tolist() == [3, 4]
    assert recent(np.array([1.0, 2.0])).tolist() == [1, 2]
    assert recent(np.array([1.0, NONE])).size == 0


def test_columns_hold_the_forecast_of_the_history_up_to_the_origin() -> None:
    panel = noisy(4, 9)
    pairs = backtest(panel, 2, {"naive": naive})
    made, fits = with_fitted(pairs, panel, ["ets", "arima"], most=0)
    assert made.drop(columns=["ets", "arima"]).equals(pairs)
    row = made[(made["level"] == "school") & (made["school"] == "s00") & (made["origin"] == 2007)]
    history = panel.pupils[0, :, :7].sum(axis=0)
    for method, fit in (("ets", fit_ets), ("arima", fit_arima)):
        assert row.sort_values("horizon")[method].tolist() == pytest.approx(fit(history, 2).tolist())
    early = made[made["origin"] == 2004]
    assert early["ets"].isna().all()  # four years of counts
    assert {one.level: one.fitted == one.all for one in fits} == dict.fromkeys(pairs["level"].unique(), True)
    assert LEAST == 5


def test_a_sample_is_the_same_whatever_the_order_of_schools_and_holds_what_was_asked() -> None:
    panel = noisy(6, 9)
    pairs = backtest(panel, 1, {"naive": naive})
    made, fits = with_fitted(pairs, panel, ["ets"], most=12)
    assert all(one.fitted <= 12 for one in fits)
    assert any(one.fitted < one.all for one in fits)
    taken = made[made["ets"].notna()]
    assert len(taken[taken["level"] == "school-grade"]) <= 12
    fewer = taken.groupby(["level", "school", "grade"]).size()
    assert len(fewer[fewer.index.get_level_values("level") == "school"]) >= 2
    back = pd.concat([part for _, part in pairs.groupby(["origin", "horizon"])][::-1])
    assert with_fitted(back, panel, ["ets"], most=12)[0].sort_index().equals(made)


def test_what_comes_after_the_origin_changes_nothing() -> None:
    panel, origin = noisy(4, 9), 2006
    whole = backtest(panel, 1, {}, origins=[2005])
    dirty = backtest(corrupted_after(panel, origin), 1, {}, origins=[2005])
    one = with_fitted(whole, panel, ["arima"], most=0)[0]
    other = with_fitted(dirty, corrupted_after(panel, origin), ["arima"], most=0)[0]
    assert len(one) > 10
    assert one["arima"].equals(other["arima"])


@pytest.mark.slow
def test_processes_change_nothing() -> None:
    random = np.random.default_rng(3)
    series = [random.poisson(50, 7 + k % 5).astype(float) for k in range(60)]
    alone, two = (fitted(series, "ets", 3, workers=workers) for workers in (1, 2))
    assert np.array_equal(alone, two)


def test_a_panel_without_any_long_series_has_nothing_fitted() -> None:
    panel = replace(noisy(3, 9), births=None).cut(2005)
    pairs = backtest(panel, 1, {"naive": naive})
    made, fits = with_fitted(pairs, panel, ["ets"], most=0)
    assert made["ets"].isna().all()
    assert fits == []
