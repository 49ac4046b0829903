"""Dwellings or households by unit: weights that share the people of a county among its townships or villages."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scenarios.grid import Grid
from scenarios.grid_read import read_grids
from scenarios.problems import Problem, error, has_errors, note, warning
from scenarios.spelling import folded
from scenarios.table_values import PLAIN, number

HEAD_ROWS = 20
SHOWN = 10
_UNIT = (
    *("unit", "unitid", "code", "id", "单元", "单元编号", "单元代码", "编号", "代码", "区划代码", "村居代码"),
    *("name", "单元名称", "名称", "村居", "村居名称", "村名", "社区", "村社区", "乡镇", "乡镇街道", "街道"),
)
_DWELLINGS = (
    *("dwellings", "households", "住房", "住房套数", "住宅套数", "套数", "户数", "总户数", "家庭户数", "家庭户"),
    *("住户数", "常住户数", "入住户数"),
)


@dataclass(frozen=True)
class Dwellings:
    """Dwellings by unit id, and the file that they come from as problems name it."""

    place: str
    by_unit: dict[str, float]


def read_dwellings(
    path: Path, shown: str, ids: Sequence[str], names: Sequence[str]
) -> tuple[Dwellings | None, list[Problem]]:
    """Dwellings of the units of a layer, by id or by a name that only one unit has; None if an error stops it.

    shown: the path as problems name it.  ids, names: those of the layer [unit]; a name may be empty.
    """
    grids, problems = read_grids(path, shown)
    if not grids:
        return None, problems
    for grid in grids:
        for row, cells in enumerate(grid.rows[:HEAD_ROWS]):
            keys = [folded(cell) for cell in cells]
            units, dwellings = ([keys.index(name) for name in known if name in keys] for known in (_UNIT, _DWELLINGS))
            if units and dwellings:
                found, told = _read(grid, row, (units[0], dwellings[0]), _Layer.of(ids, names))
                return (None if has_errors(told) else Dwellings(shown, found)), problems + told
    return None, [*problems, error("CEN059", shown, tuple(grids[0].rows[0][:6] if grids[0].rows else ()))]


@dataclass(frozen=True)
class _Layer:
    ids: frozenset[str]
    by_name: dict[str, str]
    """Id by folded name, for names that one unit alone has."""

    @classmethod
    def of(cls, ids: Sequence[str], names: Sequence[str]) -> "_Layer":
        keys = [folded(name) for name in names]
        once = {key: unit for key, unit in zip(keys, ids, strict=True) if key and keys.count(key) == 1}
        return cls(frozenset(ids), once)

    def unit(self, cell: str) -> str | None:
        """The unit that a cell names."""
        for key in (cell, cell.removesuffix(".0")):
            if key in self.ids:
                return key
        return self.by_name.get(folded(cell))


def _read(grid: Grid, head: int, columns: tuple[int, int], layer: _Layer) -> tuple[dict[str, float], list[Problem]]:
    found: dict[str, float] = {}
    problems: list[Problem] = []
    foreign: list[str] = []
    by_name = 0
    heads = grid.rows[head]
    for row in range(head + 1, len(grid.rows)):
        cells = [*grid.rows[row], *[""] * (len(heads) - len(grid.rows[row]))]
        wanted, given = (cells[column].strip() for column in columns)
        if not wanted and not given:
            continue
        unit = layer.unit(wanted)
        if unit is None:
            foreign.append(wanted)
            continue
        value = number(given, "households", Fraction(1)).text
        if unit in found:
            problems.append(error("CEN057", grid.place(row, columns[0], heads[columns[0]]), wanted))
        elif PLAIN.fullmatch(value) is None or not 0 <= float(value) < float("inf"):
            problems.append(error("CEN054", grid.place(row, columns[1], heads[columns[1]]), given, unit=wanted))
        else:
            found[unit] = float(value)
            by_name += unit not in (wanted, wanted.removesuffix(".0"))
    if foreign:
        problems.append(warning("CEN056", grid.file, tuple(foreign[:SHOWN]), count=len(foreign)))
    if by_name:
        problems.append(note("CEN058", grid.file, by_name))
    return found, problems
