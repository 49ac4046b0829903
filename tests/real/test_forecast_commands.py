"""`forecast` and `backtest` on tables as they were published: foreign heads, names, gaps, suppressed cells."""

from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from tests.real.published import folder_of

pytestmark = pytest.mark.slow

BIRTHS = {"vermont": "births_by_county.csv", "baltimore": "births.csv", "eau_claire": "births.csv"}
MASKED = {"eau_claire": (2020,)}


@pytest.mark.parametrize("name", BIRTHS)
def test_a_published_table_is_forecast_as_it_is(name: str, tmp_path: Path) -> None:
    folder = folder_of(name) / name
    done = schoolplan.forecast(
        folder / "enrolment.csv", tmp_path / "out", births=folder / BIRTHS[name], masked=MASKED.get(name, ()), draws=100
    )
    county = done.rows[done.rows["level"] == "county"]
    assert len(county) == 5
    assert (county["p05"] < county["p95"]).all()
    parts = done.rows[done.rows["level"] == "school"].groupby("year")["mean"].sum()
    assert parts.to_numpy() == pytest.approx(county["mean"].to_numpy())
    trust = done.view.trust
    assert trust.wape[3] < trust.naive[3] * 1.05
    assert 0.7 < trust.cover80[3] < 0.9


@pytest.mark.parametrize("name", ["vermont", "eau_claire"])
def test_the_backtest_of_a_published_table_shows_the_skill_of_the_page(name: str, tmp_path: Path) -> None:
    folder = folder_of(name) / name
    done = schoolplan.backtest(
        folder / "enrolment.csv", tmp_path / "out", births=folder / BIRTHS[name], masked=MASKED.get(name, ()), draws=100
    )
    table = pd.read_csv(done.path / "backtest.csv", encoding="utf-8-sig").query("method == 'schoolplan'")
    rows = table.set_index(["level", "horizon"])
    assert rows.loc[("school-grade", 1), "skill"] < -0.09
    assert rows.loc[("school", 3), "skill"] < (-0.15 if name == "vermont" else 0.0)
    assert rows.loc[("school-grade", 3), "cover80"] == pytest.approx(0.8, abs=0.06)
    assert done.view.decisions["auc"] > 0.88
