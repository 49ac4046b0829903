"""Ids of the dictionary in messages: a column, table or choice is said by its Chinese name where Chinese is spoken.

The rooms of tables name columns by their ids; here, at one place, the ids get the names that the dictionary gives them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from scenarios.catalogue import Named
from scenarios.problems import Problem
from scenarios.table_columns import Column, TableSpec
from scenarios.table_specs import SPECS

_COLUMNS = frozenset({"column", "columns", "across", "key", "absent", "other"})
"""Parameters of messages that name columns."""


def said_by_name(problems: Iterable[Problem], spec: TableSpec) -> list[Problem]:
    """The same problems of one table, with columns, choices and the table under both their names."""
    columns = {column.name: column for column in spec.columns}
    return [_said(problem, columns) for problem in problems]


def said_of_tables(problems: Iterable[Problem], specs: Mapping[str, TableSpec]) -> list[Problem]:
    """The same for problems between tables: each by the table in which it stands; others stay as they are.

    specs: by file, or file and sheet, as problems name them.
    """
    columns = {file: {one.name: one for one in spec.columns} for file, spec in specs.items()}
    return [_said(problem, columns.get(_file(problem.place, columns), {})) for problem in problems]


def _file(place: str, files: Iterable[str]) -> str:
    return max((file for file in files if place.startswith((f"{file}:", f"{file}!"))), key=len, default="")


def _said(problem: Problem, columns: Mapping[str, Column]) -> Problem:
    named = {key: _named(key, value, problem.params, columns) for key, value in problem.params.items()}
    changed = any(value is not problem.params[key] for key, value in named.items())
    return replace(problem, params=MappingProxyType(named)) if changed else problem


def _named(key: str, value: object, params: Mapping[str, object], columns: Mapping[str, Column]) -> object:
    if key == "table" and isinstance(value, str) and value in SPECS:
        return Named(value, SPECS[value].zh)
    if key == "choices" and isinstance(value, tuple):
        column = columns.get(str(params.get("column", "")))
        return value if column is None else tuple(Named(one, _word(column, one)) for one in value)
    if key not in _COLUMNS:
        return value
    if isinstance(value, tuple):
        return tuple(Named(one, columns[one].zh) if one in columns else one for one in value)
    return Named(value, columns[value].zh) if isinstance(value, str) and value in columns else value


def _word(column: Column, choice: str) -> str:
    """The first Chinese word that means a choice; empty if the dictionary has none."""
    return next((word for word, meant in column.words.items() if meant == choice and not word.isascii()), "")
