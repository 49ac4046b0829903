"""Cross-checks of the ledgers: building projects, land parcels, road classes."""

import re
from itertools import combinations

import numpy as np

from scenarios.draft import Draft
from scenarios.problems import Problem, error, warning
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

DATES = ("decided", "initiated", "approved", "feasible", "designed", "tendered", "started", "finished", "handed_over")
"""Dates of a project in the order in which they come; land may be approved before or after the feasibility study."""
_ENDS = ("finished", "handed_over")
_UNDER_WAY = ("construction", "acceptance", "in_use")
_DONE = ("acceptance", "in_use")
_SEPARATORS = re.compile(r"[;；,，、]")


def project_problems(draft: Draft) -> list[Problem]:
    """Known schools, dates in order and in step with the stage reached, money within the investment."""
    table = draft.tables.get("projects")
    if table is None:
        return []
    problems: list[Problem] = []
    known = draft.ids.get("school")
    if known is not None:
        schools = table.frame["school"]
        # A new school has no row in the schools table yet.
        bad = (~schools.isin(known) & (schools != "") & (table.frame["kind"] != "new_school")).to_numpy()
        problems += cell_problems(table.text, "school", bad, "SCN323", known=known)
    spent, total = table.frame["funds_spent_yuan"], table.frame["investment_yuan"]
    for index in np.flatnonzero((spent > total).to_numpy()).tolist():
        place = table.place(index, "funds_spent_yuan")
        problems.append(warning("SCN239", place, float(spent[index]), investment=float(total[index])))
    return [*problems, *_dates(table), *_stages(table)]


def _dates(table: Table) -> list[Problem]:
    """Dates out of order: papers that come late are unusual, an end before what it ends cannot be."""
    problems: list[Problem] = []
    # ISO dates compare as texts.
    for first, second in combinations(DATES, 2):
        early, late = table.frame[first], table.frame[second]
        make = error if second in _ENDS else warning
        for index in np.flatnonzero(((early != "") & (late != "") & (late < early)).to_numpy()).tolist():
            place = table.place(index, second)
            problems.append(make("SCN237", place, str(late[index]), column=second, other=first, day=str(early[index])))
    return capped(problems, "finished")


def _stages(table: Table) -> list[Problem]:
    """A stage that the dates do not bear out."""
    problems: list[Problem] = []
    frame = table.frame
    for index, stage in enumerate(frame["stage_reached"].tolist()):
        started, finished = frame["started"].iloc[index], frame["finished"].iloc[index]
        if stage in ("", "stopped"):
            continue
        column = ""
        if (stage in _UNDER_WAY) != bool(started):
            column = "started"
        elif (stage in _DONE) != bool(finished):
            column = "finished"
        if column:
            value = frame[column].iloc[index] or "@nothing"
            problems.append(warning("SCN238", table.place(index, column), value, stage=stage, column=column))
    return capped(problems, "stage_reached")


def parcel_problems(draft: Draft) -> list[Problem]:
    """Known units and stages; both coordinates or none."""
    problems = [
        *draft.unknown_cells("parcels", "unit", "unit", "SCN322"),
        *draft.unknown_cells("parcels", "stage", "stage", "SCN324"),
    ]
    table = draft.tables.get("parcels")
    if table is None:
        return problems
    for given, absent in (("lon", "lat"), ("lat", "lon")):
        half = (table.frame[given].notna() & table.frame[absent].isna()).to_numpy()
        problems += cell_problems(table.text, given, half, "SCN245", absent=absent)
    return problems


def road_problems(draft: Draft) -> list[Problem]:
    """One attribute value of the layer means one class."""
    table = draft.tables.get("roads")
    if table is None:
        return []
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for index, (name, written) in enumerate(zip(table.frame["road_class"], table.frame["values"], strict=True)):
        values = [value.strip() for value in _SEPARATORS.split(written) if value.strip()] or [name]
        for value in dict.fromkeys(values):
            if first.setdefault(value, index) != index:
                row = int(table.text.rows[first[value]])
                problems.append(error("SCN248", table.place(index, "values"), value, row=row))
    return capped(problems, "values")
