"""The three-unit county with parcels and constraint layers: what the tests of land start from."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyproj import Transformer

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base"
METRES = "EPSG:4545"
TO_METRES = Transformer.from_crs("EPSG:4490", METRES, always_xy=True)
WEST, SOUTH = (float(value) for value in TO_METRES.transform(107.571, 26.451))
"""A corner inside unit u1; boxes are given in metres from here. u1 and u2 are town, u3 is country, each 1 km wide."""
HEAD = "parcel,unit,area_m2,status,planned_use,ownership,locked,locked_by,locked_on,lock_reason,lon,lat\n"
LOG = "entry,day,parcel,column,before,after,by,reason\n"
Shape = tuple[str, Any]


def box(left: float, bottom: float, width: float, height: float) -> Shape:
    """A rectangle in metres from the corner."""
    west, south = WEST + left, SOUTH + bottom
    east, north = west + width, south + height
    return "Polygon", [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def line(*points: tuple[float, float]) -> Shape:
    """A line in metres from the corner."""
    return "LineString", [[WEST + x, SOUTH + y] for x, y in points]


def point(x: float, y: float) -> Shape:
    """A point in metres from the corner."""
    return "Point", [WEST + x, SOUTH + y]


def write(path: Path, features: Sequence[tuple[Mapping[str, Any], Shape]], crs: str | None = METRES) -> None:
    """A GeoJSON layer of (attributes, shape)."""
    body: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        body["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    body["features"] = [
        {"type": "Feature", "properties": dict(given), "geometry": {"type": kind, "coordinates": numbers}}
        for given, (kind, numbers) in features
    ]
    path.write_text(json.dumps(body), encoding="utf-8")


def county(
    folder: Path,
    rows: str,
    outlines: Mapping[str, Shape] | None = None,
    constraints: Mapping[str, Sequence[Shape]] | None = None,
    log: str | None = None,
) -> Path:
    """The study on disk; returns its study.yaml. rows: of the parcels table below `HEAD`."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    file = folder / "study.yaml"
    text = file.read_text(encoding="utf-8")
    tables = "  estates: data/estates.csv\n  parcels: data/parcels.csv\n"
    tables += "" if log is None else "  parcel_log: data/parcel-log.csv\n"
    layers = "  schools: null\n"
    if outlines is not None:
        layers += f'  parcels: {{path: data/parcels.geojson, id: parcel, crs: "{METRES}"}}\n'
        write(folder / "data/parcels.geojson", [({"parcel": name}, shape) for name, shape in outlines.items()])
    if constraints:
        layers += "  constraints:\n"
        for code, shapes in constraints.items():
            layers += f'    {code}: {{path: data/{code}.geojson, crs: "{METRES}"}}\n'
            write(folder / f"data/{code}.geojson", [({}, shape) for shape in shapes])
    text = text.replace("  estates: data/estates.csv\n", tables).replace("  schools: null\n", layers)
    file.write_text(text, encoding="utf-8")
    (folder / "data/parcels.csv").write_text(HEAD + rows, encoding="utf-8")
    if log is not None:
        (folder / "data/parcel-log.csv").write_text(LOG + log, encoding="utf-8")
    return file
