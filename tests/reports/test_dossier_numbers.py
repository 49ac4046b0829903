"""Numbers of T1 to T3 against the tables of the run folder, read and added up by other means than the chapters."""

import math
from collections import defaultdict
from pathlib import Path

import pytest

from reports.document import Band, Paragraph, Table
from reports.document_forms import head
from reports.dossier_gap import chapter
from reports.i18n import LANGUAGES, Labels, Lang
from reports.run_folder import RunFolder
from reports.view import View, view
from tests.reports import factory_facts
from tests.reports import factory_numbers as f
from tests.reports.dossier_kit import (
    all_built,
    cells,
    csv_rows,
    file_of,
    lead,
    names,
    records,
    tables_of,
    without_zones,
)

LEGACY = 55.0
"""Largest class that is not 大班额: 36-45 normal, 46-55 slightly large, from 56 large."""


@pytest.fixture(scope="module")
def run(facts_run: RunFolder) -> RunFolder:
    return facts_run


@pytest.fixture(scope="module")
def seen(run: RunFolder) -> View:
    return view(run, "zh")


@pytest.fixture(scope="module")
def tables(seen: View) -> dict[str, Table]:
    return tables_of(seen)


def observed(run: RunFolder) -> dict[tuple[str, str], float]:
    history = file_of(run, "history.parquet")
    return {(r.school, r.grade): float(r.pupils) for r in history.itertuples() if r.year == f.BASE}


def test_t2_holds_the_bands_of_the_county(run: RunFolder, tables: dict[str, Table]) -> None:
    rolls, births = (cells(run, "county", name, "do-nothing") for name in ("roll", "births"))
    base, *forecast = records(tables["t2"])
    assert [row["year"] for row in forecast] == [float(year) for year in f.YEARS]
    today = observed(run)
    assert base["pupils_all"] == sum(today.values())
    assert base["pupils_junior"] == sum(n for (_, grade), n in today.items() if grade in "789")
    for row in forecast:
        for stage in ("primary", "junior", "all"):
            found = rolls.loc[("test-county", stage, row["year"])]
            assert row[f"pupils_{stage}"] == Band(found["p50"], found["p05"], found["p95"])
        born = births.loc[("test-county", "all", row["year"])]
        assert row["births"] == Band(born["p50"], born["p05"], born["p95"])
        in_out = [
            cells(run, "county", name, "do-nothing").loc[("test-county", "all", row["year"]), "mean"]
            for name in ("arrived", "left")
        ]
        assert row["net"] == pytest.approx(in_out[0] - in_out[1])


def test_t2_has_the_births_on_record(tables: dict[str, Table]) -> None:
    assert tables["t2_births"].rows == ((f.BASE - 1, 1900.0, 19.0), (f.BASE, 1850.0, 20.0))
    assert len(tables["t2_births"].remarks) == 2  # units differ: years do not compare


def test_t2_grades_are_sums_over_schools_and_the_first_ones_are_the_intake(
    run: RunFolder, tables: dict[str, Table]
) -> None:
    frame = cells(run, "schools", "roll", "do-nothing").reset_index()
    today = observed(run)
    for row, intake in zip(records(tables["t2_grades"]), records(tables["t2"]), strict=True):
        for grade in "123456789":
            if row["year"] == f.BASE:
                wanted = sum(n for (_, g), n in today.items() if g == grade)
            else:
                mine = frame[(frame["stage"] == f"grade:{grade}") & (frame["year"] == row["year"])]
                wanted = math.fsum(mine["mean"])
            assert row[f"grade_{grade}"] == pytest.approx(wanted, abs=1e-9)
        assert (intake["intake_primary"], intake["intake_junior"]) == (row["grade_1"], row["grade_7"])


