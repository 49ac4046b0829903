"""What `score` says in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP
from reports.score_view import ScoreView
from reports.score_words import SHORT, headline, school_lists, statements, table_rows, verdict_line, verdict_rows

MOST = 10
"""Verdicts listed; the page holds all."""


def score_table(view: ScoreView) -> Table:
    """Levels and years: errors beside the simple methods, and how many actual numbers the intervals held."""
    drawn = Table()
    for number, name in enumerate(SHORT):
        head = view.labels(f"score.short.{name}")
        drawn.add_column(head, justify="right" if number > 1 else "left", min_width=cell_len(head) if number else 8)
    for row in table_rows(view, SHORT):
        drawn.add_row(*(cell.replace(NBSP, " ") for cell in row))
    return drawn


def print_score(view: ScoreView, written: Sequence[Path], console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    console.print(score_table(view))
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"))
    verdicts = [" | ".join(row) for row in verdict_rows(view)[:MOST]]
    for line in filter(None, [*statements(view), *school_lists(view), verdict_line(view), *verdicts]):
        console.print(Text(line.replace(NBSP, " ")))
    for path in written:
        console.print(Text(view.labels("forecast.written", path=str(path))), soft_wrap=True)
