"""`backtest.html`: a statement of accuracy that a planner can attach, one self-contained page."""

from collections.abc import Mapping
from pathlib import Path

from reports.backtest_view import BacktestView
from reports.backtest_words import LONG, decisions, headline, statements, table_rows
from reports.forecast_html import Chart, told_lines
from reports.html_report import render
from reports.whole import write_whole

ALTS = {"errors": "wape", "coverage": "cover", "places": "cover", "overcrowding": "foreseen"}
"""Section that says what a chart shows."""


def write_backtest_page(view: BacktestView, charts: Mapping[str, Chart], target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    labels = view.labels
    years = {"first": labels.school_year(view.origins[0]), "last": labels.school_year(view.origins[-1])}
    counts = {"origins": len(view.origins), "schools": labels.count("school", view.schools)}
    context = {
        "title": labels("backtest.title", name=view.title),
        "facts": labels("backtest.facts", **years, **counts, draws=labels.integer(view.draws)),
        "headline": headline(view),
        "statements": statements(view),
        "decisions": decisions(view),
        "charts": charts,
        "alts": {name: labels(f"backtest.section.{ALTS[name]}") for name in charts},
        "heads": [labels(f"backtest.column.{name}") for name in LONG],
        "rows": table_rows(view, LONG),
        "told": told_lines(view.told, labels),
    }
    return write_whole(target, render("backtest.html.j2", labels, context))
