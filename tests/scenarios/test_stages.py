"""Mistakes in the ladder of stages: kindergarten below school, senior stages, stages without zones."""

import pytest

from scenarios.pack_rules import Hosted, rules_for_school, school_kind, size_rule
from scenarios.packs import read_pack, shipped_packs
from scenarios.problems import render
from schoolplan.prepare import check
from tests.sim import four_stages

JUNIOR = "entry: previous_grade, planned_class_size: 25}"


def problems(folder, *pairs, file="study.yaml"):
    """Problems of the four-stage county with words of one file replaced, by code."""
    scenario = four_stages.write(folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return {problem.code: problem for problem in check(scenario)}


def test_four_stages_are_a_sound_study(tmp_path):
    found = problems(tmp_path)
    assert not [code for code, problem in found.items() if problem.severity == "error"]
    assert found["SCN706"].severity == "warning"  # the pack is about primary and junior schools alone


@pytest.mark.parametrize(
    ("code", "pairs", "words"),
    [
        ("SCN306", [(", participation: 0.55}", "}")], "primary is not the first"),
        (
            "SCN531",
            [(JUNIOR, JUNIOR.replace("size: 25}", "size: 25, participation: 0.9}"))],
            "the stage junior has a participation",
        ),
        ("SCN532", [("entry_age: 2", "entry_age: 3")], "the last grade of kindergarten is for age 4"),
        (
            "SCN533",
            [("entry_age: 4,\n", "entry_age: 4, entry_share: 0.9,\n")],
            "residents enter the stage primary",
        ),
        ("SCN535", [("participation: 0.55", "participation: {2023: 0.0, 2029: 0.5}")], "participation of the stage"),
        ("SCN535", [("entry_share: 0.5", "entry_share: {2023: 0.5, 2029: 0.0}")], "entry_share of the stage senior"),
        ("SCN536", [("participation: 0.55", "participation: 0.95")], "says a gross enrolment rate of 95%"),
        ("SCN401", [("entry_share: 0.5", "entry_share: {2023: 0.5, 2026: 0.6}")], "before the horizon 2029"),
        ("SCN402", [("participation: 0.55", "participation: {2024: 0.5, 2029: 0.6}")], "starts in 2024"),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path, code, pairs, words):
    found = problems(tmp_path, *pairs)[code]
    assert found.place.startswith("study.yaml:")
    assert words in render(found, "en")
    assert render(found, "zh") != render(found, "en")


def test_zones_of_a_stage_without_zones(tmp_path):
    row = problems(tmp_path / "a", ("primary,u1,p1,2", "senior,u1,s1,1\nprimary,u1,p1,2"), file="zones.csv")["SCN534"]
    assert row.place.startswith("zones.csv:2")
    assert "zoned: false" in render(row, "en")
    edit = "zones:\n  - {stage: senior, units: [u2], schools: [s9], with: new-s}\n"
    plan = problems(tmp_path / "b", ("zones:\n", edit), file="everything.yaml")["SCN534"]
    assert plan.place.startswith("everything.yaml:")


def test_children_at_home_are_not_said_twice(tmp_path):
    row = "T3,junior,other_county,4"
    found = problems(tmp_path, (row, f"{row}\n*,kindergarten,not_enrolled,5"), file="attendance.csv")["SCN537"]
    assert found.place.startswith("attendance.csv:4")
    assert "kindergarten" in render(found, "en")


def test_class_limits_of_other_stages_make_no_nine_year_school():
    """A pack with limits for kindergarten and senior classes: which size rule holds is as without them."""
    pack, _ = read_pack(shipped_packs()["cn-2017-quality-balance"], "cn-2017-quality-balance")
    assert pack is not None
    limit = next(rule for rule in pack.rules if rule.code == "G5.junior")
    more = tuple(limit.model_copy(update={"code": f"X.{s}", "stages": (s,)}) for s in ("kindergarten", "senior"))
    wider = pack.model_copy(update={"rules": (*pack.rules, *more)})
    for stages in (("kindergarten", "primary"), ("junior", "senior"), ("primary", "junior"), ("kindergarten",)):
        hosted = Hosted(stages=stages, year=2024)
        plain, both = (size_rule(one, hosted) for one in (pack, wider))
        assert plain == both, stages
        assert school_kind(pack, stages) == school_kind(wider, stages)
    assert [rule.code for rule in rules_for_school(wider, Hosted(stages=("kindergarten",)))] == ["X.kindergarten"]


CONVERT = """projects:
  - {id: nine-p2, name: {zh: 改, en: Convert}, kind: conversion, start: 2024-03, school: p2,
     becomes: {first_grade: "FIRST", last_grade: "6"}}
"""


def test_a_conversion_may_leave_the_kindergarten_or_end_it(tmp_path):
    """p2 has a kindergarten; a conversion may add junior grades above it, and end the kindergarten with a receiver."""
    closes = "  - {id: close-p2, name: {zh: 撤, en: Close}, kind: closure, start: 2026-01, cost: 1, school: p2, "
    for first, receivers, code in (("K1", "", "SCN615"), ("1", "receivers: [k1], ", "SCN615"), ("1", "", "SCN613")):
        text = CONVERT.replace("FIRST", first).replace("becomes", f"{receivers}becomes")
        pairs = (("projects:\n", text), (closes + "receivers: [p1, p4, k1]}\n", ""))
        found = problems(tmp_path / f"{first}{code}{len(receivers)}", *pairs, file="everything.yaml")
        assert code in found
        errors = [name for name, problem in found.items() if problem.severity == "error"]
        assert errors == ([] if code == "SCN615" else ["SCN613"])  # SCN615: the junior stage takes own leavers only
