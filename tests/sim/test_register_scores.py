"""A forecast held to a register: scores by hand, places between quantiles, the error record."""

import numpy as np
import pandas as pd
import pytest

from sim.register_scores import QUANTILES, largest_misses, places, score_rows, stretch

KNOTS = [80.0, 85.0, 92.0, 100.0, 108.0, 115.0, 120.0]


def cases(actual: list[float], naive: list[float] | None = None, ratio: list[float] | None = None) -> pd.DataFrame:
    n = len(actual)
    frame = pd.DataFrame([KNOTS] * n, columns=list(QUANTILES))
    keys = {"level": "school", "horizon": 1, "year": 2021, "school": [f"s{i}" for i in range(n)], "mean": 101.0}
    nothing = [np.nan] * n
    return frame.assign(**keys, actual=actual, naive=naive or nothing, ratio=ratio or nothing)


def test_scores_are_those_worked_out_by_hand() -> None:
    row = score_rows(cases([90.0, 110.0, 130.0], [100.0, 100.0, 100.0], [95.0, 105.0, np.nan])).iloc[0]
    assert row["n"] == 3
    assert row["wape"] == pytest.approx(50 / 330)
    assert row["bias"] == pytest.approx(-30 / 330)
    assert row["wape_naive"] == pytest.approx(50 / 330)
    assert row["wape_ratio"] == pytest.approx(10 / 200)
    assert row["skill"] == pytest.approx(20 / 10 - 1.0)  # on the two cases that all forecast
    assert row["cover50"] == 0.0
    assert row["cover80"] == row["cover90"] == pytest.approx(2 / 3)
    assert row["width80"] == 30.0


def test_pinball_is_the_mean_over_levels() -> None:
    row = score_rows(cases([130.0])).iloc[0]
    by_hand = np.mean([level * (130.0 - knot) for knot, level in zip(KNOTS, QUANTILES.values(), strict=True)])
    assert row["pinball"] == pytest.approx(by_hand)
    assert np.isnan(row["skill"])


def test_without_quantiles_only_the_mean_is_scored() -> None:
    bare = cases([100.0]).assign(**dict.fromkeys(QUANTILES, np.nan))
    row = score_rows(bare).iloc[0]
    assert row["wape"] == pytest.approx(0.01)
    assert np.isnan([row["cover80"], row["pinball"], row["stretch"]]).all()


def test_places_lie_between_quantiles_and_at_the_ends_beyond_them() -> None:
    found = places(cases([79.0, 80.0, 88.5, 100.0, 117.5, 121.0]))
    assert found == pytest.approx([0.0, 0.05, 0.175, 0.5, 0.925, 1.0])


def test_the_place_in_a_tie_is_its_middle() -> None:
    tied = cases([3.0]).assign(p05=2.0, p10=3.0, p25=3.0, p50=3.0, p75=3.0, p90=4.0, p95=5.0)
    assert places(tied) == pytest.approx([(0.10 + 0.75) / 2])


def test_stretch_is_the_factor_that_would_have_held_four_fifths() -> None:
    y = np.array([100.0, 107.5, 115.0, 122.5, 130.0, 145.0])
    values = {name: np.full(6, knot) for name, knot in zip(QUANTILES, KNOTS, strict=True)}
    factor = stretch(y, values)
    assert factor == pytest.approx(2.0)
    assert (np.abs(y - 100.0) <= factor * 15.0).mean() >= 0.8
    flat = {name: np.full(6, 100.0) for name in QUANTILES}
    assert np.isnan(stretch(y, flat))


def test_the_largest_misses_come_first_with_their_sign() -> None:
    found = largest_misses(cases([90.0, 130.0, 101.0]), 2)
    assert found["school"].tolist() == ["s1", "s0"]
    assert found["miss"].tolist() == [-30.0, 10.0]
    assert found["place"].iloc[0] == 1.0