def test_t2_says_what_is_born(run: RunFolder, tables: dict[str, Table]) -> None:
    unborn = cells(run, "county", "demand_unborn", "do-nothing")["mean"]
    for row, known in zip(records(tables["t2"])[1:], records(tables["t2_known"]), strict=True):
        number = unborn.loc[("test-county", "all", row["year"])]
        assert row["kind"] == ("含未出生" if number >= 0.5 else "已出生")
        assert known["unborn"] == pytest.approx(number)
        parts = [cells(run, "county", f"demand_{name}", "do-nothing")["mean"].loc[("test-county", "all", row["year"])]
                 for name in ("enrolled", "born", "unborn", "arrivals")]  # fmt: skip
        assert known["roll"] == pytest.approx(sum(parts))
        assert known["share_unborn"] == pytest.approx(parts[2] / sum(parts))


def test_t2_sets_the_futures_side_by_side(run: RunFolder, tables: dict[str, Table]) -> None:
    order = ["合计", "小学", "初中"]
    stages = dict(zip(order, ("all", "primary", "junior"), strict=True))
    rows = records(tables["t2_futures"])
    assert [row["stage"] for row in rows[:: len(f.YEARS) + 1]] == order
    for future in f.FUTURES:
        rolls = cells(run, "county", "roll", "do-nothing", future)
        for row in rows:
            if row["year"] != f.BASE:
                found = rolls.loc[("test-county", stages[row["stage"]], row["year"])]
                assert row[f"future_{future}"] == Band(found["p50"], found["p05"], found["p95"])


def test_t3_by_zone_from_the_warnings(run: RunFolder, tables: dict[str, Table]) -> None:
    school = {key: name for name, key in names(run).items()}
    size = {"primary": 45.0, "junior": 50.0}
    warned = {
        (row["plan"], row["stage"], row["zone"], float(row["year"])): row
        for row in csv_rows(run, "alerts.csv")
        if row["future"] == "baseline"
    }
    level = {"green": "绿色", "yellow": "黄色", "red": "红色"}
    stage_of = {"小学": "primary", "初中": "junior"}
    whole = {place for place, _ in tables["t3"].sums}
    zones = {
        Labels("zh")("word.list").join(school[one] for one in zone.split("+")): zone
        for _, zone, _ in factory_facts.ZONES
    }
    found = 0
    for place, row in enumerate(records(tables["t3"])):
        if place in whole:
            continue
        for plan in ("do-nothing", "county-plan"):
            stage = stage_of[row["stage"]]
            alert = warned[plan, stage, zones[row["zone"]], row["year"]]
            demand, places = float(alert["demand_mean"]), float(alert["places"])
            assert (row[f"demand_{plan}"], row[f"places_{plan}"]) == (demand, places)
            assert row[f"upper_{plan}"] == float(alert["demand_p90"])
            assert row[f"gap_{plan}"] == demand - places
            assert row[f"legacy_{plan}"] == pytest.approx(places / size[stage] * LEGACY)
            told = level[alert["level"]] if alert["published"] == "1" else None
            assert row[f"level_{plan}"] == told
            found += 1
    years = {f.YEARS[0], *range(f.WINDOW[0], f.WINDOW[1] + 1), f.BASE + 10}
    assert found == 2 * len(factory_facts.ZONES) * len(years)


def test_t3_has_levels_of_the_published_years_alone_and_says_so(run: RunFolder, tables: dict[str, Table]) -> None:
    shown = {row["year"] for row in records(tables["t3"]) if row["level_do-nothing"]}
    published = {float(row["year"]) for row in csv_rows(run, "alerts.csv") if row["published"] == "1"}
    assert shown == published == {f.BASE + 1.0, f.BASE + 2.0, f.BASE + 3.0}
    assert "为基年后3年" in tables["t3"].remarks[-1]
    assert "3 years after the base year" in tables_of(view(run, "en"))["t3"].remarks[-1]


