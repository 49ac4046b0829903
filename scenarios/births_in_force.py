"""Which rows of the births table count: one series, one vintage of each unit and year, whole years, nobody twice.

Vintage: of several counts of one unit, year and group the latest that was taken by the end of the base school year
(31 August of the year after); a count whose year was not over when it was taken is partial and says nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.problems import Problem, error, note, warning
from scenarios.schema_study import StudyFile
from scenarios.table_text import capped
from scenarios.tables import Table

BoolArray = NDArray[np.bool_]
_MOST_ROWS = 8


@dataclass(frozen=True)
class InForce:
    """Rows that count, and what is to be said of the others."""

    rows: BoolArray
    problems: list[Problem]


def in_force(table: Table, study: StudyFile) -> Table:
    """The births table with the rows that count; any other table as it is."""
    if table.text.spec.name != "births":
        return table
    return replace(table, frame=table.frame[births_in_force(table, study).rows].reset_index(drop=True))


def births_in_force(table: Table, study: StudyFile) -> InForce:
    """Rows in force of a births table that was read; rows with bad cells are left to their own problems."""
    frame = table.frame
    rows, problems = _one_series(table, study.entry.births_series)
    if any(problem.severity == "error" for problem in problems):
        return InForce(rows, problems)
    for step in (_one_vintage, _whole_years, _nobody_twice):
        kept, found = step(table, frame[rows], study.base_year)
        rows = rows & frame.index.isin(kept)
        problems += found
    return InForce(rows, problems)


def _one_series(table: Table, chosen: str | None) -> tuple[BoolArray, list[Problem]]:
    series = table.frame["series"]
    kinds = sorted(set(series))
    if chosen is not None and chosen in kinds and "" not in kinds:
        return (series == chosen).to_numpy(), []
    everything = np.ones(len(series), dtype=bool)
    if len(kinds) <= 1 and (chosen is None or kinds in ([], [""], [chosen])):
        return everything, []
    first = str(series.iloc[0])
    other = np.flatnonzero((series != first).to_numpy()) if len(kinds) > 1 else np.arange(len(series))
    found = tuple(kind or "@births_unnamed" for kind in kinds)
    place = table.place(int(other[0]), "series")
    return everything, [error("SCN389", place, found, rows=_rows(table, other), count=len(other))]


def _one_vintage(table: Table, frame: pd.DataFrame, base_year: int) -> tuple[pd.Index, list[Problem]]:
    known_by = f"{base_year + 1}-08-31"
    order = frame.assign(late=frame["as_of"] > known_by).sort_values("as_of", kind="stable")
    # The latest in time comes last; a late one only where there is no other, and then the first that was taken.
    timely, late = order[~order["late"]], order[order["late"]]
    key = ["unit", "year", "group"]
    best = pd.concat([late.drop_duplicates(key, keep="first"), timely.drop_duplicates(key, keep="last")])
    kept = best.drop_duplicates(key, keep="last").sort_index()
    problems: list[Problem] = []
    aside = frame.index.difference(kept.index)
    if len(aside):
        used, left = (_days(part["as_of"]) for part in (kept, frame.loc[aside]))
        place = table.place(int(aside[0]), "as_of")
        problems.append(note("SCN390", place, used, others=left, count=len(aside), by=known_by))
    after = kept.index[kept["late"].to_numpy()]
    if len(after):
        days = _days(frame.loc[after, "as_of"])
        place = table.place(int(after[0]), "as_of")
        problems.append(warning("SCN391", place, days, rows=_rows(table, after.to_numpy()), by=known_by))
    return kept.index, problems


def _whole_years(table: Table, frame: pd.DataFrame, base_year: int) -> tuple[pd.Index, list[Problem]]:
    ends = ["" if np.isnan(year) else f"{int(year)}-12-31" for year in frame["year"]]
    partial = np.array([len(day) > 0 and day < end for day, end in zip(frame["as_of"], ends, strict=True)], dtype=bool)
    if not partial.any():
        return frame.index, []
    cut = frame[partial]
    years = tuple(sorted({int(year) for year in cut["year"]}))
    place = table.place(int(cut.index[0]), "as_of")
    told = warning("SCN392", place, years, days=_days(cut["as_of"]), rows=_rows(table, cut.index.to_numpy()))
    return frame.index[~partial], [told]


def _nobody_twice(table: Table, frame: pd.DataFrame, base_year: int) -> tuple[pd.Index, list[Problem]]:
    """Rows of all children stand for those of the groups, with which they must agree."""
    problems: list[Problem] = []
    dropped: list[int] = []
    sound = frame[frame["births"].notna() & frame["year"].notna()]
    named = sound["group"] != ""
    kinds = named.groupby([sound["unit"], sound["year"]], sort=False).transform("nunique")
    for (unit, year), rows in sound[kinds > 1].groupby(["unit", "year"], sort=False):
        whole, parts = rows[rows["group"] == ""], rows[rows["group"] != ""]
        dropped += parts.index.tolist()
        total, added = float(whole["births"].iloc[0]), float(parts["births"].sum())
        if added > total or (len(parts) > 1 and added != total):
            place = table.place(int(whole.index[0]), "births")
            problems.append(error("SCN397", place, total, parts=added, unit=unit, year=int(float(str(year)))))
    return frame.index.difference(pd.Index(dropped)), capped(problems, "births")


def _days(days: pd.Series) -> tuple[str, ...]:
    return tuple(day or "@births_undated" for day in sorted(set(days)))


def _rows(table: Table, indices: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(table.text.rows[int(index)]) for index in indices))[:_MOST_ROWS]
