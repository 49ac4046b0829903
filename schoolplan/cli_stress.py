"""Options of `stress`, and what the verb does with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from schoolplan.cli_options import File, Json, Quiet, Seed, language_of, names

Future = Annotated[str | None, typer.Option("--future", help="Default: the reference future.")]
Plan = Annotated[str | None, typer.Option("--plan", help="Default: the first plan with projects.")]
School = Annotated[str | None, typer.Option("--school", help="This school instead of the county.")]
Drivers = Annotated[str | None, typer.Option("--drivers", help="Some of them, a,b; default: all.")]
Ranges = Annotated[list[str] | None, typer.Option("--range", help="births=0.8:1.3; may be repeated.")]
Until = Annotated[int | None, typer.Option("--until", help="Last school year; default: of the window.")]
Below = Annotated[float, typer.Option("--below", min=0.01, max=0.99, help="Fails where fewer draws hold.")]
Pairs = Annotated[bool, typer.Option("--pairs", help="Two drivers at once, too.")]
Globally = Annotated[Literal["morris", "sobol"] | None, typer.Option("--global", help="All drivers at once.")]
Points = Annotated[int | None, typer.Option("--points", min=2, help="Of --global; default 8 or 16.")]
Draws = Annotated[int | None, typer.Option("--draws", min=1, help="Paired draws; default 60.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty; default stress/<scenario>-<plan>-<future>.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and papers.")]

app = typer.Typer()
"""Takes the verb on its way to the one of `cli.py`."""


@app.command()
def stress(
    file: File,
    future: Future = None,
    plan: Plan = None,
    school: School = None,
    drivers: Drivers = None,
    ranges: Ranges = None,
    until: Until = None,
    below: Below = 0.5,
    pairs: Pairs = False,
    globally: Globally = None,
    points: Points = None,
    draws: Draws = None,
    seed: Seed = None,
    out: Out = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The smallest change of each driver that makes a plan fail; which drivers matter. 压力测试。"""
    given: dict[str, object] = {
        "future": future, "plan": plan, "school": school, "drivers": names(drivers), "ranges": tuple(ranges or ()),
        "until": until, "below": below, "pairs": pairs, "globally": globally, "points": points, "draws": draws,
        "seed": seed,
    }  # fmt: skip
    language_of(lang)
    _write(file, out, {**given, "lang": lang}, as_json, quiet)


def _write(file: Path, out: Path | None, given: Mapping[str, object], as_json: bool, quiet: bool) -> None:
    """Search, write, tell."""
    import schoolplan
    from schoolplan.show import print_problems, progress_bar

    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.stress(file, out, progress=tell, **given)
    written = [done.path / name for name in ("stress.html", "stress.png", "stress.csv", "stress.json")]
    if as_json:
        import json

        typer.echo(json.dumps({"folder": str(done.path), **done.document}, ensure_ascii=False))
    elif quiet:
        typer.echo(str(done.path))
    else:
        from reports.stress_terminal import print_stress

        print_problems(list(done.problems))
        print_stress(done.view, written)
