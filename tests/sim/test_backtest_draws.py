"""Draws held to what came: intervals, their shares by origins, rival layers, nothing from the future."""

import numpy as np
import pandas as pd
import pytest

from sim.backtest_draws import (
    Settings,
    backtest_draws,
    clustered_share,
    crps_skill,
    held,
    interval_table,
    paths_of,
    pit_table,
    quantile_names,
    smooth_quantiles,
    statement,
    teaching_origins,
    with_size_band,
)
from sim.baselines import naive
from tests.sim.panels import corrupted_after, noisy, panel_of

SMALL = Settings(horizons=(1, 3), draws=40)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return backtest_draws(noisy(), SMALL)


def test_quantiles_of_whole_numbers_are_spread_over_half_a_pupil() -> None:
    samples = np.sort(np.array([[4.0] * 50 + [5.0] * 50]), axis=1)
    assert smooth_quantiles(samples, (0.25, 0.5, 0.75))[0] == pytest.approx([4.0, 4.5, 5.0], abs=0.011)
    alone = np.arange(100.0)[None, :]
    assert smooth_quantiles(alone, (0.5,))[0] == pytest.approx([49.5])


def test_an_interval_holds_what_it_says_however_few_pupils() -> None:
    random = np.random.default_rng(2)
    for mean in (2.0, 8.0, 60.0):
        samples = np.sort(random.poisson(mean, (4000, 200)).astype(float), axis=1)
        quantiles = smooth_quantiles(samples, (0.1, 0.9))
        table = pd.DataFrame({"actual": random.poisson(mean, 4000), "q10": quantiles[:, 0], "q90": quantiles[:, 1]})
        assert held(table, "80").mean() == pytest.approx(0.8, abs=0.015)
        assert held(table, "80", whole=True).mean() >= held(table, "80").mean()


def test_every_level_and_horizon_is_scored(rows) -> None:
    assert set(rows["level"]) == {"school-grade", "school", "county-grade", "county"}
    assert set(rows["horizon"]) == {1, 3}
    assert not rows[["actual", "expected", "crps", "pinball", "pit", *quantile_names()]].isna().any().any()
    assert (np.diff(rows[quantile_names()].to_numpy(), axis=1) >= 0.0).all()
    assert rows.loc[rows["level"] == "school", "over"].between(0.0, 1.0).all()
    assert rows.loc[rows["level"] != "school", "over"].isna().all()


def test_totals_are_those_of_the_same_draws(rows) -> None:
    """The mean of the draws of a county is the sum of those of its schools."""
    key = ["origin", "horizon", "district"]
    cells = rows[(rows["level"] == "school-grade")].groupby(key)["mean"].sum()
    county = rows[rows["level"] == "county"].set_index(key)["mean"]
    complete = rows[rows["level"] == "school-grade"].groupby(key)["school"].nunique()
    same = county.index.intersection(cells.index[complete == 4])
    assert len(same) > 5
    assert cells[same].to_numpy() == pytest.approx(county[same].to_numpy())


def test_nothing_after_the_origin_changes_its_rows() -> None:
    panel, origin = noisy(), 2006
    names = ["school", "grade", "expected", "mean", *quantile_names()]
    found = []
    for one in (panel, corrupted_after(panel, origin)):
        table = backtest_draws(one, SMALL)
        part = table[(table["origin"] == origin) & (table["level"] == "school-grade") & (table["horizon"] == 1)]
        found.append(part.set_index(["school", "grade"])[names[2:]])
    both = found[0].index.intersection(found[1].index)
    assert len(both) > 10
    assert (found[0].loc[both].to_numpy() == found[1].loc[both].to_numpy()).all()


def test_teachers_are_counted_years_with_three_years_of_history() -> None:
    panel = noisy()
    assert teaching_origins(panel) == list(range(2003, 2011))
    assert 2004 not in teaching_origins(panel.masked([2004]))
    assert sorted(paths_of(panel, 2)) == list(range(2003, 2010))


