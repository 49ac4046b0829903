"""`zoning.html`: a zoning beside that of the study, one self-contained page."""

from pathlib import Path

from reports.forecast_html import Chart, told_lines
from reports.html_report import render
from reports.whole import write_whole
from reports.zoning_view import ZoningView
from reports.zoning_words import (
    CHANGE_HEADS,
    SUMMARY_HEADS,
    ZONE_HEADS,
    change_rows,
    facts,
    headline,
    statements,
    summary_rows,
    title,
    zone_rows,
)


def write_zoning_page(view: ZoningView, chart: Chart, target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    words = view.labels
    context = {
        "title": title(view),
        "facts": facts(view),
        "headline": headline(view),
        "statements": statements(view),
        "chart": chart,
        "told": told_lines(view.told, words),
        "changes": change_rows(view) if view.changed else [],
        "summary": summary_rows(view),
        "zones": zone_rows(view),
    }
    heads = {"change_heads": CHANGE_HEADS, "summary_heads": SUMMARY_HEADS, "zone_heads": ZONE_HEADS}
    context |= {name: [words(f"zoning.column.{column}") for column in columns] for name, columns in heads.items()}
    return write_whole(target, render("zoning.html.j2", words, context))
