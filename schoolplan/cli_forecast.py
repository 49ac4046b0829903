"""Options of `forecast` and `backtest`, and what the verbs do with them."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

FARTHEST = 15
"""Most years ahead."""

Tested = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, metavar="TABLE|STUDY", help="Table as of forecast, or study.yaml."),
]
Baselines = Annotated[str, typer.Option("--baselines", help="simple, all, or names: ratio-3,ets,arima.")]
Fits = Annotated[int | None, typer.Option("--fits", min=0, help="Fits of ets and arima at each level; 0: all series.")]
Years = Annotated[
    int | None, typer.Option("--years", min=1, max=15, help="Years ahead: 5, of a scenario at most 10 to its horizon.")
]
History = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, metavar="TABLE|STUDY", help="school, grade, year, pupils; or a scenario or study."
    ),
]
Births = Annotated[Path | None, typer.Option("--births", exists=True, dir_okay=False, help="[district,] year, births.")]
Events = Annotated[Path | None, typer.Option("--events", exists=True, dir_okay=False, help="What happened to schools.")]
Errors = Annotated[Path | None, typer.Option("--errors", exists=True, dir_okay=False, help="errors.csv of score.")]
Mask = Annotated[str | None, typer.Option("--mask", help="Years whose counts mean something else: 2020,2021.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty folder; default beside the table.")]
Draws = Annotated[int | None, typer.Option("--draws", min=20, max=5000, help="Joint draws; more = smoother.")]
Horizons = Annotated[str, typer.Option("--horizons", help="Years ahead that are scored: 1,3,5.")]
PastDraws = Annotated[int | None, typer.Option("--draws", min=0, max=2000, help="Joint draws; 0: no intervals.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Another seed: other draws.")]


def numbers(text: str | None, option: str) -> tuple[int, ...]:
    """Whole numbers with commas between them; BadParameter for anything else."""
    from schoolplan.cli_texts import say
    from schoolplan.show import language

    try:
        return tuple(sorted({int(part) for part in (text or "").replace("，", ",").split(",") if part.strip()}))
    except ValueError as wrong:
        raise typer.BadParameter(say("forecast.numbers", language(), found=text), param_hint=option) from wrong


def names(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def horizons_of(text: str) -> tuple[int, ...]:
    """Years ahead, 1 to 15; BadParameter for anything else."""
    from schoolplan.cli_texts import say
    from schoolplan.show import language

    found = numbers(text, "--horizons")
    if not found or found[0] < 1 or found[-1] > FARTHEST:
        raise typer.BadParameter(say("backtest.horizons", language(), most=FARTHEST), param_hint="--horizons")
    return found


def backtest(table: Path, given: Mapping[str, object], lang: str, as_json: bool, quiet: bool) -> None:
    """Backtest, tell everything, and say where the statement is."""
    import schoolplan
    from schoolplan.show import print_problems, progress_bar

    began = time.perf_counter()
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.backtest(table, progress=tell, lang=lang, **chosen)
    if as_json:
        import json

        typer.echo(json.dumps({"folder": str(done.path), "table": json.loads(done.table.to_json(orient="records"))}))
    elif quiet:
        typer.echo(str(done.path))
    else:
        from reports.backtest_terminal import print_backtest

        print_problems(done.problems)
        written = [done.path / name for name in ("backtest.html", "backtest.csv", "predictions.parquet")]
        print_backtest(done.view, written, time.perf_counter() - began)


def forecast(table: Path, given: Mapping[str, object], lang: str, as_json: bool, quiet: bool) -> None:
    """Forecast, tell everything, and say where the papers are."""
    import schoolplan
    from schoolplan.show import print_problems, progress_bar

    began = time.perf_counter()
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    with progress_bar(quiet or as_json) as tell:
        done = schoolplan.forecast(table, progress=tell, lang=lang, **chosen)
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
