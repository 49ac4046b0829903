"""Papers and layers of a run: one function for each format that `report` can write.

A format is a function of an `Order` that writes into its folder and returns the files; it is imported when it is asked
for, because each brings libraries of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from reports.run_errors import RunError
from reports.run_folder import RunFolder
from scenarios.problems import warning

if TYPE_CHECKING:
    from reports.document import Document
    from reports.layers_set import Layer
    from reports.view import View
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
    documents: tuple[str, ...] = ("dossier",)
    """Documents to write, names of `reports.documents.DOCUMENTS`."""
    template: Path | None = None
    """Word document of the office that docx is written into; None for the shipped one."""

    inputs: Path | None = None
    """Folder of the scenario file, where the evidence pack takes copies of the inputs; None: looked for."""
    public: int | None = None
    """Threshold of persons below which counts are hidden in what is published; None: not published."""
    written: list[Path] = field(default_factory=list)
    """Files of this order so far."""

    @cached_property
    def layers(self) -> "list[Layer]":
        """Layers of the run, made once for all formats."""
        from reports.layers_set import layer_set

        if self.public is None:
            return layer_set(self.run)
        from reports.layers_public import published_layers

        return published_layers(layer_set(self.run), self.public)

    @cached_property
    def seen(self) -> "View":
        """What documents are made from."""
        from reports.view import view

        return view(self.run, self.lang)

    @cached_property
    def made(self) -> "tuple[Document, ...]":
        """The documents, made once for all formats."""
        from reports.documents import DOCUMENTS
        from reports.privacy import published

        made = (DOCUMENTS[name](self.seen) for name in self.documents)
        return tuple(one if self.public is None else published(one, self.public) for one in made)

    def file(self, document: "Document", ending: str) -> Path:
        """File of a document; the dossier is the report of its format, but for html, where the report is another."""
        stem = "report" if document.key == "dossier" and ending != "html" else document.key
        return self.place / f"{stem}.{ending}"


Writer = Callable[[Order], list[Path]]


def _html(order: Order) -> list[Path]:
    from reports.document_html import write_html
    from reports.html_report import write_report

    own = []
    if order.public is None:
        own = [write_report(order.run, order.lang, order.place / "report.html", workers=order.workers)]
    return [*own, *(write_html(document, order.file(document, "html")) for document in order.made)]


def _geopackage(order: Order) -> list[Path]:
    from reports.layers_out import NAME, write_layers

    return [write_layers(order.run, order.place / NAME, order.lang, order.layers)]


def _qgis(order: Order) -> list[Path]:
    from reports.layers_out import NAME as PACKAGE
    from reports.layers_project import NAME, write_project

    written = _geopackage(order)
    return [*written, write_project(order.run, order.place / NAME, PACKAGE, order.lang, order.layers)]


def _docx(order: Order) -> list[Path]:
    from reports.document_docx import write_docx

    return [write_docx(one, order.file(one, "docx"), order.template, order.told) for one in order.made]


def _docx_template(order: Order) -> list[Path]:
    from reports.docx_template import write_templates

    return write_templates(order.lang, order.place)


def _pdf(order: Order) -> list[Path]:
    from reports.document_pdf import write_pdf

    files = []
    for document in order.made:
        path, missing = write_pdf(document, order.file(document, "pdf"))
        files.append(path)
        if missing:
            order.told.append(warning("RUN150", str(path), found=missing))
    return files


def _xlsx(order: Order) -> list[Path]:
    from reports.book_tables import run_sheets
    from reports.document_book import write_book

    files = []
    for document in order.made:
        whole = document.key == "dossier" and order.public is None
        sheets = run_sheets(order.seen) if whole else []
        files.append(write_book([document], sheets, order.file(document, "xlsx")))
    return files


def _maps(order: Order) -> list[Path]:
    from reports.atlas import write_maps

    return write_maps(order.run, order.lang, order.place, order.paper)


def _charts(order: Order) -> list[Path]:
    from reports.charts import write_charts

    return write_charts(order.run, order.lang, order.place, order.workers)


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


def _pack(order: Order) -> list[Path]:
    from schoolplan.pack_paper import write_pack

    return write_pack(order)


_LAYERS: Mapping[str, Writer] = {
    "gpkg": _geopackage,
    "qgis": _qgis,
    "shp": partial(_shapefiles, encoding="utf-8"),
    "shp-gbk": partial(_shapefiles, encoding="gbk"),
    "geojson": _geojson,
    "geoparquet": _geoparquet,
    "postgis": _postgis,
}
LAST = "pack"
"""Holds what the other formats wrote."""
FORMATS: Mapping[str, Writer] = {
    "html": _html,
    "docx": _docx,
    "docx-template": _docx_template,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "maps": _maps,
    "charts": _charts,
    **_LAYERS,
    LAST: _pack,
}
"""Every format by its name, in the order of the help."""
PUBLIC = ("html", "docx", "pdf", "xlsx", *_LAYERS)
"""Formats that hide small counts; of html only the documents, not the interactive report."""


def write(order: Order, formats: Sequence[str]) -> list[Path]:
    """Write every format, in the order asked, each once, the pack last; returns the files.

    Raises KeyError for an unknown format, RunError RUN151 for one that cannot hide small counts and is published.
    """
    open_ones = [name for name in formats if name not in PUBLIC]
    if order.public is not None and open_ones:
        raise RunError("RUN151", order.place, found=", ".join(open_ones), known=", ".join(PUBLIC))
    wanted = [FORMATS[name] for name in sorted(dict.fromkeys(formats), key=lambda name: name == LAST)]
    order.place.mkdir(parents=True, exist_ok=True)
    for writer in wanted:
        order.written.extend(writer(order))
    return order.written
