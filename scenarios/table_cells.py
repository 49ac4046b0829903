"""Checks of the cells of one column, vectorised; every bad cell becomes a problem with its row and column."""

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from scenarios.problems import Problem, Severity, error, nearest, warning
from scenarios.schema_base import ID_PATTERN
from scenarios.table_specs import Column
from scenarios.table_text import MOST, TextTable

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_ID = re.compile(ID_PATTERN)
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_FLAGS = {"1": 1.0, "0": 0.0, "true": 1.0, "false": 0.0}
_WORDS = ("SCN208", "SCN209")


def cell_problems(
    table: TextTable,
    column: str,
    bad: BoolArray,
    code: str,
    /,
    severity: Severity = "error",
    known: Collection[str] = (),
    **params: object,
) -> list[Problem]:
    """One problem for each bad cell (at most `MOST`), and one that counts the rest. known: for "did you mean".

    A word that is wrong in the same way on many rows is one problem that names them; numbers are told one by one.
    """
    make = error if severity == "error" else warning
    indices = table.distinct(np.flatnonzero(bad).tolist(), column)
    groups = _groups(table, column, indices, bool(known) or code in _WORDS)
    problems = []
    for group in groups[:MOST]:
        found = table.shown(group[0], column)
        near = nearest(found, known) if known and found else ""
        again = {} if len(group) == 1 else {"again": repeated(table, group), "times": len(group)}
        place = table.place(group[0], column)
        problems.append(make(code, place, found, near=near, column=column, **again, **params))
    if len(groups) > MOST:
        rest = sum(len(group) for group in groups[MOST:])
        problems.append(make("SCN250", table.place(groups[MOST][0], column), rest, kind=code, column=column))
    return problems


def _groups(table: TextTable, column: str, indices: list[int], by_text: bool) -> list[list[int]]:
    """Records with the same text together, in the order of the first of each."""
    if not by_text or column not in table.cells:
        return [[index] for index in indices]
    groups: dict[str, list[int]] = {}
    for index in indices:
        groups.setdefault(table.shown(index, column) or str(index), []).append(index)
    return list(groups.values())


def repeated(table: TextTable, indices: list[int]) -> tuple[int, ...]:
    """The first rows of some records, each once."""
    return tuple(dict.fromkeys(int(table.rows[index]) for index in indices[: MOST * 5]))[:5]


def text_column(table: TextTable, column: Column) -> tuple[list[str], list[Problem]]:
    """A column of ids, texts, grades or choices."""
    cells = table.cells.get(column.name)
    default = str(column.default or "")
    if cells is None:
        return [default] * len(table.rows), []
    empty = _matches(cells, {""}) & ~table.is_told(column.name)
    problems = _empty_cells(table, column, empty) if column.required else []
    if column.kind == "id" and column.name not in table.resolved:
        malformed = {cell for cell in set(cells) if cell and not _ID.fullmatch(cell)}
        problems += cell_problems(table, column.name, _matches(cells, malformed), "SCN208")
    if column.kind == "choice":
        foreign = set(cells) - set(column.choices) - {""}
        shown = tuple(choice for choice in column.choices if choice)
        bad = _matches(cells, foreign)
        problems += cell_problems(table, column.name, bad, "SCN209", known=shown, choices=shown)
    return [cell or default for cell in cells] if default else cells, problems


def number_column(table: TextTable, column: Column, may_be_empty: BoolArray) -> tuple[FloatArray, list[Problem]]:
    """A column of numbers or flags as float, NaN where empty or bad; whole numbers and ranges are checked."""
    cells = table.cells.get(column.name)
    default = np.nan if column.default is None else float(column.default)
    if cells is None:
        return np.full(len(table.rows), default), []
    empty = _matches(cells, {""})
    told = table.is_told(column.name)
    values = _numbers(cells, column)
    unread = ~empty & ~told & ~np.isfinite(values)
    values[unread | told] = np.nan
    code = "SCN215" if column.kind == "flag" else "SCN207"
    problems = cell_problems(table, column.name, unread, code)
    if column.required:
        problems += _empty_cells(table, column, empty & ~may_be_empty & ~told)
    else:
        values[empty & ~told] = default
    return values, problems + _ranges(table, column, values)


def _empty_cells(table: TextTable, column: Column, empty: BoolArray) -> list[Problem]:
    """Required cells that are empty; of a choice, with what may be chosen."""
    choices = tuple(choice for choice in column.choices if choice)
    needed = "@a_choice" if choices else "@a_value"
    return cell_problems(table, column.name, empty, column.missing, needed=needed, choices=choices)


def _matches(cells: list[str], wanted: Collection[str]) -> BoolArray:
    """Which cells are one of the wanted texts. Plain loops: most tables are short, and frames gain nothing here."""
    if not wanted:
        return np.zeros(len(cells), dtype=bool)
    return np.fromiter((cell in wanted for cell in cells), dtype=bool, count=len(cells))


def _numbers(cells: list[str], column: Column) -> FloatArray:
    if column.kind == "flag":
        values = (_FLAGS.get(cell.lower(), np.nan) for cell in cells)
    else:
        # Only plain digits: `1,200`, `12人`, full-width digits and `nan` are for the planner to settle.
        read = {cell: float(cell) if _PLAIN.fullmatch(cell) else np.nan for cell in set(cells)}
        values = (read[cell] for cell in cells)
    return np.fromiter(values, dtype=np.float64, count=len(cells))


def _ranges(table: TextTable, column: Column, values: FloatArray) -> list[Problem]:
    problems: list[Problem] = []
    known = np.isfinite(values)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    below, above = known & (values < low), known & (values > high)
    counted = column.name in ("pupils", "children", "births")
    expected = _range(column)
    problems += cell_problems(table, column.name, below, "SCN224" if counted else "SCN216", expected=expected)
    problems += cell_problems(table, column.name, above, "SCN216", expected=expected)
    outside = below | above
    # What cannot be is not handed on: the cross-checks go on without it.
    values[outside] = np.nan
    if column.kind in ("whole", "year"):
        broken = known & ~outside & (values != np.floor(values))
        problems += cell_problems(table, column.name, broken, "SCN217")
    if column.usual is not None:
        odd = known & ~outside & ((values < column.usual[0]) | (values > column.usual[1]))
        usual = f"{column.usual[0]:g} - {column.usual[1]:g}"
        problems += cell_problems(table, column.name, odd, "SCN218", "warning", usual=usual, unit=column.unit)
    return problems


def _range(column: Column) -> str:
    low = f">= {column.low:g}" if column.low is not None else ""
    high = f"<= {column.high:g}" if column.high is not None else ""
    return ", ".join(part for part in (low, high) if part)
