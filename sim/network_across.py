"""Conversions between kindergarten and school: the rooms of one building pass from one ladder to the other.

Symbols: M rooms of the school, on record and built; k years since the opening; a[k], b[k] grades that it teaches before
school and at school (admitted to, or kept until their pupils leave).

    rooms before school   floor(M a[k] / (a[k] + b[k]) + 1/2)      the rule of a school that has always taught in both
    rooms at school       M less that                              so no room counts twice, and none is lost

Both ladders read the same calendar, so in a draw the one ends its grades in the year in which the other begins.
Tests: tests/sim/test_network_across.py.  Page: docs/science/stages.md.
"""

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_plan import Project
from sim.arrays import BoolArray, IntArray
from sim.network_grades import Done, lags_of_stage
from sim.network_plan import Across, PlanProject, staying_grades
from sim.tables import grades_of


def across_of(bundle: Bundle, project: Project) -> Across | None:
    """How rooms pass from ladder to ladder; None for a conversion that leaves the grades before school as they are."""
    stages = bundle.every_stage or bundle.study.stages
    names = [grade for stage in stages for grade in stage.grades]
    own = set(grades_of(bundle).names)
    lower = np.array([(name in own) == bool(bundle.every_stage) for name in names], dtype=bool)
    becomes, table = project.becomes, bundle.tables["schools"]
    rows = table[table["school"] == project.school]
    if becomes is None or rows.empty:
        return None
    today = _span(names, str(rows["first_grade"].iloc[0]), str(rows["last_grade"].iloc[0]))
    then = _span(names, becomes.first_grade, becomes.last_grade)
    if not (lower & (today ^ then)).any():
        return None
    stage_of = np.array([i for i, stage in enumerate(stages) for _ in stage.grades])
    taught = _taught(project, today, then, (stage_of, lower))
    sites = bundle.tables["sites"]
    rooms = int(sites.loc[sites["school"] == project.school, "rooms"].sum())
    grades = np.stack([(taught & lower).sum(axis=1), (taught & ~lower).sum(axis=1)], axis=1)
    return Across(rooms, bool(bundle.every_stage), grades)


def _span(names: list[str], first: str, last: str) -> BoolArray:
    places = np.arange(len(names))
    return np.asarray((names.index(first) <= places) & (places <= names.index(last)))


def _taught(project: Project, today: BoolArray, then: BoolArray, kinds: tuple[IntArray, BoolArray]) -> BoolArray:
    """Grades of both ladders that the school teaches, [year since the opening, grade]; kinds: stage, ladder."""
    stage_of, lower = kinds
    at_once = project.becomes is not None and project.becomes.opening == "all_grades"
    gains = then & ~today
    lag = np.zeros(len(gains), dtype=np.int64) if at_once else lags_of_stage(gains, stage_of)
    years = np.arange(len(today) + 1)
    found = (today & then) | (gains & (lag <= years[:, None]))
    for ladder in (lower, ~lower):
        # A run of ending grades does not reach from one ladder into the other: nobody goes up there.
        ended = PlanProject(
            "", "conversion", 0, 0, False, ends=today & ~then & ladder, stay_years=project.transition_years
        )
        found = found | staying_grades(ended, years)
    return np.asarray(found)


def move_rooms(rooms: IntArray, done: Done, year: int) -> None:
    """Give converted schools the rooms of this ladder, in place; rooms: [school].  done: open projects, with years."""
    for project, start in done:
        if project.across is None:
            continue
        here = [one for one, _ in done if one.school == project.school and year <= one.until]
        every = project.across.rooms + sum(one.whole_rooms for one in here)
        rooms[project.school] = project.across.part(every, year - start)
