"""What a register of events does to a history: ids joined, transitions left out, closures to come; the rest is listed.

A rezoning, a move of a programme or a merger moves pupils between schools, so the step into that year says nothing
about how cohorts grow. The years before it become a series of their own (id `school~year`), which ends as that of a
closed school does; pupils stay in all sums.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.crosscheck_events import event_problems
from scenarios.draft import Draft
from scenarios.forecast_specs import forecast_spec, forecast_words
from scenarios.problems import Problem, has_errors, note, warning
from scenarios.tables import Table, read_table

PARTED = "~"
"""Between the id of a school and the year in which an event parted its series."""
_GIVES = ("closure", "merger", "rezoning", "programme_move")
_CLOSES = ("closure", "merger")
_MOVES = ("rezoning", "programme_move")


@dataclass(frozen=True)
class Closing:
    """A school that will close: from `year` on it has no pupils; they go to `receiver` (empty: not yet known)."""

    school: str
    year: int
    receiver: str


@dataclass(frozen=True)
class Events:
    """What was read from a register. breaks: (school, year) whose transition into the year is left out."""

    renamed: tuple[tuple[str, str, int], ...] = ()
    breaks: tuple[tuple[str, int], ...] = ()
    closings: tuple[Closing, ...] = ()
    listed: int = 0


def read_events(path: Path, shown: str, history: Table) -> tuple[Events, list[Problem]]:
    """Read and check a register against a history; errors leave it empty."""
    table, problems = read_table(path, shown, forecast_spec("events"), words=forecast_words())
    if table is None:
        return Events(), problems
    tables = {"enrolment": history, "events": table}
    draft = Draft(path.parent, path.parent, None, None, (), (), None, tables, (path,))
    problems = problems + event_problems(draft)
    if has_errors(problems):
        return Events(), problems
    last = int(history.frame["year"].max())
    events = _sorted_out(table.frame, last)
    return events, problems + _told(table, events, last)


def _sorted_out(frame: pd.DataFrame, last: int) -> Events:
    renamed: list[tuple[str, str, int]] = []
    breaks: set[tuple[str, int]] = set()
    closings: list[Closing] = []
    used = 0
    for kind, school, to_school, when in zip(
        frame["kind"], frame["school"], frame["to_school"], frame["year"], strict=True
    ):
        year = int(when)
        if kind == "renaming" and year <= last:
            renamed.append((school, to_school, year))
        elif kind in _CLOSES and year > last:
            closings.append(Closing(school, year, to_school))
        elif kind in _GIVES and year <= last:
            breaks |= {(name, year) for name in (to_school, school if kind in _MOVES else "") if name}
        else:
            continue
        used += 1
    return Events(tuple(renamed), tuple(sorted(breaks)), tuple(closings), len(frame) - used)


def _told(table: Table, events: Events, last: int) -> list[Problem]:
    used: dict[str, Any] = {"renamed": len(events.renamed), "breaks": len(events.breaks)}
    problems = [note("FOR018", table.file, len(table.frame), closings=len(events.closings), **used)]
    if events.listed:
        problems.append(note("FOR019", table.file, events.listed, last=last))
    homeless = tuple(closing.school for closing in events.closings if not closing.receiver)
    return [*problems, *([warning("FOR020", table.file, homeless)] if homeless else [])]


def with_events(rows: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Rows with the ids that the events give: renamed schools joined, parted series under an id of their own.

    rows: school, year and others; returned in the same order.
    """
    school, year = rows["school"].copy(), rows["year"]
    for old, new, _ in sorted(events.renamed, key=lambda one: one[2]):
        school = school.where(school != old, new)
    parts: dict[str, list[int]] = {}
    names = _latest(events)
    for name, when in events.breaks:
        parts.setdefault(names.get(name, name), []).append(when)
    for name, cuts in parts.items():
        for cut in sorted(set(cuts)):
            school = school.where((school != name) | (year >= cut), f"{name}{PARTED}{cut}")
    return rows.assign(school=school)


def _latest(events: Events) -> dict[str, str]:
    """The id under which the series of a renamed school stands."""
    names: dict[str, str] = {}
    for old, new, _ in sorted(events.renamed, key=lambda one: one[2]):
        names = {before: new if after == old else after for before, after in names.items()} | {old: new}
    return names
