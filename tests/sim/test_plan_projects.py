"""The adapter from plan files, and the shipped defaults in a whole run."""

import pytest

from scenarios.construction_defaults import load_defaults
from scenarios.schema_plan import PlanFile
from sim.calendar_result import NEVER
from sim.construction import opening_years
from sim.plan_projects import Ground, build_plan, project_specs

NAME = {"zh": "项目", "en": "Project"}
NEW = {"school": "s", "first_grade": "1", "last_grade": "6", "unit": "u", "lon": 0.0, "lat": 0.0, "rooms": 24}
DEFAULTS = load_defaults()
GROUND = Ground(DEFAULTS, 2023)


def plan(*projects, budget=None):
    content = {"schema_version": 1, "id": "p", "name": NAME, "projects": list(projects), "budget": budget or {}}
    return PlanFile.model_validate(content)


def school(**changes):
    return {"id": "n", "name": NAME, "kind": "new_school", "start": "2023-10", "cost": 5200.0, "new": NEW} | changes


def test_a_new_school_takes_the_defaults_of_its_kind_and_its_own_durations():
    (spec,) = project_specs(plan(school(durations={"land": [2, 3, 6]}, priority=4)), GROUND)
    assert (spec.id, spec.kind, spec.start_month, spec.cost, spec.priority) == ("n", "new_school", 1, 5200.0, 4)
    assert list(spec.durations) == [
        "initiation", "feasibility", "land", "design", "tender", "construction", "acceptance"
    ]  # fmt: skip
    assert spec.durations["land"] == (2, 3, 6)
    assert spec.durations["construction"] == (11, 13, 20)
    assert spec.needs_crew
    assert spec.payments == {"design": 0.123, "construction": 0.786, "acceptance": 0.091}


def test_a_stage_that_the_kind_lacks_can_be_added_at_its_place():
    extension = {"id": "e", "name": NAME, "kind": "extension", "start": "2022-03", "school": "s", "adds": {"rooms": 6}}
    (spec,) = project_specs(plan(extension | {"durations": {"land": [1, 2, 3]}}), GROUND)
    assert list(spec.durations)[:3] == ["initiation", "feasibility", "land"]
    assert spec.start_month == -18


def test_a_closure_needs_neither_crew_nor_money():
    closure = {"id": "c", "name": NAME, "kind": "closure", "start": "2024-09", "school": "s", "receivers": ["t"]}
    built = build_plan(plan(closure), GROUND)
    assert not built.projects[0].needs_crew
    assert opening_years(built, 1, 2023, 2030, 1, 1, "none").opening_year.tolist() == [[2025]]


def test_a_funded_new_school_opens_two_to_three_years_after_its_decision():
    built = build_plan(plan(school(), budget={2023: 6000.0}), GROUND)
    result = opening_years(built, 3, 2023, 2038, 20230901, 500)
    assert set(result.opening_year[:, 0].tolist()) <= {2025, 2026, 2027}
    assert 24 <= result.handover_month.mean() - 1 <= 36
    unfunded = opening_years(build_plan(plan(school()), GROUND), 3, 2023, 2038, 20230901, 2)
    assert (unfunded.opening_year == NEVER).all()


def test_an_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown stages \['moon'\], expected some of \['hearing', .*'handover'\]"):
        project_specs(plan(school(durations={"moon": [1, 2, 3]})), GROUND)
