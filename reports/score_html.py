"""`score.html`: how good the forecast was, one self-contained page to attach."""

from collections.abc import Mapping
from pathlib import Path

from reports.forecast_html import Chart, told_lines
from reports.html_report import render
from reports.score_view import ScoreView
from reports.score_words import (
    LONG,
    headline,
    miss_rows,
    school_lists,
    statements,
    table_rows,
    verdict_line,
    verdict_rows,
)
from reports.whole import write_whole

MISS_HEADS = ("school", "said", "register", "difference", "place", "naive")
VERDICT_HEADS = ("school", "rule", "verdict", "outcome", "reason")


def write_score_page(view: ScoreView, charts: Mapping[str, Chart], target: Path) -> Path:
    """Write the page to the file `target`; returns its path."""
    labels = view.labels
    words = {"forecast": view.title, "register": view.register, "origin": labels.school_year(view.origin)}
    context = {
        "title": labels("score.title", name=view.title),
        "facts": labels("score.facts", **words),
        "headline": headline(view),
        "statements": statements(view),
        "charts": charts,
        "alts": {name: labels(f"score.section.{name}") for name in charts},
        "heads": [labels(f"score.column.{name}") for name in LONG],
        "rows": table_rows(view, LONG),
        "miss_heads": [labels(f"score.miss.{name}") for name in MISS_HEADS],
        "misses": miss_rows(view),
        "verdict_line": verdict_line(view),
        "verdict_heads": [labels(f"score.verdict.column.{name}") for name in VERDICT_HEADS],
        "verdicts": verdict_rows(view),
        "schools": school_lists(view),
        "told": told_lines(view.told, labels),
    }
    return write_whole(target, render("score.html.j2", labels, context))
