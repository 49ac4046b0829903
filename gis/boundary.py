"""A boundary layer as it was delivered: codes, names, shapes and datum; told what is wrong with it, repaired nothing.

For the start of a study: the shapes are handed on with the coordinates they came with, and the way to the working CRS
(the 3-degree zone of CGCS2000 in which the place lies) is found. Test: tests/gis/test_boundary.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.arrays import FloatArray
from gis.cgcs2000 import ZONES, Zone
from gis.crs import DEGREES, Way, find_way
from gis.files import read_raw
from gis.findings import feature_place
from gis.layer_crs import Evidence, settle_crs
from scenarios.problems import Problem, error, has_errors, warning

Geometries = NDArray[np.object_]

CODE_FIELDS = ("adcode", "区划代码", "行政区划代码", "代码", "XZQDM", "QHDM", "PAC", "code", "CODE", "gb", "unit", "id")
"""Names of fields that hold codes, tried in this order."""
NAME_FIELDS = ("name", "名称", "NAME", "XZQMC", "QHMC", "村名", "乡镇", "name_zh")
POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Boundary:
    """Polygons as delivered, in the order of the file."""

    place: str
    """The path as the planner wrote it."""
    ids: tuple[str, ...]
    names: tuple[str, ...]
    """Names of a field of names; empty texts without one."""
    shapes: Geometries
    """[feature], in the layer's own coordinates."""
    crs: CRS

    def lonlat(self) -> FloatArray:
        """Middle of the extent, CGCS2000 degrees [2]."""
        way = find_way(self.crs, DEGREES, self.place)[0]
        if way is None:
            raise AssertionError("a settled CRS leads to degrees")
        west, south, east, north = shapely.total_bounds(self.shapes)
        middle: FloatArray = way.points(np.array([[(west + east) / 2, (south + north) / 2]]))[0]
        return middle

    def chosen(self, keep: Sequence[int]) -> "Boundary":
        """Only the features at these positions."""
        ids, names = ([own[i] for i in keep] for own in (self.ids, self.names))
        return Boundary(self.place, tuple(ids), tuple(names), self.shapes[list(keep)], self.crs)


def read_boundary(path: Path, shown: str, crs: str, field: str | None) -> tuple[Boundary | None, list[Problem]]:
    """Read a boundary layer.

    shown: the path as problems name it.  crs: as declared, `GCJ-02` or a code.  field: of the codes; None: the first
    of CODE_FIELDS that is there.  None if an error stops it; invalid shapes are warnings here (CEN034).
    """
    raw, problems = read_raw(path, field or CODE_FIELDS[0], shown)
    if raw is None:
        return None, problems
    fields = list(raw.fields)
    codes = [field] if field is not None else [name for name in CODE_FIELDS if name in fields]
    if not codes or codes[0] not in fields:
        return None, [*problems, error("CEN030", shown, tuple(fields))]
    values = _values(path, codes[0], shown)
    names = next((_values(path, name, shown) for name in NAME_FIELDS if name in fields and name != codes[0]), None)
    usable = raw.shapes[~(shapely.is_missing(raw.shapes) | shapely.is_empty(raw.shapes))]
    box = tuple(float(value) for value in shapely.total_bounds(usable)) if usable.size else None
    settled, unsettled = settle_crs(crs, Evidence(box, raw.own_crs), shown, "--boundary-crs")  # type: ignore[arg-type]
    problems += unsettled + _check(raw.shapes, values, shown)
    if settled is None or has_errors(problems):
        return None, problems
    return Boundary(shown, values, names or ("",) * len(values), raw.shapes, settled), problems


def _values(path: Path, field: str, shown: str) -> tuple[str, ...]:
    raw, _ = read_raw(path, field, shown)
    return tuple(_text(value) for value in (raw.values if raw is not None and raw.values is not None else ()))


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _check(shapes: Geometries, ids: tuple[str, ...], place: str) -> list[Problem]:
    problems: list[Problem] = []
    counts = {name: ids.count(name) for name in ids if name}
    problems += [error("CEN037", place, name, count=count) for name, count in counts.items() if count > 1]
    for at, (shape, name) in enumerate(zip(shapes, ids, strict=True), start=1):
        where = feature_place(place, at, name)
        if shape is None or shape.is_empty:
            problems.append(error("GIS019", where))
        elif shape.geom_type not in POLYGONS:
            problems.append(error("GIS021", where, kind=shape.geom_type, kinds=POLYGONS))
        elif not shape.is_valid:
            reason, _, point = str(shapely.is_valid_reason(shape)).partition("[")
            problems.append(warning("CEN034", where, name, reason=reason, at=point.rstrip("]")))
    return problems


def working_zone(lon: float) -> Zone:
    """The 3-degree zone of CGCS2000 (without zone number) in which a longitude [degree] lies; 107.6 -> EPSG:4545."""
    plain = [zone for zone in ZONES if zone.width == 3 and not zone.number]
    return min(plain, key=lambda zone: abs(zone.meridian - lon))


def working_way(boundary: Boundary, zone: Zone) -> Way:
    """The way from the layer to the working CRS. Raises AssertionError where a settled CRS does not lead there."""
    way, _ = find_way(boundary.crs, CRS.from_epsg(zone.code), boundary.place)
    if way is None:
        raise AssertionError("a settled CRS leads to CGCS2000")
    return way
