"""Cross-checks of what can be read but hardly meant: figures that the program makes itself, sums for values, ids twice.

None of them stops a reader of tables, so each is told: which of two figures wins, what was probably meant.
"""

import re
from collections.abc import Mapping

import numpy as np

from scenarios.crosscheck_clauses import stock_name
from scenarios.crosscheck_places import grades_hosted
from scenarios.crosscheck_plans import views
from scenarios.dictionary import shared
from scenarios.draft import Draft
from scenarios.pack_rules import JUDGED_INDICATORS
from scenarios.problems import Problem, error, note, warning
from scenarios.schema_study import Stage
from scenarios.table_cells import cell_problems, repeated
from scenarios.table_text import capped
from scenarios.tables import Table

_ONE_ROOM = re.compile(r"[A-Za-z]?[-#]?\d{3,}[A-Za-z]?(号?教?室|号)?", re.ASCII)
"""A room by its number, the floor first (301, A-301, 301室); groups have words or small numbers."""


def unlikely_problems(draft: Draft) -> list[Problem]:
    """Problems of all checks of this module."""
    return [
        *_simulated(draft), *_beyond(draft), *_groups(draft), *_long_fills(draft), *_single_rooms(draft),
        *_parts_of_stages(draft), *_empty_stages(draft),
    ]  # fmt: skip


def _simulated(draft: Draft) -> list[Problem]:
    """Imported rows of indicators that a run makes year by year from the stocks of schools."""
    table = draft.tables.get("indicators")
    if table is None:
        return []
    codes = table.frame["indicator"]
    found = []
    for code in (name for name in JUDGED_INDICATORS if (codes == name).any()):
        rows = np.flatnonzero((codes == code).to_numpy()).tolist()
        stock = stock_name(JUDGED_INDICATORS[code])
        found.append(note("SCN690", table.place(rows[0], "indicator"), len(rows), indicator=code, stock=stock))
    return found


def _beyond(draft: Draft) -> list[Problem]:
    """Values above what one pupil, school or share can have: a total, or another unit."""
    table = draft.tables.get("indicators")
    if table is None:
        return []
    problems = []
    for code, entry in shared().indicators.items():
        if entry.most is None:
            continue
        frame = table.frame
        bad = (frame["indicator"] == code) & (frame["value_unit"] == entry.unit) & (frame["value"] > entry.most)
        rows = np.flatnonzero(bad.to_numpy()).tolist()
        if rows:
            shown = {"indicator": code, "most": f"{entry.most:g}", "unit": entry.unit}
            value, places = float(frame["value"].iloc[rows[0]]), repeated(table.text, rows)
            problems.append(error("SCN691", table.place(rows[0], "value"), f"{value:g}", rows=places, **shown))
    return problems


def _groups(draft: Draft) -> list[Problem]:
    """Groups named as a school is: tables of results name both in one column."""
    table = draft.tables.get("schools")
    if table is None or "group" not in table.frame:
        return []
    planned = {one.new.school for read in draft.plans for one in read.model.projects if one.new is not None}
    every = {*table.frame["school"], *planned} - {""}
    return cell_problems(table.text, "group", table.frame["group"].isin(every).to_numpy(), "SCN692")


def _long_fills(draft: Draft) -> list[Problem]:
    """Fill curves with parts for years that nobody simulates, even if the school opens as early as can be."""
    if draft.study is None:
        return []
    base, horizon = draft.study.model.base_year, draft.study.model.horizon
    problems = []
    for view in views(draft):
        for number, project in enumerate(view.plan.model.projects):
            if project.new is None:
                continue
            first = max(base, project.start_school_year) + 1
            years = horizon - first + 1
            if 0 < years < len(project.new.fill):
                place = view.plan.place("projects", number, "new", "fill")
                problems.append(
                    warning("SCN693", place, len(project.new.fill), project=project.id, years=years, first=first,
                            horizon=horizon)
                )  # fmt: skip
    return problems


def _single_rooms(draft: Draft) -> list[Problem]:
    """Rows with the number of one room that count several."""
    table = draft.tables.get("rooms")
    if table is None or "room" not in table.frame:
        return []
    single = table.frame["room"].map(lambda name: bool(_ONE_ROOM.fullmatch(str(name).strip())))
    return capped(
        [
            warning("SCN694", table.place(int(row), "count"), int(table.frame["count"].iloc[row]),
                    room=table.frame["room"].iloc[row])
            for row in np.flatnonzero((single & (table.frame["count"] > 1)).to_numpy())
        ],
        "count",
    )  # fmt: skip


def _hosted(draft: Draft, table: Table) -> Mapping[int, tuple[str, tuple[str, ...], list[Stage]]]:
    """Rows of schools of several stages: the school, its grades and its stages."""
    if draft.study is None:
        return {}
    grades, found = grades_hosted(table.frame, draft.study.model), {}
    for row, school in enumerate(table.frame["school"]):
        own = grades.get(school, ())
        stages = [stage for stage in draft.study.model.school_stages if set(stage.grades) & set(own)]
        if len(stages) > 1:
            found[row] = (str(school), own, stages)
    return found


def _parts_of_stages(draft: Draft) -> list[Problem]:
    """Schools of several stages, such as nine-year schools, that lack grades of one of them."""
    table = draft.tables.get("schools")
    problems = []
    for row, (school, own, stages) in ({} if table is None else _hosted(draft, table)).items():
        missing = tuple(grade for stage in stages for grade in stage.grades if grade not in own)
        if missing and table is not None:
            column = "last_grade" if own[0] == stages[0].grades[0] else "first_grade"
            span = f"{own[0]}-{own[-1]}"
            problems.append(warning("SCN695", table.place(row, column), span, school=school, missing=missing))
    return capped(problems, "last_grade")


def _empty_stages(draft: Draft) -> list[Problem]:
    """Schools of several stages that have no pupil in one of them in the base year, though its grades are counted."""
    table, enrolment = draft.tables.get("schools"), draft.tables.get("enrolment")
    if table is None or enrolment is None or draft.study is None:
        return []
    frame = enrolment.frame
    now = frame[frame["year"] == draft.study.model.base_year]
    # A suppressed cell holds pupils, only their number is not told.
    some = now[(now["pupils"] > 0) | now["pupils"].isna()]
    counted, there = (set(zip(part["school"], part["grade"], strict=True)) for part in (now, some))
    problems = []
    for row, (school, _, stages) in _hosted(draft, table).items():
        taught = {stage.id for stage in stages if any((school, grade) in there for grade in stage.grades)}
        for stage in stages:
            every = all((school, grade) in counted for grade in stage.grades)
            if taught and stage.id not in taught and every:
                problems.append(warning("SCN696", table.place(row, "school"), school, stage=stage.id))
    return capped(problems, "school")
