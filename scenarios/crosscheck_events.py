"""Cross-checks of the register of events: what each kind needs, schools that exist, rolls and lives that agree."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from scenarios.draft import Draft
from scenarios.problems import Problem, error
from scenarios.table_cells import cell_problems
from scenarios.table_text import capped
from scenarios.tables import Table

NEEDS: dict[str, tuple[str, ...]] = {
    "opening": ("school",),
    "closure": ("school",),
    "merger": ("school", "to_school"),
    "renaming": ("school", "to_school"),
    "programme_move": ("school",),
    "rezoning": ("unit", "to_school"),
    "boundary": ("unit",),
}
"""Cells that each kind of event must fill."""
_OPENS, _CLOSES = "opens", "closes"


@dataclass(frozen=True, order=True)
class Turn:
    """A school opens or closes; turns of one year stand with the closure first."""

    year: int
    what: str
    index: int


def event_problems(draft: Draft) -> list[Problem]:
    """Problems of the events against units, schools and rolls."""
    problems = draft.unknown_cells("events", "unit", "unit", "SCN322")
    table = draft.tables.get("events")
    if table is None:
        return problems
    lives = _lives(table)
    return [
        *problems,
        *_unknown_schools(draft, table),
        *_incomplete(table),
        *_out_of_life(table, lives),
        *_rolls(draft, table, lives),
        *_future(draft, table),
    ]


def _unknown_schools(draft: Draft, table: Table) -> list[Problem]:
    """A school of the past need not be in the schools table, but then it must have had pupils."""
    sources = [draft.tables[name].frame["school"] for name in ("schools", "enrolment") if name in draft.tables]
    if not sources:
        return []
    known = frozenset(school for source in sources for school in source.tolist()) - {""}
    problems: list[Problem] = []
    for column in ("school", "to_school"):
        cells = table.frame[column]
        bad = (~cells.isin(known) & (cells != "")).to_numpy()
        problems += cell_problems(table.text, column, bad, "SCN231", known=known)
    return problems


def _incomplete(table: Table) -> list[Problem]:
    """An event without what its kind needs, or one whose school goes to itself."""
    problems: list[Problem] = []
    for index, kind in enumerate(table.frame["kind"].tolist()):
        for column in NEEDS.get(kind, ()):
            value = str(table.frame[column].iloc[index])
            itself = column == "to_school" and value == table.frame["school"].iloc[index]
            if not value or itself:
                place = table.place(index, column)
                problems.append(error("SCN232", place, value or "@nothing", column=column, kind=kind))
    return capped(problems, "kind")


def _lives(table: Table) -> dict[str, list[Turn]]:
    """Openings and closures of every school, in order of years. A merger closes, a renaming closes and opens."""
    lives: dict[str, list[Turn]] = {}
    frame = table.frame
    rows = zip(frame["kind"], frame["school"], frame["to_school"], frame["year"], strict=True)
    for index, (kind, school, to_school, year) in enumerate(rows):
        if np.isnan(year):
            continue
        turns = {
            "opening": ((school, _OPENS),),
            "closure": ((school, _CLOSES),),
            "merger": ((school, _CLOSES),),
            "renaming": ((school, _CLOSES), (to_school, _OPENS)),
        }.get(kind, ())
        for name, what in turns:
            if name:
                lives.setdefault(name, []).append(Turn(int(year), what, index))
    return {school: sorted(turns) for school, turns in lives.items()}


def _standing(turns: list[Turn], year: int, same_year: bool) -> Turn | None:
    """The turn that makes a school closed in a school year: its last closure, or an opening still to come.

    same_year: whether a turn of that very year has taken place already.
    """
    past = [turn for turn in turns if turn.year < year or (same_year and turn.year == year)]
    if past:
        return past[-1] if past[-1].what == _CLOSES else None
    return turns[0] if turns and turns[0].what == _OPENS and turns[0].year > year else None


def _out_of_life(table: Table, lives: dict[str, list[Turn]]) -> list[Problem]:
    """Events of a school that had closed in an earlier year, or had not opened yet."""
    problems: list[Problem] = []
    frame = table.frame
    rows = zip(frame["kind"], frame["school"], frame["to_school"], frame["year"], strict=True)
    for index, (kind, school, to_school, year) in enumerate(rows):
        for column, name in (("school", school), ("to_school", to_school)):
            opens_here = (kind, column) in (("opening", "school"), ("renaming", "to_school"))
            if name not in lives or opens_here or np.isnan(year):
                continue
            # In the year of its own closure a school still sends its pupils somewhere.
            closed = _standing(lives[name], int(year), same_year=False)
            if closed is not None:
                problems.append(_dead(table, index, column, closed))
    return capped(problems, "school")


def _dead(table: Table, index: int, column: str, closed: Turn) -> Problem:
    state = "@closed_in" if closed.what == _CLOSES else "@opens_in"
    other = int(table.text.rows[closed.index])
    school = str(table.frame[column].iloc[index])
    return error("SCN235", table.place(index, "year"), school, state=state, year=closed.year, row=other)


def _rolls(draft: Draft, table: Table, lives: dict[str, list[Turn]]) -> list[Problem]:
    """Pupils on the roll of a school in years in which, by the register, it was closed."""
    history = draft.tables.get("enrolment")
    if history is None:
        return []
    frame = history.frame[(history.frame["pupils"] > 0) & history.frame["school"].isin(list(lives))]
    years: dict[Turn, set[int]] = {}
    for school, year in set(zip(frame["school"], frame["year"], strict=True)):
        closed = None if np.isnan(year) else _standing(lives[school], int(year), same_year=True)
        if closed is not None:
            years.setdefault(closed, set()).add(int(year))
    return capped([_roll(table, turn, years[turn], history.file) for turn in sorted(years)], "year")


def _roll(table: Table, turn: Turn, years: Iterable[int], file: str) -> Problem:
    row = table.frame.iloc[turn.index]
    school = row["to_school"] if row["kind"] == "renaming" and turn.what == _OPENS else row["school"]
    state = "@closed_in" if turn.what == _CLOSES else "@opens_in"
    place = table.place(turn.index, "year")
    return error("SCN234", place, tuple(sorted(years)), school=school, state=state, year=turn.year, table=file)


def _future(draft: Draft, table: Table) -> list[Problem]:
    if draft.study is None:
        return []
    base = draft.study.model.base_year
    late = (table.frame["year"] > base).to_numpy()
    return cell_problems(table.text, "year", late, "SCN236", "warning", base_year=base)
