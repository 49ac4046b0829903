"""The zones in force in a year: the change that took effect last wins, in one year the later in the file.

Symbols, for one home and grade: z zone split before a change, P schools of the new zone that run the grade, n of them,
f[s] part of its applicants that a new school takes this year (1 once it is full), b part of the first graders who
follow brothers and sisters to the old school (0 later and in other grades).

    z'[s] = (1 - sum_P t[s]) z[s] + t[s],    t[s] = f[s] (1 - b) / n for s in P, else 0

so that who is not taken applies where the home did before.  A closure moves the part of the closed school alone:
z'[s] = z[s] + z[closed] w[s], w equal parts of the receivers or those that a leak leaves them.
Tests: tests/sim/test_network.py, tests/sim/test_network_time.py.
"""

from typing import NamedTuple

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.layout import slot_lookup
from sim.model import Model
from sim.network_plan import PlanNetwork, ZoneEdit


class Ground(NamedTuple):
    """What a change of one grade meets."""

    zone: FloatArray  # [cell, slot] changed in place
    admits: BoolArray  # [cell, slot] the school of the slot admits to the grade
    near: IntArray  # [cell, rank] slots of the nearest schools


def zones_in_force(
    model: Model,
    network: PlanNetwork,
    since: IntArray,
    year: int,
    admits: BoolArray,
    grades: tuple[int, ...] | None = None,
) -> FloatArray:
    """Zone split in force [cell, grade, slot].

    since: years of opening [project], NEVER while it is not open.  admits: [school + pseudo, grade].
    grades: those whose zones are asked for, the others stay as they were; None: all.
    A change counts for the grades that one of its schools admits to: until then arrivals go where they went before.
    """
    stage_of = model.grades.stage_of
    zone = np.ascontiguousarray(model.attendance.zone[:, :, stage_of].transpose(0, 2, 1))
    lookup = slot_lookup(model.layout)
    asked = np.isin(np.arange(len(stage_of)), range(len(stage_of)) if grades is None else grades)
    starts = [int(since[edit.project]) if edit.project >= 0 else edit.from_year for edit in network.edits]
    in_force = [(edit, start) for edit, start in zip(network.edits, starts, strict=True) if start <= year]
    for edit, start in sorted(in_force, key=lambda one: (one[0].closed >= 0, one[1])):
        for grade in np.flatnonzero(asked & (stage_of == edit.stage) & admits[edit.schools].any(axis=0)):
            runs = admits[edit.schools, grade]
            if edit.closed >= 0:
                if not admits[edit.closed, grade]:
                    _hand_on(zone[:, grade], edit, runs, lookup)
                continue
            part = _taken(network, edit, start, year) * np.ones(len(runs))
            if grade == model.grades.first_of(edit.stage) and year - start < edit.siblings_years:
                part = part * (1.0 - edit.siblings)
            usable = np.append(admits[:, grade], False)[model.layout.slot_school]
            ground = Ground(zone[:, grade], usable, model.attendance.near[:, grade])
            _change(ground, edit.cells, edit.schools[runs], part[runs], lookup)
    return zone


def _taken(network: PlanNetwork, edit: ZoneEdit, start: int, year: int) -> FloatArray:
    """Part of their applicants that the schools of a zone change take, [school of the change]."""
    if edit.project < 0:
        return np.ones(len(edit.schools))
    project = network.projects[edit.project]
    return np.where(edit.schools == project.school, project.filled(start, year), 1.0)


def _change(ground: Ground, cells: IntArray, schools: IntArray, part: FloatArray, lookup: IntArray) -> None:
    """A new zone in one grade, in place; part: what each school takes of its applicants."""
    zone = ground.zone
    if (part < 1.0).any():
        zone[cells] = _before(ground, cells) * (1.0 - part.sum() / len(schools))
    else:
        zone[cells] = 0.0
    for school, taken in zip(schools, part, strict=True):
        zone[cells, lookup[cells, school]] += taken / len(schools)


def _before(ground: Ground, cells: IntArray) -> FloatArray:
    """Where newcomers of homes went before a change, rows sum to 1; the nearest school where no zone school admits."""
    split = ground.zone[cells] * ground.admits[cells]
    for near in ground.near[cells].T:
        lonely = np.flatnonzero((split.sum(axis=1) <= 0.0) & (near >= 0))
        split[lonely, near[lonely]] = ground.admits[cells][lonely, near[lonely]]
    total = split.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(split, total, out=np.zeros_like(split), where=total > 0.0))


def _hand_on(zone: FloatArray, edit: ZoneEdit, runs: BoolArray, lookup: IntArray) -> None:
    """The part of a closed school goes to its receivers, in place; zone [cell, slot]."""
    cells = edit.cells[lookup[edit.cells, edit.closed] >= 0]
    slots = lookup[cells, edit.closed]
    share = zone[cells, slots].copy()
    zone[cells, slots] = 0.0
    cells, share = cells[share > 0.0], share[share > 0.0]
    schools = edit.schools[runs]
    if edit.parts is None:
        for school in schools:
            zone[cells, lookup[cells, school]] += share / len(schools)
        return
    parts = edit.parts[runs] / edit.parts[runs].sum()
    for school, part in zip(schools, parts, strict=True):
        zone[cells, lookup[cells, school]] += share * part
