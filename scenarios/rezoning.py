"""Zones redrawn in a table (`dictionary/plan/rezoning.yaml`): read, checked, and handed on as zone changes of a plan.

A plan names its table (`rezoning: data/rezoning.csv`); rows of the same stage, moment and schools become one zone
change behind those written in the plan file, so that every check and the simulator see one list. What is wrong with
such a change is told at its cell of the table, not at the plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

import pandas as pd

from scenarios.crosscheck_zones import zone_change_problems
from scenarios.dictionary import built
from scenarios.draft import Draft, Read
from scenarios.problems import Problem, error, has_errors
from scenarios.schema_base import Names
from scenarios.schema_plan import PlanFile, ZoneChange
from scenarios.table_columns import TableSpec
from scenarios.table_names import NAMED, with_names
from scenarios.table_said import said_of_tables
from scenarios.tables import Table, read_table
from scenarios.words import words_of
from scenarios.yaml_core import parse, plain
from scenarios.yaml_source import Key

PLAN_TABLES = ("rezoning",)
"""Tables that belong to a plan, not to a study."""
COLUMNS = ("stage", "unit", "year", "school")
"""What a draft for editing holds; `with_project` may stand beside them."""
_MANY = 2
"""Rows from which the two columns of ids may be said to be exchanged."""


@lru_cache(maxsize=len(PLAN_TABLES))
def plan_table_spec(name: str) -> TableSpec:
    """The spec of a table of a plan. Raises KeyError."""
    if name not in PLAN_TABLES:
        raise KeyError(name)
    file = resources.files("scenarios").joinpath("dictionary", "plan", f"{name}.yaml")
    return built(name, plain(parse(file.read_text(encoding="utf-8"))))


@dataclass(frozen=True)
class TableChange:
    """A zone change and the rows of the table (records from 0) that say it: of each unit, and of each school."""

    change: ZoneChange
    unit_rows: tuple[int, ...]
    school_rows: tuple[int, ...]


@dataclass(frozen=True)
class RezonedPlan(Read[PlanFile]):
    """A plan whose last zone changes come from a table: their places are cells of it."""

    table: Table
    first: int
    """Number of the first zone change that the table says."""
    changes: tuple[TableChange, ...]

    def place(self, *path: Key, key: bool = False) -> str:
        """Place of a value in the plan file, or in the table where a zone change comes from there."""
        if len(path) > 1 and path[0] == "zones" and isinstance(path[1], int) and path[1] >= self.first:
            return self._cell(self.changes[path[1] - self.first], path[2:])
        return super().place(*path, key=key)

    def _cell(self, said: TableChange, path: tuple[Key, ...]) -> str:
        part = path[0] if path else "year"
        number = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
        if part == "schools":
            return self.table.place(said.school_rows[number], "school")
        column = {"units": "unit", "stage": "stage", "with": "with_project"}.get(str(part), "year")
        return self.table.place(said.unit_rows[number], column)


def table_changes(frame: pd.DataFrame) -> tuple[TableChange, ...]:
    """Zone changes that a table says, in the order of their first rows; rows that lack an id are left out.

    frame: columns stage, unit, school, year (NaN = none), with_project ("" = none), in the order of the file.
    """
    sets: dict[tuple[str, int | None, str | None, str], list[tuple[str, int]]] = {}
    columns = (frame[name].tolist() for name in ("stage", "year", "with_project", "unit", "school"))
    for row, (stage, year, project, unit, school) in enumerate(zip(*columns, strict=True)):
        if stage and unit and school:
            moment = None if pd.isna(year) else int(year)
            found = sets.setdefault((stage, moment, project or None, unit), [])
            if school not in [name for name, _ in found]:  # a row that stands twice has been told
                found.append((school, row))
    merged: dict[tuple[str, int | None, str | None, tuple[str, ...]], list[tuple[str, list[int]]]] = {}
    for (stage, moment, waits, unit), found in sets.items():
        ordered = sorted(found)
        key = (stage, moment, waits, tuple(school for school, _ in ordered))
        merged.setdefault(key, []).append((unit, [row for _, row in ordered]))
    return tuple(
        TableChange(
            ZoneChange.model_construct(
                stage=stage, units=tuple(u for u, _ in units), schools=schools, with_project=waits, from_year=moment
            ),
            tuple(min(rows) for _, rows in units),
            tuple(units[0][1]),
        )
        for (stage, moment, waits, schools), units in merged.items()
    )


def rezoned(
    plan: Read[PlanFile], table: Table, ids: Mapping[str, frozenset[str]]
) -> tuple[Read[PlanFile], list[Problem]]:
    """The plan with the zone changes of its table behind its own, and what is wrong with the table as a whole.

    ids: known ids by kind (`unit`, `school`); a kind that is not known is absent.
    """
    problems = swapped_columns(table, ids)
    if has_errors(problems):
        return plan, problems
    unread = table.frame["year"].isna() & pd.Series([table.text.shown(n, "year") != "" for n in table.frame.index])
    changes = table_changes(table.frame.assign(stage=table.frame["stage"].mask(unread, "")))
    zones = (*plan.model.zones, *(one.change for one in changes))
    model = plan.model.model_copy(update={"zones": zones})
    return RezonedPlan(model, plan.source, table, len(plan.model.zones), changes), problems


def known_ids(tables: Mapping[str, Table], new: Iterable[str] = ()) -> dict[str, frozenset[str]]:
    """Ids of units and schools; a table that could not be read is absent.  new: schools that the plan builds."""
    found = {kind: frozenset(tables[name].frame[kind]) - {""} for name, kind in NAMED.items() if name in tables}
    return found | ({"school": found["school"] | frozenset(new)} if "school" in found else {})


def read_rezoning(
    path: Path, draft: Draft, plan: Read[PlanFile] | None = None
) -> tuple[PlanFile | None, list[Problem]]:
    """A rezoning table by itself, as a plan (None if an error stops it); and everything that is wrong with it.

    draft: a study that was read.  plan: a plan of it on top of which the table comes; None: the table alone.
    """
    if draft.study is None:
        raise ValueError("read_rezoning: the study could not be read")
    words = words_of(draft.study.model)
    for name in NAMED:
        if name in draft.tables:
            words = with_names(words, draft.tables[name].text)
    table, problems = read_table(path, path.as_posix(), plan_table_spec("rezoning"), None, words)
    if table is None:
        return None, problems
    alone = PlanFile(schema_version=1, id="rezoning", name=Names(zh="学区调整", en="Rezoning"))
    base = Read(alone, draft.study.source) if plan is None else plan
    new = {project.new.school for project in base.model.projects if project.new is not None}
    made, found = rezoned(base, table, known_ids(draft.tables, new))
    checked = zone_change_problems(replace(draft, plans=(made,)))
    problems = [*problems, *found, *said_of_tables(checked, {table.file: table.text.spec})]
    return (None if has_errors(problems) else made.model), problems


def swapped_columns(table: Table, ids: Mapping[str, frozenset[str]]) -> list[Problem]:
    """One error where the column of units holds schools and the column of schools holds units."""
    units, schools = ids.get("unit", frozenset()), ids.get("school", frozenset())
    frame = table.frame
    crossed = frame["unit"].isin(schools - units) & frame["school"].isin(units - schools)
    straight = frame["unit"].isin(units) | frame["school"].isin(schools)
    if int(crossed.sum()) < max(_MANY, int(straight.sum()) + 1):
        return []
    row = int(crossed.to_numpy().argmax())
    example = {"unit": str(frame["unit"].iloc[row]), "school": str(frame["school"].iloc[row])}
    return [error("GIS120", table.place(row, "unit"), int(crossed.sum()), rows=len(frame), **example)]
