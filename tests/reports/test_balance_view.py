"""The section on balance between schools: what it shows of the tables of a run, in both languages."""

from dataclasses import replace

import pandas as pd
import pytest

from reports import balance_view
from reports.html_report import render
from reports.shapes_balance import COEFFICIENTS
from reports.view import view


def with_rows(run, **tables):
    """The run with rows put behind those of its tables; columns that a row does not have stay empty."""
    added = {
        name: pd.concat([getattr(run.tables, name), pd.DataFrame(rows)], ignore_index=True)
        for name, rows in tables.items()
    }
    return replace(run, tables=replace(run.tables, **added))


def case(run):
    seen = view(run, "en")
    return {"future": seen.future, "plan": seen.plan}


@pytest.fixture
def told(run):
    """A run whose coefficients flip with the weights, and whose county needs teachers."""
    own = case(run)
    year, stage = run.study.base_year + 1, run.study.stages[0].id
    row = {
        **dict.fromkeys(COEFFICIENTS.names), **own, "rule": "CV.primary", "stage": stage, "mode": "each", "bound": 0.5,
        "indicator": "books_per_pupil", "verdict": "fails", "probability": 0.1, "verdict_unweighted": "holds",
        "probability_unweighted": 0.95, "worst_year": year, "p50_worst": 0.515, "unweighted_p50_worst": 0.489,
        "source": "imported", "missing": "",
    }  # fmt: skip
    gone = {**row, "indicator": "computers_per100", "verdict": "not-assessed", "verdict_unweighted": "not-assessed",
            "missing": "*", "p50_worst": None, "unweighted_p50_worst": None, "worst_year": None}  # fmt: skip
    tidy = {**own, "year": year, "entity": run.study.id, "p10": 0.7, "p50": 0.75, "p90": 0.8, "mean": 0.75}
    county = [
        {**tidy, "stage": stage, "indicator": "cv:books_per_pupil", "unit": "coefficient"},
        {**tidy, "stage": "all", "indicator": "standard_share", "unit": "share"},
        {**tidy, "stage": stage, "indicator": "teachers_needed", "unit": "teachers", "p50": 644.0},
    ]
    fact = {**own, "rule": "Q1", "scope": "county", "stage": "junior", "entity": run.study.id, "verdict": "holds",
            "source": "imported"}  # fmt: skip
    return with_rows(run, coefficients=[row, gone], county=county, verdicts=[fact])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("生均图书册数", "加权与不加权结论不同", "没有任何学校的数据", "75% (70%–80%)", "644")),
        (
            "en",
            ("Books per pupil", "weighted and unweighted verdicts differ", "no school has data", "75% (70%–80%)"),
        ),
    ],
)
def test_both_ways_to_weigh_what_is_missing_and_shares_are_told(told, lang, words):
    seen = view(told, lang)
    page = balance_view.page(seen)
    assert page is not None
    text = render("part_balance.html.j2", seen.labels, {"balance": page})
    for word in words:
        assert word in text
    assert [board.title for board in page.boards] == [
        seen.labels(f"balance.{key}") for key in ("coefficients", "by_year", "standard", "facts", "staff")
    ]


def test_a_run_without_any_of_it_has_no_section(run):
    assert balance_view.page(view(run, "zh")) is None
    assert render("part_balance.html.j2", view(run, "zh").labels, {"balance": None}).strip() == ""
