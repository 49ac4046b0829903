"""A layer file must be what its name says: GDAL goes by the content, and some contents point to other files.

A virtual layer or a stored GDAL command, named `.shp` or `.geojson`, would make GDAL read whatever it names, from the
network too; a view in a GeoPackage can go on without end. Neither is a layer that a planner brings.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

_SIGNATURES = {".gpkg": b"SQLite format 3\0", ".shp": b"\x00\x00\x27\x0a"}
_COMMANDS = ("gdal_streamed_alg", "<OGR", "<GDAL", "<VRT")
"""How contents begin that GDAL carries out instead of reading them."""


def check_signature(path: Path) -> None:
    """Whether a `.gpkg` or `.shp` file begins as such a file does. Raises ValueError with the reason."""
    with path.open("rb") as file:
        start = file.read(16)
    if not start.startswith(_SIGNATURES[path.suffix.lower()]):
        raise ValueError("@not_what_its_name_says")


def check_text(text: str) -> None:
    """Whether a GeoJSON text holds features and nothing that GDAL would carry out. Raises ValueError."""
    if any(command in text for command in _COMMANDS):
        raise ValueError("@holds_a_command")


def check_package(path: Path) -> None:
    """Whether every layer of a GeoPackage is a plain table, no view and no window to elsewhere. Raises ValueError."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            made = database.execute(
                "select name from sqlite_master where type = 'view' or sql like 'create virtual table%'"
            )
            unreal = {str(name).lower() for (name,) in made}
            if any(name.startswith("gpkg_") for name in unreal):
                raise ValueError("@layer_is_a_view")
            layers = {str(name).lower() for (name,) in database.execute("select table_name from gpkg_contents")}
    except sqlite3.Error:
        return  # damaged: GDAL says how
    if unreal & layers:
        raise ValueError("@layer_is_a_view")
