"""Section `land` of a plan: areas, mistakes, and a county in which one project waits for land."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from scenarios.construction_defaults import load_defaults
from scenarios.land_supply import MU_M2, land_asked
from scenarios.problems import render
from scenarios.schema_plan import Project
from schoolplan.implied_projects import building_tables
from schoolplan.prepare import calendars, check, options, prepare
from sim.plan_projects import build_plan, ground_of

BASE = Path(__file__).resolve().parents[1] / "broken/_base"
PARCELS = "parcel,unit,area_m2,status,planned_use\nE-1,u2,20000,reserved,primary\nE-2,u1,30000,reserved,junior\n"


def county(folder, land="", project="", parcels=True):
    """The base county whose new school c stands on E-1; lines of `land` and of the project laid in."""
    shutil.copytree(BASE, folder)
    study, plan = folder / "study.yaml", folder / "plans/build.yaml"
    if parcels:
        (folder / "data/parcels.csv").write_text(PARCELS, encoding="utf-8")
        text = study.read_text(encoding="utf-8")
        study.write_text(text.replace("tables:\n", "tables:\n  parcels: data/parcels.csv\n"), encoding="utf-8")
    text = plan.read_text(encoding="utf-8").replace("budget:", f"{land}budget:")
    text = text.replace("durations: {land: [2, 3, 6]}\n", f"durations: {{land: [2, 3, 6]}}\n{project}", 1)
    plan.write_text(text, encoding="utf-8")
    return folder / "approval.yaml"


def quota(years, kept=0):
    return f"  quota: {{by_year: {years}, carry_over: {kept}}}\n"


STANDS = "    parcel: E-1\n"
MU = "    land_mu: 20\n"
CASES = [
    ("SCN668", "  parcels: {E-9: 2024-03}\n", STANDS, "plans/build.yaml:5", "no parcel 'E-9'"),
    ("SCN669", "  parcels: {E-2: 2024-03}\n", STANDS, "plans/build.yaml:5", "built on the parcel 'E-2'"),
    ("SCN698", quota("{2023: 60}"), "", "plans/build.yaml:8", "the project 'new-c' takes is not known"),
    ("SCN699", quota("{2023: 10, 2024: 14}", 0.5), MU, "plans/build.yaml:5", "20 mu and the quota by its rule"),
    ("SCN756", "  parcels: {E-1: 2031-02}\n", STANDS, "plans/build.yaml:5", "there from 2031-02 on"),
    ("SCN758", quota("{2023: 60}"), STANDS, "plans/build.yaml:8", "takes 30 mu of the quota, from parcels.area_m2"),
    ("SCN759", "", MU, "plans/build.yaml:13", "takes 20 mu of a quota, but the plan has no land.quota"),
]


@pytest.mark.parametrize(("code", "land", "project", "place", "words"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_told_where_it_stands(tmp_path, code, land, project, place, words):
    found = [
        one for one in check(county(tmp_path / "a", f"land:\n{land}" if land else "", project)) if one.code == code
    ]
    assert len(found) == 1
    assert found[0].place.startswith(place)
    assert words in render(found[0], "en")
    assert render(found[0], "zh") != render(found[0], "en")


def extension(folder, adds, more=""):
    """The extension of school b instead, which passes no stage of land."""
    text = (folder / "plans/build.yaml").read_text(encoding="utf-8")
    text = text.replace("    adds: {rooms: 6}\n", f"    adds: {adds}\n{more}")
    (folder / "plans/build.yaml").write_text(text, encoding="utf-8")


def test_a_project_without_a_stage_of_land_cannot_wait_for_it(tmp_path):
    scenario = county(tmp_path / "a", "land:\n  parcels: {E-2: 2024-03}\n" + quota("{2023: 60}"), STANDS)
    extension(tmp_path / "a", "{rooms: 6}", "    parcel: E-2\n    land_mu: 3\n")
    found = [problem for problem in check(scenario) if problem.code == "SCN697"]
    assert {problem.found for problem in found} == {"parcel", "land_mu"}
    assert "passes no stage land (extension)" in render(found[0], "en")


def test_land_that_an_extension_adds_without_the_stage_is_told(tmp_path):
    scenario = county(tmp_path / "a", "land:\n" + quota("{2023: 60}"), MU)
    extension(tmp_path / "a", "{rooms: 6, land_m2: 4000}")
    (found,) = [problem for problem in check(scenario) if problem.code == "SCN779"]
    assert found.severity == "warning"
    assert "4000 m2" in render(found, "en")


def test_a_quota_that_nobody_asks_for_is_told(tmp_path):
    scenario = county(tmp_path / "a", "land:\n" + quota("{2023: 60}"), MU)
    plan = tmp_path / "a/plans/build.yaml"
    before, after = plan.read_text(encoding="utf-8").split("  - id: new-c\n")
    rest = "  - id: more-b\n" + after.split("  - id: more-b\n")[1].split("zones:")[0]
    plan.write_text(before + rest, encoding="utf-8")
    (found,) = [problem for problem in check(scenario) if problem.code == "SCN757"]
    assert found.severity == "warning"


def made(**said):
    new = {"school": "c", "first_grade": "1", "last_grade": "6", "unit": "u", "lon": 0, "lat": 0, "rooms": 6}
    land = said.pop("new_land", None)
    if "adds" not in said:
        said["new"] = new if land is None else new | {"land_m2": land}
    names = {"zh": "x", "en": "x"}
    return Project.model_validate({"id": "p", "name": names, "kind": "new_school", "start": "2024-01"} | said)


def test_the_area_is_the_nearest_said():
    parcels = pd.DataFrame({"parcel": ["E-1", "E-2"], "area_m2": [20000.0, float("nan")]})
    assert land_asked(made(land_mu=7, new_land=6000, parcel="E-1"), parcels).mu == 7.0
    assert land_asked(made(new_land=6000, parcel="E-1"), parcels).mu == pytest.approx(9.0)
    assert land_asked(made(adds={"land_m2": 1000}), None).mu == pytest.approx(1.5)
    assert land_asked(made(parcel="E-1"), parcels).said_by == "parcels.area_m2"
    assert land_asked(made(parcel="E-2"), parcels) is None
    assert land_asked(made(parcel="E-1"), None) is None
    assert pytest.approx(2000 / 3) == MU_M2


def test_the_wait_for_land_reaches_the_calendar_and_explain(tmp_path):
    land = "land:\n  parcels: {E-1: 2025-03}\n" + quota("{2025: 0, 2026: 25, 2027: 25}", 1)
    prepared = prepare(county(tmp_path / "a", land, STANDS))
    plan = prepared.bundle.plans["build"]
    (spec, other) = build_plan(plan, ground_of(prepared.bundle, "build", load_defaults(), 2023)).projects
    assert (spec.land.stage, spec.land.month, spec.land.mu) == ("land", 18.0, pytest.approx(30.0))
    assert other.land is None
    built = calendars(prepared, options(prepared.bundle, draws=20))["build"]
    # 30 mu: 25 of 2026 and 5 of 2027, on 1 January 2027, month 40; then design, tender, construction, acceptance.
    assert (built.stage_end[:, 0, built.stages.index("land")] == 40.0).all()
    assert (built.waits["land"][:, 0] > 20.0).all()
    assert (built.waits["land"][:, 1] == 0.0).all()
    said = {row[2:] for _, _, rows in building_tables(prepared)[:1] for row in rows}
    assert ("land", "land ends not before 2025-03; 30 mu of the quota (parcels.area_m2)", "plan") in said


def test_plans_that_say_nothing_of_land_are_as_they_were(tmp_path):
    silent = prepare(county(tmp_path / "a", "", STANDS))
    plan = build_plan(silent.bundle.plans["build"], ground_of(silent.bundle, "build", load_defaults(), 2023))
    assert plan.land is None
    assert [project.land for project in plan.projects] == [None, None]
    assert "land" not in calendars(silent, options(silent.bundle, draws=2))["build"].waits
