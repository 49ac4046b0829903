"""The one-page briefing and the plan for each school: numbers of the tables, one page each, odd runs and names."""

from collections import Counter
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
    one_draw,
    records,
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
    assert f"with it {worst[PLAN]:,.0f} at most".replace(",", " ") in places
    assert "County plan" in assurance
    assert "4 projects cost 10 670.0" in money
    assert "830.0 万元 more" in money


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


def test_a_briefing_of_odd_runs(made, built) -> None:
    bare = briefing(view(without_projects(made), "zh"))
    assert "编制学位保障方案" in next(b for b in reversed(bare.blocks) if isinstance(b, Items)).texts[0]
    assert len(pages_of(bare)) == 1
    once = numbers(view(one_draw(made), "en"), PLAN)
    assert not any("Chance" in text for text in once)
    assert len(pages_of(briefing(view(kindergarten(made), "zh")))) == 1
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
