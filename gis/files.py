"""Reading a layer as it is: ids, geometries and what the file itself says about its CRS. Judges nothing.

The only module of the room that asks GDAL to open something. GDAL names EPSG:4326 for every GeoJSON file whose CRS it
does not understand, so the CRS of a GeoJSON file is read from its text; Shapefiles: `gis/shapefiles.py`, databases:
`gis/postgis.py`.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from pyogrio.errors import DataLayerError, DataSourceError

from gis.content_guard import check_package, check_signature, check_text
from gis.postgis import read_database
from gis.raw import RawLayer, layer_names, own_crs_text, read_vector
from gis.shapefiles import read_shapefile, read_zip
from scenarios.layer_files import database_name, layer_parts
from scenarios.problems import Problem, error, nearest, note

FORMATS = (".geojson", ".json", ".gpkg", ".shp", ".zip")
MOST_BYTES = 256_000_000
"""Size of a layer with all its parts [bytes]; a county's villages take 1-50 MB."""
MOST_TEXT_BYTES = 100_000_000
"""The same for GeoJSON: text, which needs many times its size in memory [bytes]."""
# Formats that planners have and that are not read: each with the way out of the program it comes from.
_FOREIGN = {
    ".gdb": "@save_gdb",
    ".mdb": "@save_gdb",
    ".kml": "@save_kml",
    ".kmz": "@save_kml",
    ".ovkml": "@save_kml",
    ".ovkmz": "@save_kml",
    ".dwg": "@save_cad",
    ".dxf": "@save_cad",
    ".tab": "@save_gis",
    ".mif": "@save_gis",
    ".fgb": "@save_gis",
    ".gml": "@save_gis",
    ".mpk": "@save_project",
    ".mxd": "@save_project",
    ".qgz": "@save_project",
    ".qgs": "@save_project",
    ".rar": "@save_rar",
    ".7z": "@save_rar",
    **dict.fromkeys((".dbf", ".shx", ".prj", ".cpg"), "@save_part"),
    **dict.fromkeys((".xlsx", ".xls", ".csv"), "@save_table"),
}


def read_raw(path: Path, id_field: str, place: str, layer: str | None = None) -> tuple[RawLayer | None, list[Problem]]:
    """Read one layer of a file or a database.

    path: where it lies.  id_field: field whose values are kept.  place: path as the planner wrote it, `postgis:NAME`
    for a database.  layer: name, needed where there are several; `schema.table` in a database.
    """
    name = database_name(place)
    if name is not None:
        return read_database(name, layer, id_field, place)
    suffix = path.suffix.lower()
    if suffix in _FOREIGN:
        return None, [error("GIS053", place, suffix=suffix, way=_FOREIGN[suffix])]
    if suffix not in FORMATS:
        return None, [error("GIS002", place, suffix=path.suffix or path.name, formats=FORMATS)]
    if not path.is_file():
        return None, [error("GIS001", place, reason="@no_such_file")]
    too_large = _check_size(path, place)
    if too_large:
        return None, too_large
    try:
        return _read(path, id_field, place, layer)
    except (DataSourceError, DataLayerError, ValueError, RecursionError, OSError) as fault:
        # ValueError: text that is no JSON, or in no encoding that is known.
        return None, [error("GIS001", place, reason=_plain(fault, path))]


def _read(path: Path, id_field: str, place: str, layer: str | None) -> tuple[RawLayer | None, list[Problem]]:
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        return _read_package(path, id_field, place, layer)
    if suffix == ".shp":
        return read_shapefile(path, id_field, place)
    if suffix == ".zip":
        return read_zip(path, id_field, place, layer, MOST_BYTES)
    return _read_geojson(path, id_field, place)


def _plain(fault: Exception, path: Path) -> str:
    """A reason without the folder in which the file, or our copy of it, lies."""
    if isinstance(fault, RecursionError):
        return "@too_deep"
    text = str(fault).replace(str(path), path.name).replace(str(path.parent), "")
    return text.replace(tempfile.gettempdir(), "")


def _check_size(path: Path, place: str) -> list[Problem]:
    text = path.suffix.lower() in (".geojson", ".json")
    most = MOST_TEXT_BYTES if text else MOST_BYTES
    size = sum(part.stat().st_size for part in layer_parts(path))
    if size <= most:
        return []
    way = "@save_as_package" if text else "@save_less"
    return [error("GIS054", place, megabytes=f"{size / 1e6:.0f}", most=f"{most / 1e6:.0f}", way=way)]


def _read_geojson(path: Path, id_field: str, place: str) -> tuple[RawLayer | None, list[Problem]]:
    text, encoding = _decoded(path.read_bytes())
    own = _geojson_crs(json.loads(text))
    check_text(text)
    if encoding == "utf-8":
        return read_vector(path, id_field, own), []
    raw = read_vector(text.encode("utf-8"), id_field, own)
    return raw, [note("GIS050", place, encoding=encoding, why="@why_tried")]


def geojson_properties(path: Path) -> list[dict[str, Any]]:
    """Attributes of every feature of a GeoJSON file that has been read before, letter by letter."""
    features = json.loads(_decoded(path.read_bytes())[0]).get("features", [])
    return [feature.get("properties") or {} for feature in features]


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a JSON file and its encoding. Raises UnicodeDecodeError if it is none of the three."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("gb18030"), "gb18030"


def _geojson_crs(content: Any) -> str | None:
    """The `crs` member of a GeoJSON file; files of the present standard have none."""
    member = content.get("crs") if isinstance(content, dict) else None
    if member is None:
        return None
    properties = member.get("properties", {}) if isinstance(member, dict) else {}
    if not isinstance(properties, dict):
        return str(member)
    if "code" in properties:
        return f"EPSG:{properties['code']}"
    return str(properties.get("name", member))


def _read_package(path: Path, id_field: str, place: str, layer: str | None) -> tuple[RawLayer | None, list[Problem]]:
    # A copy, because SQLite writes beside the file: shared and read-only folders lock or fail otherwise.
    with tempfile.TemporaryDirectory(prefix="schoolplan-") as folder:
        copy = Path(folder) / "layer.gpkg"
        for part in ("", "-wal", "-shm"):
            file = path.with_name(path.name + part)
            if file.is_file():
                shutil.copyfile(file, copy.with_name(copy.name + part))
        check_signature(copy)
        check_package(copy)
        names = layer_names(copy)
        if layer is None and len(names) > 1:
            return None, [error("GIS022", place, count=len(names), names=names)]
        if layer is not None and layer not in names:
            return None, [error("GIS057", place, layer=layer, names=names, near=nearest(layer, names))]
        chosen = layer or next(iter(names), None)
        return read_vector(copy, id_field, own_crs_text(copy, chosen), chosen), []
