"""A CSV or text file as a grid: which encoding, which separator, which cells; row i is record i.

UTF-8 is tried first and wins where a file is valid as both; UTF-16 needs its mark (BOM); what is neither is read as
GB18030, which holds GBK and GB 2312, and a note shows how a name looks then. Nothing is decoded with replacements.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.grid import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Grid
from scenarios.problems import Problem, error, note, warning

SEPARATORS = {",": "@sep_comma", "\t": "@sep_tab", ";": "@sep_semicolon", "|": "@sep_bar", "，": "，", "、": "、"}
"""Separators that are looked for, the likeliest first, and how messages call them."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_ODD_END = re.compile("[\\x0b\\x0c\\x1c-\\x1e\\x85\\u2028\\u2029]")
"""Ends of lines to Python, signs like any other to a spreadsheet."""
_DIRECTIVE = re.compile(r"sep=(.)\s*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_WIDEST = 1_000_000
"""Separators of one record; more is refused before the record is taken apart."""
_HEAD_LINES, _HEAD_SIZE = 50, 65_536


@dataclass(frozen=True)
class _Decoded:
    text: str
    encoding: str


def read_csv(raw: bytes, shown: str) -> tuple[Grid | None, list[Problem]]:
    """The grid of a text file, None if it cannot be read. shown: the path as problems name it."""
    decoded, problems = _decode(raw, shown)
    if decoded is None:
        return None, problems
    text = decoded.text
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        return None, [error("SCN263", f"{shown}:{row}:1")]
    if "\ufffd" in text:
        problems.append(warning("SCN261", shown, "\ufffd", encoding=decoded.encoding))
    separator, start, found = _separator(text, shown)
    problems += found
    rows = _plain_records(text, start, separator)
    if rows is None:
        rows, faults = _records(text, start, separator, shown)
        problems += faults
    return (None if rows is None else Grid(shown, rows)), problems


def _decode(raw: bytes, shown: str) -> tuple[_Decoded | None, list[Problem]]:
    """The text, and how it was recognised unless it is UTF-8."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = raw.decode("utf-16")
        except UnicodeDecodeError:
            return None, [error("SCN263", shown)]
        return _Decoded(text, "UTF-16"), [note("SCN260", shown, "UTF-16", sample=_sample(text))]
    try:
        text = raw.decode("utf-8-sig")
        doubt = _perhaps_gbk(raw, text)
        return _Decoded(text, "UTF-8"), [warning("SCN261", shown, doubt, encoding="UTF-8")] if doubt else []
    except UnicodeDecodeError as fault:
        broken = error("SCN003", f"{shown}:{_row_of(raw, fault.start)}:1", f"0x{raw[fault.start]:02X}")
    if raw.startswith(codecs.BOM_UTF8) or _mostly_utf8(raw):
        return None, [broken]
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as fault:
        return None, [error("SCN003", f"{shown}:{_row_of(raw, fault.start)}:1", f"0x{raw[fault.start]:02X}")]
    problems = [note("SCN260", shown, "GB18030 (GBK)", sample=_sample(text))]
    if strange := _unlikely(text):
        problems.append(warning("SCN261", shown, strange, encoding="GB18030"))
    return _Decoded(text, "GB18030"), problems


def _row_of(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1


def _mostly_utf8(raw: bytes) -> bool:
    """Whether a few bytes are wrong in a text that is UTF-8 otherwise: read as GB18030 it would be gibberish."""
    text = raw.decode("utf-8", errors="replace")
    wrong = text.count("\ufffd")
    others = len(text) - len(text.encode("ascii", errors="ignore"))
    return others - wrong > 4 * wrong


def _perhaps_gbk(raw: bytes, text: str) -> tuple[str, ...]:
    """Its signs, if a UTF-8 text holds Greek or Cyrillic only and would be common Chinese as GBK (`学校` is `ѧУ`)."""
    signs = sorted(sign for sign in set(text) if sign > "\x7f") if not text.isascii() else []
    if not signs or not "\u017f" < signs[-1] <= "\u07ff" or raw.startswith(codecs.BOM_UTF8):
        return ()
    try:
        return tuple(signs) if all(map(_in_gb2312, set(raw.decode("gb18030")))) else ()
    except UnicodeDecodeError:
        return ()


def _sample(text: str) -> str:
    """The first words that are not plain Latin, so that the planner sees whether the encoding is right."""
    found = re.search(r"[^\x00-\x7f]{1,12}", text)
    return found[0] if found else "-"


def _unlikely(text: str) -> tuple[str, ...]:
    """Characters that Chinese tables hardly hold (outside GB 2312), if they are more than a few of all."""
    known = {sign for sign in set(text) if sign > "\x7f"}
    strange = sorted(sign for sign in known if not _in_gb2312(sign))
    return tuple(strange) if len(strange) * 10 > len(known) else ()


def _in_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _separator(text: str, shown: str) -> tuple[str, int, list[Problem]]:
    """The separator, where the first record starts, and a note unless it is a comma."""
    named = _DIRECTIVE.match(text)
    if named:
        # Excel takes this line for itself, and so do its row numbers.
        return named[1], named.end(), [note("SCN262", shown, _called(named[1]), how="@sep_by_line")]
    head = [match[0] for match, _ in zip(_LINE.finditer(text, 0, _HEAD_SIZE), range(_HEAD_LINES), strict=False)]
    scores = {sign: _fit(head, sign) for sign in SEPARATORS}
    best = max(scores, key=lambda sign: scores[sign])  # the first of equals
    if scores[best] == (0.0, 0) or best == ",":
        return ",", 0, []
    return best, 0, [note("SCN262", shown, _called(best), how="@sep_by_head")]


def _called(separator: str) -> str:
    return SEPARATORS.get(separator, separator)


def _fit(lines: list[str], separator: str) -> tuple[float, int]:
    """Share of the records with the commonest number of cells, and that number; nothing if it is one cell."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if "".join(row).strip()]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, times = Counter(widths).most_common(1)[0]
    return (times / len(widths), width) if width > 1 else (0.0, 0)


class _TooWideError(Exception):
    """One record with more separators than any table has."""


class _Lines:
    """Lines of a text for the csv module; stops when one record takes in too many separators."""

    def __init__(self, text: str, start: int, separator: str) -> None:
        self.lines = _LINE.finditer(text, start)
        self.separator = separator
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for match in self.lines:
            line = match[0]
            self.taken += line.count(self.separator)
            if self.taken > _WIDEST:
                raise _TooWideError
            yield line


def _plain_records(text: str, start: int, separator: str) -> list[list[str]] | None:
    """All records at once, where no cell is quoted and nothing comes near a limit; None for any other text."""
    if '"' in text or _ODD_END.search(text):
        return None
    ends = text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    if ends > MOST_ROWS or text.count(separator) + ends > MOST_CELLS:
        return None
    lines = text[start:].splitlines(keepends=True)
    if max(map(len, lines), default=0) > csv.field_size_limit():
        return None
    rows = list(csv.reader(lines, delimiter=separator, strict=True))
    return None if max(map(len, rows), default=0) > MOST_COLUMNS else rows


def _records(text: str, start: int, separator: str, shown: str) -> tuple[list[list[str]] | None, list[Problem]]:
    """All records, the empty ones too; None with the problem that ends the reading."""
    lines = _Lines(text, start, separator)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(lines, delimiter=separator, strict=True):
            lines.taken = 0
            if len(row) > MOST_COLUMNS:
                row = _trimmed(row)
            cells += len(row)
            if len(row) > MOST_COLUMNS:
                return None, [_extent(f"{shown}:{len(rows) + 1}:1", "@columns", len(row), MOST_COLUMNS)]
            if cells > MOST_CELLS:
                return None, [_extent(shown, "@cells", f"> {MOST_CELLS:,}", MOST_CELLS)]
            rows.append(row)
            if len(rows) > MOST_ROWS and _trim_rows(rows):
                total = text.count("\n", start) + (not text.endswith("\n"))
                return None, [_extent(shown, "@rows", max(total, len(rows)), MOST_ROWS)]
    except _TooWideError:
        return None, [_extent(f"{shown}:{len(rows) + 1}:1", "@columns", f"> {_WIDEST:,}", MOST_COLUMNS)]
    except csv.Error as fault:
        place = f"{shown}:{len(rows) + 1}:1"
        if "field larger" in str(fault):
            return None, [_extent(place, "@characters_of_a_cell", f"> {csv.field_size_limit():,}", 32_767)]
        return None, [error("SCN202", place, "@quote_open" if "end of data" in str(fault) else "@quote_stray")]
    return rows, []


def _extent(place: str, what: str, found: object, limit: int) -> Problem:
    return error("SCN269", place, f"{found:,}" if isinstance(found, int) else found, what=what, limit=f"{limit:,}")


def _trimmed(row: list[str]) -> list[str]:
    """A record without the empty cells at its end."""
    filled = max((n for n, cell in enumerate(row) if cell.strip()), default=-1)
    return row[: filled + 1]


def _trim_rows(rows: list[list[str]]) -> bool:
    """Whether there are too many rows even without a last one that is empty (which is taken away)."""
    if "".join(rows[-1]).strip():
        return True
    rows.pop()
    return False
