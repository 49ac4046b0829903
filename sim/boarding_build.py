"""From a study to chances to board: ways by demand point, boarders on record, beds by draw and year."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from gis.arrays import WALK, Space, Travel, weighted
from scenarios.bundle import Bundle
from scenarios.schema_boarding import Boarding, BoardingDefaults
from scenarios.schema_study import StudyFile
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.boarding import Boards, fitted_half
from sim.model import Model


@dataclass(frozen=True)
class Curves:
    """Chances to board of the school ladder, the same in all plans."""

    half: FloatArray
    """Way at which half board, [school, stage]."""
    chance: FloatArray
    """Chance of a child to board, [cell, school, stage]."""
    observed: FloatArray
    """Boarders on record in the grades that may board, [school, stage]; nan: none on record."""
    grades: BoolArray
    """Grades whose pupils may board, [grade]."""


def boarding_grades(study: StudyFile, defaults: BoardingDefaults) -> tuple[str, ...]:
    """Grades whose pupils may board: those the study names, else all of school but those that the norm keeps home."""
    named = () if study.boarding is None else study.boarding.grades
    school = tuple(grade for stage in study.school_stages for grade in stage.grades)
    return tuple(g for g in school if (g in named if named else g not in defaults.home_grades.value))


def record_of(table: pd.DataFrame | None, year: int, grades: tuple[str, ...]) -> Mapping[tuple[str, str], float]:
    """Boarders on record by school and stage in grades that may board; rows without a grade count as they are."""
    if table is None:
        return {}
    rows = table[(table["year"] == year) & ((table["grade"] == "") | table["grade"].isin(grades))]
    sums = rows.groupby(["school", "stage"], as_index=False)["boarders"].sum()
    keys = zip(sums["school"].astype(str), sums["stage"].astype(str), strict=True)
    return dict(zip(keys, sums["boarders"].astype(float), strict=True))


def curves_of(bundle: Bundle, model: Model, space: Space) -> Curves:
    """Fitted curves of a study with a section `boarding`; model: of the school ladder."""
    section, defaults = _settings(bundle)
    allowed = boarding_grades(bundle.study, defaults)
    grades, schools = model.grades, model.layout.schools
    record = record_of(bundle.tables.get("boarders"), bundle.study.base_year, allowed)
    may = np.array([name in allowed for name in grades.names])
    half = np.full((len(schools), len(grades.stages)), np.nan)
    observed = np.full_like(half, np.nan)
    chance = np.zeros((len(model.layout.cells), len(schools), len(grades.stages)))
    way, at = ways_of(bundle, space, section.measure), [space.schools.index(school) for school in schools]
    share, units = _Points(space, way), len(space.units)
    order = [space.units.index(unit) for unit in model.layout.units]
    inside = model.layout.unit_of >= 0
    pupils = _base_pupils(model)
    for k, stage in enumerate(grades.stages):
        own = (grades.stage_of == k) & may
        usual = section.half.get(stage, defaults.half(stage, section.measure))
        for s in np.flatnonzero(model.hosts[: len(schools), own].any(axis=1)) if own.any() else ():
            at_home = pupils[:, s, own].sum(axis=1)  # [cell]
            here, total = float(at_home[inside].sum()), float(at_home.sum())
            known = record.get((schools[s], stage))
            observed[s, k] = np.nan if known is None else known
            half[s, k] = usual
            if known is not None and here > 0.0:
                by_unit = np.bincount(model.layout.unit_of[inside], at_home[inside], minlength=units).astype(float)
                n = _to_space(by_unit, order)[share.unit] * share.weight
                half[s, k] = fitted_half(way[:, at[s]], n, known * here / total, section.slope)
            elif known == 0.0:
                half[s, k] = np.inf
            q = share.of_units(at[s], half[s, k], section.slope)[order]
            chance[inside, s, k] = q[model.layout.unit_of[inside]]
            mean = float((chance[inside, s, k] * at_home[inside]).sum()) / here if here > 0.0 else float(q.mean())
            chance[~inside, s, k] = mean
    return Curves(half, chance, observed, may)


@dataclass(frozen=True)
class _Points:
    """Demand points of a space with their ways [point, school]."""

    space: Space
    way: FloatArray

    @property
    def unit(self) -> IntArray:
        return _travel(self.space).point_unit

    @property
    def weight(self) -> FloatArray:
        return _travel(self.space).point_weight

    def of_units(self, school: int, half: float, slope: float) -> FloatArray:
        """Share of the children of each unit who board at a school, [unit of the space]."""
        share = expit((self.way[:, school] - half) / slope)[:, None]
        return weighted(share, self.unit, self.weight, len(self.space.units))[:, 0]


def _settings(bundle: Bundle) -> tuple[Boarding, BoardingDefaults]:
    if bundle.study.boarding is None or bundle.boarding is None:
        raise ValueError("the study has no section boarding")
    return bundle.study.boarding, bundle.boarding


def _travel(space: Space) -> Travel:
    if space.travel is None:
        raise ValueError("boarding needs a space with ways; gis.space.build_space makes one")
    return space.travel


def ways_of(bundle: Bundle, space: Space, measure: str) -> FloatArray:
    """Ways from demand points to schools, [point, school]; where none exists, straight line x detour is walked."""
    travel = _travel(space)
    if measure == "km":
        return np.asarray(travel.point_km)
    minutes, speed = travel.point_minutes[WALK], bundle.study.travel.walk_km_per_h
    return np.asarray(np.where(np.isfinite(minutes), minutes, travel.point_km / speed * 60.0))


def _to_space(by_unit: FloatArray, order: list[int]) -> FloatArray:
    """Values by unit of the layout, put in the order of the space."""
    out = np.zeros(len(by_unit))
    out[order] = by_unit
    return out


def _base_pupils(model: Model) -> FloatArray:
    """Pupils of the base year by home and real school, [cell, school, grade]."""
    layout = model.layout
    out = np.zeros((len(layout.cells), len(layout.schools), len(model.grades.names)))
    cell, slot = np.nonzero((layout.slot_school >= 0) & (layout.slot_school < len(layout.schools)))
    np.add.at(out, (cell, layout.slot_school[cell, slot]), model.pupils[cell, slot])
    return out


def may_board(observed: FloatArray, beds: FloatArray) -> BoolArray:
    """Where children board at all, [draw, year, school]: beds there (or not known), or boarders on record.

    observed: [school, stage], nan: none on record.  beds: [draw, year, school], nan: not known.
    """
    on_record = np.nansum(observed, axis=1) > 0.0
    return np.asarray(on_record | np.isnan(beds) | (beds > 0.0))


def boards_of(curves: Curves, model: Model, may: BoolArray) -> Boards:
    """Chances of all pupils who may board under a plan.

    model: of the school ladder.  may: [draw, year, school], as `may_board` gives it.
    """
    layout, grades = model.layout, model.grades
    schools, cells = len(layout.schools), len(layout.cells)
    there: BoolArray = np.asarray(may.any(axis=(0, 1)))
    wanted: BoolArray = there[:, None] & model.hosts[:schools] & curves.grades  # [school, grade]
    school, grade = np.nonzero(wanted)
    number = np.full(wanted.shape, -1)
    number[school, grade] = np.arange(len(school))
    entry, column, chance = [], [], []
    for slot in range(layout.slot_school.shape[1]):
        at = layout.slot_school[:, slot]
        real = np.flatnonzero((at >= 0) & (at < schools))
        for g in np.flatnonzero(curves.grades):
            cell = real[number[at[real], g] >= 0]
            entry.append((slot * cells + cell) * len(grades.names) + g)
            column.append(number[at[cell], g])
            chance.append(curves.chance[cell, at[cell], grades.stage_of[g]])
    entries = np.concatenate(entry)
    rising = np.argsort(entries, kind="stable")
    return Boards(
        entry=entries[rising],
        column=np.concatenate(column)[rising],
        chance=np.concatenate(chance)[rising],
        school=school,
        grade=grade,
        stage=grades.stage_of[grade],
        may=may,
        schools=layout.schools,
        stages=len(grades.stages),
        base_year=model.base_year,
    )
