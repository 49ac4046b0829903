"""The first sheet of a template: how to fill it in, what each sheet holds, every column with an example."""

from collections.abc import Iterable, Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scenarios.dictionary import shared
from scenarios.table_columns import Bureau, Column, TableSpec
from scenarios.template_style import Styles, columns_wide
from scenarios.template_texts import about, bounds, example, head, rules, said

_WIDTHS = (28, 11, 38, 46, 24)
_LINE_HEIGHT = 16.5
_LETTERS = 1.1
"""Letters of the small font in a unit of width."""


def write_readme(sheet: Worksheet, bureau: Bureau, tables: Sequence[TableSpec], look: Styles, lang: str) -> None:
    """Fill the sheet."""
    for position, wide in enumerate(_WIDTHS):
        sheet.set_column(position, position, wide)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    row = _intro(sheet, bureau, look, lang)
    row = _tables(sheet, row, tables, look, lang)
    for spec in tables:
        row = _columns(sheet, row + 1, spec, look, lang)


def _intro(sheet: Worksheet, bureau: Bureau, look: Styles, lang: str) -> int:
    name = getattr(shared().bureaus[bureau], lang)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, said("title", lang, bureau=name), look.title)
    row = _paragraph(sheet, 1, said("intro", lang), look)
    sheet.write_string(row, 0, said("rules_head", lang), look.heading)
    for number, rule in enumerate(rules(lang), start=1):
        row = _paragraph(sheet, row + 1, f"{number}. {rule}", look) - 1
    return row + 2


def _paragraph(sheet: Worksheet, row: int, text: str, look: Styles) -> int:
    """A text over the whole width; returns the row below it."""
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, text, look.body)
    lines = -(-columns_wide(text) // int(sum(_WIDTHS) * _LETTERS))
    sheet.set_row(row, _LINE_HEIGHT * lines)
    return row + 1


def _tables(sheet: Worksheet, row: int, tables: Iterable[TableSpec], look: Styles, lang: str) -> int:
    sheet.write_string(row, 0, said("tables_head", lang), look.heading)
    _line(sheet, row + 1, [said(f"head_{name}", lang) for name in ("sheet", "use", "about", "source")], look.needed)
    row += 2
    for spec in tables:
        use = said("simulated" if spec.use == "engine" else "checked", lang)
        empty = said("no_rows_needed", lang) if spec.may_be_empty else ""
        zh = lang == "zh"
        cells = (spec.zh if zh else spec.en, use, (spec.about_zh if zh else spec.about_en) + empty,
                 spec.source if zh else spec.source_en)  # fmt: skip
        _line(sheet, row, cells, look.label)
        sheet.write_url(row, 0, f"internal:'{cells[0]}'!A1", look.label, cells[0])
        row += 1
    return row


def _columns(sheet: Worksheet, row: int, spec: TableSpec, look: Styles, lang: str) -> int:
    name = spec.zh if lang == "zh" else spec.en
    sheet.write_string(row, 0, said("columns_of", lang, table=name), look.heading)
    heads = ("column", "required", "type", "meaning", "example")
    _line(sheet, row + 1, [said(f"head_{head}", lang) for head in heads], look.needed)
    row += 2
    for column in spec.columns:
        _line(sheet, row, _cells(column, lang), look.label)
        sheet.write_string(row, 0, head(column, lang), look.code)
        sheet.write_string(row, len(_WIDTHS) - 1, example(column, lang), look.example)
        row += 1
    return row


def _cells(column: Column, lang: str) -> tuple[str, ...]:
    needed = said("required", lang) if column.required else ""
    return head(column, lang), needed, bounds(column, lang), about(column, lang), example(column, lang)


def _line(sheet: Worksheet, row: int, cells: Sequence[str], form: Format) -> None:
    """One row of a framed table; its last cell takes what is left of the width, its height what the texts need."""
    last = len(_WIDTHS) - 1
    lines = 1
    for position, text in enumerate(cells):
        ends = last if position == len(cells) - 1 else position
        wide = sum(_WIDTHS[position : ends + 1])
        lines = max(lines, -(-columns_wide(text) // int(wide * _LETTERS)))
        if ends > position:
            sheet.merge_range(row, position, row, ends, text, form)
        else:
            sheet.write_string(row, position, text, form)
    sheet.set_row(row, max(18, _LINE_HEIGHT * lines))
