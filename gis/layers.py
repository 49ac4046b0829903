"""Layers in: a file, the declared CRS and id field -> one clean GeoDataFrame, or every reason why not.

Nothing is repaired: a ring that crosses itself is reported with its place and the planner mends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.crs import check_own_crs, label, parse_crs
from gis.files import RawLayer, read_raw
from scenarios.problems import Problem, ScenarioError, error, has_errors, nearest

POLYGONS = ("Polygon", "MultiPolygon")
POINTS = ("Point",)


@dataclass(frozen=True)
class LayerSource:
    """A layer as a study declares it."""

    path: Path
    """Where the file lies."""
    place: str
    """The path as the planner wrote it, for messages."""
    id_field: str
    """Field that holds the ids."""
    crs: str | None
    """CRS that the study declares."""
    kinds: tuple[str, ...] = POLYGONS
    """Geometry types that are allowed."""
    crs_place: str = ""
    """Where the CRS is declared, for messages; default: the layer itself."""
    layer: str | None = None
    """Name of the layer, where a GeoPackage holds several."""


def read_layer(path: Path, crs: str, id_field: str) -> gpd.GeoDataFrame:
    """Polygons of a layer file: columns `id`, `feature` (1 for the first of the file), `geometry`; sorted by id.

    path: GeoJSON or GeoPackage.  crs: declared CRS; the frame keeps it.  id_field: field that holds the ids.
    Raises ScenarioError with all problems at once.
    """
    frame, problems = scan_layer(LayerSource(path, path.name, id_field, crs))
    if frame is None:
        raise ScenarioError(problems)
    return frame


def scan_layer(source: LayerSource) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Like `read_layer`, but hands back the problems; the frame is None when one of them is an error."""
    crs, problems = parse_crs(source.crs, source.crs_place or source.place)
    raw, unread = read_raw(source.path, source.id_field, source.place, source.layer)
    problems += unread
    if raw is None:
        return None, problems
    if crs is not None:
        problems += check_own_crs(crs, raw.own_crs, source.place)
    problems += _check_content(raw, source)
    if raw.values is not None:
        ids = [_text(value) for value in raw.values]
        problems += _check_ids(ids, source.place)
        problems += _check_shapes(raw, ids, source)
        if crs is not None:
            problems += _check_reach(raw.shapes, crs, source.place)
        if crs is not None and not has_errors(problems):
            return _frame(raw, ids, crs), problems
    return None, problems


def feature_place(place: str, feature: int, name: str) -> str:
    """Place of a feature in a message: `data/units.geojson:feature 12 (u013)`."""
    return f"{place}:feature {feature} ({name})" if name else f"{place}:feature {feature}"


def check_against_table(layer: Iterable[str], table: Iterable[str], place: str, table_place: str) -> list[Problem]:
    """Ids that only the layer or only the table knows, each with the nearest id of the other side."""
    in_layer, in_table = set(layer), set(table)
    unlisted, undrawn = sorted(in_layer - in_table), sorted(in_table - in_layer)
    return [
        *(error("GIS017", place, id=name, table=table_place, near=nearest(name, undrawn)) for name in unlisted),
        *(error("GIS018", table_place, id=name, layer=place, near=nearest(name, unlisted)) for name in undrawn),
    ]


def _check_content(raw: RawLayer, source: LayerSource) -> list[Problem]:
    if len(raw.shapes) == 0:
        return [error("GIS013", source.place)]
    if raw.values is None:
        near = nearest(source.id_field, raw.fields)
        return [error("GIS014", source.place, field=source.id_field, fields=raw.fields, near=near)]
    return []


def _check_ids(ids: list[str], place: str) -> list[Problem]:
    problems = [error("GIS015", feature_place(place, at, "")) for at, name in enumerate(ids, start=1) if not name]
    seen: dict[str, int] = {}
    for at, name in enumerate(ids, start=1):
        if name and name in seen:
            problems.append(error("GIS016", feature_place(place, at, name), id=name, first=seen[name]))
        seen.setdefault(name, at)
    return problems


def _check_shapes(raw: RawLayer, ids: list[str], source: LayerSource) -> list[Problem]:
    def place(at: int) -> str:
        return feature_place(source.place, at + 1, ids[at])

    kinds = np.array([None if shape is None else shape.geom_type for shape in raw.shapes], dtype=object)
    foreign = [at for at, kind in enumerate(kinds) if kind is not None and kind not in source.kinds]
    empty = shapely.is_missing(raw.shapes) | shapely.is_empty(raw.shapes)
    missing = np.flatnonzero(empty & ~raw.broken).tolist()
    invalid = np.flatnonzero(~empty & ~shapely.is_valid(raw.shapes)).tolist()
    return [
        *(error("GIS021", place(at), kind=kinds[at], kinds=source.kinds) for at in foreign),
        *(error("GIS020", place(at), reason="@ring_open", at="-") for at in np.flatnonzero(raw.broken).tolist()),
        *(error("GIS019", place(at)) for at in missing),
        *(error("GIS020", place(at), **_reason(raw.shapes[at])) for at in invalid),
    ]


def _reason(shape: shapely.Geometry) -> dict[str, str]:
    """GEOS answers `Self-intersection[107.581 26.493]`: reason and place in one text."""
    reason, _, where = str(shapely.is_valid_reason(shape)).partition("[")
    return {"reason": reason, "at": where.rstrip("]") or "-"}


def _check_reach(shapes: NDArray[np.object_], crs: CRS, place: str) -> list[Problem]:
    """Coordinates that cannot be what the CRS says: degrees in a metre CRS, metres or swapped axes in a degree CRS."""
    usable = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not usable.size:
        return []
    west, south, east, north = (float(value) for value in shapely.total_bounds(usable))
    in_degrees = max(-west, east) <= 180 and max(-south, north) <= 90
    if in_degrees == crs.is_geographic or not np.isfinite([west, south, east, north]).all():
        return []
    swapped = max(-west, east) <= 90 and max(-south, north) <= 180
    box = f"{west:.5g}..{east:.5g}, {south:.5g}..{north:.5g}"
    code = "GIS012" if crs.is_geographic and swapped else "GIS038"
    return [error(code, place, crs=label(crs), box=box)]


def _frame(raw: RawLayer, ids: list[str], crs: CRS) -> gpd.GeoDataFrame:
    order = np.argsort(np.array(ids, dtype=object), kind="stable")
    columns = {"id": [ids[at] for at in order], "feature": (order + 1).astype(np.int64)}
    return gpd.GeoDataFrame(columns, geometry=shapely.force_2d(raw.shapes[order]), crs=crs)


def _text(value: Any) -> str:
    """An id as text: 12 and 12.0 (a whole column with one gap) are "12"; a missing one is ""."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
