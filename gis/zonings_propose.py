"""A first zoning for a planner to edit: by the nearest school, by seats, or by Voronoi on the network.

`nearest`: every unit to the school with the shortest mean way of its children.  `seats`: the same with the seats that
schools have (`gis.catchments_seats`).  `voronoi`: with roads, every demand point to the school that is nearest along
the network, and the unit to the school of most of its children; without roads on the network of neighbouring units,
where zones hang together by construction (of schools in one unit, every unit gets the nearest).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.catchments import NOWHERE, main_school, nearest_school, neighbour_graph, unit_shares, voronoi_nodes
from gis.catchments_seats import nearest_with_seats
from gis.network_places import place_on, ways
from gis.zonings import Zoning, grade_shares
from gis.zonings_plan import base_weights
from gis.zonings_study import ZoningStudy
from scenarios.problems import Problem, error, has_errors, warning

Way = Literal["nearest", "seats", "voronoi"]
WAYS: tuple[Way, ...] = ("nearest", "seats", "voronoi")


def proposed(study: ZoningStudy, stage: str, way: Way) -> tuple[Zoning | None, list[Problem]]:
    """A zoning of whole units, and what is to be told of it; None where no school can be chosen.

    Schools with some grades of the stage only (teaching points) keep the units that they have.
    """
    offered = study.offered(stage)
    if not offered.any():
        return None, [error("GIS132", study.bundle.table_path("schools"), stage=stage)]
    problems: list[Problem] = []
    if way == "seats":
        chosen, problems = _by_seats(study, stage, offered)
    elif way == "voronoi":
        chosen = voronoi(study, offered)
    else:
        chosen = nearest_school(study.cost_km, offered)
    if has_errors(problems):
        return None, problems
    known = np.flatnonzero(chosen != NOWHERE)
    weights = np.zeros((len(study.ids), len(study.points.ids)))
    weights[known, chosen[known]] = 1.0
    old, hosts = base_weights(study, stage), study.hosts(stage)
    part = hosts.any(axis=1) & ~hosts.all(axis=1)
    weights[:, part] = (old[:, part] > 0).astype(np.float64)
    same = ((weights > 0) == (old > 0)).all(axis=1)
    shares = grade_shares(np.where(same[:, None], old, weights), hosts)
    return Zoning(stage, study.ids, study.points.ids, shares.mean(axis=2)), problems


def voronoi(study: ZoningStudy, offered: BoolArray) -> IntArray:
    """School of each unit by Voronoi on the network, -1 where none can be reached, [unit]. offered: [school]."""
    rows = np.flatnonzero(offered)
    if study.network is None:
        return _among_neighbours(study, rows)
    access = study.bundle.study.travel.network
    xy = np.concatenate([study.demand.xy, study.points.xy[rows]])
    placed = place_on(study.network.network, study.network.lengths, xy, access.access_m if access else 0.0)
    count = len(study.demand.xy)
    found = nearest_school(ways(placed, count + np.arange(len(rows)))[:count])
    share = unit_shares(found, study.demand.unit, study.demand.weight, len(study.ids), len(rows))
    main = main_school(share)
    return np.where(main == NOWHERE, NOWHERE, rows[main])


def _among_neighbours(study: ZoningStudy, rows: IntArray) -> IntArray:
    """On the network of neighbouring units; of schools that stand in one unit, each unit gets the nearest."""
    at = {name: row for row, name in enumerate(study.ids)}
    stands = np.array([at.get(study.held[row], NOWHERE) for row in rows.tolist()], dtype=np.int64)
    nodes = np.unique(stands[stands != NOWHERE])
    graph = neighbour_graph(study.touching, study.unit_xy, study.bundle.study.travel.detour)
    label, _ = voronoi_nodes(graph, nodes)
    chosen = np.full(len(study.ids), NOWHERE, dtype=np.int64)
    for number, node in enumerate(nodes.tolist()):
        here = np.zeros(len(study.points.ids), dtype=bool)
        here[rows[stands == node]] = True
        mine = np.flatnonzero(label == number)
        chosen[mine] = nearest_school(study.cost_km[mine], here)
    return chosen


def _by_seats(study: ZoningStudy, stage: str, offered: BoolArray) -> tuple[IntArray, list[Problem]]:
    seats = np.where(offered, stage_seats(study, stage), 0.0)
    found = study.children(stage)
    if found is None:
        return np.full(len(study.ids), NOWHERE), [error("GIS133", study.bundle.study_file)]
    seated = nearest_with_seats(study.cost_km, found, seats)
    over = float(seated.over.sum())
    if over < 0.5:
        return seated.school, []
    full = tuple(study.points.ids[at] for at in np.flatnonzero(seated.over >= 0.5))
    params = {"stage": stage, "children": round(over), "least": round(seated.least_over)}
    return seated.school, [warning("GIS134", study.bundle.table_path("schools"), full, "", **params)]


def stage_seats(study: ZoningStudy, stage: str) -> FloatArray:
    """Seats of a stage by school: rooms x planned class size, rooms shared by grades, [school]; 0 without rooms."""
    sites: pd.DataFrame = study.bundle.tables.get("sites", pd.DataFrame({"school": [], "rooms": []}))
    rooms = sites.groupby("school")["rooms"].sum().reindex(list(study.points.ids)).fillna(0.0).to_numpy(dtype=float)
    grades = study.bundle.study.grades
    mine = set(study.bundle.study.stage(stage).grades)
    size = study.bundle.study.stage(stage).planned_class_size
    share = np.zeros(len(rooms))
    for at, name in enumerate(study.points.ids):
        low, high = (grades.index(grade) for grade in study.spans[name])
        held = grades[low : high + 1]
        share[at] = len(mine & set(held)) / len(held) if held else 0.0
    result: FloatArray = rooms * share * size
    return result


def proposal_table(zonings: Sequence[Zoning], year: int) -> pd.DataFrame:
    """Columns stage, unit, year, school: what a planner edits and a plan takes; sorted."""
    parts = [one.table().assign(year=year) for one in zonings]
    table = pd.concat(parts, ignore_index=True)[["stage", "unit", "year", "school"]]
    return table.sort_values(["stage", "unit", "school"], ignore_index=True)
