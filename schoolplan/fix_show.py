"""How the command line shows repairs: problems first, then what was repaired in the copy and what is left."""

import json
from collections import Counter
from collections.abc import Sequence

import typer

from scenarios.problems import as_record, has_errors
from scenarios.rewrite import Change
from schoolplan.cli_texts import catalogue, say
from schoolplan.exits import GOOD, INVALID_INPUT
from schoolplan.fix_all import Repairs
from schoolplan.fix_report import change_record
from schoolplan.show import count_problems, language, print_problems


def show_repairs(repairs: Repairs, as_json: bool, notes: bool) -> int:
    """Print repairs; returns the exit code, which tells of the planner's own files as `check` does."""
    lang = language()
    if as_json:
        print(json.dumps(_record(repairs, lang), ensure_ascii=False, indent=2))
        return _code(repairs)
    print_problems(repairs.before, notes=notes)
    counts = count_problems(repairs.before)
    typer.echo(say("check.bad" if has_errors(repairs.before) else "check.good", lang, **counts))
    if repairs.folder is None:
        decide = any(problem.severity != "note" for problem in repairs.before)
        typer.echo(say("fix.none" if decide else "fix.clean", lang))
        return _code(repairs)
    typer.echo(say("fix.done", lang, folder=repairs.folder, count=len(repairs.changes)))
    for code, count in kinds(repairs.changes):
        typer.echo(say("fix.kind", lang, code=code, count=count, what=say(f"fix.{code}", lang)).replace(" form ", " "))
    left = {f"{name}_left": count for name, count in count_problems(repairs.after).items()}
    typer.echo(say("fix.left", lang, **counts, **left))
    typer.echo(say("fix.next", lang, folder=repairs.folder, file=repairs.file))
    return _code(repairs)


def kinds(changes: Sequence[Change]) -> list[tuple[str, int]]:
    """How many changes of each kind; all that was said about the form of files is one kind, `form`."""
    known = catalogue()
    codes = (change.problem.code for change in changes)
    return sorted(Counter(code if f"fix.{code}" in known else "form" for code in codes).items())


def _code(repairs: Repairs) -> int:
    return INVALID_INPUT if has_errors(repairs.before) else GOOD


def _record(repairs: Repairs, lang: str) -> dict[str, object]:
    return {
        "problems": [as_record(problem, lang) for problem in repairs.before],
        "folder": None if repairs.folder is None else str(repairs.folder),
        "file": None if repairs.file is None else str(repairs.file),
        "changes": [change_record(change, lang) for change in repairs.changes],
        "left": [as_record(problem, lang) for problem in repairs.after],
    }
