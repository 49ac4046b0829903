"""The guard of `.xlsb`: walks the records of its parts before the library makes room for them.

Record numbers and layouts: [MS-XLSB] 2.3-2.4.
"""

import struct
from collections.abc import Iterator

from scenarios.grid import MOST_SHEETS
from scenarios.grid_facts import ERROR_NAMES, BookFacts, SheetFacts, extent_problem
from scenarios.grid_xlsx import book_problems, part_targets
from scenarios.grid_zip import Parts

_ROW, _BLANK, _LAST_CELL, _MERGED, _SHEET = 0, 1, 11, 176, 156
_ERROR_CELLS, _FORMULAS = (3, 11), (8, 9, 10, 11)
_ROWS, _COLUMNS = 1_048_576, 16_384
Record = tuple[int, int, int]


def inspect_xlsb(raw: bytes, shown: str, wanted: str | None) -> BookFacts:
    """Facts of a workbook and of its sheets (of the wanted one alone). Raises UnreadableError."""
    parts = Parts(raw, shown)
    facts = BookFacts(problems=book_problems(parts, shown))
    for shared in ("xl/sharedStrings.bin", "xl/styles.bin"):
        if shared in parts:
            _walk(parts.read(shared), parts, shared)
    for sheet, part in _sheet_parts(parts).items():
        if wanted in (None, sheet) and part.startswith("xl/worksheets/"):
            facts.sheets[sheet] = _inspect_sheet(parts.read(part), f"{shown}[{sheet}]", parts, part)
    return facts


def _records(data: bytes) -> Iterator[Record]:
    """Number, start and end of every record. Raises ValueError for one that goes beyond the end."""
    at, size = 0, len(data)
    while at < size:
        number = data[at]
        at += 1
        if number & 0x80:
            number = (number & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if at + length > size:
            raise ValueError("record beyond the end")
        yield number, at, at + length
        at += length


def _walk(data: bytes, parts: Parts, name: str) -> None:
    """Follow a part to its end."""
    try:
        for _ in _records(data):
            pass
    except (ValueError, IndexError) as fault:
        raise parts.damaged(name) from fault


def _sheet_parts(parts: Parts) -> dict[str, str]:
    """Name of each sheet and of its part, in the order of the workbook."""
    targets = part_targets(parts, "xl/_rels/workbook.bin.rels")
    data = parts.read("xl/workbook.bin")
    found: dict[str, str] = {}
    try:
        for number, start, _ in _records(data):
            if number == _SHEET:
                relation, start = _text(data, start + 8)
                name, _ = _text(data, start)
                if name in found or relation not in targets or len(found) > MOST_SHEETS:
                    raise ValueError("sheets")
                found[name] = targets[relation]
    except (ValueError, IndexError, struct.error) as fault:
        raise parts.damaged("xl/workbook.bin") from fault
    return found


def _text(data: bytes, start: int) -> tuple[str, int]:
    """A counted text and where it ends."""
    (length,) = struct.unpack_from("<I", data, start)
    end = start + 4 + 2 * length
    if end > len(data):
        raise ValueError("text beyond the end")
    return data[start + 4 : end].decode("utf-16-le"), end


def _inspect_sheet(data: bytes, place: str, parts: Parts, part: str) -> SheetFacts:
    facts = SheetFacts()
    merged = []
    row = rows = columns = 0
    try:
        for number, start, _ in _records(data):
            if number == _ROW:
                (row,) = struct.unpack_from("<I", data, start)
            elif _BLANK < number <= _LAST_CELL:
                (column,) = struct.unpack_from("<I", data, start)
                if row >= _ROWS or column >= _COLUMNS:
                    raise ValueError("cell outside")
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                facts.formulas += number in _FORMULAS
                if number in _ERROR_CELLS:
                    facts.errors[(row, column)] = ERROR_NAMES.get(data[start + 8], "#N/A")
            elif number == _MERGED:
                first_row, last_row, first, last = struct.unpack_from("<4I", data, start)
                merged.append((first_row, first, last_row, last))
    except (ValueError, IndexError, struct.error) as fault:
        raise parts.damaged(part) from fault
    facts.merged = tuple(merged)
    facts.refused = extent_problem(place, rows, columns)
    return facts
