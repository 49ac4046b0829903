"""The construction calendar: money to the yuan, priorities, who is served at the same instant."""

import numpy as np
import pytest

from sim.calendar_result import NEVER
from sim.construction import simulate
from sim.fates import draw_fates
from sim.programme import calendar_year, january, prepare
from sim.projects import BuildPlan
from tests.sim.construction_cases import BUDGET, MANY, RICH, calendar, spec, works


def test_spending_never_exceeds_what_was_released_at_any_date():
    plan = BuildPlan(tuple(MANY), BUDGET)
    programme = prepare(plan, 2, 2023, 2038)
    for log in simulate(programme, draw_fates(plan, 5, np.arange(50), "study")):
        spent = 0
        assert log.payments == sorted(log.payments, key=lambda payment: payment[0])
        for month, _, yuan, _ in log.payments:
            spent += yuan
            released = sum(round(amount * 10_000) for year, amount in BUDGET.items() if january(year, 2023) <= month)
            assert spent <= released


def test_what_an_opened_project_cost_is_its_cost_to_the_yuan():
    result = calendar(MANY, BUDGET, crews=2, draws=50, spread="study")
    opened = result.opening_year != NEVER
    assert opened.any()
    assert not opened.all()
    yuan = np.rint((result.spend.sum(axis=2) + result.spend_before) * 10_000)
    cost = np.array([round(project.cost * 10_000) for project in MANY])
    np.testing.assert_array_equal(yuan[opened], np.broadcast_to(cost, yuan.shape)[opened])
    assert (yuan <= cost).all()


def test_payments_before_base_year_are_kept_apart():
    result = calendar([spec(start=-18, cost=100.0, payments={"initiation": 0.25, "construction": 0.75})], RICH)
    assert result.spend_before[0, 0] == 25.0  # March 2022
    assert result.spend[0, 0].tolist() == [75.0] + [0.0] * 16  # 11 months later: February 2023


def test_the_budget_is_dated_by_calendar_years():
    assert [january(year, 2023) for year in (2022, 2023, 2024)] == [-20, -8, 4]
    assert [calendar_year(month, 2023) for month in (-20, -8.5, -8, 0, 3.99, 4, 15.9, 16)] == [
        2022, 2022, 2023, 2023, 2023, 2024, 2024, 2025
    ]  # fmt: skip


def test_a_project_before_base_year_draws_on_the_budget_of_its_own_year():
    early = works("a", start=-14, cost=100.0)  # July 2022
    assert calendar([early], {2022: 100.0}).waits["budget"][0, 0] == 0.0
    assert calendar([early], {2021: 60.0, 2022: 40.0}).waits["budget"][0, 0] == 0.0
    assert calendar([early], {2023: 100.0}).waits["budget"][0, 0] == 6.0
    on_new_year = works("a", start=-8, cost=100.0)
    assert calendar([on_new_year], {2023: 100.0}).waits["budget"][0, 0] == 0.0


def test_a_small_project_does_not_pass_a_waiting_one_of_higher_priority():
    result = calendar([works("big", cost=250.0, start=0), works("small", cost=10.0, start=1, priority=2)],
                      {2023: 100.0, 2024: 100.0, 2025: 100.0})  # fmt: skip
    np.testing.assert_array_equal(result.handover_month, [[28.0, 28.0]])
    assert result.waits["budget"][0].tolist() == [16.0, 15.0]


def test_who_asks_first_is_served_when_nobody_of_higher_priority_is_waiting_yet():
    result = calendar([works("first", cost=100.0, start=1), works("second", cost=100.0, priority=2)],
                      {2023: 100.0, 2024: 100.0})  # fmt: skip
    assert result.handover_month.tolist() == [[16.0, 12.0]]


def test_a_request_that_no_money_to_come_covers_steps_aside():
    projects = [works("impossible", cost=500.0), works("small", cost=100.0, priority=2)]
    result = calendar(projects, {2023: 150.0, 2024: 300.0})
    assert result.opening_year.tolist() == [[NEVER, 2024]]


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_at_the_same_instant_priority_decides_and_not_the_order_of_rows(names):
    def same_time(name):
        return works(name, cost=100.0, priority=1 if name == "b" else 2)

    money = calendar([same_time(name) for name in names], {2023: 100.0, 2024: 100.0})
    assert money.handover_month[0, names.index("b")] == 12.0
    assert money.handover_month[0, names.index("a")] == 16.0
    crew = calendar([same_time(name) for name in names], RICH, crews=1)
    assert crew.handover_month[0, names.index("b")] == 12.0
    assert crew.handover_month[0, names.index("a")] == 24.0


def test_a_stage_of_no_length_costs_no_turn():
    stages = {"land": (0, 0, 0), "construction": (12, 12, 12)}
    quick = spec("quick", cost=100.0, durations=stages, payments={"construction": 1.0})
    result = calendar([works("other", cost=100.0, priority=2), quick], {2023: 100.0, 2024: 100.0})
    assert result.handover_month.tolist() == [[16.0, 12.0]]


def test_a_crew_that_comes_free_goes_to_a_newcomer_of_higher_priority_at_the_same_instant():
    projects = [works("holder", cost=0.0), works("waiting", cost=0.0, start=1, priority=3),
                works("newcomer", cost=0.0, start=12, priority=2)]  # fmt: skip
    assert calendar(projects, {}, crews=1).handover_month.tolist() == [[12.0, 36.0, 24.0]]


def test_a_crew_that_comes_free_on_new_year_goes_to_a_project_of_higher_priority_that_is_funded_on_that_day():
    projects = [works("holder", months=4.0, cost=0.0), works("waiting", cost=0.0, start=1, priority=3),
                works("funded", cost=100.0, start=2, priority=2)]  # fmt: skip
    assert calendar(projects, {2024: 100.0}, crews=1).handover_month.tolist() == [[4.0, 28.0, 16.0]]


def test_equal_priorities_are_served_in_the_order_of_asking_and_then_of_ids():
    money = [works("z", cost=100.0), works("a", cost=100.0, start=1), works("b", cost=100.0, start=1)]
    assert calendar(money, {2024: 100.0, 2025: 100.0, 2026: 100.0}).handover_month.tolist() == [[16.0, 28.0, 40.0]]
    crew = [works("holder", cost=0.0), works("z", cost=0.0, start=1), works("a", cost=0.0, start=2)]
    assert calendar(crew, {}, crews=1).handover_month.tolist() == [[12.0, 24.0, 36.0]]


def test_two_crews_that_come_free_at_once_start_two_projects():
    projects = [works(name, cost=0.0) for name in "abcd"]
    assert calendar(projects, {}, crews=2).handover_month.tolist() == [[12.0, 12.0, 24.0, 24.0]]


def test_raising_the_priority_of_a_project_never_delays_it_when_all_ask_at_once():
    budget = dict.fromkeys(range(2023, 2036), 400.0)
    months = []
    for priority in (1, 5, 9):
        projects = [works(f"p{i}", cost=300.0, priority=5) for i in range(5)]
        result = calendar([*projects, works("x", cost=300.0, priority=priority)], budget, crews=2)
        months.append(result.handover_month[0, -1])
    assert months == sorted(months)
    assert months[0] < months[-1]
