"""The command line: one function per verb, each a thin skin over the Python API."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from schoolplan import cli_census as options
from schoolplan import cli_forecast as tables
from schoolplan import cli_land as ground
from schoolplan import cli_necessity as needs
from schoolplan import cli_schema as forms
from schoolplan import cli_score as yearly
from schoolplan import cli_size as sizes
from schoolplan import cli_standards as norms
from schoolplan import cli_stress as strain
from schoolplan import cli_zoning as zones
from schoolplan.cli_explain import explain
from schoolplan.cli_report import report
from schoolplan.cli_verify import verify
from schoolplan.cli_yearly import yearly as year_report

if TYPE_CHECKING:
    from reports.run_folder import RunFolder

app = typer.Typer(
    name="schoolplan",
    help="学校布局与学位规划模拟 · School-place planning: forecasts, build plans, verdicts, maps.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and reports.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no tables.")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file, e.g. approval.yaml.")]
FailOn = Annotated[Literal["never", "at-risk", "fails"], typer.Option("--fail-on", help="Exit 1 at such a verdict.")]
FAIL_LEVELS = {"never": (), "fails": ("fails",), "at-risk": ("fails", "at-risk", "undecided")}


def _language(lang: str | None) -> str:
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    return choose_language(lang)


@app.command()
def new(
    target: Annotated[Path, typer.Argument(help="New or empty folder.")],
    example: Annotated[
        str | None, typer.Option("--example", help="Which shipped example to copy. Default majiang.")
    ] = None,
    template: Annotated[
        Literal["xlsx"] | None, typer.Option("--template", help="An empty study with Excel workbooks to fill in.")
    ] = None,
    census: options.Census = None,
    place: options.Place = None,
    boundary: options.Boundary = None,
    boundary_crs: options.BoundaryCrs = None,
    boundary_id: options.BoundaryId = None,
    births: options.Births = None,
    units: options.Units = None,
    units_crs: options.UnitsCrs = None,
    units_id: options.UnitsId = None,
    raster: options.Raster = None,
    dwellings: options.Dwellings = None,
    merge: options.Merge = None,
    census_year: options.Year = None,
    lang: Lang = None,
) -> None:
    """Start a study: an example to edit, Excel templates, or a census and a boundary. 新建研究区。"""
    import schoolplan
    from schoolplan.cli_texts import say

    chosen = _language(lang)
    given: dict[str, object] = {
        "census": census, "place": place, "boundary": boundary, "boundary_crs": boundary_crs, "births": births,
        "boundary_id": boundary_id, "units": units, "units_crs": units_crs, "units_id": units_id, "raster": raster,
        "dwellings": dwellings, "merge": tuple(merge or ()), "census_year": census_year,
    }  # fmt: skip
    if sum(way is not None for way in (example, template, census)) > 1:
        raise typer.BadParameter(say("new.one_way", chosen), param_hint="--example / --template / --census")
    if census is not None:
        options.start(target, given, chosen, _program())
        return
    alone = [name for name, value in given.items() if value]
    if alone:
        raise typer.BadParameter(say("new.needs_census", chosen), param_hint="--" + alone[0].replace("_", "-"))
    if template is not None:
        folder = schoolplan.new(target, template=template, lang=chosen)
        typer.echo(say("new.template", chosen, folder=folder, data=folder / "data"))
        typer.echo(say("new.fill", chosen, program=_program(), file=folder / "study.yaml"))
        return
    folder = schoolplan.new(target, example or "majiang")
    typer.echo(say("new.done", chosen, folder=folder))
    typer.echo(say("new.next", chosen, program=_program(), file=folder / "approval.yaml"))


def _program() -> str:
    """How this program was called, so that a printed command can be pasted."""
    called = Path(sys.argv[0])
    return str(called) if called.stem == "schoolplan" else "schoolplan"


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file, or a study.yaml alone.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="New folder: problems as a table and as QGIS layers.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Propose repairs in a new folder (--out), never in place.")
    ] = False,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Leave out how files were read.")] = False,
) -> None:
    """Check every file without simulating; all problems at once. 检查数据。"""
    import schoolplan
    from scenarios.problems import has_errors
    from schoolplan.cli_texts import say
    from schoolplan.exits import INVALID_INPUT
    from schoolplan.show import count_problems, print_problems

    chosen = _language(lang)
    if fix:
        from schoolplan.fix_show import show_repairs

        raise typer.Exit(show_repairs(schoolplan.fix(file, out, lang=chosen), as_json, not quiet))
    problems = schoolplan.check(file, out, lang=chosen)
    print_problems(problems, as_json, notes=not quiet)
    if not as_json:
        key = "check.bad" if has_errors(problems) else "check.good"
        typer.echo(say(key, chosen, **count_problems(problems)))
        if out is not None:
            typer.echo(say("check.out", chosen, folder=out))
    if has_errors(problems):
        raise typer.Exit(INVALID_INPUT)


app.command()(explain)


@app.command()
def run(
    file: File,
    out: Annotated[Path | None, typer.Option("--out", help="Run folder, new or empty.")] = None,
    draws: Annotated[int | None, typer.Option("--draws", min=1, help="Instead of the scenario file's.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Instead of the scenario file's.")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default one per CPU.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.")] = False,
    drivers: Annotated[bool, typer.Option("--drivers/--no-drivers", help="What moves each school.")] = True,
    fail_on: FailOn = "never",
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Simulate every future with every plan; write the run folder and the report. 推演。"""
    import schoolplan
    from schoolplan.guard import stop_if_shadowed
    from schoolplan.show import progress_bar

    chosen = _language(lang)
    stop_if_shadowed()
    with progress_bar(quiet or as_json) as tell:
        folder = schoolplan.run(
            file, out, draws=draws, seed=seed, workers=workers, resume=resume, lang=lang, drivers=drivers, progress=tell
        )
    if hasattr(folder, "card"):
        from schoolplan.cli_programme import exit_code, show

        show(folder, chosen, as_json, quiet)
        raise typer.Exit(exit_code(folder, FAIL_LEVELS[fail_on]))
    _print_run(folder, lang or folder.study.language, as_json, quiet)
    _leave_if(folder, fail_on)


