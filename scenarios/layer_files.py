"""Paths of layers as a study writes them: files with parts beside them, folders of other programs, databases.

The gis room reads layers; here it is only told apart what a path is, so that the loader can list the files of a run and
never shows a password.
"""

import re
from pathlib import Path

DATABASE = "postgis:"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""Files that make up one Shapefile."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# A connection written out, postgresql://li:secret@host/db or PG:host=… password=…; a plain path has none of these.
_CONNECTION = re.compile(r"://|^\s*(?:pg|jdbc|postgres(?:ql)?)\s*:|\b(?:password|passwd|pwd)\s*=", re.IGNORECASE)


def database_name(path: str) -> str | None:
    """NAME of `postgis:NAME`, None if the path is not of that form."""
    rest = path.removeprefix(DATABASE) if path.startswith(DATABASE) else ""
    return rest if _NAME.fullmatch(rest) else None


def is_connection(path: str) -> bool:
    """Whether a path is (or holds) a connection to a database, which may carry a password: never shown, never used."""
    return database_name(path) is None and (path.startswith(DATABASE) or bool(_CONNECTION.search(path)))


def is_geodatabase(path: str) -> bool:
    """Whether a path names a file geodatabase, which is a folder and not a file."""
    return path.rstrip("/\\").lower().endswith(".gdb")


def layer_parts(path: Path) -> tuple[Path, ...]:
    """All files of a layer, the one that is named first: the parts of a Shapefile, the log of a GeoPackage in use."""
    if path.suffix.lower() == ".gpkg":
        beside = [path.with_name(path.name + suffix) for suffix in ("-wal",)]
        return (path, *(file for file in beside if file.is_file()))
    if path.suffix.lower() != ".shp":
        return (path,)
    stem = path.stem.lower()
    found = [
        file
        for file in sorted(path.parent.iterdir(), key=lambda file: file.name)
        if file.stem.lower() == stem and file.suffix.lower() in PARTS and file != path and file.is_file()
    ]
    return (path, *found)
