"""The births of a future: from its file and the study's tables to births of the county and the factor on every home.

Equations: `sim/births.py`.  Page: docs/science/births-and-entry.md.  Tests: tests/sim/test_future_births.py.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from scenarios.schema_births import Births as BirthsPart
from scenarios.schema_future import FutureFile
from scenarios.women import WomenCount, by_single_age, fertility_shape, women_count
from sim import births as br
from sim.arrays import FloatArray
from sim.model import Model
from sim.tables import unit_births

_RECENT = 3


@dataclass(frozen=True)
class Registered:
    """Registered births of the county; without a table the children aged 0-2 of the base year stand for them."""

    first_year: int
    count: FloatArray  # [year]
    level: float  # mean of the last three years

    def of(self, years: range) -> FloatArray:
        """Births of some calendar years, [year]; NaN where none are registered."""
        known = dict(enumerate(self.count.tolist(), start=self.first_year))
        return np.array([known.get(year, np.nan) for year in years])


@dataclass(frozen=True)
class CountyBirths:
    """Births of the county in one future, on the base of the registered ones, before chance."""

    years: range
    births: FloatArray  # [year]
    registered: FloatArray  # [year] NaN once unknown
    factor: FloatArray  # [year - base] on the level of every home
    women: FloatArray | None  # [year, age], where the future gives a total fertility rate
    tfr: FloatArray | None  # [year] what births and women say, registered years included


def registered_births(bundle: Bundle, model: Model) -> Registered:
    """Births of the county by calendar year, [year], and their level."""
    table = unit_births(bundle, model.layout.units)
    if table is None:
        return Registered(model.base_year, np.zeros(0), float(model.births.level.sum()))
    county = table[0].sum(axis=0)
    return Registered(int(table[1][0]), county, float(county[-_RECENT:].mean()))


def births_factor(bundle: Bundle, model: Model, future: FutureFile) -> FloatArray:
    """Factor on the level of births of every home, [year - base]."""
    return county_births(bundle, model, future).factor


def county_births(bundle: Bundle, model: Model, future: FutureFile) -> CountyBirths:
    """Births of the county by calendar year, from the first registered year (or the count of women) to the horizon."""
    registered = registered_births(bundle, model)
    simulated = range(model.base_year, model.horizon + 1)
    part = future.births
    if part.tfr is not None:
        return _by_women(bundle, model, future, registered)
    path = np.array([path_value(part.path, year) for year in simulated]) * _shocks(part, simulated)
    factor: FloatArray = path / registered.level if part.count is not None and registered.level > 0.0 else path
    first = min(registered.first_year, model.base_year)
    years = range(first, model.horizon + 1)
    known = registered.of(years)
    births = known.copy()
    expected = factor * registered.level
    births[simulated.start - first :] = np.where(
        np.isnan(known[simulated.start - first :]), expected, known[simulated.start - first :]
    )
    return CountyBirths(years, births, known, factor, None, None)


def _shocks(part: BirthsPart, years: range) -> FloatArray:
    """All shocks of a future together, [year]."""
    out = np.ones(len(years))
    for shock in part.shocks:
        out *= br.shock_factors(years, shock.from_year, shock.effect, shock.fade_years)
    return out


def _by_women(bundle: Bundle, model: Model, future: FutureFile, registered: Registered) -> CountyBirths:
    part = future.births
    counted = women_count(bundle.tables["population"], model.layout.units, model.base_year)
    assert counted is not None, "a checked bundle has women where a future gives a total fertility rate"
    women = county_women(bundle, future, counted)
    years = range(women.first_year, model.horizon + 1)
    known, tfr, migration = registered.of(years), *(_within(path, years) for path in (part.tfr, part.women_migration))
    moved = np.nan_to_num(migration)
    births, count = br.cohort_births(women, tfr, known, _shocks(part, years), moved)
    start = model.base_year - women.first_year
    # A home whose births are registered is not touched by the factor, which is there for those that are not.
    factor = births[start:] / registered.level if registered.level > 0.0 else np.ones(len(years) - start)
    return CountyBirths(years, births, known, factor, count, br.implied_rates(count, women.shape, births))


def county_women(bundle: Bundle, future: FutureFile, counted: WomenCount) -> br.Women:
    """Women on 1 July of the year of their count, with the fertility in force: future, else study, else shipped."""
    table, own = bundle.fertility, bundle.study_in_future(future.id).fertility
    assert table is not None, "a bundle of the loader has the shipped table"
    survival = by_single_age(own.women_survival or table.women_survival)
    ratio = own.sex_ratio_at_birth or table.sex_ratio_at_birth
    lag = (dt.date(counted.day.year, 7, 1) - counted.day).days / 365.25
    return br.Women(
        first_year=counted.day.year,
        count=br.on_first_of_july(counted.count, survival, lag),
        survival=survival,
        shape=fertility_shape(future.births.schedule or own.schedule or table.schedule),
        girls=100.0 / (100.0 + ratio),
    )


def _within(path: dict[int, float] | None, years: range) -> FloatArray:
    """A path by year, [year]; NaN outside of it."""
    inside = path or {}
    return np.array([path_value(inside, y) if inside and min(inside) <= y <= max(inside) else np.nan for y in years])
