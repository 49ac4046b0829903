"""Table T9: what is measured, by arithmetic of its own; levels by the declared cut-offs; what is left to the bureau."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reports import dossier_ground, dossier_risk
from reports.calibration_card import AheadCard, CalibrationCard
from reports.document import Items, Paragraph, Table
from reports.paper_defaults import paper_defaults
from reports.risk_measures import CHANCES, MEASURES, MONTHS, risks
from reports.run_folder import RunFolder
from reports.study_card import GuardCard
from reports.view import view
from tests.reports.build_kit import CLOSED, FUTURE, PLAN, one_draw, records, without_projects

ROOT = Path(__file__).parents[2]


def levels(run: RunFolder) -> dict[str, tuple[float, str | None, str]]:
    return {one.key: (one.measured.value, one.level, one.measured.found) for one in risks(view(run, "en"), PLAN)}


def test_every_risk_has_cut_offs_and_words() -> None:
    assert list(MEASURES) == list(paper_defaults().risk_levels)
    assert set(MEASURES) > CHANCES | MONTHS


def test_chances_are_the_worst_of_projects_and_futures(made) -> None:
    found, tables = levels(made), made.tables
    own = tables.projects[tables.projects["plan"] == PLAN]
    missed = 1.0 - own[own["year"] == 2026].set_index(["future", "project"])["p_open"]
    assert found["late"][0] == pytest.approx(missed.max())
    assert found["late"][1] == "high"
    assert "New No. 3 Junior" in found["late"][2]
    assert found["never"][0] == pytest.approx(own["p_never"].max())
    overall = tables.verdicts
    overall = overall[(overall["plan"] == PLAN) & (overall["rule"] == "all") & (overall["scope"] == "county")]
    assert found["target"][0] == pytest.approx(1.0 - overall["probability"].min())
    assert found["closures"][:2] == (0.6, "high")
    assert found["closures"][2].startswith("Closure of Bamang, future")


def test_money_surplus_and_error_of_the_forecast(made) -> None:
    found = levels(made)
    assert found["money"][:2] == (13.0, "high")  # more than a year, 90 % quantile
    assert found["surplus"][:2] == (0.4, "high")  # 400 of 1000, reference future
    assert found["error"][0] == pytest.approx(0.7 - 0.4)  # 95 % quantile of the emptiest future
    assert found["error"][1] == "high"


def test_zones_count_pupils_of_the_base_year_twice_where_they_change_twice(made) -> None:
    history = made.tables.history
    pupils = history[history["year"] == made.study.base_year]["pupils"].sum()
    value, level, said = levels(made)["zones"]
    assert value == pytest.approx((300 + 40) / pupils)
    assert level == "low"
    assert said == "2 changes, 340 pupils"


def test_longer_ways_are_held_against_the_plan_without_projects(made) -> None:
    access = made.tables.access
    rows = access[(access["year"] == made.study.window[1]) & access["stage"].isin(["primary", "junior"])]
    by = rows.set_index(["plan", "future", "stage", "measure"])["beyond_share"]
    more = (by[PLAN] - by["do-nothing"]).dropna()
    value = levels(made)["ways"][0]
    assert (value != value) if more.empty else value == pytest.approx(max(more.max(), 0.0))


@pytest.mark.parametrize(
    ("found", "wape", "level"),
    [("calibrated", 0.04, "low"), ("calibrated", 0.07, "medium"), ("calibrated", 0.2, "high"), ("off", 0.01, "high"),
     ("untested", None, "high")],
)  # fmt: skip
def test_intervals_that_were_not_held_or_tested_are_a_high_risk(made, found, wape, level) -> None:
    ahead = () if wape is None else (AheadCard(horizon=1, origins=3, cases=9, wape=0.5),
                                     AheadCard(horizon=5, origins=3, cases=9, wape=wape))  # fmt: skip
    card = CalibrationCard(found=found, ahead=ahead)
    other = replace(made, study=made.study.model_copy(update={"calibration": card}))
    value, got, _ = levels(other)["accuracy"]
    assert got == level
    assert (value != value) if wape is None else value == wape  # the longest lead counts


def test_closures_without_guards_are_not_judged_and_guards_set_aside_are_high(made) -> None:
    def guarded(*cards: GuardCard) -> tuple[float, str | None, str]:
        plans = tuple(one.model_copy(update={"guards": cards}) if one.id == PLAN else one for one in made.study.plans)
        return levels(replace(made, study=made.study.model_copy(update={"plans": plans})))["closures"]

    assert guarded()[1:] == (None, "1 closures name no hearing and no guard-rails")
    aside = GuardCard(project="close-ps-07", school="ps-07", despite={"travel": {"en": "a bus runs"}})
    assert guarded(aside)[1:] == ("high", "the plan sets guard-rails aside")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_prints_levels_with_their_cut_offs_and_reasons(made, lang) -> None:
    seen = view(made, lang)
    blocks = dossier_risk.chapter(seen)
    table = next(block for block in blocks if isinstance(block, Table) and block.key == "t9")
    rows = records(table)
    assert len(rows) == len(MEASURES)
    words = {level: seen.labels(f"t9.level.{level}") for level in ("low", "medium", "high")}
    for row, risk in zip(rows, risks(seen, PLAN), strict=True):
        assert row["level"] == (words[risk.level] if risk.level else seen.labels("t9.level.unknown"))
        assert row["value"] != "100.0%"
        assert paper_defaults().risk_levels[risk.key].reason[lang] in table.remarks[1]
    high = [row["risk"] for row in rows if row["level"] == words["high"]]
    assert all(name in blocks[1].text for name in high)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_no_simulation_can_judge_is_left_to_the_bureau(made, lang) -> None:
    seen = view(made, lang)
    rows = records(dossier_risk.stability(seen, PLAN))
    assert {row["judgement"] for row in rows} == {seen.labels("t9.to_fill")}
    assert len(rows) == 6
    majority, knock_on = rows[1]["numbers"], rows[3]["numbers"]
    assert "85" in majority  # pupils of the school that closes
    assert "340" in majority
    assert seen.words.school("ps-05") in knock_on
    assert ("3 units" if lang == "en" else "单元 3 个") in rows[4]["numbers"]  # u09, u10 and u14; u14 changes twice


def test_pupils_of_schools_that_phase_out_count_and_those_of_conversions_do_not(made) -> None:
    steps = made.tables.plan_steps
    closing = (steps["plan"] == PLAN) & (steps["project"] == CLOSED.id)
    slow = steps.assign(what=steps["what"].where(~closing, "phases_out"))
    other = slow[closing].assign(order=9, project="no2-extension", what="closes", pupils=1234)
    tables_ = replace(made.tables, plan_steps=pd.concat([slow, other], ignore_index=True))
    cell = records(dossier_risk.stability(view(replace(made, tables=tables_), "zh"), PLAN))[1]["numbers"]
    assert "撤并学校现有学生 85 人" in cell


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pupils_over_limits_are_of_the_worst_year_of_the_reference_future(made, lang) -> None:
    county = made.tables.county
    over = county["indicator"].eq("pupils_over") & county["stage"].eq("all")
    worst = {"baseline": 2025, "fast": 2028}
    mean = county["mean"].where(~over, county["year"].eq(county["future"].map(worst)) * 700.0 + county["year"] - 2000)
    seen = view(replace(made, tables=replace(made.tables, county=county.assign(mean=mean))), lang)
    assert seen.future != FUTURE
    assert seen.year == worst["fast"]  # the report tells of another future
    cell = records(dossier_risk.stability(seen, PLAN))[1]["numbers"].replace("\u00a0", " ")
    assert seen.labels.school_year(2025) in cell
    assert cell.count("725") == 2  # 700 + 25, under both plans


def test_a_run_without_projects_still_tells_its_risks(made) -> None:
    seen = view(without_projects(made), "en")
    found = {one.key: one for one in risks(seen, seen.plan)}
    assert found["late"].level is found["money"].level is found["never"].level is None
    assert found["closures"].level == "low"
    assert found["zones"].measured.value == 0.0
    assert len(dossier_risk.chapter(seen)) == 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_draw_has_levels_but_no_chances(made, lang) -> None:
    seen = view(one_draw(made), lang)
    found = risks(seen, PLAN)
    rows = records(dossier_risk.levels(seen, PLAN, found))
    assert len(rows) == 10
    for one, row in zip(found, rows, strict=True):
        if one.key in CHANCES:
            assert row["value"] is None
            assert row["level"] == seen.labels("t9.level.unknown")
            assert row["found"] == seen.labels("t9.one_draw")
    assert next(row for one, row in zip(found, rows, strict=True) if one.key == "surplus")["value"] is not None


# --- grounds


def ground(run: RunFolder, lang: str) -> dict[str, Table]:
    return {block.key: block for block in dossier_ground.chapter(view(run, lang)) if isinstance(block, Table)}


def test_steps_of_the_method_name_pages_that_exist(made) -> None:
    for page in dossier_ground.PAGES.values():
        assert (ROOT / "docs" / "science" / f"{page}.md").is_file()
    named = {*dossier_ground.ALWAYS, *dossier_ground.SOMETIMES, "accuracy"}
    assert set(dossier_ground.ORDER) == set(dossier_ground.PAGES) == named
    texts = next(block for block in dossier_ground.chapter(view(made, "en")) if isinstance(block, Items)).texts
    assert len(texts) == len(dossier_ground.steps(view(made, "en")))
    assert any("200 draws" in text for text in texts)


def test_steps_that_a_run_did_not_take_are_left_out(run, made) -> None:
    plain, rich = (dossier_ground.steps(view(one, "en")) for one in (run, made))
    assert {"building", "boarding", "guards"} & set(plain) == set()
    assert {"building", "boarding", "guards", "cohorts"} <= set(rich)


AHEAD = AheadCard(horizon=3, origins=4, cases=50, wape=0.08, naive=0.12, held80=0.75)


@pytest.mark.parametrize(
    ("found", "ahead", "zh", "en"),
    [
        ("calibrated", (AHEAD,), "由本研究以往年份“回看预测”的偏差学得", "is learnt from how forecasts of past years"),
        ("off", (AHEAD,), "由本研究以往年份“回看预测”的偏差学得", "is learnt from how forecasts of past years"),
        ("short", (), "误差大小借自其他地区的公开数据", "their size is borrowed from published data of other places"),
        ("short", (AHEAD,), "误差大小借自其他地区的公开数据", "their size is borrowed from published data"),
        ("untested", (), "没有抽取误差", "without errors"),
        (None, (), "误差大小由何而来，本结果没有保存", "does not keep where their size is from"),
    ],
)
def test_the_method_says_whose_past_taught_the_errors_and_tests_only_what_came(made, found, ahead, zh, en) -> None:
    card = None if found is None else CalibrationCard(found=found, origins=4, ahead=ahead)
    run = replace(made, study=made.study.model_copy(update={"calibration": card}))
    for lang, said, test in (("zh", zh, "精度检验："), ("en", en, "Accuracy: ")):
        texts = next(block for block in dossier_ground.method(view(run, lang)) if isinstance(block, Items)).texts
        assert sum(said in text for text in texts) == 1
        assert any(text.startswith(test) for text in texts) == bool(ahead)
        learnt = any("学得" in text or "is learnt" in text for text in texts)
        assert learnt == (found in ("calibrated", "off"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sources_and_changed_values_are_all_told(made, lang) -> None:
    found, study = ground(made, lang), made.study
    sources = [*study.sources, *(one for future in study.futures for one in future.sources)]
    rows = records(found["ground_sources"])
    assert len(rows) == len(sources) > 0
    assert [row["source"] for row in rows] == [
        s.source if isinstance(s.source, str) else s.source[lang] for s in sources
    ]
    (changed,) = records(found["ground_overrides"])
    assert changed["set"] == "a.b = 2"
    assert "2025" in changed["holds"]
    assert changed["source"] == {"zh": "未写来源", "en": "no source given"}[lang]


def test_clauses_from_memory_are_marked(made) -> None:
    rules = tuple(r.model_copy(update={"source_grade": "M"}) if r.code == "G4.junior" else r for r in made.study.rules)
    other = replace(made, study=made.study.model_copy(update={"rules": rules}))
    table = ground(other, "zh")["ground_norms"]
    rows = records(table)
    assert [row["code"] for row in rows] == [rule.code for rule in rules]
    assert [row["code"] for row in rows if "※" in row["clause"]] == ["G4.junior"]
    assert any("※" in remark for remark in table.remarks)


def test_calibration_by_years_ahead_and_runs_of_earlier_versions(made) -> None:
    ahead = (AheadCard(horizon=3, origins=4, cases=50, wape=0.08, naive=0.12, held80=0.75),)
    card = CalibrationCard(
        found="calibrated", origins=4, first=2015, last=2020, least=3, cases=50, held80=0.78, ahead=ahead
    )
    tested = replace(made, study=made.study.model_copy(update={"calibration": card, "calibrated": True}))
    assert ground(tested, "en")["ground_calibration"].rows == ((3.0, 4.0, 50.0, 0.08, 0.12, 0.75),)
    blocks = dossier_ground.chapter(view(made, "zh"))
    warned = [block.text for block in blocks if isinstance(block, Paragraph) and block.style == "warning"]
    assert any("较早版本" in text for text in warned)  # the synthetic folder keeps no data quality
    assert any("校准" in text for text in warned)
