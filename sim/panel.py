"""A history of enrolment as arrays: which school taught how many pupils of which grade in which year, and births.

Symbols: N[s, g, t] pupils of school s, grade g, on the day of the count in year t; H[s, g, t] whether s offered g in t.

    offered     H holds where a count above zero, a suppressed count, or a zero between the school's lowest and highest
                grade of that year is on record: a village school without second graders this year still teaches
                grade 2, a row of zeros at the edge of a table does not open a grade
    gap         a school with rows before and after year t but none in t: its count is missing, not zero
    masked      years whose counts mean something else (in-person heads only): read as missing for every school
    cut         what was known at an origin o: years up to o, births of years up to o - delay.  Arrays are copied, so
                that nothing later can be reached

Births of year b are asked for in year b + entry_age, in the lowest grade; where the school year ends in the middle of a
calendar year, the share `autumn` of them comes from the year before.  Tests: tests/sim/test_panel.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray, IntArray

BELOW_FIRST = {"PK": -1, "K": 0}  # grades with letters; all others must be whole numbers to be ordered


@dataclass(frozen=True)
class Births:
    """Births by district; a year whose register is partial or missing is NaN."""

    count: FloatArray  # [district, year]
    first: int  # year of the first column
    entry_age: int  # years from the year of birth to the lowest grade
    delay: int  # years until a year of births is published; 1 = at origin o those of o - 1 are known
    autumn: float = 0.0  # share of a year's entrants who were born in the calendar year before

    def of_entry(self, years: IntArray) -> FloatArray:
        """Births behind the entrants of the given years, [district, year]; NaN where there is none on record."""
        column = np.asarray(years) - self.entry_age - self.first
        found = self._of(column)
        return found if self.autumn == 0.0 else self.autumn * self._of(column - 1) + (1.0 - self.autumn) * found

    def _of(self, column: IntArray) -> FloatArray:
        inside = (column >= 0) & (column < self.count.shape[1])
        found = np.full((self.count.shape[0], column.size), np.nan)
        found[:, inside] = self.count[:, column[inside]]
        return found

    def known_at(self, origin: int) -> "Births":
        """The births published by the origin's year."""
        last = max(origin - self.delay - self.first + 1, 0)
        return replace(self, count=self.count[:, :last].copy())


@dataclass(frozen=True)
class Intake:
    """Children of the catchments, counted on the ground, behind the pupils whom schools take in; only growth counts."""

    schools: tuple[str, ...]
    children: FloatArray  # [school, grade, h + 1] of the last year of the panel and the years after it

    def growth(self, schools: Sequence[str], horizon: int) -> tuple[FloatArray, FloatArray]:
        """Log growth since the last year: of each school [school, grade, h], of all together [grade, h].

        A catchment without children then or now grows as all do; beyond the last year known there is none.
        """
        row = {school: i for i, school in enumerate(self.schools)}
        nobody = len(self.schools)
        beyond = max(horizon + 1 - self.children.shape[2], 0)
        children = np.pad(self.children, ((0, 0), (0, 0), (0, beyond)), mode="edge")[:, :, : horizon + 1]
        everywhere = _log_growth(children.sum(axis=0))
        ended = np.zeros((1, *children.shape[1:]))  # of a series that is no school any more
        own = _log_growth(np.concatenate([children, ended])[[row.get(school, nobody) for school in schools]])
        return np.where(np.isnan(own), everywhere, own), np.nan_to_num(everywhere)


def _log_growth(children: FloatArray) -> FloatArray:
    """Log of the years after the first over the first, [.., h + 1] -> [.., h]; NaN where there is nobody."""
    logs = np.log(np.where(children > 0.0, children, np.nan))
    return np.asarray(logs[..., 1:] - logs[..., :1])


