"""What a plan may rule otherwise than the study: planned class sizes by year and school, diversion, travel limits.

Symbols: z[s, g, t] planned class size of a school and grade in a year, d factor on it at which the bureau diverts,
w[c, s] way from a home to a school, L travel limit of the stage.  A plan without rules of its own has those of the
study; the base year is counted with the sizes of the study.  The schools to which a home may be diverted are those of
its list with w <= L; lists are made once for the widest limit of all plans, and a narrower one leaves out their ends.
Tests: tests/sim/test_policy.py.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_study import StudyFile
from sim.admission_build import rules_of_study
from sim.admission_rules import Rules, default_rules
from sim.arrays import FloatArray, IntArray
from sim.model import Grades, Model

if TYPE_CHECKING:  # ClassSize comes with what reads YAML
    from scenarios.overrides_acting import ClassSize

_OTHER_RULES = {"divert_at": "norm", "limit_km": {}, "limit_min": {}, "purchased_share": 0.0}


@dataclass(frozen=True)
class Policy:
    """Rules of one plan."""

    planned_size: IntArray  # [year - base year - 1, school, grade] pupils per class
    divert_at: float  # factor on the planned class size at which the bureau diverts; inf = never
    divert: IntArray  # [cell, stage, rank] slots of the schools to which a home may be diverted, -1 where none
    rules: Rules | None = None
    """How homes are admitted; None: as the study says."""


@dataclass(frozen=True)
class YearPolicy:
    """Rules of one plan in one year."""

    planned_size: IntArray  # [school, grade]
    divert_at: float
    divert: IntArray  # [cell, stage, rank]
    rules: Rules


def of_year(model: Model, policy: Policy | None, year: int) -> YearPolicy:
    """Rules of a school year after the base year; policy None: those of the study."""
    if policy is None:
        sizes = np.broadcast_to(model.grades.planned_size, (len(model.layout.schools), len(model.grades.names)))
        return YearPolicy(sizes, model.divert_at, model.attendance.divert, rules_of(model, None))
    size = policy.planned_size[year - model.base_year - 1]
    return YearPolicy(size, policy.divert_at, policy.divert, rules_of(model, policy))


def rules_of(model: Model, policy: Policy | None) -> Rules:
    """Rules of admission of a plan: its own, else those of the study, else zones everywhere."""
    own = None if policy is None else policy.rules
    own = model.rules if own is None else own
    return default_rules(model.layout, len(model.grades.stages)) if own is None else own


def planned_sizes(model: Model, policy: Policy | None) -> IntArray:
    """Planned class sizes of all years, [year - base year - 1, school, grade]."""
    if policy is not None:
        return policy.planned_size[: model.horizon - model.base_year]
    shape = (model.horizon - model.base_year, len(model.layout.schools), len(model.grades.names))
    return np.broadcast_to(model.grades.planned_size, shape)


def policy_of(bundle: Bundle, plan: str, model: Model) -> Policy | None:
    """Rules of a plan by its id, None where they are those of the study."""
    own, stages = bundle.study_in_plan(plan), model.grades.stages
    sizes, of_study = _sizes(own, model.grades), _sizes(bundle.study, model.grades)
    limits, usual = _limits(own, stages), _limits(bundle.study, stages)
    factor, before = own.admission.divert_factor, bundle.study.admission.divert_factor
    scoped = [one for one in bundle.class_sizes(plan) if one.stage in stages]
    rules = _own_rules(bundle, own, model)
    if (sizes == of_study).all() and limits == usual and factor == before and not scoped and rules is None:
        return None
    planned = planned_sizes(model, None).copy()
    planned[:] = np.where(sizes == of_study, planned, sizes)
    _set_sizes(planned, model.grades, model.layout.schools, scoped, model.base_year)
    divert = model.attendance.divert if limits == usual else within(model, np.array(limits))
    return Policy(planned, model.divert_at if factor == before else factor, divert, rules)


def _own_rules(bundle: Bundle, own: StudyFile, model: Model) -> Rules | None:
    """Rules of admission of a plan, None where they are those of the study."""
    if own.admission.model_copy(update=_OTHER_RULES) == bundle.study.admission.model_copy(update=_OTHER_RULES):
        return None
    made = rules_of_study(own, bundle.tables.get("admission_classes"), model.layout, model.grades)
    return default_rules(model.layout, len(model.grades.stages)) if made is None else made


def _sizes(study: StudyFile, grades: Grades) -> IntArray:
    """Planned class sizes of a study, [grade]."""
    return np.array([study.stage(grades.stages[stage]).planned_class_size for stage in grades.stage_of])


def _limits(study: StudyFile, stages: tuple[str, ...]) -> list[float]:
    """Travel limits of a study by stage [km or minutes]."""
    return [study.admission.limit_for(stage) for stage in stages]


def _set_sizes(
    planned: IntArray, grades: Grades, schools: tuple[str, ...], own: "list[ClassSize]", base_year: int
) -> None:
    """Sizes that hold for some schools or from a year on, one after the other, in place."""
    for one in own:
        first = 0 if one.from_year is None else one.from_year - base_year - 1
        there = np.ones(len(schools), dtype=bool) if one.schools is None else np.isin(schools, list(one.schools))
        chosen = grades.stage_of == grades.stages.index(one.stage)
        planned[first:] = np.where(there[:, None] & chosen, one.size, planned[first:])


def within(model: Model, limits: FloatArray) -> IntArray:
    """Schools of the widest lists that lie within other limits, [cell, stage, rank]; limits: km or minutes, [stage]."""
    attendance = model.attendance
    wide = attendance.divert if attendance.divert_wide is None else attendance.divert_wide
    return _nearer(wide, attendance.way, limits)


def _nearer(wide: IntArray, way: FloatArray, limits: FloatArray) -> IntArray:
    """way: [cell, slot, stage]."""
    cells, stages = np.arange(len(wide))[:, None, None], np.arange(wide.shape[1])[None, :, None]
    length = way[cells, np.maximum(wide, 0), stages]
    return np.where((wide >= 0) & (length <= limits[None, :, None]), wide, -1)


def widest_limits(bundle: Bundle, stages: tuple[str, ...]) -> list[float]:
    """The widest travel limit of the study and of all plans, by stage [km or minutes]."""
    studies = [bundle.study, *(bundle.study_in_plan(plan) for plan in bundle.plans)]
    return [max(limits) for limits in zip(*(_limits(study, stages) for study in studies), strict=True)]


def with_limits(model: Model, limits: list[float], widest: list[float]) -> Model:
    """A model whose lists were made for the widest limits, with those of the study in force."""
    if limits == widest:
        return model
    wide = model.attendance.divert
    attendance = replace(
        model.attendance, divert=_nearer(wide, model.attendance.way, np.array(limits)), divert_wide=wide
    )
    return replace(model, attendance=attendance)
