"""Time of the ways to school: the search alone, and a whole study, beside networkx and plain loops in the same run.

Usage: python benchmarks/travel.py [--quick]. A town of 224 x 224 streets (50 176 junctions, bent, some of them one way)
and, over it, 1 000 units x 10 demand points x 80 schools. CPU seconds of one process and, in brackets, wall seconds;
the last column says how many times longer the plain way takes. networkx searches from a few schools only and the time
is multiplied, which is said.
"""

import argparse
import time
from collections.abc import Callable
from typing import TypeVar

import networkx as nx
import numpy as np

from gis.network import Network, arcs, travel_times
from gis.network_noding import Rules, build_network
from gis.network_places import place_on, ways, with_legs
from gis.roads import Roads
from scenarios.road_classes import MODES, road_classes

CLASSES = road_classes(3.6)
NAMES = [one.name for one in CLASSES]
STEP = 120.0
Result = TypeVar("Result")


def town(side: int) -> Roads:
    """A grid of side x side junctions, moved by chance, one road for each street between two of them."""
    chance = np.random.default_rng(20230901)
    x, y = np.meshgrid(np.arange(side) * STEP, np.arange(side) * STEP, indexing="ij")
    spots = np.stack([x, y], axis=-1) + chance.uniform(-40, 40, (side, side, 2)) + np.array([450_000.0, 2_930_000.0])
    pairs = [(spots[:-1], spots[1:]), (spots[:, :-1], spots[:, 1:])]
    ends = np.concatenate([np.stack([a, b], axis=2).reshape(-1, 2, 2) for a, b in pairs])
    middle = ends.mean(axis=1, keepdims=True) + chance.uniform(-8, 8, (len(ends), 1, 2))
    corners = np.concatenate([ends[:, :1], middle, ends[:, 1:]], axis=1)
    count = len(ends)
    kinds = np.array([NAMES.index(name) for name in ("local", "secondary", "arterial")])
    return Roads(
        corners.reshape(-1, 2),
        np.full(3 * count, np.nan),
        np.arange(0, 3 * count + 1, 3, dtype=np.int64),
        kinds[chance.integers(0, 3, count)],
        np.where(chance.uniform(size=count) < 0.1, 1, 0),
        np.zeros(count, dtype=np.int64),
        np.full(count, np.nan),
        np.full(count, np.nan),
        np.arange(1, count + 1, dtype=np.int64),
        np.full(count, 3, dtype=np.int64),
    )


def timed(work: Callable[[], Result]) -> tuple[float, float, Result]:
    wall, start = time.perf_counter(), time.process_time()
    result = work()
    return time.process_time() - start, time.perf_counter() - wall, result


def line(name: str, cpu: float, wall: float, ratio: str = "") -> None:
    print(f"  {name:<58}{cpu:7.2f} s  ({wall:6.2f}){ratio:>12}")


def plain_graph(network: Network) -> nx.DiGraph:
    """The same arcs for networkx, turned around, so that one search from a school finds the times to it."""
    graph = nx.DiGraph()
    times = travel_times(network, CLASSES, "none")["car"]
    tail, head, cost = arcs(network, times)
    for a, b, minutes in zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True):
        if minutes < graph.get_edge_data(b, a, {"weight": np.inf})["weight"]:
            graph.add_edge(b, a, weight=minutes)
    return graph


def matrix(network: Network, points: np.ndarray, schools: np.ndarray, modes: tuple[str, ...]) -> list[np.ndarray]:
    """Door to door by some means of travel, as `gis.travel` does."""
    times = travel_times(network, CLASSES, "none")
    xy, targets = np.concatenate([points, schools]), len(points) + np.arange(len(schools))
    gap = xy[:, None, :] - schools[None, :, :]
    straight = np.hypot(gap[..., 0], gap[..., 1]) * 1.5 * 0.06 / 3.6
    found = []
    for mode in modes:
        placed = place_on(network, times[mode], xy, 1000.0)
        legs = placed.leg_m * 1.5 * 0.06 / 3.6
        found.append(with_legs(ways(placed, targets), (legs, legs[targets]), straight))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a town of 2 500 junctions")
    quick = parser.parse_args().quick
    side, sampled = (50, 4) if quick else (224, 4)
    cpu, wall, network = timed(lambda: build_network(town(side), Rules(False, 1.0)))
    print(f"{network.nodes} nodes, {network.edges} edges, {len(network.xy)} corners")
    line("from lines to a network (snapping, noding)", cpu, wall)
    chance = np.random.default_rng(7)
    low, high = network.node_xy.min(axis=0), network.node_xy.max(axis=0)

    schools = network.node_xy[chance.choice(network.nodes, 40, replace=False)]
    times = travel_times(network, CLASSES, "none")["car"]
    every = place_on(network, times, network.node_xy, 1000.0)
    here = np.array([int(np.argmin(np.hypot(*(network.node_xy - one).T))) for one in schools])
    cpu, wall, found = timed(lambda: ways(every, here))
    graph = plain_graph(network)
    slow, waited, truth = timed(
        lambda: [nx.single_source_dijkstra_path_length(graph, int(node)) for node in here[:sampled]]
    )
    slow, waited = slow * 40 / sampled, waited * 40 / sampled
    for column, one in enumerate(truth):
        nodes = np.array(list(one))
        assert np.allclose(found[nodes, column], np.array(list(one.values())), rtol=1e-6, atol=1e-6)
    line(f"{network.nodes} nodes x 40 schools, by car", cpu, wall, f"{slow / cpu:.0f} x")
    line(f"  networkx, the same ({sampled} of 40 searched, times {40 // sampled})", slow, waited)

    units, count, shown = 1000, 10, 80
    points, measured = chance.uniform(low, high, (units * count, 2)), []
    schools = chance.uniform(low, high, (shown, 2))
    for modes in (("car",), MODES):
        cpu, wall, _ = timed(lambda modes=modes: matrix(network, points, schools, modes))  # type: ignore[misc]
        measured.append((len(modes), cpu, wall))

    def loops() -> int:
        """One search of networkx for each school, the nearest node of each point by a loop over points."""
        nearest = [int(np.argmin(((network.node_xy - one) ** 2).sum(axis=1))) for one in points[:200]]
        starts = [int(np.argmin(((network.node_xy - one) ** 2).sum(axis=1))) for one in schools[:sampled]]
        reached = [nx.single_source_dijkstra_path_length(graph, node) for node in starts]
        return sum(len(one) for one in reached) + len(nearest)

    slow, waited, _ = timed(loops)
    # Searches are multiplied by the schools; the nearest nodes (a small part) are not.
    slow, waited = slow * shown / sampled, waited * shown / sampled
    for number, cpu, wall in measured:
        name = f"{units} units x {count} points x {shown} schools, {number} means of travel"
        line(name, cpu, wall, f"{slow * number / cpu:.0f} x")
    line(f"  networkx and loops, 1 means ({sampled} of {shown} schools, multiplied)", slow, waited)


if __name__ == "__main__":
    main()
