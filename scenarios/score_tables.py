"""The register that a forecast is held to: the same table as a history, of one year or more."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.forecast_checks import counted_rows, history_problems, known_rows
from scenarios.forecast_specs import forecast_spec, forecast_words
from scenarios.problems import Problem, ScenarioError, error, has_errors
from scenarios.tables import read_table

OF_LEARNING = ("FOR001", "FOR003", "FOR004", "FOR005", "FOR007", "FOR011", "FOR012")
"""Told of a history that something is learnt from; a register is only counted."""


@dataclass(frozen=True)
class Register:
    """rows: school, grade, year, pupils (NaN = withheld), district, suppressed.  names: of schools that have one."""

    rows: pd.DataFrame
    names: Mapping[str, str]
    problems: tuple[Problem, ...]
    file: Path

    def at(self, year: int) -> pd.DataFrame:
        """Rows of a school year."""
        return self.rows[self.rows["year"] == year]


def read_register(path: Path) -> Register:
    """Read a register and check its cells. Raises ScenarioError with all problems if one is an error."""
    table, problems = read_table(path, path.as_posix(), forecast_spec("history"), words=forecast_words())
    if table is None:
        raise ScenarioError(problems)
    problems = problems + [one for one in history_problems(table) if not _of_learning(one)]
    frame = counted_rows(known_rows(table))
    if frame.empty and not has_errors(problems):
        problems.append(error("SCO003", path.as_posix()))
    if has_errors(problems):
        raise ScenarioError(problems)
    withheld = frame["suppressed"] == 1
    rows = pd.DataFrame(
        {
            "school": frame["school"].astype(str),
            "grade": frame["grade"].astype(str),
            "year": frame["year"].astype(np.int64),
            "pupils": frame["pupils"].where(~withheld),
            "district": frame["district"].astype(str),
            "suppressed": withheld,
        }
    )
    names: dict[str, str] = {}
    for cells in table.text.second.get("school", {}).values():
        names |= {key: name for key, name in zip(table.frame["school"], cells, strict=True) if key and name}
    ordered = rows.sort_values(["school", "grade", "year"], kind="stable", ignore_index=True)
    return Register(ordered, names, tuple(problems), path)


def _of_learning(problem: Problem) -> bool:
    """Also of the line that says how many more there are of such a problem."""
    return problem.code in OF_LEARNING or str(problem.params.get("code", problem.found)) in OF_LEARNING


def changed_rows(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[str, str, int, str, str]]:
    """School, grade, year, number before and after, of rows that differ or stand in one of the tables only."""
    keys = ["school", "grade", "year"]
    both = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"), indicator=True)
    said = {side: _said(both[f"pupils_{side}"], both["_merge"] != other) for side, other in _OTHER.items()}
    told = both.assign(before=said["before"], after=said["after"])
    rows = told[told["before"] != told["after"]].sort_values(["year", "school", "grade"])
    found = rows[[*keys, "before", "after"]].itertuples(index=False, name=None)
    return [(str(school), str(grade), int(year), was, now) for school, grade, year, was, now in found]


_OTHER = {"before": "right_only", "after": "left_only"}


def _said(pupils: pd.Series, there: pd.Series) -> pd.Series:
    """A number as text; `*` withheld, `-` no row."""
    texts = pupils.map(lambda value: "*" if pd.isna(value) else f"{value:.0f}")
    return texts.where(there, "-")
