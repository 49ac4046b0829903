"""The small loading study with a guarded closure, made in memory: school a closes once school c is there."""

from dataclasses import replace

from scenarios.closure_defaults import guard_values
from scenarios.construction_defaults import load_defaults
from scenarios.guarded import guarded_projects
from scenarios.schema_guards import Closures
from scenarios.schema_plan import Project
from sim.build import build_model
from sim.engine import CasePlan
from sim.guards_build import fences_of
from sim.plan_projects import build_plan, ground_of
from sim.triggers_build import adaptive_of
from tests.sim import studies

HEARD = {"hearing": {"held": "2023-05", "objections": 0.2}}
EASY = {"trip_minutes": 240.0, "beyond_share": 1.0}


AFTER = {
    "id": "reuse", "name": {"zh": "腾出校舍改造", "en": "Re-use of the building"}, "kind": "renovation",
    "start": "2024-03", "school": "b", "adds": {"rooms": 1}, "after": [{"project": "close-a"}],
}  # fmt: skip
"""What may begin only when the school has closed."""


def study(
    guards: dict | None, closures: dict | None = None, rooms: int = 40, more: tuple[dict, ...] = (), **project: object
) -> studies.Study:
    """The study with the closure; guards: of the project, None: none at all.  rooms: of school c.  more: projects."""
    of = studies.study(studies.LOADING)
    file = of.bundle.plans["build"]
    closing = {
        "id": "close-a", "name": {"zh": "撤并甲小学", "en": "Closure of A"}, "kind": "closure", "start": "2024-03",
        "school": "a", "receivers": ["c"], **project,
    }  # fmt: skip
    if guards is not None:
        closing["guards"] = guards
    builds = [
        one if one.new is None else one.model_copy(update={"new": one.new.model_copy(
            update={"rooms": rooms, "opening": "all_grades"})})
        for one in file.projects
    ]  # fmt: skip
    plan = file.model_copy(update={"projects": (*builds, *(Project.model_validate(one) for one in (closing, *more)))})
    section = None if closures is None else Closures.model_validate(closures)
    own = of.bundle.study.model_copy(update={"closures": section})
    bundle = replace(of.bundle, study=own, closures=guard_values(section), plans={**of.bundle.plans, "build": plan})
    return studies.Study(bundle, of.space, build_model(bundle, of.space))


def case(of: studies.Study, draws: int, seed: int = 3) -> CasePlan:
    """The case as a run makes it."""
    plain = studies.case(of, "baseline", "build", draws, seed)
    plan = of.bundle.plans["build"]
    if not guarded_projects(of.bundle.study.closures, plan):
        return plain
    fences = fences_of(of.bundle, plain.network, of.model, of.space)
    build = build_plan(plan, ground_of(of.bundle, "build", load_defaults(), of.model.base_year))
    return replace(plain, adaptive=adaptive_of(of.bundle, plan, build, of.model, fences))
