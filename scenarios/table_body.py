"""The rows below a head: data, sums, footers and column numbers told apart; merged ids put into every row."""

import re
from dataclasses import dataclass
from itertools import zip_longest

from scenarios.grid import Grid
from scenarios.problems import Problem, note
from scenarios.spelling import folded, is_foot, total_kind
from scenarios.table_columns import Column, TableSpec
from scenarios.table_head import Head
from scenarios.table_values import PLAIN

_NUMBERS = ("whole", "number")
_LETTERS = frozenset("甲乙丙丁戊己庚辛壬癸")
_COLUMN_NUMBER = re.compile(r"\(?[0-9]{1,3}\)?|[甲乙丙丁戊己庚辛壬癸]|[a-z]")
_CONTINUED = 2


@dataclass(frozen=True)
class Body:
    """Rows of a grid below its head, as grid rows from 0. sums: row -> `total` or `subtotal`."""

    rows: list[int]
    sums: dict[int, str]
    problems: list[Problem]


def split_body(grid: Grid, head: Head, spec: TableSpec) -> Body:
    """Data rows and rows of sums; what is set aside is told."""
    # Most rows start with a filled cell; only the others need a closer look.
    below = range(head.last + 1, len(grid.rows))
    filled = [n for n in below if (cells := grid.rows[n]) and (cells[0].strip() or "".join(cells).strip())]
    numbering = [n for n in filled[:1] if _numbers_columns(grid.rows[n])]
    repeated = _repeated_heads(grid, head, filled)
    if numbering or repeated:
        filled = [n for n in filled if n not in {*numbering, *repeated}]
    sums = _sums(grid, filled, sum_places(head, spec))
    feet = _feet(grid, filled, number_places(head, spec))
    sums = {row: kind for row, kind in sums.items() if row not in feet}
    problems = _aside(grid, head, "@rows_of_numbers", numbering) + _aside(grid, head, "@rows_of_heads", repeated)
    problems += _aside(grid, head, "@rows_of_sums", sorted(sums))
    problems += _aside(grid, head, "@rows_of_foot", sorted(feet))
    rows = [n for n in filled if n not in sums and n not in feet] if sums or feet else filled
    return Body(rows, sums, problems)


def number_places(head: Head, spec: TableSpec) -> list[int]:
    """Positions of the columns that hold numbers."""
    plain = [place for name, place in head.columns.items() if spec.column(name).kind in _NUMBERS]
    return sorted({*plain, *(wide.position for wide in head.wide)})


def sum_places(head: Head, spec: TableSpec) -> list[int]:
    """Positions in which a word for a sum makes the row a sum: ids, required texts, and foreign columns before them."""

    def names_the_row(column: Column) -> bool:
        return column.kind in ("id", "grade", "choice") or (column.kind == "text" and column.required)

    known = [place for name, place in head.columns.items() if names_the_row(spec.column(name))]
    numbers = number_places(head, spec)
    first = numbers[0] if numbers else 0
    second = [place for place, name in head.second if names_the_row(spec.column(name))]
    return sorted({*known, *second, *(place for place in head.unknown if place < first)})


def _sums(grid: Grid, filled: list[int], places: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for place in places:
        cells = [cells[place] if place < len(cells := grid.rows[n]) else "" for n in filled]
        kinds = {cell: kind for cell in set(cells) if (kind := total_kind(cell))}
        if kinds:
            found |= {n: kinds[cell] for n, cell in zip(filled, cells, strict=True) if cell in kinds}
    return found


def _feet(grid: Grid, filled: list[int], numbers: list[int]) -> set[int]:
    """Lines below the data: remarks, signatures, sources, and what goes on in the lines after them."""
    feet: set[int] = set()
    for n in reversed(filled):
        cells = grid.rows[n]
        texts = [cell for cell in cells if cell.strip()]
        counted = any(place < len(cells) and PLAIN.fullmatch(cells[place].strip()) for place in numbers)
        if is_foot(texts[0]) and not counted:
            feet.add(n)
        elif counted or len(texts) > _CONTINUED:
            break
    if not feet:
        return feet
    # Lines of one cell between and below them belong to them; data above the first stays data.
    start = min(feet)
    return {n for n in filled if n >= start}


def _numbers_columns(cells: list[str]) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3, or 栏次 1 2 3."""
    texts = [folded(cell) for cell in cells if cell.strip()]
    marked = bool(texts) and (texts[0] in _LETTERS or texts[0] in ("栏次", "栏号", "(1)"))
    return marked and len(texts) > 1 and all(_COLUMN_NUMBER.fullmatch(text) for text in texts[1:])


def _repeated_heads(grid: Grid, head: Head, filled: list[int]) -> list[int]:
    """Rows that repeat a row of the head, as at the top of every printed page."""
    heads = [grid.rows[n] for n in range(head.first, head.last + 1)]
    firsts = {next((cell for cell in cells if cell.strip()), "") for cells in heads}
    return [
        n for n in filled if next(cell for cell in grid.rows[n] if cell.strip()) in firsts and grid.rows[n] in heads
    ]


def _aside(grid: Grid, head: Head, kind: str, rows: list[int]) -> list[Problem]:
    if not rows:
        return []
    place = grid.place(rows[0], 0, head.written[0] if head.written else "")
    return [note("SCN287", place, tuple(row + 1 for row in rows), kind=kind)]


def merged_down(grid: Grid, head: Head, spec: TableSpec) -> tuple[Grid, dict[str, list[tuple[int, int]]]]:
    """The grid with ids, names, grades and years that are merged over several rows written into each of them.

    Numbers are left alone: one number for several rows belongs to none of them. Also: the cells filled, by column.
    """
    names = {place: name for name, place in head.columns.items() if spec.column(name).kind not in _NUMBERS}
    filled: dict[str, list[tuple[int, int]]] = {}
    rows = list(grid.rows)
    for top, left, bottom, right in grid.merged:
        if top <= head.last or bottom == top or left not in names or right != left:
            continue
        text = rows[top][left] if top < len(rows) and left < len(rows[top]) else ""
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if text and left < len(rows[row]) and not rows[row][left].strip() and "".join(rows[row]).strip():
                rows[row] = [*rows[row][:left], text, *rows[row][left + 1 :]]
                filled.setdefault(names[left], []).append((row, left))
    return (Grid(grid.file, rows, grid.sheet, grid.merged) if filled else grid), filled


def column_cells(grid: Grid, rows: list[int]) -> list[tuple[str, ...]]:
    """The cells of some rows, column by column."""
    lines = [grid.rows[n] for n in rows]
    if len(set(map(len, lines))) == 1:
        return list(zip(*lines, strict=True))
    return list(zip_longest(*lines, fillvalue=""))
