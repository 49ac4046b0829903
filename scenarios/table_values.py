"""One cell at a time: what a planner wrote -> the plain text that the checks expect, and how it was understood."""

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction

from scenarios import measures
from scenarios.spelling import folded, is_nothing, narrow

PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""A number that needs no understanding."""

_SPACES = re.compile("[\u00a0\u2009\u202f]")
_NUMBER = re.compile(r"([+-]?)¥?((?:[0-9]{1,3}(?:[, '][0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,12})?)\s*(.*)", re.S)
_VAGUE = re.compile(
    r"(?:约|大约|近|将近|超|超过|逾|不足|不到|不少于|至少|最多|about|approx\.?|ca\.?|over|[~≈><≥≤])\s*[0-9].*"
    r"|[0-9][0-9.,]*\s*\S{0,4}(?:左右|上下|以上|以下|以内|有余|\+)|[0-9][0-9.,]*\s*[多余几来]\S{0,3}"
    r"|[0-9][0-9.,]*\s*(?:-|~|—|–|至|到)\s*[0-9][0-9.,]*\D{0,4}",
    re.S | re.I,
)
_YEAR = re.compile(r"((?:19|20|21)[0-9]{2})(?:年度?|学年度?)?")
_SCHOOL_YEAR = re.compile(r"((?:19|20|21)[0-9]{2})年?[-/]([0-9]{4}|[0-9]{2})(?:年|学年)?度?(?:第一学期|秋季?学期)?")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?(?:[ T]00:00(?::00)?)?")
_SERIAL = re.compile(r"[2-5][0-9]{4}")
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_FLOAT_ID = re.compile(r"([0-9]+)\.0+")
_LOST_ID = re.compile(r"([0-9](?:\.[0-9]+)?(?=[eE]\+[0-9]{2})|[0-9]\.[0-9]+(?=[eE][0-9]))[eE]\+?([0-9]{1,3})")
_QUOTED = re.compile(r"'(.*)|=\"([^\"]*)\"", re.S)


@dataclass(frozen=True)
class Reading:
    """A cell as read. text: what the checks go on with; ways: how it was understood (words of the catalogue).

    unit: the unit that stood in the cell.  fault: code of a problem that makes the cell unreadable, or empty.
    """

    text: str
    ways: tuple[str, ...] = ()
    unit: str = ""
    fault: str = ""
    choices: tuple[str, ...] = ()
    """What the cell may have meant, where that is not clear."""
    shown: str = ""
    """What to tell as read where the text alone would mislead: with its unit, once it was converted."""

    @property
    def told(self) -> str:
        """The text that a note shows, which may be written into the cell as it stands."""
        return self.shown or self.text


def unquoted(cell: str) -> Reading:
    """Without the apostrophe or the formula that kept Excel from reading a number, and without a word for nothing."""
    found = _QUOTED.fullmatch(cell)
    inner = cell if found is None else (found[1] if found[1] is not None else found[2]).strip()
    ways = () if found is None else ("read_apostrophe",)
    return Reading("", ("read_nothing",)) if is_nothing(inner) else Reading(inner, ways)


def number(cell: str, canonical: str, factor: Fraction) -> Reading:
    """A number in other clothes. canonical: unit of the column; factor: of the unit in its head, for a bare number.

    A cell that is no number is handed back as it is, for the check to tell.
    """
    start = unquoted(cell)
    if not start.text:
        return start
    if PLAIN.fullmatch(start.text):
        return Reading(_scaled(start.text, factor), start.ways)
    plain = narrow(start.text)
    # A space that does not break a line is a separator, not a full-width sign.
    ways = (*start.ways, "read_full_width") if plain != _SPACES.sub(" ", start.text) else start.ways
    if PLAIN.fullmatch(plain):
        return Reading(_scaled(plain, factor), ways, shown=plain)
    if _VAGUE.fullmatch(plain):
        return Reading("", fault="SCN294")
    found = _NUMBER.fullmatch(plain)
    if found is None or (found[3] and not measures.is_unit(found[3])):
        return Reading(cell)
    sign, digits, unit = found.groups()
    bare = re.sub(r"[^0-9.]", "", digits)
    ways = (*ways, "read_thousands") if bare != digits else ways
    if not unit:
        return Reading(_scaled(sign + bare, factor), ways, shown=sign + bare)
    own = measures.factor(unit, canonical)
    if own is None:
        return Reading("", unit=unit, fault="SCN291")
    value = _scaled(sign + bare, own)
    shown = "" if own == factor == 1 else f"{_short(value)} {canonical}"
    return Reading(value, (*ways, "read_unit"), unit, shown=shown)


def _short(text: str) -> str:
    """A number without the digits that only arithmetic made."""
    return text if text.lstrip("+-").isdigit() else f"{float(text):.10g}"


def _scaled(text: str, factor: Fraction) -> str:
    if factor == 1:
        return text
    value = float(text)
    if value - value != 0:  # too large for a number
        return text
    exact = Fraction(repr(value)) * factor
    return str(exact.numerator) if exact.denominator == 1 else repr(float(exact))


def year(cell: str, school: bool) -> Reading:
    """A year: 2023年; and for school years 2023学年, 2023-2024学年, 2023-24, 2023/24 (the first of the two)."""
    start = unquoted(cell)
    if not start.text or PLAIN.fullmatch(start.text):
        return start
    text = folded(start.text)
    if PLAIN.fullmatch(text):
        return Reading(text, (*start.ways, "read_full_width"))
    found = _YEAR.fullmatch(text)
    if found is not None and (school or "学" not in text):
        return Reading(found[1], (*start.ways, "read_year"))
    found = _SCHOOL_YEAR.fullmatch(text) if school else None
    if found is not None and int(found[2]) % 100 == (int(found[1]) + 1) % 100:
        return Reading(found[1], (*start.ways, "read_school_year"))
    return Reading(cell)


def date(cell: str, in_workbook: bool) -> Reading:
    """A date as `2023-09-01`; a month without a day is its first day; days since 1900 only in a workbook."""
    start = unquoted(cell)
    if not start.text:
        return start
    text = narrow(start.text)
    compact = re.fullmatch(r"([12][0-9]{3})([0-9]{2})([0-9]{2})", text)
    found = compact or _DAY.fullmatch(text)
    if found is not None:
        way = "read_date" if found[3] else "read_month"
        try:
            day = dt.date(int(found[1]), int(found[2]), int(found[3] or 1)).isoformat()
        except ValueError:
            return Reading("", fault="SCN289")
        return Reading(day, start.ways if day == cell else (*start.ways, way))
    if in_workbook and _SERIAL.fullmatch(text):
        return Reading((_EXCEL_EPOCH + dt.timedelta(days=int(text))).isoformat(), (*start.ways, "read_serial"))
    return Reading("", fault="SCN289")


def identifier(cell: str) -> Reading:
    """An id that Excel may have turned into a decimal (`2152000123.0`) or into powers of ten."""
    start = unquoted(cell)
    text = narrow(start.text)
    ways = (*start.ways, "read_full_width") if text != start.text else start.ways
    if found := _FLOAT_ID.fullmatch(text):
        return Reading(found[1], (*ways, "read_decimal_id"))
    if found := _LOST_ID.fullmatch(text):
        digits = found[1].replace(".", "")
        if len(digits) < int(found[2]) + 1:
            return Reading("", fault="SCN296")
        return Reading(digits, (*ways, "read_decimal_id")) if len(digits) == int(found[2]) + 1 else Reading(cell)
    return Reading(text, ways)
