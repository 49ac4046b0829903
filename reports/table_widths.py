"""Widths of the columns of a printed table, from what stands in them.

A line is broken at spaces and between Chinese characters, never inside a number; an interval in brackets may go on a
line of its own. A table takes the largest type in which the longest unbroken text of every column fits.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

TRIES = ((1.0, False), (0.9, False), (1.0, True), (0.9, True), (0.8, True), (0.7, True), (0.6, True))
"""What is tried in turn: size of type, of that of the style, and whether intervals go on lines of their own."""
PADDING_MM = 2.4
"""Of both sides of a cell and its line."""
_INTERVAL = re.compile(r"(?<=[0-9])[\u0020]?(?=[（(][^（）()]*[）)]$)")
_CHINESE = re.compile(r"[\u2e80-\u3000\u3040-\u9fff\uf900-\ufaff]")
_BORDER = re.compile(r"(?<=[0-9A-Za-z])(?=[\u3040-\u9fff])|(?<=[\u3040-\u9fff])(?=[0-9A-Za-z])")
_SHORT = 4.8
"""Width up to which a Chinese text is kept on one line (2024学年) [characters of full width]."""
_LONGEST = 12.0
"""Width from which a word is broken after all (addresses of pages, lists of codes) [characters of full width]."""
_NARROW = frozenset("\u2009\u202f\u00a0 .,:;'|!il")
_BROAD = frozenset("mwMW@%")
_BOLD = 1.08
"""Width of bold type, of that of plain type."""
_GAP = 0.25
"""Room that Word puts between Chinese and Latin characters or digits."""


@dataclass(frozen=True)
class Fitted:
    """Widths [mm] of the columns at a size of type, a factor of that of the style."""

    widths: tuple[float, ...]
    factor: float
    broken: tuple[bool, ...]
    """Columns whose intervals go on lines of their own."""
    fits: bool
    """Whether no unbroken text is wider than its column."""


def broken(text: str) -> str:
    r"""A number with its interval on a line of its own.

    >>> broken("1840（1700–1990）")
    '1840\n（1700–1990）'
    """
    return _INTERVAL.sub("\n", text)


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """Width of a text in characters of full width, in common type faces; rather too much. The longest line counts."""
    return max(sum(map(_width, line)) + _GAP * len(_BORDER.findall(line)) for line in text.split("\n"))


def _width(char: str) -> float:
    if east_asian_width(char) in "WFA" and char not in "–—":
        return 1.0
    return 0.3 if char in _NARROW else 0.85 if char in _BROAD else 0.72 if char.isupper() else 0.56


@lru_cache(maxsize=8192)
def least_width(text: str) -> float:
    """Width of the longest part of a text that is never broken."""
    return max((_least(piece) for piece in re.split(r"[ \n]+", text)), default=0.0)


def _least(piece: str) -> float:
    """A word, a number, an interval; Chinese may be broken after any character but stays in fours."""
    width = text_width(piece)
    if not _CHINESE.search(piece) or width <= _SHORT:
        return width
    return max(_SHORT, *(text_width(word) for word in _CHINESE.split(piece)))


def fitted(columns: Sequence[Sequence[str]], width: float, points: float) -> Fitted:
    """Widths for the texts of each column, its head first, which is bold and may take two lines.

    width: of the table [mm]; points: size of type of the style.
    """
    own = [tuple(set(column[1:])) for column in columns]
    heads = [column[0] if column else "" for column in columns]
    natural = [
        max(_BOLD * text_width(name) / 2, *map(text_width, ("", *column)))
        for name, column in zip(heads, own, strict=True)
    ]
    for factor, apart in TRIES:
        em = points * factor * 25.4 / 72.0
        gap = "\n" if apart else ""
        words = (
            max(_BOLD * least_width(name), *(least_width(_INTERVAL.sub(gap, text)) for text in ("", *column)))
            for name, column in zip(heads, own, strict=True)
        )
        least = [em * min(_LONGEST, low) + PADDING_MM for low in words]
        wanted = [em * most + PADDING_MM for most in natural]
        found = _shared(least, wanted, width)
        if found is not None:
            short = (most * em + PADDING_MM > got + 1e-9 for most, got in zip(natural, found, strict=True))
            return Fitted(found, factor, tuple(short) if apart else (False,) * len(own), True)
    return Fitted(tuple(width * one / sum(least) for one in least), factor, (True,) * len(own), False)


def _shared(least: Sequence[float], wanted: Sequence[float], width: float) -> tuple[float, ...] | None:
    """Width of every column between its least and what it would like; None where the least are too much.

    Between them columns are as the roots of what they would like, so that a long text takes more than a short one, but
    is broken into more lines.
    """
    if sum(least) > width:
        return None
    if sum(wanted) <= width:  # all that is wanted, and the rest in equal proportion
        return tuple(width * own / sum(wanted) for own in wanted)
    low, high = 0.0, width
    for _ in range(50):  # widths grow with the factor: halve until it fits
        middle = (low + high) / 2
        fits = sum(_between(least, wanted, middle)) <= width
        low, high = (middle, high) if fits else (low, middle)
    found = _between(least, wanted, low)
    return tuple(width * own / sum(found) for own in found)


def _between(least: Sequence[float], wanted: Sequence[float], factor: float) -> list[float]:
    return [max(low, min(own, factor * math.sqrt(own))) for low, own in zip(least, wanted, strict=True)]
