"""Pupils whose school changes under them: closures, phase-outs, openings for all grades, conversions.

Symbols, for one home and grade of one draw: P pupils who look for a school of grade g + 1, n[j] pupils of grade g a
year before in school j, E = sum of n[j] over schools that did not host grade g + 1.

    conversion   of P, a part n[j] / E stays on in the school that has just gained grade g + 1 (or kept it)
    phase-out    pupils stay in ending grades (`sim/network_plan.py`); whoever is in another one looks for a school
    opening      for all grades: floor(t n + u) of the n pupils of the zone look for a school, t the part that moves

All others stay where they are.  Nobody is made or lost: what leaves a school enters the pool.
Tests: tests/sim/test_network_time.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, CountArray, IntArray
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network_grades import boundaries, lags_of_stage
from sim.network_plan import PlanNetwork, PlanProject, staying_grades
from sim.progression import Moved, release
from sim.reference_world import stays
from sim.variates import even_split
from sim.world import YearWorld


@dataclass(frozen=True)
class Change:
    """The projects of a case in one year."""

    model: Model
    network: PlanNetwork
    opening_year: IntArray  # [draw, project]
    world: YearWorld


def change_schools(change: Change, pupils: CountArray, moved: Moved) -> None:
    """Work on `moved` in place; pupils: of the year before, [draw, slot, cell, grade]."""
    projects = change.network.projects
    if any(project.gains is not None for project in projects):
        _stay_on(change, pupils, moved)
    for i, project in enumerate(projects):
        if project.ends is not None:
            _end(change, project, i, moved)
        elif project.all_grades and project.kind == "new_school":
            now = change.opening_year[:, i] == change.world.year
            if now.any():
                _move_zone(change, project, i, now, moved)


def _end(change: Change, project: PlanProject, number: int, moved: Moved) -> None:
    """Pupils in grades that have ended look for a school."""
    elapsed = change.world.year - change.opening_year[:, number]
    gone = ended_at(project, elapsed)
    if project.stay_years == 0:
        gone &= (elapsed == 0)[:, None]
    if not gone.any():
        return
    cells, slots = np.nonzero(change.model.layout.slot_school == project.school)
    for grade in np.flatnonzero(gone.any(axis=0)):
        release(moved, gone[:, grade], cells, np.full(len(cells), grade), slots)


def _move_zone(change: Change, project: PlanProject, number: int, now: BoolArray, moved: Moved) -> None:
    """Pupils of the zone of a school that opens for all grades look for a school, all or a part of them."""
    model, real = change.model, np.arange(change.model.layout.real.stop)
    for edit in (one for one in change.network.edits if one.project == number):
        for grade in np.flatnonzero(model.hosts[project.school] & (model.grades.stage_of == edit.stage)):
            if project.transfer < 1.0 and grade > 0:  # nobody is in the first grade before admission
                u = change.world.grades_of_cells("zones/transfer")[:, edit.cells, grade - 1]
                _move_part(moved, now, edit.cells, int(grade), project.transfer, u)
            elif project.transfer == 1.0:
                cells, slots = np.repeat(edit.cells, len(real)), np.tile(real, len(edit.cells))
                release(moved, now, cells, np.full(len(cells), grade), slots)


def _move_part(moved: Moved, now: BoolArray, cells: IntArray, grade: int, part: float, u: NDArray[np.float64]) -> None:
    """A part of the pupils of public schools of some homes in a grade; u: [draw, cell of `cells`]."""
    real = moved.staying.shape[1] - len(PSEUDO_SCHOOLS)
    here = moved.staying[:, :real, cells, grade]  # [draw, slot, cell]
    going = (np.floor(part * here.sum(axis=1) + u) * now[:, None]).astype(np.int32)
    gone = even_split(going, here.astype(float), u)
    moved.staying[:, :real, cells, grade] -= gone
    moved.pool[:, cells, grade] += going


def _stay_on(change: Change, pupils: CountArray, moved: Moved) -> None:
    """Pupils of a converted school who go up into a grade that it has gained, or from one into a grade that it had."""
    model, real = change.model, change.model.layout.real
    ended = ~stays(model)  # [slot, cell, grade]
    u = change.world.grades_of_cells("progression/stay-on")
    others: dict[int, CountArray] = {}
    for i, project in enumerate(change.network.projects):
        elapsed = change.world.year - change.opening_year[:, i]
        for grade in boundaries(model, project).tolist():
            there = (elapsed >= 0) & _has_next(model, project, elapsed, grade + 1)
            if not there.any():
                continue
            if grade not in others:
                others[grade] = (pupils[:, real, :, grade] * ended[:, :, grade]).sum(axis=1, dtype=np.int32)
            cells, slots = np.nonzero(model.layout.slot_school == project.school)
            own = pupils[:, slots, cells, grade] * there[:, None]  # [draw, pair]
            others[grade][:, cells] -= own
            weights = np.stack([own, others[grade][:, cells]], axis=1).astype(float)
            part = even_split(moved.pool[:, cells, grade + 1], weights, u[:, cells, grade])[:, 0]
            moved.staying[:, slots, cells, grade + 1] += part
            moved.pool[:, cells, grade + 1] -= part


def _has_next(model: Model, project: PlanProject, elapsed: IntArray, grade: int) -> BoolArray:
    """Whether a converted school teaches a grade so many years after the conversion, [draw]."""
    assert project.gains is not None
    if project.gains[grade]:
        lag = int(lags_of_stage(project.gains, model.grades.stage_of)[grade])
        return np.asarray((elapsed >= lag) | project.all_grades)
    return np.asarray(~(ended_at(project, elapsed)[:, grade]))


def ended_at(project: PlanProject, elapsed: IntArray) -> BoolArray:
    """Grades that a project has ended, and that nobody stays in any more, [draw, grade]; elapsed: [draw]."""
    if project.ends is None:
        return np.zeros((len(elapsed), len(project.gains) if project.gains is not None else 0), dtype=bool)
    return np.asarray((elapsed >= 0)[:, None] & project.ends & ~staying_grades(project, elapsed))
