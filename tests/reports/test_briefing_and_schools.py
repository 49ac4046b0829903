"""The one-page briefing and the plan for each school: numbers of the tables, one page each, odd runs and names."""

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from reports import school_plans
from reports.briefing import LOWEST_MM, TALLEST_MM, briefing, chart_room, decisions, numbers, plans_table
from reports.document import Heading, Items, PageBreak, Paragraph, Picture, Table
from reports.document_pdf import typeset
from reports.documents import DOCUMENTS
from reports.matrix import breaches
from reports.paper_defaults import paper_defaults
from reports.png_size import png_size
from reports.school_page import desk_of, gaps, own_tasks, page, tasks, years
from reports.view import view
from tests.reports.build_kit import (
    CLOSED,
    FUTURE,
    ODD,
    PLAN,
    close_to,
    eventful,
    kindergarten,
    never_opening,
    one_draw,
    records,
    with_headline,
    with_plan,
    without_projects,
)


def pages_of(document) -> list[str]:
    return [one.extract_text() for one in PdfReader(BytesIO(typeset(document).pdf)).pages]


def test_documents_are_named() -> None:
    assert {"dossier", "layout", "briefing", "schools"} <= set(DOCUMENTS)


# --- briefing


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_briefing_is_one_page_with_table_and_chart(made, lang) -> None:
    paper = briefing(view(made, lang))
    assert len(pages_of(paper)) == 1
    assert [type(block).__name__ for block in paper.blocks] == [
        "Paragraph", "Paragraph", "Items", "Table", "Picture", "Paragraph", "Items",
    ]  # fmt: skip
    assert paper.cover == ()
    assert isinstance(paper.blocks[0], Paragraph)
    assert paper.blocks[0].style == "lead"  # the conclusion first


def test_numbers_are_those_of_the_tables(made) -> None:
    seen = view(made, "en")
    pupils, places, assurance, money = (text.replace("\u00a0", " ") for text in numbers(seen, PLAN))
    county, history = made.tables.county, made.tables.history
    roll = county[(county["future"] == FUTURE) & (county["plan"] == "do-nothing") & (county["stage"] == "all")]
    roll = roll[roll["indicator"] == "roll"].set_index("year")
    today = history[history["year"] == made.study.base_year]["pupils"].sum()
    assert pupils.startswith(f"Pupils: {today:,.0f}".replace(",", " "))
    assert f"{roll['p50'].max():,.0f}".replace(",", " ") in pupils
    schools = made.tables.schools
    own = schools[
        (schools["future"] == FUTURE) & (schools["stage"] == "all") & schools["year"].between(*made.study.window)
    ]
    worst = {}
    for plan in ("do-nothing", PLAN):
        mine = own[own["plan"] == plan].pivot_table(index=["entity", "year"], columns="indicator", values="mean")
        worst[plan] = (mine["roll"] - mine["seats"]).clip(lower=0).groupby("year").sum().max()
    assert f"{worst['do-nothing']:,.0f} places".replace(",", " ") in places
    assert f"with “County plan” {worst[PLAN]:,.0f} at most".replace(",", " ") in places
    assert "of all grades" in places  # without early warning whole schools are looked at
    assert "County plan" in assurance
    assert "4 projects cost 10 670.0" in money
    assert "830.0 万元 more" in money


