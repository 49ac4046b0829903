"""The table of a backtest by hand: medians where there are draws, numbers where there are none."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest_scores import NAMES, better_rival, predictions_of, said, scores_of, skill_against

KEY = {"level": "school", "horizon": 1, "district": "d", "grade": ""}


def pairs() -> pd.DataFrame:
    rows = [
        {**KEY, "origin": 2010 + i, "school": "a", "actual": 100.0, "scale": 10.0, "schoolplan": 99.0, "naive": 90.0,
         "ratio-3": 105.0}
        for i in range(4)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def drawn() -> pd.DataFrame:
    quantiles = dict(zip((f"q{name[1:]}" for name in NAMES), (70, 80, 90, 96, 99, 110, 120), strict=True))
    rows = [
        {**KEY, "origin": 2010 + i, "school": "a", "mean": 97.0, "crps": 4.0, "pit": 0.8, **quantiles} for i in (0, 1)
    ]
    return pd.DataFrame(rows)


def test_medians_of_draws_are_scored_where_there_are_draws() -> None:
    found = predictions_of(pairs(), {"schoolplan": drawn()})
    own = found[found["method"] == "schoolplan"].sort_values("origin")
    assert own["mean"].tolist() == [97.0, 97.0, 99.0, 99.0]
    assert said(own).tolist() == [96.0, 96.0, 99.0, 99.0]
    assert own["year"].tolist() == [2011, 2012, 2013, 2014]
    assert found.loc[found["method"] == "naive", "p50"].isna().all()


def test_the_table_by_hand() -> None:
    table = scores_of(predictions_of(pairs(), {"schoolplan": drawn()})).set_index("method")
    own = table.loc["schoolplan"]
    assert own["n"] == 4
    assert own["wape"] == pytest.approx((4 + 4 + 1 + 1) / 400)
    assert own["bias"] == pytest.approx(-10 / 400)
    assert own["mase"] == pytest.approx(10 / 40)
    assert (own["crps"], own["width80"]) == (4.0, 30.0)
    assert (own["cover50"], own["cover80"], own["cover90"]) == (0.0, 1.0, 1.0)
    assert own["skill"] == pytest.approx(0.025 / 0.05 - 1.0)
    assert np.isnan(table.loc["naive", ["crps", "cover50", "width80"]].to_numpy(dtype=float)).all()


def test_the_rival_is_the_better_of_the_two() -> None:
    found = predictions_of(pairs(), {})
    table = scores_of(found)
    assert better_rival(table, "school", 1) == "ratio-3"
    assert better_rival(table, "school", 9) == ""
    change = skill_against(found, "school", [1], "ratio-3")
    assert change.change == pytest.approx(1.0 / 5.0 - 1.0)
