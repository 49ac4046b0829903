"""How the command line shows things: language in force, problems, progress, tables."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from scenarios.problems import Problem, as_record, render
from schoolplan.cli_texts import say, word
from schoolplan.implied import Table

SEVERITIES = ("error", "warning", "note")
_RATIOS = {"plan": 2, "projects": 2, "what": 2, "in_force": 6, "from": 3}
"""Widths of the columns of the table on building."""
_chosen: dict[str, str] = {}


def choose_language(lang: str | None) -> str:
    """Set the language of messages for this process: the option, else SCHOOLPLAN_LANG, else LANG, else Chinese."""
    wanted = lang or os.environ.get("SCHOOLPLAN_LANG") or os.environ.get("LANG", "zh")[:2]
    _chosen["lang"] = wanted if wanted in {"zh", "en"} else "zh" if lang is None and wanted[:1] == "z" else "en"
    return _chosen["lang"]


def language() -> str:
    """The language in force."""
    return _chosen.get("lang") or choose_language(None)


def print_problems(problems: Sequence[Problem], as_json: bool = False, notes: bool = True) -> None:
    """One clickable line and its remedy per problem, on standard error; or a JSON list on standard output.

    Errors come first, then warnings; notes stand at the end under their own heading, or are left out.
    """
    told = [p for severity in SEVERITIES for p in problems if p.severity == severity and (notes or severity != "note")]
    if as_json:
        print(json.dumps([as_record(problem, language()) for problem in told], ensure_ascii=False, indent=2))
        return
    for number, problem in enumerate(told):
        if problem.severity == "note" and (number == 0 or told[number - 1].severity != "note"):
            print(say("check.notes", language()), file=sys.stderr)
        print(render(problem, language()), file=sys.stderr)


def count_problems(problems: Sequence[Problem]) -> dict[str, int]:
    """How many there are of each kind: errors, warnings, notes."""
    return {f"{severity}s": sum(p.severity == severity for p in problems) for severity in SEVERITIES}


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with what is being done and what is left; silent when asked or when nobody watches."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda what, done, of: None
        return
    words = TextColumn("{task.description}")
    columns = (words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = int(bar.add_task(say(f"progress.{what}", language()), total=of))
            bar.update(tasks[what], completed=done, total=of)  # type: ignore[arg-type]

        yield tell


def print_tables(tables: Sequence[Table], as_json: bool) -> None:
    """Tables of `explain`."""
    if as_json:
        records = {t.title: [dict(zip(t.heads, row, strict=True)) for row in t.rows] for t in tables}
        print(json.dumps(records, ensure_ascii=False, indent=2))
        return
    console = Console()
    for table in tables:
        told = table.title == "explain.building"
        title = say(table.title, language())
        drawn = RichTable(title=title, title_justify="left", header_style="bold", expand=told)
        for head in table.heads:
            # Sentences need room; ids and names beside them are short.
            drawn.add_column(
                say(f"head.{head}", language()), overflow="fold", ratio=_RATIOS.get(head) if told else None
            )
        for row in table.rows:
            drawn.add_row(*(word(cell, language()) for cell in row))
        console.print(drawn)
