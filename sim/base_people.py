"""Children below school age and births of the base year, by cell."""

import math
from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from sim import layout as lay
from sim.arrays import CountArray, FloatArray
from sim.base_fit import Fit
from sim.model import Births, Grades
from sim.tables import unit_births

_RECENT = 3  # registered years (and ages) on which levels rest


@dataclass(frozen=True)
class People:
    """Residents of the base year and what they say about births."""

    residents: CountArray  # [cell, age] below the entry age
    waiting: CountArray  # [cell]
    entry_share: FloatArray  # [year - base]
    cell_births: FloatArray  # [cell, year] registered births by calendar year, on the base of resident children
    first_year: int  # calendar year of the first column


def base_people(
    bundle: Bundle, homes: lay.Homes, grades: Grades, children: FloatArray | None, fits: list[Fit]
) -> People:
    """Residents below school age: counted where the study has them, else built from births and recent intake.

    children: [cell, age] or None.
    """
    base, horizon = bundle.study.base_year, bundle.study.horizon
    entry = np.array([path_value(bundle.study.entry.share_at_entry_age, y) for y in range(base, horizon + 1)])
    births = unit_births(bundle, homes.units)
    if births is None:
        assert children is not None, "a checked bundle has children or births"
        level = children[:, :_RECENT].mean(axis=1)
        table, first = np.repeat(level[:, None], _RECENT, axis=1), base - _RECENT
    else:
        by_unit, years = births
        first = int(years[0])
        table = _by_cell(by_unit, homes, children)
    autumn = bundle.study.entry.autumn_births_share
    if children is None:
        residents, table = _from_births(bundle, grades, table, first, fits)
        return People(residents, np.zeros(len(residents), dtype=np.int32), entry, table, first)
    residents = np.rint(children[:, : grades.entry_age]).astype(np.int32)
    waiting = np.floor(children[:, grades.entry_age] * (1.0 - entry[0])).astype(np.int32)
    youngest = np.rint(children[:, :_RECENT]).astype(np.int32)
    table = table * _children_per_birth(youngest, table, first, base, autumn)
    return People(residents, waiting, entry, table, first)


def _by_cell(by_unit: FloatArray, homes: lay.Homes, children: FloatArray | None) -> FloatArray:
    """Births of a unit divided between its groups as its youngest children are."""
    inside = homes.unit_of >= 0
    out = np.zeros((len(homes.cells), by_unit.shape[1]))
    share = np.ones(len(homes.cells))
    if children is not None:
        young = children[:, :_RECENT].sum(axis=1)
        total = np.bincount(homes.unit_of[inside], weights=young[inside], minlength=len(homes.units))
        alone = np.bincount(homes.unit_of[inside], minlength=len(homes.units))
        whole = total[homes.unit_of]
        share = np.divide(young, whole, out=1.0 / np.maximum(alone[homes.unit_of], 1), where=whole > 0.0)
    out[inside] = by_unit[homes.unit_of[inside]] * share[inside, None]
    return out


def cohort(table: FloatArray, first_year: int, start: int, autumn: float) -> FloatArray | None:
    """Births between 1 September of `start` and 31 August after, [cell]; None where the table lacks a year."""
    column = start - first_year
    if column < 0 or column + 1 >= table.shape[1]:
        return None
    return autumn * table[:, column] + (1.0 - autumn) * table[:, column + 1]


def _children_per_birth(residents: CountArray, table: FloatArray, first: int, base: int, autumn: float) -> float:
    """Resident children per birth of the same years, county (late registration: 1.1-1.2 is normal)."""
    counted, born = 0.0, 0.0
    for age in range(min(_RECENT, residents.shape[1])):
        births = cohort(table, first, base - 1 - age, autumn)
        if births is not None:
            counted += float(residents[:, age].sum())
            born += float(births.sum())
    return counted / born if born > 0.0 else 1.0


def _from_births(
    bundle: Bundle, grades: Grades, table: FloatArray, first: int, fits: list[Fit]
) -> tuple[CountArray, FloatArray]:
    """Residents without a table of children: births x survival x entrants per birth of the base-year intake."""
    base = bundle.study.base_year
    gone = per_entrant(bundle.study.entry.survival_per_year, grades.entry_age)
    autumn = bundle.study.entry.autumn_births_share
    intake = np.append(fits[0].matrix.sum(axis=1), 0.0)
    own = cohort(table, first, base - grades.entry_age - 1, autumn)
    last = table.shape[1] + first - 2
    out = np.zeros((len(table), grades.entry_age), dtype=np.int32)
    county = intake.sum() / own.sum() if own is not None and own.sum() > 0.0 else 1.0
    for age in range(grades.entry_age):
        births = cohort(table, first, min(base - 1 - age, last), autumn)
        if births is not None:
            expected = births * county * gone[age]
            out[:, age] = np.rint(expected)
    return out, table * county * gone[0]


def per_entrant(survival: float | tuple[float, ...], entry_age: int) -> list[float]:
    """Children of each age below the entry age who make one child of the entry age, [age]; survival is yearly."""
    if isinstance(survival, tuple):
        return [1.0 / math.prod(survival[age:entry_age]) for age in range(entry_age)]
    return [survival ** (age - entry_age) for age in range(entry_age)]


def base_births(bundle: Bundle, homes: lay.Homes, people: People, rounded: bool) -> Births:
    """Births model of the cells: what is registered from the base year on, and the level that futures index."""
    base, horizon = bundle.study.base_year, bundle.study.horizon
    spread = bundle.study.spread
    unit_sd, common = (0.0 if rounded else spread.births_unit_sd), spread.births_zone_share
    known = np.full((len(homes.cells), horizon - base + 1), np.nan)
    for column in range(people.cell_births.shape[1]):
        year = people.first_year + column
        if base <= year <= horizon:
            known[:, year - base] = people.cell_births[:, column]
    return Births(
        known=known,
        level=people.cell_births[:, -_RECENT:].mean(axis=1),
        autumn_share=bundle.study.entry.autumn_births_share,
        county_sd=0.0 if rounded else spread.births_county_sd,
        zone_sd=unit_sd * math.sqrt(common),
        unit_sd=unit_sd * math.sqrt(1.0 - common),
        rho=spread.births_rho,
    )
