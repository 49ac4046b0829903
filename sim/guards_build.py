"""From what a planner wrote about closures to the guards of a plan.

Tests: tests/sim/test_guards_gate.py.  Page: docs/science/guards.md.
"""

import numpy as np

from gis.arrays import BUS, WALK, Space, Travel, weighted
from scenarios.bundle import Bundle
from scenarios.guarded import first_builds, guarded_projects
from scenarios.schema_base import months_after
from scenarios.schema_guards import Guards, GuardValues
from scenarios.schema_plan import PlanFile, Project
from scenarios.school_marks import school_flags
from sim.arrays import FloatArray
from sim.boarding_build import boarding_grades, record_of
from sim.bounds import bounds
from sim.guards import Closing
from sim.guards_gate import Fences, Line, Trips
from sim.judge import stage_grades
from sim.ladders import whole
from sim.model import NEVER, Model
from sim.network import PlanNetwork
from sim.stocks import stocks_of


def fences_of(bundle: Bundle, network: PlanNetwork, model: Model, space: Space) -> Fences | None:
    """Guards of the closures of a plan; None where none looks at any.

    network: of the plan.  model: of the school ladder.
    """
    plan = bundle.plans[network.plan]
    guarded = guarded_projects(bundle.study.closures, plan)
    closings = tuple(_closing(bundle, plan, network, number, model) for number in guarded)
    if not closings:
        return None
    study, values = bundle.study, _values(bundle)
    awaited = {one.project for project in plan.projects for one in project.after}
    boards = np.zeros(len(model.grades.names), dtype=bool)
    if study.boarding is not None and bundle.boarding is not None:
        boards = np.isin(model.grades.names, boarding_grades(study, bundle.boarding))
    limits = tuple(
        (stage_grades(model.grades, bound.stages), bound.limit)
        for bound in bounds(bundle, model)
        if bound.indicator == "school_size"
    )
    return Fences(
        plan=plan.id,
        closings=closings,
        limits=limits,
        boards=boards,
        beyond_share=values.beyond_share,
        trips=trips_of(plan, model, space, values.trip_minutes),
        stocks=stocks_of(bundle, whole(model)),
        boarders=_boarders(bundle, model),
        followed=tuple(number for number in guarded if plan.projects[number].id in awaited),
    )


def _closing(bundle: Bundle, plan: PlanFile, network: PlanNetwork, number: int, model: Model) -> Closing:
    project, effect = plan.projects[number], network.projects[number]
    values, section = _values(bundle), bundle.study.closures
    own, grades = project.guards or Guards(), model.grades
    school, school_unit = str(project.school), _units_of_schools(bundle, plan)
    keeps = () if section is None else section.keep_small
    kept = [keep.below or values.small_school for keep in keeps if school_unit[school] in keep.units]
    alone = []
    for keep in () if section is None else section.keep_one:
        of_stage = stage_grades(grades, (keep.stage,))
        if school_unit[school] in keep.units and effect.ends is not None and (effect.ends & of_stage).any():
            there = tuple(i for i, name in enumerate(model.layout.schools) if school_unit.get(name) in keep.units)
            alone.append((of_stage, there))
    ids = [one.id for one in plan.projects]
    return Closing(
        project=number,
        school=effect.school,
        ends=np.zeros(len(grades.names), dtype=bool) if effect.ends is None else effect.ends,
        receivers=() if project.to_nearest else tuple(model.layout.schools.index(name) for name in project.receivers),
        hearing=_hearing(own, model.base_year),
        objected=own.hearing is not None and (own.hearing.objections or 0.0) > values.objections,
        protected=is_protected(bundle, project, values),
        kept_below=max(kept, default=0),
        alone=tuple(alone),
        first=first_builds(plan, project),
        canteen=own.canteen,
        canteen_with=-1 if own.canteen_with is None else ids.index(own.canteen_with),
        despite=frozenset(own.despite),
    )


def _values(bundle: Bundle) -> GuardValues:
    if bundle.closures is None:
        raise ValueError("the bundle has no values of guard-rails; scenarios.loader.load gives them")
    return bundle.closures


def _hearing(own: Guards, base_year: int) -> int | None:
    said = own.hearing
    month = None if said is None else said.held or said.planned
    return None if month is None else months_after(month, base_year)


def is_protected(bundle: Bundle, project: Project, values: GuardValues) -> bool:
    """Whether a mark of the schools table protects the school of a project."""
    table = bundle.tables["schools"]
    flags = school_flags(dict(zip(table["school"].astype(str), table["flags"].astype(str), strict=True)))
    return bool(flags.get(str(project.school), frozenset()) & set(values.protected))


def _units_of_schools(bundle: Bundle, plan: PlanFile) -> dict[str, str]:
    table = bundle.tables["schools"]
    found = dict(zip(table["school"].astype(str), table["unit"].astype(str), strict=True))
    return found | {project.new.school: project.new.unit for project in plan.projects if project.new is not None}


def _boarders(bundle: Bundle, model: Model) -> FloatArray:
    """Boarders on record in the base year, [school]; 0 where none is on record."""
    out = np.zeros(len(model.layout.schools))
    record = record_of(bundle.tables.get("boarders"), bundle.study.base_year, bundle.study.grades)
    for (school, _), boarders in record.items():
        out[model.layout.schools.index(school)] += boarders
    return out


def trips_of(plan: PlanFile, model: Model, space: Space, minutes: float) -> Trips:
    """Parts of the children of every unit with a trip longer than so many minutes; no way at all is too long, too.

    Raises ValueError for a space without ways.
    """
    travel = space.travel
    if travel is None:
        raise ValueError("guards of closures need a space with ways; gis.space.build_space makes one")
    layout = model.layout
    on_foot = travel.point_minutes[WALK] > minutes
    walk, both = (
        _by_unit(one, travel, space, model) for one in (on_foot, on_foot & (travel.point_minutes[BUS] > minutes))
    )
    lines = tuple(
        Line(
            bus.from_year,
            NEVER if bus.to_year is None else bus.to_year,
            tuple(layout.units.index(unit) for unit in bus.units),
            tuple(layout.schools.index(school) for school in bus.schools),
        )
        for bus in plan.buses
        if bus.kind == "daily"
    )
    return Trips(walk, both, lines)


def _by_unit(too_long: np.ndarray, travel: Travel, space: Space, model: Model) -> FloatArray:
    """Part of the children, [unit, school] in the order of the model; too_long: [point, school] of the space."""
    found = weighted(too_long.astype(np.float64), travel.point_unit, travel.point_weight, len(space.units))
    units = [space.units.index(unit) for unit in model.layout.units]
    schools = [space.schools.index(school) for school in model.layout.schools]
    return np.clip(found[np.ix_(units, schools)], 0.0, 1.0)
