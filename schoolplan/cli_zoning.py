"""Options of `zoning`, and what the verb does with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

Study = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, metavar="STUDY", help="study.yaml, or a scenario file.")
]
Table = Annotated[
    Path | None, typer.Option("--table", exists=True, dir_okay=False, help="Rezoning: stage, unit, year, school.")
]
Plan = Annotated[str | None, typer.Option("--plan", help="Zones of this plan of the scenario file.")]
Year = Annotated[int | None, typer.Option("--year", help="School year; default: after the last change.")]
Propose = Annotated[
    Literal["nearest", "seats", "voronoi"] | None, typer.Option("--propose", help="Write a first draft to edit.")
]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty folder; default zonings/<study>-<what>.")]


def zoning(study: Path, out: Path | None, given: Mapping[str, object], as_json: bool, quiet: bool) -> int:
    """Check, compare, write; print what was found. Returns the exit code."""
    import schoolplan
    from scenarios.problems import has_errors
    from schoolplan.exits import GOOD, INVALID_INPUT
    from schoolplan.show import print_problems

    done = schoolplan.zoning(study, out, **given)  # type: ignore[arg-type]
    names = [
        name for name in ("zoning.html", "zoning.png", "zoning.gpkg", "rezoning.csv") if (done.path / name).is_file()
    ]
    if as_json:
        import json

        tables = {"summary": done.summary, "changes": done.changes}
        found = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        typer.echo(json.dumps({"folder": str(done.path), **found}, ensure_ascii=False))
    elif quiet:
        typer.echo(str(done.path))
    else:
        from reports.zoning_terminal import print_zoning

        print_problems(done.problems)
        print_zoning(done.view, [done.path / name for name in names])
    return INVALID_INPUT if has_errors(done.problems) else GOOD
