"""What `backtest` says in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.backtest_view import BacktestView
from reports.backtest_words import SHORT, decisions, headline, statements, table_rows
from reports.i18n import NBSP

BRIEF = ("horizon", "n", "own", "ratio", "naive", "skill", "cover80")
"""Columns with a shorter head in the terminal."""


def score_table(view: BacktestView) -> Table:
    """Level by years ahead: errors beside the simple methods, and how many actual numbers the intervals held."""
    drawn, last = Table(), ""
    for number, name in enumerate(SHORT):
        head = view.labels(f"backtest.short.{name}" if name in BRIEF else f"backtest.column.{name}")
        # Numbers and their heads never fold; the names of levels may.
        drawn.add_column(head, justify="right" if number else "left", min_width=cell_len(head) if number else 8)
    for row in table_rows(view, SHORT):
        if last and row[0] != last:
            drawn.add_section()
        drawn.add_row("" if row[0] == last else row[0], *(cell.replace(NBSP, " ") for cell in row[1:]))
        last = row[0]
    return drawn


def print_backtest(view: BacktestView, written: Sequence[Path], seconds: float, console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    console.print(score_table(view))
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"))
    for line in filter(None, [*statements(view), decisions(view)]):
        console.print(Text(line.replace(NBSP, " ")))
    for path in written:
        console.print(Text(view.labels("forecast.written", path=str(path))), soft_wrap=True)
    console.print(Text(view.labels("forecast.seconds", seconds=f"{seconds:.1f}")))
