"""Places on a network: where schools and homes come onto a road, and the times between them.

A place comes onto the nearest point of a road that may be used and walked (nobody gets on halfway along a motorway), on
the main part of the network (in which every node can be reached from every other) where that is near enough, else on
any part. The edge is cut there, so that the way along it counts exactly. A way is

    leg to the road + way on the network + leg from the road,     or, off the roads altogether,
    detour x straight line, where that is no longer than the two legs together.

A leg is detour x straight line, on foot. Nothing is reached across parts: such pairs are inf here and told by
`gis.travel_checks`. Search: scipy.sparse.csgraph.dijkstra (Dijkstra 1959, Fibonacci heap), from the schools backwards.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.network import Network, Times, arcs, graph_of, main_part

_AT_ONCE = 64  # schools searched from together: [school, node] in memory
_SAME_M = 0.001  # a point so near to a node is the node [m]


@dataclass(frozen=True)
class Placed:
    """Places on a network."""

    network: Network
    times: Times
    leg_m: FloatArray
    """Straight line from each place to its point on a road [m], [place]."""
    spot: FloatArray
    """That point, [place, 2]."""
    edge: IntArray
    """Edge of the point, [place]."""
    node: IntArray
    """Node at which it lies, so that it is left by every road there; -1 between nodes, [place]."""
    on_main: BoolArray
    """Whether the point lies on the main part, [place]."""
    along: FloatArray
    """Cost from the first node of the edge to the point, [place]."""
    against: FloatArray
    """Cost from the point back to the first node, [place]."""

    def some(self, rows: IntArray) -> "Placed":
        """Only these places, [place]."""
        parts = (self.leg_m, self.spot, self.edge, self.node, self.on_main, self.along, self.against)
        return Placed(self.network, self.times, *(part[rows] for part in parts))  # type: ignore[arg-type]


def place_on(network: Network, times: Times, xy: FloatArray, access_m: float) -> Placed:
    """Put places [place, 2] onto the roads that may be used.

    access_m: how far the main part may be for a place that is nearer to another part [m].
    Raises ValueError if no edge may be used.
    """
    if not times.usable.any():
        raise ValueError("no edge of the network may be used")
    main, _ = main_part(network, times)
    inside = main[network.edge_node].all(axis=1) & times.usable
    start = _segments(network, times.joins)
    edge_of = np.repeat(np.arange(network.edges), np.diff(network.first))
    on_main = inside[edge_of[start]]
    dots = np.asarray(shapely.points(xy), dtype=object)
    best, gap = _nearest(network, start, dots)
    if not on_main.all() and on_main.any():
        # A few metres of road that lead nowhere must not cut a village off.
        lost = np.flatnonzero(~inside[edge_of[best]])
        other, far = _nearest(network, start[on_main], dots[lost])
        use = lost[far <= access_m]
        best[use], gap[use] = other[far <= access_m], far[far <= access_m]
    share = _share(network, best, xy)
    edge = edge_of[best]
    spot = network.xy[best] + share[:, None] * (network.xy[best + 1] - network.xy[best])
    along = times.along[best] + share * (times.along[best + 1] - times.along[best])
    against = times.against[best] + share * (times.against[best + 1] - times.against[best])
    node = _at_node(network, edge, spot)
    return Placed(network, times, gap, spot, edge, node, inside[edge], along, against)


def _segments(network: Network, joins: BoolArray) -> IntArray:
    """Corners at which a segment of an edge that places may come onto begins, [segment]."""
    edge_of = np.repeat(np.arange(network.edges), np.diff(network.first))
    inside = np.ones(len(network.xy), dtype=bool)
    inside[network.first[1:] - 1] = False
    return np.flatnonzero(inside & joins[edge_of]).astype(np.int64)


def _nearest(network: Network, start: IntArray, dots: np.ndarray) -> tuple[IntArray, FloatArray]:
    """Corner at which the nearest segment begins, and the distance to it [m], [place] each."""
    pairs = np.stack([network.xy[start], network.xy[start + 1]], axis=1)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(pairs), dtype=object))
    found, gap = tree.query_nearest(dots, return_distance=True, all_matches=True)
    # Of segments that are equally near the first counts, whatever the tree looks like.
    order = np.lexsort((found[1], found[0]))
    first = np.unique(found[0][order], return_index=True)[1]
    return start[found[1][order][first]], np.asarray(gap[order][first], dtype=np.float64)


def _share(network: Network, best: IntArray, xy: FloatArray) -> FloatArray:
    """Position of the nearest point along its segment, 0-1, [place]."""
    a, way = network.xy[best], network.xy[best + 1] - network.xy[best]
    square = np.maximum((way**2).sum(axis=1), 1e-12)
    result: FloatArray = np.clip(((xy - a) * way).sum(axis=1) / square, 0.0, 1.0)
    return result


def _at_node(network: Network, edge: IntArray, spot: FloatArray) -> IntArray:
    """Node at which a point [place, 2] lies, so that it is left by every road there; -1 between nodes, [place]."""
    found = np.full(len(edge), -1, dtype=np.int64)
    for side in (0, 1):
        node = network.edge_node[edge, side]
        found = np.where(np.hypot(*(network.node_xy[node] - spot).T) <= _SAME_M, node, found)
    return found


def _cut(placed: Placed) -> tuple[csr_array, IntArray]:
    """The graph with a node for each place, linked to its neighbours along the edge; those nodes, [place]."""
    network, times = placed.network, placed.times
    tail, head, cost = arcs(network, times)
    between = np.flatnonzero(placed.node < 0)
    count = len(between)
    node = network.nodes + np.arange(count)
    every = placed.node.copy()
    every[between] = node
    if not count:
        return graph_of(tail, head, cost, network.nodes), every
    edge, along, against = placed.edge[between], placed.along[between], placed.against[between]
    order = np.lexsort((against, along, edge))
    e, there, back = edge[order], along[order], against[order]
    opens = np.ones(count, dtype=bool)
    opens[1:] = e[1:] != e[:-1]
    closes = np.roll(opens, -1)
    a, b = network.edge_node[e].T
    left = np.where(opens, a, np.roll(node[order], 1))
    step = there - np.where(opens, 0.0, np.roll(there, 1)), back - np.where(opens, 0.0, np.roll(back, 1))
    last = network.first[1:][e] - 1
    rest = times.along[last] - there, times.against[last] - back
    go, come = np.isfinite(times.forward[e]), np.isfinite(times.back[e])
    own = node[order]
    parts = [
        (left[go], own[go], step[0][go]),
        (own[come], left[come], step[1][come]),
        (own[go & closes], b[go & closes], rest[0][go & closes]),
        (b[come & closes], own[come & closes], rest[1][come & closes]),
    ]
    tails, heads, total = (np.concatenate(each) for each in zip((tail, head, cost), *parts, strict=True))
    return graph_of(tails, heads, np.maximum(total, 0.0), network.nodes + count), every


def ways(placed: Placed, targets: IntArray) -> FloatArray:
    """Cost on the network from every place to the places `targets` (numbers of places), inf without a way.

    Returned: [place, target].
    """
    ends = placed.some(targets)
    graph, node = _cut(ends)
    found = np.empty((len(placed.edge), len(targets)))
    for at in range(0, len(targets), _AT_ONCE):
        cost = dijkstra(graph, directed=True, indices=node[at : at + _AT_ONCE])
        found[:, at : at + _AT_ONCE] = from_nodes(placed, cost[:, : placed.network.nodes]).T
    for column in range(len(targets)):
        same = np.flatnonzero(placed.edge == ends.edge[column])
        found[same, column] = np.minimum(found[same, column], _on_one_edge(placed.some(same), ends, column))
    return found


def from_nodes(placed: Placed, cost: FloatArray) -> FloatArray:
    """Cost from places by either end of their edge, [target, place]; cost: from the nodes [target, node]."""
    network, times, edge = placed.network, placed.times, placed.edge
    a, b = network.edge_node[edge].T
    last = network.first[1:][edge] - 1
    ahead = np.where(np.isfinite(times.forward[edge]), times.along[last] - placed.along, np.inf)
    back = np.where(np.isfinite(times.back[edge]), placed.against, np.inf)
    found: FloatArray = np.minimum(cost[:, b] + ahead, cost[:, a] + back)
    here = placed.node >= 0
    found[:, here] = cost[:, placed.node[here]]
    return found


def _on_one_edge(placed: Placed, ends: Placed, column: int) -> FloatArray:
    """Cost along the edge from places to a target on the same one, inf where that is against the traffic, [place]."""
    edge, times = ends.edge[column], placed.times
    ahead, behind = ends.along[column] - placed.along, placed.against - ends.against[column]
    there = ahead if np.isfinite(times.forward[edge]) else np.full_like(ahead, np.inf)
    back = behind if np.isfinite(times.back[edge]) else np.full_like(behind, np.inf)
    # By length and not by cost: what is ahead is reached forward.
    result: FloatArray = np.where(ahead >= 0, there, back)
    return result


def with_legs(cost: FloatArray, leg: tuple[FloatArray, FloatArray], straight: FloatArray) -> FloatArray:
    """Ways from door to door [origin, target], in the unit of `cost`.

    cost: on the network [origin, target].  leg: cost of the legs at both sides, [origin] and [target].
    straight: cost of the way off the roads [origin, target].
    """
    legs = leg[0][:, None] + leg[1][None, :]
    result: FloatArray = np.where(straight <= legs, np.minimum(straight, cost + legs), cost + legs)
    return result


def nearest_cost(placed: Placed, schools: Placed, legs: FloatArray) -> FloatArray:
    """Cost from places to the nearest of the schools, the legs of these included, [place].

    legs: cost of the leg of each school [school].
    """
    # A source of its own, one leg away from every school.
    graph, node = _cut(schools)
    size = graph.shape[0]
    old = graph.tocoo()
    tail = np.concatenate([old.col, node]).astype(np.int64)
    head = np.concatenate([old.row, np.full(len(legs), size)]).astype(np.int64)
    joined = graph_of(tail, head, np.concatenate([old.data, legs]), size + 1)
    cost = dijkstra(joined, directed=True, indices=np.array([size]))
    found: FloatArray = from_nodes(placed, cost[:, : placed.network.nodes])[0]
    for school in range(len(legs)):
        same = np.flatnonzero(placed.edge == schools.edge[school])
        found[same] = np.minimum(found[same], _on_one_edge(placed.some(same), schools, school) + legs[school])
    return found
