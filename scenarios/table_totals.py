"""Sums that bureaus write into their tables are never data; here they are compared with the parts they cover."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from scenarios import table_values
from scenarios.grid import Grid
from scenarios.measures import is_additive
from scenarios.problems import Problem, warning
from scenarios.spelling import folded, is_nothing, total_kind
from scenarios.table_body import Body
from scenarios.table_columns import Column, TableSpec
from scenarios.table_head import Head, Wide

_LEAST = 1e-6


@dataclass(frozen=True)
class _Sums:
    """What is needed to look at sums: the grid and what its columns mean."""

    grid: Grid
    head: Head
    spec: TableSpec
    rows: list[int]

    def number(self, row: int, place: int, column: Column) -> float | None:
        """A cell as a number in the unit of the column, an empty one as 0; None if it cannot be read."""
        cells = self.grid.rows[row]
        cell = cells[place].strip() if place < len(cells) else ""
        text = table_values.number(cell, column.unit, Fraction(1)).text if cell else ""
        if text == "":
            return 0.0 if cell == "" or table_values.unquoted(cell).text == "" else None
        return float(text) if table_values.PLAIN.fullmatch(text) else None

    def total(self, cells: list[tuple[int, int]], column: Column) -> float | None:
        """Sum of cells, None if one cannot be read."""
        sum_so_far = 0.0
        for row, place in cells:
            number = self.number(row, place, column)
            if number is None:
                return None
            sum_so_far += number
        return sum_so_far


def sum_problems(grid: Grid, head: Head, spec: TableSpec, body: Body) -> list[Problem]:
    """A warning for every sum that differs from its parts, with both numbers."""
    sums = _Sums(grid, head, spec, body.rows)
    return [*_row_problems(sums, body), *_column_problems(sums)]


def _row_problems(sums: _Sums, body: Body) -> Iterator[Problem]:
    """A 小计 covers the block above it, a 合计 all rows; either only those that share its other words."""
    additive = [*_additive(sums)]
    before = sums.head.last
    for row, kind in sorted(body.sums.items()):
        alike = _alike(sums, row)
        block = [n for n in alike if before < n < row]
        every = alike
        candidates = [block, every] if kind == "subtotal" else [every, block]
        before = row
        for place, column in additive:
            cells = sums.grid.rows[row]
            if place < len(cells) and cells[place].strip():
                yield from _compared(sums, (row, place), column, [[(n, place) for n in rows] for rows in candidates])


def _additive(sums: _Sums) -> Iterator[tuple[int, Column]]:
    for name, place in sums.head.columns.items():
        column = sums.spec.column(name)
        if column.kind in ("whole", "number") and is_additive(column.unit):
            yield place, column
    for wide in sums.head.wide:
        yield wide.position, sums.spec.column(wide.value)


def _alike(sums: _Sums, row: int) -> list[int]:
    """Data rows that a sum may cover: those with the same words wherever its row has words that name no sum."""
    cells = sums.grid.rows[row]
    fixed = {}
    for name, place in sums.head.columns.items():
        cell = cells[place].strip() if place < len(cells) else ""
        if name in sums.spec.key and cell and not total_kind(cell) and not is_nothing(cell):
            fixed[place] = folded(cell)
    if not fixed:
        return sums.rows
    rows = sums.grid.rows
    same = [n for n in sums.rows if all(folded(rows[n][place]) == text for place, text in fixed.items())]
    return same or sums.rows


def _compared(
    sums: _Sums, cell: tuple[int, int], column: Column, candidates: list[list[tuple[int, int]]]
) -> Iterator[Problem]:
    """Nothing if the sum is that of one of the candidates; otherwise the first of them that has parts is told."""
    said = sums.number(*cell, column)
    found = [total for cells in candidates if cells and (total := sums.total(cells, column)) is not None]
    # Parts rounded to one decimal may be off by as much as that together.
    if said is None or not found or any(abs(total - said) <= max(_LEAST, abs(total) * 1e-9) for total in found):
        return
    place = sums.grid.place(*cell, sums.head.written[cell[1]])
    yield warning("SCN288", place, said, parts=found[0], column=column.name)


def _column_problems(sums: _Sums) -> Iterator[Problem]:
    """Columns of sums beside values that stand across, row by row; one warning per column."""
    parts = [wide for wide in sums.head.wide if not wide.total]
    previous = -1
    for total in sorted((wide for wide in sums.head.wide if wide.total), key=lambda one: one.position):
        column = sums.spec.column(total.value)
        covered = [one.position for one in parts if _covers(total, one)]
        block = [place for place in covered if previous < place < total.position]
        previous = total.position
        candidates = [block, covered] if total.total == "subtotal" else [covered, block]
        told = []
        for row in sums.rows:
            cells = sums.grid.rows[row]
            if total.position < len(cells) and cells[total.position].strip():
                lists = [[(row, place) for place in places] for places in candidates]
                told += list(_compared(sums, (row, total.position), column, lists))
        yield from told


def _covers(total: Wide, part: Wide) -> bool:
    return part.value == total.value and total.across.items() <= part.across.items()
