"""`parcels.xlsx`: the parcels for people: results, rules with sources, norms of land; equal land gives equal bytes."""

import datetime as dt
from pathlib import Path

import xlsxwriter

from reports.book_sheet import table_sheet
from reports.land_view import LandView

_CREATED = dt.datetime(2000, 1, 1)
_FILLS = {"free": "#D6E8F5", "measures": "#E3F2FA", "reduced": "#FBE8C5", "unfit": "#F6D3C0", "unknown": "#E6E6E6"}


def write_land_book(view: LandView, path: Path) -> Path:
    """The workbook in the language of the view: parcels, rules with sources, norms of land; returns its path."""
    labels = view.labels
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": _CREATED, "title": labels("land.title", study=view.study)})
        fills = {view.fits[fit]: colour for fit, colour in _FILLS.items()}
        table_sheet(book, labels("land.sheet.parcels"), view.table(), labels.lang, fills)
        table_sheet(book, labels("land.sheet.rules"), view.rules(), labels.lang, {})
        table_sheet(book, labels("land.sheet.norms"), view.norms(), labels.lang, {})
    return path
