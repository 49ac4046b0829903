"""Travel times on two real networks, Nanchang (text) and Porto Alegre (OpenStreetMap), against networkx.

networkx builds its own graph from the same source with plain loops: for Nanchang from the lines of the text, for Porto
Alegre from the ways and their common corners. Both are read where they lie; nothing of them is kept here.
"""

import os
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import CRS, Geod

from gis.network import Network, main_part, travel_times
from gis.network_noding import Rules, build_network
from gis.network_places import place_on, ways
from gis.roads_layer import Source, _osm_allowed, _osm_oneway, _tags, read_roads
from gis.roads_text import roads_of_text
from scenarios import schema_travel
from scenarios.road_classes import class_of_value, road_classes
from tests.real.baltimore.prepare import data_folder

CLASSES = road_classes(3.6)
SCHOOLS_LEAST = 100


@pytest.fixture(scope="module")
def folder() -> Path:
    found = data_folder().parent / "roads"
    absent = [name for name in ("nanchang_roadnet.txt", "porto_alegre.osm.pbf", "porto_alegre_hexgrid.csv")
              if not (found / name).is_file()]  # fmt: skip
    if absent:
        reason = f"no road data ({', '.join(absent)}): set SCHOOLPLAN_DATA to the folder that holds `roads/`"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


def source(path: Path) -> Source:
    network = schema_travel.Network.model_validate({"path": path.name, "crs": "EPSG:4326"})
    return Source(path, path.name, "study.yaml:travel.network", network)


@pytest.fixture(scope="module")
def nanchang(folder: Path) -> Network:
    path = folder / "nanchang_roadnet.txt"
    roads, _, problems = roads_of_text(path.read_text(), source(path), CLASSES, CRS("EPSG:4547"))
    assert [one.code for one in problems if one.severity == "error"] == []
    assert roads is not None
    return build_network(roads, Rules(False, 0.0, True))


def test_nanchang_is_as_large_as_its_head_says(nanchang: Network) -> None:
    assert (nanchang.nodes, nanchang.edges) == (2048, 3012)


def plain_nanchang(path: Path) -> nx.MultiDiGraph:
    """The text read by plain loops: seconds by car at the speed that it states."""
    lines = path.read_text().split("\n")
    graph = nx.MultiDiGraph()
    nodes = int(lines[0])
    for line in lines[1 : nodes + 1]:
        graph.add_node(line.split()[2])
    for road in range(int(lines[nodes + 1])):
        a, b, length, speed, there, back = lines[nodes + 2 + 3 * road].split()[:6]
        seconds = float(length) / float(speed)
        if int(there):
            graph.add_edge(a, b, weight=seconds)
        if int(back):
            graph.add_edge(b, a, weight=seconds)
    return graph


def test_nanchang_minutes_by_car_are_those_of_networkx(nanchang: Network, folder: Path) -> None:
    path = folder / "nanchang_roadnet.txt"
    graph = plain_nanchang(path)
    ids = [line.split()[2] for line in path.read_text().split("\n")[1:2049]]
    times = travel_times(nanchang, CLASSES, "none")["car"]
    placed = place_on(nanchang, times, nanchang.node_xy, 1e9)
    assert placed.leg_m.max() < 1e-6
    targets = np.arange(0, 2048, 200)
    found = ways(placed, targets) * 60
    # Node numbers of the network are those of the text in the order of its lines.
    reverse = graph.reverse()
    for column, target in enumerate(targets):
        truth = nx.single_source_dijkstra_path_length(reverse, ids[target])
        expected = np.array([truth.get(name, np.inf) for name in ids])
        assert np.isinf(expected).sum() == np.isinf(found[:, column]).sum()
        assert np.allclose(found[:, column], expected, rtol=1e-6, atol=1e-4)


@pytest.fixture(scope="module")
def porto_alegre(folder: Path):
    path = folder / "porto_alegre.osm.pbf"
    roads, way, problems = read_roads(source(path), CLASSES, CRS("EPSG:31982"))
    assert {one.code for one in problems} == {"GIS100"}
    assert roads is not None
    assert way is not None
    return build_network(roads, Rules(False, 0.0, True)), way


