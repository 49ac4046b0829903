"""Imported indicators: the bureau's own figures of schools and of the county, held constant from the base year on.

The latest value up to the base year holds; of a school that a plan opens, the latest of any year.  A value of a stage
goes before one of the whole school.  Values are turned into the unit of the clause on them (`indicator_units.FACTORS`).
Nothing is filled in: a school without a row is unknown.  Page: docs/science/coefficients.md.
Tests: tests/sim/test_imported.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from scenarios.indicator_units import FACTORS
from scenarios.schema_pack import Pack
from sim.arrays import FloatArray
from sim.model import Model

WHOLE = ""
"""Stage of a row about all stages of a school or of the county."""


@dataclass(frozen=True)
class Imported:
    """Values by indicator and stage (`WHOLE`: all stages)."""

    schools: Mapping[tuple[str, str], FloatArray] = field(default_factory=dict)  # [school] nan unknown
    county: Mapping[tuple[str, str], float] = field(default_factory=dict)
    there: bool = False  # whether the study has the table at all

    def of(self, indicator: str, stage: str) -> FloatArray | None:
        """Values of an indicator for a stage, [school], nan unknown; None where no school has one."""
        own, whole = self.schools.get((indicator, stage)), self.schools.get((indicator, WHOLE))
        if own is None or whole is None:
            return whole if own is None else own
        return np.where(np.isnan(own), whole, own)

    def of_county(self, indicator: str, stage: str) -> float:
        """Value of the county for a stage, nan unknown."""
        return self.county.get((indicator, stage), self.county.get((indicator, WHOLE), float("nan")))


def imported_of(bundle: Bundle, model: Model) -> Imported:
    """Imported indicators of a checked bundle, schools in the order of the model."""
    frame = bundle.tables.get("indicators")
    if frame is None or not len(frame):
        return Imported()
    schools = model.layout.schools
    index = {school: i for i, school in enumerate(schools)}
    existing = np.array([True, *model.exists])  # the first: the county
    at = frame["school"].map(lambda school: index.get(school, -1) + 1 if school else 0).to_numpy()
    usable = (frame["year"].to_numpy() <= model.base_year) | ~existing[at]
    used = frame[usable & ((frame["school"] == "").to_numpy() | (at > 0))].sort_values("year", kind="stable")
    latest = used.groupby(["school", "indicator", "stage"], sort=False).last().reset_index()
    values = latest["value"].to_numpy(dtype=float) * _factors(latest, bundle.pack)
    found: dict[tuple[str, str], FloatArray] = {}
    county: dict[tuple[str, str], float] = {}
    for school, name, stage, value in zip(latest["school"], latest["indicator"], latest["stage"], values, strict=True):
        if school == "":
            county[name, stage] = float(value)
        else:
            found.setdefault((name, stage), np.full(len(schools), np.nan))[index[school]] = value
    return Imported(found, county, there=True)


def _factors(rows: pd.DataFrame, pack: Pack) -> FloatArray:
    """Factor from the unit of each row to that of the clause on its indicator; 1 without such a clause."""
    wanted = {clause.indicator: clause.unit for clause in pack.clauses if clause.unit is not None}
    pairs = zip(rows["indicator"], rows["value_unit"], strict=True)
    return np.array([FACTORS.get((unit, wanted[name]), 1.0) if name in wanted else 1.0 for name, unit in pairs])
