"""Births by calendar year that guide the split of age bands: a provincial panel, or a table of years and births.

Only the shape of the series is used (which years had many births), never its level.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scenarios.grid import Grid
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, error, note
from scenarios.spelling import folded
from scenarios.table_values import PLAIN, number, year

YEARS = (1900, 2200)
_YEAR = ("year", "年份", "年度", "年")
_BIRTHS = ("births", "births10kderived", "births10k", "出生人口", "出生人数", "出生数", "出生人口数", "出生")
_PROVINCE = ("provincecode", "省代码", "省级代码", "省份代码", "区划代码", "province", "省", "省份")


@dataclass(frozen=True)
class BirthSeries:
    """Births by calendar year, in any unit."""

    births: dict[int, float]
    shown: str
    province: bool
    """Whether they are those of the whole province."""


def read_births(path: Path, shown: str, code: str, province: str) -> tuple[BirthSeries | None, list[Problem]]:
    """The series of one province, or the only one of a table.

    shown: the path as problems name it.  code: six-digit code of the place.  province: its name, may be empty.
    """
    grids, problems = read_grids(path, shown)
    if not grids:
        return None, problems
    for grid in grids:
        for row, cells in enumerate(grid.rows[:20]):
            keys = [folded(cell) for cell in cells]
            columns = [_first(keys, names) for names in (_YEAR, _BIRTHS, _PROVINCE)]
            if columns[0] is not None and columns[1] is not None:
                series, found = _series(grid, row, (columns[0], columns[1], columns[2]), (code, province))
                return series, problems + found
    return None, [*problems, error("CEN020", shown, tuple(grids[0].rows[0][:6] if grids[0].rows else ()))]


def _first(keys: Sequence[str], names: Sequence[str]) -> int | None:
    return next((keys.index(name) for name in names if name in keys), None)


def _series(
    grid: Grid, head: int, columns: tuple[int, int, int | None], wanted: tuple[str, str]
) -> tuple[BirthSeries | None, list[Problem]]:
    births: dict[int, float] = {}
    problems: list[Problem] = []
    at_year, at_births, at_province = columns
    for row in range(head + 1, len(grid.rows)):
        cells = [*grid.rows[row], *[""] * (len(grid.rows[head]) - len(grid.rows[row]))]
        if not any(cells) or (at_province is not None and not _is_ours(cells[at_province], wanted)):
            continue
        when, value = year(cells[at_year], school=False).text, number(cells[at_births], "people", Fraction(1)).text
        if not value and PLAIN.fullmatch(when):
            continue  # a year that is not known: the split says which ones it would have needed
        known = PLAIN.fullmatch(when) is not None and YEARS[0] <= float(when) <= YEARS[1]
        good = known and PLAIN.fullmatch(value) is not None and 0 <= float(value) < float("inf")
        if not good or int(float(when)) in births:
            column = at_births if known else at_year
            problems.append(error("CEN021", grid.place(row, column, grid.rows[head][column]), cells[column]))
            continue
        births[int(float(when))] = float(value)
    if problems:
        return None, problems
    if not births:
        return None, [error("CEN022", grid.file, wanted[1] or wanted[0])]
    span = f"{min(births)}-{max(births)}"
    told = note("CEN023", grid.file, span, whose="@births_province" if at_province is not None else "@births_own")
    return BirthSeries(births, grid.file, at_province is not None), [told]


def _is_ours(cell: str, wanted: tuple[str, str]) -> bool:
    """Whether a row is of the province: by the first two digits of its code, or by its name."""
    code, province = wanted
    bare = folded(cell).removesuffix(".0")
    if bare.isdigit():
        return bare[:2] == code[:2]
    return bool(province) and folded(province)[:2] == bare[:2]
