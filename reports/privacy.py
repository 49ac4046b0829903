"""Small counts of persons, hidden in what is published; the run folder keeps them.

A count of persons above 0 and below the threshold is hidden (primary). Where a sum would give it away, more counts are
hidden (secondary): the table's declared sums (`Column.sum_of`, `Table.sums`) are linear equations, and a hidden count
is given away exactly when its unit vector lies in the row space of the equations of the hidden cells. Counts of sums
with a single hidden one are hidden, those of several such sums and small ones first, until none is given away. Numbers
that are worked out from a count (`Column.hidden_with`: a shortage, a mean, a use of seats) are hidden with it.

Source of the method: L. Willenborg and T. de Waal, Elements of Statistical Disclosure Control, Springer 2001, chapter 3
(primary and secondary cell suppression). What follows from other tables or from knowledge of a school is not looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from reports.document import Band, Block, Cell, Document, Hidden, Items, Paragraph, Picture, Table
from reports.i18n import Labels, Lang

PERSONS: Mapping[Lang, tuple[str, ...]] = MappingProxyType(
    {"zh": ("人", "名"), "en": ("pupil", "child", "boarder", "person", "teacher")}
)
"""How a word for persons begins, behind its number."""
_COUNTS = {
    lang: re.compile(
        rf"(?<![\d.,])(?P<number>\d{{1,3}}(?:[\u00a0\u202f ]\d{{3}})*)(?=[\u00a0\u202f ]?(?:{'|'.join(words)}))"
    )
    for lang, words in PERSONS.items()
}
THRESHOLD = 10
"""Counts below it are hidden where nothing else is asked."""
_RANK = 1e-9

Place = tuple[int, int]
"""Row and column of a cell."""


def published(document: Document, threshold: int = THRESHOLD) -> Document:
    """The document with small counts of persons hidden, and a mark that says so."""
    blocks: list[Block] = [
        published_table(block, threshold) if isinstance(block, Table) else block for block in document.blocks
    ]
    beside = frozenset(
        round(value)
        for old, new in zip(document.blocks, blocks, strict=True)
        if isinstance(old, Table) and isinstance(new, Table)
        for value in _gone(old, new)
    )
    told = tuple(_told(block, threshold, beside, document.lang) for block in blocks)
    mark = Labels(document.lang)("document.public", threshold=threshold)
    return replace(document, blocks=told, marks=(*document.marks, mark))


def _gone(old: Table, new: Table) -> list[float]:
    """Counts that the published table hides, those that would tell them among them."""
    columns = enumerate(old.columns)
    places = [c for c, one in columns if one.people or (one.hidden_with and one.form == "count")]
    return [abs(value) for (r, c), value in _values(old, places).items() if isinstance(new.rows[r][c], Hidden)]


def _told(block: Block, threshold: int, beside: frozenset[int], lang: Lang) -> Block:
    """A text without small counts of persons, and without counts that a table of the document hides."""

    def kept(text: str) -> str:
        return published_text(text, threshold, beside, lang)

    if isinstance(block, Paragraph):
        return replace(block, text=kept(block.text))
    if isinstance(block, Items):
        return replace(block, texts=tuple(map(kept, block.texts)))
    if isinstance(block, Table):
        rows = tuple(tuple(kept(cell) if isinstance(cell, str) else cell for cell in row) for row in block.rows)
        return replace(block, title=kept(block.title), remarks=tuple(map(kept, block.remarks)), rows=rows)
    if isinstance(block, Picture):
        return replace(block, title=kept(block.title), alt=kept(block.alt))
    return block


def published_text(text: str, threshold: int, beside: frozenset[int], lang: Lang) -> str:
    """A text with counts of persons hidden: numbers that stand before a word for them (`PERSONS`)."""
    hidden = Labels(lang)("document.hidden")

    def shown(found: re.Match[str]) -> str:
        number = int(re.sub(r"\D", "", found["number"]))
        return hidden if 0 < number < threshold or number in beside else found["number"]

    return _COUNTS[lang].sub(shown, text)


def published_table(table: Table, threshold: int = THRESHOLD) -> Table:
    """The table with small counts and those that would give them away hidden, and a remark where any is."""
    counts = _counts(table)
    small = {place for place, value in counts.items() if 0.0 < value < threshold}
    if not small:
        return table
    hidden = suppressed(counts, equations(table, set(counts)), small)
    hidden |= _linked(table, hidden)
    rows = tuple(
        tuple(
            Hidden("small" if (r, c) in small else "beside") if (r, c) in hidden else cell for c, cell in enumerate(row)
        )
        for r, row in enumerate(table.rows)
    )
    return replace(table, rows=rows)


def _linked(table: Table, hidden: set[Place]) -> set[Place]:
    """Numbers that would tell a hidden count of their row."""
    at = {column.key: place for place, column in enumerate(table.columns)}
    return {
        (r, c)
        for c, column in enumerate(table.columns)
        for r, row in enumerate(table.rows)
        if _value(row[c]) is not None and any((r, at[key]) in hidden for key in column.hidden_with)
    }


def _counts(table: Table) -> dict[Place, float]:
    """Counts of persons by their place; of a simulated one its middle."""
    return _values(table, [place for place, column in enumerate(table.columns) if column.people])


def _values(table: Table, places: list[int]) -> dict[Place, float]:
    """Numbers of some columns by their place."""
    return {(r, c): value for r, row in enumerate(table.rows) for c in places if (value := _value(row[c])) is not None}


def _value(cell: Cell) -> float | None:
    if isinstance(cell, Band):
        return cell.middle
    return cell if isinstance(cell, float | int) and cell == cell else None


def equations(table: Table, known: set[Place]) -> list[dict[Place, float]]:
    """Sums of the table as equations: place -> coefficient, the sum with -1; only those whose cells are all counts."""
    at = {column.key: place for place, column in enumerate(table.columns)}
    found = []
    for column in table.columns:
        if column.sum_of:
            for row in range(len(table.rows)):
                parts = {(row, at[key]): 1.0 for key in column.sum_of}
                found.append(parts | {(row, at[column.key]): -1.0})
    for total, rows in table.sums:
        for place, column in enumerate(table.columns):
            if column.people and not column.hidden_with:
                found.append({(row, place): 1.0 for row in rows} | {(total, place): -1.0})
    return [{place: sign for place, sign in one.items() if place in known} for one in found]


def suppressed(counts: dict[Place, float], sums: list[dict[Place, float]], small: set[Place]) -> set[Place]:
    """Places to hide: `small`, and as many others as it takes that none of `small` follows from the sums.

    Hides counts above 0 of sums that hold a single hidden one (else of sums that hold one given away): first the count
    that stands in most of these sums, then the smallest. Where there is none, the one stays hidden alone.
    """
    hidden, stuck = set(small), set[Place]()
    while given := sorted(given_away(sums, hidden) & small - stuck):
        alone = [one for one in sums if len(one.keys() & hidden) == 1]
        lines = alone or [one for one in sums if given[0] in one]
        beside = {place for one in lines for place in one if place not in hidden and counts[place] > 0.0}
        if beside:
            hidden.add(min(beside, key=lambda place: (-sum(place in one for one in lines), counts[place], place)))
        else:
            stuck.add(given[0])
    return hidden


def given_away(sums: list[dict[Place, float]], hidden: set[Place]) -> set[Place]:
    """Hidden places whose count follows exactly from the sums and the visible counts."""
    order = sorted(hidden)
    at = {place: number for number, place in enumerate(order)}
    rows = [[(at[place], sign) for place, sign in one.items() if place in hidden] for one in sums]
    rows = [row for row in rows if row]
    if not rows:
        return set()
    matrix = np.zeros((len(rows), len(order)))
    for number, row in enumerate(rows):
        for place, sign in row:
            matrix[number, place] = sign
    inside = _in_row_space(matrix)
    return {place for place in order if inside[at[place]]}


def _in_row_space(matrix: NDArray[np.float64]) -> NDArray[np.bool_]:
    """[column] whether the unit vector of a column lies in the row space of [row, column]."""
    _, values, directions = np.linalg.svd(matrix, full_matrices=False)
    basis = directions[values > _RANK * max(1.0, float(values.max(initial=0.0)))]
    inside: NDArray[np.bool_] = np.isclose((basis**2).sum(axis=0), 1.0, atol=1e-9)
    return inside
