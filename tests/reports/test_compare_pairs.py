"""Differences of two cases: by hand, against scipy, and with draws that share their noise."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_1samp, ttest_ind

from reports.compare import DIFFERENCE_COLUMNS, differences
from reports.compare_pairs import MEANS, PAIRED, UNITS, UNPAIRED, WINDOW, Place, drawn, paired, unpaired
from reports.compare_table import remarks
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from scenarios.problems import render
from tests.reports.test_compare import other

DRAWS = 4


def county(run: RunFolder, more: dict[str, int] | None = None) -> pd.DataFrame:
    """Draws that are easy to add up: figure = year since base + 10 x draw (+ what a plan adds)."""
    rows = []
    for future, plan in run.cases:
        for year in range(run.study.base_year, run.study.horizon + 1):
            for draw in range(1 if year == run.study.base_year else DRAWS):
                value = year - run.study.base_year + 10 * draw + (more or {}).get(plan, 0)
                rows.append(
                    (future, plan, year, draw, 9000, 9500, value, value, 200, value, value, value, float(value))
                )
    columns = ["future", "plan", "year", "draw", "pupils", "seats", "unused", "short", "classes", "classes_over",
               "schools_over", "pupils_over", "capital"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).sort_values(["future", "plan", "year", "draw"], ignore_index=True)


def with_draws(run: RunFolder, more: dict[str, int] | None = None, **study: object) -> RunFolder:
    run = replace(run, study=run.study.model_copy(update={"draws": DRAWS, **study}))
    return replace(run, tables=replace(run.tables, county_draws=county(run, more)))


def test_figures_of_the_window_by_hand(run: RunFolder) -> None:
    own = with_draws(run)
    first, last = own.study.window
    found = drawn(Place(own, "do-nothing", own.study.futures[0].id))
    assert found is not None
    years, base = tuple(range(first, last + 1)), own.study.base_year
    noise = 10 * np.arange(DRAWS)
    assert found.of("pupils_over", WINDOW, years).tolist() == (last - base + noise).tolist()
    assert found.of("unused", WINDOW, years).tolist() == ((first + last) / 2 - base + noise).tolist()
    assert found.of("capital", WINDOW, years).tolist() == (own.study.horizon - base + noise).tolist()
    assert found.of("short", first, years).tolist() == (first - base + noise).tolist()


def test_pairs_by_hand() -> None:
    found = paired(np.array([10.0, 20.0, 30.0, 40.0]), np.array([8.0, 20.0, 25.0, 43.0]))
    assert found["mean"] == -1.0  # -2, 0, -5, 3
    assert (found["p_less"], found["p_more"]) == (0.5, 0.25)
    assert found["p50"] == -1.0
    assert found["p05"] == pytest.approx(-5 + 0.15 * 3)
    spread = np.sqrt((1 + 1 + 16 + 16) / 3)
    assert found["high"] - found["mean"] == pytest.approx(2.3533634 * spread / 2, rel=1e-6)  # t[0.95, 3]
    assert found["low"] + found["high"] == pytest.approx(2 * found["mean"])


def test_pairs_against_scipy() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(50, 9, 300), rng.normal(47, 5, 300)
    ends = ttest_1samp(y - x, 0).confidence_interval(0.90)
    found = paired(x, y)
    assert (found["low"], found["high"]) == pytest.approx((ends.low, ends.high))


def test_welch_against_scipy() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(50, 9, 40), rng.normal(47, 2, 300)
    ends = ttest_ind(y, x, equal_var=False).confidence_interval(0.90)
    found = unpaired(x, y)
    assert (found["low"], found["high"]) == pytest.approx((ends.low, ends.high))
    assert found["mean"] == pytest.approx(y.mean() - x.mean())
    assert np.isnan([found[name] for name in ("p05", "p50", "p95", "p_less", "p_more", "correlation")]).all()


def test_pairing_takes_the_noise_that_both_share_out() -> None:
    rng = np.random.default_rng(3)
    world = rng.normal(0, 100, 500)
    x, y = 1000 + world + rng.normal(0, 1, 500), 995 + world + rng.normal(0, 1, 500)
    pair, apart = paired(x, y), unpaired(x, y)
    assert pair["mean"] == pytest.approx(apart["mean"])
    assert pair["high"] < 0 < apart["high"]
    assert pair["correlation"] > 0.99
    assert pair["p_less"] > 0.99


def test_one_draw_and_equal_draws_have_no_false_width() -> None:
    alone = paired(np.array([5.0]), np.array([3.0]))
    assert alone["mean"] == -2.0
    assert np.isnan(alone["low"])
    assert np.isnan(unpaired(np.array([5.0]), np.array([3.0]))["low"])
    same = paired(np.full(9, 4.0), np.full(9, 4.0))
    assert (same["low"], same["high"], same["p_less"]) == (0.0, 0.0, 0.0)
    assert np.isnan(same["correlation"])
    flat = unpaired(np.full(9, 4.0), np.full(7, 6.0))
    assert (flat["low"], flat["high"]) == (2.0, 2.0)


def test_runs_of_the_same_worlds_are_paired(run: RunFolder) -> None:
    first, second = with_draws(run), with_draws(other(run), {"county-plan": -3})
    frame = differences([first, second])
    assert tuple(frame.columns) == DIFFERENCE_COLUMNS
    between = frame[frame["run_a"] != frame["run_b"]]
    assert set(between["pairing"]) == {PAIRED}
    assert len(between) == len(run.cases) * len(UNITS) * (1 + last_of(run) - run.study.window[0] + 1)
    changed = between[between["plan_b"] == "county-plan"]
    assert set(changed["mean"]) == {-3.0}
    assert set(changed["p_less"]) == {1.0}
    assert set(between[between["plan_b"] != "county-plan"]["mean"]) == {0.0}
    inside = frame[(frame["run_a"] == "other") & (frame["run_b"] == "other") & (frame["plan_b"] == "county-plan")]
    assert set(inside["plan_a"]) == {"do-nothing"}
    assert set(inside["mean"]) == {-3.0}


def last_of(run: RunFolder) -> int:
    return run.study.window[1]


def test_other_seeds_are_independent_samples(run: RunFolder) -> None:
    frame = differences([with_draws(run), with_draws(other(run), {"compact": 5}, seed=7)])
    between = frame[frame["run_a"] != frame["run_b"]]
    assert set(between["pairing"]) == {UNPAIRED}
    assert set(between[between["plan_b"] == "compact"]["mean"]) == {5.0}
    row = between[(between["plan_b"] == "compact") & (between["period"] == WINDOW)].iloc[0]
    spread = np.sqrt(2 * np.var([0, 10, 20, 30], ddof=1) / 4)
    assert row["high"] - 5.0 == pytest.approx(1.9431803 * spread, rel=1e-6)  # t[0.95, 6]
    assert between["p_less"].isna().all()


def test_windows_that_differ_are_compared_in_the_years_of_both(run: RunFolder) -> None:
    first, last = run.study.window
    frame = differences([with_draws(run), with_draws(other(run), window=(first + 1, last + 1))])
    between = frame[frame["run_a"] != frame["run_b"]]
    assert set(between["period"]) == {WINDOW, *(str(year) for year in range(first + 1, last + 1))}
    apart = differences([with_draws(run), with_draws(other(run), window=(last + 1, last + 2))])
    assert apart[apart["run_a"] != apart["run_b"]].empty


def test_folders_of_earlier_versions_have_means(run: RunFolder) -> None:
    old = replace(run, tables=replace(run.tables, county_draws=run.tables.county_draws.iloc[:0]))
    more = replace(old.tables, county=run.tables.county.assign(mean=run.tables.county["mean"] + 2))
    frame = differences([old, replace(other(old), tables=more)])
    between = frame[frame["run_a"] != frame["run_b"]]
    assert set(between["pairing"]) == {MEANS}
    assert set(between["mean"]) == {2.0}
    assert between["low"].isna().all()
    kept = frame[(frame["run_a"] == frame["run_b"]) & (frame["indicator"] == "pupils_over")]
    assert set(kept["pairing"]) == {PAIRED}
    problem = next(one for one in remarks([old]) if one.code == "RUN125")
    assert problem.severity == "note"
    assert "没有逐次抽样的全县结果" in render(problem, "zh")
    assert "keeps no single draws of the county" in render(problem, "en")


def test_missing_draws_are_an_error(run: RunFolder) -> None:
    whole = with_draws(run)
    cut = replace(whole, tables=replace(whole.tables, county_draws=whole.tables.county_draws.drop(index=[1, 5])))
    with pytest.raises(RunError, match="single draws are missing") as caught:
        differences([cut])
    assert caught.value.code == "RUN128"
    assert "逐次抽样的结果不全" in render(caught.value.problems[0], "zh")
    twice = whole.tables.county_draws.copy()
    twice.loc[2, "draw"] = 0
    with pytest.raises(RunError, match="RUN128"):
        differences([replace(whole, tables=replace(whole.tables, county_draws=twice))])
