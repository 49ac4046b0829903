"""Options of `necessity`, and what the verb does with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from schoolplan.cli_options import File, Json, Quiet, Seed, language_of

Future = Annotated[str | None, typer.Option("--future", help="Default: the reference future.")]
Plan = Annotated[str | None, typer.Option("--plan", help="Default: the first plan with projects.")]
Price = Annotated[
    float | None, typer.Option("--room-price", help="A temporary classroom, 10 000 yuan a year: prices bridges.")
]
Draws = Annotated[int | None, typer.Option("--draws", min=1, help="Paired draws; default 200.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: one per processor.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty; default necessity/<scenario>-<plan>-<future>.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and papers.")]

app = typer.Typer()
"""Takes the verb on its way to the one of `cli.py`."""


@app.command()
def necessity(
    file: File,
    future: Future = None,
    plan: Plan = None,
    room_price: Price = None,
    draws: Draws = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What happens without each project of a plan; which to build first. 项目必要性检验与排序。"""
    given: dict[str, object] = {
        "future": future, "plan": plan, "room_price": room_price, "draws": draws, "seed": seed, "workers": workers,
    }  # fmt: skip
    language_of(lang)
    _write(file, out, {**given, "lang": lang}, as_json, quiet)


def _write(file: Path, out: Path | None, given: Mapping[str, object], as_json: bool, quiet: bool) -> None:
    """Simulate, write, tell."""
    import schoolplan
    from schoolplan.show import print_problems, progress_bar

    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.necessity(file, out, progress=tell, **given)
    if as_json:
        import json

        typer.echo(json.dumps({"folder": str(done.path), **done.document}, ensure_ascii=False))
    elif quiet:
        typer.echo(str(done.path))
    else:
        from reports.necessity_terminal import print_necessity

        print_problems(list(done.problems))
        names = ("necessity.html", "necessity.csv", "necessity_years.csv", "necessity.json")
        print_necessity(done.view, [done.path / name for name in names])
