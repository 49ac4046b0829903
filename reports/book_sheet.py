"""One sheet of a workbook for people: a table with a frozen, filtered head; equal tables give equal bytes."""

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from scenarios.template_style import columns_wide

_INK = "#1F4E5F"
_WIDEST = 46


def table_sheet(book: Workbook, name: str, frame: pd.DataFrame, lang: str, fills: dict[str, str]) -> None:
    """A table with a frozen, filtered head; a row is filled by the word of one of its cells."""
    font = {"font_name": "微软雅黑" if lang == "zh" else "Calibri", "font_size": 10, "valign": "top"}
    head = book.add_format(
        {**font, "bold": True, "bg_color": _INK, "font_color": "#FFFFFF", "text_wrap": True, "align": "center"}
    )
    plain = book.add_format({**font, "text_wrap": True})
    filled = {word: book.add_format({**font, "text_wrap": True, "bg_color": colour}) for word, colour in fills.items()}
    sheet = book.add_worksheet(name)
    sheet.set_row(0, 34)
    for position, title in enumerate(frame.columns):
        texts = [str(title)[:12], *(str(value) for value in frame[title])]
        sheet.set_column(position, position, min(max(columns_wide(text) for text in texts) + 2, _WIDEST))
        sheet.write_string(0, position, str(title), head)
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=1):
        form: Format = next((filled[value] for value in values if isinstance(value, str) and value in filled), plain)
        for position, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, position, value, form)
            elif value == value:  # NaN is the one number that is not itself
                sheet.write_number(row, position, float(value), form)
            else:
                sheet.write_blank(row, position, None, form)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
