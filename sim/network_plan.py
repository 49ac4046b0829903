"""What a plan asks of the network, as indices: the types that `sim/network*.py` share.

A closure and a conversion are one thing seen from the engine: grades of a school that end, and grades that it gains.
Tests: tests/sim/test_network.py, tests/sim/test_network_time.py.  Page: docs/science/zones-over-time.md.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.measures import TemporaryRooms
from sim.model import NEVER
from sim.policy import Policy


@dataclass(frozen=True)
class ZoneEdit:
    """A zone change: from a school year on, or when a project opens."""

    stage: int
    cells: IntArray
    schools: IntArray
    project: int  # index of the project it waits for, -1 for none
    from_year: int
    closed: int = -1  # a closure hands on the share of this school only; -1: the whole zone changes
    parts: FloatArray | None = None  # [school of `schools`] parts of what is handed on; None: equal ones
    siblings: float = 0.0  # part of the first graders who still apply to the old zone
    siblings_years: int = 0  # for so many years


@dataclass(frozen=True)
class Across:
    """A conversion between kindergarten and school: how the rooms of the building pass from one ladder to the other.

    rooms: classrooms of the school on record, of both ladders.  lower: this is the ladder before school.
    grades: [year since the opening, 2] grades taught before school and at school, the last row from then on.
    """

    rooms: int
    lower: bool
    grades: IntArray

    def part(self, rooms: int, elapsed: int) -> int:
        """Of so many rooms those of this ladder: by grades taught, the part before school rounded."""
        below, above = self.grades[min(elapsed, len(self.grades) - 1)]
        young = int(np.floor(rooms * below / max(below + above, 1) + 0.5))
        return young if self.lower else rooms - young


@dataclass(frozen=True)
class PlanProject:
    """The effect of one project on the network."""

    id: str
    kind: str  # see `scenarios.schema_projects.ProjectKind`
    school: int
    rooms: int
    all_grades: bool  # a new school that takes pupils of every grade of its zone in its first year
    fill: tuple[float, ...] = ()  # part of its zone's applicants by year since opening, the last from then on
    transfer: float = 1.0  # part of the pupils of upper grades of its zone who move to it (`all_grades`)
    ends: BoolArray | None = None  # [grade] that a closure or conversion ends; None: none
    gains: BoolArray | None = None  # [grade] that a conversion adds; None: none
    stay_years: int = 0  # for so many years at most, pupils of ending grades stay until they leave
    until: int = NEVER  # last school year in which its rooms stand (temporary classrooms)
    whole_rooms: int = 0  # rooms that it adds to a school that stands, for both ladders
    across: Across | None = None  # a conversion between the ladders

    @property
    def timed(self) -> bool:
        """Whether what it does depends on how long ago it opened."""
        grows = self.kind == "new_school" and not self.all_grades
        return grows or bool(self.fill) or self.stay_years > 0 or self.gains is not None or self.across is not None

    def filled(self, since: int, year: int) -> float:
        """Part of the applicants of its zone that the new school takes."""
        return self.fill[min(year - since, len(self.fill) - 1)] if self.fill and year >= since else 1.0


@dataclass(frozen=True)
class PlanNetwork:
    """Projects, zone changes and rules of one plan, as indices."""

    plan: str
    projects: tuple[PlanProject, ...]
    edits: tuple[ZoneEdit, ...]
    policy: Policy | None = None
    """Its class sizes and rules of admission; None: those of the study."""
    temporary: tuple[TemporaryRooms, ...] = ()
    """Rooms that are there for some years only."""


def lags(grades: BoolArray) -> IntArray:
    """How many of the grades just below each grade belong to the same run, [grade]; 0 for the first of a run."""
    out = np.zeros(len(grades), dtype=np.int64)
    for g in range(1, len(grades)):
        out[g] = out[g - 1] + 1 if grades[g] and grades[g - 1] else 0
    return out


def staying_grades(project: PlanProject, elapsed: IntArray) -> BoolArray:
    """Ending grades that are still taught to those who are in them, [..., grade]; elapsed: years since the start.

    Pupils of grade g who stay were in grade g - elapsed - 1 of the school the year before the start: so many ending
    grades must lie below.
    """
    if project.ends is None:
        return np.zeros((*elapsed.shape, 0), dtype=bool)
    years = elapsed[..., None]
    return np.asarray(project.ends & (lags(project.ends) > years) & (years < project.stay_years))
