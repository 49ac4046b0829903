"""Papers and layers of a run: one function for each format that `report` can write.

A format is a function of an `Order` that writes into its folder and returns the files; it is imported when it is asked
for, because each brings libraries of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reports.run_folder import RunFolder


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


Writer = Callable[[Order], list[Path]]


def _html(order: Order) -> list[Path]:
    from reports.html_report import write_report

    return [write_report(order.run, order.lang, order.place / "report.html", workers=order.workers)]


def _geopackage(order: Order) -> list[Path]:
    from reports.layers_out import write_layers

    return [write_layers(order.run, order.place / "map.gpkg")]


def _maps(order: Order) -> list[Path]:
    from reports.atlas import write_maps

    return write_maps(order.run, order.lang, order.place, order.paper)


FORMATS: Mapping[str, Writer] = {"html": _html, "maps": _maps, "gpkg": _geopackage}
"""Every format by its name, in the order of the help."""


def write(order: Order, formats: Sequence[str]) -> list[Path]:
    """Write every format, in the order asked, each once; returns the files. Raises KeyError for an unknown format."""
    wanted = [FORMATS[name] for name in dict.fromkeys(formats)]
    order.place.mkdir(parents=True, exist_ok=True)
    return [path for writer in wanted for path in writer(order)]
