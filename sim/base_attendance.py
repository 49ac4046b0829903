"""Catchments and the base-year fit turned into slots, shares and first pupils."""

from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_base import path_value
from sim import layout as lay
from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.base_fit import Fit, fit_grade, whole_pupils
from sim.base_seeds import grade_seed, scale_of_ways
from sim.model import PSEUDO_SCHOOLS, Attendance, Grades, Layout

KEEP_PUPILS = 0.3  # fitted pupils of a cell that a school outside the zone needs to get a slot
INBOUND_MIN = 0.5  # fitted pupils from outside below which a school has none: the fit's free margin leaks a little
_PSEUDO = {"private": 0, "other_county": 1, "not_enrolled": 2}


@dataclass(frozen=True)
class Catchments:
    """Zones, reach and distances of the base year, by cell and school."""

    zone: FloatArray  # [cell, school, stage] weights
    reach: BoolArray  # [cell, school] draws from beyond its zone
    near: IntArray  # [cell, grade, rank] nearest schools that host the grade, as far as plans may close them
    divert: IntArray  # [cell, stage, rank] nearest schools within the limit
    hosts: BoolArray  # [school, grade] existing schools only
    distance_km: FloatArray  # [cell, school] the base-year fit decays over it
    way: FloatArray  # [cell, school, stage] what admission measures: km, or minutes
    free: BoolArray  # [stage] without zones: every school of the county admits
    teaches: BoolArray  # [school, grade] existing and planned schools


def zone_of_grade(catchments: Catchments, stage: int, grade: int) -> FloatArray:
    """Zone split of one grade [cell, school], rows sum to 1: zone schools that host it, else the nearest that does."""
    split = catchments.zone[:, :, stage] * catchments.hosts[:, grade]
    near = catchments.near[:, grade, 0]
    lonely = np.flatnonzero((split.sum(axis=1) <= 0.0) & (near >= 0))
    split[lonely, near[lonely]] = 1.0
    total = split.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(split, total, out=np.zeros_like(split), where=total > 0.0)
    return shares


def fit_base_year(
    bundle: Bundle,
    homes: lay.Homes,
    grades: Grades,
    catchments: Catchments,
    rolls: FloatArray,
    children: FloatArray | None,
) -> list[Fit]:
    """One fit per grade; a second round keeps only schools that matter to a cell, so that slots stay few.

    rolls: [school, grade].  children: [cell, age] or None.
    """
    beyond = bundle.beyond
    if beyond is None:
        raise ValueError("a bundle without values of attendance beyond the zone; scenarios.loader makes whole ones")
    outside = _declared_outside(bundle, homes, grades)
    seeds, totals, rows = [], [], []
    for g, stage in enumerate(grades.stage_of):
        zone = zone_of_grade(catchments, int(stage), g)
        reach = np.ones_like(catchments.reach) if catchments.free[stage] else catchments.reach
        rest = _of_grade(bundle, grades, children, g) if children is not None else None
        weight = rest if rest is not None else _unit_weight(bundle, homes)
        # Not all children of its ages attend such a stage: the rolls alone say how many.
        rest = None if _partly(bundle, grades, int(stage)) else rest
        pseudo = outside[:, :, int(stage)] * weight[:, None]
        hosts, km = catchments.hosts[:, g], catchments.distance_km
        scale = beyond.scales * scale_of_ways(zone, hosts, km, weight)
        seed = grade_seed(zone, reach & hosts, km, rolls[:, g], scale, beyond.share)
        seeds.append(np.hstack([seed * weight[:, None], pseudo])[:-1])
        totals.append(np.concatenate([rolls[:, g], pseudo[:-1].sum(axis=0)]))
        rows.append(None if rest is None else rest[:-1])
    other = len(rolls) + _PSEUDO["other_county"]
    first = [fit_grade(s, c, t, other) for s, c, t in zip(seeds, rows, totals, strict=True)]
    fitted = sum(fit.matrix for fit in first)
    keep = (np.asarray(fitted) >= KEEP_PUPILS)[:, : len(rolls)] | (catchments.zone[:-1].sum(axis=2) > 0.0)
    everywhere = np.asarray(catchments.hosts[:, catchments.free[grades.stage_of]].any(axis=1))
    keep |= everywhere[None, :]
    # A roll that only small shares reach keeps all of them; otherwise its column would be empty.
    keep |= ~keep.any(axis=0)[None, :]
    mask = np.hstack([keep, np.ones((len(keep), len(PSEUDO_SCHOOLS)), dtype=bool)])
    near = catchments.near[:-1, :, 0]
    out = []
    for g, (seed, row, total) in enumerate(zip(seeds, rows, totals, strict=True)):
        allowed = mask.copy()
        allowed[np.arange(len(near)), np.maximum(near[:, g], 0)] |= near[:, g] >= 0
        out.append(fit_grade(seed * allowed, row, total, other))
    return out


