"""The problem list on tables small enough to do by hand, its sheet, and the rows of input."""

from dataclasses import replace

import pandas as pd
import pytest
from openpyxl import load_workbook

from reports.i18n import Labels
from reports.problem_book import write_problem_book
from reports.problem_list import problem_rows
from reports.problems_view import PROBLEM_HEADS
from reports.problems_view import problem_rows as said
from reports.run_folder import RunFolder
from reports.sentences import Words
from reports.shapes_problems import PROBLEMS, RISKS
from reports.study_card import StudyCard
from reports.table_shapes import conform
from schoolplan.input_rows import ranges
from tests.reports import factory
from tests.reports.factory_study import names, study

RULE, BIG, FINE, NEW = "G4.primary", "ps-01", "ps-02", "ps-new"


def verdict(future, plan, school, word, probability, year=None, pupils=0.0):
    return {
        "future": future, "plan": plan, "rule": RULE, "scope": "school", "stage": "primary", "entity": school,
        "verdict": word, "probability": probability, "required": 0.9, "first_year": year, "worst_year": year,
        "pupils": pupils, "source": "simulated", "schools_over_p90": None, "pupils_over_p90": None, "unverified": "",
    }  # fmt: skip


@pytest.fixture
def card() -> StudyCard:
    project = {"id": "relief", "name": names("新校", "New school"), "kind": "new_school", "school": NEW, "cost": 900.0,
               "start": "2024-01", "owner": names("县教育局", "County bureau")}  # fmt: skip
    plans = [
        {"id": "nothing", "name": names("不建", "Nothing")},
        {"id": "build", "name": names("新建", "Build"), "projects": [project], "owner": names("县政府", "County")},
    ]
    futures = [{"id": "baseline", "name": names("基准", "Baseline")}, {"id": "fast", "name": names("快", "Fast")}]
    return StudyCard.model_validate(study(plans=plans, futures=futures, reference_future="baseline"))


@pytest.fixture
def rows(card):
    made = factory.tables()
    verdicts = pd.DataFrame(
        [
            verdict("baseline", "nothing", BIG, "at-risk", 0.7, 2028, 12.0),
            verdict("fast", "nothing", BIG, "fails", 0.1, 2027, 80.0),
            verdict("fast", "nothing", FINE, "holds", 0.95),
            verdict("baseline", "build", BIG, "holds", 0.97),
            verdict("fast", "build", BIG, "undecided", 0.89, 2029, 3.0),
        ]
    )
    today = pd.DataFrame([{"rule": RULE, "scope": "school", "stage": "primary", "entity": BIG, "value": 2100.0,
                           "bound": 2000.0, "pupils_over": 100.0},
                          {"rule": RULE, "scope": "school", "stage": "primary", "entity": FINE, "value": 2010.0,
                           "bound": 2000.0, "pupils_over": 10.0}])  # fmt: skip
    zones = pd.DataFrame(
        [(plan, "primary", "u1", BIG, 0, "", 0) for plan in ("nothing", "build")]
        + [("build", "primary", "u1", NEW, 0, "relief", 1)],
        columns=["plan", "stage", "unit", "school", "from_year", "with_project", "order"],
    )
    projects = pd.DataFrame([{"future": "baseline", "plan": "build", "project": "relief", "p50": 2026.0,
                              "p_never": 0.1}])  # fmt: skip
    risks = pd.DataFrame([{"future": "fast", "plan": "nothing", "rule": RULE, "stage": "primary", "entity": BIG,
                           "bound": 2000.0, "p_never": 0.1, "worst_p50": 2060.0, "headroom_80": -95.0,
                           "headroom_95": -140.0, "unit": "pupils"}], columns=list(RISKS.names))  # fmt: skip
    tables = replace(made, verdicts=verdicts, today=today, zone_list=zones, projects=projects, risks=risks)
    return conform(problem_rows(card, tables), PROBLEMS)


def row(rows, plan, school):
    return rows[(rows["plan"] == plan) & (rows["entity"] == school)].iloc[0]


