"""Numbers of T4 to T6 against the tables of the run folder, read and added up by other means than the chapters."""

import math
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.document import Band, Paragraph, Table
from reports.dossier_money import estimate
from reports.dossier_norms import Norm, floor_norms, legacy_sizes, norm_of, weighted_size
from reports.dossier_sites import result
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.study_card import StageCard
from reports.view import View, view
from tests.reports import factory_facts
from tests.reports import factory_numbers as f
from tests.reports.dossier_kit import CHAPTERS, cells, csv_rows, file_of, lead, records, sized, tables_of, without_zones


@pytest.fixture(scope="module")
def run(facts_run: RunFolder) -> RunFolder:
    return facts_run


@pytest.fixture(scope="module")
def seen(run: RunFolder) -> View:
    return view(run, "zh")


@pytest.fixture(scope="module")
def tables(seen: View) -> dict[str, Table]:
    return tables_of(seen)


def test_t4_projects(run: RunFolder, tables: dict[str, Table], seen: View) -> None:
    facts = {row["project"]: row for row in csv_rows(run, "inputs/project_facts.csv") if row["plan"] == seen.plan}
    before = {row["school"]: float(row["rooms"]) for row in csv_rows(run, "inputs/school_facts.csv")}
    seats = {row["project"]: row for row in csv_rows(run, "project_seats.csv")
             if (row["future"], row["plan"], row["year"]) == ("baseline", seen.plan, str(f.WINDOW[1]))}  # fmt: skip
    cards = {seen.labels.pick(card.name): card for card in run.study.plan(seen.plan).projects}
    rolls = cells(run, "schools", "roll", seen.plan).reset_index()
    opened = file_of(run, "projects.parquet")
    opened = opened[(opened["future"] == "baseline") & (opened["plan"] == seen.plan)]
    rows = list(sized(tables).values())
    assert {row["project"] for row in rows[:-1]} == set(cards)
    for row in rows[:-1]:
        card = cards[row["project"]]
        fact, seat = facts[card.id], seats[card.id]
        assert (row["classes"], row["seats"], row["safe"]) == (
            float(fact["rooms"]),
            float(seat["nominal"]),
            float(seat["safe"]),
        )
        assert row["land_m2"] == float(fact["land_m2"])
        assert row["floor_area_m2"] == (float(fact["floor_area_m2"]) if fact["floor_area_m2"] else None)
        assert row["sports_area_m2"] == (float(fact["sports_area_m2"]) if fact["sports_area_m2"] else None)
        after = float(fact["rooms"]) + (before[card.school] if card.kind == "extension" else 0.0)
        there = opened[(opened["project"] == card.id) & (opened["p_open"] >= 0.5) & opened["year"].between(*f.WINDOW)]
        mine = rolls[(rolls["entity"] == card.school) & (rolls["stage"] == "all") & rolls["year"].isin(there["year"])]
        top = mine.loc[mine["p50"].idxmax()]
        assert (row["rooms_after"], row["p50"], row["p90"]) == (after, top["p50"], top["p90"])
        size = 50.0 if card.school.startswith("js") else 45.0
        assert row["use"] == pytest.approx(top["p90"] / (after * size))


def test_t7_cost_is_divided_by_the_floor_area_of_the_plan(run: RunFolder, seen: View) -> None:
    facts = {row["project"]: row for row in csv_rows(run, "inputs/project_facts.csv") if row["plan"] == seen.plan}
    rows = records(estimate(seen, seen.plan))
    cards = {seen.labels.pick(card.name): card for card in run.study.plan(seen.plan).projects}
    told = [row["unit_cost"] for row in rows[:-1]]
    for row in rows[:-1]:
        card = cards[row["project"]]
        floor = facts[card.id]["floor_area_m2"] if card.id in facts else ""
        assert row["floor_area_m2"] == (float(floor) if floor else None)
        assert row["unit_cost"] == (pytest.approx(10_000 * card.cost / float(floor)) if floor else None)
    assert None in told  # the extension does not say
    assert any(told)
    assert (rows[-1]["floor_area_m2"], rows[-1]["unit_cost"]) == (None, None)  # areas of some are no sum


def test_t4_floor_is_norm_times_seats(tables: dict[str, Table]) -> None:
    primary = {
        stage: {row["project"]: row for row in records(tables["t4_floor"]) if row["stage"] == stage}
        for stage in ("小学", "初中")
    }
    four = primary["小学"]["新建县第四小学"]
    # 36 classes in town: beyond the largest size listed (30 classes, 7.2 m2); classrooms 1.36 m2 a seat.
    assert (four["size"], four["seats"], four["norm"]) == (36.0, 36 * 45.0, 7.2)
    assert four["floor"] == pytest.approx(7.2 * 36 * 45)
    assert four["classrooms"] == pytest.approx(1.36 * 36 * 45)
    three = primary["初中"]["新建县第三中学"]
    assert (three["size"], three["norm"], three["per_seat"]) == (24.0, 9.8, 1.39)


