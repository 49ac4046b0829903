"""`forecast.xlsx`: the forecast for those who go on in Excel, and every number of the path taken apart.

Texts of the planner are written as texts, never as formulas; equal forecasts give equal bytes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reports.forecast_html import told_lines, trust_lines
from reports.forecast_terminal import headline
from reports.forecast_view import ForecastView
from reports.i18n import Labels
from scenarios.template_style import columns_wide
from sim.forecast_pieces import FACTORS, WEIGHTS
from sim.forecast_rows import ALL, QUANTILES, STATISTICS

_CREATED = dt.datetime(2000, 1, 1)
_INK, _PALE = "#1F4E5F", "#F4F6F7"
_WIDTHS = {"district": 20, "school": 20, "name": 30, "grade": 8, "year": 9}
MOST_TOLD = 200
_LETTERS, _LINE = 110, 14.5
"""Width of the read-me [narrow letters] and height of one of its lines [pt]."""


@dataclass(frozen=True)
class _Look:
    head: Format
    text: Format
    whole: Format
    tenth: Format
    factor: Format
    title: Format
    body: Format


def write_book(view: ForecastView, target: Path) -> Path:
    """Write the workbook; returns its path."""
    with xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _CREATED, "title": view.labels("forecast.title", name=view.title)})
        look = _look(book, view.labels)
        _readme(book.add_worksheet(view.labels("forecast.sheet.readme")), view, look)
        for sheet, levels in (("county", ("county", "county-stage", "county-grade")),
                              ("districts", ("district", "district-grade")), ("schools", ("school",)),
                              ("stages", ("school-stage",)), ("cells", ("school-grade",))):  # fmt: skip
            rows = pd.concat([view.level(level) for level in levels])
            if len(rows):
                _numbers(book.add_worksheet(view.labels(f"forecast.sheet.{sheet}")), view, rows, sheet, look)
        _how(book.add_worksheet(view.labels("forecast.sheet.how")), view, look)
    return target


def _look(book: Workbook, labels: Labels) -> _Look:
    font = {"font_name": "微软雅黑" if labels.lang == "zh" else "Calibri", "font_size": 10, "valign": "top"}

    def made(**more: object) -> Format:
        return book.add_format({**font, **more})

    return _Look(
        head=made(bold=True, bg_color=_INK, font_color="#FFFFFF", text_wrap=True, valign="vcenter", align="center"),
        text=made(num_format="@"),
        whole=made(num_format="0"),
        tenth=made(num_format="#,##0.0"),
        factor=made(num_format="0.000"),
        title=made(bold=True, font_size=16, font_color=_INK),
        body=made(text_wrap=True),
    )


def _readme(sheet: Worksheet, view: ForecastView, look: _Look) -> None:
    labels = view.labels
    sheet.set_column(0, 0, _LETTERS)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, labels("forecast.title", name=view.title), look.title)
    years = {"origin": labels.school_year(view.origin), "last": labels.school_year(view.last)}
    schools = labels.count("school", view.level("school")["school"].nunique())
    lines = [
        labels("forecast.facts", **years, schools=schools, draws=labels.integer(view.draws)),
        headline(view),
        labels("forecast.page.terms" if view.intervals else "forecast.page.no_intervals"),
        labels("forecast.readme.sums"),
        "",
        labels("forecast.section.how"),
        labels("forecast.how"),
        labels("forecast.readme.how"),
        labels("forecast.limits"),
        "",
        labels("forecast.section.trust"),
        *trust_lines(view.trust, labels),
        "",
        labels("forecast.section.told"),
        *(f"{word} {text} ({place})" for word, place, text in told_lines(view.told, labels)[:MOST_TOLD]),
    ]
    for row, line in enumerate(lines, start=1):
        sheet.set_row(row, _LINE * max(1, -(-columns_wide(line) // _LETTERS)))
        sheet.write_string(row, 0, line.replace("\u00a0", " "), look.body)


def _numbers(sheet: Worksheet, view: ForecastView, rows: pd.DataFrame, kind: str, look: _Look) -> None:
    """Ids, then mean and quantiles, one row for each entity and year; totals of all grades before the grades."""
    labels = view.labels
    keys = {"county": ["grade"], "districts": ["district", "grade"], "schools": ["district", "school"],
            "stages": ["district", "school", "grade"], "cells": ["district", "school", "grade"]}[kind]  # fmt: skip
    if not view.districts():
        keys = [key for key in keys if key != "district"]
    columns: dict[str, Sequence[object]] = {}
    heads: list[str] = []
    for key in keys:
        said = {ALL: labels("forecast.all_grades"), **{stage: labels.pick(name) for stage, name in view.stages.items()}}
        texts = rows[key].replace(said) if key == "grade" else rows[key]
        columns[key] = texts.tolist()
        heads.append(labels(f"forecast.head.{key}"))
        if key == "school":
            columns["name"] = [view.name(one) for one in rows[key]]
            heads.append(labels("forecast.head.name"))
    columns["year"] = rows["year"].tolist()
    heads += [labels("forecast.head.year"), labels("forecast.head.mean")]
    heads += [labels("forecast.head.quantile", q=q) for q in QUANTILES]
    columns |= {name: rows[name].round(1).tolist() for name in STATISTICS}
    formats = dict.fromkeys(STATISTICS, look.tenth)
    _table(sheet, heads, columns, {**formats, "year": look.whole}, look)


def _how(sheet: Worksheet, view: ForecastView, look: _Look) -> None:
    """The pieces of every cell and year as factors, in the order in which they are multiplied."""
    labels, rows = view.labels, view.pieces
    keys = ["district"] if view.districts() else []
    names = [*keys, "school", "grade", "year", "path", "start", *FACTORS, "ratio", *WEIGHTS]
    columns = {
        name: rows[name].round(4).tolist() if rows[name].dtype == float else rows[name].tolist() for name in names
    }
    formats: dict[str, Format] = dict.fromkeys([*FACTORS, "ratio", *WEIGHTS], look.factor)
    formats |= {"path": look.tenth, "start": look.tenth, "year": look.whole}
    _table(sheet, [labels(f"forecast.head.{name}") for name in names], columns, formats, look)


def _table(
    sheet: Worksheet,
    heads: Sequence[str],
    columns: Mapping[str, Sequence[object]],
    formats: Mapping[str, Format],
    look: _Look,
) -> None:
    """A table with a frozen, filtered head; texts stay texts, missing numbers empty."""
    count = len(next(iter(columns.values())))
    sheet.set_row(0, 34)
    texts = 0
    for position, (head, (name, values)) in enumerate(zip(heads, columns.items(), strict=True)):
        form = formats.get(name, look.text)
        sheet.set_column(position, position, _WIDTHS.get(name, 11), form)
        sheet.write_string(0, position, head, look.head)
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                sheet.write_string(row, position, value, form)
            elif isinstance(value, (int, float)) and not np.isnan(value):
                sheet.write_number(row, position, value, form)
        texts += name in _WIDTHS
    sheet.autofilter(0, 0, count, len(heads) - 1)
    sheet.freeze_panes(1, texts)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