@pytest.fixture(scope="module")
def plain_porto_alegre(folder: Path, porto_alegre) -> dict[str, nx.DiGraph]:
    """Corner to corner by plain loops: every corner of a way is a node, whether roads meet there or not."""
    _, way = porto_alegre
    path, number = folder / "porto_alegre.osm.pbf", class_of_value(CLASSES)
    columns = ["highway", "other_tags"]
    _, _, wkb, (kinds, tags) = pyogrio.raw.read(path, layer="lines", columns=columns, where="highway IS NOT NULL")
    graphs = {mode: nx.DiGraph() for mode in ("walk", "car")}
    for shape, kind, text in zip(shapely.from_wkb(wkb), kinds, tags, strict=True):
        if kind not in number or _osm_allowed(_tags(text)) == 0:
            continue
        speeds = CLASSES[number[kind]].km_per_h
        lonlat = shapely.get_coordinates(shape)
        names = [(round(x, 7), round(y, 7)) for x, y in lonlat]
        steps = np.hypot(*np.diff(way.points(lonlat), axis=0).T) * 0.06
        oneway, allowed = _osm_oneway(_tags(text)), _osm_allowed(_tags(text))
        for mode, speed, bit in (("walk", speeds[0], 1), ("car", speeds[2], 2)):
            if np.isnan(speed) or not allowed & bit:
                continue
            for a, b, minutes in zip(names[:-1], names[1:], steps / speed, strict=True):
                free = mode == "walk"
                pairs = [(a, b)] * (free or oneway not in ("-1", "reverse"))
                pairs += [(b, a)] * (free or oneway not in ("yes", "1", "true"))
                for tail, head in pairs:
                    if minutes < graphs[mode].get_edge_data(tail, head, {"weight": np.inf})["weight"]:
                        graphs[mode].add_edge(tail, head, weight=float(minutes))
    return graphs


@pytest.mark.parametrize("mode", ["walk", "car"])
def test_porto_alegre_minutes_are_those_of_networkx(porto_alegre, plain_porto_alegre, mode: str) -> None:
    network, way = porto_alegre
    graph = plain_porto_alegre[mode]
    times = travel_times(network, CLASSES, "none")[mode]
    main, _ = main_part(network, times)
    joined = np.zeros(network.nodes, dtype=bool)
    joined[network.edge_node[times.joins & main[network.edge_node].all(axis=1)].ravel()] = True
    nodes = np.flatnonzero(main & joined)
    lonlat = np.column_stack(way.backward(*network.node_xy[nodes].T))
    names = [(round(x, 7), round(y, 7)) for x, y in lonlat]
    assert len(nodes) > 10_000
    known = np.array([name in graph for name in names])
    assert known.mean() > 0.999
    placed = place_on(network, times, network.node_xy[nodes], 1e9)
    targets = np.flatnonzero(known)[::2500]
    found = ways(placed, targets)
    reverse = graph.reverse(copy=False)
    for column, target in enumerate(targets):
        truth = nx.single_source_dijkstra_path_length(reverse, names[target])
        expected = np.array([truth.get(name, np.nan) for name in names])
        here = known & np.isfinite(expected)
        assert here.mean() > 0.999
        assert np.allclose(found[here, column], expected[here], rtol=1e-6, atol=1e-4)


def test_porto_alegre_has_a_travel_matrix_to_its_schools(porto_alegre, folder: Path) -> None:
    """From every inhabited hexagon to every hexagon with schools: whole, plausible, and never shorter than the line."""
    network, way = porto_alegre
    hexagons = pd.read_csv(folder / "porto_alegre_hexgrid.csv")
    xy = way.points(hexagons[["lon", "lat"]].to_numpy())
    homes, schools = np.flatnonzero(hexagons["population"] > 0), np.flatnonzero(hexagons["schools"] > 0)
    assert len(schools) > SCHOOLS_LEAST
    times = travel_times(network, CLASSES, "none")["walk"]
    placed = place_on(network, times, xy, 1000.0)
    minutes = ways(placed, schools)[homes]
    off = ~placed.on_main
    # Whatever is not joined to the main part is counted, and nothing else is without a way.
    assert off.sum() < 0.02 * len(xy)
    assert np.isfinite(minutes[~off[homes]][:, ~off[schools]]).all()
    line = np.hypot(*(placed.spot[homes][:, None] - placed.spot[schools][None]).transpose(2, 0, 1))
    there = np.isfinite(minutes) & (line > 500)
    factor = minutes[there] * 60 / line[there]
    assert factor.min() >= 1.0 - 1e-6
    assert 1.1 < np.median(factor) < 1.4  # 1.20; way / straight line in a dense town
    people = hexagons["population"].to_numpy()[homes]
    near = np.nanmin(np.where(np.isfinite(minutes), minutes, np.inf), axis=1) <= 15
    assert 0.6 < (people * near).sum() / people.sum() < 1.0


def test_drawn_lines_have_the_length_of_the_ellipsoid(porto_alegre) -> None:
    network, way = porto_alegre
    lonlat = np.column_stack(way.backward(*network.xy[:2000].T))
    step = Geod(ellps="WGS84").inv(*lonlat[:-1].T, *lonlat[1:].T)[2]
    flat = np.hypot(*np.diff(network.xy[:2000], axis=0).T)
    assert np.sum(flat) == pytest.approx(np.sum(step), rel=1e-3)
