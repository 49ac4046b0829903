"""Whatever a study says of approvals, risks, desks and breaks, its projects are ones that can be simulated."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.construction_defaults import load_defaults
from scenarios.schema_plan import PlanFile
from scenarios.schema_projects import Construction
from sim.plan_projects import Ground, build_plan

NAME = {"zh": "项目", "en": "Project"}
DEFAULTS = load_defaults()
ORDER = tuple(DEFAULTS.stages)
KINDS = sorted(DEFAULTS.kinds)

stages = st.sampled_from(ORDER)
pairs = st.tuples(stages, stages).filter(lambda pair: ORDER.index(pair[0]) < ORDER.index(pair[1]))


@st.composite
def risks(draw: st.DrawFn, number: int) -> dict[str, object]:
    stage = draw(stages)
    earlier = ORDER[: ORDER.index(stage) + 1]
    return {
        "id": f"r{number}", "name": NAME, "stage": stage, "probability": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "months": [0, 1, 2], "repeats": draw(st.lists(st.sampled_from(earlier), max_size=3)),
        "stops": draw(st.booleans()),
    }  # fmt: skip


@st.composite
def studies(draw: st.DrawFn) -> dict[str, object]:
    approvals = draw(st.lists(pairs, max_size=3, unique_by=lambda pair: pair[0]))
    at_desks = draw(st.lists(stages, max_size=4, unique=True))
    return {
        "split_stages": draw(st.booleans()),
        "default_approvals": draw(st.booleans()),
        "default_risks": draw(st.booleans()),
        "approvals": [{"stage": first, "months": 24, "until": then} for first, then in approvals],
        "risks": [draw(risks(n)) for n in range(draw(st.integers(0, 3)))],
        "desks": [
            {"id": f"d{n}", "name": NAME, "stages": [stage], "files": 1} for n, stage in enumerate(at_desks)
        ],
        "breaks": [{"id": "b", "name": NAME, "stages": draw(st.lists(stages, min_size=1, max_size=3)),
                    "months": [12, 1], "pace": draw(st.sampled_from([0.0, 0.5, 1.0]))}],
    }  # fmt: skip


@given(studies(), st.lists(st.sampled_from(KINDS), min_size=1, max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_every_study_without_an_error_makes_projects_that_can_be_simulated(
    study: dict[str, object], kinds: list[str], data: st.DataObject
) -> None:
    projects = []
    for number, kind in enumerate(kinds):
        item = DEFAULTS.kinds[kind]
        named = {step: [1, 2, 3] for step in data.draw(st.sets(st.sampled_from(sorted(DEFAULTS.durations_of(item)))))}
        steps = {step.stage for parts in item.steps.values() for step in parts}
        own = {stage: months for stage, months in named.items() if stage in steps or stage not in item.steps}
        after = [{"project": "p0", "stage": data.draw(st.sampled_from(ORDER))}] if number else []
        projects.append(
            {"id": f"p{number}", "name": NAME, "kind": kind, "start": "2024-03", "cost": 100.0, "durations": own,
             "after": after}
        )  # fmt: skip
    plan = PlanFile.model_validate(
        {"schema_version": 1, "id": "p", "name": NAME, "projects": projects, "budget": {2024: 500}}
    )
    built = build_plan(plan, Ground(DEFAULTS, 2023, Construction.model_validate(study)))
    assert [spec.id for spec in built.projects] == [f"p{n}" for n in range(len(kinds))]
    for spec in built.projects:
        assert abs(sum(spec.payments.values()) - 1) < 1e-9
        assert not {step for whole in spec.durations for step in _steps(spec.kind, whole)} & set(spec.durations)


def _steps(kind: str, whole: str) -> set[str]:
    return {step.stage for step in DEFAULTS.kinds[kind].steps.get(whole, ())}