def _partly(bundle: Bundle, grades: Grades, stage: int) -> bool:
    """Whether a stage takes a part of the children of its ages: kindergarten, general senior schools."""
    one = bundle.study.stage(grades.stages[stage])
    return one.participation is not None or one.entry_share is not None


def _of_grade(bundle: Bundle, grades: Grades, children: FloatArray, grade: int) -> FloatArray:
    """Children of a grade in the base year, [cell]: who entered at the entry age, and the late ones a year older."""
    share, entered = bundle.study.entry.share_at_entry_age, bundle.study.base_year - grade
    on_time, before = (path_value(share, max(year, min(share))) for year in (entered, entered - 1))
    age = min(grades.entry_age + grade, children.shape[1] - 1)  # the table ends with the compulsory ages
    return on_time * children[:, age] + (1.0 - before) * children[:, min(age + 1, children.shape[1] - 1)]


def _unit_weight(bundle: Bundle, homes: lay.Homes) -> FloatArray:
    """Relative number of children by cell where no table counts them: births of the last six years, else equal."""
    table = bundle.tables.get("births")
    weight = np.ones(len(homes.cells))
    weight[-1] = 0.0
    if table is not None:
        recent = table[table["year"] > table["year"].max() - 6].groupby("unit")["births"].sum()
        weight[:-1] = [float(recent.get(cell.split("|")[0], 0.0)) for cell in homes.cells[:-1]]
    return weight


def _declared_outside(bundle: Bundle, homes: lay.Homes, grades: Grades) -> FloatArray:
    """Declared share of children who attend a pseudo-school, [cell, pseudo, stage]."""
    out = np.zeros((len(homes.cells), len(PSEUDO_SCHOOLS), len(grades.stages)))
    table, children = bundle.tables.get("attendance"), bundle.tables.get("children")
    if table is None or children is None:
        return out
    township = dict(zip(bundle.tables["units"]["unit"], bundle.tables["units"]["township"], strict=True))
    home = np.array([township.get(cell.split("|")[0], "") for cell in homes.cells], dtype=object)
    counted = children.assign(township=children["unit"].map(township))
    for row in table[table["stage"].isin(grades.stages)].itertuples():
        stage = grades.stages.index(str(row.stage))
        ages = grades.entry_age + np.flatnonzero(grades.stage_of == stage)
        inside = counted["age"].isin(ages)
        cells = np.arange(len(homes.cells) - 1)
        if row.township != "*":
            inside &= counted["township"] == row.township
            cells = np.flatnonzero(home == row.township)
        total = float(counted.loc[inside, "children"].sum())
        if total > 0.0:
            out[cells, _PSEUDO[str(row.destination)], stage] += float(str(row.pupils)) / total
    return out


def wanted_slots(
    bundle: Bundle, homes: lay.Homes, grades: Grades, catchments: Catchments, fits: list[Fit]
) -> list[set[int]]:
    """School indices every cell needs a slot for."""
    cells, schools, _ = catchments.zone.shape
    fitted = np.zeros((cells, schools), dtype=bool)
    for fit in fits:
        fitted[:-1] |= fit.matrix[:, :schools] > 1e-6
        fitted[-1] |= fit.inbound[:schools] >= INBOUND_MIN
    single = np.zeros((cells, schools), dtype=bool)
    everywhere = np.flatnonzero(catchments.teaches[:, catchments.free[grades.stage_of]].any(axis=1))
    single[np.ix_(np.flatnonzero(homes.unit_of >= 0), everywhere)] = True
    lists = np.hstack([catchments.near.reshape(cells, -1), catchments.divert.reshape(cells, -1)])
    for indices in lists.T:
        rows = np.flatnonzero((indices >= 0) & (homes.unit_of >= 0))
        single[rows, indices[rows]] = True
    zoned = np.asarray(catchments.zone.any(axis=2))
    return lay.wanted_schools(cells, [zoned, fitted, single, _planned(bundle, homes, catchments, grades.stages)])


def _planned(bundle: Bundle, homes: lay.Homes, catchments: Catchments, stages: tuple[str, ...]) -> BoolArray:
    """Slots that zone edits, closures and new schools of any plan may need, [cell, school]."""
    out = np.zeros(catchments.reach.shape, dtype=bool)
    unit = {u: i for i, u in enumerate(homes.units)}
    ids = {s: i for i, s in enumerate(lay_ids(bundle))}
    for plan in bundle.plans.values():
        zoned = np.asarray(catchments.zone.any(axis=2))
        for edit in (one for one in plan.zones if one.stage in stages):
            cells = np.flatnonzero(np.isin(homes.unit_of, [unit[u] for u in edit.units]))
            zoned[np.ix_(cells, np.array([ids[s] for s in edit.schools], dtype=np.int64))] = True
        for project in plan.projects:
            if project.kind in ("closure", "conversion") and project.school is not None:
                cells = np.flatnonzero(zoned[:, ids[project.school]])
                heirs = (*project.receivers, *(() if project.leak is None else project.leak.schools))
                zoned[np.ix_(cells, np.array([ids[s] for s in heirs], dtype=np.int64))] = True
        out |= zoned
    return out


