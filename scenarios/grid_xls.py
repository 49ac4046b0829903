"""The guard of `.xls` (and WPS `.et`): walks the records of the workbook before the library makes room for them.

Record numbers and layouts: [MS-XLS] 2.3-2.4. Sizes that a record declares are compared with what the file can hold.
"""

import struct
from collections.abc import Iterator

from scenarios.grid import MOST_SHEETS
from scenarios.grid_facts import ERROR_NAMES, BookFacts, SheetFacts, UnreadableError, extent_problem
from scenarios.grid_ole import Container, OleError
from scenarios.problems import error, note, warning

_END, _FORMULA, _DIMENSIONS, _PASSWORD, _SHEET, _SHARED_TEXT, _SUPBOOK, _MANY, _ERROR = (
    0x0A, 0x06, 0x200, 0x2F, 0x85, 0xFC, 0x1AE, 0xBD, 0x205,
)  # fmt: skip
_CELLS = {_FORMULA, _MANY, _ERROR, 0x203, 0x204, 0x27E, 0xFD, 0xD6}
"""Records of cells with a value: formula, many RK, boolean or error, number, label, RK, shared text, rich text."""
_ROWS, _COLUMNS = 65_536, 256
_OWN_LINKS = (b"\x01\x04", b"\x01\x3a")
"""Links of a workbook to itself and to add-ins."""
Record = tuple[int, bytes]


def inspect_xls(raw: bytes, shown: str, wanted: str | None) -> BookFacts:
    """Facts of a workbook. All its sheets are guarded: the library reads all. Raises UnreadableError."""
    try:
        container = Container(raw)
        stream = container.stream("Workbook", "Book")
        facts = BookFacts()
        for name, start in _sheets(stream, shown, facts):
            if name in facts.sheets or len(facts.sheets) > MOST_SHEETS:
                raise OleError("sheets")
            facts.sheets[name] = _inspect_sheet(stream, start, f"{shown}[{name}]")
    except (OleError, struct.error, IndexError) as fault:
        raise UnreadableError(error("SCN267", shown, "@kind_broken_ole")) from fault
    refused = [sheet.refused for sheet in facts.sheets.values() if sheet.refused is not None]
    if refused:
        raise UnreadableError(refused[0])
    if "_VBA_PROJECT_CUR" in container.names():
        facts.problems.append(note("SCN274", shown))
    return facts


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """Records from a place on to the end mark. Raises OleError for one that goes beyond the end."""
    size = len(stream)
    while start + 4 <= size:
        number, length = struct.unpack_from("<HH", stream, start)
        start += 4
        if start + length > size:
            raise OleError("record beyond the end")
        yield number, stream[start : start + length]
        if number == _END:
            return
        start += length


def _sheets(stream: bytes, shown: str, facts: BookFacts) -> Iterator[tuple[str, int]]:
    """Name and place of every sheet; other facts of the workbook go into facts."""
    if len(stream) < 8 or stream[:2] not in (b"\x09\x08", b"\x09\x04", b"\x09\x02"):
        raise OleError("no workbook")
    wide = struct.unpack_from("<H", stream, 4)[0] >= 0x600
    links = 0
    found: list[tuple[str, int]] = []
    for number, data in _records(stream, 0):
        if number == _PASSWORD:
            raise UnreadableError(error("SCN266", shown))
        if number == _SHARED_TEXT and struct.unpack_from("<I", data, 4)[0] > len(stream) // 3:
            raise OleError("more texts than bytes")
        if number == _SUPBOOK and data[2:4] not in _OWN_LINKS:
            links += 1
        if number == _SHEET:
            found.append((_name(data, wide), struct.unpack_from("<I", data)[0]))
    if links:
        facts.problems.append(warning("SCN273", shown, links))
    yield from found


def _name(data: bytes, wide: bool) -> str:
    if not wide:
        return data[7 : 7 + data[6]].decode("gb18030", errors="replace")
    if data[7] & 1:
        return data[8 : 8 + 2 * data[6]].decode("utf-16-le", errors="replace")
    return data[8 : 8 + data[6]].decode("latin-1")


def _inspect_sheet(stream: bytes, start: int, place: str) -> SheetFacts:
    facts = SheetFacts()
    rows = columns = 0
    for number, data in _records(stream, start):
        if number == _DIMENSIONS:
            row, last_row, column, last = struct.unpack_from("<4H" if len(data) < 14 else "<IIHH", data)
            if not (row <= last_row <= _ROWS and column <= last <= _COLUMNS):
                raise OleError("dimensions")
        if number not in _CELLS:
            continue
        row, column = struct.unpack_from("<HH", data)
        last = struct.unpack_from("<H", data, len(data) - 2)[0] if number == _MANY else column
        if last >= _COLUMNS or last < column:
            raise OleError("column")
        rows, columns = max(rows, row + 1), max(columns, last + 1)
        if number == _FORMULA:
            facts.formulas += 1
            if data[12:14] == b"\xff\xff" and data[6] == 2:
                facts.errors[(row, column)] = ERROR_NAMES.get(data[8], "#N/A")
        elif number == _ERROR and data[7] == 1:
            facts.errors[(row, column)] = ERROR_NAMES.get(data[6], "#N/A")
    facts.refused = extent_problem(place, rows, columns)
    return facts