def test_the_future_in_which_the_plan_does_worst_is_told_with_the_earliest_year_of_risk(rows):
    found = row(rows, "nothing", BIG)
    assert (found["future"], found["verdict"], found["first_year"]) == ("fast", "fails", 2027)
    assert found["chance"] == pytest.approx(0.9)
    assert (found["today"], found["bound"], found["pupils"]) == (2100.0, 2000.0, 80.0)
    assert (found["missing_80"], found["unit"], found["deadline"]) == (95.0, "pupils", 2027)
    assert (found["tasks"], found["owner_zh"]) == ("", "")


def test_a_task_is_a_project_at_the_school_or_one_that_takes_units_off_it(rows):
    found = row(rows, "build", BIG)
    assert (found["tasks"], found["cost"], found["opens"]) == ("relief", 900.0, 2026)
    assert (found["owner_zh"], found["owner_en"]) == ("县教育局", "County bureau")
    assert found["verdict"] == "undecided"
    other = row(rows, "build", FINE)
    assert (other["tasks"], other["owner_zh"]) == ("", "县政府")  # what no project mends is the plan's


def test_what_is_broken_today_and_holds_later_is_a_problem_of_today(rows, card):
    found = row(rows, "nothing", FINE)
    assert (found["verdict"], found["future"], found["pupils"]) == ("", "", 10.0)
    assert found["deadline"] == card.base_year + 1
    assert pd.isna(found["first_year"])


@pytest.mark.parametrize(
    ("words", "told", "zh"),
    [
        ({"baseline": "holds", "fast": "holds"}, ("", ""), "今天超标，决策期内各情景都能达标"),
        ({"baseline": "holds", "fast": "outlook"}, ("fast", "outlook"), "… 展望"),
        ({"baseline": "not-assessed", "fast": "outlook"}, ("baseline", "not-assessed"), "– 未评"),
        ({"baseline": "not-assessed", "fast": "at-risk"}, ("fast", "at-risk"), "△ 有风险"),
        ({}, ("", "not-assessed"), "– 未评"),
    ],
)
def test_what_is_broken_today_holds_later_only_where_every_future_says_so(card, words, told, zh):
    own = [verdict(future, "nothing", FINE, word, 0.95 if word in ("holds", "at-risk") else None, None)
           for future, word in words.items()]  # fmt: skip
    made = factory.tables()
    today = pd.DataFrame([{"rule": RULE, "scope": "school", "stage": "primary", "entity": FINE, "value": 2010.0,
                           "bound": 2000.0, "pupils_over": 10.0}])  # fmt: skip
    other = verdict("baseline", "build", BIG, "holds", 0.97)
    tables = replace(made, verdicts=pd.DataFrame([other, *own]), today=today)
    found = row(conform(problem_rows(card, tables), PROBLEMS), "nothing", FINE)
    assert (found["future"], found["verdict"]) == told
    assert found["deadline"] == card.base_year + 1
    if told[1] != "at-risk":
        assert pd.isna(found["chance"])
        assert found["pupils"] == 10.0
    listed = said(Words(card, {FINE: "二小"}, Labels("zh")), pd.DataFrame([found]), "nothing")
    assert [line[4] for line in listed] == [zh]
    assert (listed[0][5] == "–") == (told[1] != "at-risk")


@pytest.mark.parametrize(("word", "after"), [("undecided", 3), ("at-risk", 3), ("fails", 1)])
def test_what_is_only_not_sure_is_due_when_the_window_begins(card, word, after):
    unsure = verdict("baseline", "build", NEW, word, 0.93, 2028, 1.0) | {"first_year": None}
    made = factory.tables()
    made = replace(made, verdicts=pd.DataFrame([unsure]), today=made.today.iloc[:0])
    found = problem_rows(card.model_copy(update={"window": (card.base_year + 3, card.horizon)}), made).iloc[-1]
    assert pd.isna(found["first_year"])
    assert found["deadline"] == card.base_year + after


