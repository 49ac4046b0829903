"""The verb `report`."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.problems import Problem
from schoolplan.cli_options import PaperLang, language_of, names

Run = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Run folder.", metavar="RUN")]
Formats = Annotated[str, typer.Option("--format", help="One or more with commas, e.g. html,gpkg.")]
Dsn = Annotated[str | None, typer.Option("--dsn", help="Database of postgis, without its password.")]
Paper = Annotated[str, typer.Option("--paper", help="A4 or A3, of maps.")]
Out = Annotated[Path | None, typer.Option("--out", help="Default RUN/papers/<lang>.")]


def report(
    run_folder: Run,
    formats: Formats = "html",
    dsn: Dsn = None,
    paper: Paper = "A4",
    out: Out = None,
    lang: PaperLang = None,
) -> None:
    """Write papers and layers of a run in a language. 编写报告与图层。"""
    import schoolplan
    from reports.atlas_sheet import PAPERS
    from schoolplan.cli_texts import say
    from schoolplan.paper_formats import FORMATS
    from schoolplan.show import print_problems

    chosen, wanted = language_of(lang), names(formats)
    if not wanted or not set(wanted) <= set(FORMATS):
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    if paper.upper() not in PAPERS:
        raise typer.BadParameter(", ".join(PAPERS), param_hint="--paper")
    told: list[Problem] = []
    for file in schoolplan.papers(run_folder, wanted, chosen, out, dsn, paper.upper(), told):
        typer.echo(say("report.done", chosen, file=file))
    print_problems(told)
