"""What `stress` says in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP
from reports.stress_view import StressView
from reports.stress_words import HEADS, base_line, facts, headline, sentence, table_rows

SHOWN = ("driver", "change", "reach", "response")
"""Columns of the terminal; the sentences below say what breaks."""


def print_stress(view: StressView, written: Sequence[Path], console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    console.print(Text(facts(view).replace(NBSP, " ")))
    drawn = Table()
    for number, name in enumerate(SHOWN):
        head = view.labels(f"stress.column.{name}")
        drawn.add_column(head, justify="right" if number in (1, 2) else "left", min_width=cell_len(head))
    for cells in [*table_rows(view), *table_rows(view, pairs=True)]:
        shown = (cell for name, cell in zip(HEADS, cells, strict=True) if name in SHOWN)
        drawn.add_row(*(cell.replace(NBSP, " ") for cell in shown))
    console.print(drawn)
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"))
    console.print(Text(base_line(view).replace(NBSP, " ")))
    for row in view.singles:
        if row["fails"]:
            console.print(Text(sentence(view, row).replace(NBSP, " ")))
    for path in written:
        console.print(Text(view.labels("zoning.written", path=str(path))), soft_wrap=True)
