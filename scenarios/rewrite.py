"""A table written anew as it was understood: canonical heads, plain cells, misspelt ids replaced where one is near.

A proposal for a new file; the planner's own is never touched. Cells that could not be understood, and columns that no
part of the program reads, are taken over as they stand. Every difference is a `Change`.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.draft import Draft
from scenarios.grid import Grid
from scenarios.near_ids import proposals
from scenarios.problems import Problem, note
from scenarios.table_text import TextTable
from scenarios.tables import Table

STRUCTURE = frozenset({"SCN260", "SCN262", "SCN264", "SCN284", "SCN285", "SCN286", "SCN287", "SCN290", "SCN295"})
"""Notes of reading about the form of a file; in the new file there is nothing left to say about it."""
BLOCKING = frozenset({"SCN203", "SCN205", "SCN212"})
"""Mistakes of form that leave open which cell belongs where: such a table is not written anew."""


@dataclass(frozen=True)
class Change:
    """One difference between a file and its proposed repair."""

    problem: Problem
    """A note with the place in the planner's file; its text says why."""
    before: str
    after: str


@dataclass(frozen=True)
class Rewritten:
    """A table as it would be written anew."""

    name: str
    text: str
    """CSV, without a byte order mark."""
    changes: tuple[Change, ...]


def rewrite(draft: Draft, name: str, grid: Grid, told: Sequence[Problem]) -> Rewritten | None:
    """The table of that name written anew, None if nothing would change or if it cannot be done safely.

    grid: the sheet or file as it stands.  told: problems and notes of this file.
    """
    table = draft.tables[name]
    text = table.text
    if {problem.code for problem in told} & BLOCKING:
        return None
    cells = {column.name: _cells(text, column.name) for column in text.spec.columns if column.name in text.cells}
    ids = _id_changes(draft, name, table, cells)
    changes = [
        *(Change(problem, problem.found, "") for problem in told if _is_form(problem)),
        *_cell_changes(text, cells),
        *ids,
    ]
    if not changes:
        return None
    for change in ids:
        column, index = str(change.problem.params["column"]), int(str(change.problem.params["record"]))
        cells[column][index] = change.after
    foreign = _foreign(text, grid)
    heads = [*cells, *(text.heads[at] for at in foreign)]
    columns = [*cells.values(), *foreign.values()]
    changes = [*_head_changes(text, cells), *_left_out(text, grid), *changes]
    return Rewritten(name, _csv(heads, columns), tuple(changes))


def _is_form(problem: Problem) -> bool:
    """Whether a note is about the form; of readings (SCN295) only merged cells are, the others are changes of cells."""
    return problem.code in STRUCTURE and (problem.code != "SCN295" or problem.params.get("kind") == "@read_merged")


def _cells(text: TextTable, column: str) -> list[str]:
    """Cells as understood; one that has its problem stays as the planner wrote it."""
    told = text.is_told(column)
    if not told.any():
        return list(text.cells[column])
    return [text.shown(at, column) if told[at] else cell for at, cell in enumerate(text.cells[column])]


def _cell_changes(text: TextTable, cells: Mapping[str, list[str]]) -> list[Change]:
    changes = []
    for column, written in text.written.items():
        new = cells[column]
        differing = [at for at, cell in enumerate(written) if cell != new[at]]
        for at in text.distinct(differing, column):
            problem = note("FIX010", text.place(at, column), written[at], column=column, after=new[at])
            changes.append(Change(problem, written[at], new[at]))
    return changes


def _id_changes(draft: Draft, name: str, table: Table, cells: Mapping[str, list[str]]) -> list[Change]:
    """Misspelt ids for which there is one near candidate, unless the row would then stand there twice."""
    text = table.text
    keys = list(zip(*(cells[key] for key in text.spec.key if key in cells), strict=True))
    taken = set(keys)
    changes: list[Change] = []
    for column in text.spec.columns:
        known = draft.ids.get(column.refers) if column.refers else None
        if known is None or column.name not in cells or name == f"{column.refers}s":
            continue
        meant = proposals(set(cells[column.name]) - known - {""}, known)
        for at, cell in enumerate(cells[column.name]):
            if cell in meant and not _doubles(text, keys, taken, (at, column.name, meant[cell])):
                params: dict[str, object] = {"column": column.name, "record": at, "after": meant[cell]}
                place = text.place(at, column.name)
                changes.append(Change(note("FIX012", place, cell, "", **params), cell, meant[cell]))
    return changes


def _doubles(
    text: TextTable, keys: list[tuple[str, ...]], taken: set[tuple[str, ...]], change: tuple[int, str, str]
) -> bool:
    """Whether a row would have the key of another one once this cell is changed."""
    at, column, after = change
    names = [key for key in text.spec.key if key in text.cells]
    if column not in names:
        return False
    key = tuple(after if name == column else cell for name, cell in zip(names, keys[at], strict=True))
    if key in taken:
        return True
    taken.add(key)
    return False


def _head_changes(text: TextTable, cells: Mapping[str, list[str]]) -> list[Change]:
    """Heads that get the name of their column, and columns that were said once or across the page."""
    changes = []
    for column in cells:
        at = text.positions.get(column)
        if column in text.fixed:
            found = cells[column][0] if cells[column] else ""
            changes.append(Change(note("FIX013", text.fixed[column], found, column=column), found, column))
        elif isinstance(at, int) and text.heads[at] != column:
            place = text.grid.place(text.head_row, at, text.heads[at])
            changes.append(Change(note("FIX011", place, text.heads[at], column=column), text.heads[at], column))
    return changes


def _known_positions(text: TextTable) -> set[int]:
    found: set[int] = set()
    for at in text.positions.values():
        found |= {at} if isinstance(at, int) else set(np.unique(at).tolist())
    return found


def _foreign_positions(text: TextTable, grid: Grid) -> list[int]:
    """Grid columns that no column of the table takes and that hold anything in its rows."""
    known = _known_positions(text)
    rows = [grid.rows[row - 1] for row in np.unique(text.rows).tolist()]
    free = [at for at in range(len(text.heads)) if at not in known]
    return [at for at in free if any(at < len(row) and row[at].strip() for row in rows)]


def _foreign(text: TextTable, grid: Grid) -> dict[int, list[str]]:
    """Cells of columns that the table does not know, taken over as they stand; not where one row is several records."""
    if text.is_spread:
        return {}
    rows = [grid.rows[row - 1] for row in text.rows.tolist()]
    return {at: [row[at] if at < len(row) else "" for row in rows] for at in _foreign_positions(text, grid)}


def _left_out(text: TextTable, grid: Grid) -> list[Change]:
    """Columns beside values that stood across the page: sums and remarks, which fit no single record."""
    if not text.is_spread:
        return []
    places = [(at, text.grid.place(text.head_row, at, text.heads[at])) for at in _foreign_positions(text, grid)]
    return [Change(note("FIX014", place, text.heads[at]), text.heads[at], "") for at, place in places]


def _csv(heads: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(zip(*columns, strict=True))
    return file.getvalue()
