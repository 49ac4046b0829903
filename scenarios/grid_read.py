"""Any table file as grids: start reading here.

The file is recognised by what it holds, not by its name; guards look at it before a library does. What cannot be read
becomes a problem, and so does everything that is left aside (hidden sheets, macros); nothing raises for bad input.
"""

from collections.abc import Callable
from pathlib import Path

from scenarios.grid import MOST_BYTES, Grid
from scenarios.grid_csv import read_csv
from scenarios.grid_excel import read_workbook
from scenarios.grid_kinds import ENCRYPTED, Kind, kind_of
from scenarios.problems import Problem, error, note

Grids = tuple[tuple[Grid, ...], list[Problem]]
_OF_CELLS = ("SCN250", "SCN261", "SCN271", "SCN272", "SCN277")
Reader = Callable[[bytes, str, str, str | None], Grids]


def _csv(raw: bytes, shown: str, _kind: str, _sheet: str | None) -> Grids:
    grid, problems = read_csv(raw, shown)
    return (() if grid is None else (grid,)), problems


READERS: dict[str, Reader] = {"csv": _csv, **dict.fromkeys(("xlsx", "xlsb", "xls", "ods"), read_workbook)}
"""What reads each kind of file that `kind_of` knows."""


def read_grids(path: Path, shown: str, sheet: str | None = None) -> Grids:
    """The grids of a table file, one for each sheet that is visible and holds cells, and all that is to be said.

    shown: the path as problems name it.  sheet: read only this sheet of a workbook, also if it is hidden; nothing is
    said of the others. A CSV file is one grid and has no sheets.
    """
    raw, problems = _bytes(path, shown)
    if raw is None:
        return (), problems
    kind = kind_of(raw)
    if not kind.name:
        return (), [_unreadable(kind, path, shown)]
    if not kind.fits(path):
        problems.append(note("SCN264", shown, path.suffix, kind=f"@kind_{kind.name}"))
    grids, found = READERS[kind.name](raw, shown, kind.name, sheet)
    return grids, problems + found


def _bytes(path: Path, shown: str) -> tuple[bytes | None, list[Problem]]:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            limit = f"{MOST_BYTES / 1e6:.0f} MB"
            return None, [error("SCN268", shown, f"{size / 1e6:.1f} MB", what="@file_size", limit=limit)]
        return path.read_bytes(), []
    except FileNotFoundError:
        return None, [error("SCN006", shown, shown)]
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else None
        return None, [error("SCN002", shown, reason or type(fault).__name__)]


def _unreadable(kind: Kind, path: Path, shown: str) -> Problem:
    if kind.other == ENCRYPTED:
        return error("SCN266", shown)
    if kind.other in ("@kind_broken_zip", "@kind_broken_ole"):
        return error("SCN267", shown, kind.other)
    return error("SCN265", shown, kind.other, suffix=path.suffix)


def without_other_sheets(problems: list[Problem], grid: Grid) -> list[Problem]:
    """Problems of a workbook of which one sheet is used: what is wrong with single cells of the others does not matter.

    A sheet that could not be read at all stays told: it may be the one that was meant.
    """
    others, own = f"{grid.file}[", f"{grid.file}[{grid.sheet}]"
    return [
        problem
        for problem in problems
        if problem.code not in _OF_CELLS or not problem.place.startswith(others) or problem.place.startswith(own)
    ]
