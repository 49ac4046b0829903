"""What a plan changes: which schools are open, with how many rooms, and which zone a home belongs to.

A plan acts only through projects that have opened and zone changes that are in force.  Draws in which the same projects are open
share one `Regime`, so a year needs few of them whatever the number of draws.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from scenarios.schema_plan import PlanFile
from sim.layout import slot_lookup
from sim.model import PSEUDO_SCHOOLS, Layout, Model

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class ZoneEdit:
    """A zone change: from a school year on, or when a project opens."""

    stage: int
    cells: IntArray
    schools: IntArray
    project: int  # index of the project it waits for, -1 for none
    from_year: int


@dataclass(frozen=True)
class PlanProject:
    """The effect of one project on the network."""

    id: str
    kind: str  # new_school | extension | closure
    school: int
    rooms: int
    all_grades: bool  # a new school that takes pupils of every grade of its zone in its first year


@dataclass(frozen=True)
class PlanNetwork:
    """Projects and zone changes of one plan, as indices."""

    plan: str
    projects: tuple[PlanProject, ...]
    edits: tuple[ZoneEdit, ...]


@dataclass(frozen=True)
class Regime:
    """The network in one year for one set of open projects."""

    open: BoolArray  # [school + pseudo]
    rooms: IntArray  # [school]
    shares: FloatArray  # [cell, grade, slot] where newcomers apply, rows sum to 1 (or 0 for cells without children)
    home: IntArray  # [cell, grade] slot of the main zone school, -1 where none
    in_zone: BoolArray  # [cell, grade, slot] zone school of the cell


def plan_network(bundle: Bundle, plan: PlanFile, layout: Layout, stages: tuple[str, ...]) -> PlanNetwork:
    """Indices of a checked plan; closures hand the zones of the closed school to its receivers."""
    school = {s: i for i, s in enumerate(layout.schools)}
    unit = {u: i for i, u in enumerate(layout.units)}
    project_index = {p.id: i for i, p in enumerate(plan.projects)}
    projects, edits = [], []
    zones = bundle.tables["zones"]
    for i, project in enumerate(plan.projects):
        if project.new is not None:
            effect = PlanProject(
                project.id, project.kind, school[project.new.school], project.new.rooms,
                project.new.opening == "all_grades",
            )
        else:
            rooms = project.adds.rooms if project.adds is not None else 0
            effect = PlanProject(project.id, project.kind, school[str(project.school)], rooms, False)
        projects.append(effect)
        if project.kind == "closure":
            closed = zones[zones["school"] == project.school]
            for stage, rows in closed.groupby("stage"):
                cells = np.flatnonzero(np.isin(layout.unit_of, [unit[u] for u in rows["unit"]]))
                targets = np.array([school[s] for s in project.receivers])
                edits.append(ZoneEdit(stages.index(str(stage)), cells, targets, i, 0))
    for edit in plan.zones:
        cells = np.flatnonzero(np.isin(layout.unit_of, [unit[u] for u in edit.units]))
        waits = project_index[edit.with_project] if edit.with_project is not None else -1
        targets = np.array([school[s] for s in edit.schools])
        edits.append(ZoneEdit(stages.index(edit.stage), cells, targets, waits, edit.from_year or 0))
    return PlanNetwork(plan.id, tuple(projects), tuple(edits))


def regimes(model: Model, network: PlanNetwork, opened: BoolArray, year: int, pull: float) -> tuple[list[Regime], IntArray]:
    """The regimes of a year and which one each draw is in.

    opened: [draw, project].  pull: index on the odds of attending a public school outside the zone.
    """
    if opened.shape[1] == 0:
        return [_regime(model, network, opened[:1, :].reshape(-1), year, pull)], np.zeros(len(opened), dtype=np.int64)
    sets, index = np.unique(opened, axis=0, return_inverse=True)
    return [_regime(model, network, row, year, pull) for row in sets], index.reshape(-1)


def _regime(model: Model, network: PlanNetwork, opened: BoolArray, year: int, pull: float) -> Regime:
    is_open = np.append(model.exists, np.ones(len(PSEUDO_SCHOOLS), dtype=bool))
    rooms = np.where(model.exists, model.rooms, 0)
    for project, done in zip(network.projects, opened, strict=True):
        if not done:
            continue
        is_open[project.school] = project.kind != "closure"
        rooms[project.school] = 0 if project.kind == "closure" else rooms[project.school] + project.rooms
    zone = _zones(model, network, opened, year)
    return _with_shares(model, zone, is_open, rooms, pull)


def _zones(model: Model, network: PlanNetwork, opened: BoolArray, year: int) -> FloatArray:
    """Zone split in force [cell, slot, stage]; later changes of the list win."""
    zone = model.attendance.zone.copy()
    lookup = slot_lookup(model.layout)
    for edit in network.edits:
        active = opened[edit.project] if edit.project >= 0 else year >= edit.from_year
        if not active:
            continue
        zone[edit.cells, :, edit.stage] = 0.0
        for school in edit.schools:
            zone[edit.cells, lookup[edit.cells, school], edit.stage] += 1.0 / len(edit.schools)
    return zone


def _with_shares(model: Model, zone: FloatArray, is_open: BoolArray, rooms: IntArray, pull: float) -> Regime:
    layout, grades, attend = model.layout, model.grades, model.attendance
    cells, slots = layout.slot_school.shape
    shares = np.zeros((cells, len(grades.names), slots))
    in_zone = np.zeros(shares.shape, dtype=bool)
    home = np.full((cells, len(grades.names)), -1)
    for g, stage in enumerate(grades.stage_of):
        usable = _usable(model, is_open, g)
        split = zone[:, :, stage] * usable
        lonely = np.flatnonzero((split.sum(axis=1) <= 0.0) & (attend.near[:, g] >= 0))
        split[lonely, attend.near[lonely, g]] = usable[lonely, attend.near[lonely, g]]
        total = split.sum(axis=1, keepdims=True)
        split = np.divide(split, total, out=np.zeros_like(split), where=total > 0.0)
        in_zone[:, g] = split > 0.0
        home[:, g] = np.where(split.any(axis=1), split.argmax(axis=1), -1)
        shares[:, g] = _grade_shares(layout, split, attend.away[:, :, stage], usable, pull)
    return Regime(is_open, rooms, shares, home, in_zone)


def _usable(model: Model, is_open: BoolArray, grade: int) -> FloatArray:
    """1 where the school of a slot is open and hosts the grade, [cell, slot]."""
    can = np.append(is_open & model.hosts[:, grade], False)
    return can[model.layout.slot_school].astype(float)


def _grade_shares(layout: Layout, split: FloatArray, away: FloatArray, usable: FloatArray, pull: float) -> FloatArray:
    """Zone share plus shares away from it; what cannot be used returns to the zone, or scales up where there is none."""
    real = away.copy()
    real[:, layout.pseudo] = 0.0
    public, pseudo = (real * usable), away - real
    all_away = real.sum(axis=1, keepdims=True)
    rest = np.clip(1.0 - pseudo.sum(axis=1, keepdims=True), 0.0, 1.0)
    # `pull` multiplies the odds of attending outside the zone among those who stay in public schools of the county.
    odds = np.divide(all_away, rest - all_away, out=np.zeros_like(rest), where=rest - all_away > 1e-12) * pull
    # A home without a zone school (or without a choice) keeps its shares: there is no odds to multiply.
    target = np.where(rest - all_away > 1e-12, rest * odds / (1.0 + odds), all_away)
    factor = np.divide(target, all_away, out=np.ones_like(rest), where=all_away > 0.0)
    public = public * factor
    inside = np.clip(rest - public.sum(axis=1, keepdims=True), 0.0, 1.0)
    out = split * inside + public + pseudo
    total = out.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(out, total, out=np.zeros_like(out), where=total > 0.0)
    return shares
