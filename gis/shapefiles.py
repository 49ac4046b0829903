"""Shapefiles: several files that belong together, texts in an encoding nobody wrote down, field names cut at 10 bytes.

The parts are copied under a plain name, with a code page file that hands the bytes of all texts over as they are. Then
they are decoded here: by the code page file that came along, else as UTF-8 if all texts are, else as GB18030 (which
holds GBK). GDAL alone reads GBK without a code page file as Latin-1, with no error.
"""

import codecs
import re
import shutil
import tempfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from gis.content_guard import check_signature
from gis.raw import RawLayer, field_names, own_crs_text, read_vector
from scenarios.layer_files import PARTS, layer_parts
from scenarios.problems import Problem, error, nearest, note

NAME_BYTES = 10
"""Longest field name of a dBASE table [bytes]."""
_NEEDED = (".shx", ".dbf")
_BYTES = "iso-8859-1"  # one sign for each byte, so that nothing is lost on the way
_COPY = "layer"
_MOST_MEMBERS = 1000
# Language driver in byte 29 of a dBASE table. The one for "ANSI" says nothing: Chinese programs write it too.
_DRIVERS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


def read_shapefile(path: Path, id_field: str, place: str) -> tuple[RawLayer | None, list[Problem]]:
    """Read a Shapefile; the parts may be spelled in small or capital letters."""
    parts = {part.suffix.lower(): part for part in layer_parts(path)}
    missing = tuple(suffix for suffix in _NEEDED if suffix not in parts)
    if missing:
        return None, [error("GIS052", place, missing=missing, beside=path.stem)]
    with tempfile.TemporaryDirectory(prefix="schoolplan-") as folder:
        for suffix, part in parts.items():
            shutil.copyfile(part, Path(folder) / f"{_COPY}{suffix}")
        return _read_copy(Path(folder), id_field, place)


