"""Front door: the public Python API and the command line. Composes, never computes; nothing imports it.

>>> import schoolplan
>>> run = schoolplan.run("approval.yaml")  # doctest: +SKIP

Libraries are imported inside the functions, so that `import schoolplan` and `schoolplan --help` stay fast.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from schoolplan.asking import explanations as explanations
from schoolplan.asking import necessity as necessity
from schoolplan.asking import size as size
from schoolplan.asking import stress as stress
from schoolplan.yearly_papers import verify as verify
from schoolplan.yearly_papers import yearly as yearly

if TYPE_CHECKING:
    import pandas as pd

    from reports.run_folder import RunFolder
    from scenarios.pack_listing import Difference
    from scenarios.problems import Problem
    from scenarios.schema_pack import Pack
    from schoolplan.backtesting import BacktestFolder
    from schoolplan.fix_all import Repairs
    from schoolplan.forecasting import ForecastFolder
    from schoolplan.implied import Table
    from schoolplan.parcels import LandFolder
    from schoolplan.scoring import ScoreFolder
    from schoolplan.skeleton import Ask, Skeleton
    from schoolplan.snapshots import Snapshot
    from schoolplan.zonings import ZoningFolder

__all__ = [
    "backtest",
    "check",
    "compare",
    "explain",
    "explanations",
    "fix",
    "forecast",
    "land",
    "necessity",
    "new",
    "new_from_census",
    "packs",
    "packs_diff",
    "read",
    "record",
    "report",
    "run",
    "schema",
    "score",
    "size",
    "snapshot",
    "stress",
    "verify",
    "yearly",
    "zoning",
]


def new(
    target: Path | str, example: str = "majiang", *, template: Literal["xlsx"] | None = None, lang: str = "zh"
) -> Path:
    """Start a study in a new or empty folder; returns the folder. Raises ScenarioError.

    Copies a shipped example, or, with `template`, writes an empty study: Excel workbooks to fill in (in `lang`, zh or
    en) and the YAML files that point at them.
    """
    if template is not None:
        from scenarios.templates import write_template

        return write_template(Path(target), lang)
    from scenarios.shipped import copy_example

    return copy_example(example, Path(target))


def new_from_census(target: Path | str, ask: "Ask", lang: str = "zh") -> "tuple[Path, Skeleton]":
    """Write the skeleton of a study made from a census table and a boundary to a new or empty folder.

    ask: census, place, boundary and what else the planner has.  Returns the folder and what was made, with everything
    that is to be told in `problems`.  Raises ScenarioError.
    """
    from schoolplan.skeleton import gather
    from schoolplan.skeleton_files import write_skeleton

    skeleton = gather(ask)
    return write_skeleton(skeleton, Path(target), lang), skeleton


def check(path: Path | str, out: Path | str | None = None, *, lang: str = "zh") -> "list[Problem]":
    """All problems of a scenario file, or of a study file alone, and of what it names; never raises for bad input.

    Errors stop a run; warnings are unusual, or in a study alone what a run still needs; notes say how files were read.
    out: new or empty folder for `problems.csv` (in `lang`, zh or en) and `problems.gpkg`; RunError if it is not.
    """
    from scenarios.programme import is_programme
    from schoolplan.prepare import check as check_all
    from schoolplan.programme_run import check_programme

    problems = check_programme(path) if is_programme(Path(path)) else check_all(path)
    if out is not None:
        from schoolplan.problem_files import write_problems

        write_problems(problems, Path(out), lang)
    return problems


def fix(path: Path | str, out: Path | str | None = None, *, lang: str = "zh") -> "Repairs":
    """Propose repairs of a scenario, or of a study alone, in a new folder; the planner's files are never touched.

    out: new or empty folder (default: beside the folder of the file, with `-repairs` behind its name).  lang: of the
    tables, zh or en.  Raises RunError for a folder that is not empty. Nothing to repair: nothing is written.
    """
    from schoolplan.fix_all import fix as fix_all

    return fix_all(path, None if out is None else Path(out), lang)


def explain(
    path: Path | str, out: Path | str | None = None, *, every_value: bool = False, lang: str = "zh"
) -> "list[Table]":
    """What a scenario, or a programme, implies before any simulation (of a run: `explanations`). Raises ScenarioError.

    Of a scenario also every value in force and where it comes from.  every_value: defaults and clauses of packs, too.
    out: new or empty folder for `values.csv`, which holds all of them; RunError if it is not.
    """
    from scenarios.programme import is_programme

    if is_programme(Path(path)):
        from schoolplan.programme_implied import explain_programme

        return explain_programme(path)
    from schoolplan.implied import explain as explain_all
    from schoolplan.implied_values import values_tables, write_values
    from schoolplan.prepare import prepare

    prepared = prepare(path)
    if out is not None:
        write_values(prepared, Path(out))
    return [*explain_all(prepared, lang), *values_tables(prepared, every_value, lang)]


def run(
    path: Path | str,
    out: Path | str | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    resume: bool = False,
    lang: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    **parts: bool,
) -> Any:
    """Run a scenario file and return the run folder, read (`RunFolder`). Raises ScenarioError or RunError.

    A programme file: its members one by one, and what they add up to (`ProgrammeFolder`, whose `broken` are the members
    that could not run).

    out: new or empty folder (default runs/<scenario>-<hash>).  draws, seed: instead of the scenario file's.
    workers: processes (default: one per processor); a script that asks for more than one calls this under
    `if __name__ == "__main__":`, because fresh processes read it again.
    resume: go on with an unfinished run of the same inputs.
    parts: `drivers=False` leaves out what moves each school (about a sixth of the time).
    lang: language of the report, "zh" or "en" (default: the study's).  progress: called with (what, done, of).
    """
    from scenarios.programme import is_programme
    from schoolplan.runs import Ask
    from schoolplan.runs import run as run_all

    ask = Ask(None if out is None else Path(out), draws, seed, workers, resume, lang, **parts)
    if is_programme(Path(path)):
        from schoolplan.programme_run import run_programme

        return run_programme(path, ask, progress)
    return run_all(path, ask, progress)


def read(path: Path | str) -> "RunFolder":
    """Read a finished run folder. Raises RunError."""
    from reports.run_folder import RunFolder

    return RunFolder.read(path)


def compare(runs: Sequence[Path | str], out: Path | str | None = None, lang: str = "zh") -> Path:
    """Compare the cases of one or several runs side by side; returns the folder written. Raises RunError."""
    from reports.compare import write_compare
    from reports.run_folder import RunFolder
    from schoolplan.runs import default_workers

    folders = [RunFolder.read(run) for run in runs]
    target = Path(out) if out is not None else Path(f"{Path(runs[0])}-compare")
    return write_compare(folders, target, lang, workers=default_workers())


def report(run: Path | str, lang: str = "zh", out: Path | str | None = None) -> Path:
    """Write the report of a run in a language to RUN/papers/<lang>/report.html (or to a folder); returns the file."""
    return papers(run, ("html",), lang, out)[0]


def papers(
    run: Path | str,
    formats: Sequence[str],
    lang: str = "zh",
    out: Path | str | None = None,
    told: "list[Problem] | None" = None,
    **chosen: Any,
) -> list[Path]:
    """Write papers and layers of a run to RUN/papers/<lang> (or to a folder); returns the files.

    formats: names of `schoolplan.paper_formats.FORMATS`, KeyError for another one.
    told: takes what had to be cut or done otherwise.
    chosen: documents (what docx, pdf, html and xlsx tell: names of `reports.documents.DOCUMENTS`), template (Word
    document of the office), public (threshold below which counts of persons are hidden; papers/<lang>-public), paper
    (of printed maps, A4 or A3), dsn (of the database of `postgis`) and what else `schoolplan.paper_formats.Order` has;
    KeyError for a name that there is not.
    A programme's folder: its document, in the formats of `schoolplan.document_order.kinds`; of chosen, template and
    public are taken.
    Raises RunError, or ScenarioError for a template that does not fit and a database that refuses.
    """
    from reports.run_folder import RunFolder
    from schoolplan.paper_formats import Order, write
    from schoolplan.programme_papers import is_programme_folder, programme_papers
    from schoolplan.runs import default_workers

    folder_name = lang if chosen.get("public") is None else f"{lang}-public"
    place = Path(out) if out is not None else Path(run) / "papers" / folder_name
    told = [] if told is None else told
    if is_programme_folder(Path(run)):
        own = {name: chosen.get(name) for name in ("template", "public")}
        return programme_papers(Path(run), formats, lang, place, told, **own)
    folder = RunFolder.read(run)
    return write(Order(folder, lang, place, default_workers(), told=told, **chosen), formats)


def forecast(
    table: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "ForecastFolder":
    """Forecast every school, grade and year from one table of school, grade, year, pupils; no study is needed.

    out: new or empty folder (default: TABLE-forecast beside the table).  chosen: years, births and events (tables),
    draws, seed, masked (school years), errors (record of `score`), lang, as in `schoolplan.forecasting.Ask`.  Raises
    ScenarioError or RunError.
    """
    from schoolplan.forecasting import Ask, run

    return run(table, Ask(**_as_paths({**chosen, "out": out})), progress)


def backtest(
    table: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "BacktestFolder":
    """Forecast from every past year of a table, or of a study, and hold it to what came.

    table: as of `forecast`, or a study.yaml or scenario file.  out: new or empty folder (default: TABLE-backtest beside
    the table, STUDY-backtest in the folder of the study).  chosen: horizons, baselines, fits, births and events
    (tables), draws (0: without intervals), seed, masked (school years), lang, as in `schoolplan.backtesting.Ask`; ETS
    and ARIMA start fresh processes, so a script asks for them under `if __name__ == "__main__":`.  Raises ScenarioError
    or RunError.
    """
    from schoolplan.backtesting import Ask, run

    return run(table, Ask(**_as_paths({**chosen, "out": out})), progress)


def snapshot(
    source: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "Snapshot":
    """Lock a year's table and its forecast in a folder that is never written over.

    source: a table as of `forecast`, or a study.yaml, whose enrolment is locked.  out: new or empty folder (default:
    TABLE-year beside the table); a folder that holds the same year is read: equal numbers are told, others raise.
    chosen: as of `forecast`.  Raises ScenarioError or RunError.
    """
    from schoolplan.forecasting import Ask
    from schoolplan.snapshots import snapshot as lock

    return lock(source, Ask(**_as_paths({**chosen, "out": out})), progress)


def score(
    run: Path | str, actual: Path | str, out: Path | str | None = None, *, plan: str | None = None, lang: str = "zh"
) -> "ScoreFolder":
    """Hold a folder of `snapshot`, `forecast` or `run` to the register that came. Raises ScenarioError or RunError.

    actual: a table as of `forecast` that holds at least one year that was forecast.  out: folder of the scores and of
    their record errors.csv (default: `scores` beside run).  plan: of a run (default: the one without projects).
    """
    from schoolplan.scoring import score as hold

    return hold(run, actual, None if out is None else Path(out), plan=plan, lang=lang)


def land(study: Path | str, out: Path | str | None = None, *, lang: str | None = None) -> "LandFolder":
    """Parcels of a study: tables, layers and a map of what stands against them and what school they carry.

    out: new or empty folder (default: STUDY-land beside study.yaml).  Raises ScenarioError or RunError.
    """
    from schoolplan.parcels import land as write

    return write(Path(study), None if out is None else Path(out), lang)


def record(study: Path | str, *, by: str, reason: str, day: str) -> "pd.DataFrame":
    """Add what changed of locked parcels to the log of a study; returns the new rows.

    by, reason: who enters it, and the decision.  day: YYYY-MM-DD.  Raises ScenarioError.
    """
    from schoolplan.parcels import record as enter

    return enter(Path(study), by, reason, day)


def zoning(
    study: Path | str,
    out: Path | str | None = None,
    *,
    table: Path | str | None = None,
    plan: str | None = None,
    year: int | None = None,
    propose: "Literal['nearest', 'seats', 'voronoi'] | None" = None,
    lang: str = "zh",
) -> "ZoningFolder":
    """Check a zoning and compare it with that of the study, or draft one. Raises ScenarioError or RunError.

    study: study.yaml or a scenario file.  table: a rezoning table; plan: the zones of a plan of the scenario (with the
    table on top, if both are given).  year: school year looked at.  propose: make a first draft instead.
    out: new or empty folder (default `zonings/<study>-<what>`).
    """
    from schoolplan.zonings import Ask
    from schoolplan.zonings import zoning as look

    ask = Ask(None if table is None else Path(table), plan, year, propose, lang)
    return look(study, None if out is None else Path(out), ask)


def schema(out: Path | str, forms: Sequence[str] | None = None) -> list[Path]:
    """Write the JSON Schemas of the YAML files, for an editor, into a folder; returns the files.

    forms: names out of `scenarios.schemas.SCHEMAS`; default: those that a planner writes.  Older schemas of ours are
    replaced.  Raises ScenarioError (SCN480) for a file of that name that is something else, and KeyError for a name.
    """
    from scenarios.editor_schema import PLANNERS_FORMS, write_schemas

    return write_schemas(Path(out), PLANNERS_FORMS if forms is None else forms)


def _as_paths(chosen: dict[str, Any]) -> dict[str, Any]:
    """Names of files as paths."""
    files = {name: Path(chosen[name]) for name in ("births", "events", "errors", "out") if chosen.get(name) is not None}
    return chosen | files


def packs(*names: str) -> "list[Pack]":
    """Standards packs by id, or by path (`.yaml`), with all that they extend; without names every shipped one.

    Raises ScenarioError.
    """
    from scenarios.packs import shipped_packs
    from schoolplan.standards import pack_of

    return [pack_of(name) for name in names or shipped_packs()]


def packs_diff(first: "Pack", second: "Pack") -> "tuple[Difference, ...]":
    """Clauses changed, added and dropped from one standards pack to another."""
    from scenarios.pack_listing import differences, entries

    return differences(entries(first), entries(second))
