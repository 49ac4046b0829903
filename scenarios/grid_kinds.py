"""What a file really is, by its first bytes and what it holds; the name alone proves nothing."""

import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath

from scenarios.grid_ole import Container, OleError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SUFFIXES = {
    "csv": (".csv", ".txt", ".tsv", ".tab"),
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xlt", ".et", ".ett"),
    "ods": (".ods", ".ots"),
}
READABLE = tuple(_SUFFIXES)
ENCRYPTED = "encrypted"
"""A workbook that asks for a password; it has a message of its own."""
_SIGNATURES = {
    b"%PDF": "PDF",
    b"{\\rtf": "@kind_word",
    b"SQLite format 3": "GeoPackage",
    b"Rar!": "@kind_archive",
    b"7z\xbc\xaf": "@kind_archive",
    b"\x1f\x8b": "@kind_archive",
    b"\x89PNG": "@kind_picture",
    b"\xff\xd8\xff": "@kind_picture",
    b"GIF8": "@kind_picture",
    b"II*\x00": "@kind_picture",
    b"MM\x00*": "@kind_picture",
    b"PAR1": "Parquet",
    b"\x00\x00'\n": "Shapefile",
    b"\x09\x00\x04\x00": "@kind_old_excel",
    b"\x09\x02\x06\x00": "@kind_old_excel",
    b"\x09\x04\x06\x00": "@kind_old_excel",
    b"\x09\x08\x08\x00": "@kind_old_excel",
}
_PAGES = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"mime-version:")


@dataclass(frozen=True)
class Kind:
    """One of READABLE in `name`, or an empty name and what the file is in `other` (a text or `@word`)."""

    name: str
    other: str = ""

    def fits(self, path: PurePath) -> bool:
        """Whether the name of the file says the same; a name without a known suffix says nothing."""
        suffix = path.suffix.lower()
        return suffix in _SUFFIXES[self.name] or suffix not in {one for every in _SUFFIXES.values() for one in every}


def kind_of(raw: bytes) -> Kind:
    """What the bytes of a file are; text that is nothing else is a CSV file."""
    if raw[:2] == b"PK" and raw[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return _zip_kind(raw)
    if raw.startswith(OLE):
        return _ole_kind(raw)
    for signature, other in _SIGNATURES.items():
        if raw.startswith(signature):
            return Kind("", other)
    start = raw[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_PAGES):
        return Kind("", "@kind_page")
    return Kind("csv")


def _zip_kind(raw: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as file:
            return _by_parts(file.namelist())
    except Exception:  # the module raises many kinds for a broken directory
        return Kind("", "@kind_broken_zip")


def _by_parts(names: Collection[str]) -> Kind:
    """By the parts of a zip file."""
    known = {
        "xl/workbook.xml": Kind("xlsx"),
        "xl/workbook.bin": Kind("xlsb"),
        "word/document.xml": Kind("", "@kind_word"),
        "ppt/presentation.xml": Kind("", "@kind_slides"),
    }
    for part, kind in known.items():
        if part in names:
            return kind
    if any(name.endswith(".iwa") or name.startswith("Index/") for name in names):
        return Kind("", "Apple Numbers")
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return Kind("ods")
    if any(name.startswith("xl/") for name in names):
        return Kind("xlsx")
    return Kind("", "@kind_archive")


def _ole_kind(raw: bytes) -> Kind:
    try:
        names = Container(raw).names()
    except OleError:
        return Kind("", "@kind_broken_ole")
    if "EncryptedPackage" in names:
        return Kind("", ENCRYPTED)
    if "Workbook" in names or "Book" in names:
        return Kind("xls")
    return Kind("", "@kind_word" if "WordDocument" in names else "@kind_other_ole")
