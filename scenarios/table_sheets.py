"""Which sheet of a workbook holds a table: the one visible sheet whose head fits it best."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.grid import Grid
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, error, note, warning
from scenarios.table_columns import TableSpec
from scenarios.table_head import Head, find_head
from scenarios.table_meaning import Meanings

Chosen = tuple[Grid | None, Head | None, list[Problem]]


def chosen_sheet(grids: tuple[Grid, ...], shown: str, meanings: Meanings) -> Chosen:
    """The grid that holds the table and its head; an error if no sheet fits, or two fit equally well.

    A file of one grid is that table, whatever its head: the head is then checked column by column.
    """
    spec = meanings.spec
    heads = [(grid, head) for grid in grids if (head := find_head(grid, meanings)) is not None]
    if not heads:
        return None, None, [error("SCN204", shown, table=spec.name)]
    if len(heads) == 1:
        return *heads[0], []
    fitting = [(grid, head) for grid, head in heads if _fits(head, spec)]
    if not fitting:
        return None, None, [_unclear(shown, heads, spec, "@no_sheet_fits")]
    best = max(_fit(head, spec) for _, head in fitting)
    first = [(grid, head) for grid, head in fitting if _fit(head, spec) == best]
    if len(first) > 1:
        return None, None, [_unclear(shown, first, spec, "@sheets_fit_equally")]
    grid, head = first[0]
    others = tuple(other.sheet or "" for other, _ in heads if other is not grid)
    return grid, head, [note("SCN283", f"{shown}[{grid.sheet}]", grid.sheet or "", table=spec.name, others=others)]


def hidden_names(told: Sequence[Problem]) -> list[str]:
    """Hidden sheets, from what reading the workbook told (SCN275)."""
    found = [one.params.get("found") or one.found for one in told if one.code == "SCN275"]
    return [name for names in found for name in (names if isinstance(names, tuple) else (str(names),))]


def hidden_that_fit(path: Path, shown: str, told: Sequence[Problem], meanings: Meanings) -> list[Problem]:
    """A warning that names the hidden sheets whose head fits a table that no visible sheet holds."""
    found = []
    for name in hidden_names(told):
        grids, _ = read_grids(path, shown, name)
        heads = [head for grid in grids if (head := find_head(grid, meanings)) is not None]
        found += [name] if any(_fits(head, meanings.spec) for head in heads) else []
    return [warning("SCN251", shown, tuple(found), table=meanings.spec.name)] if found else []


def _fit(head: Head, spec: TableSpec) -> tuple[int, int]:
    """Required columns, then all columns that the head holds."""
    return sum(column.name in head.found for column in spec.columns if column.required), len(head.found)


def _fits(head: Head, spec: TableSpec) -> bool:
    """Whether a head holds at least half of the required columns, and an id of the table among them."""
    required = [column.name for column in spec.columns if column.required]
    keys = [name for name in spec.key if spec.column(name).required]
    return 2 * _fit(head, spec)[0] >= len(required) and any(name in head.found for name in keys)


def _unclear(shown: str, heads: list[tuple[Grid, Head]], spec: TableSpec, why: str) -> Problem:
    sheets = tuple(f"{grid.sheet} ({_fit(head, spec)[0]})" for grid, head in heads)
    required = tuple(column.zh or column.name for column in spec.columns if column.required)
    return error("SCN281", shown, sheets, why=why, table=spec.name, required=required)
