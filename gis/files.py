"""Reading a layer file as it is: ids, geometries and what the file itself says about its CRS. Judges nothing.

The only module of the room that opens files. GDAL names EPSG:4326 for every GeoJSON file whose CRS it does not
understand, so the CRS of a GeoJSON file is read from its text.
"""

import json
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from scenarios.problems import Problem, error

FORMATS = (".geojson", ".json", ".gpkg")


@dataclass(frozen=True)
class RawLayer:
    """One layer, feature by feature in the order of the file."""

    fields: tuple[str, ...]
    """Names of the attribute fields."""
    values: tuple[Any, ...] | None
    """The id field as stored, None if the layer has no such field."""
    shapes: NDArray[np.object_]
    """Geometries; None where the file has none or where it cannot be built."""
    broken: NDArray[np.bool_]
    """True where the file holds a geometry that cannot be built (a ring that is not closed)."""
    own_crs: str | None
    """CRS written in the file, None if the file says nothing."""


def read_raw(path: Path, id_field: str, place: str, layer: str | None = None) -> tuple[RawLayer | None, list[Problem]]:
    """Read one layer of a GeoJSON or GeoPackage file.

    path: where it lies.  id_field: field whose values are kept.  place: path as the planner wrote it.
    layer: name, needed where a GeoPackage holds several.
    """
    if path.suffix.lower() not in FORMATS:
        return None, [error("GIS002", place, suffix=path.suffix or path.name, formats=FORMATS)]
    if not path.is_file():
        return None, [error("GIS001", place, reason="@no_such_file")]
    try:
        if path.suffix.lower() == ".gpkg":
            return _read_package(path, id_field, place, layer)
        return _read_vector(path, id_field, _geojson_crs(path), None), []
    except (DataSourceError, DataLayerError, json.JSONDecodeError, UnicodeDecodeError) as fault:
        return None, [error("GIS001", place, reason=str(fault).replace(str(path), path.name))]


def _geojson_crs(path: Path) -> str | None:
    """The `crs` member of a GeoJSON file; files of the present standard have none."""
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    member = content.get("crs") if isinstance(content, dict) else None
    if member is None:
        return None
    properties = member.get("properties", {}) if isinstance(member, dict) else {}
    if "code" in properties:
        return f"EPSG:{properties['code']}"
    return str(properties.get("name", member))


def _read_package(path: Path, id_field: str, place: str, layer: str | None) -> tuple[RawLayer | None, list[Problem]]:
    # A copy, because SQLite writes beside the file: shared and read-only folders lock or fail otherwise.
    with tempfile.TemporaryDirectory(prefix="schoolplan-") as folder:
        copy = Path(folder) / path.name
        for suffix in ("", "-wal", "-shm"):
            part = path.with_name(path.name + suffix)
            if part.is_file():
                shutil.copyfile(part, copy.with_name(copy.name + suffix))
        names = [str(name) for name, kind in pyogrio.list_layers(copy) if kind is not None]
        if layer is None and len(names) > 1:
            return None, [error("GIS022", place, count=len(names), names=tuple(names))]
        chosen = layer if layer is not None else next(iter(names), None)
        info = pyogrio.read_info(copy, layer=chosen)
        own = info["crs"]
        stated = None if own is None or "undefined" in str(own).lower() else str(own)
        return _read_vector(copy, id_field, stated, chosen), []


def _read_vector(path: Path, id_field: str, own_crs: str | None, layer: str | None) -> RawLayer:
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # Open rings and mixed id types are reported by our own checks, with the feature.
        warnings.simplefilter("ignore")
        fields = tuple(str(name) for name in pyogrio.read_info(path, layer=layer)["fields"])
        columns = [id_field] if id_field in fields else []
        _, _, wkb, data = pyogrio.raw.read(path, layer=layer, columns=columns)
        shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    present = np.array([item is not None for item in wkb], dtype=bool)
    broken = present & np.asarray(shapely.is_missing(shapes), dtype=bool)
    return RawLayer(fields, tuple(data[0].tolist()) if columns else None, shapes, broken, own_crs)
