"""The units layer written anew with its repairs: GeoJSON in the CRS of the planner's layer, all attributes kept.

A corner that no repair touched keeps its coordinates digit for digit; a corner that a repair made is converted back.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import shapely
from pyproj import CRS

from gis.arrays import FloatArray
from gis.crs import Way, find_way, parse_working_crs, shift_of
from gis.files import geojson_properties, read_raw
from gis.findings import feature_place
from gis.layers import LayerSource, Scanned, scan_raw
from gis.pieces import Geometries
from gis.raw import RawLayer
from gis.repairs import CUT, REBUILT, SNAPPED, Mended, ShapeChange, areas, mend
from scenarios.near_ids import proposals
from scenarios.problems import Problem, note

HARMLESS = frozenset({"GIS015", "GIS016", "GIS019", "GIS020", "GIS021", "GIS068"})
"""Errors of single features, beside which the others can be repaired; any other error leaves open where they lie."""
_WHOLE_M2 = 1.0
"""Area below which a change is told with one decimal [m2]."""


@dataclass(frozen=True)
class LayerChange:
    """One change of the layer: a note with its place in the planner's file, and what stood there before."""

    problem: Problem
    before: str
    after: str


@dataclass(frozen=True)
class UnitArea:
    """Area of one unit before and after all repairs [m2]."""

    unit: str
    before_m2: float
    after_m2: float
    gained_m2: float
    lost_m2: float
    codes: tuple[str, ...]


@dataclass(frozen=True)
class RewrittenLayer:
    """The layer as it would be written anew."""

    text: str
    """GeoJSON."""
    changes: tuple[LayerChange, ...]
    units: tuple[UnitArea, ...]
    """Units of which the shape changed, sorted by id."""


def rewrite_layer(source: LayerSource, working: str, known: frozenset[str] | None) -> RewrittenLayer | None:
    """The layer with its repairs, None if there is nothing to repair or if the layer cannot be placed on the map.

    working: the study's CRS.  known: ids of the units table, None where it cannot be read.
    """
    scanned, problems = scan_raw(source)
    target, _ = parse_working_crs(working, "")
    stopped = {problem.code for problem in problems if problem.severity == "error"} - HARMLESS
    if scanned is None or scanned.crs is None or target is None or stopped or scanned.raw.broken.any():
        return None
    way, _ = find_way(scanned.crs, target, "")
    if way is None:
        return None
    raw = shapely.force_2d(scanned.raw.shapes)
    moved = way.geometries(raw)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        return None
    mended = mend(moved)
    renamed = {} if known is None else proposals(set(scanned.ids) - known - {""}, known - set(scanned.ids))
    if not mended.changes and not renamed:
        return None
    shapes = _returned(mended, raw, moved, way)
    ids = [renamed.get(name, name) for name in scanned.ids]
    changes = [*_shape_changes(mended, scanned, source), *_id_changes(renamed, scanned, source)]
    return RewrittenLayer(
        _geojson(_attributes(source, scanned.raw, ids, renamed), shapes, scanned.crs),
        tuple(changes),
        _unit_areas(mended, moved, ids),
    )


def _returned(mended: Mended, raw: Geometries, moved: Geometries, way: Way) -> Geometries:
    """Repaired shapes in the CRS of the layer; shapes that nobody touched are the planner's own."""
    known = {
        tuple(there): here
        for there, here in zip(
            shapely.get_coordinates(moved).tolist(), shapely.get_coordinates(raw).tolist(), strict=True
        )
    }

    def there(xy: FloatArray) -> FloatArray:
        back = np.column_stack(way.backward(xy[:, 0], xy[:, 1])).tolist()
        return np.array([known.get(tuple(at), new) for at, new in zip(xy.tolist(), back, strict=True)]).reshape(-1, 2)

    result = raw.copy()
    for row in [at for at, (old, new) in enumerate(zip(moved, mended.shapes, strict=True)) if old is not new]:
        result[row] = shapely.transform(mended.shapes[row], there)
    return result