@pytest.mark.parametrize(
    ("factors", "zh", "en"),
    [((1.1, 1.3, 1.2), "最多", "most in"), ((1.1, 1.2, 1.3), "增至", "the most of all years"),
     ((0.9, 0.8, 0.7), "今后各年都少于现有", "today, the most of all years")],
)  # fmt: skip
def test_pupils_peak_rise_or_fall_against_those_of_today(made, factors, zh: str, en: str) -> None:
    """The peak of the simulated years is none where there are more pupils today, and no way down where it is last."""
    history, county = made.tables.history, made.tables.county
    today = history[history["year"] == made.study.base_year]["pupils"].sum()
    roll = (county["indicator"] == "roll") & (county["stage"] == "all")
    years = sorted(set(county["year"]))
    factor = county["year"].map({year: factors[0 if year == years[0] else 2 if year == years[-1] else 1]
                                 for year in years})  # fmt: skip
    median = county["p50"].where(~roll, factor * today)
    run = replace(made, tables=replace(made.tables, county=county.assign(p50=median, p05=median, p95=median)))
    for lang, said in (("zh", zh), ("en", en)):
        text = numbers(view(run, lang), PLAN)[0].replace("\u00a0", " ")
        assert said in text
        assert f"{today:,.0f}".replace(",", " ") in text
        assert f"{factors[2] * today:,.0f}".replace(",", " ") in text
        assert ("降至" in text) == (lang == "zh" and said != "增至")


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "起始年级（招生）共缺学位"), ("en", "for children who start a stage")]
)
def test_places_of_early_warning_are_those_of_entry_grades(facts_run, lang: str, said: str) -> None:
    alerts, (first, last) = facts_run.tables.alerts, facts_run.study.window
    own = alerts[(alerts["future"] == FUTURE) & (alerts["plan"] == "do-nothing") & alerts["year"].between(first, last)]
    missing = (own["demand_mean"] - own["places"]).clip(lower=0).groupby(own["year"]).sum().max()
    text = numbers(view(facts_run, lang), PLAN)[1].replace("\u00a0", " ")
    assert said in text
    assert f"{missing:,.0f} ".replace(",", " ") in text


@pytest.mark.parametrize(
    ("lang", "head", "remark"),
    [("zh", "推演期内平均支出", "支出（推演期内实际支出的平均值，不是估算总投资）与闲置学位为“基准”情景"),
     ("en", "Mean spending", "not the estimated cost) and unused seats: future “Baseline”")],
)  # fmt: skip
def test_the_table_does_not_call_spending_the_cost(made, lang: str, head: str, remark: str) -> None:
    table = plans_table(view(made, lang))
    assert next(column.head for column in table.columns if column.key == "cost") == head
    assert remark in table.remarks[0]


