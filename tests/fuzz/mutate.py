"""Damage done to files, the same for the same seed: bytes changed, bits flipped, pieces cut, doubled or put in."""

import random
from collections.abc import Mapping

from tests.scenarios import books

TOKENS = (
    *(b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(
        b"999999999",
        b"-1",
        b"1e999",
        b"nan",
        b"XFD1048576",
        b"<!DOCTYPE a>",
        b"\n",
        b"\r",
        b"\0",
        b"'",
        b'"',
        b"<",
        b"&",
    ),
    *(b",", b"[", b"{"),
)


def damaged(rng: random.Random, data: bytes) -> bytes:
    """A few changes somewhere."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        if changed:
            rng.choice((_byte, _bit, _token, _cut, _double, _end))(rng, changed)
    return bytes(changed)


def _byte(rng: random.Random, data: bytearray) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def _bit(rng: random.Random, data: bytearray) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _token(rng: random.Random, data: bytearray) -> None:
    token, at = rng.choice(TOKENS), rng.randrange(len(data))
    data[at : at + len(token) * rng.randrange(2)] = token


def _cut(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.randrange(1, 64)]


def _double(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data))
    data[at:at] = data[at : at + rng.randrange(1, 64)]


def _end(rng: random.Random, data: bytearray) -> None:
    if rng.random() < 0.3:
        del data[rng.randrange(len(data)) :]


def damaged_inside(rng: random.Random, raw: bytes, parts: Mapping[str, bytes]) -> bytes:
    """A zip file damaged in one of its parts (with right checksums, so that the damage is met), or as a whole."""
    if not parts or rng.random() < 0.2:
        return damaged(rng, raw)
    name = rng.choice(sorted(parts))
    return books.zipped({**parts, name: damaged(rng, parts[name])})
