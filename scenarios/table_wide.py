"""From values across the page to one row each; every cell keeps its true place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.grid import Grid
from scenarios.problems import Problem, error
from scenarios.spelling import is_nothing
from scenarios.table_head import Head

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Long:
    """Columns of a long table. rows: grid row of each record; positions: its grid column, by column."""

    cells: dict[str, list[str]]
    rows: IntArray
    positions: dict[str, IntArray]
    empty: int
    """Values that were empty and made no record."""


@dataclass(frozen=True)
class _Group:
    """Columns of one combination of the values across: value column -> position."""

    across: Mapping[str, str]
    values: dict[str, int]


def melted(head: Head, rows: Sequence[int], columns: Sequence[Sequence[str]]) -> Long:
    """One record for each row and combination across that holds any value. columns: cells by position."""
    groups = _groups(head)
    names = sorted({name for group in groups for name in group.values})
    across = sorted(head.across)
    kept: list[tuple[int, int]] = []  # index of the row, index of the group
    filled = [[_filled(columns, group, index) for index in range(len(rows))] for group in groups]
    for index in range(len(rows)):
        kept += [(index, number) for number in range(len(groups)) if filled[number][index]]
    cells: dict[str, list[str]] = {}
    positions: dict[str, IntArray] = {}
    for name, place in head.columns.items():
        column = columns[place] if place < len(columns) else ("",) * len(rows)
        cells[name] = [column[index].strip() for index, _ in kept]
        positions[name] = np.full(len(kept), place, dtype=np.int64)
    for name in across:
        cells[name] = [groups[number].across[name] for _, number in kept]
        positions[name] = np.array([min(groups[number].values.values()) for _, number in kept], dtype=np.int64)
    for name in names:
        places = [groups[number].values.get(name, -1) for _, number in kept]
        pairs = zip(kept, places, strict=True)
        cells[name] = ["" if place < 0 else columns[place][index].strip() for (index, _), place in pairs]
        fallback = (min(groups[number].values.values()) for _, number in kept)
        pairs_of_places = zip(places, fallback, strict=True)
        positions[name] = np.array([place if place >= 0 else other for place, other in pairs_of_places], dtype=np.int64)
    at = np.array([rows[index] for index, _ in kept], dtype=np.int64)
    return Long(cells, at, positions, len(rows) * len(groups) - len(kept))


def _groups(head: Head) -> list[_Group]:
    groups: dict[tuple[tuple[str, str], ...], _Group] = {}
    for wide in head.wide:
        if not wide.total:
            group = groups.setdefault(tuple(sorted(wide.across.items())), _Group(wide.across, {}))
            group.values.setdefault(wide.value, wide.position)
    return list(groups.values())


def _filled(columns: Sequence[Sequence[str]], group: _Group, index: int) -> bool:
    for place in group.values.values():
        cell = columns[place][index].strip() if place < len(columns) else ""
        if cell and not is_nothing(cell):
            return True
    return False


def doubled(grid: Grid, head: Head) -> list[Problem]:
    """Two heads for the same values."""
    problems = []
    first: dict[tuple[object, ...], int] = {}
    for wide in head.wide:
        key = (wide.value, tuple(sorted(wide.across.items())), wide.total)
        if not wide.total and key in first:
            place, before = grid.place(head.last, wide.position, head.written[wide.position]), first[key]
            shown = ", ".join([wide.value, *wide.across.values()])
            problems.append(
                error("SCN212", place, head.written[wide.position], column=shown, first=head.written[before])
            )
        first.setdefault(key, wide.position)
    return problems
