"""Typed tables of a bundle turned into arrays with fixed indices; no arithmetic beyond look-ups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.bundle import Bundle
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.model import Grades

GROUPS = ("local", "migrant")


def grades_of(bundle: Bundle) -> Grades:
    """The ladder of grades of a study, in the order of its stages; the stage before school is no part of it."""
    stages = bundle.study.school_stages
    return Grades(
        names=tuple(grade for stage in stages for grade in stage.grades),
        stages=tuple(stage.id for stage in stages),
        stage_of=np.array([i for i, stage in enumerate(stages) for _ in stage.grades]),
        planned_size=np.array([stage.planned_class_size for stage in stages for _ in stage.grades]),
        entry_age=int(stages[0].entry_age or 0),
    )


@dataclass(frozen=True)
class SchoolTable:
    """Existing and planned schools in one order (sorted by id)."""

    ids: tuple[str, ...]
    hosts: BoolArray  # [school, grade]
    exists: BoolArray  # [school] in the base year
    rooms: IntArray  # [school] in the base year
    reach: tuple[str, ...]  # [school] zone | township | county
    unit: tuple[str, ...]  # [school]
    gains: BoolArray | None = None  # [school, grade] grades that conversions of any plan add; None: there are none


def school_table(bundle: Bundle, grades: Grades) -> SchoolTable:
    """Schools of the study and the new schools of all plans."""
    rows: dict[str, tuple[str, str, str, str, bool]] = {}
    for row in bundle.tables["schools"].itertuples():
        rows[str(row.school)] = (str(row.first_grade), str(row.last_grade), str(row.reach), str(row.unit), True)
    for plan in bundle.plans.values():
        for project in plan.projects:
            if project.new is not None and project.new.school not in rows:
                new = project.new
                rows[new.school] = (new.first_grade, new.last_grade, new.reach, new.unit, False)
    ids = tuple(sorted(rows))
    order = ladder_order(bundle)
    hosts = np.zeros((len(ids), len(grades.names)), dtype=bool)
    spans = [(order[rows[school][0]], order[rows[school][1]]) for school in ids]
    for i, (first, last) in enumerate(spans):
        hosts[i] = [first <= order[name] <= last for name in grades.names]
    rooms = bundle.tables["sites"].groupby("school")["rooms"].sum()
    return SchoolTable(
        ids=ids,
        hosts=hosts,
        exists=np.array([rows[s][4] for s in ids]),
        rooms=np.array(
            [
                rooms_of_ladder(int(rooms.get(s, 0)), span, order, grades) if rows[s][4] else 0
                for s, span in zip(ids, spans, strict=True)
            ]
        ),
        reach=tuple(rows[s][2] for s in ids),
        unit=tuple(rows[s][3] for s in ids),
        gains=_gains(bundle, ids, hosts, grades),
    )


def _gains(bundle: Bundle, ids: tuple[str, ...], hosts: BoolArray, grades: Grades) -> BoolArray | None:
    out = np.zeros(hosts.shape, dtype=bool)
    for project in (project for plan in bundle.plans.values() for project in plan.projects):
        if project.becomes is not None:
            school = ids.index(str(project.school))
            span = span_of(bundle, project.becomes.first_grade, project.becomes.last_grade, grades)
            out[school] |= span & ~hosts[school]
    return out if out.any() else None


def ladder_order(bundle: Bundle) -> dict[str, int]:
    """Place of every grade that schools may teach, of both ladders, in the order of the study."""
    names = [grade for stage in bundle.every_stage or bundle.study.stages for grade in stage.grades]
    return {name: i for i, name in enumerate(names)}


def span_of(bundle: Bundle, first: str, last: str, grades: Grades) -> BoolArray:
    """Grades of a ladder from a first to a last grade of either ladder, [grade]."""
    order = ladder_order(bundle)
    return np.array([order[first] <= order[name] <= order[last] for name in grades.names], dtype=bool)


def rooms_of_ladder(rooms: int, span: tuple[int, int], order: dict[str, int], grades: Grades) -> int:
    """Rooms of a school that serve the grades of one ladder, by their number; the lower ladder's part is rounded.

    span: places of its first and last grade in `order`.
    """
    mine = [span[0] <= order[name] <= span[1] for name in grades.names]
    taught, lowest = span[1] - span[0] + 1, order[grades.names[0]]
    if sum(mine) in (0, taught):
        return rooms if any(mine) else 0
    if span[0] >= lowest:  # the lower ladder
        return int(np.floor(rooms * sum(mine) / taught + 0.5))
    return rooms - int(np.floor(rooms * (taught - sum(mine)) / taught + 0.5))


def history(bundle: Bundle, schools: tuple[str, ...], grades: Grades) -> tuple[FloatArray, IntArray]:
    """Pupils [school, grade, year], NaN where unknown, and the years, oldest first, ending in the base year."""
    table = bundle.tables["enrolment"]
    table = table[table["year"] <= bundle.study.base_year]
    years = np.arange(int(table["year"].min()), bundle.study.base_year + 1)
    out = np.full((len(schools), len(grades.names), len(years)), np.nan)
    row = table["school"].map({s: i for i, s in enumerate(schools)}).to_numpy()
    grade = table["grade"].map({g: i for i, g in enumerate(grades.names)}).to_numpy()
    known = ~(pd.isna(row) | pd.isna(grade))
    year = (table["year"].to_numpy() - years[0])[known]
    out[row[known].astype(int), grade[known].astype(int), year] = table["pupils"].to_numpy(dtype=float)[known]
    return out, years


def children(bundle: Bundle, cell_index: dict[str, int], cells: int) -> FloatArray | None:
    """Resident children [cell, age] on 31 August of the base year; None when the study has no such table.

    A table counted on the census day (1 November) is moved: 5/6 of age a + 1/6 of age a + 1 (birthdays of September and
    October), or what births by month and another cut-off say.
    """
    table = bundle.tables.get("children")
    if table is None:
        return None
    out = _by_age(table, cell_index, cells, _residents(bundle, table))
    as_of = bundle.study.children_as_of
    census = as_of is not None and (as_of.month, as_of.day) == (11, 1)
    return _at_cut_off(out, bundle.study.entry.born_before_census()) if census else out


def children_sd(bundle: Bundle, cell_index: dict[str, int], cells: int) -> FloatArray | None:
    """Log sd of the resident children [cell, age] on 31 August of the base year, 0 = counted; None without a table.

    Of a census day the two ages that make one share their errors (one band, one curve): the sd of the sum is the mean
    of their sds, weighted by children.
    """
    table = bundle.tables.get("children")
    if table is None:
        return None
    count, weighted = (_by_age(table, cell_index, cells, values) for values in _counts_and_errors(table))
    as_of = bundle.study.children_as_of
    if as_of is not None and (as_of.month, as_of.day) == (11, 1):
        born = bundle.study.entry.born_before_census()
        count, weighted = _at_cut_off(count, born), _at_cut_off(weighted, born)
    sd: FloatArray = np.divide(weighted, count, out=np.zeros_like(count), where=count > 0.0)
    return sd


def _residents(bundle: Bundle, table: pd.DataFrame) -> FloatArray:
    """Resident children of every row: local rows that count registered children (户籍) times the declared factor."""
    factor = bundle.study.resident_per_hukou
    local = (table["group"] == "local").to_numpy()
    return table["children"].to_numpy(dtype=float) * np.where(local, 1.0 if factor is None else factor, 1.0)


def _counts_and_errors(table: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Children of every row, and children times their log sd."""
    children_of = table["children"].to_numpy(dtype=float)
    return children_of, children_of * table["estimated_sd"].to_numpy(dtype=float)


