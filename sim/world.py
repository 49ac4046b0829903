"""One random world per draw: everything chance decides that neither a plan nor a future can change.

A `World` walks through the years for a block of draws; every case of a scenario meets the same `YearWorld`, therefore
the differences between plans and between futures are paired.  Keys are children (unit, group, birth cohort, year),
schools and the county; never a plan, a row number or a position.  Test: tests/sim/test_pairing.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sim.arrays import FloatArray, IntArray, UInt64Array
from sim.model import Model
from sim.streams import combine, entities, entity, normal, stream_keys, uniform


@dataclass(frozen=True)
class Keys:
    """Random keys of a model that stay the same in every year."""

    cell: UInt64Array  # [cell]
    slot: UInt64Array  # [cell, slot]
    cluster: UInt64Array  # [cluster]
    school: UInt64Array  # [school]
    county: UInt64Array  # [1]


def keys_of(model: Model) -> Keys:
    """Keys of a model."""
    layout = model.layout
    return Keys(
        layout.cell_keys,
        layout.slot_keys,
        entities(list(layout.clusters)),
        entities(list(layout.schools)),
        np.array([entity("county")], dtype=np.uint64),
    )


@dataclass(frozen=True)
class YearWorld:
    """Chance of one year for a block of draws; uniforms are made once and shared by all cases."""

    seed: int
    year: int
    draws: IntArray
    keys: Keys
    grades: int
    entry_age: int
    births_log: FloatArray  # [draw, cell] log factor on births of the calendar year
    trait: FloatArray  # [draw, school] attractiveness, factor
    pace: FloatArray  # [draw] factor on the differences of a future
    _made: dict[str, FloatArray] = field(default_factory=dict)

    def _once(self, name: str, keys: UInt64Array) -> FloatArray:
        if name not in self._made:
            self._made[name] = uniform(self.seed, name, self.year, keys, self.draws)
        return self._made[name]

    def cells(self, name: str) -> FloatArray:
        """Uniforms by cell, [draw, cell]."""
        return self._once(name, self.keys.cell)

    def grades_of_cells(self, name: str) -> FloatArray:
        """Uniforms by cell and cohort of the grade a pupil is in at the start of the year, [draw, cell, grade]."""
        return self._once(name, self._cohorts(self.entry_age + np.arange(self.grades)))

    def ages_of_cells(self, name: str) -> FloatArray:
        """Uniforms by cell and cohort of children below school age at the start of the year, [draw, cell, age]."""
        return self._once(name, self._cohorts(np.arange(self.entry_age)))

    def choices(self, name: str) -> UInt64Array:
        """Keys of uniforms by cell, cohort and school, [cell, grade, slot]; a kernel makes the few that are needed."""
        cohort = combine(self.keys.slot[:, None, :], (self.year - np.arange(self.grades))[None, :, None])
        return stream_keys(self.seed, name, self.year, cohort)

    def schools(self, name: str) -> FloatArray:
        """Uniforms by school and grade, [draw, school, grade]."""
        return self._once(name, combine(self.keys.school[:, None], np.arange(self.grades)[None, :]))

    def _cohorts(self, ages: IntArray) -> UInt64Array:
        # Birth school year of children of these ages a year before `year`.
        return combine(self.keys.cell[:, None], (self.year - 2 - ages)[None, :])


class World:
    """Walks the slow random forces through the years of a block of draws."""

    def __init__(self, model: Model, seed: int, draws: IntArray) -> None:
        self.model, self.seed, self.draws, self.keys = model, seed, np.asarray(draws, dtype=np.int64), keys_of(model)

    def __iter__(self) -> Iterator[YearWorld]:
        """The base year first (for its unregistered births), then every simulated year."""
        model, births = self.model, self.model.births
        county = np.zeros((len(self.draws), 1))
        zone = np.zeros((len(self.draws), len(model.layout.clusters)))
        unit = np.zeros((len(self.draws), len(model.layout.cells)))
        trait = np.zeros((len(self.draws), len(model.layout.schools)))
        pace_z = self._normal("pace", 0, self.keys.county)[:, 0]
        pace = np.exp(model.spread.pace * pace_z - model.spread.pace**2 / 2.0)
        for year in range(model.base_year, model.horizon + 1):
            known = ~np.isnan(births.known[:, year - model.base_year])
            county = self._ar1(county, births.county_sd, "births/county", year, self.keys.county)
            zone = self._ar1(zone, births.zone_sd, "births/zone", year, self.keys.cluster)
            unit = self._ar1(unit, births.unit_sd, "births/unit", year, self.keys.cell)
            variance = births.county_sd**2 + births.zone_sd**2 + births.unit_sd**2
            births_log = np.where(known, 0.0, county + zone[:, model.layout.cluster_of] + unit - variance / 2.0)
            if year > model.base_year:
                trait = trait + model.spread.school_trait * self._normal("school/trait", year, self.keys.school)
            yield YearWorld(
                self.seed,
                year,
                self.draws,
                self.keys,
                len(model.grades.names),
                model.grades.entry_age,
                births_log,
                np.exp(trait),
                pace,
            )

    def _normal(self, name: str, year: int, keys: UInt64Array) -> FloatArray:
        return normal(self.seed, name, year, keys, self.draws)

    def _ar1(self, state: FloatArray, sd: float, name: str, year: int, keys: UInt64Array) -> FloatArray:
        """Next value of an AR(1) with stationary sd; it starts at zero in the base year, which is known."""
        if sd == 0.0 or year == self.model.base_year:
            return state
        rho = self.model.births.rho
        value: FloatArray = rho * state + sd * np.sqrt(1.0 - rho**2) * self._normal(name, year, keys)
        return value
