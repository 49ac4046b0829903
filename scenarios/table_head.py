"""Where the head of a table is, and what stands below each of its heads.

Title lines above the head are skipped (a unit or a school year said there counts), heads of several rows are joined to
paths, and the block of rows that explains most of the table is the head. A sheet without any known head keeps its
first filled row, so that the planner is told which columns are missing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from scenarios.grid import Grid
from scenarios.spelling import narrow
from scenarios.table_columns import TableSpec
from scenarios.table_meaning import Meaning, Meanings

SEARCHED = 20
"""Filled rows in which a head is looked for."""
DEEPEST = 3
"""Rows that a head may have."""
Paths = tuple[tuple[str, ...], tuple[str, ...]]
"""Texts of a head from the top down: with the group heads to its left, and with only what stands above it."""


@dataclass(frozen=True)
class Wide:
    """A column of values across the page. across: column -> value; total: `total`, `subtotal` or empty."""

    position: int
    across: dict[str, str]
    value: str
    total: str = ""


@dataclass(frozen=True)
class Head:
    """The head of a grid, understood. Positions are grid columns from 0.

    first, last: its rows.  written: the heads as the planner wrote them.  columns: position of each ordinary column.
    second: further heads of a column that is there already.  units: unit said in a head, by position.
    """

    first: int
    last: int
    titles: tuple[int, ...]
    written: tuple[str, ...]
    columns: dict[str, int]
    second: tuple[tuple[int, str], ...]
    units: dict[int, str]
    wide: tuple[Wide, ...]
    unknown: tuple[int, ...]
    score: tuple[int, ...] = field(default=(), compare=False)

    @property
    def across(self) -> frozenset[str]:
        """Columns that the heads give."""
        return frozenset(name for wide in self.wide if not wide.total for name in wide.across)

    @property
    def found(self) -> frozenset[str]:
        """Every column of the table that the head holds."""
        return frozenset(self.columns) | self.across | {wide.value for wide in self.wide if not wide.total}


def find_head(grid: Grid, meanings: Meanings) -> Head | None:
    """The head of a grid; None if the grid is empty."""
    filled = _filled_rows(grid)
    if not filled:
        return None
    best: Head | None = None
    for place, row in enumerate(filled):
        for depth in range(1, DEEPEST + 1):
            rows = filled[place : place + depth]
            if len(rows) < depth or rows[-1] - row != depth - 1:
                break
            head = _head(grid, row, rows[-1], tuple(filled[:place]), meanings)
            if best is None or head.score > best.score:
                best = head
    return best


def _filled_rows(grid: Grid) -> list[int]:
    found = []
    for row, cells in enumerate(grid.rows[: SEARCHED * 10]):
        if any(cell.strip() for cell in cells):
            found.append(row)
            if len(found) == SEARCHED:
                break
    return found


def _head(grid: Grid, first: int, last: int, titles: tuple[int, ...], meanings: Meanings) -> Head:
    paths = list(_paths(grid, first, last))
    read: list[Meaning | None] = []
    for joined, own in paths:
        meaning = meanings.of(joined)
        read.append(meaning if meaning is not None or own == joined else meanings.of(own))
    wide = _wide(read, meanings)
    taken = {one.position for one in wide}
    columns, second = _ordinary(read, taken, _values_as_totals(wide, read, meanings), meanings.spec)
    wide = (*wide, *_values_as_totals(wide, read, meanings))
    known = {*columns.values(), *(position for position, _ in second), *(one.position for one in wide)}
    units = {place: meaning.unit for place, meaning in enumerate(read) if meaning and meaning.unit and place in known}
    written = tuple("/".join(dict.fromkeys(" ".join(text.split()) for text in own if text)) for own, _ in paths)
    head = Head(
        first=first,
        last=last,
        titles=titles,
        written=written,
        columns=columns,
        second=second,
        units=units,
        wide=wide,
        unknown=tuple(place for place in range(len(read)) if place not in known),
    )
    return _scored(head, meanings.spec, read)


def _paths(grid: Grid, first: int, last: int) -> Iterator[Paths]:
    """For each column its path with the group heads filled to the right, and with only what stands above it."""
    rows = grid.rows[first : last + 1]
    width = max(len(cells) for cells in rows)
    own = [[cell.strip() for cell in cells] + [""] * (width - len(cells)) for cells in rows]
    spread = set()
    for top, left, bottom, right in grid.merged:
        if top > last or bottom < first or top < first:
            continue
        for row in range(top, min(bottom, last) + 1):
            for column in range(left, min(right, width - 1) + 1):
                own[row - first][column] = own[top - first][left] if left < width else ""
                if right > left:
                    spread.add(row - first)
    joined = [list(cells) for cells in own]
    for level, cells in enumerate(joined[:-1]):
        for column in range(1, width):
            below = any(own[deeper][column] for deeper in range(level + 1, len(own)))
            new_group = any(own[upper][column] for upper in range(level))
            if not cells[column] and below and not new_group and level not in spread:
                cells[column] = cells[column - 1]
    for column in range(width):
        yield _path(joined, column), _path(own, column)


def _path(rows: list[list[str]], column: int) -> tuple[str, ...]:
    texts = [cells[column] for cells in rows if cells[column]]
    return tuple(text for place, text in enumerate(texts) if place == 0 or text != texts[place - 1])


def _wide(read: list[Meaning | None], meanings: Meanings) -> tuple[Wide, ...]:
    """Columns of values across the page; all of them must give the same columns, which then are nowhere else."""
    ordinary = {meaning.column for meaning in read if meaning is not None and meaning.column}
    if not meanings.values or not ordinary & {column.name for column in meanings.spec.columns if column.required}:
        return ()
    kinds = Counter(tuple(name for name, _ in one.across) for one in read if one is not None and one.across)
    # Sums leave out what they sum over, so the fullest heads say what stands across.
    across = max(kinds, key=lambda names: (len(names), kinds[names]), default=())
    if not across or ordinary & set(across):
        return ()
    bare = [one for one in read if one is not None and one.bare]
    if len(bare) == 1 and not any(one is not None and one.across and not one.bare for one in read):
        return ()
    found = []
    for position, one in enumerate(read):
        if one is None or one.column or not set(dict(one.across)) <= set(across):
            continue
        whole = len(one.across) == len(across)
        if one.total or whole:
            value = one.value or meanings.values[0]
            found.append(Wide(position, dict(one.across), value, "" if whole else one.total))
    return tuple(found)


def _values_as_totals(wide: tuple[Wide, ...], read: list[Meaning | None], meanings: Meanings) -> tuple[Wide, ...]:
    """在校生数 beside 一年级, 二年级, ... is their sum."""
    if not wide:
        return ()
    places = [place for place, one in enumerate(read) if one is not None and one.column in meanings.values]
    return tuple(Wide(place, {}, _column(read[place]), "total") for place in places)


def _column(meaning: Meaning | None) -> str:
    return "" if meaning is None else meaning.column


def _ordinary(
    read: list[Meaning | None], taken: set[int], totals: tuple[Wide, ...], spec: TableSpec
) -> tuple[dict[str, int], tuple[tuple[int, str], ...]]:
    """Position of each column, and further heads of a column; of an id, the head that is most its name counts."""
    sums = {one.position for one in totals}
    by_column: dict[str, list[tuple[int, int]]] = {}
    for position, meaning in enumerate(read):
        if meaning is not None and meaning.column and position not in taken | sums:
            by_column.setdefault(meaning.column, []).append((meaning.rank, position))
    ids = {column.name for column in spec.columns if column.kind == "id"}
    columns = {name: min(places)[1] if name in ids else places[0][1] for name, places in by_column.items()}
    second = [(place, name) for name, places in by_column.items() for _, place in places if place != columns[name]]
    return columns, tuple(sorted(second))


def _scored(head: Head, spec: TableSpec, read: list[Meaning | None]) -> Head:
    """With its score: required columns, columns understood, few twice, units in a row of their own; shallow; early."""
    required = sum(column.name in head.found for column in spec.columns if column.required)
    # A title above ids as well as numbers is no group head, though it may name a year.
    required -= any(meaning is not None and meaning.loose for meaning in read)
    wide = {(one.value, one.total, *sorted(one.across.items())) for one in head.wide}
    known, doubled = len(head.columns) + len(wide), len(head.wide) - len(wide)
    units = sum(meaning is not None and meaning.unit_level for meaning in read)
    return replace(head, score=(required, known, -doubled, units, head.first - head.last, -head.first))


def title_texts(grid: Grid, head: Head) -> Iterator[tuple[int, int, str]]:
    """Row, column and text of every line above the head."""
    for row in head.titles:
        for column, cell in enumerate(grid.rows[row]):
            if cell.strip():
                yield row, column, narrow(cell)
