"""Sums that bureaus write into their tables are never data; here they are compared with the parts they cover."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isnan, nan

from scenarios import measures, table_values
from scenarios.grid import Grid
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
    units: Mapping[int, str]

    def number(self, row: int, place: int, column: Column) -> float | None:
        """A cell as a number in the unit of the column; None if it is empty, NaN if it cannot be read."""
        cells = self.grid.rows[row]
        cell = cells[place].strip() if place < len(cells) else ""
        if not cell or not table_values.unquoted(cell).text:
            return None
        unit = self.units.get(place, "")
        factor = measures.factor(unit, column.unit) if unit else Fraction(1)
        text = "" if factor is None else table_values.number(cell, column.unit, factor).text
        return float(text) if table_values.PLAIN.fullmatch(text) else nan

    def total(self, cells: list[tuple[int, int]], column: Column) -> tuple[float, bool]:
        """Sum of cells (NaN if one cannot be read), and whether some are empty."""
        numbers = [self.number(row, place, column) for row, place in cells]
        return sum(number for number in numbers if number is not None), None in numbers


def sum_problems(grid: Grid, head: Head, spec: TableSpec, body: Body, units: Mapping[int, str]) -> list[Problem]:
    """A warning for every sum that differs from its parts, with both numbers. units: by grid column."""
    sums = _Sums(grid, head, spec, body.rows, units)
    return [*_row_problems(sums, body), *_column_problems(sums)]


def _row_problems(sums: _Sums, body: Body) -> Iterator[Problem]:
    """A 小计 covers the block above it (or below), a 合计 all rows; either only those that share its other words."""
    additive = [*_additive(sums)]
    marks = [sums.head.last, *sorted(body.sums), len(sums.grid.rows)]
    for before, row, after in zip(marks, marks[1:], marks[2:], strict=False):
        every = _alike(sums, row)
        above, below = [n for n in every if before < n < row], [n for n in every if row < n < after]
        candidates = [above, below, every] if body.sums[row] == "subtotal" else [every, above, below]
        for place, column in additive:
            cells = sums.grid.rows[row]
            if place < len(cells) and cells[place].strip():
                yield from _compared(sums, (row, place), column, [[(n, place) for n in rows] for rows in candidates])


def _additive(sums: _Sums) -> Iterator[tuple[int, Column]]:
    for name, place in sums.head.columns.items():
        column = sums.spec.column(name)
        if column.kind in ("whole", "number") and measures.is_additive(column.unit):
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
    found = [sums.total(cells, column) for cells in candidates if cells]
    if said is None or not found or any(_agree(sums, said, *one) for one in found):
        return
    place = sums.grid.place(*cell, sums.head.written[cell[1]])
    yield warning("SCN288", place, said, parts=found[0][0], column=column.name)


def _agree(sums: _Sums, said: float, total: float, some_empty: bool) -> bool:
    """Whether a sum may be that of its parts; what cannot be read, or is withheld, is no reason to doubt it.

    An empty cell across the page is none of it, in a list of rows it may be a number that is not known.
    """
    if isnan(total) or isnan(said) or abs(total - said) <= max(_LEAST, abs(total) * 1e-9):
        return True
    return some_empty and not sums.head.across and said >= total


def _column_problems(sums: _Sums) -> Iterator[Problem]:
    """Columns of sums beside values that stand across, row by row."""
    parts = [wide for wide in sums.head.wide if not wide.total]
    previous = -1
    for total in sorted((wide for wide in sums.head.wide if wide.total), key=lambda one: one.position):
        column = sums.spec.column(total.value)
        covered = [one.position for one in parts if _covers(total, one)]
        block = [place for place in covered if previous < place < total.position]
        previous = total.position
        candidates = [block, covered] if total.total == "subtotal" else [covered, block]
        for row in sums.rows:
            cells = sums.grid.rows[row]
            if total.position < len(cells) and cells[total.position].strip():
                lists = [[(row, place) for place in places] for places in candidates]
                yield from _compared(sums, (row, total.position), column, lists)


def _covers(total: Wide, part: Wide) -> bool:
    return part.value == total.value and total.across.items() <= part.across.items()
