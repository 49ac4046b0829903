"""Extent of a sheet from its XML, element by element: slow and exact, for what the fast look could not settle."""

import re
from xml.parsers import expat

from scenarios.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, column_number

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_REFERENCE = re.compile(r"\s*([A-Za-z]{1,3})(\d{1,7})\s*")


class _EnoughError(Exception):
    """The sheet is too large, however it goes on."""


class _OutsideError(Exception):
    """A cell or a row that no spreadsheet has."""


class _Walker:
    """Follows rows and cells; a cell counts once it has a value."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.at = (0, 0)
        self.rows = self.columns = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(":")[2]
        if tag in ("v", "is"):
            self.fill()
        elif tag == "c":
            self.at = self.place(attributes.get("r"))
            self.column = self.at[1] + 1
        elif tag == "row":
            self.column = 0
            written = attributes.get("r")
            if written is not None:
                if not re.fullmatch(r"\s*\d{1,7}\s*", written):
                    raise _OutsideError
                self.row = int(written) - 1

    def end(self, name: str) -> None:
        """An element ends."""
        if name.rpartition(":")[2] == "row":
            self.row += 1

    def place(self, reference: str | None) -> tuple[int, int]:
        """Row and column of the cell that begins."""
        if reference is None:
            return self.row, self.column
        match = _REFERENCE.fullmatch(reference)
        if not match:
            raise _OutsideError
        return int(match[2]) - 1, column_number(match[1])

    def fill(self) -> None:
        """The present cell has a value."""
        row, column = self.at
        if not (0 <= row < _LAST_ROW and column < _LAST_COLUMN):
            raise _OutsideError
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            raise _EnoughError


def exact_extent(data: bytes) -> tuple[int, int] | None:
    """Rows and columns up to the last cell with a value (as far as they were followed); None if the XML is broken."""
    walker = _Walker()
    parser = expat.ParserCreate()
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    try:
        parser.Parse(data, True)
    except _EnoughError:
        pass
    except (expat.ExpatError, _OutsideError, ValueError, LookupError):
        return None
    return walker.rows, walker.columns


def is_whole(data: bytes) -> bool:
    """Whether a text is well-formed XML: the library is more lenient, and a guard must not be."""
    try:
        expat.ParserCreate().Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        return False
    return True