def test_a_rival_gets_the_same_layer_around_its_own_forecasts(rows) -> None:
    rival = backtest_draws(noisy(), SMALL, naive)
    cells = rival[(rival["level"] == "school-grade") & (rival["horizon"] == 1)]
    assert cells["mean"].to_numpy() == pytest.approx(cells["expected"].to_numpy(), rel=0.5)
    assert crps_skill(rows, rival, "school-grade", 1) > 0.05
    assert crps_skill(rows, rows, "school", 3) == pytest.approx(0.0)
    assert np.isnan(crps_skill(rows, rival, "school", 9))


def test_only_the_latest_origins_when_asked() -> None:
    last = backtest_draws(noisy(), Settings(horizons=(1,), draws=20, last=2))
    assert sorted(set(last["origin"])) == [2008, 2009]


def test_shares_know_that_errors_of_an_origin_come_together() -> None:
    origin = np.repeat(np.arange(10), 100)
    inside = (np.arange(1000) % 5 > 0).astype(float)
    together = np.repeat([1.0, 1.0, 1.0, 1.0, 0.0], 200)
    apart, blocks = clustered_share(inside, origin), clustered_share(together, origin)
    assert apart.share == blocks.share == pytest.approx(0.8)
    assert apart.high - apart.low < 0.01
    assert blocks.high - blocks.low > 0.2


def made(actual, origin):
    spread = {"q05": -2.0, "q10": -1.0, "q25": -0.5, "q75": 0.5, "q90": 1.0, "q95": 2.0}
    table = pd.DataFrame({"level": "school", "horizon": 1, "origin": origin, "actual": actual})
    return table.assign(**{name: 100.0 + 100.0 * value for name, value in spread.items()})


def test_the_statement_says_calibrated_borrowed_or_not() -> None:
    origin = np.repeat(np.arange(8), 50)
    inside = np.where(np.arange(400) % 5 > 0, 100.0, 900.0)
    assert statement(made(inside, origin)).calibrated == "yes"
    assert statement(made(inside, origin)).held80.share == pytest.approx(0.8)
    assert statement(made(inside, origin % 3)).calibrated == "borrowed"
    assert statement(made(np.where(np.arange(400) % 2 > 0, 100.0, 900.0), origin)).calibrated == "no"
    assert statement(made(np.full(400, 100.0), origin)).calibrated == "no"


def test_tables_by_level_horizon_and_size(rows) -> None:
    table = interval_table(rows)
    assert len(table) == 8
    assert table["held50"].lt(table["held80"]).all()
    banded = with_size_band(rows[rows["level"] == "school-grade"], (30.0, 60.0))
    assert set(banded["band"]) <= {"< 30", "< 60", ">= 60"}
    assert (banded.loc[banded["band"] == "< 30", "expected"] < 30.0).all()
    assert interval_table(banded, ("level", "band"))["n"].sum() == len(banded)
    assert pit_table(rows).sum() == pytest.approx(1.0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "schools",
    [
        {"a": [[20.0, 22.0, 19.0, 25.0, 18.0, 20.0, 24.0]]},
        {"a": [[20.0] * 7] * 4, "b": [[3.0] * 4 + [0.0] * 3] * 4},
        {"a": [[1.0, 0.0, 2.0, 1.0, 0.0, 1.0, 3.0]] * 4, "b": [[200000.0] * 7] * 4},
    ],
    ids=["one grade", "a school runs empty", "one pupil and very many"],
)
def test_odd_panels_have_draws_too(schools) -> None:
    found = backtest_draws(panel_of(schools), Settings(horizons=(1, 3), draws=20))
    assert len(found) > 5
    assert (found["q05"] >= -0.5).all()


def test_horizons_asked_for_do_not_change_what_is_learnt(rows) -> None:
    """Sizes are learnt from the same horizons whatever is scored."""
    one = backtest_draws(noisy(), Settings(horizons=(1,), draws=40))
    assert one["mean"].to_numpy() == pytest.approx(rows.loc[rows["horizon"] == 1, "mean"].to_numpy())


def test_a_panel_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="more years"):
        backtest_draws(noisy(years=4), SMALL)
