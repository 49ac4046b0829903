"""Where roads meet: from lines to nodes and edges.

1. Ends nearer than the snapping distance to one another become one point (that with the smallest coordinates).
2. An end that meets nothing and lies within that distance of another road of its level becomes a corner of that road.
3. Where asked for, two roads of one level that cross get a common corner.
4. Corners with the same coordinates (to a millimetre) are one node if they are of one level; a single end of another
   level joins them (a bridge begins there), two roads of different levels that both pass do not.
Tests: tests/gis/test_noding.py (crossings, bridges and gaps by hand; the order of roads and directions never matter).
"""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.arrays import FloatArray, IntArray
from gis.network import Network
from gis.roads import Roads, measured

_GRID_M = 0.001


@dataclass(frozen=True)
class Rules:
    """How roads are joined."""

    crossings: bool
    """Whether roads meet where they cross without a common corner."""
    snap_m: float
    """Snapping distance [m]."""
    trusted: bool = False
    """Whether common corners alone say what meets (OpenStreetMap): levels do not part them, nothing is snapped."""


def build_network(roads: Roads, rules: Rules) -> Network:
    """Nodes and edges of roads that all have a length."""
    if roads.node is not None:
        return _given(roads, roads.node)
    if not rules.trusted:
        if rules.snap_m > 0:
            roads = _snapped(roads, rules.snap_m)
            roads = _ends_on_roads(roads, rules.snap_m)
        if rules.crossings:
            at, where, spot = crossings(roads)
            roads = _inserted(roads, at, where, spot)
    return _edges(roads, _nodes(roads, rules.trusted))


def crossings(roads: Roads) -> tuple[IntArray, FloatArray, FloatArray]:
    """Points where two segments of one level cross inside, one row for each of the two segments.

    Returned: corner where the segment begins [n], position along it 0-1 [n], the point [n, 2].
    """
    start = _segments(roads)
    lines = _lines(roads, start)
    tree = shapely.STRtree(lines)
    one, other = tree.query(lines, predicate="crosses")
    level = roads.level[roads.road_of[start]]
    keep = (one < other) & (level[one] == level[other])
    one, other = one[keep], other[keep]
    spot = shapely.get_coordinates(shapely.intersection(lines[one], lines[other])).reshape(-1, 2)
    both = np.concatenate([one, other])
    points = np.concatenate([spot, spot])
    return start[both], _position(roads, start[both], points), points


def _segments(roads: Roads) -> IntArray:
    """Corners at which a segment with a length begins, [segment]."""
    inside = roads.road_of[:-1] == roads.road_of[1:]
    longer = (np.diff(roads.xy, axis=0) != 0).any(axis=1)
    return np.flatnonzero(inside & longer).astype(np.int64)


def _lines(roads: Roads, start: IntArray) -> np.ndarray:
    pairs = np.stack([roads.xy[start], roads.xy[start + 1]], axis=1)
    return np.asarray(shapely.linestrings(pairs), dtype=object)


