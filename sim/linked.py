"""Pupils of other members of a programme: more or fewer than the reference future has.

History of a member already contains the pupils who usually come from others, so only the change is added.  Symbols:
x[g, t] pupils more (or fewer) who come from other members to grade g in year t (`sim/rollup_flows.py` makes them).

    more     x > 0: pupils of the home row outside the county, who apply at public schools by its shares in grade g
    fewer    x < 0: in the first grade that many entrants from outside less; in other grades that many pupils of the row
             outside less before they move up, evenly over their schools; never more than there are, and what could
             not be taken is kept in sight (`unmet` = x - what was done)
    shares   of the row outside: those of its pupils of the base year; of a stage that has none, in proportion to rooms

Once here they are pupils like others.  What x is never depends on what is done here: who leaves the county is decided
by the homes inside it.  Record 0040; page docs/science/rollup.md.  Tests: tests/sim/test_linked.py.
"""

from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import BoolArray, CountArray, IntArray
from sim.model import Attendance, Grades, Layout, Model
from sim.moves import take_from_pupils
from sim.state import Flows
from sim.world import YearWorld


@dataclass(frozen=True)
class Linked:
    """The change of one year, [draw, grade] unless said otherwise."""

    pupils: CountArray  # [draw, slot, cell, grade] at the start of the year, without those who no longer come
    more: CountArray
    fewer: CountArray  # asked for
    gone: CountArray  # taken from the pupils, by the grade they would have been in

    @property
    def seekers(self) -> CountArray:
        """Who looks for a school, [draw, cell, grade]."""
        out = np.zeros((len(self.more), *self.pupils.shape[2:]), dtype=np.int32)
        out[:, -1] = self.more
        return out

    def enter(self, entrants: CountArray) -> CountArray:
        """Entrants [draw, cell] without those from outside who no longer come."""
        out = entrants.copy()
        out[:, -1] -= np.minimum(self.fewer[:, 0], entrants[:, -1])
        return out

    def done(self, before: CountArray, after: CountArray) -> CountArray:
        """What the year really changed, [draw, grade]; entrants [draw, cell] before and after `enter`."""
        change: CountArray = self.more - self.gone
        change[:, 0] -= before[:, -1] - after[:, -1]
        return change

    def counted(self, flows: Flows, done: CountArray) -> Flows:
        """The flows of the year with those who came and those who no longer came; done: [draw, grade]."""
        came = self.more.sum(axis=1, dtype=np.int64)
        gone = came - done.sum(axis=1, dtype=np.int64)
        return replace(flows, inbound=flows.inbound + came, left=flows.left + gone)


def linked(model: Model, members: IntArray | None, pupils: CountArray, world: YearWorld) -> Linked | None:
    """The change of a year; members: [draw of the run, year - first, grade], None: nobody is linked with this study.

    pupils: [draw, slot, cell, grade] at the start of the year.
    """
    if members is None:
        return None
    change = members[world.draws, world.year - model.base_year - 1].astype(np.int32)
    more, fewer = np.maximum(change, 0), np.maximum(-change, 0)
    gone = np.zeros((len(pupils), *pupils.shape[2:]), dtype=np.int32)
    gone[:, -1, :-1] = np.minimum(fewer[:, 1:], pupils[:, :, -1, :-1].sum(axis=1))
    left = take_from_pupils(pupils, gone, world.grades_of_cells("members/which")) if gone.any() else pupils
    taken = np.zeros_like(change)
    taken[:, 1:] = gone[:, -1, :-1]
    return Linked(left, more, fewer, taken)


def reached(wanted: list[set[int]], hosts: BoolArray, grades: Grades, stages: frozenset[str]) -> list[set[int]]:
    """Schools every cell needs, with those of the stages that other members send pupils to for the row outside.

    wanted: schools by cell, the row outside last.  hosts: [school, grade] of existing schools.
    """
    chosen = np.isin(grades.stage_of, [i for i, name in enumerate(grades.stages) if name in stages])
    return [*wanted[:-1], wanted[-1] | set(np.flatnonzero(hosts[:, chosen].any(axis=1)).tolist())]


def with_outside(
    attendance: Attendance, layout: Layout, hosts: BoolArray, rooms: IntArray, grades: Grades
) -> Attendance:
    """Attendance with shares of the row outside in every stage that has none: by rooms of the schools that host it.

    hosts: [school, grade] of existing schools.  rooms: [school].  Only schools that the row has slots of count.
    """
    away, slots = attendance.away.copy(), layout.slot_school[-1]
    real = (slots >= 0) & (slots < len(layout.schools))
    index = np.where(real, slots, 0)
    for stage in range(len(grades.stages)):
        teaches = np.asarray(hosts[:, grades.stage_of == stage].any(axis=1))
        weight = np.where(real & teaches[index], rooms[index], 0).astype(float)
        if away[-1, real, stage].sum() <= 0.0 and weight.sum() > 0.0:
            away[-1, :, stage] = weight / weight.sum()
    return replace(attendance, away=away)