def read_zip(
    path: Path, id_field: str, place: str, layer: str | None, most_bytes: int
) -> tuple[RawLayer | None, list[Problem]]:
    """Read the one Shapefile of an archive; `layer` chooses among several. Only its own parts are unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(archive, id_field, place, layer, most_bytes)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as fault:
        # zipfile says RuntimeError for an encrypted member, NotImplementedError for an unusual compression.
        return None, [error("GIS001", place, reason=str(fault))]


def _read_archive(
    archive: zipfile.ZipFile, id_field: str, place: str, layer: str | None, most_bytes: int
) -> tuple[RawLayer | None, list[Problem]]:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        return None, [error("GIS001", place, reason="@zip_of_many")]
    shapes = {_stem(member): member for member in members if _suffix(member) == ".shp"}
    names = tuple(sorted(shapes))
    if not names:
        return None, [error("GIS001", place, reason="@zip_without_shp")]
    if layer is None and len(names) > 1:
        return None, [error("GIS022", place, count=len(names), names=names)]
    chosen = layer if layer is not None else names[0]
    if chosen not in shapes:
        return None, [error("GIS057", place, layer=chosen, names=names, near=nearest(chosen, names))]
    inside = {_suffix(member): member for member in members if _key(member) == _key(shapes[chosen])}
    missing = tuple(suffix for suffix in _NEEDED if suffix not in inside)
    if missing:
        return None, [error("GIS052", place, missing=missing, beside=chosen)]
    left = most_bytes
    with tempfile.TemporaryDirectory(prefix="schoolplan-") as folder:
        for suffix in (suffix for suffix in PARTS if suffix in inside):
            with archive.open(inside[suffix]) as source, (Path(folder) / f"{_COPY}{suffix}").open("wb") as target:
                left -= _copied(source, target, left)
            if left < 0:
                # What the archive says of its sizes is not believed: counting stops what unpacks to too much.
                more = {"megabytes": f"> {most_bytes / 1e6:.0f}", "most": f"{most_bytes / 1e6:.0f}"}
                return None, [error("GIS054", place, way="@save_less", **more)]
        return _read_copy(Path(folder), id_field, place)


def _copied(source: IO[bytes], target: IO[bytes], most: int) -> int:
    """Bytes copied; one more than the most where there would be more."""
    done = 0
    while done <= most:
        block = source.read(min(1 << 20, most + 1 - done))
        if not block:
            return done
        target.write(block)
        done += len(block)
    return done


def _path(member: zipfile.ZipInfo) -> PurePosixPath:
    # Chinese Windows writes names in GBK without saying so, and zipfile then reads code page 437.
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = member.filename
    return PurePosixPath(name.replace("\\", "/"))


def _suffix(member: zipfile.ZipInfo) -> str:
    return _path(member).suffix.lower()


def _stem(member: zipfile.ZipInfo) -> str:
    return _path(member).stem


def _key(member: zipfile.ZipInfo) -> str:
    return str(_path(member).with_suffix("")).lower()


def _read_copy(folder: Path, id_field: str, place: str) -> tuple[RawLayer, list[Problem]]:
    """Read `layer.shp` of a folder of our own."""
    shape, table = folder / f"{_COPY}.shp", folder / f"{_COPY}.dbf"
    check_signature(shape)
    content = table.read_bytes()
    stated, why = _stated(folder, content)
    (folder / f"{_COPY}.cpg").write_text(_BYTES, encoding="ascii")
    table.write_bytes(content[:29] + b"\0" + content[30:])
    names = [name.encode(_BYTES) for name in field_names(shape)]
    # All texts of the table decide on its encoding, not only the ids, of which most are plain digits.
    encoding = stated or ("utf-8" if all(_readable(text) for text in (*names, *_texts(content))) else "gb18030")
    fields = tuple(_decode(name, encoding) for name in names)
    at = _find(id_field, names, fields, encoding)
    problems: list[Problem] = []
    if at is not None and fields[at] != id_field:
        problems.append(note("GIS051", place, field=fields[at], id=id_field))
    raw = read_vector(shape, "" if at is None else names[at].decode(_BYTES), own_crs_text(shape))
    values = None if raw.values is None else tuple(_value(value, encoding) for value in raw.values)
    if not _plain([*fields, *(values or ())]):
        problems.append(note("GIS050", place, encoding=encoding, why=why))
    own_name = fields if at is None else tuple(id_field if n == at else name for n, name in enumerate(fields))
    return replace(raw, fields=own_name, values=values), problems


def _stated(folder: Path, table: bytes) -> tuple[str | None, str]:
    """The encoding that the files name, None if they name none, and where it comes from."""
    page = _code_page(folder)
    if page is not None:
        return page, "@why_cpg"
    driver = table[29] if len(table) > 29 else 0
    return (_DRIVERS[driver], "@why_dbf") if driver in _DRIVERS else (None, "@why_tried")


def _code_page(folder: Path) -> str | None:
    """The encoding that the code page file names, None without one or if nobody knows it."""
    file = folder / f"{_COPY}.cpg"
    if not file.is_file():
        return None
    said = file.read_bytes()[:40].decode("ascii", errors="replace").strip().strip("\ufeff\ufffd").lower()
    digits = re.sub(r"\D", "", said)
    known = {"65001": "utf-8", "936": "gb18030", "54936": "gb18030", "20936": "gb18030", "950": "big5", "8": "utf-8"}
    if said.startswith(("gb", "cp936", "hz")):
        return "gb18030"
    for name in (said, known.get(digits, ""), f"cp{digits}", said.replace("ansi ", "cp")):
        try:
            return codecs.lookup(name).name if name else None
        except LookupError:
            continue
    return None


def _texts(table: bytes) -> list[bytes]:
    """The records of a dBASE file as they stand, up to 2 MB of them."""
    start = int.from_bytes(table[8:10], "little")
    length = int.from_bytes(table[10:12], "little")
    if start < 33 or length < 2:
        return []
    heads = [table[at : at + 32] for at in range(32, start - 32, 32)]
    widths = [(chr(head[11]), head[16]) for head in heads if len(head) == 32]
    texts: list[bytes] = []
    for row in range(start, min(len(table), start + 2_000_000), length):
        at = row + 1
        for kind, width in widths:
            if kind == "C":
                texts.append(table[at : at + width].rstrip(b" \0"))
            at += width
    return texts


def _readable(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as fault:
        # A name or value may be cut in the middle of its last sign, where the column ends.
        return fault.reason == "unexpected end of data" and fault.start >= len(text) - 3
    return True


def _decode(text: bytes, encoding: str) -> str:
    """A text, without the half of a sign that stands at its end."""
    for cut in range(4):
        try:
            return text[: len(text) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return text.decode(encoding, errors="replace")


def _value(value: Any, encoding: str) -> Any:
    return _decode(value.encode(_BYTES), encoding) if isinstance(value, str) else value


def _find(id_field: str, names: list[bytes], fields: tuple[str, ...], encoding: str) -> int | None:
    """The field that is meant: by its whole name, else by the 10 bytes that a Shapefile keeps of it."""
    if id_field in fields:
        return fields.index(id_field)
    try:
        wanted = id_field.encode(encoding)
    except UnicodeEncodeError:
        return None
    cut = _decode(wanted[:NAME_BYTES], encoding)
    if len(wanted) > NAME_BYTES and fields.count(cut) == 1:
        return fields.index(cut)
    return None


def _plain(texts: list[Any]) -> bool:
    return all(not isinstance(text, str) or text.isascii() for text in texts)
