"""One crew against Lindley's recursion, and money against a cash book kept by hand, source by source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.construction import opening_years, simulate
from sim.fates import draw_fates
from sim.programme import january, prepare
from sim.project_terms import Fund
from sim.projects import BuildPlan
from tests.examples import examples
from tests.sim.construction_cases import spec, works
from tests.sim.construction_plans import rich_plans


def test_the_line_for_one_crew_follows_lindleys_recursion():
    starts = np.array([0, 3, 9, 10, 24, 25, 31, 70, 71, 72])
    projects = [
        spec(f"p{i}", start=int(start), cost=0.0, durations={"construction": (2.0, 7.0, 30.0)}, payments={})
        for i, start in enumerate(starts)
    ]
    plan = BuildPlan(tuple(projects))
    result = opening_years(plan, 1, 2023, 2060, 5, 300)
    service = draw_fates(plan, 5, np.arange(300), "study").stages["construction"]
    wait = np.zeros((300, len(starts)))
    for i in range(1, len(starts)):  # W_(n+1) = max(0, W_n + S_n - A_n)
        wait[:, i] = np.maximum(0.0, wait[:, i - 1] + service[:, i - 1] - (starts[i] - starts[i - 1]))
    np.testing.assert_allclose(result.waits["crew"], wait, atol=1e-9)
    np.testing.assert_allclose(result.stage_begin[:, :, 0], starts + wait, atol=1e-9)
    assert (wait > 0).mean() > 0.3
    assert (wait[:, 1:] == 0).mean() > 0.05


@pytest.mark.parametrize("crews", [1, 2, 3])
def test_equal_works_that_come_together_are_served_in_rounds(crews):
    result = opening_years(
        BuildPlan(tuple(works(f"p{i}", cost=0.0) for i in range(7))), crews, 2023, 2060, 1, 1, "none"
    )
    assert result.waits["crew"][0].tolist() == [12.0 * (i // crews) for i in range(7)]


def cash_book(fund, payments, base_year, begin):
    """What is left after every payment, and what lapsed, day by day; payments: (month, yuan) sorted."""
    level, lapsed, year = 0, 0, min(fund.years, default=base_year)
    book = [*payments, (float("inf"), 0)]
    for month, yuan in book:
        while year <= base_year + 8 and (january(year, base_year) <= month or january(year, base_year) <= begin):
            kept = int(level * fund.share)
            lapsed += level - kept
            level = kept + round(fund.years.get(year, 0.0) * 10_000)
            year += 1
        level -= yuan
        assert level >= 0
    return level, lapsed


@examples(80)
@given(rich_plans(), st.integers(1, 2))
def test_every_source_is_conserved_to_the_yuan_under_its_rule_of_carrying_over(plan, crews):
    programme = prepare(plan, crews, 2023, 2030)
    result = opening_years(plan, crews, 2023, 2030, 9, 2)
    for row, log in enumerate(simulate(programme, draw_fates(plan, 9, np.arange(2), "study"))):
        for source, fund in enumerate(plan.sources.values()):
            paid = sorted((month, yuan) for month, _, yuan, of in log.payments if of == source)
            left, lapsed = cash_book(fund, paid, 2023, programme.begin)
            given_out = sum(round(amount * 10_000) for amount in fund.years.values())
            assert sum(yuan for _, yuan in paid) + left + lapsed == given_out
            by_year = np.rint(result.spend_by_source[row, :, :, source].sum(axis=0) * 10_000)
            for place, year in enumerate(result.years):
                first, after = january(year, 2023), january(year + 1, 2023)
                assert by_year[place] == sum(yuan for month, yuan in paid if first <= month < after)
    np.testing.assert_allclose(result.spend_by_source.sum(axis=3), result.spend, atol=1e-9)


@examples(80)
@given(rich_plans(), st.integers(1, 2))
def test_every_month_from_start_to_hand_over_is_accounted_for(plan, crews):
    result = opening_years(plan, crews, 2023, 2030, 9, 2)
    fates = draw_fates(plan, 9, np.arange(2), "study")
    handed = np.array([log.handover for log in simulate(prepare(plan, crews, 2023, 2030), fates)])
    for place, project in enumerate(plan.projects):
        if project.progress is None and not project.triggered:
            work = sum(fates.stages[stage][:, place] for stage in project.durations)
            lost = sum(months[:, place] for months in result.waits.values())
            ready = np.isfinite(handed[:, place])
            np.testing.assert_allclose((handed[:, place] - project.start_month)[ready], (work + lost)[ready], atol=1e-8)


def test_a_project_is_never_handed_over_before_its_last_stage_and_opens_after_it():
    plan = BuildPlan(
        tuple(spec(name, cost=700.0) for name in "abcd"),
        funds={"county": Fund(dict.fromkeys(range(2023, 2035), 500.0), 0.5)},
    )
    result = opening_years(plan, 1, 2023, 2038, 5, 200)
    ready = np.isfinite(result.handover_month)
    np.testing.assert_array_equal(result.handover_month[ready], result.stage_end[:, :, -1][ready])
    assert (12.0 * (result.opening_year - 2023) >= result.handover_month - 1e-9)[ready].all()
    assert (np.diff(result.stage_begin, axis=2)[ready] >= 0).all()
