"""A Word template opened and looked over: every problem at once, before anything is written into it."""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from lxml import etree

from reports.docx_placeholders import BLOCKS, TEXTS, Found, find, known
from reports.docx_xml import NAMESPACES
from scenarios.catalogue import Both
from scenarios.problems import Problem, ScenarioError, error, nearest

MOST_BYTES = 200_000_000
"""A template that would unpack to more is not read."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = "[Content_Types].xml"
BODY = f"{{{NAMESPACES['w']}}}body"


@dataclass(frozen=True)
class Template:
    """An opened template and its placeholders."""

    word: WordDocument
    found: tuple[Found, ...]


def open_template(path: Path) -> Template:
    """Open the template of an office. Raises ScenarioError with all that is wrong with it."""
    place = str(path)
    if not path.is_file():
        raise ScenarioError([error("RUN111", place, "@docx_folder" if path.is_dir() else "@docx_missing")])
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise ScenarioError([error("RUN013", place, fault.strerror or str(fault))]) from fault
    return opened(raw, place)


def opened(raw: bytes, place: str) -> Template:
    """A template from its bytes. place: what problems call it."""
    if raw.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in raw
        raise ScenarioError([error("RUN113", place, "@docx_locked" if locked else "@docx_old")])
    word = _read(raw, place)
    found = tuple(one for part, root in parts(word) for one in find(root, part))
    if problems := list(_wrong(found, place)):
        raise ScenarioError(problems)
    return Template(word, found)


def parts(word: WordDocument) -> Iterator[tuple[str, Any]]:
    """The main part (`document`), headers and footers, each once."""
    main = word.part
    yield "document", main.element
    for relation in main.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in {"header", "footer"} and not relation.is_external:
            part: Any = relation.target_part
            yield kind, part.element


def _read(raw: bytes, place: str) -> WordDocument:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            if sum(one.file_size for one in file.infolist()) > MOST_BYTES:
                raise ScenarioError([error("RUN112", place, "@docx_huge")])
            types = file.read(_TYPES).decode("utf-8")
        if "macroEnabled" in types:
            raise ScenarioError([error("RUN113", place, "@docx_macro")])
        if "wordprocessingml.template.main+xml" in types:
            raw = _as_document(raw)
        word = docx.Document(io.BytesIO(raw))
    except (zipfile.BadZipFile, EOFError, OSError, OpcError, KeyError, ValueError, AttributeError, NotImplementedError,
            RuntimeError, zlib.error, etree.XMLSyntaxError) as fault:  # fmt: skip
        raise ScenarioError([error("RUN112", place, _first_line(fault))]) from fault
    if word.element.find(BODY) is None:
        raise ScenarioError([error("RUN112", place, "w:body")])
    return word


def _as_document(raw: bytes) -> bytes:
    """A `.dotx` as the document that Word makes of it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as file, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in file.namelist():
            content = file.read(name)
            if name == _TYPES:
                content = content.replace(b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
            copy.writestr(name, content)
    return target.getvalue()


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:120]


def _wrong(found: tuple[Found, ...], place: str) -> Iterator[Problem]:
    real = [one for one in found if not one.copy]
    for one in real:
        if not one.key:
            near = nearest(one.text.strip("{}｛｝ \t"), known())
            yield error("RUN115", place, one.text, near="{{" + near + "}}" if near else "", known=_names())
    counts = Counter(one.key for one in real)
    for key in BLOCKS:
        if counts[key] > 1:
            yield error("RUN116", place, next(one.text for one in real if one.key == key), times=counts[key])
    for one in real:
        if one.key in BLOCKS and (reason := _misplaced(one)):
            yield error("RUN117", place, one.text, reason=reason)
    if not counts["body"]:
        yield error("RUN114", place)


def _misplaced(one: Found) -> str:
    if one.part != "document":
        return "@docx_in_header"
    if not one.alone:
        return "@docx_not_alone"
    return "@docx_in_table" if one.key == "body" and one.paragraph.getparent().tag != BODY else ""


def _names() -> tuple[str, ...]:
    """Placeholders for a message, each in both languages; those of the cover's facts come last."""
    names: dict[str, list[str]] = {}
    for name, key in known().items():
        names.setdefault(key, []).append("{{" + name + "}}")
    ordered = sorted(names, key=lambda key: (key not in BLOCKS, key not in TEXTS))
    return tuple(Both(names[key][0], next(name for name in names[key] if not name.isascii())) for key in ordered)
