"""What `size` says in the terminal: one table for each future and plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP
from reports.needs_words import Naming, cells, heads, lacking
from reports.sentences import UNVERIFIED


@dataclass(frozen=True)
class Case:
    """Rows of one future and plan."""

    future: str
    plan: str
    rows: pd.DataFrame


def print_needs(
    cases: Sequence[Case], naming: Naming, study: str, written: Sequence[Path], console: Console | None = None
) -> None:
    """Print everything (to standard output without a console)."""
    console, labels = console or Console(), naming.labels
    console.print(Text(labels("size.title", study=study), style="bold"))
    for case in cases:
        if case.rows.empty:
            continue
        share, years = float(case.rows["required"].iloc[0]), str(case.rows["years"].iloc[0])
        title = labels("size.case", future=case.future, plan=case.plan, years=years, share=labels.percent(share))
        lacks = lacking(case.rows, naming.study)
        if lacks.empty:
            console.print(Text(f"{title}: {labels('size.none')}".replace(NBSP, " ")))
            continue
        drawn = Table(title=title.replace(NBSP, " "), title_justify="left")
        for number, head in enumerate(heads(labels, share)):
            drawn.add_column(head.replace(NBSP, " "), justify="left" if number < 3 else "right", overflow="fold")
        for row in lacks.to_dict("records"):
            drawn.add_row(*(cell.replace(NBSP, " ") for cell in cells(row, naming, UNVERIFIED)))
        console.print(drawn)
    if any(lacking(case.rows, naming.study)["unverified"].any() for case in cases):
        codes = sorted({code for case in cases for code in lacking(case.rows, naming.study)["unverified"] if code})
        console.print(Text(labels("stress.unverified", clauses=labels("word.list").join(codes))))
    for path in written:
        console.print(Text(labels("size.written", path=str(path))), soft_wrap=True)
