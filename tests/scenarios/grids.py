"""Tables made of lists in a test, read as if they had stood in a file."""

import pandas as pd

from scenarios.grid import Block, Grid
from scenarios.problems import Problem, tell
from scenarios.schema_study import Stage
from scenarios.table_specs import SPECS
from scenarios.table_text import text_of
from scenarios.tables import Table, checked, typed
from scenarios.words import Words, words_of_stages

Rows = list[list[str]]


def stage(name: str, zh: str, *grades: str) -> Stage:
    """A stage with these grades."""
    data = {"id": name, "name": {"zh": zh, "en": name}, "grades": grades, "entry": "previous_grade"}
    return Stage.model_validate({**data, "planned_class_size": 45})


PRIMARY = stage("primary", "小学", "1", "2", "3", "4", "5", "6")
JUNIOR = stage("junior", "初中", "7", "8", "9")
WORDS = (
    words_of_stages((PRIMARY, JUNIOR))
    .knowing("unit", ["u1", "u2", "u3"], ["甲社区", "乙社区", "丙村"])
    .knowing("school", ["a", "b"], ["甲小学", "乙中学"], ["Primary A", "Junior B"])
)


def csv(text: str) -> Grid:
    """A grid of a CSV file, from lines with commas."""
    return Grid("t.csv", [line.split(",") for line in text.strip("\n").split("\n")])


def sheet(rows: Rows, name: str = "表", merged: tuple[Block, ...] = ()) -> Grid:
    """A grid of a workbook; all rows get the width of the widest."""
    width = max(len(row) for row in rows)
    return Grid("t.xlsx", [[*row, *[""] * (width - len(row))] for row in rows], name, merged)


def read(
    grid: Grid | tuple[Grid, ...], table: str = "enrolment", words: Words = WORDS
) -> tuple[Table | None, list[Problem]]:
    """A table and all that is said of it."""
    grids = grid if isinstance(grid, tuple) else (grid,)
    text, problems = text_of(grids, grids[0].file, SPECS[table], words)
    if text is None:
        return None, problems
    found, more = checked(text, words)
    return found, [*problems, *more]


def frame(grid: Grid, table: str = "enrolment", words: Words = WORDS) -> pd.DataFrame:
    """The frame of a table about which nothing but notes is said."""
    found, problems = read(grid, table, words)
    assert [tell(problem, "en").what for problem in problems if problem.severity != "note"] == []
    assert found is not None
    return typed(found)


def said(problems: list[Problem], code: str) -> list[tuple[str, str]]:
    """Place and severity of each problem of a code."""
    return [(problem.place, problem.severity) for problem in problems if problem.code == code]


def loud(problems: list[Problem]) -> list[tuple[str, str]]:
    """Code and place of errors and warnings."""
    return [(problem.code, problem.place) for problem in problems if problem.severity != "note"]