def _position(roads: Roads, start: IntArray, points: FloatArray) -> FloatArray:
    """Position of points along the segments that begin at these corners, 0-1, [n]."""
    a, way = roads.xy[start], roads.xy[start + 1] - roads.xy[start]
    result: FloatArray = np.clip(((points - a) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    return result


def _ends(roads: Roads) -> IntArray:
    """First and last corner of every road, [2 x road]."""
    return np.concatenate([roads.first[:-1], roads.first[1:] - 1])


def _snapped(roads: Roads, snap_m: float) -> Roads:
    """Ends that are close to one another, moved onto one of them."""
    ends = _ends(roads)
    points, of = np.unique(roads.xy[ends], axis=0, return_inverse=True)
    pairs = cKDTree(points).query_pairs(snap_m, output_type="ndarray")
    if not len(pairs):
        return roads
    ones = np.ones(len(pairs))
    links = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    _, group = connected_components(links, directed=False)
    # `points` is sorted, so the first of a group is the one with the smallest coordinates.
    _, chosen = np.unique(group, return_index=True)
    xy = roads.xy.copy()
    xy[ends] = points[chosen[group]][of.ravel()]
    return replace(roads, xy=xy)


def _ends_on_roads(roads: Roads, snap_m: float) -> Roads:
    """Ends that meet no corner and lie on another road, made a corner of that road."""
    place = _places(roads.xy)
    ends = _ends(roads)
    lone = ends[np.bincount(place)[place[ends]] == 1]
    if not len(lone):
        return roads
    start = _segments(roads)
    lines = _lines(roads, start)
    tree = shapely.STRtree(lines)
    dots = shapely.points(roads.xy[lone])
    who, where = tree.query(dots, predicate="dwithin", distance=snap_m)
    level, road = roads.level[roads.road_of], roads.road_of
    touching = (start[where] == lone[who]) | (start[where] + 1 == lone[who])
    same_level = level[start[where]] == level[lone[who]]
    # A road's own end may close a loop onto itself, but not onto the segment beside it.
    beside = (road[start[where]] == road[lone[who]]) & (np.abs(start[where] - lone[who]) <= 1)
    keep = ~touching & same_level & ~beside
    who, where = who[keep], where[keep]
    gap = shapely.distance(dots[who], lines[where])
    order = np.lexsort((where, gap, who))
    who, where = who[order], where[order]
    nearest = np.ones(len(who), dtype=bool)
    nearest[1:] = who[1:] != who[:-1]
    at, points = start[where[nearest]], roads.xy[lone[who[nearest]]]
    return _inserted(roads, at, _position(roads, at, points), points)


def _inserted(roads: Roads, at: IntArray, position: FloatArray, points: FloatArray) -> Roads:
    """New corners [n, 2] on the segments that begin at corners `at` [n], in the order of their positions 0-1 [n]."""
    if not len(at):
        return roads
    order = np.lexsort((position, at))
    at, position, points = at[order], position[order], points[order]
    height = roads.z[at] + position * (roads.z[at + 1] - roads.z[at])
    added = np.bincount(roads.road_of[at], minlength=roads.count)
    first = roads.first + np.concatenate([[0], np.cumsum(added)])
    xy, z = np.insert(roads.xy, at + 1, points, axis=0), np.insert(roads.z, at + 1, height)
    return replace(roads, xy=xy, z=z, first=first.astype(np.int64))


def _places(xy: FloatArray) -> IntArray:
    """A number for every place, the same for corners within a millimetre's grid; rising from west to east, [corner]."""
    cells = np.round((xy - xy.min(axis=0)) / _GRID_M).astype(np.int64)
    key = cells[:, 0] * np.int64(2**31) + cells[:, 1]
    return np.asarray(np.unique(key, return_inverse=True)[1], dtype=np.int64).ravel()


def _nodes(roads: Roads, trusted: bool) -> IntArray:
    """Node of each corner, -1 for corners that are no node, [corner]."""
    place, road = _places(roads.xy), roads.road_of
    is_end = np.zeros(len(place), dtype=bool)
    is_end[_ends(roads)] = True
    if not trusted:
        place = _by_level(place, roads.level[road], is_end)
    again = np.zeros(len(place), dtype=bool)
    again[1:] = (place[1:] == place[:-1]) & (road[1:] == road[:-1])
    met = np.bincount(place[~again], minlength=int(place.max()) + 1) > 1
    chosen = is_end | met[place]
    # A corner that is drawn twice is one corner; ends stay, since a road begins and stops there.
    chosen &= ~again | is_end
    node = np.full(len(place), -1, dtype=np.int64)
    node[chosen] = np.unique(place[chosen], return_inverse=True)[1].ravel()
    return node


def _by_level(place: IntArray, level: IntArray, is_end: np.ndarray) -> IntArray:
    """Places parted by level where roads of several levels pass, [corner]."""
    if not level.any():
        return place
    both = place * 64 + np.clip(level, -30, 30) + 31
    groups, of = np.unique(both, return_inverse=True)
    of = of.ravel()
    where = groups // 64
    single = (np.bincount(of) == 1) & (np.bincount(of, weights=is_end) == 1)
    target = np.arange(len(groups))
    first, counts = np.unique(where, return_index=True, return_counts=True)[1:]
    for start, count in zip(first[counts > 1].tolist(), counts[counts > 1].tolist(), strict=True):
        here = np.arange(start, start + count)
        # A single end joins the level nearest to the ground that is here beside it.
        level_here = np.abs(groups[here] % 64 - 31)
        for lone in here[single[here]].tolist():
            others = here[here != lone]
            target[lone] = others[int(np.argmin(level_here[here != lone]))]
    target = np.minimum(target, target[target])
    return np.asarray(target[of], dtype=np.int64)


def _edges(roads: Roads, node: IntArray) -> Network:
    """Roads cut at their nodes."""
    cuts = np.flatnonzero(node >= 0)
    road = roads.road_of
    same = road[cuts[:-1]] == road[cuts[1:]]
    begin, end = cuts[:-1][same], cuts[1:][same]
    counts = end - begin + 1
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    corner = np.arange(first[-1]) - np.repeat(first[:-1] - begin, counts)
    spots = np.full(int(node.max()) + 1, -1, dtype=np.int64)
    spots[node[cuts[::-1]]] = cuts[::-1]
    drawn = measured(roads)
    stretch = np.where(np.isfinite(roads.length_m) & (drawn > 0), roads.length_m / np.maximum(drawn, 1e-9), 1.0)
    ends = np.column_stack([node[begin], node[end]])
    network = Network(
        roads.xy[spots], ends, first, roads.xy[corner], roads.z[corner], road[begin], roads, stretch[road[begin]]
    )
    return _without_specks(network)


def _without_specks(network: Network) -> Network:
    """Without edges of no length from a node to itself (a corner drawn twice at a node)."""
    step = np.hypot(*np.diff(network.xy, axis=0).T) if len(network.xy) > 1 else np.zeros(0)
    total = np.concatenate([[0.0], np.cumsum(step)])
    length = total[network.first[1:] - 1] - total[network.first[:-1]]
    keep = (length > 0) | (network.edge_node[:, 0] != network.edge_node[:, 1])
    if keep.all():
        return network
    corners = np.repeat(keep, np.diff(network.first))
    first = np.concatenate([[0], np.cumsum(np.diff(network.first)[keep])]).astype(np.int64)
    return replace(
        network, edge_node=network.edge_node[keep], first=first, xy=network.xy[corners], z=network.z[corners],
        road=network.road[keep], stretch=network.stretch[keep],
    )  # fmt: skip


def _given(roads: Roads, ends: IntArray) -> Network:
    """Roads whose source says which of them meet."""
    numbers, node = np.unique(ends, return_inverse=True)
    pairs = node.reshape(-1, 2).astype(np.int64)
    xy = np.empty((len(numbers), 2))
    xy[pairs[:, 0]], xy[pairs[:, 1]] = roads.xy[roads.first[:-1]], roads.xy[roads.first[1:] - 1]
    drawn = measured(roads)
    stretch = np.where(np.isfinite(roads.length_m) & (drawn > 0), roads.length_m / np.maximum(drawn, 1e-9), 1.0)
    every = np.arange(roads.count, dtype=np.int64)
    return Network(xy, pairs, roads.first, roads.xy, roads.z, every, roads, stretch)
