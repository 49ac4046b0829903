"""Tables of a study: files in, checked columns out, then typed frames.

A table is checked in two steps so that all problems are told at once: `read_table` checks cells and keys and keeps
numbers as floats (NaN where a cell is bad), so that the cross-checks can go on; `typed` makes the frame of the bundle,
once nothing is wrong.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.problems import Problem, error, note
from scenarios.table_cells import cell_problems, number_column, text_column
from scenarios.table_columns import Column, TableSpec
from scenarios.table_convert import understood
from scenarios.table_said import said_by_name
from scenarios.table_specs import SCHOOL_FLAGS
from scenarios.table_text import TextTable, capped, read_text_table
from scenarios.words import Words

BoolArray = NDArray[np.bool_]
_TEXT_KINDS = ("id", "text", "grade", "choice", "date")


@dataclass(frozen=True)
class Table:
    """A table with its places: `frame` has every column of the spec, in file order, numbers as floats."""

    text: TextTable
    frame: pd.DataFrame

    def place(self, index: int, column: str) -> str:
        """`file:row:column` of a cell; index counts records from 0."""
        return self.text.place(index, column)

    def places(self, column: str) -> dict[str, str]:
        """Place of the cells of a column by the id of their row; the first row of an id counts."""
        ids = self.frame[self.text.spec.key[0]].tolist()
        return {name: self.place(index, column) for index, name in reversed(list(enumerate(ids)))}

    def rows_by(self, column: str) -> dict[str, tuple[int, ...]]:
        """Rows of the file that name a value in a column, by that value; rows counted as the file counts them."""
        found: dict[str, list[int]] = {}
        for value, row in zip(self.frame[column].tolist(), self.text.rows.tolist(), strict=True):
            found.setdefault(str(value), []).append(int(row))
        return {value: tuple(rows) for value, rows in found.items()}

    @property
    def file(self) -> str:
        """The path as problems name it."""
        return self.text.file


def read_table(
    path: Path, shown: str, spec: TableSpec, sheet: str | None = None, words: Words | None = None
) -> tuple[Table | None, list[Problem]]:
    """Read and check one table; None if it could not be read at all.

    shown: the path as problems name it.  sheet: of a workbook; None: the one visible sheet whose head fits.
    words: what the study calls its grades, stages, units and schools; None: ids alone are understood.
    """
    text, problems = read_text_table(path, shown, spec, sheet, words)
    if text is None:
        return None, said_by_name(problems, spec)
    table, found = checked(text, words)
    # A cell that could not be read is not told once more as an empty one.
    unread = {problem.place for problem in problems if problem.severity == "error"}
    empty = {column.missing for column in spec.columns}
    problems += [one for one in found if one.code not in empty or one.place not in unread]
    return table, said_by_name(problems, spec)


def checked(raw: TextTable, words: Words | None = None) -> tuple[Table, list[Problem]]:
    """A table of texts understood, with the checks of its cells and keys."""
    text, problems = understood(raw, words or Words())
    spec = text.spec
    columns: dict[str, pd.Series | NDArray[np.float64]] = {}
    withheld = _withheld(text)
    for column in spec.columns:
        if column.kind in _TEXT_KINDS:
            cells, found = text_column(text, column)
            columns[column.name] = pd.Series(cells, dtype="str")
        else:
            columns[column.name], found = number_column(text, column, withheld)
        # An absent required column has been told once, not once more for every cell.
        problems += found
    frame = pd.DataFrame(columns, index=range(len(text.rows)))
    problems += _stand_ins(text, frame)
    if spec.name == "enrolment":
        problems += _contradicting(text, withheld)
    if spec.name == "schools":
        problems += _flags(text, frame)
    return Table(text, frame), problems + _duplicates(text, frame)


def typed(table: Table) -> pd.DataFrame:
    """The frame of the bundle: final types, derived defaults, rows sorted by the key, index 0..n-1.

    Dates stay texts such as `2023-09-01`, an empty one an empty text.
    """
    frame = table.frame.copy()
    if table.text.spec.name == "units":
        frame["cluster"] = frame["cluster"].where(frame["cluster"] != "", frame["township"])
        frame["attraction"] = frame["attraction"].fillna(frame["urban"].astype(float))
    for column in table.text.spec.columns:
        if column.kind == "flag":
            frame[column.name] = frame[column.name].astype(bool)
        elif column.kind in ("whole", "year") and not _may_hold_nan(column):
            frame[column.name] = frame[column.name].astype(np.int64)
    return frame.sort_values(list(table.text.spec.key), kind="stable", ignore_index=True)


def _may_hold_nan(column: Column) -> bool:
    """Optional numbers without a default, and the pupils (suppressed cells), stay floats."""
    return (not column.required and column.default is None) or column.missing == "SCN221"


def _withheld(text: TextTable) -> BoolArray:
    """Rows whose pupils are suppressed."""
    cells = text.cells.get("suppressed", [])
    marked = [cell.lower() in ("1", "true") for cell in cells] or [False] * len(text.rows)
    return np.array(marked, dtype=bool)


def _contradicting(text: TextTable, withheld: BoolArray) -> list[Problem]:
    """A cell that is marked as suppressed and yet holds a number."""
    if "pupils" not in text.cells:
        return []
    filled = np.array([cell != "" for cell in text.cells["pupils"]], dtype=bool)
    return cell_problems(text, "pupils", withheld & filled, "SCN223")


def _stand_ins(text: TextTable, frame: pd.DataFrame) -> list[Problem]:
    """Empty cells filled from the column that stands in for theirs; one note for the table."""
    problems: list[Problem] = []
    for column in text.spec.columns:
        empty = (frame[column.name] == "").to_numpy() if column.same_as else np.zeros(0, dtype=bool)
        if empty.any():
            frame[column.name] = frame[column.name].mask(empty, frame[column.same_as])
            place = text.place(int(np.flatnonzero(empty)[0]), column.name) if column.name in text.cells else text.file
            count = int(empty.sum())
            problems.append(note("SCN299", place, count, column=column.name, other=column.same_as, rows=len(frame)))
    return problems


def _flags(text: TextTable, frame: pd.DataFrame) -> list[Problem]:
    known = set(SCHOOL_FLAGS)
    words = {value: {word.strip() for word in value.split(";")} - {""} for value in frame["flags"].unique()}
    bad = frame["flags"].map(lambda value: bool(words[value] - known)).to_numpy(dtype=bool)
    return cell_problems(text, "flags", bad, "SCN219", known=SCHOOL_FLAGS, choices=SCHOOL_FLAGS)


def _duplicates(text: TextTable, frame: pd.DataFrame) -> list[Problem]:
    """Rows whose key stands above already."""
    key = [name for name in text.spec.key if name in text.cells]
    if not key or frame.empty:
        return []
    # Rows with an empty key cell have their own problem.
    needed = [name for name in key if text.spec.column(name).required]
    filled = np.logical_and.reduce([(frame[name].notna() & (frame[name] != "")).to_numpy() for name in needed])
    repeated = np.flatnonzero(frame.duplicated(key).to_numpy() & filled)
    if not len(repeated):
        return []
    first_of = np.flatnonzero(~frame.duplicated(key).to_numpy())
    values_of = frame[key].to_numpy()
    firsts = {tuple(values_of[index]): int(text.rows[index]) for index in first_of.tolist()}
    problems = []
    for index in repeated.tolist():
        values = tuple(values_of[index])
        shown = ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
        place = text.place(index, key[0])
        problems.append(error("SCN225", place, shown, key=tuple(key), first=firsts[values]))
    return capped(problems, key[0])
