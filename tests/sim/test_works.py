"""Dates, causes, money by source and yearly work against closed forms and against the calendar they are read from."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.construction import opening_years
from sim.programme import Purse, prepare
from sim.project_terms import After, Fund, Progress, Risk
from sim.projects import BuildPlan
from sim.work_plan import work_rows
from sim.works import (
    at_hand,
    cause_rows,
    date_of,
    fund_rows,
    late_quantiles,
    month_of_date,
    spent_by_source,
    stage_rows,
)
from tests.sim.construction_cases import MANY, SHARES, STAGES, spec, works

BASE, HORIZON = 2023, 2038


def built_of(plan, crews=9, draws=1, spread="none"):
    return opening_years(plan, crews, BASE, HORIZON, 5, draws, spread)


def table_of(plan, built, done=None):
    return stage_rows(built, {one.id: tuple(one.durations) for one in plan.projects}, done or {}, BASE)


@pytest.mark.parametrize(
    ("month", "day"),
    [(0.0, "2023-09-01"), (4.0, "2024-01-01"), (5.5, "2024-02-15"), (-1.0, "2023-08-01"), (-0.5, "2023-08-16"),
     (12.0, "2024-09-01"), (12.0 - 1e-12, "2024-09-01"), (float("inf"), ""), (float("nan"), "")],
)  # fmt: skip
def test_a_month_is_a_day(month, day) -> None:
    assert date_of(month, BASE) == day


def test_days_and_months_undo_each_other() -> None:
    for month in np.linspace(-30, 200, 997):
        assert abs(month_of_date(date_of(float(month), BASE), BASE) - month) <= 1 / 28
    assert np.isnan(month_of_date("", BASE))
    for day in ("2023-04-10", "2022-07-14", "2024-02-29", "2021-12-31", "2019-06-23"):
        assert date_of(month_of_date(day, BASE), BASE) == day


def test_a_stage_that_is_not_reached_is_later_than_any() -> None:
    assert late_quantiles(np.array([1.0, 2.0, np.nan])) == (1.0, 2.0, np.inf)
    assert late_quantiles(np.array([np.nan, np.nan])) == (np.inf, np.inf, np.inf)


def test_stages_follow_each_other_as_their_durations_say() -> None:
    plan = BuildPlan((spec(start=4),), {2022: 1e6})
    rows = table_of(plan, built_of(plan)).set_index("stage")
    mean, begin = {stage: (low + 4 * likely + high) / 6 for stage, (low, likely, high) in STAGES.items()}, 4.0
    likely = {stage: points[1] for stage, points in STAGES.items()}
    ends = [month_of_date(day, BASE) for day in rows["end_p50"]]
    sums = {name: begin + np.cumsum(list(of.values())) for name, of in (("mean", mean), ("likely", likely))}
    assert min(np.abs(np.array(ends) - sums[name]).max() for name in sums) <= 1 / 28
    assert list(rows["begin_p50"])[1:] == list(rows["end_p50"])[:-1]
    assert list(rows["order"]) == list(range(1, len(STAGES) + 1))
    assert (rows["p_ends"] == 1.0).all()


def test_the_begin_of_a_stage_that_was_done_is_not_told() -> None:
    progress = Progress(done={"initiation": -6.0, "feasibility": -3.0}, under_way=("land", -3.0), paid=0.0)
    plan = BuildPlan((spec(progress=progress),), {2022: 1e6})
    rows = table_of(plan, built_of(plan), {"a": frozenset(progress.done)}).set_index("stage")
    assert list(rows.loc[["initiation", "feasibility"], "begin_p50"]) == ["", ""]
    assert list(rows.loc[["initiation", "feasibility"], "end_p50"]) == ["2023-03-01", "2023-06-01"]
    assert rows.loc["land", "begin_p50"] == "2023-06-01"
    # Not even where a calendar should say it.
    built = built_of(plan)
    told = replace(built, stage_begin=np.zeros_like(built.stage_begin))
    rows = table_of(plan, told, {"a": frozenset(progress.done)}).set_index("stage")
    assert rows["begin_p50"].tolist() == ["", "", *["2023-09-01"] * (len(STAGES) - 2)]


def test_causes_are_those_of_the_calendar() -> None:
    risk = Risk("flood", "construction", 0.5, (2.0, 3.0, 4.0))
    first = works("a", cost=100.0, risks=(risk,))
    last = works("b", cost=100.0, after=(After("a", "construction"),))
    never = works("c", cost=9e9)
    plan = BuildPlan((first, last, never), {2022: 1000.0})
    built = built_of(plan, draws=200, spread="study")
    rows = cause_rows(built).set_index(["project", "kind", "cause"])
    struck = built.struck[:, 0, list(built.risks).index("flood")].mean()
    assert 0.3 < struck < 0.7
    assert rows.loc[("a", "risk", "flood"), "probability"] == pytest.approx(struck)
    waits = built.waits["dependency"][:, 1]
    assert rows.loc[("b", "wait", "dependency"), "months"] == pytest.approx(waits.mean())
    assert rows.loc[("b", "wait", "dependency"), "months_p90"] == pytest.approx(np.quantile(waits, 0.9))
    assert rows.loc[("c", "end", "money"), "probability"] == 1.0
    ends = rows.reset_index().query("kind == 'end'").groupby("project")["probability"].sum()
    assert ends.to_list() == pytest.approx([1.0, 1.0, 1.0])


def test_a_wait_of_a_day_is_none() -> None:
    plan = BuildPlan((works("a", cost=100.0),), {2022: 1000.0})
    built = built_of(plan, draws=4)
    months = np.array([0.0, 0.03, 0.05, 2.0])[:, None]
    rows = cause_rows(replace(built, waits={"crew": months, "money": np.zeros((4, 1))}))
    waits = rows[rows["kind"] == "wait"]
    assert waits[["cause", "probability"]].to_numpy().tolist() == [["crew", 0.5]]


def two_funds(carry):
    names = ("county", "upper")
    projects = [
        spec(
            f"p{i}",
            start=3 * i - 4,
            cost=900.0 + 100 * i,
            funding={"county": 0.25 * (i % 4), "upper": 1 - 0.25 * (i % 4)},
        )
        for i in range(6)
    ]
    years = {2022: 300.0, 2023: 400.0, 2024: 900.0, 2025: 700.0, 2027: 2500.0}
    return BuildPlan(tuple(projects), funds={name: Fund(years, carry) for name in names})


@pytest.mark.parametrize("carry", ["all", "none", 0.5])
def test_money_of_sources_adds_up_and_is_never_more_than_was_there(carry) -> None:
    plan = two_funds(carry)
    built = built_of(plan, crews=2, draws=60, spread="study")
    purses = prepare(plan, 2, BASE, HORIZON).purses
    shares = np.array([[one.funding[name] for name in plan.sources] for one in plan.projects])
    spent = spent_by_source(built, shares)
    whole = built.spend.sum(axis=(1, 2)) + built.spend_before.sum(axis=1)
    np.testing.assert_allclose(spent.sum(axis=(1, 2)), whole, atol=1e-3)
    for place, purse in enumerate(purses):
        hand = at_hand(spent[:, :, place], purse, built.years, BASE)
        assert (spent[:, :, place] <= hand + 0.01).all()
    rows = fund_rows(built, plan.sources, purses, shares, BASE).set_index(["source", "kind", "year"])
    assert rows.loc[("county", "fund_budget", 2025), "mean"] == 700.0
    assert rows.loc[("county", "fund_budget", 2026), "mean"] == 0.0
    assert rows.xs("fund_spend", level="kind")["mean"].sum() == pytest.approx(whole.mean(), abs=1e-2)


def test_what_is_carried_over_by_hand() -> None:
    plan = BuildPlan((works("a", cost=100.0, start=0),), funds={"x": Fund({2023: 300.0, 2024: 50.0}, 0.5)})
    built = built_of(plan)
    purse = prepare(plan, 9, BASE, HORIZON).purses[0]
    spent = spent_by_source(built, np.ones((1, 1)))
    assert at_hand(spent[:, :, 0], purse, built.years, BASE)[0, :4].tolist() == [300.0, 150.0, 75.0, 37.5]


def test_money_of_the_first_year_asked_is_at_hand_and_a_debt_is_no_money() -> None:
    purse = Purse("x", 3_000_000, ((4.0, 9_000_000),), 0.5)  # 300 until 1 January 2024, then 900
    hand = at_hand(np.array([[100.0, 0.0]]), purse, [2024, 2025], 2023)
    assert hand.tolist() == [[0.5 * 300 + 900, 0.5 * 950]]
    # More was spent than there was, as of a project that is on record: nothing is carried over, and no debt either.
    assert at_hand(np.array([[2000.0, 0.0]]), purse, [2024, 2025], 2023).tolist() == [[1050.0, 0.0]]


def test_what_was_spent_before_the_base_year_stands_in_the_first_year() -> None:
    plan = BuildPlan((works("a", cost=100.0, start=-20),), {2021: 1000.0})
    built = built_of(plan)
    assert built.spend_before.sum() > 0
    spent = spent_by_source(built, np.ones((1, 1)))
    assert spent[0, 0, 0] == pytest.approx(built.spend_before.sum() + built.spend[0, :, 0].sum())
    assert spent.sum() == pytest.approx(100.0)


def stages(*rows):
    names = ("project", "stage", "order", "begin_p50", "end_p50", "end_p90")
    return pd.DataFrame(rows, columns=list(names))


def test_work_of_a_year_is_what_falls_into_it_and_money_stands_where_the_stage_begins() -> None:
    table = stages(
        ("a", "design", 1, "2024-03-01", "2024-08-01", "2024-09-01"),
        ("a", "construction", 2, "2024-08-01", "2026-02-01", ""),
        ("b", "design", 1, "", "2023-01-01", "2023-01-01"),
        ("b", "construction", 2, "2037-05-01", "", ""),
        ("c", "design", 1, "", "", ""),
        ("d", "construction", 1, "2021-05-01", "2024-02-01", "2024-03-01"),
    )
    due = {"a": {"design": 10.0, "construction": 90.0}, "b": {"construction": 50.0}}
    found = work_rows(table, due, {"design": "education", "construction": "housing"}, (2023, 2038))
    said = [(row.year, row.project, row.stage, row.act, row.money) for row in found.itertuples()]
    assert said == [
        (2023, "d", "construction", "go_on", 0.0),
        (2024, "a", "design", "whole", 10.0),
        (2024, "d", "construction", "end", 0.0),
        (2024, "a", "construction", "begin", 90.0),
        (2025, "a", "construction", "go_on", 0.0),
        (2026, "a", "construction", "end", 0.0),
        (2037, "b", "construction", "begin", 50.0),
        (2038, "b", "construction", "go_on", 0.0),
    ]
    assert set(found.query("year == 2024")["bureau"]) == {"education", "housing"}


def test_every_stage_that_ends_is_work_of_some_year() -> None:
    plan = BuildPlan(tuple(MANY), {2022: 1e6})
    rows = table_of(plan, built_of(plan, draws=20, spread="study"))
    found = work_rows(rows, {}, dict.fromkeys(STAGES, "education"), (BASE, HORIZON))
    assert set(zip(found["project"], found["stage"], strict=True)) == set(
        zip(rows["project"], rows["stage"], strict=True)
    )
    assert set(SHARES) <= set(found["stage"])
