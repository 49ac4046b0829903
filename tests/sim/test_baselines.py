"""Simple forecasts: each formula on numbers small enough for a pencil."""

import numpy as np
import pytest

from sim.baselines import BASELINES, constant_share, naive, ratio, trend
from tests.sim.panels import corrupted_after, noisy, panel_of, steady, with_births

NONE = float("nan")


def test_naive_is_last_year() -> None:
    panel = panel_of({"a": [[5, 6], [7, 8], [9, 0], [1, 2]]})
    assert naive(panel, 2)[0].tolist() == [[6, 6], [8, 8], [0, 0], [2, 2]]


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "trend"])
def test_a_steady_world_is_forecast_exactly(name: str) -> None:
    panel = steady()
    if name == "ratio-3-births":
        panel = with_births(panel, np.full((2, 12), 500.0), first=1996)
    expected = np.repeat(panel.pupils[:, :, -1:], 6, axis=2)
    assert BASELINES[name](panel, 6) == pytest.approx(expected)


def test_the_mean_of_ratios_and_the_pooled_ratio_differ_as_by_hand() -> None:
    panel = panel_of({"a": [[10, 20, 40, 50], [1, 5, 20, 60], [NONE] * 4, [NONE] * 4]})
    one, mean, pooled = (ratio(panel, 2, years, pooled)[0] for years, pooled in ((1, False), (3, False), (3, True)))
    assert one[1, 0] == pytest.approx(50 * 60 / 40)
    assert mean[1, 0] == pytest.approx(50 * (5 / 10 + 20 / 20 + 60 / 40) / 3)
    assert pooled[1, 0] == pytest.approx(50 * 85 / 70)
    assert one[0].tolist() == [50, 50]
    assert mean[0].tolist() == pytest.approx([110 / 3] * 2)
    assert mean[1, 1] == pytest.approx(110 / 3 * 1.0)


def test_a_school_without_ratios_takes_those_of_all() -> None:
    panel = panel_of(
        {
            "a": [[10, 10, 10], [8, 8, 8], [NONE] * 3, [NONE] * 3],
            "b": [[NONE, NONE, 30], [NONE, NONE, 9], [NONE] * 3, [NONE] * 3],
        }
    )
    assert ratio(panel, 1, 3)[1, 1, 0] == pytest.approx(30 * 0.8)


def test_entry_above_the_lowest_grade_follows_the_district() -> None:
    panel = panel_of(
        {
            "low": [[50, 60, 70], [40, 50, 60], [NONE] * 3, [NONE] * 3],
            "high": [[NONE] * 3, [NONE] * 3, [30, 20, 25], [30, 30, 20]],
        }
    )
    path = ratio(panel, 2, 3)
    yielded = (20 + 25) / (40 + 50)
    assert path[0, 2, 0] == pytest.approx(yielded * 60)
    assert path[0, 2, 1] == pytest.approx(yielded * path[1, 1, 0])


def test_births_carry_the_lowest_grade() -> None:
    births = np.array([[100.0, 100, 100, 200, 300, 400, 500]])
    panel = with_births(panel_of({"a": [[10, 10, 10], [9, 9, 9], [NONE] * 3, [NONE] * 3]}), births, first=1996, delay=0)
    path = ratio(panel, 5, 3, births=True)[0, 0]
    assert path.tolist() == pytest.approx([20, 30, 40, 50, 50])


def test_trend_is_the_line_and_never_below_zero() -> None:
    panel = panel_of({"a": [[2, 4, 6, 8], [9, 6, 3, 1], [5, NONE, 5, 5], [NONE, NONE, NONE, 7]]})
    path = trend(panel, 3)[0]
    assert path[0].tolist() == pytest.approx([10, 12, 14])
    assert path[1].tolist() == pytest.approx([0, 0, 0])
    assert path[2].tolist() == pytest.approx([5, 5, 5])
    assert path[3].tolist() == pytest.approx([7, 7, 7])


def test_constant_share_adds_up_to_the_district_by_ratio_3() -> None:
    panel = noisy()
    path = constant_share(panel, 4)
    north = panel.district_of == 0
    totals = panel.of_districts()[0]
    assert np.nansum(path[north, 0, 0]) == pytest.approx(totals[0, -3:].mean())
    rates = totals[1, -3:] / totals[0, -4:-1]
    assert np.nansum(path[north, 1, 0]) == pytest.approx(totals[0, -1] * rates.mean())


@pytest.mark.parametrize("name", BASELINES)
def test_only_what_was_offered_is_forecast_and_nothing_later_is_used(name: str) -> None:
    panel = noisy()
    for origin in (2005, 2008):
        path = BASELINES[name](panel.cut(origin), 3)
        assert (~np.isnan(path[:, :, 0]) == panel.hosts[:, :, origin - 2001]).all()
        assert path.tobytes() == BASELINES[name](corrupted_after(panel, origin).cut(origin), 3).tobytes()


def test_a_suppressed_count_leaves_gaps_only_where_it_must() -> None:
    panel = panel_of({"a": [[10, 10, 10], [8, 8, 8], [8, 8, 8], [8, 8, 8]]})
    panel.pupils[0, 0, -1] = NONE
    path = ratio(panel, 2, 3)[0]
    assert np.isnan(naive(panel, 1)[0, 0, 0])
    assert path[:, 0].tolist() == pytest.approx([10, 8, 8, 8])
