"""`necessity.html`: what happens without each project, on one self-contained page."""

from pathlib import Path

from reports.forecast_html import told_lines
from reports.html_report import render
from reports.necessity_view import HEADS, NecessityView, details, facts, headline, heat, rows
from reports.whole import write_whole


def write_necessity_page(view: NecessityView, target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    words, (years, lines) = view.labels, heat(view)
    context = {
        "title": words("necessity.title", study=view.study),
        "facts": facts(view),
        "synthetic": view.synthetic,
        "headline": headline(view),
        "heads": [words(f"necessity.column.{name}") for name in HEADS],
        "rows": rows(view),
        "years": years,
        "heat": lines,
        "details": details(view),
        "told": told_lines(view.told, words),
    }
    return write_whole(target, render("necessity.html.j2", words, context))
