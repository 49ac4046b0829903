"""`explain` on guards of closures: which apply, limits with sources, what is known beforehand, in both languages."""

import shutil
from pathlib import Path

import pytest

from scenarios.loader import load
from scenarios.schema_guards import GUARDS
from schoolplan.cli_texts import catalogue
from schoolplan.implied import explain
from schoolplan.implied_guards import guard_tables
from schoolplan.prepare import prepare

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
PROJECTS = """  - id: close-a
    name: {zh: 撤并甲小学, en: Closure of A}
    kind: closure
    start: 2024-01
    school: a
    receivers: [c]
    guards:
      hearing: {held: 2023-05, objections: 0.6}
      canteen_with: more-b
      despite: {travel: {zh: 有校车, en: buses run}}
zones:
"""
SECTION = """closures:
  objections: 0.4
  keep_small: [{units: [u1, u2, u3], below: 2000}]
  keep_one: [{units: [u1, u2, u3], stage: primary}]
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with a guarded closure about which all is said."""
    folder = tmp_path_factory.mktemp("guards") / "study"
    shutil.copytree(BASE, folder)
    study, plan = folder / "study.yaml", folder / "plans" / "build.yaml"
    study.write_text(study.read_text("utf-8") + SECTION, "utf-8")
    plan.write_text(plan.read_text("utf-8").replace("zones:\n", PROJECTS), "utf-8")
    return folder / "approval.yaml"


def told(scenario: Path, lang: str) -> dict[str, tuple[str, ...]]:
    """Limit, origin and what is known beforehand, by the name of the guard."""
    guards, _ = guard_tables(load(scenario), lang)
    assert {row[:2] for row in guards[2]} == {("build", "close-a")}
    return {row[2]: row[3:] for row in guards[2]}


def test_every_guard_that_applies_has_a_row_with_limit_origin_and_verdict(scenario: Path) -> None:
    found = told(scenario, "en")
    assert list(found) == [catalogue()[f"guard.name.{guard}"]["en"] for guard in GUARDS]
    assert found["a hearing"] == ("-", "plan", "held in 2023-05")
    assert found["no majority against it"] == ("≤ 40%", "study", "never closes (SCN781)")
    assert found["not a small school that is kept"][:2] == ("≥ 2000 pupils", "study")
    assert "(SCN783)" in found["not a small school that is kept"][2]
    assert found["not the last school of its stage"][0] == "primary"
    assert found["receivers built first"] == ("new-c", "plan", "likely put off to 2026 (SCN784)")
    assert found["canteen of receivers"] == ("more-b", "plan", "looked at in every draw, year by year")
    assert found["way to school"] == (
        "≤ 30 min one way, beyond for 10% at most", "default trip_minutes (B), default beyond_share (M)",
        "set aside: buses run",
    )  # fmt: skip


def test_the_same_in_chinese(scenario: Path) -> None:
    found = told(scenario, "zh")
    assert found["反对的不过半"] == ("≤ 40%", "study.yaml", "一直不能撤（SCN781）")
    assert found["上学路程不过远"][2] == "不执行：有校车"
    assert found["先建后撤"][2] == "多半推迟到 2026 年（SCN784）"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_explain_has_the_tables_with_titles_heads_and_sources(scenario: Path, lang: str) -> None:
    tables = {table.title: table for table in explain(prepare(scenario), lang)}
    heads = tables["explain.guards"].heads
    assert all(lang in catalogue()[f"head.{head}"] for head in heads)
    sources = dict(tables["explain.guard_sources"].rows)
    assert set(sources) == {"objections", "protected", "small_school", "trip_minutes", "beyond_share"}
    assert "国办发〔2018〕27号" in sources["trip_minutes"]


def test_guards_that_have_nothing_to_look_at_are_left_out(scenario: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree(scenario.parent, folder)
    study, plan = folder / "study.yaml", folder / "plans" / "build.yaml"
    study.write_text(study.read_text("utf-8").replace(SECTION, ""), "utf-8")
    text = plan.read_text("utf-8").replace("receivers: [c]", "to_nearest: true")
    plan.write_text(text.replace("{held: 2023-05, objections: 0.6}", "{planned: 2026-03}"), "utf-8")
    found = told(folder / "approval.yaml", "en")
    idle = {"receivers built first", "not a small school that is kept", "not the last school of its stage"}
    assert idle.isdisjoint(found)
    assert found["a hearing"][2] == "planned for 2026-03, not before"
    plan.write_text(text[: text.index("    guards:")] + text[text.index("zones:\n") :], "utf-8")
    assert guard_tables(load(folder / "approval.yaml"), "en") == []