def _norm(value: float, grade: str = "C") -> Norm:
    return Norm(value, "x", "p", {"zh": "x", "en": "x"}, {"zh": "s", "en": "s"}, grade)


def test_norms_between_and_beyond_their_sizes() -> None:
    norms = ((12, _norm(10.0)), (24, _norm(8.0, "M")))
    assert [norm_of(norms, classes)[1] for classes in (6, 12, 15, 24, 40)] == [10.0, 10.0, 9.5, 8.0, 8.0]  # type: ignore[index]
    assert [norm_of(norms, classes)[0].grade for classes in (12, 15, 24)] == ["C", "M", "M"]  # type: ignore[index]
    assert norm_of((), 12) is None


def test_shipped_norms_are_those_of_the_packs() -> None:
    assert {stage: norm.value for stage, norm in legacy_sizes().items()} == {"primary": 55.0, "junior": 55.0}
    assert [(size, norm.value) for size, norm in floor_norms("primary", urban=True)] == [
        (12, 10.0),
        (18, 8.3),
        (24, 7.9),
        (30, 7.2),
    ]
    rural = floor_norms("primary", urban=False)
    assert [(size, norm.value, norm.grade) for size, norm in rural][2] == (18, 6.75, "M")
    assert floor_norms("kindergarten", urban=True) == ()
    assert all(norm.source["zh"] and norm.source["en"] for _, norm in rural)


def test_nine_year_schools_have_a_norm_of_their_own() -> None:
    both = [(size, norm.value, norm.code) for size, norm in floor_norms("primary", "junior", urban=True)]
    assert [(size, value) for size, value, _ in both] == [(18, 9.3), (27, 7.9), (36, 8.0), (45, 7.8)]
    assert {code for *_, code in both} == {"A.nine-year.planning"}
    assert floor_norms("junior", "primary", urban=True) == floor_norms("primary", "junior", urban=True)
    assert floor_norms("primary", "junior", urban=False) == ()
    assert {norm.code for _, norm in floor_norms("primary", urban=True)} == {"A.primary.planning"}


def test_size_of_a_school_with_two_stages() -> None:
    stages = [StageCard(id=key, name={}, grades=()) for key in ("primary", "junior")]
    pairs = list(zip(stages, (6, 3), strict=True))
    assert weighted_size(pairs, {"primary": 45.0, "junior": 50.0}) == pytest.approx((6 * 45 + 3 * 50) / 9)
    assert weighted_size(pairs, {"primary": 45.0}) is None
    assert weighted_size([], {}) is None


def test_t5_options(run: RunFolder, tables: dict[str, Table], seen: View) -> None:
    plans = {seen.words.plan(plan): plan for plan in f.PLANS}
    for row in records(tables["t5"]):
        plan = plans[row["plan"]]
        projects = [project for each in run.study.plans if each.id == plan for project in each.projects]
        assert row["capital"] == pytest.approx(sum(project.cost for project in projects))
        rolls = cells(run, "schools", "roll", plan).reset_index()
        inside = rolls[(rolls["stage"] == "all") & rolls["year"].between(*f.WINDOW)]
        by_year: dict[int, float] = defaultdict(float)
        for item in inside.itertuples():
            by_year[item.year] += 0.0 if math.isnan(item.p_exceed) else item.p_exceed
        assert row["schools_over"] == pytest.approx(max(by_year.values()))
        empty = cells(run, "county", "unused_seats", plan).loc[("test-county", "all", 2035)]
        assert row["unused"] == Band(empty["p50"], empty["p05"], empty["p95"])
        assert row["net_present"] is None
    assert tables["t5"].rows[0][0] == "维持现状"


def test_t5_verdicts_are_the_county_rows(run: RunFolder, tables: dict[str, Table], seen: View) -> None:
    county = {
        (r["future"], r["plan"]): r
        for r in csv_rows(run, "verdicts.csv")
        if (r["scope"], r["rule"]) == ("county", "all")
    }
    plans = {seen.words.plan(plan): plan for plan in f.PLANS}
    for row in records(tables["t5_verdicts"]):
        mine = {future: county[future, plans[row["plan"]]] for future in f.FUTURES}
        assert {future: row[f"chance_{future}"] for future in f.FUTURES} == {
            future: pytest.approx(float(found["probability"])) for future, found in mine.items()
        }
        assert row["held"] == sum(found["verdict"] == "holds" for found in mine.values())


