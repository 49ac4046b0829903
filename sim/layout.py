"""Which home can reach which school: cells, slots and their keys.

Slots are kept short: zone schools of the study and of every plan, schools inside whose declared reach the home lies and
that the base-year fit gives at least a fraction of a pupil, the nearest school for grades the zone does not offer, and
the nearest schools for diversion.  Extra slots never change a result, they only cost time (test:
tests/sim/test_layout.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.bundle import Bundle
from sim.arrays import FloatArray, IntArray
from sim.model import OUTSIDE, PSEUDO_SCHOOLS, Grades, Layout
from sim.streams import entities
from sim.tables import GROUPS, SchoolTable

DIVERT_CHOICES = 3  # nearest schools tried when the zone school is full


@dataclass(frozen=True)
class Homes:
    """Cells of the study in their fixed order."""

    units: tuple[str, ...]
    cells: tuple[str, ...]
    index: dict[str, int]
    unit_of: IntArray


def homes(bundle: Bundle) -> Homes:
    """Cells: the local group of every unit, its migrant group where migrant children are counted, and `~outside`."""
    units = tuple(sorted(bundle.tables["units"]["unit"]))
    present = {f"{unit}|local" for unit in units}
    table = bundle.tables.get("children")
    if table is not None:
        counted = table[table["children"] > 0]
        present |= set(counted["unit"] + "|" + counted["group"])
    names = [f"{unit}|{group}" for unit in units for group in GROUPS if f"{unit}|{group}" in present]
    cells = (*names, f"{OUTSIDE}|local")
    position = {unit: i for i, unit in enumerate(units)}
    unit_of = np.array([position[name.split("|")[0]] for name in names] + [-1])
    return Homes(units, cells, {name: i for i, name in enumerate(cells)}, unit_of)


def zone_weights(rows: pd.DataFrame, homes_: Homes, schools: tuple[str, ...], stages: tuple[str, ...]) -> FloatArray:
    """Weights of the zone schools in the base year, [cell, school, stage]."""
    out = np.zeros((len(homes_.cells), len(schools), len(stages)))
    school = {s: i for i, s in enumerate(schools)}
    stage = {s: i for i, s in enumerate(stages)}
    unit = {u: i for i, u in enumerate(homes_.units)}
    for row in rows[rows["stage"].isin(stages)].itertuples():
        cells = np.flatnonzero(homes_.unit_of == unit[str(row.unit)])
        out[cells, school[str(row.school)], stage[str(row.stage)]] = float(str(row.weight))
    return out


def within_reach(bundle: Bundle, homes_: Homes, table: SchoolTable) -> NDArray[np.bool_]:
    """Whether a school draws pupils from a cell beyond its zone, [cell, school], by its declared reach."""
    township = dict(zip(bundle.tables["units"]["unit"], bundle.tables["units"]["township"], strict=True))
    home_town = np.array([township[u] for u in homes_.units], dtype=object)
    out = np.zeros((len(homes_.cells), len(table.ids)), dtype=bool)
    inside = homes_.unit_of >= 0
    for i, (reach, unit) in enumerate(zip(table.reach, table.unit, strict=True)):
        if reach == "county":
            out[inside, i] = True
        elif reach == "township":
            out[inside, i] = home_town[homes_.unit_of[inside]] == township.get(unit)
    return out


def nearest_hosting(distance_km: FloatArray, hosts: NDArray[np.bool_], may_close: NDArray[np.bool_]) -> IntArray:
    """The nearest schools that host each grade, [row, grade, rank]; -1 beyond the last, which no plan closes.

    distance_km: [row, school].  hosts: [school, grade].  may_close: closed by some plan, [school].
    """
    rank = np.argsort(distance_km, axis=1, kind="stable")
    lists = []
    for order in rank:
        for grade in range(hosts.shape[1]):
            near = order[hosts[order, grade]]
            lasting = np.flatnonzero(~may_close[near])
            lists.append(near[: lasting[0] + 1] if lasting.size else near)
    out = np.full((len(lists), max(1, *(len(one) for one in lists))), -1)
    for row, one in enumerate(lists):
        out[row, : len(one)] = one
    return out.reshape(len(distance_km), hosts.shape[1], -1)


def diversion_schools(way: FloatArray, schools: SchoolTable, grades: Grades, limits: list[float]) -> IntArray:
    """Schools of a stage within its travel limit, nearest first, [row, stage, rank]; -1 beyond the last.

    The nearest `DIVERT_CHOICES` of today and every school that is new or new to the stage in any plan: a plan cannot
    push a school off the list of another.
    way: [row, school, stage], in km or minutes by stage.  limits: the same, [stage].
    """
    gained = np.zeros_like(schools.hosts) if schools.gains is None else schools.gains
    new = int((~schools.exists | gained.any(axis=1)).sum())
    out = np.full((way.shape[0], len(grades.stages), DIVERT_CHOICES + new), -1)
    rank = np.argsort(way, axis=1, kind="stable")
    for stage, limit in enumerate(limits):
        first = grades.first_of(stage)
        teaches = schools.hosts[:, first] | gained[:, first]
        there = schools.exists & schools.hosts[:, first]
        for row, order in enumerate(rank[:, :, stage]):
            near = order[teaches[order] & (way[row, order, stage] <= limit)]
            today = there[near]
            chosen = near[~today | (np.cumsum(today) <= DIVERT_CHOICES)]
            out[row, stage, : len(chosen)] = chosen
    return out


def _slot_table(wanted: list[set[int]], hosts: NDArray[np.bool_], grades: Grades) -> IntArray:
    """Schools of every cell by slot: those with the first stage from the left, the others to the right, each by id.

    The two groups stay apart so that a grade's pupils sit in a short range of slots; pseudo-schools come last.
    """
    first = np.asarray(hosts[:, grades.stage_of == 0].any(axis=1))
    later = np.asarray(hosts[:, grades.stage_of > 0].any(axis=1))
    width = max((len(chosen) for chosen in wanted), default=0) + len(PSEUDO_SCHOOLS)
    slots = np.full((len(wanted), width), -1)
    slots[:, width - len(PSEUDO_SCHOOLS) :] = len(hosts) + np.arange(len(PSEUDO_SCHOOLS))
    for cell, chosen in enumerate(wanted):
        left = sorted((s for s in chosen if first[s]), key=lambda s: (later[s], s))
        right = sorted(s for s in chosen if not first[s])
        slots[cell, : len(left)] = left
        slots[cell, width - len(PSEUDO_SCHOOLS) - len(right) : width - len(PSEUDO_SCHOOLS)] = right
    return slots


def build_layout(bundle: Bundle, homes_: Homes, schools: SchoolTable, grades: Grades, wanted: list[set[int]]) -> Layout:
    """Slots of every cell from the sets of school indices it may need; see `_slot_table` for their order."""
    units = bundle.tables["units"].set_index("unit").loc[list(homes_.units)]
    slots = _slot_table(wanted, schools.hosts, grades)
    inside = homes_.unit_of[:-1]
    cluster = [str(c) for c in units["cluster"].to_numpy()[inside]] + [OUTSIDE]
    clusters = tuple(sorted(set(cluster)))
    names = (*schools.ids, *PSEUDO_SCHOOLS, "")
    keys = [[f"{cell}>{names[s]}" for s in row] for cell, row in zip(homes_.cells, slots, strict=True)]
    local = np.array([cell.endswith("|local") for cell in homes_.cells])
    return Layout(
        units=homes_.units,
        cells=homes_.cells,
        unit_of=homes_.unit_of,
        migrant=~local,
        urban=np.append(units["urban"].to_numpy(dtype=bool)[inside], False),
        cluster_of=np.array([clusters.index(c) for c in cluster]),
        clusters=clusters,
        attraction=np.append(units["attraction"].to_numpy(dtype=float)[inside], 0.0),
        schools=schools.ids,
        slot_school=slots,
        cell_keys=entities(list(homes_.cells)),
        slot_keys=entities([key for row in keys for key in row]).reshape(slots.shape),
    )


def slot_lookup(layout: Layout) -> IntArray:
    """Slot of a school for a cell, [cell, school + pseudo]; -1 where the cell has no such slot."""
    out = np.full((len(layout.cells), len(layout.schools) + len(PSEUDO_SCHOOLS)), -1)
    cell, slot = np.nonzero(layout.slot_school >= 0)
    out[cell, layout.slot_school[cell, slot]] = slot
    return out


def wanted_schools(cells: int, matrices: Iterable[NDArray[np.bool_]]) -> list[set[int]]:
    """Union of [cell, school] masks as one set of school indices per cell."""
    union = np.logical_or.reduce(list(matrices))
    return [set(np.flatnonzero(union[cell]).tolist()) for cell in range(cells)]
