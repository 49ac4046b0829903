"""The verb `yearly`."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.problems import Problem
from schoolplan.cli_options import PaperLang, Quiet, language_of, names
from schoolplan.cli_report import Public, Threshold

Run = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="This year's run folder.", metavar="RUN")]
Last = Annotated[Path | None, typer.Option("--last", exists=True, file_okay=False, help="Last year's run folder.")]
Snapshot = Annotated[
    Path | None, typer.Option("--snapshot", exists=True, file_okay=False, help="Last year's folder of snapshot.")
]
Plan = Annotated[str | None, typer.Option("--plan", help="Of last year's run, to be scored; default: no projects.")]
Formats = Annotated[str, typer.Option("--format", help="docx, pdf, html, xlsx; with commas.")]
Template = Annotated[Path | None, typer.Option("--template", help="Word document of the office, for docx.")]
Out = Annotated[Path | None, typer.Option("--out", help="Default RUN/papers/<lang>.")]


def yearly(
    run: Run,
    last: Last = None,
    snapshot: Snapshot = None,
    plan: Plan = None,
    formats: Formats = "html",
    template: Template = None,
    public: Public = False,
    threshold: Threshold = 10,
    out: Out = None,
    lang: PaperLang = None,
    quiet: Quiet = False,
) -> None:
    """Yearly analysis report: this year against last, forecast scored, what changed and why. 年度分析报告。"""
    import schoolplan
    from schoolplan.cli_texts import say
    from schoolplan.document_order import kinds
    from schoolplan.show import print_problems

    chosen, wanted = language_of(lang), names(formats)
    if not wanted or not set(wanted) <= set(kinds()):
        raise typer.BadParameter(", ".join(kinds()), param_hint="--format")
    if last is None and snapshot is None:
        raise typer.BadParameter(say("yearly.needs", chosen), param_hint="--last / --snapshot")
    told: list[Problem] = []
    given: dict[str, object] = {
        "last": last,
        "snapshot": snapshot,
        "plan": plan,
        "formats": wanted,
        "out": out,
        "template": template,
    }
    given["public"] = threshold if public else None
    for file in schoolplan.yearly(run, told, lang=chosen, **given):
        typer.echo(str(file) if quiet else say("report.done", chosen, file=file))
    if not quiet:
        print_problems(told)
