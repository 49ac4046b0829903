"""File forms: defaults as documented, frozen, strict, every field described; paths by year; months."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scenarios.crs_words import meant_crs
from scenarios.schema_base import FileModel, constant_path, months_after, path_value
from scenarios.schema_errors import known_keys, show, validate
from scenarios.schema_future import FutureFile
from scenarios.schema_plan import PlanFile, Project
from scenarios.schema_scenario import ScenarioFile
from scenarios.schema_study import Admission, Layer, StudyFile
from scenarios.schemas import SCHEMAS, json_schema
from scenarios.yaml_source import read_text

NAME = {"zh": "甲", "en": "A"}
STUDY: dict[str, Any] = {
    "schema_version": 1,
    "id": "tiny",
    "name": NAME,
    "synthetic": True,
    "base_year": 2023,
    "horizon": 2038,
    "crs": "EPSG:4545",
    "reference_future": "baseline",
    "stages": [
        {"id": "primary", "name": NAME, "grades": ["1", "2"], "entry": "residents", "entry_age": 6,
         "planned_class_size": 45},
        {"id": "junior", "name": NAME, "grades": ["7"], "entry": "previous_grade", "planned_class_size": 50},
    ],
    "tables": {name: f"{name}.csv" for name in ("units", "schools", "sites", "zones", "enrolment")},
    "layers": {"units": {"path": "u.geojson", "id": "unit", "crs": "EPSG:4490"}},
    "school_crs": "EPSG:4490",
}  # fmt: skip
FUTURE: dict[str, Any] = {
    "schema_version": 1,
    "id": "low",
    "name": NAME,
    "births": {"index": {2030: 0.9, 2023: 1}},
    "urban_share": {2023: 0.4, 2030: 0.5},
}
PROJECT: dict[str, Any] = {"id": "p", "name": NAME, "kind": "extension", "start": "2024-08"}


def test_defaults_of_a_study_are_those_of_the_guide() -> None:
    study = StudyFile.model_validate(STUDY)
    assert study.standards == "cn-2017-quality-balance"
    assert study.language == "zh"
    assert path_value(study.entry.share_at_entry_age, 2031) == 1.0
    assert (study.entry.autumn_births_share, study.entry.survival_per_year) == (0.3333, 0.998)
    assert study.learning_window.years == 30
    assert (study.travel.detour, study.travel.walk_km_per_h) == (1.5, 3.6)
    assert study.admission.divert_at == "norm"
    assert study.admission.limit_km == {"primary": 4.0, "junior": 15.0}
    assert study.spread.model_dump() == {
        "births_county_sd": 0.04,
        "births_unit_sd": 0.08,
        "births_zone_share": 0.25,
        "births_rho": 0.8,
        "school_trait_sd": 0.06,
        "future_pace_sd": 0.15,
        "children_estimated_sd": 0.05,
        "children_estimated_common": 0.5,
        "structural_break": None,
    }
    assert study.construction.crews == 3
    assert (study.tables.children, study.tables.births, study.children_as_of) == (None, None, None)


def test_defaults_of_a_future_are_no_migration_and_the_pull_of_today() -> None:
    future = FutureFile.model_validate(FUTURE)
    for year in (2023, 2031, 2099):
        assert path_value(future.external_migration.local, year) == 0.0
        assert path_value(future.external_migration.migrant, year) == 0.0
        assert path_value(future.town_pull, year) == 1.0
        assert [path_value(path, year) for path in future.families.paths().values()] == [0.0] * 3
        assert [path_value(path, year) for path in future.migrant_children.paths().values()] == [0.0] * 2
    assert future.estates == ()
    assert future.reclassified == {}
    assert future.profiles() == {}
    assert set(future.paths()) == {
        ("births", "index"),
        ("urban_share",),
        ("external_migration", "local"),
        ("external_migration", "migrant"),
        ("families", "parents_leaving"),
        ("families", "left_behind_share"),
        ("families", "returning"),
        ("migrant_children", "conversion"),
        ("migrant_children", "leaving"),
        ("town_pull",),
    }


def test_defaults_of_plans_and_scenarios() -> None:
    plan = PlanFile.model_validate({"schema_version": 1, "id": "none", "name": NAME})
    assert (plan.budget, plan.projects, plan.zones) == ({}, (), ())
    named = {"schema_version": 1, "id": "s", "study": "study.yaml", "futures": ["f"], "plans": ["p"], "seed": 1}
    scenario = ScenarioFile.model_validate(named)
    assert (scenario.draws, scenario.spread, scenario.tests.p_required) == (1000, "study", 0.9)
    assert scenario.tests.window is None
    project = Project.model_validate(PROJECT)
    assert (project.cost, project.priority, project.durations, project.receivers) == (0.0, 1, {}, ())


def test_a_study_knows_its_ladder_of_grades() -> None:
    study = StudyFile.model_validate(STUDY)
    assert study.grades == ("1", "2", "7")
    assert study.stage("junior").planned_class_size == 50
    assert study.stage_of_grade("2").id == "primary"
    with pytest.raises(KeyError):
        study.stage("senior")


def test_files_are_frozen_and_hold_tuples() -> None:
    study = StudyFile.model_validate(STUDY)
    assert study.stages[0].grades == ("1", "2")
    with pytest.raises(ValidationError):
        study.horizon = 2040  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"base_year": "2023"}, "base_year"),
        ({"base_year": True}, "base_year"),
        ({"synthetic": 1}, "synthetic"),
        ({"id": 12}, "id"),
        ({"horizon": 2038.5}, "horizon"),
        ({"travel": {"detour": "1.5"}}, "travel"),
        ({"travel": {"detour": float("inf")}}, "travel"),
        ({"stages": []}, "stages"),
    ],
)
def test_types_are_never_converted(change: dict[str, object], place: str) -> None:
    with pytest.raises(ValidationError) as fault:
        StudyFile.model_validate(STUDY | change)
    assert fault.value.errors()[0]["loc"][0] == place


def test_one_number_stands_for_every_year() -> None:
    study = StudyFile.model_validate(STUDY | {"entry": {"share_at_entry_age": 0.95}})
    assert path_value(study.entry.share_at_entry_age, 2030) == 0.95
    by_year = StudyFile.model_validate(STUDY | {"entry": {"share_at_entry_age": {2023: 0.8, 2025: 1.0}}})
    assert path_value(by_year.entry.share_at_entry_age, 2024) == pytest.approx(0.9)


@pytest.mark.parametrize(("written", "factor"), [("norm", 1.0), ("never", float("inf")), (1.1, 1.1), (1, 1.0)])
def test_diversion_as_a_factor(written: object, factor: float) -> None:
    assert Admission.model_validate({"divert_at": written}).divert_factor == factor


@pytest.mark.parametrize("written", ["always", 0.9, True, None, [1]])
def test_other_diversions_are_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Admission.model_validate({"divert_at": written})


def test_a_stage_without_a_limit_has_none() -> None:
    admission = Admission.model_validate({"limit_km": {"primary": 3}})
    assert admission.limit_for("primary") == 3.0
    assert admission.limit_for("junior") == float("inf")


@pytest.mark.parametrize("crs", ["EPSG:4490", "GCJ-02", "BD-09"])
def test_shifted_datums_are_declared_for_layers_only(crs: str) -> None:
    assert Layer.model_validate({"path": "a", "id": "b", "crs": crs}).crs == crs
    if crs != "EPSG:4490":
        with pytest.raises(ValidationError):
            StudyFile.model_validate(STUDY | {"crs": crs})


def test_paths_are_sorted_and_linear_between_their_years() -> None:
    index = FutureFile.model_validate(FUTURE).births.index
    assert list(index) == [2023, 2030]
    assert path_value(index, 2023) == 1.0
    assert path_value(index, 2030) == 0.9
    assert path_value(index, 2026.5) == pytest.approx(0.95)


@pytest.mark.parametrize("year", [2022, 2031])
def test_a_path_is_never_prolonged(year: int) -> None:
    with pytest.raises(ValueError, match="outside the path, which holds 2023-2030"):
        path_value({2023: 1.0, 2030: 0.9}, year)
    with pytest.raises(ValueError, match="nothing"):
        path_value({}, year)


@given(st.dictionaries(st.integers(1950, 2100), st.floats(-10, 10), min_size=1), st.floats(0, 1))
def test_a_path_stays_between_its_neighbours(path: dict[int, float], share: float) -> None:
    first, last = min(path), max(path)
    year = first + share * (last - first)
    left = max(known for known in path if known <= year)
    right = min(known for known in path if known >= year)
    low, high = sorted((path[left], path[right]))
    assert low - 1e-9 <= path_value(path, year) <= high + 1e-9
    assert path_value(path, left) == path[left]


def test_a_constant_path_covers_every_year_a_file_may_name() -> None:
    assert path_value(constant_path(0.5), 1900) == path_value(constant_path(0.5), 2200) == 0.5


@pytest.mark.parametrize(
    ("month", "months"), [("2023-09", 0), ("2023-10", 1), ("2024-08", 11), ("2024-09", 12), ("2023-08", -1)]
)
def test_months_count_from_the_first_of_september(month: str, months: int) -> None:
    assert months_after(month, 2023) == months


@pytest.mark.parametrize(("month", "year"), [("2024-08", 2023), ("2024-09", 2024)])
def test_the_school_year_of_a_decision(month: str, year: int) -> None:
    project = Project.model_validate(PROJECT | {"start": month})
    assert project.start_school_year == year
    assert project.start_year == 2024


def test_a_zone_change_is_read_by_the_words_of_the_guide_only() -> None:
    change = {"stage": "primary", "units": ["u1"], "schools": ["a"], "with": "p"}
    plan = {"schema_version": 1, "id": "x", "name": NAME}
    read = PlanFile.model_validate({**plan, "zones": [change, change | {"from": 2025}]})
    assert (read.zones[0].with_project, read.zones[0].from_year) == ("p", None)
    assert read.zones[1].from_year == 2025
    with pytest.raises(ValidationError):
        PlanFile.model_validate({**plan, "zones": [change | {"from_year": 2025}]})


def test_a_source_is_one_text_or_one_in_each_language() -> None:
    read = FutureFile.model_validate(FUTURE | {"sources": [{"item": "births", "source": NAME}]})
    assert read.sources[0].item.zh == read.sources[0].item.en == "births"
    assert read.sources[0].source.zh == "甲"


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_json_schemas_are_closed_and_every_field_is_described(name: str) -> None:
    schema = json_schema(name)
    assert schema["$schema"].startswith("https://json-schema.org/")
    for part in (schema, *schema["$defs"].values()):
        assert part["additionalProperties"] is False
        assert part["description"]
        # A field whose words are those of its class refers to the class.
        fields = part["properties"].items()
        undescribed = [key for key, field in fields if not (field.get("description") or "$ref" in field)]
        assert undescribed == [], part["title"]


def test_an_unknown_schema_is_refused() -> None:
    with pytest.raises(KeyError):
        json_schema("plans")


@pytest.mark.parametrize(
    ("model", "path", "key"),
    [
        (StudyFile, (), "base_year"),
        (StudyFile, ("layers", "schools"), "crs"),
        (StudyFile, ("stages", 1), "entry_age"),
        (PlanFile, ("projects", 0, "new"), "opening"),
        (PlanFile, ("zones", 0), "with"),
        (ScenarioFile, ("tests",), "p_required"),
    ],
)
def test_known_keys_are_found_at_any_depth(model: type[FileModel], path: tuple[Any, ...], key: str) -> None:
    assert key in known_keys(model, path)


def test_a_misspelt_key_is_said_once_and_not_also_as_missing() -> None:
    source, _ = read_text("schema_version: 1\nid: s\nstudy: s\nfutures: [f]\nplans: [p]\nsede: 1\n", "a.yaml")
    assert source is not None
    model, problems = validate(ScenarioFile, source)
    assert model is None
    assert [(problem.code, problem.place) for problem in problems] == [("SCN101", "a.yaml:6:1")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), ({"a": 1}, "{a: …}"), ([1, None, "x", 4, 5], "[1, null, x, 4, …]"), ("t", "t")],
)
def test_values_are_shown_as_a_planner_writes_them(value: object, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("火星坐标", "GCJ-02"),
        ("高德", "GCJ-02"),
        ("gcj02", "GCJ-02"),
        ("百度坐标", "BD-09"),
        ("bd09ll", "BD-09"),
        ("WGS84", "EPSG:4326"),
        ("WGS 84", "EPSG:4326"),
        ("4490", "EPSG:4490"),
        ("epsg：4545", "EPSG:4545"),
        ("国家2000", "CGCS2000"),
        ("CGCS 2000", "CGCS2000"),
        ("2000", "CGCS2000"),
        ("北京54", ""),
    ],
)
def test_a_coordinate_system_in_words_is_understood_as_a_question(written: str, meant: str) -> None:
    assert meant_crs(written, layer=True) == meant
    assert meant_crs(written, layer=False) == (meant if written.endswith(("4490", "4545")) else "")
