"""Which school a place belongs to, on plain arrays: nearest by travel, Voronoi on a network, shares of a unit.

Costs are whatever the caller measures (minutes, kilometres); inf or NaN means that there is no way, and such places
belong to no school (-1), never to a far one.

*Nearest.* school(u) = argmin_s c[u, s].  *Voronoi on a network.* label(v) = argmin_s d(v, s), d = the shortest way
along directed edges from node v to the node of s, found by one search from all schools at once (Erwig 2000, "The graph
Voronoi diagram with applications"); every node on the shortest way from v to its school has the label of v, so
catchments hang together along the network.  Of schools equally near the first wins, whatever the order of nodes.
Tests: tests/gis/test_catchments.py (a Dijkstra in plain loops; connectedness; order of schools and nodes).
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from gis.arrays import BoolArray, FloatArray, IntArray

NOWHERE = -1
_SAME = 1e-9
"""Relative difference of two ways below which they are equally long."""


def nearest_school(cost: FloatArray, offered: BoolArray | None = None) -> IntArray:
    """Nearest school of each unit, -1 where none can be reached; of equals the first.

    cost: [unit, school], inf or NaN = no way.  offered: schools that may be chosen, [school]; None: all.
    Returns [unit].
    """
    reach = reachable_cost(cost, offered)
    if not reach.shape[1]:
        return np.full(len(reach), NOWHERE, dtype=np.int64)
    first = np.argmax(reach <= reach.min(axis=1, keepdims=True) * (1.0 + _SAME), axis=1)
    return np.where(np.isfinite(reach.min(axis=1)), first, NOWHERE)


def reachable_cost(cost: FloatArray, offered: BoolArray | None = None) -> FloatArray:
    """Cost with inf where there is no way or the school is not offered. cost: [unit, school].  offered: [school]."""
    reach = np.where(np.isfinite(cost), cost, np.inf).astype(np.float64)
    if offered is not None:
        reach[:, ~offered] = np.inf
    return reach


def voronoi_nodes(graph: csr_array, school_node: IntArray) -> tuple[IntArray, FloatArray]:
    """School of each node by the shortest way along the network, and the length of that way.

    graph: cost of the way from node to node along each edge, [node, node]; an edge one way only is one-way.
    school_node: node at which each school stands, [school].
    Returns label [node] (-1: no school can be reached) and cost [node] (inf there).
    Raises ValueError for a negative cost or a node that is not in the network.
    """
    count = graph.shape[0]
    if graph.nnz and not float(graph.data.min()) >= 0.0:
        raise ValueError("voronoi_nodes: costs are numbers that are not negative")
    if len(school_node) and (school_node.min() < 0 or school_node.max() >= count):
        raise ValueError(f"voronoi_nodes: nodes of schools lie in 0..{count - 1}")
    label = np.full(count, NOWHERE, dtype=np.int64)
    if not len(school_node):
        return label, np.full(count, np.inf)
    nodes, first = np.unique(school_node, return_index=True)
    away = csr_array(graph.T)  # from the schools against the direction of travel
    cost, _, source = dijkstra(away, indices=nodes, return_predecessors=True, min_only=True)
    school_of = np.full(count, NOWHERE, dtype=np.int64)
    school_of[nodes] = first
    reached = np.isfinite(cost)
    label[reached] = school_of[source[reached]]
    return _first_of_equals(graph, np.asarray(cost, dtype=np.float64), label), np.asarray(cost, dtype=np.float64)


def _first_of_equals(graph: csr_array, cost: FloatArray, label: IntArray) -> IntArray:
    """Labels where, of schools equally near, the first wins: least label handed on along shortest ways."""
    edges = graph.tocoo()
    near, far = edges.col, edges.row  # a way leads from `far` over the edge to `near` and on
    with np.errstate(invalid="ignore"):
        slack = cost[near] + edges.data - cost[far]
    tight = np.isfinite(slack) & (slack <= _SAME * (1.0 + np.abs(cost[far])))
    near, far = near[tight], far[tight]
    while True:
        handed = label.copy()
        np.minimum.at(handed, far, label[near])
        if np.array_equal(handed, label):
            return label
        label = handed


def neighbour_graph(touching: csr_array, xy: FloatArray, detour: float = 1.0) -> csr_array:
    """Units as a network: an edge between neighbours, as long as the straight line between their points x detour.

    touching: neighbours, [unit, unit].  xy: one point for each unit [m], [unit, 2].  Returns [unit, unit] in km.
    The catchments of `voronoi_nodes` on it are sets of units that hang together: the fallback where no roads are known.
    """
    pairs = touching.tocoo()
    apart = pairs.row != pairs.col
    row, col = pairs.row[apart], pairs.col[apart]
    length = np.hypot(*(xy[row] - xy[col]).T) * detour / 1000.0
    return csr_array((length, (row, col)), shape=touching.shape)


def unit_shares(label: IntArray, unit: IntArray, weight: FloatArray, units: int, schools: int) -> FloatArray:
    """Share of each unit's children by school, from the schools of its demand points; rows sum to 1.

    label: school of each point, -1 for none, [point].  unit: unit of each point, [point].  weight: children there,
    [point].  Returns [unit, school]; a unit without points that reach a school has a row of zeros.
    """
    counted = (label != NOWHERE) & (weight > 0)
    total = np.zeros((units, schools))
    np.add.at(total, (unit[counted], label[counted]), weight[counted])
    whole = total.sum(axis=1, keepdims=True)
    share: FloatArray = np.divide(total, whole, out=np.zeros_like(total), where=whole > 0)
    return share


def main_school(share: FloatArray) -> IntArray:
    """School that most children of a unit belong to, -1 for a row of zeros; of equals the first.

    share: [unit, school].  Returns [unit].
    """
    if not share.shape[1]:
        return np.full(len(share), NOWHERE, dtype=np.int64)
    return np.where(share.max(axis=1) > 0, share.argmax(axis=1), NOWHERE)


def parts_of(touching: csr_array, zone: IntArray) -> IntArray:
    """Number of the connected part of its zone that a unit lies in, counted through all zones; -1 without a zone.

    touching: neighbours, [unit, unit].  zone: zone of each unit, -1 for none, [unit].  Returns [unit].
    """
    pairs = touching.tocoo()
    same = (zone[pairs.row] == zone[pairs.col]) & (zone[pairs.row] != NOWHERE)
    inside = csr_array((np.ones(int(same.sum()), dtype=np.int8), (pairs.row[same], pairs.col[same])), touching.shape)
    _, part = connected_components(inside, directed=False)
    return np.where(zone == NOWHERE, NOWHERE, np.asarray(part, dtype=np.int64))