def test_t5_ways_are_those_of_the_last_year_of_the_window(run: RunFolder, tables: dict[str, Table], seen: View) -> None:
    access = file_of(run, "access.parquet")
    access = access[(access["future"] == "baseline") & (access["year"] == f.WINDOW[1])]
    plans = {seen.words.plan(plan): plan for plan in f.PLANS}
    stages = {"小学": "primary", "初中": "junior"}
    rows = records(tables["t5_travel"])
    assert rows
    for row in rows:
        own = access[(access["plan"] == plans[row["plan"]]) & (access["stage"] == stages[row["stage"]])]
        for way in own.itertuples():
            assert (row[f"mean_{way.measure}"], row[f"p95_{way.measure}"]) == (way.mean, way.p95)
            if way.measure == "minutes":
                assert row["over_30"] == way.over_30


def test_t6_sites(run: RunFolder, tables: dict[str, Table]) -> None:
    first, second, third = records(tables["t6"])
    assert (first["site"], first["parcel"], first["status"], first["usable_m2"]) == (
        "新建县第四小学",
        "P1",
        "储备",
        27_000.0,
    )
    assert (first["m500"], first["m1000"], first["walk30"]) == (100.0, 300.0, 600.0)
    assert (second["site"], second["parcel"], second["fit"]) == ("新建县第三中学", None, "待核定")
    assert second["area_m2"] == 24_000.0
    # A parcel that no project names: both stages of a nine-year school; nothing is known of its place.
    assert (third["parcel"], third["area_m2"], third["usable_m2"], third["fit"]) == ("P2", None, None, "位置不明")
    assert (third["m500"], third["m1000"], third["walk30"]) == (200.0, 600.0, None)
    checks = [(row["parcel"], row["result"]) for row in records(tables["t6_checks"])]
    words = ("未核对", "符合", "不符合", "采取措施后可用")
    assert sorted(checks) == sorted((parcel, word) for parcel in ("P1", "P2") for word in words)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ({"checked": 0, "lost": math.nan, "nearest_m": math.nan, "required_m": 50.0, "rule": "forbidden"}, "open"),
        ({"checked": 1, "lost": 0.0, "nearest_m": math.nan, "required_m": 50.0, "rule": "forbidden"}, "kept"),
        ({"checked": 1, "lost": 0.0, "nearest_m": 49.9, "required_m": 50.0, "rule": "forbidden"}, "broken"),
        ({"checked": 1, "lost": 0.2, "nearest_m": 0.0, "required_m": 0.0, "rule": "forbidden"}, "broken"),
        ({"checked": 1, "lost": 0.2, "nearest_m": 10.0, "required_m": 80.0, "rule": "mitigable"}, "measures"),
    ],
)
def test_what_a_check_of_a_clearance_says(row: dict[str, Any], wanted: str) -> None:
    assert result(row) == wanted


def test_t4_names_projects_without_land_and_those_that_stay_empty(tmp_path: Path) -> None:
    made = factory_facts.tables()
    facts = made.project_facts.copy()
    facts.loc[facts["project"] == "no4-primary", ["land_m2", "rooms"]] = [math.nan, 400.0]
    run = factory_facts.make(tmp_path / "run", replace(made, project_facts=facts))
    rows = sized(tables_of(view(run, "zh")))
    rows.pop("合计")
    assert rows["新建县第四小学"]["land_m2"] is None
    assert rows["新建县第四小学"]["use"] < 0.6 <= max(row["use"] or 0.0 for row in rows.values())
    said = lead(run, "size")
    assert "未填用地，未计入：新建县第四小学。" in said
    empty = [name for name, row in rows.items() if row["use"] is not None and row["use"] < 0.6]
    assert f"规模须另作说明：{Labels('zh')('word.list').join(empty)}。" in said
    assert "the plan does not say their land: New No. 4 Primary." in lead(run, "size", "en")


def test_findings_say_the_numbers_of_their_tables(run: RunFolder, tables: dict[str, Table]) -> None:
    pupils = sum(row["pupils"] for row in records(tables["t1"])[-1:])
    assert f"在校生{pupils:,.0f}人".replace(",", "\u00a0") in lead(run, "state")
    short = next(row for row in records(tables["t3_county"]) if row["year"] == f.WINDOW[0])
    assert f"{short['zones']:.0f}个起始年级学位不足，合计缺{short['short']:.0f}个" in lead(run, "gap")
    held = max(row["held"] for row in records(tables["t5_verdicts"]))
    assert (f"（{held:.0f}种情景）" if held else "没有一个方案") in lead(run, "options")
    assert "登记地块2宗" in lead(run, "sites")


def test_a_study_without_parcels_says_what_is_open(tmp_path: Path) -> None:
    run = without_zones(tmp_path / "run")
    warnings = [block.text for block in CHAPTERS["sites"](view(run, "zh")) if isinstance(block, Paragraph)]
    assert any("需要地块表" in text and "永久基本农田" in text and "高压线" in text for text in warnings)
    english = [block.text for block in CHAPTERS["sites"](view(run, "en")) if isinstance(block, Paragraph)]
    assert any("needs the table of parcels" in text and "power line" in text for text in english)
