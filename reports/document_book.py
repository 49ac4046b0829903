"""Documents and tables of a run as one Excel workbook: a sheet for each table, numbers as numbers, no formula.

Sheets of documents have their title and basis above the heads; those of the run begin with the heads. Heads are frozen
and filtered. Input texts are written as texts, whatever they begin with. Equal content gives equal bytes.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.book_tables import Sheet
from reports.book_words import sheet_names
from reports.document import Band, Cell, Column, Document, Hidden, Table
from reports.document_forms import basis_line, head, number_format, numeric
from reports.i18n import Labels
from reports.whole import write_whole_bytes
from scenarios.template_style import columns_wide

_CREATED = dt.datetime(2000, 1, 1)
_INK = "#1F4E5F"
_WIDEST, _NARROWEST, _LOOKED_AT = 40, 8, 60
_LONGEST_TEXT = 32_767
"""Characters that Excel keeps in a cell."""


@dataclass(frozen=True)
class Look:
    """Formats of a workbook; one for each number format."""

    book: Workbook
    font: str
    head: Format
    title: Format
    note: Format
    text: Format
    numbers: dict[tuple[str, bool], Format]

    def number(self, form: str, bold: bool = False) -> Format:
        """Format of numbers, made once."""
        if (form, bold) not in self.numbers:
            given = {"font_name": self.font, "font_size": 10, "num_format": form, "bold": bold}
            self.numbers[form, bold] = self.book.add_format(given)
        return self.numbers[form, bold]


def _look(book: Workbook, labels: Labels) -> Look:
    font = "微软雅黑" if labels.lang == "zh" else "Calibri"
    base = {"font_name": font, "font_size": 10}
    head = {
        "bold": True,
        "bg_color": _INK,
        "font_color": "#FFFFFF",
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    }
    return Look(
        book,
        font,
        book.add_format({**base, **head}),
        book.add_format({**base, "bold": True, "font_size": 13}),
        book.add_format({**base, "font_color": "#666666"}),
        book.add_format(base),
        {},
    )


def book_of(documents: Sequence[Document], sheets: Sequence[Sheet], remarks: Sequence[str] = ()) -> bytes:
    """The workbook: what it is, the tables of the documents, the tables of the run.

    remarks: what else the first sheet has to say.
    """
    first = documents[0]
    labels = Labels(first.lang)
    papers = [table for document in documents for table in document.tables]
    shown = [one for one in sheets if one.step != "file"]
    names = sheet_names([labels("book.readme"), *(one.title for one in papers), *(one.table.title for one in shown)])
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _CREATED, "title": first.title, "comments": first.stamp})
        look = _look(book, labels)
        readme = book.add_worksheet(names[0])
        for name, table in zip(names[1:], papers, strict=False):
            _sheet(book.add_worksheet(name), look, table, labels, above=True)
        for name, one in zip(names[1 + len(papers) :], shown, strict=True):
            _sheet(book.add_worksheet(name), look, one.table, labels, above=False)
        kept = iter(names[1 + len(papers) :])
        listed = [("" if one.step == "file" else next(kept), one) for one in sheets]
        _readme(readme, look, first, _contents(labels, list(zip(names[1:], papers, strict=False)), listed), remarks)
    return buffer.getvalue()


def write_book(documents: Sequence[Document], sheets: Sequence[Sheet], path: Path, remarks: Sequence[str] = ()) -> Path:
    """Write the workbook; returns its path."""
    return write_whole_bytes(path, book_of(documents, sheets, remarks))


def _contents(
    labels: Labels, papers: Sequence[tuple[str, Table]], sheets: Sequence[tuple[str, Sheet]]
) -> list[tuple[str, str, float, float | None, str]]:
    """Lines of the contents: sheet (empty: none), what it holds, rows, rows in the run, its basis or what was kept."""
    lines: list[tuple[str, str, float, float | None, str]] = []
    for name, table in papers:
        basis = "" if table.basis is None else basis_line(table.basis, labels)
        lines.append((name, table.title, float(len(table.rows)), None, basis))
    for name, one in sheets:
        kept = labels(f"book.kept.{one.step}", file=one.file)
        lines.append((name, one.table.title, float(len(one.table.rows)), float(one.rows), kept))
    return lines


def _readme(
    sheet: Worksheet,
    look: Look,
    document: Document,
    contents: Sequence[tuple[str, str, float, float | None, str]],
    remarks: Sequence[str],
) -> None:
    labels = Labels(document.lang)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 3, 12)
    sheet.set_column(4, 4, 90)
    sheet.write_string(0, 0, document.title, look.title)
    said = [*document.marks, *remarks, *(labels(f"book.about.{n}") for n in range(1, 7)), document.stamp]
    row = 1
    for name, value in document.cover:
        sheet.write_string(row, 0, name, look.note)
        sheet.write_string(row, 1, value, look.text)
        row += 1
    for text in said:
        sheet.write_string(row, 0, text, look.text)
        row += 1
    row += 1
    for place, key in enumerate(("sheet", "holds", "rows", "rows_run", "kept")):
        sheet.write_string(row, place, labels(f"book.column.{key}"), look.head)
    for line, (name, title, rows, of, kept) in enumerate(contents, start=row + 1):
        if name:
            sheet.write_url(line, 0, f"internal:'{name}'!A1", look.text, name)
        sheet.write_string(line, 1, title, look.text)
        sheet.write_number(line, 2, rows, look.number("#,##0"))
        if of is not None:
            sheet.write_number(line, 3, of, look.number("#,##0"))
        sheet.write_string(line, 4, kept, look.text)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def flat(table: Table, labels: Labels) -> tuple[list[str], list[Column]]:
    """Heads of a sheet and the column each belongs to: the ends of a banded one stand beside it."""
    heads, columns = [], []
    for column in table.columns:
        name = head(column, labels)
        name = f"{column.group} · {name}" if column.group else name
        ends = [labels("book.low"), labels("book.high")] if column.banded else []
        heads += [name, *(f"{name} {end}" for end in ends)]
        columns += [column] * (1 + len(ends))
    return heads, columns


def flat_cells(row: Sequence[Cell], table: Table) -> list[str | float | Hidden | None]:
    """Cells of a row as they stand in the sheet."""
    cells: list[str | float | Hidden | None] = []
    for cell, column in zip(row, table.columns, strict=True):
        if isinstance(cell, Band):
            cells += [cell.middle, cell.low, cell.high] if column.banded else [cell.middle]
        else:
            cells += [cell, None, None] if column.banded else [cell]
    return cells


def _sheet(sheet: Worksheet, look: Look, table: Table, labels: Labels, above: bool) -> None:
    heads, columns = flat(table, labels)
    top = 0
    if above:
        sheet.write_string(0, 0, table.title, look.title)
        sheet.write_string(1, 0, "" if table.basis is None else basis_line(table.basis, labels), look.note)
        top = 2
    sheet.set_row(top, 34)
    for place, name in enumerate(heads):
        sheet.write_string(top, place, name, look.head)
    bold = {place for place, _ in table.sums}
    plain = [look.number(number_format(column.form)) for column in columns]
    strong = [look.number(number_format(column.form), bold=True) for column in columns]
    for number, row in enumerate(table.rows):
        formats = strong if number in bold else plain
        for place, cell in enumerate(flat_cells(row, table)):
            if isinstance(cell, str):
                sheet.write_string(top + 1 + number, place, cell[:_LONGEST_TEXT], formats[place])
            elif isinstance(cell, Hidden):
                sheet.write_string(top + 1 + number, place, labels("document.hidden"), formats[place])
            elif cell is not None and cell == cell:
                sheet.write_number(top + 1 + number, place, cell, formats[place])
    for number, remark in enumerate(table.remarks):
        sheet.write_string(top + 2 + len(table.rows) + number, 0, remark, look.note)
    for place, wide in enumerate(_widths(table, heads)):
        sheet.set_column(place, place, wide)
    if table.rows:
        sheet.autofilter(top, 0, top + len(table.rows), len(heads) - 1)
    sheet.freeze_panes(top + 1, 1 if len(heads) > 1 else 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _widths(table: Table, heads: Sequence[str]) -> list[float]:
    """Widths by heads (on two lines) and the first rows."""
    wide = [max(columns_wide(name) / 2.0 + 2.0, _NARROWEST) for name in heads]
    columns = [column for column in table.columns for _ in range(3 if column.banded else 1)]
    for row in table.rows[:_LOOKED_AT]:
        for place, cell in enumerate(flat_cells(row, table)):
            if isinstance(cell, str) and not numeric(columns[place]):
                wide[place] = max(wide[place], columns_wide(cell) + 2.0)
    return [min(one, _WIDEST) for one in wide]
