"""What `zoning` says in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP
from reports.zoning_view import ZoningView
from reports.zoning_words import SUMMARY_HEADS, headline, statements, summary_rows


def print_zoning(view: ZoningView, written: Sequence[Path], console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    drawn = Table()
    for number, name in enumerate(SUMMARY_HEADS):
        head = view.labels(f"zoning.column.{name}")
        drawn.add_column(head, justify="right" if number > 1 else "left", min_width=cell_len(head), overflow="fold")
    for row in summary_rows(view):
        drawn.add_row(*(cell.replace(NBSP, " ") for cell in row))
    console.print(drawn)
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"))
    for line in statements(view):
        console.print(Text(line.replace(NBSP, " ")))
    for path in written:
        console.print(Text(view.labels("zoning.written", path=str(path))), soft_wrap=True)
