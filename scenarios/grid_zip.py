"""The parts of a zipped workbook, unpacked in memory and never further than allowed; nothing is written to disk.

Sizes that a zip file declares are not believed: a part is unpacked up to its declared size and refused if more comes.
"""

import codecs
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable

from scenarios.grid import MOST_BYTES
from scenarios.grid_facts import UnreadableError
from scenarios.problems import error

_LOCAL = struct.Struct("<4s5H3I2H")
_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
_MOST_PARTS = 5_000
_FOREIGN = {b"<!DOCTYPE": "DOCTYPE", b"<!ENTITY": "ENTITY", b"<![CDATA[": "CDATA"}


class Parts:
    """Parts of one workbook by name. Raises UnreadableError for whatever is not as a spreadsheet program writes it."""

    def __init__(self, raw: bytes, shown: str) -> None:
        self.raw = raw
        self.shown = shown
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as file:
                infos = file.infolist()
        except Exception as fault:  # the module raises many kinds for a broken directory
            raise self.damaged("@kind_broken_zip") from fault
        self.infos = {_plain(info.filename): info for info in infos}
        if len(self.infos) != len(infos) or len(infos) > _MOST_PARTS:
            raise self.damaged("@kind_broken_zip")
        self.guard_size()

    def damaged(self, reason: str) -> UnreadableError:
        """The exception that says that the workbook is damaged."""
        return UnreadableError(error("SCN267", self.shown, reason))

    def guard_size(self) -> None:
        """Refuse a workbook that is too large unpacked, or that declares other sizes than it has."""
        total = sum(info.file_size for info in self.infos.values())
        if total > MOST_BYTES:
            packed = max(len(self.raw), 1)
            found = f"{total / 1e6:,.0f} MB (x {total / packed:,.0f})"
            raise UnreadableError(
                error("SCN268", self.shown, found, what="@unpacked_size", limit=f"{MOST_BYTES / 1e6:.0f} MB")
            )

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.infos

    def names(self) -> Iterable[str]:
        """Names of all parts in small letters, in the order of the file."""
        return self.infos

    def read(self, name: str) -> bytes:
        """Bytes of one part."""
        info = self.infos.get(_plain(name))
        if info is None:
            raise self.damaged(name)
        try:
            fields = _LOCAL.unpack_from(self.raw, info.header_offset)
            start = info.header_offset + _LOCAL.size + fields[9] + fields[10]
            packed = self.raw[start : start + info.compress_size]
            data = _unpacked(packed, info)
        except (struct.error, zlib.error, ValueError) as fault:
            raise self.damaged(name) from fault
        if zlib.crc32(data) != info.CRC:
            raise self.damaged(name)
        return data

    def xml(self, name: str) -> bytes:
        """Bytes of an XML part: UTF-8, and without anything that could stand for more than is written."""
        data = self.read(name)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
            raise UnreadableError(error("SCN278", self.shown, "UTF-16", part=name))
        declared = _ENCODING.match(data.removeprefix(codecs.BOM_UTF8))
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
            raise UnreadableError(error("SCN278", self.shown, declared[1].decode("latin-1"), part=name))
        for mark, called in _FOREIGN.items():
            if mark in data:
                raise UnreadableError(error("SCN278", self.shown, called, part=name))
        return data


def _plain(name: str) -> str:
    """Names of parts differ in more than capital letters and the kind of slash."""
    return name.replace("\\", "/").lower()


def _unpacked(packed: bytes, info: zipfile.ZipInfo) -> bytes:
    """The data of a part. Raises ValueError if they are not of the declared size, zlib.error if they are broken."""
    if info.flag_bits & 1:
        raise ValueError("encrypted part")
    if info.compress_type == zipfile.ZIP_STORED:
        data, ended = packed, True
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-15)
        data = unpacker.decompress(packed, info.file_size + 1)
        ended = unpacker.eof
        if not ended and len(data) == info.file_size:
            data += unpacker.decompress(unpacker.unconsumed_tail, 1)
            ended = unpacker.eof
    else:
        raise ValueError("unknown packing")
    if len(data) != info.file_size or not ended:
        raise ValueError("size")
    return data
