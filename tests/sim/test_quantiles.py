"""Columns of tidy rows: equal to numpy's mean and quantiles, whatever the type the draws are sorted in."""

import numpy as np
import pytest

from sim.quantiles import QUANTILE_NAMES, QUANTILES, frame_of, narrow, order_statistics, quantile_columns, quantile_rows

KEYS = {"stage": "all", "indicator": "roll", "unit": "pupils"}
YEARS, NAMES = range(2024, 2027), ["a", "b"]


def draws(scale, kind):
    return (np.random.default_rng(7).normal(0.0, scale, (57, 3, 2))).astype(kind)


@pytest.mark.parametrize("scale", [20, 20_000, 3_000_000_000])
@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_rows_are_the_mean_and_the_quantiles_over_draws(scale, kind):
    values = draws(scale, kind)
    found = quantile_rows(values, KEYS, np.array([scale / 2, np.nan]), YEARS, NAMES)
    assert found["year"].tolist() == [2024, 2024, 2025, 2025, 2026, 2026]
    assert found["entity"].tolist() == NAMES * 3
    assert found["mean"].to_numpy() == pytest.approx(values.mean(axis=0).reshape(-1), rel=1e-12)
    wanted = np.quantile(values, QUANTILES, axis=0).reshape(len(QUANTILES), -1)
    table = found[list(QUANTILE_NAMES)].to_numpy().T
    assert table == pytest.approx(wanted, rel=1e-12, abs=1e-9)
    over = found["p_exceed"].to_numpy().reshape(3, 2)
    assert over[:, 0].tolist() == (values[:, :, 0] > scale / 2).mean(axis=0).tolist()
    assert np.isnan(over[:, 1]).all()
    assert order_statistics(values.reshape(57, -1)) == pytest.approx(wanted, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("kind", [np.int32, np.float64])
def test_rows_that_are_not_shown_change_nothing_in_the_others(kind):
    values = draws(50, kind)
    shown = np.array([[True, False], [True, True], [False, True]])
    every = quantile_rows(values, KEYS, None, YEARS, NAMES)
    some = frame_of([quantile_columns(values, KEYS, None, YEARS, NAMES, shown)])
    assert some.equals(every[shown.reshape(-1)].reset_index(drop=True))


def test_whole_numbers_are_sorted_in_the_smallest_type_that_holds_them():
    for top, kind in ((32767, np.int16), (32768, np.int32), (2**31, np.int64)):
        values = np.array([[-5, top]])
        assert narrow(values).dtype == kind
        assert narrow(values).tolist() == values.tolist()
    assert narrow(np.array([1.5])).dtype == np.float64
