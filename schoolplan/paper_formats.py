"""Papers and layers of a run: one function for each format that `report` can write.

A format is a function of an `Order` that writes into its folder and returns the files; it is imported when it is asked
for, because each brings libraries of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from reports.run_folder import RunFolder

if TYPE_CHECKING:
    from reports.layers_set import Layer
    from scenarios.problems import Problem


@dataclass(frozen=True)
class Order:
    """What is to be written of a run, and where."""

    run: RunFolder
    lang: str
    place: Path
    """Folder of the papers; it is there."""
    workers: int = 1
    dsn: str | None = field(default=None, repr=False)
    """Where a database is; may hold a password: never printed, never stored."""
    paper: str = "A4"
    """Paper of printed maps, one of `reports.atlas_sheet.PAPERS`."""
    told: "list[Problem]" = field(default_factory=list)
    """What writers have to tell: a text that was cut, a CRS that was not used."""

    @cached_property
    def layers(self) -> "list[Layer]":
        """Layers of the run, made once for all formats."""
        from reports.layers_set import layer_set

        return layer_set(self.run)


Writer = Callable[[Order], list[Path]]


def _html(order: Order) -> list[Path]:
    from reports.html_report import write_report

    return [write_report(order.run, order.lang, order.place / "report.html", workers=order.workers)]


def _geopackage(order: Order) -> list[Path]:
    from reports.layers_out import NAME, write_layers

    return [write_layers(order.run, order.place / NAME, order.lang, order.layers)]


def _qgis(order: Order) -> list[Path]:
    from reports.layers_out import NAME as PACKAGE
    from reports.layers_project import NAME, write_project

    written = _geopackage(order)
    return [*written, write_project(order.run, order.place / NAME, PACKAGE, order.lang, order.layers)]


def _maps(order: Order) -> list[Path]:
    from reports.atlas import write_maps

    return write_maps(order.run, order.lang, order.place, order.paper)


def _shapefiles(order: Order, encoding: str) -> list[Path]:
    from reports.layers_files import write_shapefiles

    name = "shp" if encoding == "utf-8" else f"shp-{encoding}"
    files, told = write_shapefiles(order.run, order.layers, order.place / name, encoding)
    order.told.extend(told)
    return files[:1]


def _geojson(order: Order) -> list[Path]:
    from reports.layers_files import write_geojson

    return write_geojson(order.run, order.layers, order.place / "geojson")[:1]


def _geoparquet(order: Order) -> list[Path]:
    from reports.layers_files import write_geoparquet

    return write_geoparquet(order.run, order.layers, order.place / "geoparquet")[:1]


def _postgis(order: Order) -> list[Path]:
    from reports.layers_database import write_database

    path, told = write_database(order.run, order.layers, order.dsn, order.place / "postgis.csv")
    order.told.extend(told)
    return [path]


_LAYERS: Mapping[str, Writer] = {
    "gpkg": _geopackage,
    "qgis": _qgis,
    "shp": partial(_shapefiles, encoding="utf-8"),
    "shp-gbk": partial(_shapefiles, encoding="gbk"),
    "geojson": _geojson,
    "geoparquet": _geoparquet,
    "postgis": _postgis,
}
FORMATS: Mapping[str, Writer] = {"html": _html, "maps": _maps, **_LAYERS}
"""Every format by its name, in the order of the help."""


def write(order: Order, formats: Sequence[str]) -> list[Path]:
    """Write every format, in the order asked, each once; returns the files. Raises KeyError for an unknown format."""
    wanted = [FORMATS[name] for name in dict.fromkeys(formats)]
    order.place.mkdir(parents=True, exist_ok=True)
    return [path for writer in wanted for path in writer(order)]
