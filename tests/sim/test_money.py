"""Running costs, present values, cost per seat and breach against plain loops; the floor of the education budget."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.money_defaults import money_of
from scenarios.schema_boarding import Bus
from scenarios.schema_money import Money
from sim.calendar_result import NEVER
from sim.money import MONEY_COLUMNS, breach_years, capital, money_rows, plan_cost_rows, plan_costs, residual, running
from sim.money_inputs import annuity, money_inputs
from tests.sim import studies
from tests.sim.money_study import SECTION, for_some_years, pair

OPERATING = SECTION["operating"]


def figure(table, name, column="mean"):
    found = table[table["indicator"] == name]
    assert len(found) == 1
    return found[column].iloc[0]


def test_running_costs_are_plain_sums_over_schools() -> None:
    one, _ = pair()
    result, stages = one.now.result, one.model.grades
    items = running(one, one.details.money)
    for d in (0, 7, 39):
        for t in range(len(one.model.years)):
            grants = posts = 0.0
            for s in range(len(one.model.layout.schools)):
                total = result.rolls[d, t, s].sum()
                for i, stage in enumerate(stages.stages):
                    n = result.rolls[d, t, s][stages.stage_of == i].sum()
                    if total:
                        grants += OPERATING["pupil"][stage] * n * max(1.0, 100 / total)
                    posts += one.staff[stage].needed[d, t, s]
            assert items["pupils"][d, t] == pytest.approx(grants)
            assert items["posts"][d, t] == pytest.approx(10.0 * posts)
            assert items["classes"][d, t] == pytest.approx(1.5 * result.classes[d, t].sum())
            assert items["schools"][d, t] == pytest.approx(20.0 * result.open[d, t].sum())


def test_a_school_of_fewer_pupils_is_funded_for_a_hundred() -> None:
    one, _ = pair()
    alone = one.now.result.rolls.sum(axis=3)
    small = (alone > 0) & (alone < 100)
    assert small.any()  # the new school fills grade by grade
    floor = 0.08 * 100 * small.sum(axis=2)
    assert (running(one, one.details.money)["pupils"] >= floor - 1e-9).all()


def test_present_values_by_hand() -> None:
    one, base = pair()
    model, found = one.model, plan_costs(one)
    calendar = one.case.calendar
    for d in (0, 11):
        total = (
            sum(calendar.spend[d, p, y] * 1.05**-y for p in range(2) for y in range(len(calendar.years)))
            + calendar.spend_before[d].sum()
        )
        assert found["capital_present"][d] == pytest.approx(total)
        yearly = sum(values[d] for values in running(one, one.details.money).values())
        later = sum(amount * 1.05 ** -(t + 1) for t, amount in enumerate(yearly))
        assert found["operating_present"][d] == pytest.approx(later)
        left, end = 0.0, model.horizon + 1
        for cost, opened in zip((4000.0, 1500.0), one.case.opening_year[d], strict=True):
            left += 0.0 if opened == NEVER else cost * (1 - (end - opened) / 40)
        left *= 1.05 ** -(end - model.base_year)
        assert found["residual_present"][d] == pytest.approx(left)
        assert found["net_present"][d] == pytest.approx(total + later - left)
    assert plan_costs(base)["capital"].max() == 0.0


def test_capital_is_what_the_calendar_released() -> None:
    one, _ = pair()
    calendar, table = one.case.calendar, money_rows(one)
    own = table[table["item"] == "capital"]
    assert own["mean"].sum() == pytest.approx((calendar.spend.sum() + calendar.spend_before.sum()) / 40)
    assert own["year"].tolist() == list(range(one.model.base_year, one.model.horizon + 2))


def test_changes_are_taken_within_draws_and_ratios_are_of_means() -> None:
    one, base = pair()
    table, other = plan_cost_rows(one), plan_costs(base)
    change = plan_costs(one)["net_present"] - other["net_present"]
    assert figure(table, "net_present_change") == pytest.approx(change.mean())
    assert figure(table, "net_present_change", "p95") == pytest.approx(np.quantile(change, 0.95))
    avoided = breach_years(base) - breach_years(one)
    assert figure(table, "breaches_avoided") == pytest.approx(avoided.mean())
    assert avoided.mean() > 0.0
    assert figure(table, "cost_per_breach_avoided") == pytest.approx(change.mean() / avoided.mean())
    assert np.isnan(figure(table, "cost_per_breach_avoided", "p50"))
    # 12 rooms of 45 and 6 rooms of 50, wherever both are open at the horizon
    there = one.case.opening_year <= one.model.horizon
    assert figure(table, "seats_added") == pytest.approx((there @ np.array([540.0, 300.0])).mean())
    spent = (there @ np.array([4000.0, 1500.0])).mean()
    assert figure(table, "cost_per_seat") == pytest.approx(spent / figure(table, "seats_added"))


def test_the_budget_may_neither_fall_in_sum_nor_per_pupil() -> None:
    one, _ = pair()
    table = money_rows(one)
    sums = table[table["item"] == "budget_sum"].set_index("year")["p_holds"]
    assert sums.to_dict() == {2024: 1.0, 2025: 0.0}  # 2027 has no year before it
    per = table[table["item"] == "budget_per_pupil"].set_index("year")
    assert per.index.tolist() == [2024, 2025, 2027]
    assert np.isnan(per.loc[2027, "p_holds"])
    pupils = one.now.result.rolls.sum(axis=(2, 3)).astype(float)
    record = one.model.pupils[:, one.model.layout.real].sum()
    assert per.loc[2024, "p_holds"] == pytest.approx((9100.0 / pupils[:, 0] >= 9000.0 / record).mean())
    assert per.loc[2025, "p_holds"] == pytest.approx((9050.0 / pupils[:, 1] >= 9100.0 / pupils[:, 0]).mean())
    assert per.loc[2025, "mean"] == pytest.approx((9050.0 * 1e4 / pupils[:, 1]).mean())


def test_a_study_without_the_section_has_no_money() -> None:
    one, _ = pair(section=False)
    assert money_rows(one).empty
    assert plan_cost_rows(one).empty
    assert list(money_rows(one).columns) == list(MONEY_COLUMNS)


@pytest.mark.parametrize(("rate", "years"), [(0.0, 40), (0.05, 40), (0.08, 1)])
def test_the_annuity_pays_back_the_capital(rate: float, years: int) -> None:
    assert sum(annuity(rate, years) * (1 + rate) ** -k for k in range(1, years + 1)) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("price", "yearly"), [(None, 12.0), (5.0, 12.0 + 2 * 4 * 6.5 * 195 * 7 / 1e4 + 4 * 30 * 39 * 5 / 1e4)]
)
def test_buses_priced_by_the_kilometre_cost_by_their_timetable(price: float | None, yearly: float) -> None:
    of = studies.study(studies.LOADING)
    shared = {"schools": ("a",), "units": ("u3",), "seats": 30, "from": 2025}
    buses = [
        {"id": "b1", "kind": "daily", "km": 6.5, "vehicles": 2, "cost_per_km": 7.0, **shared},
        {"id": "b2", "kind": "weekly", "km": 30.0, **shared},
        {"id": "b3", "kind": "daily", "cost_per_year": 12.0, **shared},
    ]
    plan = of.bundle.plans["build"].model_copy(update={"buses": tuple(Bus.model_validate(bus) for bus in buses)})
    money = None if price is None else {"value": price, "source": "a contract", "source_grade": "C"}
    values = money_of(Money.model_validate({"operating": {"bus_km": money}}))
    inputs = money_inputs(replace(of.bundle, plans={"build": plan}, money=values), of.model)
    assert inputs is not None
    cost = dict(zip(of.model.years, inputs.fixed["build"]["buses"], strict=True))
    assert cost[2024] == 0.0
    assert cost[2025] == pytest.approx(yearly)


def test_capital_released_before_the_base_year_counts_in_it() -> None:
    one, _ = pair()
    before = np.zeros_like(one.case.calendar.spend_before)
    before[:, 0] = 250.0
    earlier = replace(one, case=replace(one.case, calendar=replace(one.case.calendar, spend_before=before)))
    change = capital(earlier) - capital(one)
    gone = one.case.calendar.spend_before.sum(axis=1)
    assert change[:, 0] == pytest.approx(250.0 - gone)
    assert not change[:, 1:].any()
    assert plan_costs(earlier)["capital_present"] - plan_costs(one)["capital_present"] == pytest.approx(250.0 - gone)


def test_nothing_is_left_of_what_never_opened_or_is_gone() -> None:
    one, _ = pair()
    opens = one.case.opening_year.copy()
    opens[:5, 1] = NEVER
    found = residual(replace(one, case=replace(one.case, opening_year=opens)), one.details.money)
    end = one.model.horizon + 1
    left = 4000.0 * (1 - (end - opens[:, 0]) / 40) + np.where(
        opens[:, 1] == NEVER, 0.0, 1500.0 * (1 - (end - opens[:, 1]) / 40)
    )
    assert found == pytest.approx(left * 1.05 ** -(end - one.model.base_year))
    # Temporary classrooms: worth something while they stand, nothing once they are gone.
    gone = residual(for_some_years(one, 1, end - 1), one.details.money)
    school = 4000.0 * (1 - (end - one.case.opening_year[:, 0]) / 40)
    assert gone == pytest.approx(school * 1.05 ** -(end - one.model.base_year))
    assert residual(for_some_years(one, 1, end), one.details.money) == pytest.approx(residual(one, one.details.money))


def test_a_building_older_than_its_life_is_worth_nothing_and_not_less() -> None:
    one, _ = pair()
    assert (one.model.horizon + 1 - one.case.opening_year[:, 0]).max() > 2
    assert (residual(one, replace(one.details.money, life_years=2)) >= 0.0).all()


def test_a_budget_that_stays_the_same_does_not_fall() -> None:
    one, _ = pair()
    money = replace(one.details.money, budget={2024: 9100.0, 2025: 9100.0, 2026: 9099.0})
    rows = money_rows(replace(one, details=replace(one.details, money=money))).set_index(["item", "year"])
    assert rows.loc[("budget_sum", 2025), "p_holds"] == 1.0
    assert rows.loc[("budget_sum", 2026), "p_holds"] == 0.0
