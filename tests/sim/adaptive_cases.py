"""Cases of the small loading study whose plans have triggers, made in memory for the tests of adaptive plans."""

from dataclasses import replace
from pathlib import Path

from scenarios.construction_defaults import load_defaults
from scenarios.schema_triggers import Defer, When
from schoolplan.prepare import assessment
from sim import ensemble
from sim.details import details_of
from sim.engine import CasePlan
from sim.ladders import whole
from sim.plan_projects import build_plan, ground_of
from sim.triggers_build import adaptive_of
from tests.sim import studies

HORIZON = 2030
ALWAYS = {"signal": "pupils", "above": 0.0}
NEVER_SEEN = {"signal": "pupils", "above": 1e9}


def study() -> studies.Study:
    """A county of three units, two schools and the plan `build` with two projects, with chance."""
    return studies.study(studies.LOADING)


def with_triggers(of: studies.Study, plan: str, **triggers: dict) -> studies.Study:
    """The study with triggers in a plan; triggers: project id with _ for - -> keys of the project."""
    made = {name.replace("_", "-"): _read(keys) for name, keys in triggers.items()}
    file = of.bundle.plans[plan]
    assert made.keys() <= {project.id for project in file.projects}
    projects = tuple(project.model_copy(update=made.get(project.id, {})) for project in file.projects)
    plans = {**of.bundle.plans, plan: file.model_copy(update={"projects": projects})}
    return replace(of, bundle=replace(of.bundle, plans=plans))


def _read(keys: dict) -> dict:
    forms = {"when": When, "cancel_when": When, "defer_when": Defer}
    return {key: forms[key].model_validate(value) if key in forms else value for key, value in keys.items()}


def case(of: studies.Study, future: str = "baseline", plan: str = "build", draws: int = 1, seed: int = 1) -> CasePlan:
    """One case as a run makes it, with its triggers."""
    plain = studies.case(of, future, plan, draws, seed)
    file, base = of.bundle.plans[plan], of.model.base_year
    build = build_plan(file, ground_of(of.bundle, plan, load_defaults(), base))
    return replace(plain, adaptive=adaptive_of(of.bundle, file, build, of.model))


def job(of: studies.Study, parts: Path, draws: int, seed: int = 1) -> ensemble.Job:
    """A job of one case; parts: folder of its part files."""
    return ensemble.Job(
        model=of.model,
        cases=(case(of, draws=draws, seed=seed),),
        assessment=assessment(of.bundle, of.model),
        details=details_of(of.bundle, whole(of.model)),
        study=of.bundle.study.id,
        reference=of.bundle.study.reference_future,
        seed=seed,
        draws=draws,
        parts=parts,
    )
