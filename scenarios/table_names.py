"""Ids and names: a column that points to a unit or a school may hold its name."""

from collections.abc import Mapping

from scenarios.problems import Problem, warning
from scenarios.spelling import folded
from scenarios.table_columns import Column
from scenarios.table_text import TextTable, capped
from scenarios.table_values import Reading, identifier
from scenarios.words import Names, Words

_NAME = "read_name"
NAMED = {"units": "unit", "schools": "school"}
"""Tables whose rows have names, and what an id column calls them."""


class Resolver:
    """Reads ids of one column: mends what Excel did to them, and finds the id of a name."""

    def __init__(self, column: Column, words: Words) -> None:
        self.words: Mapping[str, str] = {}
        self.names: Names = words.names.get(column.refers, {})
        self.ids = words.ids.get(column.refers, frozenset())
        said = {folded(word): meant for word, meant in column.words.items()}
        if not column.refers:
            self.words = said
        if column.refers == "stage":
            stages = set(words.stages.values()) or set(said.values())
            self.words = {word: stage for word, stage in said.items() if stage in stages} | dict(words.stages)

    def __call__(self, cell: str) -> Reading:
        """The id that a cell means; a foreign word is handed back, for the cross-checks to tell."""
        if cell in self.ids:
            return Reading(cell)
        named = self._named(cell)
        if named is not None:
            return named
        reading = identifier(cell)
        again = self._named(reading.text) if reading.text not in self.ids else None
        return reading if again is None else again

    def _named(self, cell: str) -> Reading | None:
        stage = self.words.get(folded(cell))
        if stage is not None:
            return Reading(stage, () if stage == cell else ("read_word",))
        ids = self.names.get(folded(cell), ())
        if len(ids) > 1:
            return Reading("", fault="SCN298", choices=ids)
        return Reading(ids[0], (_NAME,)) if ids else None


def compared_names(text: TextTable, done: TextTable, words: Words) -> list[Problem]:
    """Rows whose id and name (学校编号 beside 学校名称) are those of two different things."""
    problems: list[Problem] = []
    for name, seconds in text.second.items():
        column = text.spec.column(name)
        resolve = Resolver(column, words)
        if not resolve.names:
            continue
        ids = done.cells[name]
        for place, cells in seconds.items():
            for index, cell in enumerate(cells):
                meant = resolve(cell) if cell else Reading("")
                if meant.text in resolve.ids and ids[index] in resolve.ids and meant.text != ids[index]:
                    at = text.grid.place(int(text.rows[index]) - 1, place, text.heads[place])
                    problems.append(warning("SCN282", at, cell, column=name, id=ids[index], other=meant.text))
    return capped(problems, "-")


def with_names(words: Words, text: TextTable) -> Words:
    """The words with the ids and names of a table of units or schools; the same words for any other table."""
    kind = NAMED.get(text.spec.name, "")
    if not kind or kind not in text.cells:  # without its column of ids, a table names nothing
        return words
    names = (text.cells[name] for name in ("name_zh", "name_en") if name in text.cells)
    return words.knowing(kind, text.cells[kind], *names)
