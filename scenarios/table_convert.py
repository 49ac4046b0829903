"""From what planners wrote to what the checks expect, column by column; every kind of reading is told once by a note.

Each different cell is understood once; columns that hold nothing but plain cells are left as they are.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scenarios import measures, table_values
from scenarios.problems import Problem, error, note
from scenarios.spelling import is_nothing
from scenarios.table_columns import Column
from scenarios.table_names import Resolver, compared_names
from scenarios.table_text import MOST, TextTable
from scenarios.table_values import PLAIN, Reading
from scenarios.table_ways import Ways, together
from scenarios.table_words import word_reader
from scenarios.words import Words

BoolArray = NDArray[np.bool_]
Reader = Callable[[str], Reading]
ONE = Fraction(1)
_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class _Part:
    """Records of one column that share a unit in their heads (nearly always all of them)."""

    records: list[int] | None
    unit: str
    factor: Fraction


def understood(text: TextTable, words: Words) -> tuple[TextTable, list[Problem]]:
    """The table with plain cells, and notes, warnings and errors about how they were read."""
    problems: list[Problem] = []
    cells, written, told = dict(text.cells), {}, {}
    for column in text.spec.columns:
        if column.name not in cells or column.name in text.across:
            continue
        changed, bad, found = _column(text, column, words)
        problems += found
        if changed is not None:
            written[column.name], cells[column.name] = cells[column.name], changed
        if bad is not None:
            told[column.name] = bad
    resolved = frozenset(column.name for column in text.spec.columns if column.refers in words.names)
    done = replace(text, cells=cells, written=written, told=told, resolved=resolved)
    return done, together(problems) + compared_names(text, done, words)


def _column(text: TextTable, column: Column, words: Words) -> tuple[list[str] | None, BoolArray | None, list[Problem]]:
    """New cells (None if nothing changes), records that have their problem already, and problems."""
    if column.kind in ("whole", "number"):
        return _numbers(text, column)
    reader = _reader(text, column, words)
    cells = text.cells[column.name]
    readings = {cell: reading for cell in set(cells) if cell and (reading := reader(cell)) != Reading(cell)}
    ways = Ways()
    changed, bad, problems = _applied(text, column, readings, ways)
    return changed, bad, problems + ways.notes(text, column)


def _reader(text: TextTable, column: Column, words: Words) -> Reader:
    if column.kind == "id":
        resolve = Resolver(column, words)
        known = words.ids.get(column.refers, frozenset())
        # An id that is known, or plain and cannot be a name, needs no understanding.
        plain = not resolve.names

        def read_id(cell: str) -> Reading:
            if cell in known or (plain and _PLAIN_ID.fullmatch(cell) and not is_nothing(cell)):
                return Reading(cell)
            return resolve(cell)

        return read_id
    if column.kind == "year":
        return lambda cell: table_values.year(cell, column.unit == "school year")
    if column.kind == "date":
        return lambda cell: table_values.date(cell, text.grid.sheet is not None)
    return word_reader(column, words)


def _numbers(text: TextTable, column: Column) -> tuple[list[str] | None, BoolArray | None, list[Problem]]:
    """A column of numbers; the unit of its head counts for every cell without a unit of its own."""
    cells = text.cells[column.name]
    ways = Ways()
    problems: list[Problem] = []
    bad = np.zeros(len(cells), dtype=bool)
    changed: list[str] | None = None
    for part in _parts(text, column, problems, bad):
        distinct = set(cells) if part.records is None else {cells[index] for index in part.records}
        if part.factor == ONE and all(cell == "" or PLAIN.fullmatch(cell) for cell in distinct):
            ways.units[part.unit] += len(cells if part.records is None else part.records)
            continue
        read = {cell: _number(cell, column, part.factor) for cell in distinct if cell}
        readings = {cell: reading for cell, reading in read.items() if reading != Reading(cell)}
        ways.count_units(cells, part.records, part.unit, read)
        at = None if part.records is None else set(part.records)
        applied, faulty, found = _applied(text, column, readings, ways, at, changed)
        problems += found
        changed = changed if applied is None else applied
        bad |= faulty if faulty is not None else False
    problems += _unit_notes(text, column) + ways.notes(text, column) + ways.mixed(text, column)
    return changed, bad if bad.any() else None, problems


def _number(cell: str, column: Column, factor: Fraction) -> Reading:
    word = column.words.get(cell)
    return Reading(word, ("read_word",)) if word is not None else table_values.number(cell, column.unit, factor)


def _parts(text: TextTable, column: Column, problems: list[Problem], bad: BoolArray) -> list[_Part]:
    """Records by the unit of their head; a head with a unit of another kind is an error and its cells are not read."""
    at = text.positions.get(column.name)
    places = [at] if at is None or isinstance(at, int) else sorted(set(at.tolist()))
    by_unit: dict[str, list[int]] = {}
    for place in places:
        by_unit.setdefault("" if place is None else text.units.get(place, ""), []).append(
            -1 if place is None else place
        )
    parts = []
    for unit, positions in by_unit.items():
        alone = len(by_unit) == 1 or isinstance(at, int) or at is None
        records = None if alone else np.flatnonzero(np.isin(np.asarray(at), positions)).tolist()
        factor = measures.factor(unit, column.unit) if unit else ONE
        if factor is None:
            place = text.grid.place(text.head_row, positions[0], text.heads[positions[0]])
            problems.append(error("SCN291", place, unit, column=column.name, unit=column.unit, cell="-"))
            bad[slice(None) if records is None else records] = True
            continue
        parts.append(_Part(records, unit, factor))
    return parts


def _unit_notes(text: TextTable, column: Column) -> list[Problem]:
    """One note for a column whose head or title line names a unit that is converted."""
    at = text.positions.get(column.name)
    places = [] if at is None else [at] if isinstance(at, int) else sorted(set(at.tolist()))
    problems = []
    told: set[str] = set()
    for position in places:
        unit = text.units.get(position, "")
        factor = measures.factor(unit, column.unit) if unit else ONE
        if factor is None or factor == ONE or unit in told:
            continue
        told.add(unit)
        place = text.unit_places.get(position) or text.grid.place(text.head_row, position, text.heads[position])
        where = "@said_in_title" if position in text.unit_places else "@said_in_head"
        params = {"unit": column.unit, "factor": _shown(factor), "where": where}
        problems.append(note("SCN290", place, unit, column=column.name, **params))
    return problems


def _shown(factor: Fraction) -> str:
    return f"{float(factor):.7g}"


def _applied(
    text: TextTable,
    column: Column,
    readings: Mapping[str, Reading],
    ways: Ways,
    among: set[int] | None = None,
    cells: list[str] | None = None,
) -> tuple[list[str] | None, BoolArray | None, list[Problem]]:
    """Cells with their readings put in, and problems of the faults; ways are counted. among: only these records."""
    if not readings:
        return None, None, []
    raw = text.cells[column.name]
    plain = {cell: reading.text for cell, reading in readings.items()}
    if among is None:
        result = [plain.get(cell, cell) for cell in raw]
    else:
        before = cells or raw
        result = [plain.get(raw[n], raw[n]) if n in among else cell for n, cell in enumerate(before)]
    for cell, (count, first) in _where(text, column, readings, among).items():
        for way in readings[cell].ways:
            ways.add(way, first, (cell, readings[cell].told), count)
    faulty: dict[str, list[int]] = {}
    if any(reading.fault for reading in readings.values()):
        for index, cell in enumerate(raw):
            if (among is None or index in among) and cell in readings and (fault := readings[cell].fault):
                faulty.setdefault(fault, []).append(index)
    bad = np.zeros(len(raw), dtype=bool)
    problems: list[Problem] = []
    for code, indices in faulty.items():
        bad[indices] = True
        problems += _faults(text, column, code, text.distinct(indices, column.name), readings)
    return result, bad if faulty else None, problems


def _where(
    text: TextTable, column: Column, readings: Mapping[str, Reading], among: set[int] | None
) -> dict[str, tuple[int, int]]:
    """How often each text stands in the column, and its first record; in the order of these."""
    raw = text.cells[column.name]
    if among is None and not text.is_spread:
        counts = Counter(raw)
        first = dict(zip(reversed(raw), range(len(raw) - 1, -1, -1), strict=True))
        return {cell: (counts[cell], first[cell]) for cell in sorted(readings, key=first.__getitem__)}
    touched = [n for n, cell in enumerate(raw) if cell in readings and (among is None or n in among)]
    found: dict[str, tuple[int, int]] = {}
    for index in text.distinct(touched, column.name):
        count, first_index = found.get(raw[index], (0, index))
        found[raw[index]] = (count + 1, first_index)
    return found


def _faults(
    text: TextTable, column: Column, code: str, indices: list[int], readings: Mapping[str, Reading]
) -> list[Problem]:
    """One problem for each different cell, with the rows where it stands."""
    raw = text.cells[column.name]
    first: dict[str, list[int]] = {}
    for index in indices:
        first.setdefault(raw[index], []).append(index)
    problems = []
    for cell, places in list(first.items())[:MOST]:
        reading = readings[cell]
        params: dict[str, object] = {"column": column.name, "unit": column.unit or "-", "cell": cell}
        found: object = reading.unit or cell
        if reading.choices:
            params["known"] = reading.choices
        if len(places) > 1:
            params |= {"again": tuple(int(text.rows[n]) for n in places[:5]), "times": len(places)}
        problems.append(error(code, text.place(places[0], column.name), found, "", **params))
    if len(first) > MOST:
        rest = sum(len(places) for places in list(first.values())[MOST:])
        place = text.place(next(iter(list(first.values())[MOST:]))[0], column.name)
        problems.append(error("SCN250", place, rest, kind=code, column=column.name))
    return problems
