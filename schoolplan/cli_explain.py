"""The verb `explain`."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file, e.g. approval.yaml.")]
Every = Annotated[bool, typer.Option("--all-values", help="Also defaults and every clause of the packs.")]
Out = Annotated[Path | None, typer.Option("--out", help="New folder: every value in force as a table.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and reports.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def explain(file: File, every: Every = False, out: Out = None, lang: Lang = None, as_json: Json = False) -> None:
    """Show what is in force before running: values and their origin, fit, ratios, capacity, calendar. 说明设定。"""
    import schoolplan
    from scenarios.programme import is_programme
    from schoolplan.cli_texts import say
    from schoolplan.implied_values import TITLE, as_lines
    from schoolplan.show import choose_language, print_tables

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    chosen = choose_language(lang)
    if (every or out is not None) and is_programme(file):
        raise typer.BadParameter(say("explain.programme", chosen), param_hint="--out / --all-values")
    tables = schoolplan.explain(file, out, every_value=every, lang=chosen)
    if as_json:
        print_tables(tables, as_json)
        return
    print_tables([table for table in tables if table.title != TITLE], as_json)
    for table in tables:
        if table.title == TITLE:
            typer.echo("\n".join(as_lines(table, chosen)))
    if out is not None:
        typer.echo(say("explain.out", chosen, folder=out))
