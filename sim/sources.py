"""The same children counted twice: what two sources say about one birth year, one age band or one stage, side by side.

Nothing is corrected: a ratio far from one is for people to explain.  Births of a birth school year b are the autumn
births of b and those of January-August b + 1; a calendar year y holds 1 - a of age B - y and a of age B - y - 1
(B base year, a autumn share).  Page: docs/science/estimated.md.  Test: tests/sim/test_sources.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from sim.arrays import FloatArray
from sim.base_people import cohort
from sim.layout import homes
from sim.tables import children, grades_of, unit_births

WORST = 3
"""Units named beside a comparison."""
_LEAST, _FACTOR = 10.0, 1.5


@dataclass(frozen=True)
class Comparison:
    """One pair of counts; `second / first` is expected between low and high."""

    kind: str  # births | immunisation | preschool | population | stage
    about: str  # birth school year, birth year, age, age band or stage
    first: float
    second: float
    low: float
    high: float
    worst: tuple[tuple[str, float, float], ...] = ()  # units that differ most from the county's ratio: unit, two counts

    @property
    def unusual(self) -> bool:
        """Whether the ratio lies outside what is expected."""
        return not self.low * self.first <= self.second <= self.high * self.first


def comparisons(bundle: Bundle) -> tuple[Comparison, ...]:
    """Every pair of sources of the study that speak of the same children."""
    home = homes(bundle)
    counted = children(bundle, home.index, len(home.cells))
    if counted is None:
        return ()
    by_unit = np.zeros((len(home.units), counted.shape[1]))
    inside = home.unit_of >= 0
    np.add.at(by_unit, home.unit_of[inside], counted[inside])
    both = _Counts(bundle, home.units, by_unit)
    parts = (_births(both), _immunisation(both), _preschool(both), _population(both), _stages(both))
    return tuple(row for part in parts for row in part)


@dataclass(frozen=True)
class _Counts:
    """The children table on 31 August of the base year, [unit, age]."""

    bundle: Bundle
    units: tuple[str, ...]
    children: FloatArray

    @property
    def base(self) -> int:
        return self.bundle.study.base_year

    @property
    def autumn(self) -> float:
        return self.bundle.study.entry.autumn_births_share

    def of_unit(self, rows: pd.DataFrame) -> FloatArray:
        """Children of a table summed by unit, [unit]."""
        total = rows.groupby("unit")["children"].sum()
        return np.array([float(total.get(unit, 0.0)) for unit in self.units])

    def born_in(self, year: int) -> FloatArray | None:
        """Children of a calendar year of birth, [unit]; None where the table does not hold both ages."""
        age = self.base - year
        if not 1 <= age < self.children.shape[1]:
            return None
        mix: FloatArray = (1.0 - self.autumn) * self.children[:, age] + self.autumn * self.children[:, age - 1]
        return mix

    def pair(
        self, kind: str, about: object, first: FloatArray, second: FloatArray, usual: tuple[float, float]
    ) -> Comparison:
        """Two counts by unit as one comparison."""
        county = second.sum() / first.sum() if first.sum() > 0 else 1.0
        expected = first * county
        gap = np.abs(second - expected)
        factor = np.maximum(second, expected) / np.maximum(np.minimum(second, expected), 1e-9)
        off = np.flatnonzero((gap >= _LEAST) & (factor >= _FACTOR))
        chosen = sorted(off.tolist(), key=lambda unit: (-gap[unit], self.units[unit]))[:WORST]
        worst = tuple((self.units[unit], float(first[unit]), float(second[unit])) for unit in chosen)
        return Comparison(kind, str(about), float(first.sum()), float(second.sum()), *usual, worst)


def _births(of: _Counts) -> Iterator[Comparison]:
    """Registered births, and resident children of the same birth school year."""
    found = unit_births(of.bundle, of.units)
    if found is None:
        return
    table, years = found
    for age in range(min(grades_of(of.bundle).entry_age, of.children.shape[1])):
        born = cohort(table, int(years[0]), of.base - 1 - age, of.autumn)
        if born is not None:
            yield of.pair("births", of.base - 1 - age, born, of.children[:, age], (0.8, 1.2))


def _immunisation(of: _Counts) -> Iterator[Comparison]:
    """The latest extract of the immunisation register, and resident children of the same calendar year of birth."""
    table = of.bundle.tables.get("immunisation")
    if table is None or table.empty:
        return
    latest = _without_parts(table[table["as_of"] == table["as_of"].max()], ["unit", "birth_year"], "group")
    for year, rows in latest.groupby("birth_year"):
        living = of.born_in(int(str(year)))
        if living is not None:
            yield of.pair("immunisation", int(str(year)), of.of_unit(rows), living, (0.8, 1.2))


def _preschool(of: _Counts) -> Iterator[Comparison]:
    """Resident children of an age, and those of them in kindergarten."""
    table = of.bundle.tables.get("preschool")
    if table is None or table.empty:
        return
    now = _without_parts(table[table["year"] == of.base], ["unit", "age"], "kindergarten")
    for age, rows in now.groupby("age"):
        at = int(str(age))
        if 3 <= at < min(grades_of(of.bundle).entry_age, of.children.shape[1]):
            yield of.pair("preschool", at, of.children[:, at], of.of_unit(rows), (0.7, 1.05))


def _population(of: _Counts) -> Iterator[Comparison]:
    """Age bands of a census or yearly count of the same day, and the children table as it was given."""
    table, given, day = of.bundle.tables.get("population"), of.bundle.tables["children"], of.bundle.study.children_as_of
    if table is None or table.empty or day is None:
        return
    same = table[pd.to_datetime(table["as_of"]) == pd.Timestamp(day)].rename(columns={"people": "children"})
    whole = _without_parts(_without_parts(same, ["unit", "age_from", "group"], "sex"), ["unit", "age_from"], "group")
    oldest = int(given["age"].max())
    bands = whole[["age_from", "age_to"]].dropna().drop_duplicates().sort_values("age_from").to_numpy(dtype=int)
    for low, high in bands[bands[:, 1] <= oldest].tolist():
        band = whole[(whole["age_from"] == low) & (whole["age_to"] == high)]
        mine = of.of_unit(given[given["age"].between(low, high)])
        yield of.pair("population", f"{low}-{high}", of.of_unit(band), mine, (0.98, 1.02))


def _stages(of: _Counts) -> Iterator[Comparison]:
    """Resident children of the ages of a stage, and pupils on the books with those declared elsewhere."""
    grades, study = grades_of(of.bundle), of.bundle.study
    pupils = of.bundle.tables["enrolment"]
    pupils = pupils[pupils["year"] == of.base]
    away = of.bundle.tables.get("attendance")
    for stage, name in enumerate(grades.stages):
        ages = grades.entry_age + np.flatnonzero(grades.stage_of == stage)
        if ages.max() >= of.children.shape[1]:
            continue
        on_books = float(pupils.loc[pupils["grade"].isin(study.stage(name).grades), "pupils"].sum())
        elsewhere = 0.0 if away is None else float(away.loc[away["stage"] == name, "pupils"].sum())
        living = float(of.children[:, ages].sum())
        yield Comparison("stage", name, living, on_books + elsewhere, 0.9, 1.1)


def _without_parts(rows: pd.DataFrame, keys: list[str], part: str) -> pd.DataFrame:
    """Rows of a total (`part` empty) where there is one, else the parts: nobody is counted twice."""
    total = rows[part] == ""
    has_total = rows.assign(total=total).groupby(keys)["total"].transform("any") if len(rows) else total
    return rows[total | ~has_total]
