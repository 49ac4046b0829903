"""A CSV file as columns of text under the names of its spec, with the row number of every record.

Row numbers are those of a spreadsheet: the header is row 1. Spaces around a cell are not part of it, and rows without
any cell filled are not data; everything else that does not fit is a problem.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.problems import Problem, error, nearest, warning
from scenarios.table_specs import TableSpec

IntArray = NDArray[np.int64]


MOST = 20
"""Cells told of one column and one kind of problem; the rest is counted."""


@dataclass(frozen=True)
class TextTable:
    """Text cells by column name; `headers` gives the name as the planner wrote it, `rows` the row of each record."""

    spec: TableSpec
    file: str
    headers: dict[str, str]
    cells: dict[str, list[str]]
    rows: IntArray

    def place(self, index: int, column: str) -> str:
        """`file:row:column` of a cell; index counts records from 0."""
        return f"{self.file}:{int(self.rows[index])}:{self.headers.get(column, column)}"


def capped(problems: list[Problem], column: str) -> list[Problem]:
    """At most `MOST` problems of one kind, then one that counts the rest."""
    if len(problems) <= MOST:
        return problems
    make = error if problems[0].severity == "error" else warning
    rest = make("SCN250", problems[MOST].place, len(problems) - MOST, kind=problems[0].code, column=column)
    return [*problems[:MOST], rest]


def read_text_table(path: Path, shown: str, spec: TableSpec) -> tuple[TextTable | None, list[Problem]]:
    """Read a CSV file (UTF-8, with or without BOM). shown: the path as problems name it."""
    text, problems = _decoded(path, shown)
    if text is None:
        return None, problems
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as fault:
        return None, [error("SCN202", shown, str(fault))]
    # Most rows start with a filled cell; only the others need a closer look.
    filled = [n for n, cells in enumerate(records) if cells and (cells[0].strip() or "".join(cells).strip())]
    if not filled:
        return None, [error("SCN204", shown, table=spec.name)]
    head = [cell.strip() for cell in records[filled[0]]]
    headers, positions, problems = _columns(head, f"{shown}:{filled[0] + 1}", spec)
    body = filled[1:]
    if not body and spec.name not in ("attendance", "estates"):
        problems.append(error("SCN204", shown, table=spec.name))
    ragged = {n for n in body if len(records[n]) != len(head)}
    places = ((f"{shown}:{n + 1}:1", len(records[n])) for n in sorted(ragged))
    problems += capped([error("SCN205", place, count, columns=len(head)) for place, count in places], "-")
    kept = [n for n in body if n not in ragged] if ragged else body
    columns = list(zip(*(records[n] for n in kept), strict=True)) or [()] * len(head)
    cells = {name: [cell.strip() for cell in columns[position]] for name, position in positions.items()}
    return TextTable(spec, shown, headers, cells, np.array(kept, dtype=np.int64) + 1), problems


def _decoded(path: Path, shown: str) -> tuple[str | None, list[Problem]]:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None, [error("SCN006", shown, shown)]
    except OSError as fault:
        return None, [error("SCN002", shown, fault.strerror or type(fault).__name__)]
    if raw[:2] == b"PK" or raw[:4] == b"\xd0\xcf\x11\xe0":
        return None, [error("SCN201", shown, path.suffix or path.name)]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as fault:
        row = raw[: fault.start].count(b"\n") + 1
        return None, [error("SCN003", f"{shown}:{row}:1", f"0x{raw[fault.start]:02X}")]


def _columns(head: list[str], line: str, spec: TableSpec) -> tuple[dict[str, str], dict[str, int], list[Problem]]:
    """Name as written and position of every known column, and what is wrong with the header."""
    by_alias = {alias.casefold(): column.name for column in spec.columns for alias in (column.name, *column.aliases)}
    headers: dict[str, str] = {}
    positions: dict[str, int] = {}
    problems: list[Problem] = []
    unknown: list[tuple[int, str]] = []
    for position, written in enumerate(head):
        name = by_alias.get(written.casefold())
        if name is None:
            unknown.append((position, written))
        elif name in positions:
            problems.append(error("SCN212", f"{line}:{written}", written, column=name, first=headers[name]))
        else:
            headers[name], positions[name] = written, position
    absent = [column for column in spec.columns if column.name not in positions]
    problems += _unknown(unknown, head, [column.name for column in absent], line)
    for column in absent:
        if column.required:
            meant = nearest(column.name, [written for _, written in unknown])
            known = (column.name, *column.aliases)
            problems.append(error("SCN213", f"{line}:1", near=meant, column=column.name, known=known, head=tuple(head)))
    return headers, positions, problems


def _unknown(unknown: list[tuple[int, str]], head: list[str], absent: list[str], line: str) -> list[Problem]:
    """A column that looks like a misspelt one is an error, any other foreign column is told and left out."""
    problems: list[Problem] = []
    for position, written in unknown:
        place = f"{line}:{written or position + 1}"
        if len(head) == 1 and any(sign in written for sign in ";\t|"):
            problems.append(error("SCN203", place, written))
        elif not written:
            problems.append(error("SCN214", place, position + 1))
        elif near := nearest(written, absent):
            problems.append(error("SCN210", place, written, near=near))
        else:
            problems.append(warning("SCN211", place, written))
    return problems
