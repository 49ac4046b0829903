"""Series of enrolment under a register of events: ids joined, transitions left out, closures to come.

A rezoning, a move of a programme or a merger moves pupils between schools, so the step into that year says nothing
about how cohorts grow. The years before it become a series of their own (id `school~year`), which ends as that of a
closed school does; pupils stay in all sums.  Tests: tests/forecast/test_tables.py, tests/sim/test_study_panel.py.
"""

from dataclasses import dataclass

import pandas as pd

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


def events_of(frame: pd.DataFrame, last: int) -> Events:
    """The register, kind by kind; last: last year of the history.

    frame: kind, school, to_school (texts, empty where there is none) and year, a row for each event.
    """
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
