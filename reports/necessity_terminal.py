"""What `necessity` says in the terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP
from reports.necessity_view import HEADS, NecessityView, facts, headline, rows

SHOWN = ("rank", "project", "spared", "needed", "cost", "verdict")
"""Columns of the terminal; the page has them all."""


def print_necessity(view: NecessityView, written: Sequence[Path], console: Console | None = None) -> None:
    """Print everything (to standard output without a console)."""
    console = console or Console()
    console.print(Text(facts(view).replace(NBSP, " ")))
    drawn = Table()
    for name in SHOWN:
        justify: JustifyMethod = "right" if name in ("rank", "cost") else "left"
        drawn.add_column(view.labels(f"necessity.column.{name}"), justify=justify)
    for cells in rows(view):
        drawn.add_row(*(cell.replace(NBSP, " ") for name, cell in zip(HEADS, cells, strict=True) if name in SHOWN))
    console.print(drawn)
    # Chinese has no spaces to break at but those beside figures, which would leave short lines.
    console.print(Text(headline(view).replace(NBSP, " "), style="bold"), soft_wrap=view.labels.lang == "zh")
    for path in written:
        console.print(Text(view.labels("zoning.written", path=str(path))), soft_wrap=True)
