"""Excel templates: one workbook per bureau with a read-me sheet and an empty sheet for each table it supplies.

Everything in them comes from the data dictionary; the same dictionary gives the same bytes.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scenarios.dictionary import shared
from scenarios.grid import MOST_ROWS, column_letters
from scenarios.table_columns import Bureau, Column, TableSpec
from scenarios.table_specs import SPECS
from scenarios.template_readme import write_readme
from scenarios.template_style import Styles, styles, width
from scenarios.template_texts import bounds, head, hints, offered, said

_CREATED = dt.datetime(2000, 1, 1)
"""Fixed, so that a template made twice is the same file."""
_FIRST, _LAST = 1, MOST_ROWS
_NOTE_LINE = 20
"""Height of a line of a cell note [pixels]."""
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


@dataclass(frozen=True)
class Book:
    """One workbook of the templates."""

    bureau: Bureau
    file: str
    """File name with suffix."""
    tables: tuple[TableSpec, ...]


def books(lang: str) -> tuple[Book, ...]:
    """The workbooks of a language, one for each bureau that supplies a table."""
    found = []
    for bureau, entry in shared().bureaus.items():
        tables = tuple(spec for spec in SPECS.values() if spec.bureau == bureau)
        if tables:
            found.append(Book(bureau, f"{getattr(entry.file, lang)}.xlsx", tables))
    return tuple(found)


def sheet_name(spec: TableSpec, lang: str) -> str:
    """Sheet of a table: its short name."""
    return spec.zh if lang == "zh" else spec.en


def write_book(path: Path, book: Book, lang: str) -> None:
    """Write one workbook; a file of that name is replaced."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": _CREATED, "title": getattr(shared().bureaus[book.bureau], lang)})
        look = styles(workbook, lang)
        write_readme(workbook.add_worksheet(said("readme", lang)), book.bureau, book.tables, look, lang)
        for spec in book.tables:
            _write_sheet(workbook.add_worksheet(sheet_name(spec, lang)), spec, look, lang)


def _write_sheet(sheet: Worksheet, spec: TableSpec, look: Styles, lang: str) -> None:
    sheet.set_row(0, 36)
    for position, column in enumerate(spec.columns):
        text = head(column, lang)
        sheet.set_column(position, position, width(text, column), _cells(column, look))
        sheet.write_string(0, position, text, look.needed if column.required else look.optional)
        _note(sheet, position, column, lang)
        _validate(sheet, position, column, lang)
    last = len(spec.columns) - 1
    sheet.autofilter(0, 0, _LAST, last)
    leading = next((n for n, column in enumerate(spec.columns) if column.name not in spec.key), 1)
    sheet.freeze_panes(1, max(1, min(leading, 2)))
    sheet.ignore_errors({"number_stored_as_text": f"A1:{column_letters(last)}{_LAST + 1}"})
    sheet.set_tab_color(look.tab if spec.use == "engine" else look.quiet_tab)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cells(column: Column, look: Styles) -> Format:
    """Format of the cells: text for what must stay as typed, so that Excel turns no code into a number."""
    if column.kind in ("id", "text", "grade", "choice", "flag"):
        return look.text
    return look.date if column.kind == "date" else look.number


def _note(sheet: Worksheet, position: int, column: Column, lang: str) -> None:
    lines = hints(column, lang)
    wrapped = sum(1 + len(line) // (20 if lang == "zh" else 38) for line in lines)
    options = {"author": "schoolplan", "width": 300, "height": 12 + _NOTE_LINE * wrapped, "font_size": 10}
    sheet.write_comment(0, position, "\n".join(lines), options)


def _validate(sheet: Worksheet, position: int, column: Column, lang: str) -> None:
    """A list for choices, a range for numbers and dates; ids and texts take anything."""
    rule = _rule(column, lang)
    if rule is None:
        return
    name = column.zh if lang == "zh" else column.en
    message = bounds(column, lang)
    sheet.data_validation(
        _FIRST, position, _LAST, position,
        rule | {
            "ignore_blank": True,
            "input_title": _short(name, 32),
            "input_message": _short("\n".join(hints(column, lang)[:4]), 255),
            "error_title": _short(said("wrong", lang), 32),
            "error_message": _short(f"{name}: {message}", 255),
        },
    )  # fmt: skip


def _rule(column: Column, lang: str) -> dict[str, object] | None:
    choices = offered(column, lang)
    if choices:
        # Stages are named in study.yaml, and what is not in the list may be right there.
        return {"validate": "list", "source": choices, "error_type": "warning" if column.refers else "stop"}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    if column.kind not in ("whole", "number", "year"):
        return None
    kind = "decimal" if column.kind == "number" else "integer"
    if column.low is not None and column.high is not None:
        return {"validate": kind, "criteria": "between", "minimum": column.low, "maximum": column.high}
    if column.low is not None:
        return {"validate": kind, "criteria": ">=", "value": column.low}
    return {"validate": kind, "criteria": "between", "minimum": -1e9, "maximum": 1e9}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