def _by_age(table: pd.DataFrame, cell_index: dict[str, int], cells: int, values: FloatArray) -> FloatArray:
    """Values of the rows of the children table as [cell, age]."""
    out = np.zeros((cells, int(table["age"].max()) + 1))
    cell = (table["unit"] + "|" + table["group"]).map(cell_index).to_numpy()
    np.add.at(out, (cell.astype(int), table["age"].to_numpy(dtype=int)), values)
    return out


def _at_cut_off(ages: FloatArray, born: tuple[float, float]) -> FloatArray:
    """From the census day (1 November) back to the cut-off, [cell, age]; born: between the two days, and in a year."""
    between, year = born
    older = np.hstack([ages[:, 1:], ages[:, -1:]])
    return ages * (1.0 - between / year) + older * between / year


def unit_births(bundle: Bundle, units: tuple[str, ...]) -> tuple[FloatArray, IntArray] | None:
    """Registered births [unit, year] and their calendar years; None without a table."""
    table = bundle.tables.get("births")
    if table is None:
        return None
    years = np.arange(int(table["year"].min()), int(table["year"].max()) + 1)
    out = np.zeros((len(units), len(years)))
    row = table["unit"].map({u: i for i, u in enumerate(units)}).to_numpy(dtype=int)
    np.add.at(out, (row, table["year"].to_numpy(dtype=int) - years[0]), table["births"].to_numpy(dtype=float))
    return out, years
