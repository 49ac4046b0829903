"""How the cells of a column were understood: counted while they are read, told once for each way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from scenarios import measures
from scenarios.problems import Problem, note, warning
from scenarios.table_columns import Column
from scenarios.table_text import TextTable
from scenarios.table_values import PLAIN, Reading

_PLAINLY = frozenset({"@read_word", "@read_year", "@read_school_year", "@read_date"})
"""Readings that leave no doubt: words of the dictionary and common forms of years and dates."""


@dataclass
class _Way:
    index: int
    raw: str
    read: str
    count: int = 0


@dataclass
class Ways:
    """Ways of reading the cells of one column, each with its number, its first cell and that cell as an example."""

    found: dict[str, _Way] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)

    def add(self, way: str, index: int, example: tuple[str, str], count: int) -> None:
        """Count cells of one text. index: of the first; example: the text as written and as read."""
        self.found.setdefault(way, _Way(index, *example)).count += count

    def count_units(self, cells: list[str], records: list[int] | None, unit: str, read: Mapping[str, Reading]) -> None:
        """Count the units of cells: their own, or that of the head."""
        counts = Counter(cells if records is None else (cells[index] for index in records))
        for cell, reading in read.items():
            if not reading.fault and PLAIN.fullmatch(reading.text):
                self.units[reading.unit or unit] += counts[cell]

    def notes(self, text: TextTable, column: Column) -> list[Problem]:
        """One note for each way."""
        problems = []
        for name, way in self.found.items():
            place = text.place(way.index, column.name)
            code = "SCN297" if name == "read_name" else "SCN295"
            shown = {"kind": f"@{name}", "example": way.raw, "read": way.read or "@nothing"}
            problems.append(note(code, place, way.count, column=column.name, **shown))
        return problems

    def mixed(self, text: TextTable, column: Column) -> list[Problem]:
        """A warning if the cells of one column are in units of different size."""
        sizes = {measures.factor(unit, column.unit) if unit else Fraction(1) for unit in self.units}
        if len(sizes) < 2:
            return []
        shown = tuple(f"{unit or '-'} × {count}" for unit, count in sorted(self.units.items()))
        return [warning("SCN292", text.place(0, column.name), shown, column=column.name, unit=column.unit)]


def together(problems: list[Problem]) -> list[Problem]:
    """Problems of one table, with the notes about plain readings of several columns as one note."""
    plain = [one for one in problems if one.code == "SCN295" and one.params.get("kind") in _PLAINLY]
    if len(plain) < 2:
        return problems
    columns = tuple(dict.fromkeys(str(one.params["column"]) for one in plain))
    examples = tuple(f"{one.params['example']} → {one.params['read']}" for one in plain)
    count = sum(int(one.found) for one in plain)
    kept = [one for one in problems if one not in plain]
    return [*kept, note("SCN226", plain[0].place, count, columns=columns, examples=examples)]
