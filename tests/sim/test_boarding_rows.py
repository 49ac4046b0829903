"""Beds, meals and land of schools against plain arithmetic on the draws; verdicts on beds beside the clauses."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.boarding_rows import BEDS_RULE, bed_breach, bed_verdict_rows, boarding_rows
from sim.bounds import bounds
from sim.details import details_of
from sim.engine import simulate
from sim.ladders import whole
from sim.reduced import Reduced
from sim.summary import Assessment, measured
from tests.sim import boarding_study, studies

DRAWS = 40


def reduced(of, boards=True):
    case = studies.case(of, "baseline", "build", DRAWS)
    if boards:
        case = replace(case, boards=boarding_study.boards(of, case)[0])
    result = simulate(of.model, [case], 1, np.arange(DRAWS))[0]
    model = whole(of.model)
    assessment = Assessment(tuple(bounds(of.bundle, model)), (2025, 2028), 0.9)
    details = details_of(of.bundle, model)
    return Reduced(measured(result, model, assessment), model, case, assessment, "tiny", details, None)


@pytest.fixture(scope="module")
def one():
    return reduced(boarding_study.boarding(day_meals=0.5, per_life_teacher=40.0))


def row(table: pd.DataFrame, school: str, stage: str, year: int) -> pd.Series:
    found = table[(table["school"] == school) & (table["stage"] == stage) & (table["year"] == year)]
    assert len(found) == 1
    return found.iloc[0]


def test_rows_are_plain_sums_over_the_draws(one) -> None:
    table, result = boarding_rows(one), one.now.result
    schools = one.model.layout.schools
    for school, beds in (("a", 100), ("b", 160)):
        s = schools.index(school)
        for t, year in enumerate(one.model.years):
            boarders = result.boarders[:, t, s].sum(axis=1)
            pupils = result.rolls[:, t, s].sum(axis=1)
            found = row(table, school, "all", year)
            assert found["beds"] == beds
            assert found["boarders"] == pytest.approx(boarders.mean())
            assert found[["p10", "p50", "p90"]].tolist() == pytest.approx(
                np.quantile(boarders, (0.1, 0.5, 0.9)).tolist()
            )
            assert found["p_short"] == pytest.approx(np.mean([count > beds for count in boarders]))
            assert found["short"] == pytest.approx(np.mean([max(count - beds, 0) for count in boarders]))
            diners = np.mean([b + 0.5 * (n - b) for b, n in zip(boarders, pupils, strict=True)])
            assert found["diners"] == pytest.approx(diners)
            assert found["canteen_m2"] == pytest.approx(2.5 * diners)
            assert found["dormitory_m2"] == pytest.approx(5.7 * boarders.mean())
            assert found["life_teachers"] == pytest.approx(np.mean([-(-count // 40) for count in boarders]))


def test_stages_of_a_school_add_up_to_the_school(one) -> None:
    table = boarding_rows(one)
    parts = table[table["stage"] != "all"].groupby(["school", "year"])["boarders"].sum()
    whole_ = table[table["stage"] == "all"].set_index(["school", "year"])["boarders"]
    pd.testing.assert_series_equal(parts.sort_index(), whole_.sort_index(), check_names=False)


def test_a_bed_less_than_boarders_is_a_breach_and_a_bed_for_each_is_none(one) -> None:
    boarders = one.now.result.boarders.sum(axis=3)
    s = one.model.layout.schools.index("a")
    most = int(boarders[:, :, s].max())
    for beds, broken in ((most, False), (most - 1, True)):
        stocks = one.details.stocks
        base = stocks.base["beds"].copy()
        base[s] = beds
        other = replace(one.details, stocks=replace(stocks, base={**stocks.base, "beds": base}))
        breach = bed_breach(replace(one, details=other))
        assert bool(breach.broken[:, :, s].any()) is broken
        assert breach.over[:, :, s].max() == (1 if broken else 0)


def test_verdicts_are_joint_over_the_window_and_the_county_fails_with_its_schools(one) -> None:
    table = bed_verdict_rows(one).set_index(["scope", "entity"])
    assert set(table["rule"]) == {BEDS_RULE}
    inside = slice(1, 5)  # 2025-2028 of 2024-2030
    boarders = one.now.result.boarders.sum(axis=3)
    good = np.ones(DRAWS, dtype=bool)
    for school, beds in (("a", 100), ("b", 160)):
        s = one.model.layout.schools.index(school)
        held = (boarders[:, inside, s] <= beds).all(axis=1)
        good &= held
        assert table.loc[("school", school), "probability"] == pytest.approx(held.mean())
    assert table.loc[("county", "tiny"), "probability"] == pytest.approx(good.mean())
    assert ("school", "c") not in table.index  # a new school without beds: nobody boards there


def test_unknown_beds_are_not_judged() -> None:
    one = reduced(boarding_study.boarding(beds=(("a", 100), ("b", np.nan))))
    table, verdicts = boarding_rows(one), bed_verdict_rows(one)
    found = row(table, "b", "all", 2026)
    assert np.isnan(found["beds"])
    assert np.isnan(found["p_short"])
    assert found["boarders"] > 0
    assert "b" not in set(verdicts["entity"])


def test_a_study_without_the_section_has_no_rows() -> None:
    one = reduced(studies.study(studies.LOADING, "study"), boards=False)
    assert len(boarding_rows(one)) == 0
    assert len(bed_verdict_rows(one)) == 0