@dataclass(frozen=True)
class Panel:
    """Enrolment of many schools over consecutive years."""

    pupils: FloatArray  # [school, grade, year]; NaN = not known or not offered
    hosts: BoolArray  # [school, grade, year]
    district_of: IntArray  # [school]
    schools: tuple[str, ...]
    districts: tuple[str, ...]
    grades: tuple[str, ...]  # lowest first
    years: IntArray  # consecutive
    births: Births | None = None
    intake: Intake | None = None  # known in the last year only
    stages: tuple[str, ...] = ()  # [grade] the stage of each grade; none = not known
    stated: FloatArray | None = (
        None  # [grade, h] log growth of the ratio into a grade, said by the study; last year only
    )

    @property
    def known(self) -> BoolArray:
        """Offered and counted, [school, grade, year]."""
        return self.hosts & ~np.isnan(self.pupils)

    def growth_stated(self, horizon: int) -> FloatArray:
        """Log growth of the ratio into each grade that the study states, [grade, h]; 0 where it says nothing.

        Beyond the last year it holds.
        """
        if self.stated is None:
            return np.zeros((len(self.grades), horizon))
        beyond = max(horizon - self.stated.shape[1], 0)
        return np.pad(self.stated, ((0, 0), (0, beyond)), mode="edge")[:, :horizon]

    @property
    def gap(self) -> BoolArray:
        """Schools whose whole count is missing between years with one, [school, year]."""
        there: BoolArray = np.asarray(self.hosts.any(axis=1))
        before = np.cumsum(there, axis=1) > 0
        after = np.cumsum(there[:, ::-1], axis=1)[:, ::-1] > 0
        return before & after & ~there

    def of_districts(self) -> FloatArray:
        """Known pupils of all schools, [district, grade, year].

        NaN where the count of one of its schools is missing, or where none teaches the grade.  A suppressed count is
        not known and therefore not in the sum.
        """
        total = np.zeros((len(self.districts), *self.pupils.shape[1:]))
        np.add.at(total, self.district_of, np.where(self.known, self.pupils, 0.0))
        gaps = np.zeros((len(self.districts), len(self.years)), dtype=bool)
        np.logical_or.at(gaps, self.district_of, self.gap)
        offered = np.zeros(total.shape, dtype=bool)
        np.logical_or.at(offered, self.district_of, self.known)
        return np.where(offered & ~gaps[:, None, :], total, np.nan)

    def cut(self, origin: int) -> "Panel":
        """What was known when the count of year `origin` had been taken."""
        last = int(origin - self.years[0]) + 1
        if not 0 < last <= len(self.years):
            raise ValueError(f"origin {origin} is not one of the years {self.years[0]}-{self.years[-1]}")
        return replace(
            self,
            pupils=self.pupils[:, :, :last].copy(),
            hosts=self.hosts[:, :, :last].copy(),
            years=self.years[:last].copy(),
            births=self.births.known_at(origin) if self.births else None,
            intake=self.intake if last == len(self.years) else None,
            stated=self.stated if last == len(self.years) else None,
        )

    def masked(self, years: Sequence[int]) -> "Panel":
        """The panel with these years read as missing for every school."""
        hidden = np.isin(self.years, np.asarray(list(years), dtype=np.int64))
        return replace(
            self,
            pupils=np.where(hidden, np.nan, self.pupils),
            hosts=self.hosts & ~hidden,
        )


def quotient(above: FloatArray, below: FloatArray) -> FloatArray:
    """Quotient by element; NaN where the divisor is not positive."""
    shape = np.broadcast_shapes(above.shape, below.shape)
    return np.asarray(np.divide(above, below, out=np.full(shape, np.nan), where=below > 0.0))


def grade_order(grades: Sequence[str]) -> tuple[str, ...]:
    """PK, K, 1, 2, …; raises ValueError for a name that is none of these, whose place nobody can know."""
    unknown = sorted(grade for grade in set(grades) if grade not in BELOW_FIRST and not grade.isdecimal())
    if unknown:
        raise ValueError(f"grades without an order: {', '.join(unknown)}; give the order of all grades")
    return tuple(sorted(set(grades), key=lambda grade: BELOW_FIRST.get(grade, int(grade) if grade.isdecimal() else 0)))


