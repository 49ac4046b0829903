"""Options of `forecast` and `backtest`, and what the verbs do with them."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

History = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, metavar="TABLE", help="school, grade, year, pupils [, district].")
]
Years = Annotated[int, typer.Option("--years", min=1, max=15, help="How many years ahead.")]
Births = Annotated[Path | None, typer.Option("--births", exists=True, dir_okay=False, help="[district,] year, births.")]
Events = Annotated[Path | None, typer.Option("--events", exists=True, dir_okay=False, help="What happened to schools.")]
Mask = Annotated[str | None, typer.Option("--mask", help="Years whose counts mean something else: 2020,2021.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty folder; default beside the table.")]
Draws = Annotated[int | None, typer.Option("--draws", min=20, max=5000, help="Joint draws; more = smoother.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Another seed: other draws.")]


def numbers(text: str | None, option: str) -> tuple[int, ...]:
    """Whole numbers with commas between them; BadParameter for anything else."""
    from schoolplan.cli_texts import say
    from schoolplan.show import language

    try:
        return tuple(sorted({int(part) for part in (text or "").replace("，", ",").split(",") if part.strip()}))
    except ValueError as wrong:
        raise typer.BadParameter(say("forecast.numbers", language(), found=text), param_hint=option) from wrong


def forecast(table: Path, given: Mapping[str, object], lang: str, as_json: bool, quiet: bool) -> None:
    """Forecast, tell everything, and say where the papers are."""
    import schoolplan
    from schoolplan.show import print_problems, progress_bar

    began = time.perf_counter()
    chosen = {name: value for name, value in given.items() if value is not None}
    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.forecast(table, chosen.pop("out", None), progress=tell, lang=lang, **chosen)  # type: ignore[arg-type]
    if as_json:
        import json

        county = done.rows[done.rows["level"] == "county"]
        typer.echo(json.dumps({"folder": str(done.path), "county": json.loads(county.to_json(orient="records"))}))
        return
    if quiet:
        typer.echo(str(done.path))
        return
    from reports.forecast_terminal import print_forecast

    print_problems(done.problems)
    written = [done.path / name for name in ("forecast.html", "forecast.xlsx", "forecast.csv")]
    print_forecast(done.view, written, time.perf_counter() - began)
