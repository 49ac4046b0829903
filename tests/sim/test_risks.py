"""Behind a verdict: first breaches and headroom, against loops over draws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.bounds import bounds
from sim.details import details_of
from sim.engine import simulate
from sim.milestone_dates import Milestone
from sim.milestones import milestone_rows
from sim.reduced import Reduced
from sim.risks import NO_YEAR, first_breach_rows, first_years, headroom, risk_rows
from sim.summary import Assessment, measured, verdict_rows
from tests.sim import busy as busy_study
from tests.sim import studies

DRAWS, WINDOW = 12, (2025, 2027)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    busy = studies.study(busy_study.write(tmp_path_factory.mktemp("busy"), 5))
    case = studies.case(busy, "baseline", "everything", DRAWS)
    result = simulate(busy.model, [case], 1, np.arange(DRAWS))[0]
    judged = Assessment(tuple(bounds(busy.bundle, busy.model)), WINDOW, 0.9)
    details = details_of(busy.bundle, busy.model)
    return Reduced(measured(result, busy.model, judged), busy.model, case, judged, "busy", details, None)


def test_the_first_breach_is_the_first_year_that_is_broken():
    broken = np.array([[False, True, True], [False, False, False], [True, False, True]])
    assert first_years(broken).tolist() == [1, NO_YEAR, 0]


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40), st.sampled_from([0.5, 0.8, 0.95]))
def test_headroom_is_the_largest_that_enough_draws_have(room, probability):
    found = headroom(np.array(room, dtype=float), probability)
    assert np.mean([value >= found for value in room]) >= probability
    assert all(np.mean([value >= more for value in room]) < probability for more in room if more > found)


def test_first_breaches_are_counted_draw_by_draw_and_agree_with_the_verdict(one):
    rows = first_breach_rows(one)
    start = WINDOW[0] - one.model.base_year - 1
    assert len(rows)
    verdicts = verdict_rows(one.now, one.model, one.assessment, "busy").set_index(["rule", "entity"])
    for (rule, school), found in rows.groupby(["rule", "entity"]):
        at = [bound.code for bound in one.assessment.bounds].index(rule)
        broken = one.now.breaches[at].broken[:, start:, one.model.layout.schools.index(school)]
        chance = [sum(next((t for t in range(broken.shape[1]) if b[t]), -1) == year for b in broken) / DRAWS
                  for year in range(broken.shape[1])]  # fmt: skip
        assert found["p_first"].tolist() == pytest.approx(chance)
        assert found["p_by"].iloc[-1] == pytest.approx(broken.any(axis=1).mean())
        inside = found[found["in_window"] == 1]
        assert inside["year"].tolist() == list(range(WINDOW[0], WINDOW[1] + 1))
        if verdicts.loc[(rule, school), "verdict"] != "outlook":
            assert inside["p_by"].iloc[-1] == pytest.approx(1.0 - verdicts.loc[(rule, school), "probability"])


def test_room_is_what_every_year_of_the_window_leaves(one):
    rows = risk_rows(one).set_index(["rule", "entity"])
    first, last = (year - one.model.base_year - 1 for year in WINDOW)
    for bound, breach in zip(one.assessment.bounds, one.now.breaches, strict=True):
        for school in np.flatnonzero(~np.isnan(bound.limit)):
            years = [t for t in range(first, last + 1) if one.now.open[t, school]]
            key = (bound.code, one.model.layout.schools[school])
            assert (key in rows.index) == bool(years)
            if not years:
                continue
            row = rows.loc[key]
            assert row["p_never"] == pytest.approx((~breach.broken[:, years, school].any(axis=1)).mean())
            if bound.indicator == "rooms":
                assert np.isnan(row["headroom_80"])
                assert row["unit"] == "rooms"
                continue
            least = sorted(min(bound.limit[school] - breach.value[d, t, school] for t in years) for d in range(DRAWS))
            assert row["headroom_80"] == least[DRAWS - int(np.ceil(0.8 * DRAWS))]
            assert row["headroom_95"] == least[DRAWS - int(np.ceil(0.95 * DRAWS))]
            assert row["worst_p50"] == bound.limit[school] - least[DRAWS // 2]
            # A clause with room in enough draws is kept in enough draws.
            if row["headroom_95"] >= 0:
                assert row["p_never"] >= 0.95


def test_a_milestone_looks_at_one_year(one):
    later = replace(one, details=replace(one.details, milestones=(Milestone("review", 2025), Milestone("far", 2028))))
    rows = milestone_rows(later)
    assert set(rows["milestone"]) == {"review", "far"}
    assert set(rows.loc[rows["milestone"] == "far", "verdict"]) == {"outlook"}
    broken = np.logical_or.reduce([breach.broken[:, 1] for breach in one.now.breaches])
    all_of = rows[(rows["milestone"] == "review") & (rows["rule"] == "all")].iloc[0]
    assert all_of["probability"] == pytest.approx((~broken.any(axis=1)).mean())
    named = all_of["schools"].split()
    chance = dict(zip(one.model.layout.schools, broken.mean(axis=0), strict=True))
    assert [chance[school] for school in named] == sorted((c for c in chance.values() if c >= 0.01), reverse=True)[:10]


def test_without_milestones_the_end_of_the_window_is_looked_at(one):
    assert set(milestone_rows(one)["milestone"]) == {"assessment"}  # this scenario names an assessment year
    rows = milestone_rows(replace(one, details=replace(one.details, milestones=())))
    assert set(zip(rows["milestone"], rows["year"], strict=True)) == {("window-end", WINDOW[1])}


def test_all_years_of_the_window_are_never_likelier_than_one_of_them(one):
    verdicts = verdict_rows(one.now, one.model, one.assessment, "busy")
    window = verdicts[(verdicts["scope"] == "county") & (verdicts["rule"] == "all")]["probability"].iloc[0]
    rows = milestone_rows(one)
    assert window <= rows[rows["rule"] == "all"]["probability"].iloc[0]
