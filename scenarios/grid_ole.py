"""The container of old Office files (OLE, MS-CFB): names of its parts, and one part as bytes.

Only what the guard of `.xls` files needs. Every chain is followed at most as far as the file has sectors, so that a
broken file ends in OleError and never in a loop.
"""

import struct
from dataclasses import dataclass

_END = 0xFFFFFFFA
"""Sector numbers from here on are marks (end of chain, free), not sectors."""
_HEADER, _IN_HEADER = 512, 109
_ENTRY = 128
_SMALL = 64


class OleError(Exception):
    """The bytes are no such container, or a damaged one."""


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class _File:
    """A container: its sectors, its chains, its entries."""

    def __init__(self, raw: bytes) -> None:
        try:
            self.raw = raw
            shift, small_shift = struct.unpack_from("<HH", raw, 30)
            if shift not in (9, 12) or small_shift != 6:
                raise OleError("sector size")
            self.size = 1 << shift
            self.count = max(len(raw) - self.size, 0) // self.size + 1
            first, _, self.cutoff, small_first, _, more_first, _ = struct.unpack_from("<7I", raw, 48)
            self.chain = self._allocation(more_first)
            self.entries = self._entries(self.read(first))
            self.small_chain = _words(self.read(small_first)) if small_first < _END else ()
        except struct.error as fault:
            raise OleError(str(fault)) from None

    def sector(self, number: int) -> bytes:
        """Bytes of one sector; the last one of a file may be short."""
        start = (number + 1) * self.size
        if number >= self.count or start >= len(self.raw):
            raise OleError("sector outside the file")
        return self.raw[start : start + self.size]

    def read(self, first: int) -> bytes:
        """All bytes of a chain."""
        return b"".join(self.sector(number) for number in _followed(self.chain, first, self.count))

    def _allocation(self, more: int) -> tuple[int, ...]:
        numbers = list(struct.unpack_from(f"<{_IN_HEADER}I", self.raw, _HEADER - 4 * _IN_HEADER))
        for _ in range(self.count):
            if more >= _END:
                break
            *words, more = _words(self.sector(more))
            numbers += words
        return _words(b"".join(self.sector(number) for number in numbers if number < _END))

    @staticmethod
    def _entries(raw: bytes) -> tuple[_Entry, ...]:
        entries = []
        for start in range(0, len(raw) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", raw, start + 64)
            name = raw[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
            begin, size = struct.unpack_from("<II", raw, start + 116)
            if kind:
                entries.append(_Entry(name, kind, begin, size))
        return tuple(entries)

    def part(self, entry: _Entry) -> bytes:
        """Bytes of one entry."""
        root = next((one for one in self.entries if one.kind == 5), None)
        if entry.size >= self.cutoff or root is None:
            return self.read(entry.start)[: entry.size]
        box = self.read(root.start)
        pieces = _followed(self.small_chain, entry.start, len(box) // _SMALL + 1)
        return b"".join(box[number * _SMALL : (number + 1) * _SMALL] for number in pieces)[: entry.size]


def _words(raw: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(raw) // 4}I", raw)


def _followed(chain: tuple[int, ...], first: int, most: int) -> list[int]:
    """Sector numbers of a chain from its first; raises OleError for a loop or a number outside."""
    numbers: list[int] = []
    while first < _END:
        if len(numbers) > most or first >= len(chain):
            raise OleError("chain of sectors broken")
        numbers.append(first)
        first = chain[first]
    return numbers


def ole_names(raw: bytes) -> tuple[str, ...]:
    """Names of all parts and folders. Raises OleError."""
    return tuple(entry.name for entry in _File(raw).entries)


def ole_part(raw: bytes, *names: str) -> bytes:
    """The first part that has one of the names. Raises OleError, also if there is none."""
    file = _File(raw)
    for name in names:
        for entry in file.entries:
            if entry.name.lower() == name.lower() and entry.kind == 2:
                return file.part(entry)
    raise OleError("no workbook inside")
