"""How the classes of a case are formed: free or sticky, each grade for itself or in composite classes.

free    every year anew, as few classes as the planned size allows.
learnt  as the school has formed them by the record of its classes (`sim/classes_habit.py`).
sticky  a cohort keeps the number of classes of the year before while its pupils fit into them; it is formed anew when
        they do not, when its mean class falls below `merge_below`, and at the entry of a stage.  Rooms come first:
        classes that exceed the rooms are closed, the one whose loss crowds least before all others.

Rules are of the study; classes of the base year, from which cohorts start, are formed freely from the base rolls, or
are those on record.
Tests: tests/sim/test_classes_formation.py.  Page: docs/science/classes.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.classes import Classes, form_classes, largest_classes
from sim.classes_habit import Habits
from sim.classes_shared import Rules, fill_formed


@dataclass(frozen=True)
class Composite:
    """Where grades may share a class."""

    schools: BoolArray  # [school]
    stages: tuple[str, ...]  # empty: every stage
    below: float  # only while the stage of the school has fewer pupils; inf: always
    together: int  # grades per class at most
    cap: int  # pupils per shared class at most


@dataclass(frozen=True)
class Formation:
    """Rules of a study that forms its classes otherwise than freely and grade by grade."""

    sticky: bool = False
    merge_below: float = 0.0
    composite: Composite | None = None
    habits: Habits | None = None  # learnt from a record of classes; not together with `sticky`


@dataclass(frozen=True)
class Ladder:
    """What rules are applied to: the grades whose classes share the rooms, and the base year."""

    stages: tuple[str, ...]
    stage_of: IntArray  # [grade]
    rolls: NDArray[np.integer]  # [school, grade] of the base year
    rooms: IntArray  # [school] of the base year
    planned: IntArray  # [grade] of the study

    @property
    def follows(self) -> BoolArray:
        """Grades whose pupils were in the grade below, in the same stage, [grade]."""
        return np.append(False, self.stage_of[1:] == self.stage_of[:-1])


def base_classes(formation: Formation | None, ladder: Ladder) -> Classes:
    """Classes of the base year, [school, grade]: free, in composite classes where the study has them."""
    if formation is None or (formation.composite is None and formation.habits is None):
        return form_classes(ladder.rolls, ladder.rooms, ladder.planned)
    at_first = replace(formation, sticky=False, merge_below=0.0)
    rules = _rules(at_first, ladder, np.zeros(ladder.rolls.shape, dtype=np.int64))
    found = _fill(ladder.rolls[None, None], ladder.rooms[None, None], ladder.planned, rules)
    count, short = found.count[0, 0], found.short[0, 0]
    if formation.habits is not None:
        on_record = formation.habits.first_of(ladder.stages, ladder.stage_of, len(ladder.rolls))
        count = np.where((on_record > 0) & (count > 0), on_record, count)
        short = short | (count.sum(axis=1) > ladder.rooms)
    return Classes(count, largest_classes(ladder.rolls, count), short)


def formed(
    formation: Formation | None,
    ladder: Ladder,
    rolls: NDArray[np.integer],
    rooms: NDArray[np.integer],
    planned: NDArray[np.integer],
) -> Classes:
    """Classes of rolls [draw, year, school, grade] in rooms [draw, year, school], the years in order.

    planned: [grade] or [year, school, grade].  formation None: free, grade by grade.
    """
    if formation is None:
        return form_classes(rolls, rooms, planned)
    return _fill(rolls, rooms, planned, _rules(formation, ladder, base_classes(formation, ladder).count))


def plain_rules(stage_of: IntArray, schools: int) -> Rules:
    """Rules of free formation, every grade for itself, as kernels read them; stage_of: [grade]."""
    nobody = np.zeros((schools, len(stage_of)), dtype=bool)
    stages = np.ascontiguousarray(stage_of, dtype=np.int64)
    first = nobody.astype(np.int64)
    return Rules(first, 0.0, np.zeros(len(stage_of), dtype=bool), nobody, stages, np.inf, 2, 1, *_no_habit(first))


def seat_rules(formation: Formation | None, stages: tuple[str, ...], stage_of: IntArray, schools: int) -> Rules:
    """Rules that seats go by: which grades may share a class.  Kept classes and habits give way to children.

    stage_of: [grade].
    """
    plain = plain_rules(stage_of, schools)
    if formation is None or formation.composite is None:
        return plain
    shape = (schools, len(stage_of))
    one = replace(formation, sticky=False, merge_below=0.0, habits=None)
    nothing = np.zeros(shape, dtype=np.int64)
    return _rules(one, Ladder(stages, stage_of, nothing, nothing[:, 0], nothing[0]), nothing)


def of_school(rules: Rules, school: int) -> Rules:
    """The same of one school, which is the first of them."""
    at = slice(school, school + 1)
    return rules._replace(first=rules.first[at], may=rules.may[at], size=rules.size[at])


def rules_of(formation: Formation, ladder: Ladder) -> Rules:
    """The rules as kernels read them, [school, grade] as the ladder has them."""
    return _rules(formation, ladder, base_classes(formation, ladder).count)


def _no_habit(first: IntArray) -> tuple[bool, FloatArray, FloatArray]:
    """`learnt`, `size` and `margins` of rules without a record; first: [school, grade]."""
    return False, np.zeros(first.shape), np.ones((first.shape[1], 2))


def _habits(formation: Formation, ladder: Ladder, first: IntArray) -> tuple[bool, FloatArray, FloatArray]:
    if formation.habits is None:
        return _no_habit(first)
    size = formation.habits.size_of(ladder.stages, ladder.stage_of, len(first))
    return True, size, formation.habits.margins_of(ladder.stages, ladder.stage_of)


def _rules(formation: Formation, ladder: Ladder, first: IntArray) -> Rules:
    composite, shape = formation.composite, ladder.rolls.shape
    none = np.zeros(shape[1], dtype=bool)
    common = (
        np.ascontiguousarray(first, dtype=np.int64),
        float(formation.merge_below),
        ladder.follows if formation.sticky or formation.habits is not None else none,
    )
    habits = _habits(formation, ladder, first)
    stage_of = np.ascontiguousarray(ladder.stage_of, dtype=np.int64)
    if composite is None:
        return Rules(*common, np.zeros(shape, dtype=bool), stage_of, np.inf, 2, 1, *habits)
    grades = _in_stages(ladder, composite.stages)
    may = composite.schools[:, None] & grades
    return Rules(*common, may, stage_of, float(composite.below), composite.together, composite.cap, *habits)


def _in_stages(ladder: Ladder, stages: Sequence[str]) -> BoolArray:
    if not stages:
        return np.ones(len(ladder.stage_of), dtype=bool)
    return np.isin(ladder.stage_of, [i for i, name in enumerate(ladder.stages) if name in stages])


def _fill(
    rolls: NDArray[np.integer], rooms: NDArray[np.integer], planned: NDArray[np.integer], rules: Rules
) -> Classes:
    count, short = np.empty(rolls.shape, dtype=np.int64), np.empty(rolls.shape[:-1], dtype=bool)
    sizes = np.ascontiguousarray(np.broadcast_to(planned, rolls.shape[1:]), dtype=np.int64)
    room = np.ascontiguousarray(np.broadcast_to(rooms, rolls.shape[:-1]), dtype=np.int64)
    fill_formed(np.ascontiguousarray(rolls, dtype=np.int64), room, sizes, rules, count, short)
    return Classes(count, largest_classes(rolls, count), short)
