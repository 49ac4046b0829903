"""Habits of class formation that a record of classes teaches, stage by stage, as class formation reads them.

A school with rows of its own has, in every grade of a stage with a record, a size c[s, g] and margins of the stage
(`sim/classes_learnt.py`); schools and stages without rows have none and form classes freely at the planned size.  The
base year has the classes on record.  Rooms come before habit: classes beyond the rooms are closed as the planned size
ranks them, and seats and clauses go by the planned size, never by the habit.
Tests: tests/sim/test_classes_habit.py.  Page: docs/science/classes.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.classes_record import usable
from sim.arrays import FloatArray, IntArray
from sim.classes_learnt import Record, learn


@dataclass(frozen=True)
class Habit:
    """Habits of the schools in one stage."""

    size: FloatArray  # [school, grade of the stage] pupils per class; 0 where the school has no habit
    low: float  # margin on the fewest pupils with which a cohort keeps its classes
    high: float  # margin on the most
    first: IntArray  # [school, grade of the stage] classes on record of the base year; 0 where there are none


@dataclass(frozen=True)
class Habits:
    """Habits of a study, by stage; a stage without a record is not among them."""

    stages: Mapping[str, Habit]

    def size_of(self, stages: tuple[str, ...], stage_of: IntArray, schools: int) -> FloatArray:
        """Learnt sizes of a ladder, [school, grade]; 0 where there is no habit."""
        out = np.zeros((schools, len(stage_of)))
        for i, name in enumerate(stages):
            if name in self.stages:
                out[:, stage_of == i] = self.stages[name].size
        return out

    def first_of(self, stages: tuple[str, ...], stage_of: IntArray, schools: int) -> IntArray:
        """Classes of the base year on record, [school, grade]; 0 where there are none."""
        out = np.zeros((schools, len(stage_of)), dtype=np.int64)
        for i, name in enumerate(stages):
            if name in self.stages:
                out[:, stage_of == i] = self.stages[name].first
        return out

    def margins_of(self, stages: tuple[str, ...], stage_of: IntArray) -> FloatArray:
        """Margins of a ladder, [grade, 2]; 1 where there is no habit."""
        out = np.ones((len(stage_of), 2))
        for i, name in enumerate(stages):
            if name in self.stages:
                out[stage_of == i] = self.stages[name].low, self.stages[name].high
        return out


def habits_from(
    rows: pd.DataFrame, schools: tuple[str, ...], grades: Mapping[str, tuple[str, ...]], base_year: int
) -> Habits:
    """Habits of a record; rows: school, grade, year, pupils, sections; grades: of each stage, lowest first.

    Rows after the base year, without pupils or without a number of classes teach nothing.
    """
    used = usable(rows, base_year)
    position = {school: i for i, school in enumerate(schools)}
    used = used[used["school"].isin(position)]
    found = {}
    for stage, names in grades.items():
        mine = used[used["grade"].isin(names)]
        if len(mine):
            found[stage] = _habit(mine, position, names, base_year)
    return Habits(found)


def _habit(rows: pd.DataFrame, position: Mapping[str, int], names: tuple[str, ...], base_year: int) -> Habit:
    """Habits of one stage."""
    of_grade = {name: g for g, name in enumerate(names)}
    school: IntArray = np.array([position[name] for name in rows["school"]], dtype=np.int64)
    grade: IntArray = np.array([of_grade[name] for name in rows["grade"]], dtype=np.int64)
    rest = (rows[column].to_numpy(dtype=np.int64) for column in ("year", "pupils", "sections"))
    record = Record(school, grade, *rest)
    learnt = learn(record, len(position), len(names))
    own = np.zeros(len(position), dtype=bool)
    own[school] = True
    first = np.zeros((len(position), len(names)), dtype=np.int64)
    base = record.year == base_year
    first[school[base], grade[base]] = record.classes[base]
    taught = np.isin(np.arange(len(names)), grade)  # a grade nobody has on record teaches nothing
    return Habit(np.where(own[:, None] & taught, learnt.size, 0.0), learnt.low, learnt.high, first)
