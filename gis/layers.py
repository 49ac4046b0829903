"""Layers in: a file, the declared CRS and id field -> one clean GeoDataFrame, or every reason why not.

Nothing is repaired: a ring that crosses itself is reported with its place and the planner mends it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.cgcs2000 import Box
from gis.checks_raw import check_raw_shapes
from gis.crs import CGCS2000, parse_crs
from gis.files import read_raw
from gis.findings import feature_place
from gis.layer_crs import Evidence, settle_crs
from gis.raw import RawLayer
from scenarios.layer_files import is_connection
from scenarios.problems import Problem, ScenarioError, error, has_errors, nearest, note

POLYGONS = ("Polygon", "MultiPolygon")
POINTS = ("Point",)
CONTENT = "content"
"""Key of `frame.attrs`: hash of what was read from a database, empty for a file."""


@dataclass(frozen=True)
class LayerSource:
    """A layer as a study declares it."""

    path: Path
    """Where the file lies; not looked at for a database."""
    place: str
    """The path as the planner wrote it, for messages; `postgis:NAME` for a database."""
    id_field: str
    """Field that holds the ids."""
    crs: str | None
    """CRS that the study declares: `EPSG:4490`, `CGCS2000`, `GCJ-02` or `BD-09`."""
    kinds: tuple[str, ...] = POLYGONS
    """Geometry types that are allowed."""
    crs_place: str = ""
    """Where the CRS is declared, for messages; default: the layer itself."""
    layer: str | None = None
    """Name of the layer, where a file holds several; `schema.table` in a database."""
    working: str | None = None
    """Working CRS of the study: tells the zone of a `CGCS2000` layer whose eastings have no zone number."""


def read_layer(path: Path, crs: str, id_field: str) -> gpd.GeoDataFrame:
    """Polygons of a layer file: columns `id`, `feature` (1 for the first of the file), `geometry`; sorted by id.

    path: GeoJSON, GeoPackage or Shapefile.  crs: declared CRS; the frame keeps the one that is found.  id_field: field
    that holds the ids.
    Raises ScenarioError with all problems at once.
    """
    frame, problems = scan_layer(LayerSource(path, path.name, id_field, crs))
    if frame is None:
        raise ScenarioError(problems)
    return frame


@dataclass(frozen=True)
class Scanned:
    """A layer as it was read, before anybody knows whether it is sound."""

    raw: RawLayer
    ids: list[str]
    """Ids as text, feature by feature, "" where there is none."""
    crs: CRS | None
    """CRS of the coordinates; None where it could not be settled."""


def scan_layer(source: LayerSource) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Like `read_layer`, but hands back the problems; the frame is None when one of them is an error."""
    scanned, problems = scan_raw(source)
    if scanned is None or scanned.crs is None or has_errors(problems):
        return None, problems
    return frame_of(scanned, scanned.raw.shapes, scanned.crs), problems


def scan_raw(source: LayerSource) -> tuple[Scanned | None, list[Problem]]:
    """The layer with all its mistakes, None if it cannot be read or has no ids; and every problem of it."""
    declared = source.crs_place or source.place
    if is_connection(source.place):
        return None, [error("GIS080", declared.removesuffix(".crs"))]
    raw, problems = read_raw(source.path, source.id_field, source.place, source.layer)
    if raw is None:
        unclear = (source.crs or "").strip().upper() == CGCS2000
        return None, [*([] if unclear else parse_crs(source.crs, declared)[1]), *problems]
    evidence = Evidence(_box(raw.shapes), raw.own_crs, source.working)
    crs, unsettled = settle_crs(source.crs, evidence, source.place, declared)
    problems = [*problems, *unsettled, *_check_content(raw, source)]
    if raw.values is None:
        return None, problems
    ids = [_text(value) for value in raw.values]
    problems += _check_ids(ids, source.place)
    problems += check_raw_shapes(raw, ids, source.place, source.kinds, crs)
    problems += _flattened(raw.shapes, source.place)
    return Scanned(raw, ids, crs), problems


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


def _box(shapes: NDArray[np.object_]) -> Box | None:
    """Extent of all geometries as they stand, None without any."""
    usable = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not usable.size:
        return None
    west, south, east, north = (float(value) for value in shapely.total_bounds(usable))
    return west, south, east, north


def _flattened(shapes: NDArray[np.object_], place: str) -> list[Problem]:
    """A note that heights and measures are left out, if there are any."""
    count = int((shapely.has_z(shapes) | shapely.has_m(shapes)).sum())
    return [note("GIS055", place, count=count)] if count else []


def frame_of(scanned: Scanned, shapes: NDArray[np.object_], crs: CRS) -> gpd.GeoDataFrame:
    """Columns `id`, `feature`, `geometry`, sorted by id. shapes: in the order of the file, [feature]."""
    order = np.argsort(np.array(scanned.ids, dtype=object), kind="stable")
    columns = {"id": [scanned.ids[at] for at in order], "feature": (order + 1).astype(np.int64)}
    frame = gpd.GeoDataFrame(columns, geometry=shapely.force_2d(shapes[order]), crs=crs)
    frame.attrs[CONTENT] = scanned.raw.content
    return frame


def _text(value: Any) -> str:
    """An id as text: 12 and 12.0 (a whole column with one gap) are "12"; a missing one is ""."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (float, Decimal)) and np.isfinite(float(value)) and value == int(value):
        return str(int(value))
    return str(value).strip()
