"""Blocks put in the place of their placeholders: the body in its sections, contents, cover, signatures.

Blocks go in as text when the file is saved: lxml takes seconds to move a thousand rows from one tree to another. Until
then a processing instruction holds their place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from reports.document import Document, Signatures
from reports.docx_content import (
    Stretch,
    Writer,
    contents,
    cover_lines,
    on_a_new_page,
    section_break,
    signatures,
    stretches,
)
from reports.docx_open import Template
from reports.docx_sections import governing, later, turned
from reports.docx_xml import DECLARED, NAMESPACES

_W = f"{{{NAMESPACES['w']}}}"
_MARK = "schoolplan-block"
_DRAWING = f"{{{NAMESPACES['wp']}}}docPr"


def parsed(xml: str) -> list[Any]:
    """Elements of a text of WordprocessingML."""
    return list(etree.fromstring(f"<root {DECLARED}>{xml}</root>"))


@dataclass
class Inserts:
    """Texts of WordprocessingML by the mark that holds their place."""

    texts: list[str] = field(default_factory=list)

    def put(self, place: Any, text: str) -> None:
        """Text before an element."""
        place.addprevious(etree.ProcessingInstruction(_MARK, str(len(self.texts))))
        self.texts.append(text)

    def into(self, part: bytes) -> bytes:
        """The main part with the texts in their places."""
        names = etree.fromstring(part).nsmap
        lacking = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items() if names.get(name) != uri)
        text = re.sub(rf"<\?{_MARK} (\d+)\?>", lambda found: self.texts[int(found[1])], part.decode("utf-8"))
        return re.sub(r"(<[\w:]*document\b)", rf"\1 {lacking}", text, count=1).encode() if lacking else text.encode()


def fill_blocks(shipped: Template, document: Document, writer: Writer) -> Inserts:
    """Put the blocks of a document in the place of the placeholders.

    What a template has no place for, but a reader must see, stands in the body: marks above it, the stamp below it.
    """
    inserts = Inserts()
    places = {one.key: one.paragraph for one in shipped.found if not one.copy}
    _number_on(shipped, writer)
    before = [] if "marks" in places else [writer.words("warning", mark) for mark in document.marks]
    after = [writer.words("basis", document.stamp)] if document.stamp and "stamp" not in places else []
    apart = (Signatures,) if "signatures" in places else ()
    body = stretches(document, writer, apart)
    _put_body(places["body"], _framed(body, before, after), inserts)
    if "signatures" in places:
        blocks = [block for block in document.blocks if isinstance(block, Signatures)]
        _put(places["signatures"], [part for block in blocks for part in signatures(block, writer)], inserts)
    if "cover" in places:
        _put(places["cover"], cover_lines(document, writer), inserts)
    if "contents" in places:
        _put(places["contents"], contents(document, writer), inserts)
    return inserts


def _number_on(shipped: Template, writer: Writer) -> None:
    """Ids of bookmarks and drawings go on from those of the template."""
    root = shipped.word.element
    marks = [int(one.get(f"{_W}id", "0")) for one in root.iter(f"{_W}bookmarkStart")]
    drawings = [int(one.get("id", "0")) for one in root.iter(_DRAWING)]
    writer.count.bookmarks, writer.count.drawings = max(marks, default=0), max(drawings, default=0)


def _framed(body: list[Stretch], before: Sequence[str], after: Sequence[str]) -> list[Stretch]:
    if before:
        body = [Stretch(False, tuple(before)), *body]
    if after:
        body = [*body, Stretch(body[-1].turned if body else False, tuple(after))]
    joined: list[Stretch] = []
    for one in body:
        if joined and joined[-1].turned == one.turned:
            joined[-1] = Stretch(one.turned, (*joined[-1].blocks, *one.blocks))
        else:
            joined.append(one)
    return joined


def _put(place: Any, blocks: Sequence[str], inserts: Inserts) -> None:
    """Blocks instead of a paragraph; a cell of a table keeps one."""
    inserts.put(place, "".join(blocks))
    parent = place.getparent()
    if parent.tag != f"{_W}tc" or parent[-1] is not place:
        parent.remove(place)
    else:
        for run in list(place.iter(f"{_W}r")):
            run.getparent().remove(run)


def _put_body(place: Any, body: list[Stretch], inserts: Inserts) -> None:
    """The body instead of its placeholder, each stretch in a section of its own.

    The section of the template that holds the placeholder ends with the last stretch; those before it get copies.
    """
    section = governing(place)
    fresh = place.find(f"{_W}pPr/{_W}pageBreakBefore") is not None
    broken = bool(body) and body[0].turned and _anything_before(place)
    done = [_broken(section)] if broken else []
    ending = section
    for at, stretch in enumerate(body):
        blocks = list(stretch.blocks)
        if at == 0 and fresh and not broken:
            blocks[0] = on_a_new_page(blocks[0])
        done += blocks
        on = later(section) if broken else section
        if at == len(body) - 1 and not (stretch.turned and _anything_after(place, section)):
            ending = turned(section) if stretch.turned else on
        else:
            done.append(_broken(turned(section) if stretch.turned else on))
            broken, ending = True, later(section)
    if ending is not section:
        section.getparent().replace(section, ending)
    last = place.find(f"{_W}pPr/{_W}sectPr")
    inserts.put(place, "".join(done) + (_broken(last) if last is not None else ""))
    place.getparent().remove(place)


def _broken(section: Any) -> str:
    """A paragraph that ends a section."""
    return section_break(etree.tostring(section, encoding="unicode", with_tail=False))


def _anything_before(place: Any) -> bool:
    """Whether something stands before a paragraph in its section."""
    before = place.getprevious()
    return before is not None and before.find(f"{_W}pPr/{_W}sectPr") is None


def _anything_after(place: Any, section: Any) -> bool:
    """Whether something stands between a paragraph and the end of its section."""
    after = place.getnext()
    while after is not None and after is not section:
        ends = section in after.iter(f"{_W}sectPr")
        if after.tag != f"{_W}p" or next(after.iter(f"{_W}r"), None) is not None:
            return True
        if ends:
            return False
        after = after.getnext()
    return False
