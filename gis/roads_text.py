"""Roads as plain text: the tables `road_nodes` and `road_edges`, and the road network form of traffic simulators.

That form (`.txt`): the number of nodes; a line `lat lon id signal` for each; the number of roads; for each a line
`from to length speed lanes lanes_back id id_back` [m, m/s] and one line for the lanes of each direction; signals after
them are not read. Roads run both ways where lanes_back is not 0.
"""

import numpy as np
import pandas as pd
from pyproj import CRS

from gis.arrays import FloatArray, IntArray
from gis.crs import Way, find_way
from gis.layer_crs import Evidence, settle_crs
from gis.roads import ON_FOOT, VEHICLES, Roads
from gis.roads_layer import MOST_CORNERS, Source
from scenarios.crosscheck_roads import lengths_are_metres
from scenarios.problems import Problem, error, has_errors, nearest
from scenarios.road_classes import RoadClass, class_of_value

_MS = 3.6
"""km/h of one m/s."""


class _BadLineError(Exception):
    def __init__(self, line: int, found: str, wanted: str) -> None:
        self.line, self.found, self.wanted = line, found, wanted
        super().__init__(found)


def roads_of_tables(
    nodes: pd.DataFrame, edges: pd.DataFrame, source: Source, classes: tuple[RoadClass, ...], working: CRS
) -> tuple[Roads | None, Way | None, list[Problem]]:
    """Roads of the tables `road_nodes` and `road_edges`, checked before; straight between their nodes."""
    row = {name: at for at, name in enumerate(nodes["node"].tolist())}
    ends = np.array([[row[a], row[b]] for a, b in zip(edges["from_node"], edges["to_node"], strict=True)])
    known = class_of_value(classes)
    number = np.array([known[name.casefold()] for name in edges["road_class"]], dtype=np.int64)
    stated = edges["length_m"].to_numpy(dtype=np.float64)
    speed = edges["car_km_per_h"].to_numpy(dtype=np.float64)
    oneway = edges["oneway"].to_numpy(dtype=np.int64)
    given = nodes[["x", "y"]].to_numpy(dtype=np.float64)
    told = _Told(given, nodes["z"].to_numpy(dtype=np.float64), ends.reshape(-1, 2), number, oneway, stated, speed)
    return _moved(told, source, working)


def roads_of_text(
    text: str, source: Source, classes: tuple[RoadClass, ...], working: CRS
) -> tuple[Roads | None, Way | None, list[Problem]]:
    """Roads of the form of traffic simulators."""
    named = source.network.all_class or "local"
    number = class_of_value(classes).get(named.casefold())
    if number is None:
        known = class_of_value(classes)
        return (
            None,
            None,
            [error("GIS092", f"{source.place}.all_class", named, near=nearest(named, known), known=tuple(known))],
        )
    try:
        told = _parsed(text, number)
    except _BadLineError as bad:
        return None, None, [error("GIS102", f"{source.shown}:{bad.line}", bad.found, wanted=bad.wanted)]
    return _moved(told, source, working)


class _Told:
    """Nodes and roads as a text says them."""

    def __init__(
        self, xy: FloatArray, z: FloatArray, ends: IntArray, road_class: IntArray, oneway: IntArray,
        length_m: FloatArray, speed: FloatArray,
    ) -> None:  # fmt: skip
        self.xy, self.z, self.ends, self.road_class = xy, z, ends, road_class
        self.oneway, self.length_m, self.speed = oneway, length_m, speed


def _moved(told: _Told, source: Source, working: CRS) -> tuple[Roads | None, Way | None, list[Problem]]:
    count = len(told.ends)
    if count == 0:
        return None, None, [error("GIS094", source.shown)]
    if 2 * count > MOST_CORNERS:
        return None, None, [error("GIS093", source.shown, count=2 * count, most=MOST_CORNERS)]
    low, high = told.xy.min(axis=0), told.xy.max(axis=0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    crs, problems = settle_crs(
        source.network.crs, Evidence(box, None, source.working), source.shown, f"{source.place}.crs"
    )
    if crs is None or has_errors(problems):
        return None, None, problems
    way, found = find_way(crs, working, f"{source.place}.crs")
    problems += found
    if way is None:
        return None, None, problems
    xy = way.points(told.xy)[told.ends].reshape(-1, 2)
    straight = np.hypot(*(xy[1::2] - xy[::2]).T)
    if not lengths_are_metres(told.length_m, straight):
        ratio = float(np.nanmedian(told.length_m[straight > 0] / straight[straight > 0]))
        return None, way, [*problems, error("GIS103", source.shown, f"{ratio:.4g}")]
    first = np.arange(0, 2 * count + 1, 2, dtype=np.int64)
    zero, z = np.zeros(count, dtype=np.int64), told.z[told.ends].ravel()
    rows = np.arange(1, count + 1, dtype=np.int64)
    both = zero + ON_FOOT + VEHICLES
    roads = Roads(xy, z, first, told.road_class, told.oneway, zero, told.length_m, told.speed, rows, both, told.ends)
    return roads, way, problems


def _parsed(text: str, number: int) -> _Told:
    """Nodes and roads; raises _BadLineError at the first line that is not as it must be."""
    lines = [line.split() for line in text.split("\n")]
    nodes = _count(lines, 0, "@number_of_nodes")
    row: dict[str, int] = {}
    xy = np.empty((nodes, 2))
    for at in range(nodes):
        cells = _cells(lines, at + 1, 3, "lat lon id")
        xy[at] = _float(cells[1], at + 1, "lon"), _float(cells[0], at + 1, "lat")
        row[cells[2]] = at
    start = nodes + 1
    roads = _count(lines, start, "@number_of_roads")
    ends, oneway = np.empty((roads, 2), dtype=np.int64), np.zeros(roads, dtype=np.int64)
    length, speed = np.empty(roads), np.empty(roads)
    for road in range(roads):
        at = start + 1 + 3 * road
        cells = _cells(lines, at, 6, "from to length speed lanes lanes_back")
        for side in (0, 1):
            if cells[side] not in row:
                raise _BadLineError(at + 1, cells[side], "@a_node_above")
            ends[road, side] = row[cells[side]]
        length[road], speed[road] = _float(cells[2], at, "length"), _float(cells[3], at, "speed") * _MS
        there, back = _float(cells[4], at, "lanes") > 0, _float(cells[5], at, "lanes_back") > 0
        oneway[road] = int(there) - int(back)
    roads_class = np.full(roads, number, dtype=np.int64)
    return _Told(xy, np.full(nodes, np.nan), ends, roads_class, oneway, length, np.where(speed > 0, speed, np.nan))


def _cells(lines: list[list[str]], at: int, least: int, wanted: str) -> list[str]:
    cells = lines[at] if at < len(lines) else []
    if len(cells) < least:
        raise _BadLineError(at + 1, " ".join(cells) or "@nothing", wanted)
    return cells


def _count(lines: list[list[str]], at: int, wanted: str) -> int:
    cell = _cells(lines, at, 1, wanted)[0]
    if not cell.isdigit():
        raise _BadLineError(at + 1, cell, wanted)
    return int(cell)


def _float(cell: str, at: int, wanted: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise _BadLineError(at + 1, cell, wanted) from None
