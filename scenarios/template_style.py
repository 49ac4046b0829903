"""Looks of the Excel templates: colours, fonts, widths."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from scenarios.table_columns import Column

_INK, _PALE, _QUIET, _LINE = "#1F4E5F", "#DCE9EC", "#F4F6F7", "#B8C4C8"
_NARROWEST, _WIDEST = 9, 30
_ROOMY = {"id": 16, "text": 18, "date": 13, "year": 10}


@dataclass(frozen=True)
class Styles:
    """Formats of one workbook."""

    needed: Format
    optional: Format
    text: Format
    number: Format
    date: Format
    title: Format
    heading: Format
    body: Format
    label: Format
    code: Format
    example: Format
    tab: str = _INK
    quiet_tab: str = _LINE


def styles(workbook: Workbook, lang: str) -> Styles:
    """Make the formats. The Chinese font is one that Windows, WPS and (as a substitute) Linux know."""
    font = {"font_name": "微软雅黑" if lang == "zh" else "Calibri", "font_size": 10, "valign": "vcenter"}
    framed = font | {"border": 1, "border_color": _LINE}
    head = framed | {"bold": True, "text_wrap": True, "align": "center"}
    wrapped = framed | {"text_wrap": True, "valign": "top"}

    def made(properties: Mapping[str, object]) -> Format:
        return workbook.add_format(dict(properties))

    return Styles(
        needed=made(head | {"bg_color": _INK, "font_color": "#FFFFFF"}),
        optional=made(head | {"bg_color": _PALE, "font_color": _INK}),
        text=made(font | {"num_format": "@"}),
        number=made(font | {"num_format": "General"}),
        date=made(font | {"num_format": "yyyy-mm-dd"}),
        title=made(font | {"bold": True, "font_size": 16, "font_color": _INK}),
        heading=made(font | {"bold": True, "font_size": 12, "font_color": _INK}),
        body=made(font | {"text_wrap": True, "valign": "top"}),
        label=made(wrapped),
        code=made(wrapped | {"bg_color": _QUIET}),
        example=made(wrapped | {"num_format": "@", "font_color": "#5A5A5A", "italic": lang == "en"}),
    )


def columns_wide(text: str) -> int:
    """How many narrow letters a text is wide: Chinese signs count twice."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def width(head: str, column: Column) -> float:
    """Width of a column [letters]: its head in at most two lines, and room for what its cells hold."""
    lines = -(-columns_wide(head) // 2) + 5 if columns_wide(head) > 16 else columns_wide(head) + 4
    return float(min(_WIDEST, max(_NARROWEST, _ROOMY.get(column.kind, 0), lines)))
