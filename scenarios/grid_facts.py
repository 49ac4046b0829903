"""What the guards find out about a workbook before the library reads it, and when they refuse it."""

from dataclasses import dataclass, field

from scenarios.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Block, Cell
from scenarios.problems import Problem, error

ERROR_NAMES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
"""Names of the errors of a spreadsheet by their number in binary files."""


class UnreadableError(Exception):
    """The whole file cannot be read; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass
class SheetFacts:
    """Of one sheet: what the library does not tell, and why the sheet is not read, if it is not."""

    refused: Problem | None = None
    formulas: int = 0
    valueless: list[Cell] = field(default_factory=list)
    """Cells with a formula that was never calculated: the library would read them as empty."""
    errors: dict[Cell, str] = field(default_factory=dict)
    """Cells that hold an error of the spreadsheet (`#REF!`): the library would read them as empty."""
    merged: tuple[Block, ...] | None = None
    """Merged blocks, where the library does not tell them."""


@dataclass
class BookFacts:
    """Of a workbook: its sheets by name (those that the guard had something to say of), and problems of the whole."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def extent_problem(place: str, rows: int, columns: int) -> Problem | None:
    """Whether a sheet with cells up to this row and column is larger than any table may be."""
    for what, found, limit in (("@rows", rows, MOST_ROWS), ("@columns", columns, MOST_COLUMNS)):
        if found > limit:
            return error("SCN269", place, f"{found:,}", what=what, limit=f"{limit:,}")
    if rows * columns > MOST_CELLS:
        return error("SCN269", place, f"{rows:,} x {columns:,}", what="@cells", limit=f"{MOST_CELLS:,}")
    return None