def panel_from_rows(rows: pd.DataFrame, grades: Sequence[str] | None = None, masked: Sequence[int] = ()) -> Panel:
    """A panel from one row for each school, grade and year.

    rows: columns school, grade, year, pupils and, where there are any, district (else all schools are one district) and
    suppressed (a count that exists and is withheld).  grades: their order, lowest first; rows of other grades are left
    out; default: `grade_order`.  Raises ValueError for two rows of one school, grade and year, a negative count, a
    school in two districts.
    """
    table = rows.assign(school=rows["school"].astype(str), grade=rows["grade"].astype(str))
    table["district"] = table["district"].astype(str) if "district" in table else ""
    order = tuple(grades) if grades is not None else grade_order(table["grade"].unique().tolist())
    table = table[table["grade"].isin(order)]
    _check(table)
    schools = tuple(sorted(table["school"].unique()))
    districts = tuple(sorted(table["district"].unique()))
    first, last = int(table["year"].min()), int(table["year"].max())
    place = (
        pd.Index(schools).get_indexer(pd.Index(table["school"])),
        pd.Index(order).get_indexer(pd.Index(table["grade"])),
        table["year"].to_numpy(dtype=np.int64) - first,
    )
    pupils = np.full((len(schools), len(order), last - first + 1), np.nan)
    pupils[place] = table["pupils"].to_numpy(dtype=float, na_value=np.nan)
    withheld = np.zeros(pupils.shape, dtype=bool)
    if "suppressed" in table:
        withheld[place] = table["suppressed"].to_numpy(dtype=bool)
    hosts = _offered(pupils, withheld)
    home = table.groupby("school")["district"].first().reindex(list(schools))
    panel = Panel(
        pupils=np.where(hosts & ~withheld, pupils, np.nan),
        hosts=hosts,
        district_of=pd.Index(districts).get_indexer(pd.Index(home)).astype(np.int64),
        schools=schools,
        districts=districts,
        grades=order,
        years=np.arange(first, last + 1),
    )
    return panel.masked(masked) if masked else panel


def births_from_rows(rows: pd.DataFrame, districts: Sequence[str], entry_age: int = 5, delay: int = 1) -> Births:
    """Births by district and year from rows with columns year, births and, with several districts, district.

    Raises ValueError for a negative count or two rows of one district and year; a district without rows is NaN.
    """
    table = rows.assign(district=rows["district"].astype(str) if "district" in rows else "")
    if table.duplicated(["district", "year"]).any() or bool((table["births"] < 0).any()):
        raise ValueError("births: a negative count, or two rows of one district and year")
    first, last = int(table["year"].min()), int(table["year"].max())
    count = np.full((len(districts), last - first + 1), np.nan)
    row = pd.Index(list(districts)).get_indexer(pd.Index(table["district"]))
    used = row >= 0
    column = table["year"].to_numpy(dtype=np.int64) - first
    count[row[used], column[used]] = table["births"].to_numpy(dtype=float, na_value=np.nan)[used]
    return Births(count=count, first=first, entry_age=entry_age, delay=delay)


def _check(table: pd.DataFrame) -> None:
    twice = table[table.duplicated(["school", "grade", "year"])]
    if len(twice):
        row = twice.iloc[0]
        raise ValueError(f"two rows of school {row['school']}, grade {row['grade']}, year {row['year']}")
    if bool((table["pupils"] < 0).any()):
        raise ValueError("a negative number of pupils")
    homes = table.groupby("school")["district"].nunique()
    if bool((homes > 1).any()):
        raise ValueError(f"school {homes.idxmax()} lies in two districts")


def _offered(pupils: FloatArray, withheld: BoolArray) -> BoolArray:
    """The rule `offered`, [school, grade, year]."""
    sure = withheld | (np.nan_to_num(pupils) > 0.0)
    above = np.cumsum(sure, axis=1) > 0
    below = np.cumsum(sure[:, ::-1], axis=1)[:, ::-1] > 0
    between: BoolArray = sure | (above & below & (pupils == 0.0))
    return between
