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
_STREAM, _ROOT = 2, 5


class OleError(Exception):
    """The bytes are no such container, or a damaged one."""


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class Container:
    """A container, all its chains followed once. Raises OleError where one loops, leaves the file or meets another."""

    def __init__(self, raw: bytes) -> None:
        try:
            self.raw = raw
            shift, small_shift = struct.unpack_from("<HH", raw, 30)
            if shift not in (9, 12) or small_shift != 6:
                raise OleError("sector size")
            self.size = 1 << shift
            self.count = max(len(raw) - self.size, 0) // self.size + 1
            counts = struct.unpack_from("<2I", raw, 40)
            first, _, self.cutoff, small_first, small_count, more_first, more_count = struct.unpack_from("<7I", raw, 48)
            if max(*counts, small_count, more_count) > self.count:
                raise OleError("more sectors than the file has")
            self.chain = self._allocation(more_first)
            self.entries = _entries(self.read(first))
            self.small_chain = _words(self.read(small_first))
            root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
            self.box = self.read(root.start) if root else b""
            self.guard()
        except struct.error as fault:
            raise OleError(str(fault)) from None

    def guard(self) -> None:
        """Follow every part: no sector can belong to two, so that together they are no longer than the file."""
        most = self.count + len(self.box) // _SMALL + 1
        for entry in self.entries:
            if entry.kind != _STREAM or not entry.size:
                continue
            if entry.size > len(self.raw):
                raise OleError("part larger than the file")
            most -= len(self.numbers(entry))
            if most < 0:
                raise OleError("parts share sectors")

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
        for _ in range(self.count + 1):
            if more >= _END:
                break
            *words, more = _words(self.sector(more))
            numbers += words
        else:
            raise OleError("loop")
        used = [number for number in numbers if number < _END]
        if len(used) > self.count:
            raise OleError("more sectors than the file has")
        return _words(b"".join(self.sector(number) for number in used))

    def is_small(self, entry: _Entry) -> bool:
        """Whether the part lies in the box of small parts."""
        return entry.size < int(self.cutoff)

    def numbers(self, entry: _Entry) -> list[int]:
        """Sectors of a part."""
        if self.is_small(entry):
            return _followed(self.small_chain, entry.start, len(self.box) // _SMALL + 1)
        return _followed(self.chain, entry.start, self.count)

    def names(self) -> tuple[str, ...]:
        """Names of all parts and folders."""
        return tuple(entry.name for entry in self.entries)

    def stream(self, *names: str) -> bytes:
        """The first part that has one of the names, capital letters aside. Raises OleError if there is none."""
        for name in names:
            for entry in self.entries:
                if entry.name.lower() == name.lower() and entry.kind == _STREAM:
                    pieces = self.numbers(entry)
                    if self.is_small(entry):
                        whole = b"".join(self.box[number * _SMALL : (number + 1) * _SMALL] for number in pieces)
                    else:
                        whole = b"".join(self.sector(number) for number in pieces)
                    if len(whole) < entry.size:
                        raise OleError("part cut off")
                    return whole[: entry.size]
        raise OleError("no workbook inside")


def _entries(raw: bytes) -> tuple[_Entry, ...]:
    entries = []
    for start in range(0, len(raw) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", raw, start + 64)
        name = raw[start : start + max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
        begin, size = struct.unpack_from("<II", raw, start + 116)
        if kind:
            entries.append(_Entry(name, kind, begin, size))
    return tuple(entries)


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
