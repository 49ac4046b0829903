"""`report.html` of a programme: one self-contained page that links to the pages of its members."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reports.album import CSS_PER_INCH, pixels_of, small_png
from reports.document import Table
from reports.document_forms import head, printed
from reports.forecast_html import Chart
from reports.html_report import render
from reports.i18n import Labels, language
from reports.programme_figures import charts
from reports.programme_risk_tables import risk_tables
from reports.programme_view import (
    MOST,
    ProgrammeView,
    broken_rows,
    case_rows,
    cases,
    flow_rows,
    gap_table,
    headline,
    number_rows,
    oversized_rows,
    project_rows,
    quota_table,
)
from reports.programme_words import assumptions, facts, marks, told
from reports.whole import write_whole

TABLES = ("cases", "numbers", "gaps", "oversized", "projects", "quotas", "flows")


def write_programme_page(card: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], lang: str, target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    view = ProgrammeView(card, tables, Labels(language(lang)))
    return write_whole(target, render("programme.html.j2", view.labels, _context(view)))


def _context(view: ProgrammeView) -> dict[str, object]:
    words, card = view.labels, view.card
    return {
        "title": words("programme.title", name=view.title),
        "facts": facts(view),
        "headline": headline(view),
        "marks": [*marks(view), *told(view)],
        "pictures": {name: _chart(figure) for name, figure in charts(view).items()},
        "tables": _shown(view),
        "members": [
            (view.name("members", one["id"]), one["status"] == "done", f"{one['id']}/report.html", _group(view, one))
            for one in card["members"]
        ],
        "broken": broken_rows(view),
        "broken_heads": [words(f"programme.column.{name}") for name in ("member", "code", "place", "what")],
        "assumptions": assumptions(view),
        "member_level": view.level("member"),
    }


def _shown(view: ProgrammeView) -> list[tuple[str, list[str], list[list[str]], str]]:
    """Name, heads, rows and note of every table that has rows; the ranked risk list after the verdicts."""
    shown = [(name, _heads(view, name), rows, _note(view, name)) for name, rows in _rows(view).items() if rows]
    return [*shown[:1], *(_printed(view, table) for table in risk_tables(view, MOST)), *shown[1:]]


def _printed(view: ProgrammeView, table: Table) -> tuple[str, list[str], list[list[str]], str]:
    """A table of the document as the page shows it."""
    words = view.labels
    pairs = [zip(row, table.columns, strict=True) for row in table.rows]
    rows = [[printed(cell, column, words) for cell, column in row] for row in pairs]
    note = f"{words('programme.risk.order', **_front(view))} {' '.join(table.remarks)}"
    return table.key.removeprefix("p_"), [head(column, words) for column in table.columns], rows, note


def _front(view: ProgrammeView) -> dict[str, str]:
    return {"future": view.name("futures", view.first_future), "plan": view.name("plans", view.plan)}


def _rows(view: ProgrammeView) -> dict[str, list[list[str]]]:
    makers = (case_rows, number_rows, gap_table, oversized_rows, project_rows, quota_table, flow_rows)
    return {name: make(view) for name, make in zip(TABLES, makers, strict=True)}


_HEADS = {
    "numbers": ("future", "plan", "roll", "seats", "beyond_seats", "schools_over"),
    "gaps": ("measure", "lowest", "highest", "gap", "cv"),
    "oversized": ("rank", "school", "member", "p_over", "worst_year", "pupils_over"),
    "projects": ("rank", "project", "member", "schools", "p_before", "p_after", "over_before", "cost"),
    "quotas": ("quota", "plan", "year", "target", "reached", "p_met"),
    "flows": ("from", "to", "stage", "share", "state"),
}


def _heads(view: ProgrammeView, table: str) -> list[str]:
    words = view.labels
    if table == "cases":
        return [view.level("member"), *(f"{view.name('futures', f)} · {view.name('plans', p)}" for f, p in cases(view))]
    return [view.level("member") if name == "member" else words(f"programme.column.{name}") for name in _HEADS[table]]


def _note(view: ProgrammeView, table: str) -> str:
    words, card = view.labels, view.card
    values = {
        "plan": view.name("plans", view.plan),
        "future": view.name("futures", view.first_future),
        "first": words.school_year(card["window"][0]),
        "last": words.school_year(card["window"][1]),
        "most": MOST,
        "member": view.level("member"),
        "whole": view.level("whole"),
        "p": words.percent(card["p_required"]),
    }
    return words(f"programme.note.{table}", **values)


def _group(view: ProgrammeView, member: Mapping[str, Any]) -> str:
    return view.name("groups", member["group"]) if member["group"] is not None else ""


def _chart(figure: Any) -> Chart:
    width, height = (round(float(side) * CSS_PER_INCH) for side in figure.get_size_inches())
    return Chart(small_png(pixels_of(figure)), width, height)
