"""Roads on squared paper: lines in km of the county of `tests.gis.county`, and a study that uses them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gis.network import Network
from gis.network_noding import Rules, build_network
from gis.roads import Roads
from scenarios.bundle import Bundle
from scenarios.road_classes import road_classes
from tests.gis.county import EAST, METRES, NORTH, SIDE, bundle, grid, write_layer

CLASSES = road_classes(3.6)
NAMES = [one.name for one in CLASSES]
Line = Sequence[Sequence[float]]


def roads(lines: Sequence[Line], level: Sequence[int] = (), kind: str = "village", **more: Any) -> Roads:
    """Roads of corners in metres (x, y or x, y, z)."""
    counts = [len(line) for line in lines]
    corners = np.array([corner[:2] for line in lines for corner in line], dtype=float)
    heights = np.array([corner[2] if len(corner) > 2 else np.nan for line in lines for corner in line])
    count = len(lines)
    whole = {
        "road_class": np.full(count, NAMES.index(kind)),
        "oneway": np.zeros(count, dtype=np.int64),
        "level": np.array(list(level) or [0] * count),
        "length_m": np.full(count, np.nan),
        "car_km_per_h": np.full(count, np.nan),
        "feature": np.arange(1, count + 1),
        "allowed": np.full(count, 3),
    }
    return Roads(corners, heights, np.concatenate([[0], np.cumsum(counts)]), **{**whole, **more})


def net(lines: Sequence[Line], crossings: bool = False, snap_m: float = 1.0, **more: Any) -> Network:
    return build_network(roads(lines, **more), Rules(crossings, snap_m))


def shape_of(network: Network) -> tuple[int, int, float]:
    """Nodes, edges and length, which no order of roads may change."""
    lines = [network.xy[a:b] for a, b in zip(network.first[:-1], network.first[1:], strict=True)]
    return network.nodes, network.edges, round(float(sum(shapely.LineString(line).length for line in lines)), 3)


def road_layer(path: Path, lines: Sequence[Line], properties: Sequence[dict[str, Any]] = ()) -> Path:
    """GeoJSON of lines in km of the grid (x, y or x, y, z in m)."""
    features = []
    for at, line in enumerate(lines):
        points = [[EAST + p[0] * SIDE, NORTH + p[1] * SIDE, *p[2:]] for p in line]
        said = {"class": "village"} | (properties[at] if at < len(properties) else {})
        features.append(
            {"type": "Feature", "properties": said, "geometry": {"type": "LineString", "coordinates": points}}
        )
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{METRES.replace(':', '::')}"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    return path


CROSS = [[[0, 0.5], [1, 0.5], [2, 0.5]], [[1, 0.5], [1, 1.5]]]
"""A road from west to east through both southern units, and one that goes north at x = 1."""


def study(root: Path, lines: Sequence[Line] = CROSS, network: dict[str, Any] | None = None, **changes: Any) -> Bundle:
    """2 x 2 units of 1 km with schools at the western and eastern end of the road, one demand point a unit."""
    units = grid(2, 2)
    write_layer(root / "data/units.geojson", units)
    road_layer(root / "data/roads.geojson", lines)
    schools = changes.pop("schools", [("s1", "u00", 0.0, 0.5), ("s2", "u01", 2.0, 0.5)])
    given = {"path": "data/roads.geojson", "crs": METRES, "class_field": "class", "slope": "none"} | (network or {})
    travel = {"detour": 1.5, "network": given, "demand": {"points": 1}} | changes.pop("travel", {})
    return bundle(root, schools, [name for name, _ in units], travel=travel, **changes)
