"""Rolling origins: what is scored, the table by hand, and that nobody sees the future."""

from dataclasses import replace

import pytest

from sim.backtest import KEYS, LEVELS, OWN, backtest, origins_of, score_table, skill_of
from sim.baselines import naive
from sim.panel import Panel
from tests.sim.panels import corrupted_after, noisy, panel_of, steady

NONE = float("nan")
STAGES = ("lower", "lower", "upper", "upper")


def small() -> Panel:
    """School a stays, b closes after year 5, c loses its highest grade in year 6."""
    a = [[10.0, 12, 14, 16, 18, 20]] * 4
    b = [[5.0, 5, 5, 5, 5, NONE]] * 4
    c = [[7.0] * 6, [7.0] * 6, [7.0] * 6, [7.0, 7, 7, 7, 7, NONE]]
    return panel_of({"a": a, "b": b, "c": c})


def cases(pairs, level, origin, horizon):
    return pairs[(pairs["level"] == level) & (pairs["origin"] == origin) & (pairs["horizon"] == horizon)]


def test_origins_have_four_years_and_a_year_after_them() -> None:
    assert origins_of(small()) == [2004, 2005]
    assert origins_of(small().masked([2002])) == [2005]
    with pytest.raises(ValueError, match="a backtest needs 5 years"):
        backtest(small().cut(2004), 2)


def test_who_is_scored_at_which_level() -> None:
    pairs = backtest(small(), 2, {"naive": naive})
    assert list(pairs.columns) == [*KEYS, "actual", "scale", OWN, "naive"]
    cell = cases(pairs, "school-grade", 2005, 1)
    assert cell.groupby("school").size().to_dict() == {"a": 4, "c": 3}
    assert cases(pairs, "school", 2004, 1)["school"].tolist() == ["a", "b", "c"]
    assert cases(pairs, "school", 2005, 1)["school"].tolist() == ["a"]
    grade = cases(pairs, "county-grade", 2005, 1)
    assert grade["actual"].tolist() == [27, 27, 27, 20]
    assert grade["naive"].tolist() == [30, 30, 30, 30]
    county = cases(pairs, "county", 2005, 1)
    assert (county["actual"].tolist(), county["naive"].tolist()) == ([101], [120])


def test_a_stage_is_scored_where_its_own_grades_stayed() -> None:
    assert cases(backtest(small(), 1, {"naive": naive}), "school-stage", 2005, 1).empty
    panel = replace(small(), stages=STAGES)
    pairs = backtest(panel, 1, {"naive": naive})
    stage = cases(pairs, "school-stage", 2005, 1)
    # c has lost its highest grade: its lower stage stayed, its upper one did not
    assert stage[["school", "grade"]].to_numpy().tolist() == [["a", "lower"], ["c", "lower"], ["a", "upper"]]
    assert stage["actual"].tolist() == [40, 14, 40]
    assert stage["naive"].tolist() == [36, 14, 36]
    assert stage["scale"].tolist() == pytest.approx([4, 0, 4])
    both = stage[stage["school"] == "a"][["naive", OWN]].sum()
    whole = cases(pairs, "school", 2005, 1).set_index("school").loc["a", ["naive", OWN]]
    assert both.tolist() == pytest.approx(whole.tolist())


def test_a_missing_count_of_one_school_takes_its_county_out() -> None:
    panel = panel_of({"a": [[10.0] * 7] * 4, "b": [[5.0, 5, 5, 5, NONE, 5, 5]] * 4})
    pairs = backtest(panel, 2, {"naive": naive})
    assert len(cases(pairs, "county", 2004, 1)) == 0
    assert len(cases(pairs, "county", 2004, 2)) == 1
    assert cases(pairs, "school", 2004, 1)["school"].tolist() == ["a"]


def test_the_table_by_hand() -> None:
    table = score_table(backtest(small(), 1, {"naive": naive})).set_index(["level", "horizon", "method"])
    row = table.loc["school", 1, "naive"]
    # origin 2004: a 64 -> 72, b 20 -> 20, c 28 -> 28; origin 2005: a 72 -> 80
    assert (row["n"], row["wape"], row["bias"]) == (4, pytest.approx(16 / 200), pytest.approx(-16 / 200))
    assert row["mape"] == pytest.approx((0 + 8 / 80) / 2)
    assert row["mase"] == pytest.approx(16 / (8 + 0 + 0 + 8))
    assert row["within10"] == pytest.approx(3 / 4)
    assert row["within5"] == pytest.approx(2 / 4)


def test_levels_and_horizons_stand_in_their_order() -> None:
    table = score_table(backtest(replace(noisy(), stages=STAGES), 3, {"naive": naive}))
    assert table["level"].drop_duplicates().tolist() == list(LEVELS)
    assert table["horizon"].tolist()[:6] == [1, 1, 2, 2, 3, 3]


def test_a_steady_world_has_no_errors() -> None:
    table = score_table(backtest(steady(9), 3))
    assert table["wape"].max() < 0.4  # trend and others are exact too
    assert table.loc[table["method"] == OWN, "wape"].max() == pytest.approx(0.0, abs=1e-9)


def test_a_method_is_given_only_what_was_known() -> None:
    panel, seen = noisy(), []

    def spy(cut: Panel, horizon: int):
        seen.append((int(cut.years[-1]), cut.pupils.shape[2]))
        return naive(cut, horizon)

    backtest(panel, 2, {"spy": spy})
    assert seen == [(year, year - 2000) for year in range(2004, 2010)]


def test_forecasts_of_an_origin_stay_when_everything_after_it_changes() -> None:
    panel, origin = noisy(), 2006
    clean = backtest(panel, 2, origins=[2004, 2005, 2006])
    dirty = backtest(corrupted_after(panel, origin), 2, origins=[2004, 2005, 2006])
    keys = [*KEYS, OWN, "ratio-3"]
    one, other = (
        frame[(frame["level"] == "school-grade") & (frame["origin"] + frame["horizon"] <= origin)][keys]
        for frame in (clean, dirty)
    )
    assert len(one) > 50
    assert one.reset_index(drop=True).equals(other.reset_index(drop=True))


def test_the_path_beats_the_naive_forecast_of_cohorts_that_differ() -> None:
    pairs = backtest(noisy(30, 12), 3)
    found = skill_of(pairs, "school-grade", [1, 2, 3], OWN, "naive")
    assert found.high < -0.05
    assert skill_of(pairs, "school-grade", [1], "naive", "naive").change == 0.0