def test_money_of_years_without_a_line_of_their_own_is_told_in_one_sum(made) -> None:
    budget = {2024 + n: 100.0 * (n + 1) for n in range(8)}
    rich = with_plan(made, PLAN, budget=budget)
    for lang, said in (("zh", "其余年份共 2 100.0 万元"), ("en", "other years 2 100.0 万元 in all")):
        asked = decisions(view(rich, lang), PLAN)[1].replace("\u00a0", " ")
        assert said in asked  # 600 + 700 + 800
        assert "2029" not in asked
        assert said[:5] not in decisions(view(made, lang), PLAN)[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_plan_put_forward_that_is_not_the_headline_plan_is_named(made, lang: str) -> None:
    seen = view(with_headline(made, "do-nothing"), lang)
    paper = briefing(seen)
    texts = [block.text for block in paper.blocks if isinstance(block, Paragraph)]
    assert texts[1] == seen.labels("document.not_headline", headline=seen.words.plan("do-nothing"),
                                   plan=seen.words.plan(PLAN))  # fmt: skip
    assert len(pages_of(paper)) == 1
    zoned = view(with_headline(with_plan(made, PLAN, projects=(), budget={}), PLAN), lang)
    asked = next(block for block in reversed(briefing(zoned).blocks) if isinstance(block, Items)).texts
    assert asked[0] == zoned.labels("briefing.ask.plain", plan=zoned.words.plan(PLAN))


def test_the_table_compares_plans(made) -> None:
    seen = view(made, "zh")
    rows = {row["plan"]: row for row in records(plans_table(seen))}
    assert set(rows) == {"县方案", "维持现状", "紧凑方案"}
    verdicts, cash = made.tables.verdicts, made.tables.cash
    overall = verdicts[(verdicts["rule"] == "all") & (verdicts["scope"] == "county")]
    for plan, name in (("county-plan", "县方案"), ("compact", "紧凑方案")):
        assert rows[name]["held"] == (overall[overall["plan"] == plan]["verdict"] == "holds").sum()
        own = cash[(cash["plan"] == plan) & (cash["future"] == FUTURE) & (cash["source"] == "all")]
        assert rows[name]["cost"] == pytest.approx(own[own["kind"] == "spend"]["mean"].sum())


def test_what_is_asked_for(made) -> None:
    asked = decisions(view(made, "zh"), PLAN)
    assert "“县方案”" in asked[0]
    assert "2024 年 4 000.0" in asked[1].replace("\u00a0", " ")
    assert "学区调整 2 次、撤并 1 项" in asked[2]
    assert decisions(view(made, "en"), None)[0].startswith("That the education bureau draws up")


def test_the_chart_gives_way_to_text(made) -> None:
    seen = view(made, "zh")
    short, long = chart_room(seen, ("一",), 2), chart_room(seen, ("一" * 40 * 24,), 4)
    assert short > long
    assert long < LOWEST_MM < TALLEST_MM
    picture = next(block for block in briefing(seen).blocks if isinstance(block, Picture))
    wide, high = png_size(picture.png)
    assert picture.width_mm * high / wide <= TALLEST_MM + 0.1


def test_a_briefing_of_odd_runs(made, built, facts_run) -> None:
    bare = briefing(view(without_projects(made), "zh"))
    assert "编制学位保障方案" in next(b for b in reversed(bare.blocks) if isinstance(b, Items)).texts[0]
    assert len(pages_of(bare)) == 1
    once = numbers(view(one_draw(made), "en"), PLAN)
    assert not any("Chance" in text for text in once)
    assert len(pages_of(briefing(view(kindergarten(made), "zh")))) == 1
    long = with_plan(made, PLAN, budget={2024 + n: 1000.0 * (n + 1) for n in range(9)})
    for run in (with_headline(long, PLAN), with_headline(long, "do-nothing"), facts_run):
        assert all(len(pages_of(briefing(view(run, lang)))) == 1 for lang in ("zh", "en"))
    assert len(pages_of(briefing(view(eventful(built, odd=ODD), "en")))) == 1


# --- one plan per school


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_school_has_one_page_of_its_own(made, lang) -> None:
    seen = view(made, lang)
    paper = DOCUMENTS["schools"](seen)
    names = [block.text for block in paper.blocks if isinstance(block, Heading)]
    assert Counter(names) == Counter(seen.words.schools.values())
    texts = pages_of(paper)
    breaks = sum(isinstance(block, PageBreak) for block in paper.blocks)
    listing = len(texts) - breaks
    assert listing in (1, 2)
    assert len({table.key for table in paper.tables}) == len(paper.tables)
    deciding = [seen.words.school(breach.school) for breach in seen.deciding]
    assert names[: len(deciding)] == deciding


def test_years_of_a_school_are_those_of_the_tables(made) -> None:
    desk = desk_of(view(made, "en"), PLAN)
    schools = made.tables.schools
    own = schools[(schools["future"] == FUTURE) & (schools["plan"] == PLAN) & (schools["entity"] == "ps-01")]
    first, *rows = records(years(desk, "ps-01"))
    history = made.tables.history
    there = (history["school"] == "ps-01") & (history["year"] == made.study.base_year)
    assert first["pupils"] == history[there]["pupils"].sum()
    names = ("p50", "p05", "p95")
    for row in rows:
        year = own[own["year"] == row["year"]]
        roll = year[(year["indicator"] == "roll") & (year["stage"] == "all")].iloc[0]
        largest = year[(year["indicator"] == "largest_class") & (year["stage"] == "primary")].iloc[0]
        assert close_to(row["pupils"], roll, names)
        assert close_to(row["largest"], largest, names)
        assert row["seats"] == year[year["indicator"] == "seats"]["p50"].iloc[0]
        assert row["p_over"] == pytest.approx(year["p_exceed"].max())


def test_gaps_and_tasks_of_a_school(made) -> None:
    seen = view(made, "en")
    desk = desk_of(seen, PLAN)
    problems = made.tables.problems
    mine = problems[(problems["plan"] == PLAN) & (problems["entity"] == "ps-01")]
    table = gaps(desk, "ps-01")
    assert table is not None
    assert len(table.rows) == min(4, len(mine))
    chances = [cell for cell in table.column("chance") if cell is not None]
    assert chances == sorted(mine["chance"].dropna(), reverse=True)[: len(chances)]
    assert [one.id for one in own_tasks(desk, "ps-07")] == [CLOSED.id]
    assert CLOSED.id in {one.id for one in own_tasks(desk, "ps-05")}  # who receives its pupils has a task, too
    told = tasks(desk, "ps-02")
    assert told is not None
    row = next(row for row in records(told) if row["project"] == "Extension of No. 2 Primary")
    opened = made.tables.projects
    opened = opened[(opened["plan"] == PLAN) & (opened["future"] == FUTURE) & (opened["project"] == "no2-extension")]
    assert close_to(row["opens"], opened.iloc[0], ("p50", "p10", "p90"))
    assert row["kept"] == opened.set_index("year").loc[2026, "p_open"]
    assert row["cost"] == 1350.0


def test_the_list_names_the_worst_clause_of_every_school(made) -> None:
    seen = view(made, "en")
    desk = desk_of(seen, PLAN)
    order = school_plans.in_order(desk)
    worst = {}
    for breach in breaches(made):
        if breach.plan == PLAN:
            worst[breach.school] = max(worst.get(breach.school, 0.0), breach.chance)
    for school, row in zip(order, records(school_plans.listing(desk, order)), strict=True):
        assert row["school"] == seen.words.school(school)
        assert row["chance"] == worst.get(school)


@pytest.mark.parametrize(
    ("draws", "chance", "verdict", "zh", "en"),
    [(200, 0.0, "holds", "200 次推演中，决策期内未出现", "none of 200 draws"),
     (1000, 0.0, "holds", "都低于 1%", "below 1 % in every future"),
     (1000, 0.005, "holds", "突破决定性条款 5 次", "5 of 1 000 draws"),
     (1000, 0.0, "undecided", "未出现", "none of 1 000"), (1, 0.0, "holds", "只推演一次", "in the one draw")],
)  # fmt: skip
def test_few_draws_do_not_put_a_chance_below_one_percent(made, draws, chance, verdict, zh: str, en: str) -> None:
    """The upper end of Wilson's 95 % interval of 0 in 200 is 1.9 %."""
    run = replace(made, study=made.study.model_copy(update={"draws": draws}))
    for lang, said in (("zh", zh), ("en", en)):
        desk = desk_of(view(run, lang), PLAN)
        safe = replace(desk.worst["ps-08"], chance=chance, verdict=verdict)
        lead = page(replace(desk, worst={**desk.worst, "ps-08": safe}), "ps-08", charts=False)[2]
        assert isinstance(lead, Paragraph)
        assert said in lead.text.replace("\u00a0", " ")
        sure = {"zh": "都低于", "en": "in every future"}[lang]
        assert (sure in lead.text) == (sure in said)


@pytest.mark.parametrize(
    ("lang", "head"), [("zh", "最可能突破的一条，当年概率"), ("en", "Chance that year, likeliest clause")]
)
def test_heads_say_which_clause_and_how_sure(made, lang: str, head: str) -> None:
    desk = desk_of(view(made, lang), PLAN)
    assert next(column.head for column in years(desk, "ps-01").columns if column.key == "p_over") == head
    table = gaps(desk, "ps-01")
    assert table is not None
    missing = next(column for column in table.columns if column.key == "missing")
    assert "80" in missing.head
    assert missing.people  # a count of persons, hidden in what is published where small


@pytest.mark.parametrize(
    ("verdicts", "key"),
    [(("holds", "holds"), "holds"), (("holds", "outlook"), "outlook"), (("outlook", "not-assessed"), "open")],
)
def test_what_is_broken_today_alone_may_hold_or_not_be_judged(made, verdicts, key: str) -> None:
    problem = made.tables.problems[made.tables.problems["plan"] == PLAN].iloc[:1]
    problem = problem.assign(entity="ps-06", rule="G4.primary", stage="primary", verdict="", chance=float("nan"))
    table = made.tables.verdicts
    own = (table["plan"] == PLAN) & (table["entity"] == "ps-06") & (table["rule"] == "G4.primary")
    word = table["verdict"].where(~own, table["future"].map(dict(zip(("baseline", "fast"), verdicts, strict=True))))
    run = replace(made, tables=replace(made.tables, problems=problem, verdicts=table.assign(verdict=word)))
    for lang in ("zh", "en"):
        found = gaps(desk_of(view(run, lang), PLAN), "ps-06")
        assert found is not None
        assert found.column("verdict") == [view(run, lang).labels(f"plans.today_{key}")]


def test_a_school_of_today_without_pupils_is_not_a_new_one(made) -> None:
    history = made.tables.history
    empty = history[(history["school"] != "ps-08") | (history["year"] != made.study.base_year)]
    run = replace(made, tables=replace(made.tables, history=empty))
    for lang, said, new in (("zh", "没有在校生", "新建学校"), ("en", "no pupils in 2023-24", "a new school")):
        desk = desk_of(view(run, lang), PLAN)
        texts = {school: page(desk, school, charts=False)[1].text for school in ("ps-08", "ps-04")}
        assert said in texts["ps-08"]
        assert new not in texts["ps-08"]
        assert new in texts["ps-04"]


def test_tasks_that_most_draws_never_open_have_no_year(made) -> None:
    for chance in (0.05, 0.3, 0.7):
        told = tasks(desk_of(view(never_opening(made, "no2-extension", chance), "en"), PLAN), "ps-02")
        assert told is not None
        cell = next(row for row in records(told) if row["project"] == "Extension of No. 2 Primary")["opens"]
        assert (cell is None) == (chance > 0.5)
        assert cell is None or (cell.high != cell.high) == (chance > 0.1)
        assert "dash" in told.remarks[0]


def test_many_schools_have_tables_instead_of_charts(made, monkeypatch) -> None:
    few = paper_defaults().model_copy(update={"schools_with_charts": 3})
    monkeypatch.setattr(school_plans, "paper_defaults", lambda: few)
    paper = school_plans.school_plans(view(made, "zh"))
    assert not paper.pictures
    assert sum(table.key.endswith("_years") for table in paper.tables) == 12
    notes = [block.text for block in paper.blocks if isinstance(block, Paragraph) and block.style == "note"]
    assert any("以表代图" in text and "3" in text for text in notes)


def test_pages_of_odd_runs(made, built) -> None:
    bare = desk_of(view(without_projects(made), "zh"), "do-nothing")
    assert tasks(bare, "ps-01") is None
    once = desk_of(view(one_draw(made), "zh"), PLAN)
    assert set(years(once, "ps-01").column("p_over")) == {None}
    small = page(desk_of(view(kindergarten(made), "zh"), PLAN), "ps-01", charts=False)
    assert isinstance(small[0], Heading)
    odd = page(desk_of(view(eventful(built, odd=ODD), "zh"), PLAN), "ps-01", charts=True)
    assert odd[0] == Heading(1, ODD)
    assert any(isinstance(block, Table) for block in odd)
