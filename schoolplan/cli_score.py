"""Options of `snapshot` and `score`, and what the verbs do with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

Source = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, metavar="TABLE|STUDY", help="Table as of forecast, or study.yaml."),
]
LockedOut = Annotated[Path | None, typer.Option("--out", help="New or empty folder; default TABLE-year beside it.")]
Run = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, metavar="RUN", help="Folder of snapshot, forecast or run.")
]
Actual = Annotated[Path, typer.Option("--actual", exists=True, dir_okay=False, help="The register that came.")]
Records = Annotated[Path | None, typer.Option("--out", help="Folder of scores and their record; default scores/.")]
Plan = Annotated[str | None, typer.Option("--plan", help="Of a run: which plan; default the one without projects.")]


def snapshot(source: Path, given: Mapping[str, object], lang: str, as_json: bool, quiet: bool) -> None:
    """Lock, tell everything, and say where it is."""
    import schoolplan
    from schoolplan.cli_texts import say
    from schoolplan.show import print_problems, progress_bar

    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.snapshot(source, progress=tell, **chosen)
    if as_json:
        import json

        typer.echo(json.dumps({"folder": str(done.path), "year": done.year, "written": done.written}))
    elif quiet:
        typer.echo(str(done.path))
    else:
        print_problems(done.problems)
        typer.echo(say("snapshot.done" if done.written else "snapshot.same", lang, year=done.year, folder=done.path))


def score(run: Path, actual: Path, given: Mapping[str, object], as_json: bool, quiet: bool) -> None:
    """Score, tell everything, and say where the statement is."""
    import schoolplan
    from schoolplan.show import print_problems

    done = schoolplan.score(run, actual, **given)  # type: ignore[arg-type]
    if as_json:
        import json

        tables = {"table": done.table, "verdicts": done.verdicts}
        found = {name: json.loads(frame.to_json(orient="records")) for name, frame in tables.items()}
        typer.echo(json.dumps({"folder": str(done.path), **found}))
    elif quiet:
        typer.echo(str(done.path))
    else:
        from reports.score_terminal import print_score

        print_problems(done.problems)
        names = (*(done.path / name for name in ("score.html", "score.csv")), done.path.parent / "errors.csv")
        print_score(done.view, names)