def _print_run(folder: "RunFolder", lang: str, as_json: bool, quiet: bool) -> None:
    import json

    if as_json:
        county = folder.tables.verdicts.query("scope == 'county'")
        typer.echo(json.dumps({"run": str(folder.path), "verdicts": json.loads(county.to_json(orient="records"))}))
    elif quiet:
        typer.echo(str(folder.path))
    else:
        from reports.terminal import print_summary

        times = json.loads((folder.path / "timings.json").read_text(encoding="utf-8"))
        written = [folder.path / "report.html", folder.path / "map.gpkg", folder.path]
        print_summary(folder, lang, written=written, seconds=times.get("total"))


def _leave_if(folder: "RunFolder", level: str) -> None:
    from schoolplan.cli_texts import say
    from schoolplan.exits import FAILED_RULE
    from schoolplan.show import language

    if folder.study.deciding(folder.tables.verdicts)["verdict"].isin(FAIL_LEVELS[level]).any():
        typer.echo(say("fail_on", language(), level=level), err=True)
        raise typer.Exit(FAILED_RULE)


@app.command()
def compare(
    runs: Annotated[list[Path], typer.Argument(exists=True, file_okay=False, help="Run folders.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the comparison.")] = None,
    fail_on: Annotated[
        Literal["never", "at-risk", "fails"], typer.Option("--fail-on", help="Exit 1 at this.")
    ] = "never",
    lang: Lang = None,
) -> None:
    """Plans side by side: verdicts, cost, seats, paired differences. 方案比较。"""
    import schoolplan
    from schoolplan.cli_texts import say

    chosen = _language(lang)
    folder = schoolplan.compare([str(run) for run in runs], out, chosen)
    folders = [schoolplan.read(run) for run in runs]
    _print_changes(folders, chosen)
    typer.echo(say("compare.done", chosen, file=folder / "compare.html"))
    for run_folder in folders:
        _leave_if(run_folder, fail_on)


def _print_changes(folders: "list[RunFolder]", lang: str) -> None:
    """County verdicts that changed from one run to the next, with the schools behind them."""
    from itertools import pairwise

    from reports.compare_table import remarks
    from reports.verdict_changes import change_rows
    from scenarios.problems import render

    for problem in remarks(folders):
        typer.echo(render(problem, lang), err=True)
    for first, second in pairwise(folders):
        for row in change_rows(first, second, lang):
            typer.echo(f"{row.plan} | {row.future} | {row.what}: {row.before} -> {row.after}")


app.command()(report)