def lay_ids(bundle: Bundle) -> list[str]:
    """Sorted ids of existing schools and of the new schools of all plans."""
    ids = set(bundle.tables["schools"]["school"])
    ids |= {p.new.school for plan in bundle.plans.values() for p in plan.projects if p.new is not None}
    return sorted(ids)


def inbound_by_grade(fits: list[Fit], schools: int) -> FloatArray:
    """Pupils from outside the county in the base year, [grade]."""
    inbound = np.array([fit.inbound[:schools] for fit in fits])
    pupils: FloatArray = np.where(inbound >= INBOUND_MIN, inbound, 0.0).sum(axis=1)
    return pupils


def base_pupils(layout: Layout, fits: list[Fit], rolls: FloatArray) -> CountArray:
    """Whole pupils of the base year [cell, slot, grade]; every school's grade adds to its roll."""
    out = np.zeros((*layout.slot_school.shape, len(fits)), dtype=np.int32)
    cell, slot = np.nonzero(layout.slot_school >= 0)
    for g, fit in enumerate(fits):
        counts = whole_pupils(fit, rolls[:, g], len(layout.schools))
        out[cell, slot, g] = counts[cell, layout.slot_school[cell, slot]]
    return out


def newcomers(grades: Grades, stage: int, fits: list[Fit], hosts: BoolArray) -> FloatArray:
    """Pupils of a stage who came to their school at its entry, [cell + outside, school + pseudo].

    Those who stay on in a school that hosts the stage before are no choice of the admission pool: of the mean grade of
    the stage the pupils who moved up inside the school are taken off (mean of the last three grades below).
    """
    with_outside = [np.vstack([fit.matrix, fit.inbound[None, :]]) for fit in fits]
    inside = np.flatnonzero(grades.stage_of == stage)
    mean = np.mean([with_outside[g] for g in inside], axis=0)
    first = int(inside[0])
    if first == 0:
        return np.asarray(mean)
    below = np.mean([with_outside[g] for g in range(max(first - 3, 0), first)], axis=0)
    stays = np.zeros(mean.shape[1])
    stays[: len(hosts)] = hosts[:, first - 1] & hosts[:, first]
    new = np.maximum(mean - stays * below, 0.0)
    # A home all of whose pupils stay on shows no choice: its stage's own shares stand in.
    chosen: FloatArray = np.where(new.sum(axis=1, keepdims=True) > 0.0, new, mean)
    return chosen


def attendance(layout: Layout, grades: Grades, catchments: Catchments, fits: list[Fit]) -> Attendance:
    """Shares of the base year by stage: inside the zone, away from it, outside the public system."""
    cells, slots = layout.slot_school.shape
    lookup = lay.slot_lookup(layout)
    stages, schools = len(grades.stages), len(layout.schools)
    zone = np.zeros((cells, slots, stages))
    away = np.zeros((cells, slots, stages))
    cell, slot = np.nonzero(layout.slot_school >= 0)
    index = layout.slot_school[cell, slot]
    for stage in range(stages):
        in_stage = np.flatnonzero(grades.stage_of == stage)
        matrix = newcomers(grades, stage, fits, catchments.hosts)
        in_zone = np.zeros((cells, schools + len(PSEUDO_SCHOOLS)), dtype=bool)
        for g in in_stage:
            in_zone[:, :schools] |= zone_of_grade(catchments, stage, int(g)) > 0.0
        total = matrix.sum(axis=1, keepdims=True)
        share = np.divide(matrix, total, out=np.zeros_like(matrix), where=total > 0.0)
        if catchments.free[stage]:  # a home without pupils today chooses as the county does
            share = np.where(total > 0.0, share, matrix.sum(axis=0) / max(matrix.sum(), 1e-9))
        weights = np.hstack([catchments.zone[:, :, stage], np.zeros((cells, len(PSEUDO_SCHOOLS)))])
        zone[cell, slot, stage] = weights[cell, index]
        away[cell, slot, stage] = np.where(in_zone, 0.0, share)[cell, index]
    norm = zone.sum(axis=1, keepdims=True)

    def slots_of(schools_of: IntArray) -> IntArray:
        flat = schools_of.reshape(cells, -1)
        found = np.where(flat >= 0, np.take_along_axis(lookup, np.maximum(flat, 0), axis=1), -1)
        return found.reshape(schools_of.shape)

    return Attendance(
        zone=np.divide(zone, norm, out=np.zeros_like(zone), where=norm > 0.0),
        away=away,
        near=slots_of(catchments.near),
        divert=slots_of(catchments.divert),
        way=_slot_ways(layout, catchments),
        free=catchments.free if catchments.free.any() else None,
    )


def _slot_ways(layout: Layout, catchments: Catchments) -> FloatArray:
    real = (layout.slot_school >= 0) & (layout.slot_school < len(layout.schools))
    index = np.where(real, layout.slot_school, 0)[:, :, None]
    return np.where(real[:, :, None], np.take_along_axis(catchments.way, index, axis=1), 0.0)
