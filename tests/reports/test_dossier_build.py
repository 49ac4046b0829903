"""Dossier tables T7 and T8 against the tables of the run, by arithmetic of their own."""

from dataclasses import replace

import pandas as pd
import pytest
from pydantic import ValidationError

from reports import dossier_money, dossier_schedule
from reports.document import Picture, Table
from reports.paper_defaults import CutOffs, PaperDefaults, paper_defaults
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.build_kit import (
    CLOSED,
    FUTURE,
    PLAN,
    never_opening,
    one_draw,
    records,
    with_headline,
    with_plan,
    without_projects,
)


def tables(run: RunFolder, lang: str = "zh", chapter=dossier_money.chapter) -> dict[str, Table]:
    return {block.key: block for block in chapter(view(run, lang)) if isinstance(block, Table)}


def cash_of(run: RunFolder) -> pd.DataFrame:
    frame = run.tables.cash
    return frame[(frame["future"] == FUTURE) & (frame["plan"] == PLAN)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_estimate_adds_up_by_project_and_by_source(made, lang) -> None:
    table = tables(made, lang)["t7"]
    cost = {"no2-extension": 1350.0, "no4-primary": 5200.0, "no3-junior": 4100.0, CLOSED.id: 20.0}
    *rows, whole = records(table)
    assert [row["cost"] for row in rows] == [cost[one.id] for one in made.study.plan(PLAN).projects]
    assert whole["cost"] == sum(cost.values()) == 10670.0
    # Projects without shares are paid by the first source alone; the closure says that the other one pays.
    assert [row["fund_county"] for row in rows] == [5200.0, 4100.0, 1350.0, 0.0]
    assert [row["fund_upper"] for row in rows] == [0.0, 0.0, 0.0, 20.0]
    assert all(row["fund_county"] + row["fund_upper"] == row["cost"] for row in records(table))
    assert table.sums == ((4, (0, 1, 2, 3)),)


def test_the_example_split_keeps_every_total_and_says_that_it_is_an_example(made) -> None:
    table = tables(made, "en")["t7_split"]
    *rows, whole = records(table)
    shares = [part / (1257.2 + 196.69 + 145.39) for part in (1257.2, 196.69, 145.39)]
    for row in (*rows, whole):
        parts = [row[name] for name in ("works", "other", "contingency")]
        assert sum(parts) == pytest.approx(row["cost"])
        assert parts == pytest.approx([share * row["cost"] for share in shares])
    assert whole["cost"] == 10650.0  # the closure is no building work
    assert "example" in table.title
    assert "78.6\u00a0%, 12.3\u00a0% and 9.1\u00a0%" in table.remarks[0]
    assert "grade C" in table.remarks[0]
    assert table.remarks[1].startswith("1\u00a0project")


def test_spending_by_year_is_that_of_the_cash_table(made) -> None:
    own = cash_of(made)
    *rows, whole = records(tables(made)["t7_cash"])
    spend, budget = own[(own["source"] == "all") & (own["kind"] == "spend")], own[own["kind"] == "budget"]
    for row in rows:
        one = spend[spend["year"] == row["year"]].iloc[0]
        band = row["spend_range"]
        assert (row["spend"], band.middle, band.low, band.high) == tuple(one[n] for n in ("mean", "p50", "p10", "p90"))
        assert row["budget"] == budget[budget["year"] == row["year"]]["mean"].sum()
        assert row["spend_by_then"] == pytest.approx(spend[spend["year"] <= row["year"]]["mean"].sum())
    assert whole["spend"] == pytest.approx(spend["mean"].sum())
    assert whole["budget"] == pytest.approx(budget["mean"].sum())
    moving = {int(y) for y in own.loc[own["kind"].isin(["spend", "budget"]) & (own["mean"] > 0), "year"]}
    assert [row["year"] for row in rows] == sorted(moving)


def test_money_of_every_source_by_year(made) -> None:
    own = cash_of(made)
    table = tables(made)["t7_funds"]
    for row in records(table):
        for source in ("county", "upper"):
            mine = own[(own["source"] == source) & (own["year"] == row["year"])].set_index("kind")
            assert row[f"given_{source}"] == mine.loc["fund_budget", "mean"]
            assert row[f"at_hand_{source}"] == mine.loc["fund_at_hand", "mean"]
            assert row[f"spent_{source}"].middle == mine.loc["fund_spend", "p50"]
    assert table.basis is not None
    assert "10%–90%" in table.basis.method


@pytest.mark.parametrize(("lang", "said"), [("zh", "比总投资多 830.0"), ("en", "830.0\u00a0万元 more than the cost")])
def test_the_lead_weighs_the_cost_against_the_money_of_all_years(made, lang, said) -> None:
    lead = dossier_money.chapter(view(made, lang))[1]
    assert said.replace("\u00a0", " ") in lead.text.replace("\u00a0", " ")  # 11 500 given, 10 670 asked


def test_openings_are_those_of_the_projects_table(made) -> None:
    table = tables(made, "en", dossier_schedule.chapter)["t8"]
    projects = made.tables.projects
    for one, row in zip(made.study.plan(PLAN).projects, records(table), strict=True):
        own = projects[(projects["future"] == FUTURE) & (projects["plan"] == PLAN) & (projects["project"] == one.id)]
        if own.empty:
            assert one.id == CLOSED.id
            assert row["opens_p50"] is row["kept"] is None
            assert row["owner"] == "Bureau"
            continue
        assert [row[f"opens_{q}"] for q in ("p10", "p50", "p90")] == [own.iloc[0][q] for q in ("p10", "p50", "p90")]
        assert row["kept"] == own.set_index("year").loc[2026, "p_open"]
        assert row["never"] == own.iloc[0]["p_never"]
        assert row["owner"] == "County bureau"  # of the plan, where the project names none


@pytest.mark.parametrize(
    ("chance", "told"),
    [(0.05, {"p10", "p50", "p90"}), (0.1, {"p10", "p50", "p90"}), (0.2, {"p10", "p50"}), (0.7, {"p10"}), (0.95, set())],
)
def test_years_that_so_many_draws_do_not_reach_are_not_told(made, chance: float, told: set[str]) -> None:
    table = tables(never_opening(made, "no4-primary", chance), "zh", dossier_schedule.chapter)["t8"]
    row = next(row for row in records(table) if row["project"] == "新建县第四小学")
    assert {name for name in ("p10", "p50", "p90") if row[f"opens_{name}"] is not None} == told
    assert row["never"] == chance
    assert "一半（中位数）" in table.remarks[0]
    assert "能启用的各次推演" in table.remarks[0]  # the run table leaves draws out that never open


def test_stages_have_departments_and_dates_in_words(made) -> None:
    table = tables(made, "zh", dossier_schedule.chapter)["t8_stages"]
    stages = made.tables.stages
    own = stages[(stages["future"] == FUTURE) & (stages["plan"] == PLAN)]
    assert len(table.rows) == len(own)
    text = [cell for row in table.rows for cell in row]
    assert set(own["end_p50"]) - {""} <= set(text)
    assert text.count("更晚") == int((own["end_p90"] == "").sum())
    assert text.count("已开始") == int((own["begin_p50"] == "").sum()) > 0
    assert "发展改革局" in text


def test_seats_of_every_1_september(made) -> None:
    rows = records(tables(made, "en", dossier_schedule.chapter)["t8_seats"])
    frame = made.tables.seats_ready
    own = frame[(frame["future"] == FUTURE) & (frame["plan"] == PLAN)]
    assert len(rows) == len(own) / 5
    for row in rows[:3]:
        assert (row["demand"].middle, row["demand"].low, row["demand"].high) == (900.0, 890.0, 910.0)
    assert [row["short"].middle for row in rows] == [40.0] * len(rows)


def test_pictures_are_in_the_future_of_the_tables(made) -> None:
    blocks = [*dossier_money.chapter(view(made, "zh")), *dossier_schedule.chapter(view(made, "zh"))]
    pictures = [block for block in blocks if isinstance(block, Picture)]
    assert [picture.key for picture in pictures] == ["t7_chart", "t8_chart"]
    assert all("基准" in picture.alt for picture in pictures)


def test_a_run_without_projects_has_no_chapters_on_building(made) -> None:
    seen = view(without_projects(made), "zh")
    assert dossier_money.chapter(seen) == dossier_schedule.chapter(seen) == []


def test_one_draw_knows_no_chances(made) -> None:
    rows = records(tables(one_draw(made), "zh", dossier_schedule.chapter)["t8"])
    assert {row["kept"] for row in rows} == {row["never"] for row in rows} == {None}
    assert "把握" in dossier_schedule.chapter(view(made, "zh"))[1].text
    for lang, said in (("zh", "把握"), ("en", "probability")):
        assert said not in dossier_schedule.chapter(view(one_draw(made), lang))[1].text


@pytest.mark.parametrize(("lang", "said"), [("zh", "与总投资持平"), ("en", "as much as the cost")])
@pytest.mark.parametrize("more", [0.0, 0.04, -0.04])
def test_money_that_is_as_much_as_the_cost_is_not_more(made, lang: str, said: str, more: float) -> None:
    lead = dossier_money.chapter(view(with_plan(made, PLAN, budget={2024: 10670.0 + more}), lang))[1].text
    assert said in lead


def test_a_plan_without_projects_that_changes_zones_has_no_chapters_on_building(made) -> None:
    """It is the one put forward, though another plan builds."""
    zoned = with_headline(with_plan(made, PLAN, projects=()), PLAN)
    for chapter in (dossier_money.chapter, dossier_schedule.chapter):
        assert chapter(view(zoned, "zh")) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_money_names_the_headline_plan_where_it_is_that_of_another(made, lang: str) -> None:
    said = [block.text for block in dossier_money.chapter(view(with_headline(made, "do-nothing"), lang))[1:3]]
    seen = view(made, lang)
    assert seen.words.plan("do-nothing") in said[1]
    assert seen.words.plan(PLAN) in said[1]


def test_folders_of_earlier_versions_tell_costs_alone(run) -> None:
    found = tables(run, "en")
    assert set(found) == {"t7", "t7_split", "t7_cash"}
    assert [column.key for column in found["t7"].columns] == ["project", "kind", "school", "cost"]
    assert set(tables(run, "en", dossier_schedule.chapter)) == {"t8"}


def test_the_shipped_values_name_their_sources() -> None:
    shipped = paper_defaults()
    assert sum(shipped.investment_split.shares) == pytest.approx(1.0)
    assert [round(100 * share, 1) for share in shipped.investment_split.shares] == [78.6, 12.3, 9.1]
    for cut in shipped.risk_levels.values():
        assert set(cut.reason) == {"zh", "en"}
        assert [cut.level(value) for value in (cut.medium / 2, cut.medium, cut.high)] == ["low", "medium", "high"]
        assert cut.level(float("nan")) is None


def test_cut_offs_out_of_order_and_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError, match="expected 0 < medium < high"):
        CutOffs(medium=0.5, high=0.1, reason={}, source_grade="M")
    with pytest.raises(ValidationError, match="extra"):
        PaperDefaults.model_validate({**paper_defaults().model_dump(), "more": 1})


def test_a_plan_without_money_says_so(made) -> None:
    plans = tuple(one.model_copy(update={"budget": {}}) for one in made.study.plans)
    poor = replace(made, study=made.study.model_copy(update={"plans": plans}))
    assert "未安排" in dossier_money.chapter(view(poor, "zh"))[1].text
