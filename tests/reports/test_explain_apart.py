"""Explanations of what is told together or not: plans without projects, openings, intervals, two quantiles."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from reports.explain import explain
from reports.explain_model import Explanation
from reports.i18n import NBSP
from reports.run_folder import RunFolder
from reports.table_shapes import SHAPES
from reports.view import View, view
from tests.reports import factory_explain
from tests.reports.explaining import keeps
from tests.reports.factory_explain import FUTURE, PLAN, SCHOOL

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory_explain.make(tmp_path_factory.mktemp("explained") / "rich")


@pytest.fixture(scope="module")
def both(rich: RunFolder) -> dict[str, View]:
    return {lang: view(rich, lang) for lang in LANGS}


def one(seen: View, rule: str, entity: str = SCHOOL, plan: str = PLAN) -> Explanation:
    rows = seen.run.tables.verdicts
    for name, value in {"future": FUTURE, "plan": plan, "rule": rule, "entity": entity}.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return explain(seen, rows.iloc[0])


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("what", ["steps", "buses"])
def test_a_plan_without_projects_that_rezones_or_runs_buses_is_a_remedy(both, rich, lang, what):
    # Only the plan without projects holds; it does what the other does not.
    rows = rich.tables.verdicts
    mine = (rows["rule"] == "L4") & (rows["entity"] == SCHOOL) & (rows["future"] == FUTURE)
    rows = rows[~(mine & (rows["plan"] == "compact"))]
    mine = mine.reindex(rows.index)
    held = mine & (rows["plan"] == PLAN)
    rows = rows.assign(verdict=rows["verdict"].mask(held, "holds"), probability=rows["probability"].mask(held, 0.97))
    tables, card = replace(rich.tables, verdicts=rows), rich.study
    step = {"future": FUTURE, "plan": PLAN, "order": 1, "what": "rezones", "school": "ps-02", "units": "u1"}
    if what == "steps":
        steps = pd.DataFrame([{**dict.fromkeys(SHAPES["plan_steps"].names, ""), **step}])
        tables = replace(tables, plan_steps=steps)
    else:
        buses = {"north": {"zh": "北线", "en": "North"}}
        plans = tuple(p.model_copy(update={"buses": buses}) if p.id == PLAN else p for p in card.plans)
        card = card.model_copy(update={"plans": plans})
    run = replace(rich, tables=tables, study=card)
    told = explain(replace(both[lang], run=run), rows[mine & (rows["plan"] == "county-plan")].iloc[0])
    keeps(run, told)
    said = {
        "zh": "试过的方案中，能使它达标而花钱最少的是“维持现状”（可能性 3%），全方案 0.0",
        "en": "Of the plans tried, the cheapest that mends it is “Do nothing” (a probability of 3 %), at 0.0",
    }
    assert plain(told.sentence("fix")).startswith(said[lang])
    if what == "steps":  # the same step taken by both: the plan only adds to the other
        both_steps = pd.concat([steps, steps.assign(plan="county-plan")])
        run = replace(run, tables=replace(tables, plan_steps=both_steps))
        told = explain(replace(both[lang], run=run), rows[mine & (rows["plan"] == "county-plan")].iloc[0])
        said = {"zh": "不实施这个方案反而达标：按“维持现状”", "en": "It comes with the plan: under “Do nothing”"}
        assert told.sentence("fix").startswith(said[lang])


@pytest.mark.parametrize(
    ("never", "p50", "draws", "zh", "en"),
    [
        (0.3, 2026.0, 200, "开办，在能启用的推演中，启用时间的中位数为2026学年，另有 30% 的推演到推演期末仍未启用；",
         "(median opening 2026-27 where it opens; not within the years simulated in 30 % of the draws);"),
        (0.7, 2026.0, 200, "开办，但有 70% 的推演到推演期末仍未启用；",
         "which does not open within the years simulated in 70 % of the draws;"),
        (1.0, float("nan"), 200, "该校由项目“新建县第四小学”开办；", "is opened by project “New No. 4 Primary”;"),
        (0.0, 2026.0, 200, "“新建县第四小学”开办，启用时间的中位数为2026学年；", "(median opening 2026-27);"),
        (0.0, 2026.0, 1, "“新建县第四小学”开办，2026学年启用；", "by project “New No. 4 Primary” in 2026-27;"),
    ],
)  # fmt: skip
def test_a_median_opening_says_in_how_many_draws_there_is_none(rich, both, never, p50, draws, zh, en):
    projects = rich.tables.projects.assign(p_never=never, p50=p50)
    card = rich.study.model_copy(update={"draws": draws})
    run = replace(rich, study=card, tables=replace(rich.tables, projects=projects))
    for lang, said in (("zh", zh), ("en", en)):
        told = one(replace(both[lang], run=run), "G5.primary", "ps-04", plan="county-plan")
        keeps(run, told)
        assert said in plain(told.sentence("why"))
        assert ("中位数" in zh) == ("2026" in zh and draws > 1)


def test_two_numbers_that_hold_each_for_itself_are_not_told_as_one(rich, both):
    row = rich.tables.verdicts.query("rule == 'L4' and scope == 'county'").iloc[0].to_dict()
    rows = rich.tables.verdicts.assign(
        pupils_over_p90=rich.tables.verdicts["pupils_over_p90"].mask(
            (rich.tables.verdicts["rule"] == "L4") & (rich.tables.verdicts["scope"] == "county"), 40.0
        )
    )
    run = replace(rich, tables=replace(rich.tables, verdicts=rows))
    said = {lang: explain(replace(both[lang], run=run), row | {"pupils_over_p90": 40.0}) for lang in LANGS}
    assert "至多涉及 2 所学校，至多涉及 40 人，两者各有 90% 的把握" in plain(said["zh"].sentence("why"))
    assert "at most 2 schools and at most 40 pupils are concerned, each with 90 %" in plain(said["en"].sentence("why"))


def test_the_interval_of_the_draws_names_its_level(both):
    assert "按 200 次推演的抽样误差，这一可能性的 95% 区间为 " in one(both["zh"], "L4").sentence("sure")
    assert re.search(r"200 draws put .* and \d+ % \(95 % interval\)", plain(one(both["en"], "L4").sentence("sure")))
