"""Documents that no `View` of one run makes (two years, a programme), written by the same writers as all others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from reports.document import Document
from schoolplan.paper_formats import FORMATS, Order

if TYPE_CHECKING:
    from reports.run_folder import RunFolder
    from scenarios.problems import Problem

KINDS = ("docx", "pdf", "html", "xlsx")
"""Formats that documents are written in, in the order of the help; those that this version has are `kinds()`."""


@dataclass(frozen=True)
class Given(Order):
    """An order whose documents are made already; it has no run that a writer could look into."""

    given: tuple[Document, ...] = ()

    @property
    def made(self) -> tuple[Document, ...]:
        """The documents; small counts are hidden in what is published."""
        from reports.privacy import published

        return tuple(one if self.public is None else published(one, self.public) for one in self.given)


def kinds() -> tuple[str, ...]:
    """Formats of `KINDS` that there are."""
    return tuple(name for name in KINDS if name in FORMATS)


def write_documents(
    documents: Sequence[Document],
    formats: Sequence[str],
    place: Path,
    told: "list[Problem]",
    **chosen: object,
) -> list[Path]:
    """Write documents in every format asked, each once; returns the files. Raises KeyError for an unknown format."""
    wanted = [_writer(name) for name in dict.fromkeys(formats)]
    place.mkdir(parents=True, exist_ok=True)
    nothing = cast("RunFolder", None)
    order = Given(nothing, documents[0].lang, place, told=told, given=tuple(documents))
    order = replace(order, **chosen) if chosen else order  # type: ignore[arg-type]
    return [path for writer in wanted for path in writer(order)]


def _writer(name: str) -> "Callable[[Order], list[Path]]":
    """The writer of a format; html alone writes the report of a run beside its documents."""
    own: Mapping[str, Callable[[Order], list[Path]]] = {"html": _html}
    return own[name] if name in own else {one: FORMATS[one] for one in kinds()}[name]


def _html(order: Order) -> list[Path]:
    from reports.document_html import write_html

    return [write_html(document, order.file(document, "html")) for document in order.made]