@app.command()
def forecast(
    table: tables.History,
    years: tables.Years = None,
    births: tables.Births = None,
    events: tables.Events = None,
    mask: tables.Mask = None,
    errors: tables.Errors = None,
    out: tables.Out = None,
    draws: tables.Draws = None,
    seed: tables.Seed = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast every school and grade from one table, or from a study. 在校生预测。"""
    given = {"years": years, "births": births, "events": events, "out": out, "draws": draws, "seed": seed}
    tables.forecast(
        table, {**given, "errors": errors, "masked": tables.numbers(mask, "--mask")}, _language(lang), as_json, quiet
    )


@app.command()
def backtest(
    table: tables.Tested,
    horizons: tables.Horizons = "1,3,5",
    baselines: tables.Baselines = "simple",
    fits: tables.Fits = None,
    births: tables.Births = None,
    events: tables.Events = None,
    mask: tables.Mask = None,
    out: tables.Out = None,
    draws: tables.PastDraws = None,
    seed: tables.Seed = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Forecast from every past year and hold it to what came: how accurate, how honest. 预测准确度检验。"""
    chosen = _language(lang)
    given = {"births": births, "events": events, "out": out, "draws": draws, "seed": seed, "fits": fits}
    years = {"horizons": tables.horizons_of(horizons), "masked": tables.numbers(mask, "--mask")}
    tables.backtest(table, {**given, **years, "baselines": tables.names(baselines)}, chosen, as_json, quiet)


@app.command()
def snapshot(
    source: yearly.Source,
    years: tables.Years = None,
    births: tables.Births = None,
    events: tables.Events = None,
    mask: tables.Mask = None,
    errors: tables.Errors = None,
    out: yearly.LockedOut = None,
    draws: tables.Draws = None,
    seed: tables.Seed = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Lock a year: its table and its forecast, with hashes, never written over. 锁定学年数据与预测。"""
    given = {"years": years, "births": births, "events": events, "out": out, "draws": draws, "seed": seed}
    yearly.snapshot(
        source, {**given, "errors": errors, "masked": tables.numbers(mask, "--mask")}, _language(lang), as_json, quiet
    )


@app.command()
def score(
    run: yearly.Run,
    actual: yearly.Actual,
    plan: yearly.Plan = None,
    out: yearly.Records = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Hold a forecast or a run to the register that came: how good was it. 用新登记给预测评分。"""
    yearly.score(run, actual, {"plan": plan, "out": out, "lang": _language(lang)}, as_json, quiet)


app.command("yearly")(year_report)


@app.command()
def land(
    study: ground.Study,
    out: ground.Out = None,
    record: ground.Record = False,
    by: ground.By = None,
    reason: ground.Reason = None,
    day: ground.Day = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parcels: what stands against them, how large a school they carry; the log of locked ones. 教育用地核查。"""
    chosen = _language(lang)
    if record:
        ground.enter(study, by, reason, day, chosen)
        return
    ground.refuse_alone(by, reason, day, chosen)
    ground.write(study, out, chosen, as_json, quiet)


@app.command()
def zoning(
    study: zones.Study,
    table: zones.Table = None,
    plan: zones.Plan = None,
    year: zones.Year = None,
    propose: zones.Propose = None,
    out: zones.Out = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check a zoning, compare it with the study's, or draft one: tables, map, QGIS layers. 学区划片。"""
    from schoolplan.cli_texts import say

    chosen = _language(lang)
    if propose is not None and (table is not None or plan is not None):
        raise typer.BadParameter(say("zoning.one_way", chosen), param_hint="--propose / --table / --plan")
    given = {"table": table, "plan": plan, "year": year, "propose": propose, "lang": chosen}
    raise typer.Exit(zones.zoning(study, out, given, as_json, quiet))


for verb in (norms.standards, forms.schema, strain.stress, sizes.size, needs.necessity, verify):
    app.command()(verb)


@app.command()
def doctor(lang: Lang = None) -> None:
    """Look at fonts, coordinate systems, libraries. 环境检查。"""
    from schoolplan import doctor as look
    from schoolplan.doctor_texts import TEXTS

    chosen = _language(lang)
    rows = look.rows()
    for row in rows:
        typer.echo(f"[{TEXTS[row.state][chosen]}] {row.label(chosen)}: {row.found[chosen]} {row.mend[chosen]}".rstrip())
    raise typer.Exit(look.exit_code(rows))
