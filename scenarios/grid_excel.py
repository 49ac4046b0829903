"""A workbook as grids: the guards first, then the library (calamine) on what they let pass, then values to text."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from scenarios.grid import MOST_SHEETS, Block, Cell, Grid
from scenarios.grid_facts import BookFacts, SheetFacts, UnreadableError
from scenarios.grid_ods import inspect_ods
from scenarios.grid_text import Texts, Value, cells_with
from scenarios.grid_xls import inspect_xls
from scenarios.grid_xlsb import inspect_xlsb
from scenarios.grid_xlsx import inspect_xlsx
from scenarios.problems import Problem, error, note, warning

Guard = Callable[[bytes, str, str | None], BookFacts]
Found = TypeVar("Found")
GUARDS: dict[str, Guard] = {"xlsx": inspect_xlsx, "xlsb": inspect_xlsb, "xls": inspect_xls, "ods": inspect_ods}
"""What looks into a workbook of each kind before the library does."""
_ONE_AT_A_TIME = Lock()
MOST_NAMED = 8
"""Cells of one sheet and one kind of problem that are named; the rest is counted."""


def read_workbook(raw: bytes, shown: str, kind: str, sheet: str | None) -> tuple[tuple[Grid, ...], list[Problem]]:
    """Grids of the visible sheets that hold cells, in the order of the workbook (or of the named sheet alone)."""
    try:
        facts = GUARDS[kind](raw, shown, sheet)
        book = _safely(lambda: CalamineWorkbook.from_filelike(io.BytesIO(raw)), shown)
        return _Book(book, shown, facts).read(sheet)
    except UnreadableError as fault:
        return (), [fault.problem]


class _Book:
    """One workbook while it is read; collects the problems."""

    def __init__(self, book: CalamineWorkbook, shown: str, facts: BookFacts) -> None:
        self.book = book
        self.shown = shown
        self.facts = facts
        self.problems: list[Problem] = list(facts.problems)

    def read(self, wanted: str | None) -> tuple[tuple[Grid, ...], list[Problem]]:
        """The grids and all problems."""
        sheets = self.book.sheets_metadata
        if len(sheets) > MOST_SHEETS:
            return (), [error("SCN270", self.shown, len(sheets), limit=MOST_SHEETS)]
        hidden = [one.name for one in sheets if one.visible is not SheetVisibleEnum.Visible]
        pictures = [one.name for one in sheets if one.typ is not SheetTypeEnum.WorkSheet]
        grids, empty = [], []
        for meta in sheets:
            if meta.name in pictures or (meta.name != wanted if wanted is not None else meta.name in hidden):
                continue
            grid = self.grid(meta.name)
            if grid is not None and grid.rows:
                grids.append(grid)
            elif grid is not None:
                empty.append(meta.name)
        if wanted is None:
            self.told_aside(hidden, [name for name in pictures if name not in hidden], empty)
            if not grids and not any(problem.severity == "error" for problem in self.problems):
                self.problems.append(error("SCN279", self.shown, tuple(one.name for one in sheets)))
        return tuple(grids), self.problems

    def told_aside(self, hidden: list[str], pictures: list[str], empty: list[str]) -> None:
        """Sheets that are not read are named."""
        if hidden:
            self.problems.append(note("SCN275", self.shown, tuple(hidden)))
        if empty or pictures:
            self.problems.append(note("SCN276", self.shown, tuple(empty + pictures)))

    def grid(self, name: str) -> Grid | None:
        """One sheet; None if it cannot be read (the problem is told)."""
        facts = self.facts.sheets.get(name, SheetFacts())
        place = f"{self.shown}[{name}]"
        if facts.refused is not None:
            self.problems.append(facts.refused)
            return None
        sheet, values = _safely(lambda: _values(self.book, name), place)
        texts = Texts()
        rows = [[texts[value] for value in row] for row in values]
        for (row, column), text in facts.errors.items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        grid = Grid(self.shown, _filled(rows), name, facts.merged or _merged(sheet))
        self.problems += _formulas(grid, facts)
        if any("\ufffd" in text for text in texts.values()):
            self.problems.append(warning("SCN261", _lossy(grid), "\ufffd", encoding="@workbook"))
        if overlong := texts.overlong():
            found = cells_with(values, overlong)
            named = [error("SCN277", grid.place(*cell), f"{number:.0f}") for cell, number in found[:MOST_NAMED]]
            self.problems += [*named, *_rest(grid, [cell for cell, _ in found], "SCN277")]
        return grid


def _safely(do: Callable[[], Found], place: str) -> Found:
    """Run a part of the library. Raises UnreadableError for whatever it raises: its panics are no Exception."""
    try:
        with _quiet():
            return do()
    except PasswordError as fault:
        raise UnreadableError(error("SCN266", place)) from fault
    except Exception as fault:
        raise UnreadableError(error("SCN267", place, str(fault) or type(fault).__name__)) from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadableError(error("SCN267", place, "@panic")) from fault


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the library itself prints when it panics from the planner's screen: the problem says it."""
    with _ONE_AT_A_TIME:
        try:
            saved = os.dup(2)
        except OSError:  # there is no screen
            yield
            return
        try:
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def _values(book: CalamineWorkbook, name: str) -> tuple[CalamineSheet, list[list[Value]]]:
    """A sheet and its values from the first cell (A1) on."""
    sheet = book.get_sheet_by_name(name)
    return sheet, sheet.to_python(skip_empty_area=False)


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """Rows up to the last one that holds anything."""
    last = len(rows)
    while last and not any(rows[last - 1]):
        last -= 1
    return rows[:last]


def _merged(sheet: CalamineSheet) -> tuple[Block, ...]:
    return tuple((*first, *last) for first, last in sheet.merged_cell_ranges or ())


def _lossy(grid: Grid) -> str:
    """Place of the first cell with a character that was lost on the way into the workbook."""
    every = ((row, column) for row, texts in enumerate(grid.rows) for column in range(len(texts)))
    return next(grid.place(row, column) for row, column in every if "\ufffd" in grid.rows[row][column])


def _formulas(grid: Grid, facts: SheetFacts) -> list[Problem]:
    """Formulas that were never calculated are errors; the others are read with their saved results."""
    problems = [error("SCN271", grid.place(*cell)) for cell in facts.valueless[:MOST_NAMED]]
    problems += _rest(grid, facts.valueless, "SCN271")
    if counted := facts.formulas - len(facts.valueless):
        problems.append(note("SCN272", f"{grid.file}[{grid.sheet}]", counted))
    return problems


def _rest(grid: Grid, cells: list[Cell], code: str) -> list[Problem]:
    """One problem that counts the cells that were not named."""
    if len(cells) <= MOST_NAMED:
        return []
    return [error("SCN250", grid.place(*cells[MOST_NAMED]), len(cells) - MOST_NAMED, kind=code, column=grid.sheet)]
