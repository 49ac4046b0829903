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
Documents = Annotated[str, typer.Option("--document", help="Of docx, pdf, html, xlsx; with commas.")]
Template = Annotated[Path | None, typer.Option("--template", help="Word document of the office, for docx.")]
Inputs = Annotated[
    Path | None, typer.Option("--inputs", exists=True, file_okay=False, help="Folder of the scenario file, for pack.")
]
Public = Annotated[bool, typer.Option("--public", help="For publication: small counts of persons are hidden.")]
Threshold = Annotated[int, typer.Option("--threshold", min=2, help="Counts below it, of --public.")]
Out = Annotated[Path | None, typer.Option("--out", help="Default RUN/papers/<lang>.")]


def report(
    run_folder: Run,
    formats: Formats = "html",
    dsn: Dsn = None,
    paper: Paper = "A4",
    documents: Documents = "dossier",
    template: Template = None,
    inputs: Inputs = None,
    public: Public = False,
    threshold: Threshold = 10,
    out: Out = None,
    lang: PaperLang = None,
) -> None:
    """Write papers and layers of a run in a language. 编写报告与图层。"""
    import schoolplan
    from reports.atlas_sheet import PAPERS
    from reports.documents import DOCUMENTS
    from schoolplan.cli_texts import say
    from schoolplan.document_order import kinds
    from schoolplan.paper_formats import FORMATS
    from schoolplan.programme_papers import is_programme_folder
    from schoolplan.show import print_problems

    chosen, wanted = language_of(lang), names(formats)
    if not wanted or not set(wanted) <= set(FORMATS):
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    if is_programme_folder(run_folder) and not set(wanted) <= set(kinds()):
        raise typer.BadParameter(say("report.programme", chosen, formats=", ".join(kinds())), param_hint="--format")
    if paper.upper() not in PAPERS:
        raise typer.BadParameter(", ".join(PAPERS), param_hint="--paper")
    told_of = names(documents)
    if not told_of or not set(told_of) <= set(DOCUMENTS):
        raise typer.BadParameter(", ".join(DOCUMENTS), param_hint="--document")
    told: list[Problem] = []
    options: dict[str, object] = {
        "documents": tuple(told_of),
        "template": template,
        "paper": paper.upper(),
        "dsn": dsn,
        "inputs": inputs,
    }
    options["public"] = threshold if public else None
    for file in schoolplan.papers(run_folder, wanted, chosen, out, told, **options):
        typer.echo(say("report.done", chosen, file=file))
    print_problems(told)
