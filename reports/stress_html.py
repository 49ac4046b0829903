"""`stress.html`: how far the drivers can go, on one self-contained page."""

from collections.abc import Mapping
from pathlib import Path

from reports.forecast_html import Chart, told_lines
from reports.html_report import render
from reports.stress_view import StressView
from reports.stress_words import (
    EFFECT_HEADS,
    HEADS,
    OUTPUTS,
    effect_rows,
    explained,
    facts,
    headline,
    method,
    statements,
    table_rows,
    title,
)
from reports.whole import write_whole


def write_stress_page(view: StressView, pictures: Mapping[str, Chart], target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    words, way = view.labels, method(view)
    context = {
        "title": title(view),
        "facts": facts(view),
        "headline": headline(view),
        "statements": statements(view),
        "pictures": pictures,
        "heads": [words(f"stress.column.{name}") for name in HEADS],
        "rows": table_rows(view),
        "pairs": table_rows(view, pairs=True),
        "effect_heads": [words(f"stress.column.{name}") for name in EFFECT_HEADS.get(way, ())],
        "effects": [(words(f"stress.output.{name}"), effect_rows(view, name)) for name in OUTPUTS] if way else [],
        "method": explained(view),
        "told": told_lines(view.told, words),
    }
    return write_whole(target, render("stress.html.j2", words, context))
