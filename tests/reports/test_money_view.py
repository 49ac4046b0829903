"""The section on empty and missing seats and on money: every cell from its row, dashes where nothing is known."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reports.i18n import Labels, language
from reports.money_view import page
from reports.shapes_money import MONEY, PLAN_COSTS, UNUSED


def figures(mean, low=None, high=None):
    return {"mean": mean, "p05": mean if low is None else low, "p50": mean, "p95": mean if high is None else high}


def unused(plan, scope, entity, period, indicator, *values):
    return {"future": "base", "plan": plan, "scope": scope, "entity": entity, "period": period,
            "indicator": indicator, "unit": "x", **figures(*values)}  # fmt: skip


def cost(plan, indicator, *values):
    return {"future": "base", "plan": plan, "indicator": indicator, "unit": "万元", **figures(*values)}


def money(year, item, *values, p_holds=float("nan")):
    return {"future": "base", "plan": "build", "year": year, "item": item, "unit": "x", **figures(*values),
            "p_holds": p_holds}  # fmt: skip


UNUSED_ROWS = [
    unused("none", "county", "c", "window", "short", 751.0, 7.0, 2316.0),
    unused("none", "county", "c", "window", "unused", 100.0),
    unused("none", "county", "c", "all", "short", 900.0), unused("none", "county", "c", "all", "unused", 300.0),
    unused("build", "county", "c", "window", "short", 1.0), unused("build", "county", "c", "window", "unused", 200.0),
    unused("build", "county", "c", "all", "short", 1.0), unused("build", "county", "c", "all", "unused", 500.0),
    unused("build", "project", "p", "all", "added", 400.0), unused("build", "project", "p", "all", "used", 100.0),
    unused("build", "project", "p", "all", "stranded", 300.0),
    unused("build", "project", "p", "all", "stranded_cost", 12.0),
]  # fmt: skip
COSTS = [
    cost("build", "capital", 1000.0),
    cost("build", "operating_change", -2745.0, -3277.0, -2208.0),
    cost("none", "capital", 0.0),
    {**cost("build", "cost_per_seat", 4.13), "p05": float("nan"), "p50": float("nan"), "p95": float("nan")},
]
MONEY_ROWS = [
    money(2024, "capital", 800.0, 700.0, 900.0), money(2024, "operating", 50.0), money(2024, "posts", 40.0),
    money(2024, "budget_sum", 9100.0, p_holds=1.0), money(2024, "budget_per_pupil", 15000.0, p_holds=0.45),
    money(2025, "budget_sum", 9050.0, p_holds=0.0), money(2025, "budget_per_pupil", 14900.0, p_holds=0.4),
]  # fmt: skip


def shown(lang, unused_rows=UNUSED_ROWS, costs=COSTS, money_rows=MONEY_ROWS):
    labels = Labels(language(lang))
    tables = SimpleNamespace(
        unused=pd.DataFrame(unused_rows, columns=list(UNUSED.names)),
        plan_costs=pd.DataFrame(costs, columns=list(PLAN_COSTS.names)),
        money=pd.DataFrame(money_rows, columns=list(MONEY.names)),
    )
    named = SimpleNamespace(name=lambda kind, key: f"{kind} {key}")
    seen = SimpleNamespace(
        run=SimpleNamespace(tables=tables),
        words=SimpleNamespace(plan=str, future=str),
        labels=labels,
        future="base",
        plan="build",
        plans=("none", "build"),
        setting=None,
        of_plan=lambda plan: named,
        cases=lambda future, plans, most: [],
    )
    album = SimpleNamespace(add=lambda *given, **more: (given, more) and 7)
    return page(seen, album)


def rows_of(found, title):
    return next(table.rows for table in found.tables if title in table.title)


def test_plans_side_by_side_with_dashes_for_periods_that_are_not_there():
    rows = rows_of(shown("en"), "Missing and empty seats by plan")
    assert rows[0] == ("none", "751 (7 to 2\xa0316)", "–", "100", "–")
    assert rows[1] == ("build", "1", "–", "200", "–")


def test_totals_have_the_plans_as_columns_and_ratios_have_no_range():
    rows = {row[0]: row[1:] for row in rows_of(shown("zh"), "各方案的资金")}
    assert rows["建设投资（万元）"] == ("0", "1\xa0000")
    assert rows["运行支出，比对照方案（万元）"] == ("–", "-2\xa0745（-3\xa0277 至 -2\xa0208）")
    assert rows["每新增学位投资（万元/座）"] == ("–", "4.1")
    assert len(rows) == 3  # nothing of what no plan has


def test_projects_tell_how_much_is_used():
    assert rows_of(shown("en"), "seats added by projects") == [("project p", "400", "25\xa0%", "300", "12")]


def test_years_without_money_are_left_out_and_the_floor_has_its_words():
    found = shown("en")
    assert rows_of(found, "Spending of") == [("2024", "800 (700 to 900)", "50", "40")]
    floor = rows_of(found, "Floor of the education budget")
    assert [row[2] for row in floor] == ["does not fall", "falls"]
    assert [row[4] for row in floor] == ["45\xa0%", "40\xa0%"]


def test_a_study_without_money_has_seats_alone():
    found = shown("zh", costs=(), money_rows=())
    assert found.tables[0].title == "各方案的缺口与空置"
    assert len(found.tables) == 2
    assert shown("zh", unused_rows=()) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_finding_adds_all_years(lang):
    found = shown(lang)
    assert "base" in found.lead
    assert found.picture == 7
