"""Which grades the schools of a plan admit to and teach in a year.

Symbols: h[s, g] span of a school, + gained and - ended grades of a plan; x year, o opening of a project.

    new school      admits to g from o + (g - first grade of the stage), or to all at once
    conversion      admits to a gained grade in the same way; ended grades as in a closure
    closure         admits nobody to an ended grade from o on; teaches it while x - o < years of transition and
                    more than x - o ended grades lie below it (the pupils there came before o)

Tests: tests/sim/test_network_time.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, IntArray
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network_plan import PlanProject, staying_grades

Done = list[tuple[PlanProject, int]]
"""Projects that are open with their years of opening; 0 where the year does not matter."""


def taught(model: Model, done: Done, year: int) -> tuple[BoolArray, BoolArray]:
    """Grades that schools admit to, and grades that they teach, [school + pseudo, grade] each."""
    is_open = np.append(model.exists, np.ones(len(PSEUDO_SCHOOLS), dtype=bool))
    for project, _ in done:
        is_open[project.school] |= project.kind == "new_school"
    admits = model.hosts & is_open[:, None]
    for project, start in done:
        if project.kind == "new_school" and not project.all_grades:
            admits[project.school] &= grade_of_stage(model.hosts[project.school], model.grades.stage_of) <= year - start
        elif project.gains is not None:
            lag = np.where(project.all_grades, 0, lags_of_stage(project.gains, model.grades.stage_of))
            admits[project.school] |= project.gains & (lag <= year - start)
    teaches = admits.copy()
    for project, start in done:
        if project.ends is not None:
            admits[project.school] &= ~project.ends
            teaches[project.school] &= ~project.ends | staying_grades(project, np.array(year - start))
    return admits, teaches


def grade_of_stage(hosted: NDArray[np.bool_], stage_of: IntArray) -> IntArray:
    """Years from the first grade that a school hosts of a stage to each grade, [grade]."""
    first = [np.flatnonzero(hosted & (stage_of == stage))[:1].sum() for stage in stage_of]
    years: IntArray = np.arange(len(stage_of)) - np.array(first)
    return years


def lags_of_stage(gained: BoolArray, stage_of: IntArray) -> IntArray:
    """Years from the first gained grade of a stage to each gained grade, [grade]; 0 elsewhere."""
    return np.where(gained, grade_of_stage(gained, stage_of), 0)


def boundaries(model: Model, project: PlanProject) -> IntArray:
    """Grades after which pupils of a converted school stay on in it, though it had no next grade before, [n]."""
    if project.gains is None:
        return np.zeros(0, dtype=np.int64)
    old, gained = model.hosts[project.school], project.gains
    both = (old | gained)[:-1] & (old | gained)[1:]
    return np.flatnonzero(both & (gained[:-1] != gained[1:]))
