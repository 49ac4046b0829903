"""A document as a Word file: the blocks are written into a template, the shipped one or that of an office."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.document import Document as WordDocument

from reports.document import Document
from reports.docx_content import Writer
from reports.docx_fill import fill_blocks, parsed
from reports.docx_open import BODY, Template, open_template, opened
from reports.docx_placeholders import BLOCKS, FACTS, fill, text_of
from reports.docx_sections import Room, governing, room
from reports.docx_styles import PRINTED, TABLE, look, name_of, names_of, style_id, style_xml
from reports.docx_table import Sheet
from reports.docx_template import section, template
from reports.docx_xml import clean, unreadable
from reports.docx_zip import rezipped
from reports.i18n import NOTHING, Labels, Lang, catalogue
from reports.whole import write_whole_bytes
from scenarios.catalogue import Both
from scenarios.problems import Problem, note, warning

LONGEST_MARK = 60
"""Characters of a mark that stands above every page."""
_STOP = re.compile(r"[:：;；。]")


def write_docx(document: Document, path: Path, own: Path | None = None, told: list[Problem] | None = None) -> Path:
    """Write a document; returns its path.

    own: template of the office.  told: takes styles that it lacks (RUN118) and characters that XML cannot hold
    (RUN119).  Raises ScenarioError for a template that does not fit, RunError for a file that cannot be written.
    """
    said: list[Problem] = []
    raw = docx_of(document, own, said)
    if bad := tuple(dict.fromkeys(clean(text) for text in unreadable(document))):
        said.append(warning("RUN119", str(path), bad))
    written = write_whole_bytes(path, raw)
    if told is not None:
        told.extend(said)
    return written


def docx_of(document: Document, own: Path | None, told: list[Problem]) -> bytes:
    """The file: the same bytes for the same document and template."""
    shipped = opened(template(document.lang, bool(document.cover)), "") if own is None else open_template(own)
    word = shipped.word
    body = next(one for one in shipped.found if one.key == "body" and not one.copy)
    if governing(body.paragraph) is None:
        word.element.find(BODY).extend(parsed(section(look(document.lang).page)))
    page = room(governing(body.paragraph))
    styles, missing = _styles(word, document.lang, page.width)
    if missing:
        every = Both(", ".join(missing), "、".join(name.zh for name in missing))  # all of them, however many
        told.append(note("RUN118", str(own), every))
    writer = _writer(word, document, styles, page)
    inserts = fill_blocks(shipped, document, writer)
    _fill_texts(shipped, document)
    _name(word, document)
    target = io.BytesIO()
    word.save(target)
    return rezipped(target.getvalue(), {str(word.part.partname).lstrip("/"): inserts.into})


def _writer(word: WordDocument, document: Document, styles: Mapping[str, str], page: Room) -> Writer:
    sheet = Sheet(styles, _points(word, styles["cell"], document.lang), page.width, page.turned)

    def embed(png: bytes) -> str:
        relation, _ = word.part.get_or_add_image(io.BytesIO(png))
        return relation

    return Writer(sheet, Labels(document.lang), embed, page.height)


def _points(word: WordDocument, style: str, lang: Lang) -> float:
    """Size of type of table cells: that of the template's style, ours where it does not say."""
    at: Any = next(one for one in word.styles if one.style_id == style)
    while at is not None:
        if at.font.size is not None:
            return float(at.font.size.pt)
        at = at.base_style
    return look(lang).styles["cell"].size or 9.0


def _styles(word: WordDocument, lang: Lang, block: float) -> tuple[dict[str, str], tuple[Both, ...]]:
    """Ids of the styles by role; styles that the template lacks are added, and named."""
    there = {str(style.name).casefold(): style.style_id for style in word.styles}
    found: dict[str, str] = {}
    missing: list[Both] = []
    for role in (*PRINTED, TABLE):
        names = names_of(role)
        known_as = next((there[name.casefold()] for name in names if name.casefold() in there), None)
        if known_as is None:
            known_as = style_id(role)
            while known_as in there.values():
                known_as += "x"
            missing.append(Both(name_of(role, "en"), name_of(role, "zh")))
            word.styles.element.extend(parsed(style_xml(role, lang, block, found | {role: known_as})))
            there[name_of(role, lang).casefold()] = known_as
        found[role] = known_as
    return found, tuple(missing)


def _fill_texts(shipped: Template, document: Document) -> None:
    """Texts in the place of the placeholders inside paragraphs, everywhere."""
    labels = Labels(document.lang)
    facts = {key.removeprefix(FACTS): labels(key) for key in catalogue() if key.startswith(FACTS)}
    said, between = dict(document.cover), labels("word.clauses")
    values = {key: said.get(label, NOTHING) for key, label in facts.items()} | {
        "title": document.title,
        "subtitle": document.subtitle,
        "marks": between.join(document.marks),
        "stamp": document.stamp,
        "date": labels("docx.date"),
    }
    own = {id(one.paragraph): one for one in shipped.found if one.key not in BLOCKS}
    short = values | {"marks": between.join(map(in_short, document.marks))}
    for one in own.values():
        fill(one.paragraph, values if one.part == "document" else short)
        if one.part == "document" and one.alone and not text_of(one.paragraph).strip():
            one.paragraph.getparent().remove(one.paragraph)  # a subtitle or a mark that there is not


def in_short(mark: str) -> str:
    """A mark as it stands above every page: a long one up to its first stop; the cover or the body has it whole."""
    return mark if len(mark) <= LONGEST_MARK else _STOP.split(mark, maxsplit=1)[0].rstrip() + "…"


def _name(word: WordDocument, document: Document) -> None:
    """Title and language of the file; no time of writing, so that the same document gives the same bytes."""
    core = word.core_properties
    core.title, core.subject = clean(document.title)[:255], clean(document.subtitle)[:255]
    core.keywords = clean(document.stamp)[:255]
    core.language = "zh-CN" if document.lang == "zh" else "en-GB"
    core.last_modified_by, core.revision = "schoolplan", 1
    element: Any = word.part.package.core_properties._element
    for one in list(element):
        if one.tag.rpartition("}")[2] in {"created", "modified", "lastPrinted"}:
            element.remove(one)
