"""Blocks of a document as WordprocessingML, in stretches of upright pages and of pages on their side."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from reports.document import Basis, Block, Document, Heading, Items, PageBreak, Paragraph, Picture, Signatures, Table
from reports.document_forms import basis_line
from reports.document_numbers import Numbered, numbered
from reports.docx_drawing import drawing
from reports.docx_table import Sheet, layout, signatures_xml, table_xml, words_of
from reports.docx_xml import bookmark, element, paragraph, properties, run, value
from reports.docx_xml import field as word_field
from reports.i18n import Labels

CONTENTS_LEVELS = 2
"""Levels of headings in the table of contents."""
_LEAD_IN = 2
"""Paragraphs between a heading and a table on its side that go on the side with it."""

Embed = Callable[[bytes], str]
"""Puts a picture into the file; gives the id of its relationship."""


@dataclass(frozen=True)
class Stretch:
    """Blocks that stand on pages of one direction."""

    turned: bool
    blocks: tuple[str, ...]


@dataclass
class _Count:
    """Numbers that are unique in the file."""

    bookmarks: int = 0
    drawings: int = 0


@dataclass(frozen=True)
class Writer:
    """What blocks are written with."""

    sheet: Sheet
    labels: Labels
    embed: Embed
    tallest: float
    """Height of a page's text [mm]."""
    count: _Count = field(default_factory=_Count)

    def style(self, role: str) -> str:
        """Id of a style in the template."""
        return self.sheet.styles[role]

    def words(self, role: str, text: str, **parts: str) -> str:
        """A paragraph of plain text."""
        return paragraph(self.style(role), run(text), **parts)


def stretches(document: Document, writer: Writer, leave_out: Sequence[type] = ()) -> list[Stretch]:
    """The body. leave_out: kinds of blocks that stand elsewhere in the template."""
    blocks = [one for one in numbered(document) if not isinstance(one.block, tuple(leave_out))]
    turned = _turned([one.block for one in blocks], writer)
    found = []
    for side, group in groupby(zip(blocks, turned, strict=True), key=lambda pair: pair[1]):
        own = _written([one for one, _ in group], writer, side)
        if own:
            found.append(Stretch(side, own))
    return found


def contents(document: Document, writer: Writer) -> list[str]:
    """A table of contents with its entries; page numbers appear when Word, WPS or LibreOffice updates it."""
    heads = [one for one in numbered(document) if isinstance(one.block, Heading)]
    shown = [(number, one) for number, one in enumerate(heads, 1) if _level(one) <= CONTENTS_LEVELS]
    lines = [
        element(
            "hyperlink",
            run(_heading_text(one, writer.labels)),
            element("r", element("tab")),
            word_field(f"PAGEREF {_anchor(number)} \\h", run("")),
            **{"w:anchor": _anchor(number), "w:history": 1},
        )
        for number, one in shown
    ]
    if not lines:
        return []
    start = (
        element("r", element("fldChar", fldCharType="begin")),
        element("r", f'<w:instrText xml:space="preserve"> TOC \\o "1-{CONTENTS_LEVELS}" \\h \\z \\u </w:instrText>'),
        element("r", element("fldChar", fldCharType="separate")),
    )
    end = element("r", element("fldChar", fldCharType="end"))
    last = len(lines) - 1
    return [
        paragraph(writer.style(f"toc{_level(one)}"), *(start if at == 0 else ()), line, end if at == last else "")
        for at, ((_, one), line) in enumerate(zip(shown, lines, strict=True))
    ]


def _level(one: Numbered) -> int:
    assert isinstance(one.block, Heading)
    return one.block.level


def _anchor(number: int) -> str:
    return f"_Toc{number:08d}"


def _heading_text(one: Numbered, labels: Labels) -> str:
    assert isinstance(one.block, Heading)
    return one.number + ("" if labels.lang == "zh" else " ") + one.block.text


def _turned(blocks: Sequence[Block], writer: Writer) -> list[bool]:
    """Which blocks stand on pages on their side: wide tables, and what leads into them without a page of its own."""
    wide = [
        isinstance(block, Table) and layout(block, words_of(block, writer.labels), writer.sheet)[0] for block in blocks
    ]
    found = list(wide)
    for at in [place for place, own in enumerate(wide) if own]:
        first = at
        while first > 0 and isinstance(blocks[first - 1], Paragraph) and at - first < _LEAD_IN:
            first -= 1
        while first > 0 and isinstance(blocks[first - 1], Heading):
            first -= 1
        if isinstance(blocks[first], Heading) or (first > 0 and found[first - 1]):
            found[first:at] = [True] * (at - first)
    return found


