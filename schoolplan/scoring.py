"""`schoolplan score RUN --actual TABLE`: a forecast held to the register that came; a statement and an error record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reports.forecast_html import write_charts
from reports.i18n import Labels, language
from reports.run_folder import RunFolder, csv_bytes, document_bytes
from reports.score_figures import charts
from reports.score_html import write_score_page
from reports.score_view import ScoreView
from reports.whole import check_free, whole_folder, write_whole
from scenarios.problems import Problem, ScenarioError, error, note, warning
from scenarios.score_tables import Register, changed_rows, read_register
from schoolplan.error_record import COLUMNS, RECORD, forecast_key, read_record
from schoolplan.forecast_panel import told_of
from schoolplan.manifest import hashes, sha256, stamp
from schoolplan.score_cases import Met, Said, meet
from schoolplan.score_said import is_run, said_of, said_of_run
from schoolplan.score_verdicts import settled_verdicts
from schoolplan.snapshots import MANIFEST, locked_manifest, shown_changes
from sim.register_scores import largest_misses, score_rows

MISSES = 10
MISS_COLUMNS = ("school", "grade", "year", "actual", "said", "miss", "place", "p05", "p95", "naive")


@dataclass(frozen=True)
class ScoreFolder:
    """What was written, and what it says."""

    path: Path
    table: pd.DataFrame
    verdicts: pd.DataFrame
    problems: tuple[Problem, ...]
    view: ScoreView = field(repr=False)


def score(
    run: Path | str, actual: Path | str, out: Path | None = None, *, plan: str | None = None, lang: str = "zh"
) -> ScoreFolder:
    """Score a folder of `forecast`, `snapshot` or `run`. Raises ScenarioError or RunError.

    out: folder of the error record and of one folder for each score (default `scores` beside `run`).
    """
    folder = Path(run)
    records = out if out is not None else folder.resolve().parent / "scores"
    register = read_register(Path(actual))
    verdicts, names, told = pd.DataFrame(), dict(register.names), []
    if is_run(folder):
        made = RunFolder.read(folder)
        said, chosen = said_of_run(made, plan)
        verdicts = settled_verdicts(made, chosen, register)
        names = {**made.school_names(lang), **names}
    else:
        said, locked = said_of(folder, register)
        if locked is not None:
            told += _revised(locked.rows, register, said.origin)
            names = {**locked.names, **names}
    years = _years(said, register)
    met = _met(said, register, years)
    if met.cases["naive"].isna().all():
        told.append(note("SCO013", register.file.as_posix(), origin=said.origin))
    record = read_record(records / RECORD)
    target, found = _target(records, folder, register, years, record)
    problems = (*register.problems, *met.problems, *told, *found)
    view = _view(folder, said, register, met, verdicts, names, problems, lang)
    with whole_folder(target) as place:
        _write(view, folder, register, place)
    _append(records / RECORD, record, view.table, {"forecast": forecast_key(folder), "register": sha256(register.file)})
    return ScoreFolder(target, view.table, verdicts, problems, view)


def _years(said: Said, register: Register) -> list[int]:
    """Years that were forecast and have come. Raises ScenarioError SCO007."""
    ahead = {int(year) for year in said.rows["year"].unique()}
    came = sorted({int(year) for year in register.rows["year"].unique()})
    both = sorted(ahead & set(came))
    if not both:
        bounds = {"first": min(ahead), "last": max(ahead)}
        shown = came if len(came) <= 2 else [f"{came[0]}-{came[-1]}"]
        problem = error("SCO007", register.file.as_posix(), tuple(shown), **bounds)  # type: ignore[arg-type]
        raise ScenarioError([*register.problems, problem])
    return both


def _met(said: Said, register: Register, years: list[int]) -> Met:
    met = meet(said, register, years)
    if not (met.cases["level"] == "school-grade").any():
        known = tuple(said.rows.loc[said.rows["school"] != "", "school"].unique()[:3].tolist())
        raise ScenarioError([*register.problems, error("SCO015", register.file.as_posix(), known=known)])
    return met


def _revised(locked: pd.DataFrame, register: Register, origin: int) -> list[Problem]:
    """A warning where the register tells the years up to the origin otherwise than what was locked."""
    years = set(locked["year"]) & set(register.rows["year"])
    both = [rows[rows["year"].isin(years) & (rows["year"] <= origin)] for rows in (locked, register.rows)]
    changes = changed_rows(*both)
    if not changes:
        return []
    numbers = {"count": len(changes), "origin": origin}
    return [warning("SCO008", register.file.as_posix(), shown_changes(changes), **numbers)]  # type: ignore[arg-type]


def _target(
    records: Path, folder: Path, register: Register, years: list[int], record: pd.DataFrame
) -> tuple[Path, list[Problem]]:
    """Folder of this score; another register of a year that was scored before gets a folder of its own."""
    name = f"{folder.resolve().name}-{years[-1]}"
    mine = record[record["forecast"] == forecast_key(folder)]
    again = sorted({int(year) for year in mine.loc[mine["register"] != sha256(register.file), "year"]} & set(years))
    known = (mine["register"] == sha256(register.file)).any()
    if not again or known:
        check_free(records / name)
        return records / name, []
    number = 2
    while (records / f"{name}-{number}").exists():
        number += 1
    target = records / f"{name}-{number}" if (records / name).exists() else records / name
    return target, [warning("SCO009", register.file.as_posix(), tuple(again))]


def _append(file: Path, record: pd.DataFrame, table: pd.DataFrame, keys: Mapping[str, str]) -> None:
    """The record with the rows of this score behind it; written whole."""
    rows = table[["year", "horizon", "level", "n", "stretch"]].assign(**keys, origin=table["year"] - table["horizon"])
    rows = rows[list(COLUMNS)].round({"stretch": 4})
    both = pd.concat([record, rows], ignore_index=True) if len(record) else rows
    both = both.drop_duplicates(["forecast", "register", "year", "level"], keep="last")
    write_whole(file, csv_bytes(both).decode("utf-8"))


def _view(
    folder: Path,
    said: Said,
    register: Register,
    met: Met,
    verdicts: pd.DataFrame,
    names: Mapping[str, str],
    problems: tuple[Problem, ...],
    lang: str,
) -> ScoreView:
    chosen = language(lang)
    level = "school" if (met.cases["level"] == "school").any() else "school-grade"
    cases = met.cases[met.cases["level"] == level]
    return ScoreView(
        title=folder.resolve().name,
        register=register.file.name,
        origin=said.origin,
        table=score_rows(met.cases),
        misses=largest_misses(cases[cases["horizon"] == cases["horizon"].min()], MISSES),
        verdicts=verdicts,
        vanished=met.vanished,
        appeared=met.appeared,
        names=names,
        labels=Labels(chosen),
        locked=bool(locked_manifest(folder)),
        run=is_run(folder),
        told=told_of(problems, (register.file,), chosen),
    )


def _write(view: ScoreView, folder: Path, register: Register, target: Path) -> None:
    digits = {name: 6 for name in view.table.columns if view.table[name].dtype == float}
    (target / "score.csv").write_bytes(csv_bytes(view.table.round(digits)))
    misses = view.misses[list(MISS_COLUMNS)].round(3)
    (target / "misses.csv").write_bytes(csv_bytes(misses))
    if view.run:
        (target / "verdicts.csv").write_bytes(csv_bytes(view.verdicts))
    write_score_page(view, write_charts(charts(view), target), target / "score.html")
    made = {
        **stamp(),
        "kind": "score",
        "forecast": {view.title: sha256(folder / MANIFEST)},
        "register": hashes([register.file]),
    }
    (target / MANIFEST).write_bytes(document_bytes(made))
