"""A road network as arrays: nodes, edges between them with their corners, and times along them by means of travel.

Time of a segment of length L [m] and slope s = dh / L [-] on a road whose speed on the flat is v [km/h]:

    on foot, Tobler      t = 0.06 L / (v f(s)),  f(s) = exp(-3.5 (|s + 0.05| - 0.05))          [min]
    on foot, Naismith    t = 0.06 L / v + 60 max(dh, 0) / 600                                   [min]
    bus, car             t = 0.06 L / (v g(|s|)), g from `packs/road-classes.yaml`              [min]

f is Tobler's hiking function divided by its value on the flat (5.04 km/h), so that the study's own walking speed holds
there. Heights that are not known count as flat. Sources: Tobler 1993, NCGIA technical report 93-1; Naismith 1892.
Tests: tests/gis/test_network.py (closed forms), tests/real/test_road_networks.py (networkx on two real networks).
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.roads import ON_FOOT, VEHICLES, Roads
from scenarios.road_classes import MODES, RoadClass, shipped_classes

_MIN = 0.06  # minutes that 1 m takes at 1 km/h
ASCENT_M_PER_HOUR = 600.0
"""Naismith: one hour more for so many metres of ascent [m]."""
TOBLER_RATE, TOBLER_SHIFT = 3.5, 0.05


@dataclass(frozen=True)
class Network:
    """Nodes and edges. The corners of edge e are `first[e] .. first[e + 1]`; the outer ones are its nodes."""

    node_xy: FloatArray
    """[node, 2] in the working CRS [m]."""
    edge_node: IntArray
    """Both ends, [edge, 2]."""
    first: IntArray
    """[edge + 1]."""
    xy: FloatArray
    """Corners of all edges, [corner, 2]."""
    z: FloatArray
    """Heights of the corners, NaN where they are not known, [corner]."""
    road: IntArray
    """Road of each edge, [edge]."""
    roads: Roads
    """The roads, with corners added where they meet."""
    stretch: FloatArray
    """Stated / drawn length of each edge, 1 where none is stated, [edge]."""

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_xy)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.edge_node)


@dataclass(frozen=True)
class Times:
    """Times or lengths along the edges, and whether they may be used."""

    forward: FloatArray
    """From the first node of an edge to the second, inf where that is not allowed, [edge]."""
    back: FloatArray
    """The other way, [edge]."""
    along: FloatArray
    """From the first node of its edge to each corner, [corner]."""
    against: FloatArray
    """From each corner back to the first node of its edge, [corner]."""
    joins: BoolArray
    """Edges that a place may come onto: those that may be walked too (nobody gets on along a motorway), [edge]."""

    @property
    def usable(self) -> BoolArray:
        """Edges that may be used in one direction at least, [edge]."""
        result: BoolArray = np.isfinite(self.forward) | np.isfinite(self.back)
        return result


def metres(network: Network) -> FloatArray:
    """Length of each segment that begins at a corner, as stated if it is [m]; 0 at last corners, [corner]."""
    step = np.zeros(len(network.xy))
    step[:-1] = np.hypot(*np.diff(network.xy, axis=0).T)
    step[network.first[1:] - 1] = 0.0
    result: FloatArray = step * np.repeat(network.stretch, np.diff(network.first))
    return result


def slopes(network: Network, length_m: FloatArray) -> FloatArray:
    """Rise / run of each segment that begins at a corner, 0 where a height is not known, [corner]."""
    rise = np.zeros(len(network.z))
    rise[:-1] = np.diff(network.z)
    known = np.isfinite(rise) & (length_m > 0)
    result: FloatArray = np.divide(rise, length_m, out=np.zeros_like(rise), where=known)
    return result


def tobler(slope: FloatArray) -> FloatArray:
    """Speed on a slope / speed on the flat [-], elementwise; largest (1.19) at 5 % downhill."""
    result: FloatArray = np.exp(-TOBLER_RATE * (np.abs(slope + TOBLER_SHIFT) - TOBLER_SHIFT))
    return result


def vehicle_factor(slope: FloatArray) -> FloatArray:
    """Speed of a vehicle on a slope / on the flat [-], elementwise, the same up and down; an assumption."""
    steps = shipped_classes().vehicle_slope.steps
    limits = np.array([limit for limit, _ in steps])
    shares = np.array([share for _, share in steps])
    result: FloatArray = shares[np.minimum(np.searchsorted(limits, np.abs(slope), side="left"), len(shares) - 1)]
    return result


def edge_speeds(network: Network, classes: tuple[RoadClass, ...]) -> FloatArray:
    """Speed on the flat by means of travel [km/h], [mode, edge]; NaN where a class may not be used.

    A car speed of the road's own goes before that of its class, and a bus is never faster than it.
    """
    table = np.array([one.km_per_h for one in classes], dtype=np.float64)
    speeds = table[network.roads.road_class[network.road]].T.copy()
    allowed = network.roads.allowed[network.road]
    for number, mode in enumerate(MODES):
        speeds[number, (allowed & (ON_FOOT if mode == "walk" else VEHICLES)) == 0] = np.nan
    own = network.roads.car_km_per_h[network.road]
    bus, car = MODES.index("bus"), MODES.index("car")
    driven = np.isfinite(own) & np.isfinite(speeds[car])
    speeds[car] = np.where(driven, own, speeds[car])
    speeds[bus] = np.where(np.isfinite(own), np.minimum(own, speeds[bus]), speeds[bus])
    return speeds


def travel_times(network: Network, classes: tuple[RoadClass, ...], slope: str) -> dict[str, Times]:
    """Minutes along the edges by means of travel; slope: `tobler`, `naismith` or `none`. Arrays [edge] and [corner]."""
    length_m = metres(network)
    steep = slopes(network, length_m)
    speeds = edge_speeds(network, classes)
    oneway = network.roads.oneway[network.road]
    found = {}
    for number, mode in enumerate(MODES):
        flat = length_m * _MIN / np.repeat(speeds[number], np.diff(network.first))
        there, back = _sloped(flat, steep, length_m, mode, slope)
        allowed = np.isfinite(speeds[number])
        free = np.zeros(network.edges, dtype=np.int64) if mode == "walk" else oneway
        ways = allowed & (free >= 0), allowed & (free <= 0)
        found[mode] = _times(network, there, back, ways, np.isfinite(speeds[0]))
    return found


def walking_metres(network: Network, classes: tuple[RoadClass, ...]) -> Times:
    """Lengths along the edges that may be walked, both ways [m]; arrays [edge] and [corner]."""
    length_m = metres(network)
    allowed = np.isfinite(edge_speeds(network, classes)[MODES.index("walk")])
    return _times(network, length_m, length_m, (allowed, allowed), allowed)


def _sloped(
    flat: FloatArray, steep: FloatArray, length_m: FloatArray, mode: str, slope: str
) -> tuple[FloatArray, FloatArray]:
    """Minutes of each segment in the direction of the edge and against it, [corner] each."""
    if slope == "none":
        return flat, flat
    if mode != "walk":
        both = flat / vehicle_factor(steep)
        return both, both
    if slope == "tobler":
        return flat / tobler(steep), flat / tobler(-steep)
    climb = 60.0 / ASCENT_M_PER_HOUR * steep * length_m
    return flat + np.maximum(climb, 0.0), flat + np.maximum(-climb, 0.0)


def _times(
    network: Network, there: FloatArray, back: FloatArray, allowed: tuple[BoolArray, BoolArray], walked: BoolArray
) -> Times:
    """Sums along each edge of what its segments take, [corner]."""
    starts, counts = network.first[:-1], np.diff(network.first)
    sums = []
    for each in (there, back):
        total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(each))])[:-1]
        sums.append(total - np.repeat(total[starts], counts))
    last = network.first[1:] - 1
    forward = np.where(allowed[0], sums[0][last], np.inf)
    backward = np.where(allowed[1], sums[1][last], np.inf)
    usable = allowed[0] | allowed[1]
    joins = usable & walked if (usable & walked).any() else usable
    return Times(forward, backward, sums[0], sums[1], joins)


def arcs(network: Network, times: Times) -> tuple[IntArray, IntArray, FloatArray]:
    """Arcs that may be used: from, to [node], cost; [arc] each."""
    a, b = network.edge_node.T
    go, come = np.isfinite(times.forward), np.isfinite(times.back)
    return (
        np.concatenate([a[go], b[come]]),
        np.concatenate([b[go], a[come]]),
        np.concatenate([times.forward[go], times.back[come]]),
    )


def graph_of(tail: IntArray, head: IntArray, cost: FloatArray, nodes: int) -> csr_array:
    """Sparse matrix of arcs [arc], the cheapest of parallel ones, [head, tail].

    Element [head, tail] and not [tail, head], so that a search from a school finds the times *to* it.
    """
    order = np.lexsort((cost, tail, head))
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    keep = first & (tail != head)
    start = np.concatenate([[0], np.cumsum(np.bincount(head[keep], minlength=nodes))])
    # An explicit zero would be no arc at all to some readers of the matrix.
    least = np.maximum(cost[keep], 1e-9)
    return csr_array((least, tail[keep].astype(np.int32), start.astype(np.int32)), shape=(nodes, nodes))


def main_part(network: Network, times: Times) -> tuple[BoolArray, IntArray]:
    """Nodes of the part in which every node can be reached from every other, and the part of each node, [node] each.

    The part with the longest roads; a part of one node has none.
    """
    tail, head, cost = arcs(network, times)
    graph = graph_of(tail, head, cost, network.nodes)
    _, part = connected_components(graph, directed=True, connection="strong")
    a, b = network.edge_node.T
    inside = (part[a] == part[b]) & times.usable
    length = np.add.reduceat(metres(network), network.first[:-1]) if network.edges else np.zeros(0)
    weight = np.bincount(part[a][inside], weights=length[inside], minlength=int(part.max(initial=0)) + 1)
    result: BoolArray = part == int(np.argmax(weight))
    return result, part.astype(np.int64)
