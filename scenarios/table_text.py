"""A table as columns of text under the names of its spec, with the place of every cell; start of reading a table.

From the grids of a file: the sheet whose head fits, its head (wherever it stands), the rows that are data. Whatever is
set aside or understood is told by a note. Spaces around a cell are not part of it, and rows without any cell filled
are not data; everything else that does not fit is a problem.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.grid import Grid
from scenarios.grid_read import read_grids, without_other_sheets
from scenarios.problems import Problem, error, has_errors, nearest, note, warning
from scenarios.table_body import Body, column_cells, merged_down, split_body
from scenarios.table_columns import TableSpec
from scenarios.table_head import Head
from scenarios.table_meaning import Meanings
from scenarios.table_sheets import chosen_sheet, hidden_names, hidden_that_fit
from scenarios.table_titles import is_remark, said_once, title_units
from scenarios.table_totals import sum_problems
from scenarios.table_wide import Long, doubled, melted
from scenarios.words import Words

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


MOST = 20
"""Cells told of one column and one kind of problem; the rest is counted."""


@dataclass(frozen=True)
class TextTable:
    """Text cells by column name; `rows` gives the row of each record in the file, from 1.

    positions: grid column of a column, or of each of its records where values stand across.
    heads: as written, by grid column.  head_row: grid row of the (lowest) head.
    units: unit said for a grid column by its head or a title line; unit_places: where a title line says it.
    fixed: place of a column that is said once for all rows.  across: columns that heads gave, already plain.
    second: cells of further columns of an id (its name), by column and grid column.
    written: the cells of a column before they were understood.
    told: records whose cell has its problem already.
    resolved: id columns in which the cross-checks tell the foreign words.
    """

    spec: TableSpec
    grid: Grid
    cells: dict[str, list[str]]
    rows: IntArray
    positions: Mapping[str, int | IntArray]
    heads: tuple[str, ...]
    units: Mapping[int, str] = field(default_factory=dict)
    unit_places: Mapping[int, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    across: frozenset[str] = frozenset()
    second: Mapping[str, Mapping[int, list[str]]] = field(default_factory=dict)
    head_row: int = 0
    written: dict[str, list[str]] = field(default_factory=dict)
    told: dict[str, BoolArray] = field(default_factory=dict)
    resolved: frozenset[str] = frozenset()

    @property
    def file(self) -> str:
        """The file, and the sheet of a workbook, as problems name them."""
        return _file(self.grid)

    def position(self, index: int, column: str) -> int | None:
        """Grid column of a cell; None if the table does not hold the column."""
        found = self.positions.get(column)
        return found if found is None or isinstance(found, int) else int(found[index])

    def place(self, index: int, column: str) -> str:
        """`file:row:head` of a cell, in a workbook `file[sheet]!E17`; index counts records from 0."""
        if column in self.fixed:
            return self.fixed[column]
        at = self.position(index, column)
        head = column if at is None else self.heads[at]
        return self.grid.place(int(self.rows[index]) - 1, at or 0, head)

    @property
    def is_spread(self) -> bool:
        """Whether values stand across the page, so that one row is several records."""
        return bool(self.across)

    def distinct(self, indices: list[int], column: str) -> list[int]:
        """Records, but only one for each cell: in a table with values across, a row is several records."""
        if column in self.fixed:
            return indices[:1]
        at = self.positions.get(column)
        if not self.is_spread or at is None:
            return indices
        places = at if isinstance(at, np.ndarray) else np.full(len(self.rows), at)
        cells = {(int(self.rows[index]), int(places[index])): index for index in reversed(indices)}
        return sorted(cells.values())

    def shown(self, index: int, column: str) -> str:
        """A cell as the planner wrote it."""
        cells = self.written.get(column, self.cells.get(column))
        return "" if cells is None else cells[index]

    def is_told(self, column: str) -> BoolArray:
        """Records whose cell of this column has its problem already."""
        told = self.told.get(column)
        return np.zeros(len(self.rows), dtype=bool) if told is None else told


def _file(grid: Grid) -> str:
    return grid.file if grid.sheet is None else f"{grid.file}[{grid.sheet}]"


def capped(problems: list[Problem], column: str) -> list[Problem]:
    """At most `MOST` problems of one kind, then one that counts the rest."""
    if len(problems) <= MOST:
        return problems
    make = error if problems[0].severity == "error" else warning
    rest = make("SCN250", problems[MOST].place, len(problems) - MOST, kind=problems[0].code, column=column)
    return [*problems[:MOST], rest]


def read_text_table(
    path: Path, shown: str, spec: TableSpec, sheet: str | None = None, words: Words | None = None
) -> tuple[TextTable | None, list[Problem]]:
    """Read a table file. shown: the path as problems name it.  sheet: of a workbook.  words: of the study."""
    grids, problems = read_grids(path, shown, sheet)
    if not grids and has_errors(problems):
        return None, problems
    if not grids and sheet is not None:
        every, found = read_grids(path, shown)
        known = [*(grid.sheet or "" for grid in every), *hidden_names(found)]
        near = nearest(sheet, known)
        return None, [*problems, error("SCN280", shown, sheet, near=near, known=tuple(known), file=shown)]
    text, found = text_of(grids, shown, spec, words)
    if sheet is None and (text is None or not _holds_half(text)):
        found += hidden_that_fit(path, shown, problems, Meanings(spec, words or Words()))
    return text, [*(problems if text is None else without_other_sheets(problems, text.grid)), *found]


def _holds_half(text: TextTable) -> bool:
    """Whether at least half of the required columns were found."""
    required = [column.name for column in text.spec.columns if column.required]
    return 2 * sum(name in text.cells for name in required) >= len(required)


def text_of(
    grids: tuple[Grid, ...], shown: str, spec: TableSpec, words: Words | None = None
) -> tuple[TextTable | None, list[Problem]]:
    """The table that the grids of one file hold; None if it cannot be found."""
    meanings = Meanings(spec, words or Words())
    grid, head, problems = chosen_sheet(grids, shown, meanings)
    if grid is None or head is None:
        return None, problems
    said, found = said_once(grid, head, meanings)
    problems += found
    units, unit_places = title_units(grid, head, meanings)
    grid, filled = merged_down(grid, head, spec)
    for name, cells in filled.items():
        (row, at), place = cells[0], grid.place(*cells[0], head.written[cells[0][1]])
        text = grid.rows[row][at]
        problems.append(note("SCN295", place, len(cells), kind="@read_merged", column=name, example=text, read=text))
    body = split_body(grid, head, spec)
    problems += body.problems
    long, found = _records(grid, head, body, spec)
    columns = {column.name: long.cells[column.name] for column in spec.columns if column.name in long.cells}
    columns |= {name: [one.value] * len(long.rows) for name, one in said.items()}
    problems += head_problems(grid, head, spec, frozenset(said), _blank(grid, head, body)) + found
    problems += capped(sum_problems(grid, head, spec, body, {**head.units, **units}), "-")
    return TextTable(
        spec=spec,
        grid=Grid(grid.file, [], grid.sheet),
        cells=columns,
        rows=long.rows + 1,
        positions={**head.columns, **long.positions},
        heads=head.written,
        units={**head.units, **units},
        unit_places=unit_places,
        fixed={name: one.place for name, one in said.items()},
        across=head.across,
        second=_second_cells(grid, head, long.rows, spec),
        head_row=head.last,
    ), problems


def _second_cells(grid: Grid, head: Head, rows: IntArray, spec: TableSpec) -> dict[str, dict[int, list[str]]]:
    found: dict[str, dict[int, list[str]]] = {}
    for place, name in head.second:
        if spec.column(name).refers:
            cells = [grid.rows[n][place].strip() if place < len(grid.rows[n]) else "" for n in rows.tolist()]
            found.setdefault(name, {})[place] = cells
    return found


def _records(grid: Grid, head: Head, body: Body, spec: TableSpec) -> tuple[Long, list[Problem]]:
    """The data rows as records, and what is wrong or was understood about their form."""
    problems: list[Problem] = []
    kept = body.rows
    if not kept and (body.sums or not spec.may_be_empty):
        problems.append(error("SCN204", _file(grid), table=spec.name))
    if grid.sheet is None:
        width = max(len(cells) for cells in grid.rows[head.first : head.last + 1])
        ragged = {n for n in kept if len(grid.rows[n]) != width}
        faults = [error("SCN205", grid.place(n, 0), len(grid.rows[n]), columns=width) for n in sorted(ragged)]
        problems += capped(faults, "-")
        kept = [n for n in kept if n not in ragged] if ragged else kept
    cells = column_cells(grid, kept)
    if not head.across:
        plain = {name: _stripped(cells, place, len(kept)) for name, place in head.columns.items()}
        return Long(plain, np.array(kept, dtype=np.int64), {}, 0), problems
    long = melted(head, kept, cells)
    parts = [wide for wide in head.wide if not wide.total]
    place = grid.place(head.first, parts[0].position, head.written[parts[0].position])
    shown = tuple(dict.fromkeys(head.written[wide.position] for wide in parts))
    across = tuple(sorted(head.across))
    problems.append(note("SCN285", place, shown, across=across, records=len(long.rows), empty=long.empty))
    totals = tuple(head.written[wide.position] for wide in head.wide if wide.total)
    if totals:
        first = next(wide.position for wide in head.wide if wide.total)
        problems.append(note("SCN287", grid.place(head.first, first, totals[0]), totals, kind="@columns_of_sums"))
    return long, problems + doubled(grid, head)


def _stripped(columns: list[tuple[str, ...]], place: int, length: int) -> list[str]:
    return [cell.strip() for cell in columns[place]] if place < len(columns) else [""] * length


def _blank(grid: Grid, head: Head, body: Body) -> frozenset[int]:
    """Columns without a name that hold nothing either."""
    nameless = [place for place in head.unknown if not head.written[place]]
    rows = grid.rows
    return frozenset(
        place for place in nameless if not any(place < len(rows[n]) and rows[n][place].strip() for n in body.rows)
    )


def head_problems(
    grid: Grid, head: Head, spec: TableSpec, said: frozenset[str], blank: frozenset[int]
) -> list[Problem]:
    """What is wrong with the head, and how it was understood. said: columns said once; blank: empty columns."""
    problems: list[Problem] = []
    if head.titles or head.last > head.first:
        rows = tuple(range(head.first + 1, head.last + 2))
        problems.append(note("SCN284", grid.place(head.first, 0, head.written[0]), rows))
    absent = [column for column in spec.columns if column.name not in head.found | said]
    for place, name in head.second:
        at, written = grid.place(head.last, place, head.written[place]), head.written[place]
        first = head.written[head.columns[name]]
        if spec.column(name).kind == "id":
            problems.append(note("SCN293", at, written, column=name, first=first))
        else:
            problems.append(error("SCN212", at, written, column=name, first=first))
    unknown = [place for place in head.unknown if place not in blank]
    problems += [_unknown(grid, head, place, [column.name for column in absent]) for place in unknown]
    named = [head.written[place] for place in unknown]
    for column in absent:
        if column.required:
            meant = next((near for head_word in column.heads if (near := nearest(head_word, named))), "")
            at = grid.place(head.first, 0)
            shown = tuple(text for text in head.written if text)
            problems.append(error("SCN213", at, near=meant, column=column.name, known=column.heads, head=shown))
    return problems


def _unknown(grid: Grid, head: Head, place: int, absent: list[str]) -> Problem:
    """A column that looks like a misspelt one is an error, any other foreign column is told and left out."""
    written = head.written[place]
    at = grid.place(head.last, place, written)
    if len(head.written) == 1 and any(sign in written for sign in ";\t|"):
        return error("SCN203", at, written)
    if not written:
        return error("SCN214", at, place + 1)
    if near := nearest(written, absent):
        return error("SCN210", at, written, near=near)
    return note("SCN211", at, written) if is_remark(written) else warning("SCN211", at, written)
