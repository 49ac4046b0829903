"""Cross-checks of the registers: rooms, population bands, preschool and immunisation counts."""

import numpy as np
import pandas as pd

from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table


def room_problems(draft: Draft) -> list[Problem]:
    """Sites that exist, parts within the whole, general classrooms as many as the sites table says."""
    problems = draft.unknown_cells("rooms", "site", "site", "SCN230")
    table, sites = draft.tables.get("rooms"), draft.tables.get("sites")
    if table is None:
        return problems
    frame = table.frame
    beyond = (frame["multimedia"] > frame["count"]).to_numpy()
    problems += cell_problems(table.text, "multimedia", beyond, "SCN233")
    return problems if sites is None else problems + _room_counts(table, sites)


def _room_counts(table: Table, sites: Table) -> list[Problem]:
    general = table.frame[table.frame["room_type"] == "general"]
    stated = dict(zip(sites.frame["site"], sites.frame["rooms"], strict=True))
    problems: list[Problem] = []
    for site, rows in general.groupby("site", sort=False):
        total, said = rows["count"].sum(skipna=False), stated.get(str(site), np.nan)
        if not np.isnan(total) and not np.isnan(said) and total != said:
            place = table.place(int(rows.index[0]), "count")
            problems.append(warning("SCN249", place, total, site=site, stated=said, table=sites.file))
    return capped(problems, "count")


def population_problems(draft: Draft) -> list[Problem]:
    """Known units; bands that neither overlap nor leave ages out; one number of households and dwellings each."""
    problems = draft.unknown_cells("population", "unit", "unit", "SCN322")
    table = draft.tables.get("population")
    if table is None:
        return problems
    frame = table.frame
    upside_down = (frame["age_to"] < frame["age_from"]).to_numpy()
    problems += cell_problems(table.text, "age_to", upside_down, "SCN242")
    sound = frame[~upside_down & frame["age_from"].notna()]
    found: dict[str, list[Problem]] = {"SCN240": [], "SCN241": []}
    for _, rows in sound.groupby(["unit", "as_of", "sex", "group"], sort=False):
        for problem in _bands(table, rows.sort_values("age_from", kind="stable")):
            found[problem.code].append(problem)
    totals = [problem for name in ("households", "dwellings") for problem in _totals(table, name)]
    return [*problems, *(line for same in found.values() for line in capped(same, "age_from")), *totals]


def _bands(table: Table, rows: pd.DataFrame) -> list[Problem]:
    """Overlaps and gaps of the bands of one unit, day, sex and group, sorted by their lowest age."""
    problems: list[Problem] = []
    last, above = -1.0, -1
    for index, low, high in zip(rows.index, rows["age_from"], rows["age_to"], strict=True):
        top = np.inf if np.isnan(high) else float(high)
        place = table.place(int(index), "age_from")
        unit = str(rows["unit"].loc[index])
        if low <= last:
            row = int(table.text.rows[above])
            problems.append(error("SCN240", place, _span(low, top), unit=unit, row=row))
        elif low > last + 1:
            problems.append(warning("SCN241", place, _span(last + 1, low - 1), unit=unit))
        if top > last:
            last, above = top, int(index)
    return problems


def _span(low: float, high: float) -> str:
    if low == high:
        return f"{low:g}"
    return f"{low:g}+" if np.isinf(high) else f"{low:g}-{high:g}"


def _totals(table: Table, column: str) -> list[Problem]:
    """Households or dwellings of one unit and day that are said twice and differ."""
    problems: list[Problem] = []
    said = table.frame[table.frame[column].notna()]
    for (unit, day), rows in said.groupby(["unit", "as_of"], sort=False):
        first = rows[column].iloc[0]
        other = rows.index[(rows[column] != first).to_numpy()]
        if len(other):
            index = int(other[0])
            row = int(table.text.rows[int(rows.index[0])])
            found = float(rows[column].loc[index])
            place = table.place(index, column)
            problems.append(error("SCN243", place, found, column=column, unit=unit, day=day, first=first, row=row))
    return capped(problems, column)


def register_problems(draft: Draft) -> list[Problem]:
    """Preschool and immunisation counts: known units, nobody on the register before birth."""
    problems = [
        *draft.unknown_cells("preschool", "unit", "unit", "SCN322"),
        *draft.unknown_cells("immunisation", "unit", "unit", "SCN322"),
    ]
    table = draft.tables.get("immunisation")
    if table is None:
        return problems
    counted = pd.to_numeric(table.frame["as_of"].str[:4], errors="coerce")
    unborn = (table.frame["birth_year"] > counted).to_numpy()
    return problems + cell_problems(table.text, "birth_year", unborn, "SCN244")
