"""Catchments on arrays: nearest, Voronoi on a network against a search in plain loops, shares, connected parts."""

import heapq

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from gis.catchments import (
    main_school,
    nearest_school,
    neighbour_graph,
    parts_of,
    reachable_cost,
    unit_shares,
    voronoi_nodes,
)

Edges = list[tuple[int, int, float]]


def matrix(count: int, edges: Edges, both: bool = True) -> csr_array:
    listed = edges + ([(b, a, w) for a, b, w in edges] if both else [])
    shortest: dict[tuple[int, int], float] = {}
    for a, b, w in listed:
        shortest[a, b] = min(w, shortest.get((a, b), w))
    rows, columns = [a for a, _ in shortest], [b for _, b in shortest]
    return csr_array((np.array(list(shortest.values()), dtype=float), (rows, columns)), shape=(count, count))


def plain_voronoi(count: int, edges: Edges, schools: list[int], both: bool) -> tuple[list[int], list[float]]:
    """One search for every school, in loops: the way from each node to it along the edges."""
    into: dict[int, list[tuple[int, float]]] = {node: [] for node in range(count)}
    for a, b, w in edges + ([(b, a, w) for a, b, w in edges] if both else []):
        into[b].append((a, w))
    best, label = [float("inf")] * count, [-1] * count
    for number, start in enumerate(schools):
        way = {start: 0.0}
        heap = [(0.0, start)]
        while heap:
            length, node = heapq.heappop(heap)
            if length > way[node]:
                continue
            for other, more in into[node]:
                if length + more < way.get(other, float("inf")):
                    way[other] = length + more
                    heapq.heappush(heap, (length + more, other))
        for node, length in way.items():
            if length < best[node] * (1 - 1e-9):
                best[node], label[node] = length, number
    return label, best


def test_the_nearest_wins_and_of_equals_the_first() -> None:
    cost = np.array([[3.0, 1.0, 2.0], [2.0, 2.0, 5.0], [np.inf, np.nan, np.inf], [np.inf, 0.0, 0.0]])
    assert nearest_school(cost).tolist() == [1, 0, -1, 1]
    assert nearest_school(cost, np.array([True, False, True])).tolist() == [2, 0, -1, 2]
    assert nearest_school(np.zeros((2, 0))).tolist() == [-1, -1]
    assert np.isinf(reachable_cost(cost)[2]).all()


@st.composite
def networks(draw):
    count = draw(st.integers(2, 14))
    node = st.integers(0, count - 1)
    weight = st.sampled_from([0.0, 1.0, 1.0, 2.0, 0.5, 3.25])
    edges = draw(st.lists(st.tuples(node, node, weight), max_size=40))
    schools = draw(st.lists(node, min_size=1, max_size=4))
    return count, [(a, b, w) for a, b, w in edges if a != b], schools, draw(st.booleans())


@given(made=networks())
def test_voronoi_is_what_a_search_from_every_school_gives(made) -> None:
    count, edges, schools, both = made
    label, cost = voronoi_nodes(matrix(count, edges, both), np.array(schools))
    wanted, best = plain_voronoi(count, edges, schools, both)
    assert cost.tolist() == pytest.approx(best)
    assert label.tolist() == wanted


@given(made=networks())
def test_voronoi_is_what_networkx_says(made) -> None:
    count, edges, schools, _ = made
    graph = networkx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(edges)
    for a, b, _ in edges:  # of parallel edges networkx keeps the last
        graph[a][b]["weight"] = min(x for p, q, x in edges if {p, q} == {a, b})
    label, cost = voronoi_nodes(matrix(count, edges), np.array(schools))
    ways = networkx.multi_source_dijkstra_path_length(graph, set(schools))
    assert {node: cost[node] for node in range(count) if np.isfinite(cost[node])} == pytest.approx(ways)
    for number, cell in enumerate(schools):
        mine = np.flatnonzero(label == number)
        if len(mine):
            assert networkx.is_connected(graph.subgraph(mine.tolist()))
            assert cell in mine


