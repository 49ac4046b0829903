"""The construction calendar: closed forms, opening on 1 September only."""

import numpy as np
import pytest

from sim.calendar_result import NEVER, opening_year
from sim.construction import opening_years
from sim.fates import leg_months
from sim.programme import january
from sim.projects import BuildPlan
from tests.sim.construction_cases import LIKELY, RICH, STAGES, calendar, spec, works


@pytest.mark.parametrize(("start", "opens"), [(-3, 2025), (-1, 2025), (0, 2026), (1, 2026), (11, 2026), (12, 2027)])
def test_one_project_without_constraints_takes_the_sum_of_its_stages(start, opens):
    result = calendar([spec(start=start)], RICH)
    assert result.handover_month[0, 0] == start + LIKELY
    assert result.opening_year[0, 0] == opens
    assert all(not waits.any() for waits in result.waits.values())


def test_drawn_durations_add_up_too():
    plan = BuildPlan((spec(),), RICH)
    result = opening_years(plan, 1, 2023, 2038, 5, 200)
    total = leg_months(plan, 5, np.arange(200), "study").sum(axis=1)
    np.testing.assert_allclose(result.handover_month[:, 0], total, atol=1e-9)
    low, high = (sum(points[i] for points in STAGES.values()) for i in (0, 2))
    assert low < total.min() < total.max() < high
    assert np.unique(total).size == 200


def test_with_one_crew_the_second_of_two_equal_projects_waits_exactly_the_construction_time():
    result = calendar([spec("a"), spec("b")], RICH, crews=1)
    np.testing.assert_array_equal(result.handover_month, [[LIKELY, LIKELY + 12.0]])
    np.testing.assert_array_equal(result.waits["crew"], [[0.0, 12.0]])
    np.testing.assert_array_equal(result.waits["budget"], [[0.0, 0.0]])


def test_three_crews_serve_four_projects_in_two_rounds():
    result = calendar([works(name, cost=0.0) for name in "dcba"], {}, crews=3)
    assert dict(zip(result.projects, result.handover_month[0].tolist(), strict=True)) == {
        "a": 12.0, "b": 12.0, "c": 12.0, "d": 24.0
    }  # fmt: skip


def test_a_project_waits_for_the_first_of_january_that_covers_it():
    result = calendar([works("a", cost=250.0)], {2023: 100.0, 2024: 100.0, 2025: 100.0})
    assert result.waits["budget"][0, 0] == 16.0  # 1 September 2023 to 1 January 2025
    assert result.handover_month[0, 0] == 28.0
    assert result.years == tuple(range(2023, 2040))
    assert result.spend[0, 0].tolist() == [0.0, 0.0, 250.0] + [0.0] * 14


def test_the_crew_is_not_held_while_the_money_is_missing():
    result = calendar([works("a", cost=250.0), works("b", cost=0.0)], {2025: 250.0}, crews=1)
    np.testing.assert_array_equal(result.handover_month, [[28.0, 12.0]])


def test_a_closure_passes_its_hearing_and_approval_and_takes_no_crew():
    closure = spec("c", start=2, cost=0.0, crew=False, durations={"hearing": (2, 3, 6), "approval": (1, 2, 3)})
    result = calendar([closure], {}, crews=1)
    assert result.handover_month[0, 0] == 7.0
    assert result.opening_year[0, 0] == 2024


def test_a_plan_without_projects_gives_an_empty_calendar():
    result = calendar([], {2024: 100.0}, draws=3)
    assert result.opening_year.shape == (3, 0)
    assert result.spend.shape == (3, 0, 17)


def test_opening_is_the_first_september_at_or_after_hand_over():
    months = np.array([-12.0, -0.5, 0.0, 0.1, 11.9, 12.0, 12.0 + 1e-12, 12.001, 180.0, 180.5, np.inf])
    expected = [2022, 2023, 2023, 2024, 2024, 2024, 2024, 2025, 2038, NEVER, NEVER]
    assert opening_year(months, 2023, 2038).tolist() == expected


def test_openings_never_precede_hand_over_and_never_come_a_year_late():
    result = calendar([spec(name, cost=700.0) for name in "abcdef"], dict.fromkeys(range(2023, 2035), 500.0),
                      crews=2, draws=100, spread="study")  # fmt: skip
    opened = result.opening_year != NEVER
    months = (result.opening_year - 2023) * 12.0
    assert opened.any()
    assert (months[opened] >= result.handover_month[opened] - 1e-9).all()
    assert (months[opened] - 12.0 < result.handover_month[opened]).all()
    np.testing.assert_array_equal(np.isinf(result.handover_month), ~opened)


def test_a_project_that_is_never_funded_never_opens_and_its_wait_lasts_to_the_end():
    result = calendar([works("a", cost=250.0)], {2023: 100.0, 2024: 100.0})
    assert result.opening_year[0, 0] == NEVER
    assert np.isinf(result.handover_month[0, 0])
    assert result.waits["budget"][0, 0] == january(2040, 2023)
    assert not result.spend.any()


def test_a_project_that_ends_after_the_horizon_or_starts_after_it_never_opens():
    result = calendar([spec("a", start=160), spec("b", start=1000)], RICH)
    assert result.opening_year.tolist() == [[NEVER, NEVER]]
    assert result.spend[0, 0].sum() == 1000.0  # paid by the end of 2039, opened in 2039: outside the horizon
    assert result.spend[0, 1].sum() == 0.0


def test_money_after_the_simulated_years_does_not_count():
    result = calendar([works("a", cost=100.0), works("b", cost=50.0, priority=2)], {2023: 50.0, 2040: 900.0})
    assert result.opening_year.tolist() == [[NEVER, 2024]]
