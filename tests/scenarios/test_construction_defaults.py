"""The shipped construction defaults: complete, sourced, and refused when they contradict themselves."""

import copy
from typing import get_args

import pytest
from pydantic import ValidationError

from scenarios.construction_defaults import DEFAULTS_FILE, load_defaults, read_defaults
from scenarios.construction_kinds import ConstructionDefaults
from scenarios.problems import ScenarioError
from scenarios.schema_projects import ProjectKind
from scenarios.yaml_source import read_yaml


@pytest.fixture
def data():
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    assert source is not None
    assert problems == []
    return copy.deepcopy(source.data)


def test_every_kind_of_project_has_defaults_with_sources():
    defaults = load_defaults()
    assert set(defaults.kinds) == set(get_args(ProjectKind))
    used = {key for kind in defaults.kinds.values() for item in (*kind.stages, *kind.payments) for key in item.sources}
    used |= {key for item in (*defaults.approvals, *defaults.risks, defaults.shrinkage) for key in item.sources}
    used |= {*defaults.building_cost.sources, *defaults.net_share.sources}
    assert used == set(defaults.sources)
    assert {stage.stage for stage in defaults.kinds["closure"].stages} == {"hearing", "approval"}


def test_expected_totals_lie_in_the_range_of_the_sources():
    for kind in load_defaults().kinds.values():
        low, high = kind.total_months.months
        mean = sum((stage.months[0] + 4 * stage.months[1] + stage.months[2]) / 6 for stage in kind.stages)
        assert low <= mean <= high


def test_payment_shares_are_those_of_the_cited_project():
    works, other, contingency = 1257.2, 196.69, 145.39
    shares = load_defaults().kinds["new_school"].shares()
    assert shares == {
        "design": round(other / 1599.28, 3),
        "construction": round(works / 1599.28, 3),
        "acceptance": round(contingency / 1599.28, 3),
    }


def change(data, path, value):
    *parents, last = path
    for key in parents:
        data = data[key]
    data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("kinds", "closure", "stages", 0, "months"), [3, 2, 6],
         "hearing: expected 0 <= low <= likely <= high, found (3.0, 2.0, 6.0)"),
        (("kinds", "closure", "stages", 0, "stage"), "moon",
         "closure: stages must be known, unique and in the order of `stages`, found ['moon', 'approval']"),
        (("kinds", "closure", "payments", 0, "share"), 0.5,
         "closure: payments must name stages of the kind and sum to 1, found {'approval': 0.5}"),
        (("kinds", "closure", "total_months", "months"), [20, 30],
         "closure: the likely durations do not add up to 20.0-30.0 months"),
        (("kinds", "closure", "stages", 0, "sources"), ["X9"], "closure: unknown sources ['X9']"),
        (("kinds", "extension", "steps", "design", 0, "months"), [1, 1.5, 3],
         "extension: the steps of design do not add up to the stage, found (1.5, 2.0, 4.0)"),
        (("kinds", "extension", "steps", "design", 0, "stage"), "moon", "extension: unknown steps of design"),
        (("risks", 0, "stage"), "moon", "approvals and risks of stages that no kind passes: ['moon']"),
        (("risks", 0, "months"), [4, 2, 12], "land-dispute: expected 0 <= low <= likely <= high"),
        (("approvals", 0, "sources"), ["X9"], "unknown sources ['X9']"),
        (("colour",), "red", "Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(data, path, value, message):
    change(data, path, value)
    with pytest.raises(ValidationError) as refused:
        ConstructionDefaults.model_validate(data)
    assert message in str(refused.value)


def test_a_file_that_is_not_yaml_is_refused(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("kinds: [", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"broken\.yaml"):
        read_defaults(broken)


def test_what_a_square_metre_costs_is_the_middle_of_the_cited_projects():
    defaults = load_defaults()
    low, likely, high = defaults.building_cost.yuan_per_m2
    projects = {"C1": 4467e4 / 11020, "C7": 10.43e8 / 259687, "C10": 1599.28e4 / 3900}
    assert set(defaults.building_cost.sources) == set(projects)
    assert all(low <= cost <= high for cost in projects.values())
    assert abs(sum(projects.values()) / 3 - likely) < 100
    assert defaults.net_share.share == 0.6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"building_cost": {"yuan_per_m2": [4500, 4000, 3500], "sources": ["C1"], "source_grade": "C"}},
            "low <= likely",
        ),
        ({"building_cost": {"yuan_per_m2": [1, 2, 3], "sources": ["X9"], "source_grade": "C"}}, "X9"),
        ({"net_share": {"share": 1.2, "sources": ["B5"], "source_grade": "B"}}, "share"),
    ],
)
def test_contradictory_costs_are_refused(data, change, told):
    with pytest.raises(ValidationError, match=told):
        ConstructionDefaults.model_validate({**data, **change})


def test_steps_replace_their_stage_where_asked_for_and_never_lie_beside_it():
    defaults = load_defaults()
    whole = defaults.durations("new_school", {})
    split = defaults.durations("new_school", {}, split=True)
    assert list(split) == [
        "initiation", "feasibility", "site_opinion", "land_title", "drawings", "estimate_review", "budget_review",
        "bidding", "construction", "completion", "handover",
    ]  # fmt: skip
    for point in range(3):
        assert sum(months[point] for months in split.values()) == sum(months[point] for months in whole.values())
    one = defaults.durations("extension", {"budget_review": (1, 1, 2)})
    assert "tender" not in one
    assert (one["budget_review"], one["bidding"], one["design"]) == ((1, 1, 2), (0.75, 1, 1.25), (1.5, 2, 3))
    kept = defaults.durations("extension", {"tender": (1, 1, 1)}, split=True)
    assert (kept["tender"], "bidding" in kept, "drawings" in kept) == ((1, 1, 1), False, True)
    with pytest.raises(ValueError, match="tender is given as a whole and in steps"):
        defaults.durations("extension", {"tender": (1, 1, 1), "bidding": (1, 1, 1)})


def test_validity_of_approvals_is_that_of_the_source():
    found = {one.stage: one.months for one in load_defaults().approvals}
    assert found == {"initiation": 24, "feasibility": 24, "land": 36}
    assert all(risk.source_grade == "M" for risk in load_defaults().risks)
