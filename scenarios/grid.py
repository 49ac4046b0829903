"""A grid: the cells of one sheet as the planner sees them, before anybody knows what they mean.

What reads files (`grid_csv`, `grid_excel`) hands out grids; what understands tables (`table_text` and beside it) takes
them. A grid knows where each of its cells stands, so that every problem can name file, sheet, row and column.
"""

from dataclasses import dataclass

MOST_ROWS = 500_000
"""Rows of one table; more is refused: no county has as many, and memory stays bounded."""
MOST_COLUMNS = 2_000
MOST_CELLS = 10_000_000
"""Cells of one table, the empty ones too: about a gigabyte of memory."""
MOST_SHEETS = 200
MOST_BYTES = 200_000_000
"""Size of a table file, and of a workbook unpacked [bytes]."""

Block = tuple[int, int, int, int]
Cell = tuple[int, int]
"""Row and column of a cell, from 0."""


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet as text, row by row; empty rows are kept, so that row i is row i + 1 of the spreadsheet.

    A whole number of a workbook is its digits (`2152000123`, never `2152000123.0`), a date is `2023-08-31`, true and
    false are `1` and `0`, an error of Excel keeps its name (`#REF!`); an empty cell is an empty text.
    """

    file: str
    """The file as problems name it."""
    rows: list[list[str]]
    """Rows may differ in length in a CSV file; those of a sheet do not."""
    sheet: str | None = None
    """Name of the sheet; None for a CSV file."""
    merged: tuple[Block, ...] = ()
    """Merged blocks: first row, first column, last row, last column, from 0, ends included."""

    def place(self, row: int, column: int, head: str = "") -> str:
        """Place of a cell, counted from 0: `book.xlsx[sheet]!E17`; `file.csv:17:head` (or the column number)."""
        if self.sheet is None:
            return f"{self.file}:{row + 1}:{head or column + 1}"
        return f"{self.file}[{self.sheet}]!{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    """Letters of a column counted from 0: A, B, ..., Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Column counted from 0 of its letters, capital or small; -1 without letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