def _shape_changes(mended: Mended, scanned: Scanned, source: LayerSource) -> list[LayerChange]:
    found = []
    for change in mended.changes:
        place = feature_place(source.place, change.row + 1, scanned.ids[change.row])
        numbers = {
            "before": _square(change.before_m2),
            "after": _square(change.after_m2),
            "gained": _square(change.gained_m2),
            "lost": _square(change.lost_m2),
        }
        problem = note(change.code, place, "", "", unit=scanned.ids[change.row], **numbers)
        found.append(LayerChange(problem, f"{numbers['before']} m2", f"{numbers['after']} m2"))
    return found


def _square(value: float) -> str:
    return f"{value:.0f}" if value >= _WHOLE_M2 or value == 0 else f"{value:.1f}"


def _id_changes(renamed: Mapping[str, str], scanned: Scanned, source: LayerSource) -> list[LayerChange]:
    found = []
    for at, name in enumerate(scanned.ids):
        if name in renamed:
            place = feature_place(source.place, at + 1, name)
            found.append(LayerChange(note("FIX004", place, name, "", after=renamed[name]), name, renamed[name]))
    return found


def _unit_areas(mended: Mended, moved: Geometries, ids: list[str]) -> tuple[UnitArea, ...]:
    by_row: dict[int, list[ShapeChange]] = {}
    for change in mended.changes:
        by_row.setdefault(change.row, []).append(change)
    after = areas(mended.shapes)
    rows = []
    for row, changes in by_row.items():
        gained, lost = (sum(values) for values in zip(*((one.gained_m2, one.lost_m2) for one in changes), strict=True))
        codes = tuple(code for code in (REBUILT, CUT, SNAPPED) if any(one.code == code for one in changes))
        rows.append(UnitArea(ids[row], changes[0].before_m2, float(after[row]), gained, lost, codes))
    return tuple(sorted(rows, key=lambda one: one.unit))


def _attributes(source: LayerSource, raw: RawLayer, ids: list[str], renamed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Attributes of every feature, in the order of the file; ids that were misspelt are replaced."""
    rows = _rows(source, raw, len(ids))
    for at, value in enumerate(raw.values or ()):
        if str(value).strip() in renamed:
            rows[at][source.id_field] = ids[at]
    return rows


def _rows(source: LayerSource, raw: RawLayer, count: int) -> list[dict[str, Any]]:
    if source.path.suffix.lower() in (".geojson", ".json"):
        rows = geojson_properties(source.path)
        if len(rows) == count:
            return rows
    columns: dict[str, list[Any]] = {}
    for field in raw.fields:
        layer, _ = read_raw(source.path, field, source.place, source.layer)
        if layer is not None and layer.values is not None:
            columns[field] = [_value(value) for value in layer.values]
    return [{field: values[at] for field, values in columns.items()} for at in range(count)]


def _value(value: Any) -> Any:
    """An attribute as JSON holds it."""
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, (dt.date, dt.datetime, np.datetime64)):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value


def _geojson(attributes: list[dict[str, Any]], shapes: Geometries, crs: CRS) -> str:
    """One feature a line. A shifted datum has no code, so it stays unsaid, as in the files that planners bring."""
    lines = ['{"type": "FeatureCollection",']
    code = None if shift_of(crs) else crs.to_epsg()
    if code is not None:
        name = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        lines.append(f' "crs": {json.dumps(name)},')
    lines.append(' "features": [')
    last = len(attributes) - 1
    for at, (properties, shape) in enumerate(zip(attributes, shapes, strict=True)):
        geometry = None if shape is None else shapely.geometry.mapping(shape)
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append("  " + json.dumps(feature, ensure_ascii=False, default=str) + ("" if at == last else ","))
    return "\n".join([*lines, " ]}"]) + "\n"