def _written(blocks: Sequence[Numbered], writer: Writer, side: bool) -> tuple[str, ...]:
    """Blocks of a stretch; a break before its first or after its last block would leave a page empty."""
    done: list[str] = []
    fresh = False
    for one in blocks:
        if isinstance(one.block, PageBreak):
            fresh = bool(done)
            continue
        parts = list(_block(one, writer, side))
        if fresh and parts:
            parts[0] = on_a_new_page(parts[0])
        fresh = fresh and not parts
        done += parts
    return tuple(done)


def on_a_new_page(block: str) -> str:
    """A paragraph that begins a page; anything else after an empty paragraph that does."""
    fresh = element("pageBreakBefore")
    found = re.match(r"<w:p><w:pPr>(<w:pStyle [^>]*/>)?(<w:keepNext/>)?(<w:keepLines/>)?", block)
    if found is None:
        return paragraph("", pageBreakBefore=fresh, spacing=_NO_HEIGHT) + block
    return block[: found.end()] + fresh + block[found.end() :]


_NO_HEIGHT = element("spacing", before=0, after=0, line=20, lineRule="exact")
"""Of a paragraph that only holds a break, or stands between two tables."""


def _block(one: Numbered, writer: Writer, side: bool) -> Iterator[str]:
    block = one.block
    if isinstance(block, Heading):
        writer.count.bookmarks += 1
        number = writer.count.bookmarks
        inner = bookmark(number, _anchor(number), run(_heading_text(one, writer.labels)))
        yield paragraph(writer.style(f"heading{block.level}"), inner)
    elif isinstance(block, Paragraph):
        yield writer.words(block.style, block.text)
    elif isinstance(block, Items):
        gap = "" if writer.labels.lang == "zh" else " "
        for own, text in zip(one.items, block.texts, strict=True):
            yield writer.words("item", own + gap + text)
    elif isinstance(block, Table):
        yield from _table(one, block, writer, side)
    elif isinstance(block, Picture):
        yield from _picture(one, block, writer, side)
    elif isinstance(block, Signatures):
        yield from signatures(block, writer)


def signatures(block: Signatures, writer: Writer) -> list[str]:
    """Lines to sign, held together, and the paragraph that Word wants after a table."""
    return [signatures_xml(block, writer.sheet, writer.labels), paragraph("", spacing=_NO_HEIGHT)]


def _table(one: Numbered, table: Table, writer: Writer, side: bool) -> Iterator[str]:
    words = words_of(table, writer.labels)
    _, fit = layout(table, words, writer.sheet)
    width = writer.sheet.turned if side else writer.sheet.width
    scale = width / sum(fit.widths)
    yield _caption(one, table.title, "document.table", writer, keepNext=element("keepNext"))
    yield table_xml(table, words, replace(fit, widths=tuple(scale * own for own in fit.widths)), writer.sheet)
    yield from _under(table.basis, table.remarks, writer)


def _picture(one: Numbered, picture: Picture, writer: Writer, side: bool) -> Iterator[str]:
    writer.count.drawings += 1
    width = writer.sheet.turned if side else writer.sheet.width
    shown = drawing(picture, writer.embed(picture.png), writer.count.drawings, (width, 0.8 * writer.tallest))
    yield paragraph(writer.style("picture"), element("r", shown), keepNext=element("keepNext"))
    below = picture.basis is not None
    yield _caption(
        one, picture.title, "document.picture", writer, keepNext=element("keepNext") if below else value("keepNext", 0)
    )
    yield from _under(picture.basis, (), writer)


def _under(basis: Basis | None, remarks: Sequence[str], writer: Writer) -> Iterator[str]:
    lines = ([basis_line(basis, writer.labels)] if basis is not None else []) + list(remarks)
    for text in lines:
        yield writer.words("basis", text)
    if not lines:
        yield paragraph(writer.style("basis"))


def _caption(one: Numbered, title: str, counted: str, writer: Writer, **parts: str) -> str:
    """Caption whose number is a field (SEQ), so that tables may be added by hand and a list of them be made."""
    labels = writer.labels
    before, after = labels("docx.caption", number=labels(counted, n="\n"), title=title).split("\n", 1)
    found = re.search(r"\d+", one.number)
    assert found is not None
    number = word_field(f"SEQ {before.strip()} \\* ARABIC", run(found.group()))
    return paragraph(writer.style("caption"), run(before), number, run(after), **parts)


def cover_lines(document: Document, writer: Writer) -> list[str]:
    """What the cover says, a line each."""
    return [
        writer.words("cover", writer.labels("docx.cover", label=label, value=said)) for label, said in document.cover
    ]


def section_break(section: str) -> str:
    """A paragraph without height that ends a section. section: its `w:sectPr`."""
    return element("p", properties("pPr", spacing=_NO_HEIGHT, sectPr=section))
