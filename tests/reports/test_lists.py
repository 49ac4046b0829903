"""Names in a list: Chinese joins them with 、, and parts that hold commas of their own with ；."""

from dataclasses import replace

import pandas as pd
import pytest

from reports import money_view, pictures_plans, steps_view
from reports.i18n import NBSP, Labels
from reports.run_folder import RunFolder
from reports.shapes_groups import PLAN_STEPS
from reports.table_shapes import conform
from reports.view import view

STEP = {"future": "baseline", "plan": "county-plan", "order": 1, "what": "phases_out", "project": "", "gains": "",
        "school": "ps-01", "grades": "1 2 3", "units": "", "p10": 2026, "p50": 2026, "p90": 2026, "years": 3,
        "parts": "", "moves": 0.0, "to": "ps-02 ps-03", "pupils": 90}  # fmt: skip


def test_names_are_joined_as_each_language_does() -> None:
    assert (Labels("zh")("word.list"), Labels("en")("word.list")) == ("、", ", ")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "停止招生，在校生最多再读3年；去县第二小学、宣威小学"),
        ("en", "admits nobody; pupils stay until they leave, 3 years at most; to County No. 2 Primary, Xuanwei"),
    ],
)
def test_how_a_step_goes_is_told_in_half_sentences(run: RunFolder, lang: str, said: str) -> None:
    steps = conform(pd.DataFrame([STEP, STEP | {"future": "fast"}]), PLAN_STEPS)
    seen = view(replace(run, tables=replace(run.tables, plan_steps=steps)), lang)
    (part,) = steps_view.steps(seen)
    assert part.rows[0][-1].startswith(said)


@pytest.mark.parametrize(
    ("lang", "empty", "frontier"),
    [
        ("zh", "“维持现状”缺 3 人·年、空置 7 ", "维持现状 9 人、0.0 万元；县方案 2 人、5.0 万元"),
        ("en", "“Do nothing” 3 pupil-years short, 7 ", "Do nothing 9 at 0.0 万元; County plan 2 at 5.0 万元"),
    ],
)
def test_pairs_of_numbers_are_told_apart(run: RunFolder, lang: str, empty: str, frontier: str) -> None:
    seen = view(run, lang)
    rows = [(plan.id, name, n) for plan in run.study.plans for name, n in (("short", 3.0), ("unused", 7.0))]
    county = pd.DataFrame(rows, columns=["plan", "indicator", "mean"]).assign(period="all")
    told = money_view._finding(seen, county).title.replace(NBSP, " ")
    assert empty in told
    assert told.count({"zh": "；", "en": ";"}[lang]) == len(run.study.plans) - 1
    points = pd.DataFrame([("do-nothing", 0.0, 9.0), ("county-plan", 5.0, 2.0)], columns=["plan", "cost", "over"])
    assert frontier in pictures_plans._frontier_finding(seen, "baseline", points).title.replace(NBSP, " ")
