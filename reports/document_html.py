"""A document as one self-contained page that prints like the paper; no network, no external file."""

import base64
from pathlib import Path

from reports.document import Document
from reports.document_forms import basis_line, grouped_heads, head, numeric, printed
from reports.document_numbers import numbered
from reports.html_report import render
from reports.i18n import Labels
from reports.whole import write_whole


def html_of(document: Document) -> str:
    """The page; tables carry `data-table` with the key of the table, cells their number as `data-value`."""
    labels = Labels(document.lang)
    context: dict[str, object] = {
        "document": document,
        "parts": [(type(one.block).__name__, one.block, one.number, one.items) for one in numbered(document)],
        "head": lambda column: head(column, labels),
        "groups": grouped_heads,
        "printed": lambda cell, column: printed(cell, column, labels),
        "numeric": numeric,
        "basis": lambda basis: basis_line(basis, labels),
        "uri": lambda png: f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}",
        "sums": lambda table: {place for place, _ in table.sums},
    }
    return render("document.html.j2", labels, context)


def write_html(document: Document, path: Path) -> Path:
    """Write the page; returns its path."""
    return write_whole(path, html_of(document))
