"""A document as PDF by typst: tagged (PDF/UA-1), with the bundled font alone, the same bytes on every system.

Texts reach the layout as data, never as markup, so a name can break nothing. Source of the page: GB/T 9704-2012.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from reports.document import Document, Heading, Items, PageBreak, Paragraph, Picture, Signatures, Table
from reports.document_forms import basis_line, grouped_heads, head, numeric, printed
from reports.document_numbers import Numbered, numbered
from reports.fonts import FALLBACK, FAMILY, GETA, drawable, font_file
from reports.i18n import Labels
from reports.png_size import png_size
from reports.table_widths import broken, fitted
from reports.whole import write_whole_bytes

LAYOUT = Path(__file__).parent / "templates" / "document.typ"
WIDTHS_MM, WIDE_MM = {"zh": 156.0, "en": 160.0}, 261.0
"""Width of the text, upright and sideways, as in the layout."""
TALLEST_MM = 200.0
"""Height of a picture that leaves room for its caption."""
POINTS = 9.5
"""Largest type of tables."""


@dataclass(frozen=True)
class Typeset:
    """A PDF and the characters that it could not print."""

    pdf: bytes
    missing: str


class LayoutError(RuntimeError):
    """Typst told of something that it should not: a fault of the program, not of the input."""


def typeset(document: Document) -> Typeset:
    """The document as PDF/UA-1."""
    with tempfile.TemporaryDirectory(prefix="schoolplan-pdf-") as place:
        root = Path(place)
        lacking: dict[str, None] = {}
        data = _printable(_data(document, root), lacking)
        (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (root / LAYOUT.name).write_bytes(LAYOUT.read_bytes())
        fonts = [font_file().parent, Path(mpl.get_data_path()) / "fonts" / "ttf"]
        made = typst.Compiler(
            str(root / LAYOUT.name), str(root), font_paths=[str(font) for font in fonts], ignore_system_fonts=True
        )
        pdf, warnings = made.compile_with_warnings(format="pdf", pdf_standards=["ua-1"])
    if warnings:
        raise LayoutError("; ".join(warning.message for warning in warnings))
    assert isinstance(pdf, bytes)
    return Typeset(pdf, "".join(lacking))


def write_pdf(document: Document, path: Path) -> tuple[Path, str]:
    """Write the PDF; returns its path and the characters that could not be printed."""
    done = typeset(document)
    return write_whole_bytes(path, done.pdf), done.missing


def _printable(value: Any, lacking: dict[str, None]) -> Any:
    """The data with `GETA` (told in `lacking`), or a blank for white space, for what no font of ours draws."""
    if isinstance(value, str):
        shown = drawable(value)
        lacking |= dict.fromkeys(old for old, new in zip(value, shown, strict=True) if new == GETA != old)
        return shown
    if isinstance(value, Mapping):
        return {key: _printable(one, lacking) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one, lacking) for one in value]
    return value


def _data(document: Document, root: Path) -> dict[str, object]:
    """What the layout reads; pictures are put into `root`."""
    labels = Labels(document.lang)
    short = not document.cover
    groups = [{"wide": wide, "parts": [_part(one, labels, root) for one in parts]} for wide, parts in paged(document)]
    return {
        "lang": document.lang,
        "fonts": [FAMILY, FALLBACK],
        "title": document.title,
        "subtitle": document.subtitle,
        "cover": document.cover,
        "short": short,
        "marks": document.marks,
        "between": labels("word.clauses"),
        "stamp": document.stamp,
        "contents": labels("document.contents"),
        "colon": labels("word.colon"),
        "day": labels("document.day"),
        "groups": groups,
    }


def paged(document: Document) -> list[tuple[bool, list[Numbered]]]:
    """Blocks by the way their pages stand: what leads to a wide table, and its small print, lie sideways with it."""
    pages: list[tuple[bool, list[Numbered]]] = []
    leading: list[Numbered] = []
    for one in numbered(document):
        block = one.block
        if isinstance(block, Table | Picture):
            _laid(pages, isinstance(block, Table) and block.wide, [*leading, one])
            leading = []
        elif isinstance(block, Paragraph) and block.style == "note" and not leading and pages:
            pages[-1][1].append(one)
        else:
            leading.append(one)
            if isinstance(block, PageBreak | Signatures):
                _laid(pages, False, leading)
                leading = []
    _laid(pages, False, leading)
    return pages


def _laid(pages: list[tuple[bool, list[Numbered]]], wide: bool, blocks: list[Numbered]) -> None:
    """Put blocks behind the others, on the same pages where these stand alike."""
    if blocks and pages and pages[-1][0] == wide:
        pages[-1][1].extend(blocks)
    elif blocks:
        pages.append((wide, blocks))


def _part(one: Numbered, labels: Labels, root: Path) -> dict[str, object]:
    block = one.block
    if isinstance(block, Heading):
        gap = "" if labels.lang == "zh" else " "
        return {"kind": "heading", "level": block.level, "number": one.number + gap, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "style": block.style, "text": block.text}
    if isinstance(block, Items):
        return {"kind": "items", "items": list(zip(one.items, block.texts, strict=True))}
    if isinstance(block, Table):
        return _table(one.number, block, labels)
    if isinstance(block, Picture):
        file = root / f"picture-{len(list(root.glob('picture-*')))}.png"
        file.write_bytes(block.png)
        basis = "" if block.basis is None else basis_line(block.basis, labels)
        across, down = png_size(block.png)
        width = min(block.width_mm, TALLEST_MM * across / down)
        said = {"title": block.title, "alt": block.alt, "width": width, "basis": basis}
        return {"kind": "picture", "file": file.name, "number": one.number, **said}
    if isinstance(block, Signatures):
        return {"kind": "signatures", "roles": block.roles}
    assert isinstance(block, PageBreak)
    return {"kind": "break"}


def _table(number: str, table: Table, labels: Labels) -> dict[str, object]:
    texts = [
        [printed(cell, column, labels) for cell, column in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    heads = [head(column, labels) for column in table.columns]
    by_column = [[name, *(row[place] for row in texts)] for place, name in enumerate(heads)]
    fit = fitted(by_column, WIDE_MM if table.wide else WIDTHS_MM[labels.lang], POINTS)
    columns = [
        {"head": name, "numeric": numeric(column), "width": width}
        for name, column, width in zip(heads, table.columns, fit.widths, strict=True)
    ]
    texts = [[broken(cell) if apart else cell for cell, apart in zip(row, fit.broken, strict=True)] for row in texts]
    return {
        "kind": "table",
        "number": number,
        "title": table.title,
        "points": POINTS * fit.factor,
        "columns": columns,
        "groups": grouped_heads(table),
        "rows": texts,
        "sums": [place for place, _ in table.sums],
        "remarks": table.remarks,
        "basis": "" if table.basis is None else basis_line(table.basis, labels),
    }
