"""Time of the geometry checks and repairs on a county of many units, from the file to the last finding.

Usage: python benchmarks/geometry.py [--units 3000] [--vertices 1000000]. Random tessellation of 60 x 60 km in degrees,
written as GeoJSON, once clean and once with 1 unit in 100 drawn 2 m too large; every zone is in parts, which takes
longest. CPU seconds of every part (one process, one thread) and, in brackets, wall seconds.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gis.checks import check_cover
from gis.checks_zones import torn_zones, zones_of
from gis.crs import Way, find_way
from gis.layers import LayerSource, scan_layer
from gis.repairs import mend

SIDE, WEST, SOUTH = 60_000.0, 450_000.0, 2_900_000.0
DEGREES, METRES = "EPSG:4490", "EPSG:4545"
Result = TypeVar("Result")


def county(units: int, vertices: int, faulty: bool) -> np.ndarray:
    """Units in the working CRS with about so many vertices in all."""
    chance = np.random.default_rng(20230901)
    box = shapely.box(WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)
    xy = chance.uniform(0, SIDE, (units, 2)) + np.array([WEST, SOUTH])
    cells = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=box)), box
    )
    cells = shapely.segmentize(shapely.coverage_clean(cells), float(shapely.length(cells).sum()) / vertices)
    if faulty:
        rows = np.arange(0, units, 100)
        cells[rows] = shapely.buffer(cells[rows], 2.0, join_style="mitre")
    return cells


def write(shapes: np.ndarray, way: Way, path: Path) -> None:
    """GeoJSON in degrees."""
    lonlat = shapely.transform(shapes, lambda xy: np.column_stack(way.backward(xy[:, 0], xy[:, 1])))
    features = [
        {"type": "Feature", "properties": {"unit": f"u{at:04d}"}, "geometry": json.loads(shapely.to_geojson(shape))}
        for at, shape in enumerate(lonlat)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def timed(name: str, work: Callable[[], Result]) -> tuple[float, Result]:
    """Run, print the seconds, hand those of the processor back with the result."""
    wall, start = time.perf_counter(), time.process_time()
    result = work()
    seconds, waited = time.process_time() - start, time.perf_counter() - wall
    print(f"  {name:<32}{seconds:6.2f} s  ({waited:.2f})")
    return seconds, result


def measure(units: int, vertices: int, faulty: bool) -> float:
    """CPU seconds from the file to the last finding (the repair is timed beside it)."""
    way, _ = find_way(CRS(DEGREES), CRS(METRES), "")
    assert way is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units.geojson"
        write(county(units, vertices, faulty), way, path)
        source = LayerSource(path, "units.geojson", "unit", DEGREES)
        reading, (frame, problems) = timed("read and look at each shape", lambda: scan_layer(source))
    assert frame is not None, problems[:3]
    moving, moved = timed("to metres", lambda: way.geometries(frame.geometry.to_numpy()))
    frame = frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=METRES))
    checking, found = timed("overlaps, gaps, spikes, sizes", lambda: check_cover(frame, "units.geojson", way))
    zones = pd.DataFrame(
        {"stage": "primary", "unit": frame["id"], "school": [f"s{at % 100}" for at in range(len(frame))]}
    )
    tearing, torn = timed(
        "zones in parts", lambda: torn_zones(zones_of(zones, list(frame["id"])), frame, "zones.csv", way)
    )
    total = reading + moving + checking + tearing
    findings = len(found) + len(torn)
    counted = int(shapely.get_num_coordinates(moved).sum())
    print(f"  {'all checks':<32}{total:6.2f} s   {len(frame)} units, {counted} vertices, {findings} findings")
    _, mended = timed("repair", lambda: mend(np.asarray(moved, dtype=object)))
    print(f"  {len(mended.changes)} units changed")
    return total


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=3_000)
    parser.add_argument("--vertices", type=int, default=600_000)
    asked = parser.parse_args()
    for faulty in (False, True):
        print("a county with mistakes" if faulty else "a clean county")
        measure(asked.units, asked.vertices, faulty)


if __name__ == "__main__":
    main()