def test_t3_of_the_county_adds_shortages_and_not_what_is_left(run: RunFolder, tables: dict[str, Table]) -> None:
    short: dict[tuple[str, float], list[float]] = defaultdict(list)
    for row in csv_rows(run, "alerts.csv"):
        gap = float(row["demand_mean"]) - float(row["places"])
        if row["future"] == "baseline" and gap > 0:
            short[row["plan"], float(row["year"])].append(gap)
    plan_of = {"维持现状": "do-nothing", "县方案": "county-plan"}
    base, *rows = records(tables["t3_county"])
    assert base["pupils"] == sum(observed(run).values())
    assert {row["plan"] for row in rows} == set(plan_of)
    for row in rows:
        gaps = short[plan_of[row["plan"]], row["year"]]
        assert (row["short"], row["zones"]) == (sum(gaps), len(gaps))
        unused = cells(run, "county", "unused_seats", plan_of[row["plan"]]).loc[("test-county", "all", row["year"])]
        assert row["unused"] == Band(unused["p50"], unused["p05"], unused["p95"])
    assert any(row["short"] > 0 for row in rows)


def test_t3_by_township(run: RunFolder, tables: dict[str, Table]) -> None:
    towns = {row.unit: row.township for row in run.units().itertuples()}
    stands = {row["school"]: towns[row["unit"]] for row in csv_rows(run, "inputs/school_facts.csv")}
    for plan in ("do-nothing", "county-plan"):
        homes = cells(run, "zones", "pupils", plan).reset_index()
        homes = homes[homes["stage"] == "all"]
        seats = cells(run, "schools", "seats", plan).reset_index()
        for row in records(tables["t3_township"]):
            if row["township"] == "合计":
                continue
            lives = homes[(homes["year"] == row["year"]) & (homes["entity"].map(towns) == row["township"])]
            assert row[f"demand_{plan}"] == pytest.approx(lives["mean"].sum())
            if plan == "do-nothing":
                there = seats[(seats["year"] == row["year"]) & (seats["entity"].map(stands) == row["township"])]
                assert row[f"seats_{plan}"] == pytest.approx(there["mean"].sum())
            assert row[f"gap_{plan}"] == pytest.approx(row[f"demand_{plan}"] - row[f"seats_{plan}"])


def test_t3_without_warnings_is_by_school(tmp_path: Path) -> None:
    run = without_zones(tmp_path / "run")
    table = tables_of(view(run, "zh"))["t3"]
    known, whole = names(run), {place for place, _ in table.sums}
    rolls, seats, rooms = (cells(run, "schools", name, "county-plan") for name in ("roll", "seats", "rooms"))
    told = [row for place, row in enumerate(records(table)) if place not in whole]
    assert "level_county-plan" not in told[0]
    for row in told:
        key = (known[row["zone"]], "all", row["year"])
        assert row["demand_county-plan"] == pytest.approx(rolls.loc[key, "mean"])
        assert row["gap_county-plan"] == pytest.approx(rolls.loc[key, "mean"] - seats.loc[key, "mean"])
        assert row["legacy_county-plan"] == pytest.approx(LEGACY * rooms.loc[key, "mean"])


@pytest.mark.parametrize(("lang", "zone", "school"), [("zh", "学区", "学校"), ("en", "zone", "school")], ids=LANGUAGES)
def test_t3_speaks_of_zones_or_of_schools(run: RunFolder, tmp_path: Path, lang: Lang, zone: str, school: str) -> None:
    for made, word, other in ((run, zone, school), (without_zones(tmp_path / lang), school, zone)):
        seen = view(made, lang)
        own = tables_of(seen)["t3_county"]
        short = [head(column, seen.labels) for column in own.columns if column.key == "zones"]
        texts = [*short, own.remarks[1]]
        texts.append(next(one.text for one in chapter(seen) if isinstance(one, Paragraph)))
        assert all(word in text for text in texts)
        assert other not in short[0]
        entry = ("起始年级" if lang == "zh" else "entry places") in texts[-1]
        assert entry is (made is run)  # without early warning they are schools with all their grades


