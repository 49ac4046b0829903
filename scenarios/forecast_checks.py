"""What can be wrong with a history of schools beyond its cells: years, grades, districts, lives and names."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from scenarios.forecast_specs import GRADES, PRE_GRADE
from scenarios.problems import Problem, error, note, warning
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

LEAST_YEARS = 3
"""School years with counts below which nothing can be learnt."""
NEAR = 0.1
"""Largest relative difference of two rolls that may be those of one school under two ids."""
LEAST_PUPILS = 20
"""Smaller schools are near each other by chance."""


def history_problems(table: Table) -> list[Problem]:
    """Everything told about a history that could be read; errors stop the forecast."""
    problems = [*_cells(table), *_districts(table)]
    frame = known_rows(table)
    years = sorted(frame["year"].unique().tolist())
    taught = sorted(frame.loc[(frame["pupils"] > 0) | (frame["suppressed"] == 1), "year"].unique().tolist())
    if len(taught) < LEAST_YEARS:
        shown = tuple(int(year) for year in taught) or "@none"
        return [*problems, error("FOR001", table.file, shown, least=LEAST_YEARS, count=len(taught))]
    missing = sorted(set(range(int(years[0]), int(years[-1]))) - {int(year) for year in years})
    if missing:
        problems.append(warning("FOR003", table.file, tuple(missing)))
    return [*problems, *_lives(table, frame, [int(year) for year in years]), *_names(table)]


def known_rows(table: Table) -> pd.DataFrame:
    """Rows with a school, a grade that can be forecast and a year; columns as in the table, row numbers as index."""
    frame = table.frame
    good = frame["grade"].isin(GRADES) & frame["year"].notna() & (frame["school"] != "")
    return frame[good]


def counted_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that say something: a number of pupils, or that it is withheld."""
    return frame[frame["pupils"].notna() | (frame["suppressed"] == 1)]


def _cells(table: Table) -> list[Problem]:
    frame, text = table.frame, table.text
    foreign = (~frame["grade"].isin((PRE_GRADE, *GRADES)) & (frame["grade"] != "")).to_numpy()
    problems = cell_problems(text, "grade", foreign, "FOR002", known=GRADES)
    both = ((frame["suppressed"] == 1) & frame["pupils"].notna()).to_numpy()
    problems += cell_problems(text, "pupils", both, "SCN223")
    early = np.flatnonzero((frame["grade"] == PRE_GRADE).to_numpy())
    if len(early):
        problems.append(note("FOR010", table.place(int(early[0]), "grade"), PRE_GRADE, count=len(early)))
    return problems


def _districts(table: Table) -> list[Problem]:
    frame = table.frame
    if "district" not in table.text.cells:
        return [note("FOR011", table.file, "district")]
    empty = (frame["district"] == "").to_numpy()
    problems = [] if empty.all() else cell_problems(table.text, "district", empty, "FOR008")
    homes = frame[(frame["district"] != "") & (frame["school"] != "")]
    for school, rows in homes.groupby("school", sort=False):
        found = tuple(rows["district"].unique().tolist())
        if len(found) > 1:
            second = int(rows.index[(rows["district"] != found[0]).to_numpy()][0])
            problems.append(error("FOR009", table.place(second, "district"), found, school=school))
    return capped(problems, "district")


def _lives(table: Table, frame: pd.DataFrame, years: list[int]) -> list[Problem]:
    """Schools without pupils, with gaps, with new grades; schools that may be one under two ids."""
    empty: list[Problem] = []
    gaps: list[Problem] = []
    grades: list[Problem] = []
    for school, rows in frame.groupby("school", sort=False):
        seen = rows[(rows["pupils"] > 0) | (rows["suppressed"] == 1)]
        if seen.empty:
            listed = _rows(table, rows.index)
            empty.append(warning("FOR004", table.place(int(rows.index[0]), "pupils"), school, rows=listed))
            continue
        gaps += _gap(table, str(school), rows, seen, years)
        grades += _new_grades(table, str(school), seen)
    return [*capped(empty, "pupils"), *capped(gaps, "year"), *capped(grades, "grade"), *_twins(table, frame)]


def _gap(table: Table, school: str, rows: pd.DataFrame, seen: pd.DataFrame, years: list[int]) -> list[Problem]:
    own = set(seen["year"].astype(int))
    missing = tuple(year for year in years if min(own) < year < max(own) and year not in own)
    if not missing:
        return []
    after = seen[seen["year"] > missing[0]]
    zeros = rows[rows["year"].isin(missing)]
    return [
        warning("FOR005", table.place(int(after.index[0]), "year"), missing, school=school, zeros=len(zeros)),
    ]


def _new_grades(table: Table, school: str, seen: pd.DataFrame) -> list[Problem]:
    first = seen.groupby("grade")["year"].min()
    start = first.min()
    late = {grade: int(year) for grade, year in first.items() if year > start}
    if not late:
        return []
    year = min(late.values())
    grades = tuple(grade for grade in GRADES if late.get(grade) == year)
    row = int(seen.index[((seen["year"] == year) & seen["grade"].isin(grades)).to_numpy()][0])
    return [warning("FOR007", table.place(row, "grade"), grades, school=school, year=year, first=int(start))]


def _twins(table: Table, frame: pd.DataFrame) -> list[Problem]:
    """A school that ends in one year, and one alike (district, grades, size) that begins in the next."""
    seen = frame[frame["pupils"] > 0]
    grouped = seen.groupby("school")["year"]
    spans = pd.DataFrame({"first": grouped.min(), "last": grouped.max()})
    rolls = seen.groupby(["school", "year"])["pupils"].sum()
    home = seen.groupby("school")["district"].first()
    low, high = frame["year"].min(), frame["year"].max()
    problems = []
    begins = spans[spans["first"] > low]
    for school, last in spans.loc[spans["last"] < high, "last"].items():
        before = float(rolls[(school, last)])
        for other in begins.index[begins["first"] == last + 1]:
            after = float(rolls[(other, last + 1)])
            alike = abs(after - before) <= NEAR * before and before >= LEAST_PUPILS
            if alike and home[school] == home[other] and _same_grades(seen, (school, last), (other, last + 1)):
                row = int(seen.index[((seen["school"] == other) & (seen["year"] == last + 1)).to_numpy()][0])
                params = {"other": other, "last": int(last), "before": int(before), "after": int(after)}
                problems.append(warning("FOR006", table.place(row, "school"), school, **params))
    return capped(problems, "school")


def _same_grades(seen: pd.DataFrame, one: tuple[object, float], other: tuple[object, float]) -> bool:
    grades = [set(seen.loc[(seen["school"] == s) & (seen["year"] == year), "grade"]) for s, year in (one, other)]
    return grades[0] == grades[1]


def _names(table: Table) -> list[Problem]:
    """An id with two names: a new name is fine, two schools under one id are not."""
    problems = []
    for cells in table.text.second.get("school", {}).values():
        told: dict[str, dict[str, int]] = {}
        for index, (school, name) in enumerate(zip(table.frame["school"], cells, strict=True)):
            if school and name:
                told.setdefault(school, {}).setdefault(name, index)
        for school, names in told.items():
            if len(names) > 1:
                second = list(names.values())[1]
                problems.append(warning("FOR012", table.place(second, "school"), tuple(names), school=school))
    return capped(problems, "school")


def _rows(table: Table, indices: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(table.text.rows[index]) for index in indices))[:5]
