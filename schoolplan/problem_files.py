"""`check --out DIR`: all problems as a table (`problems.csv`) and those with a place on the map as layers."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gis.findings import Finding
from gis.problem_layer import write_problem_layer
from reports.harmless import harmless
from reports.whole import whole_folder
from scenarios.problems import Problem, as_record
from schoolplan.show import SEVERITIES

TABLE, LAYERS = "problems.csv", "problems.gpkg"
COLUMNS = (
    "code",
    "severity",
    "file",
    "sheet",
    "row",
    "column",
    "found",
    "message",
    "expected",
    "fix",
    "area_m2",
    "at",
)
_SHEET = re.compile(r"(?P<file>.+?)\[(?P<sheet>.*)\](?:!(?P<column>[A-Z]+)(?P<row>\d+))?")
_FEATURE = re.compile(r"(?P<file>.+?):feature (?P<row>\d+)(?: \((?P<column>.*)\))?")
_LINE = re.compile(r"(?P<file>(?:[A-Za-z]:/)?[^:]+)(?::(?P<row>\d+))?(?::(?P<column>.*))?")


@dataclass(frozen=True)
class Spot:
    """A place of a problem, taken apart; what it does not say is empty."""

    file: str
    sheet: str = ""
    row: str = ""
    column: str = ""


def spot(place: str) -> Spot:
    """File, sheet, row and column of a place.

    `book.xlsx[sheet]!E17`, `table.csv:17:unit`, `study.yaml:3:12`, `units.geojson:feature 12 (u013)` (row 12, column
    u013), `schools.csv:s1` (column s1).
    """
    for pattern in (_SHEET, _FEATURE, _LINE):
        match = pattern.fullmatch(place)
        if match is not None:
            return Spot(**{name: text or "" for name, text in match.groupdict().items()})
    return Spot(place)


def write_problems(problems: Sequence[Problem], target: Path, lang: str) -> list[Path]:
    """Write both files to a new or empty folder; returns them. Raises RunError (RUN005) if it holds anything."""
    with whole_folder(target) as folder:
        names = write_into(folder, problems, lang)
    return [target / name for name in names]


def write_into(folder: Path, problems: Sequence[Problem], lang: str) -> list[str]:
    """Write both files to an existing folder; returns their names. Without anything on the map there are no layers."""
    ordered = [problem for severity in SEVERITIES for problem in problems if problem.severity == severity]
    write_csv(folder / TABLE, COLUMNS, (_row(problem, lang) for problem in ordered))
    return [TABLE, LAYERS] if write_problem_layer(problems, folder / LAYERS) else [TABLE]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """A table that Excel opens with its Chinese intact, and without taking any cell for a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([harmless(str(row[name])) for name in columns] for row in rows)


def _row(problem: Problem, lang: str) -> dict[str, object]:
    where, marks = spot(problem.place), problem.marks if isinstance(problem, Finding) else ()
    area = sum(mark.area_m2 or 0.0 for mark in marks)
    told = as_record(problem, lang)
    return {
        **vars(where),
        **{name: told[name] for name in ("code", "severity", "found", "message", "expected", "fix")},
        "area_m2": f"{area:.1f}" if area else "",
        "at": marks[0].at if marks else "",
    }