def test_t1_pupils_classes_and_boarders(run: RunFolder, tables: dict[str, Table]) -> None:
    known, today = names(run), observed(run)
    classes = {
        (r["school"], r["grade"]): (int(r["classes"]), int(r["pupils"])) for r in csv_rows(run, "classes_today.csv")
    }
    board = {(r["school"], r["stage"]): r["boarders"] for r in csv_rows(run, "inputs/stage_facts.csv")}
    whole = {place for place, _ in tables["t1"].sums}
    rows = records(tables["t1"])
    stage_of = {"小学": "primary", "初中": "junior"}
    told = [row for place, row in enumerate(rows) if place not in whole]
    assert len(told) == sum(len(school.stages) for school in f.SCHOOLS if school.roll)
    for row in told:
        school, stage = known[row["school"]], stage_of[row["stage"]]
        own = {grade: today[school, grade] for grade in f.STAGES[stage]}
        assert {grade: row[f"grade_{grade}"] for grade in own} == own
        formed = [classes[school, grade] for grade in own]
        count = sum(number for number, _ in formed)
        assert (row["pupils"], row["classes"]) == (sum(own.values()), count)
        assert row["largest"] == max(math.ceil(pupils / number) for number, pupils in formed)
        assert row["mean"] == pytest.approx(sum(own.values()) / count)
        assert row["boarders"] == (float(board[school, stage]) if board[school, stage] else None)
    assert rows[-1]["pupils"] == sum(today.values())
    assert rows[-1]["mean"] == pytest.approx(sum(today.values()) / sum(number for number, _ in classes.values()))
    assert rows[-1]["largest"] == max(row["largest"] for row in told)


def test_t1_land_is_as_given_and_never_filled_in(run: RunFolder, tables: dict[str, Table]) -> None:
    known, whole = names(run), {place for place, _ in tables["t1_land"].sums}
    facts = {row["school"]: row for row in csv_rows(run, "inputs/school_facts.csv")}
    rows = records(tables["t1_land"])
    for place, row in enumerate(rows):
        if place in whole:
            continue
        fact = facts[known[row["school"]]]
        for name in ("rooms", "seats", "beds", "land_m2", "floor_area_m2", "teaching_area_m2", "sports_area_m2"):
            assert row[name] == (float(fact[name]) if fact[name] else None)
        assert row["land_mu"] == (None if not fact["land_m2"] else pytest.approx(15 * float(fact["land_m2"]) / 10_000))
    gone = next(
        row for place, row in enumerate(rows) if place not in whole and known[row["school"]] == factory_facts.NOT_GIVEN
    )
    assert gone["land_m2"] is None
    assert gone["floor_area_m2"] is None
    assert rows[-1]["land_m2"] == sum(float(row["land_m2"]) for row in facts.values() if row["land_m2"])
    broken = defaultdict(set)
    for row in csv_rows(run, "today.csv"):
        broken[row["entity"]].add(row["rule"])
    assert rows[-1]["clauses"] == sum(len(rules) for rules in broken.values())


def test_t1_gaps_are_the_limits_broken_today(run: RunFolder, tables: dict[str, Table]) -> None:
    known = names(run)
    told = {
        (known[row["school"]], row["value"], row["bound"], row["missing"], row["pupils"])
        for row in records(tables["t1_gaps"])
    }
    assert told == {
        (
            row["entity"],
            float(row["value"]),
            float(row["bound"]),
            float(row["value"]) - float(row["bound"]),
            float(row["pupils_over"]),
        )
        for row in csv_rows(run, "today.csv")
    }


def test_a_baseline_that_builds_is_named(run: RunFolder, tmp_path: Path) -> None:
    built = all_built(tmp_path / "run")
    assert "维持现有学校不变时" in lead(run, "demand")
    assert "按“县方案”方案时" in lead(built, "demand")
    assert "维持现有学校不变" not in lead(built, "demand")
    assert "under the plan “County plan”" in lead(built, "demand", "en")
    assert "those without building" in tables_of(view(run, "en"))["t5"].remarks[0]
    assert "those under “County plan”" in tables_of(view(built, "en"))["t5"].remarks[0]
    assert "“县方案”方案之差" in tables_of(view(built, "zh"))["t5"].remarks[0]