def test_a_project_that_is_most_likely_never_built_opens_never(card):
    made = factory.tables()
    projects = pd.DataFrame([{"future": "baseline", "plan": "build", "project": "relief", "p50": 2026.0,
                              "p_never": 0.6}])  # fmt: skip
    zones = pd.DataFrame([("build", "primary", "u1", NEW, 0, "", 0)],
                         columns=["plan", "stage", "unit", "school", "from_year", "with_project", "order"])  # fmt: skip
    verdicts = pd.DataFrame([verdict("baseline", "build", NEW, "fails", 0.0, 2028, 5.0)])
    tables = replace(made, verdicts=verdicts, projects=projects, zone_list=zones)
    found = problem_rows(card, tables).iloc[-1]
    assert found["tasks"] == "relief"
    assert pd.isna(found["opens"])


@pytest.mark.parametrize(
    ("indicator", "tasks"),
    [
        ("school_size", "rooms hall relief old"),
        ("class_size", "rooms relief old"),
        ("teaching_area_per_pupil", "hall relief old"),
        ("beds", "relief old"),
        ("equipment_value_per_pupil", ""),
        ("teachers_above_required_degree_per100", ""),
    ],
)
def test_tasks_are_projects_that_add_to_what_the_clause_asks_for(card, indicator, tasks):
    # Two extensions that say what they add, a new school that relieves, and an extension of an older folder.
    here = {"name": names("扩建", "Extension"), "kind": "extension", "school": BIG, "cost": 10.0, "start": "2024-01"}
    away = here | {"id": "relief", "kind": "new_school", "school": NEW, "adds": ["rooms"]}
    projects = [here | {"id": "rooms", "adds": ["rooms"]}, here | {"id": "hall", "adds": ["teaching_area_m2"]},
                away, here | {"id": "old"}]  # fmt: skip
    rule = card.rules[0].model_copy(update={"code": "X1", "indicator": indicator})
    plan = {"id": "build", "name": names("新建", "Build"), "projects": projects}
    own = StudyCard.model_validate(study(plans=[plan])).model_copy(update={"rules": (rule,)})
    zones = pd.DataFrame([("build", "primary", "u1", BIG, 0, "", 0), ("build", "primary", "u1", NEW, 0, "relief", 1)],
                         columns=["plan", "stage", "unit", "school", "from_year", "with_project", "order"])  # fmt: skip
    made = factory.tables()
    found = verdict("baseline", "build", BIG, "fails", 0.0, 2028) | {"rule": "X1"}
    tables = replace(made, verdicts=pd.DataFrame([found]), today=made.today.iloc[:0], zone_list=zones)
    assert problem_rows(own, tables)["tasks"].tolist() == [tasks]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_in_words_names_what_to_do_or_that_nobody_does(rows, card, lang):
    words = Words(card, {BIG: "一小" if lang == "zh" else "First"}, Labels(lang))
    found = said(words, rows, "nothing")
    assert [line[0] for line in found] == ["1", "2"]
    assert all(len(line) == len(PROBLEM_HEADS) for line in found)
    none = {"zh": ("方案中没有针对它的项目", "待定"), "en": ("no project of the plan deals with it", "to be named")}[
        lang
    ]
    assert all(set(none) <= set(line) for line in found)


def test_the_workbook_has_a_sheet_for_every_plan_and_equal_bytes(tmp_path):
    run = factory.make(tmp_path / "run")
    assert isinstance(run, RunFolder)
    paths = [write_problem_book(run, "zh", tmp_path / f"{n}.xlsx") for n in (1, 2)]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = load_workbook(paths[0])
    assert len(book.sheetnames) == len(run.study.plans) + 1
    assert book.worksheets[0].cell(1, 1).value == "序号"
    assert book.worksheets[0].max_row == 1 + int((run.tables.problems["plan"] == run.study.plans[0].id).sum())


def test_rows_are_written_as_a_reader_writes_them():
    assert ranges([2, 14, 15, 16, 20]) == "2, 14-16, 20"
    assert ranges([]) == ""