@given(made=networks(), seed=st.integers(0, 99))
def test_the_order_of_nodes_never_matters(made, seed: int) -> None:
    count, edges, schools, both = made
    order = np.random.default_rng(seed).permutation(count)
    moved = [(int(order[a]), int(order[b]), w) for a, b, w in edges]
    label, cost = voronoi_nodes(matrix(count, edges, both), np.array(schools))
    again, same = voronoi_nodes(matrix(count, moved, both), order[schools])
    assert again[order].tolist() == label.tolist()
    assert same[order].tolist() == pytest.approx(cost.tolist())


def test_a_one_way_street_is_driven_one_way() -> None:
    ring = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0)]
    label, cost = voronoi_nodes(matrix(4, ring, both=False), np.array([0, 2]))
    assert label.tolist() == [0, 1, 1, 0]
    assert cost.tolist() == [0.0, 1.0, 0.0, 1.0]


def test_nodes_without_a_way_belong_to_nobody() -> None:
    label, cost = voronoi_nodes(matrix(4, [(0, 1, 2.0)]), np.array([0]))
    assert label.tolist() == [0, 0, -1, -1]
    assert np.isinf(cost[2:]).all()
    assert voronoi_nodes(matrix(2, []), np.array([], dtype=np.int64))[0].tolist() == [-1, -1]


def test_costs_below_zero_and_nodes_outside_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        voronoi_nodes(matrix(2, [(0, 1, -1.0)]), np.array([0]))
    with pytest.raises(ValueError, match=r"0\.\.1"):
        voronoi_nodes(matrix(2, [(0, 1, 1.0)]), np.array([2]))


def test_shares_of_a_unit_come_from_its_points() -> None:
    label, unit = np.array([0, 0, 1, -1, 1, -1]), np.array([0, 0, 0, 0, 1, 2])
    share = unit_shares(label, unit, np.array([3.0, 1.0, 4.0, 9.0, 2.0, 5.0]), 4, 2)
    assert share.tolist() == [[0.5, 0.5], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    assert main_school(share).tolist() == [0, 1, -1, -1]
    assert main_school(np.zeros((2, 0))).tolist() == [-1, -1]


def squares(columns: int, rows: int) -> csr_array:
    """Squared paper, neighbours by edges and corners."""
    at = [(x, y) for y in range(rows) for x in range(columns)]
    pairs = [(i, j) for i, a in enumerate(at) for j, b in enumerate(at) if max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 1]
    row, column = zip(*pairs, strict=True)
    return csr_array((np.ones(len(pairs), dtype=np.int8), (row, column)), shape=(len(at), len(at)))


@given(zone=st.lists(st.integers(-1, 2), min_size=12, max_size=12))
def test_parts_are_the_connected_components_of_each_zone(zone: list[int]) -> None:
    part = parts_of(squares(4, 3), np.array(zone))
    graph = networkx.from_scipy_sparse_array(squares(4, 3))
    for number in set(zone) - {-1}:
        mine = [unit for unit in range(12) if zone[unit] == number]
        wanted = {frozenset(found) for found in networkx.connected_components(graph.subgraph(mine))}
        assert {frozenset(u for u in mine if part[u] == p) for p in {part[u] for u in mine}} == wanted
    assert [part[unit] == -1 for unit in range(12)] == [number == -1 for number in zone]


@given(schools=st.lists(st.integers(0, 34), min_size=1, max_size=5, unique=True))
def test_catchments_among_neighbours_hang_together(schools: list[int]) -> None:
    touching = squares(7, 5)
    xy = np.array([(1000.0 * (n % 7), 1000.0 * (n // 7)) for n in range(35)])
    graph = neighbour_graph(touching, xy, 1.5)
    assert sorted(set(graph.data.round(9))) == pytest.approx([1.5, 1.5 * 2**0.5])
    label, _ = voronoi_nodes(graph, np.array(schools))
    assert len(set(parts_of(touching, label).tolist())) == len(schools)
