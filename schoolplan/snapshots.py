"""`schoolplan snapshot TABLE|STUDY`: a year's table and its forecast, locked with hashes and never written over."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from reports.run_folder import csv_bytes, document_bytes
from reports.whole import check_free, whole_folder
from scenarios.forecast_specs import GRADES
from scenarios.loader import bundle_of, read_any
from scenarios.problems import Problem, ScenarioError, error, note
from scenarios.score_tables import Register, changed_rows, read_register
from schoolplan.backtest_source import is_study
from schoolplan.forecast_start import Outset
from schoolplan.forecasting import Ask, manifest, outset, rounded
from schoolplan.manifest import hashes, sha256
from schoolplan.progress import Progress, silent

TABLE, FORECAST, MANIFEST = "table.csv", "forecast.csv", "manifest.json"
SHOWN = 5
"""Rows named in a message."""


@dataclass(frozen=True)
class Snapshot:
    """A locked year. written: False where the same numbers were locked before."""

    path: Path
    year: int
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    written: bool = True


def snapshot(source: Path | str, ask: Ask, progress: Progress | None = None) -> Snapshot:
    """Lock a table, or the enrolment of a study. Raises ScenarioError (input, SCO002) or RunError (target folder)."""
    path, say = Path(source), progress or silent
    if not is_study(path):
        # The table is locked as it stands; events part series in two, and only the forecast may see that.
        register = read_register(path)
        return _locked(register, outset(path, ask), say)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / TABLE
        told = _write_enrolment(path, table)
        start = outset(path, ask)
        try:
            done = _locked(read_register(table), start, say)
        except ScenarioError as wrong:
            raise ScenarioError([_placed(one, table, path) for one in wrong.problems]) from wrong
    return replace(done, problems=(*told, *(_placed(one, table, path) for one in done.problems)))


def _placed(problem: Problem, table: Path, study: Path) -> Problem:
    """A place in the table of a study as the study names it."""
    return replace(problem, place=problem.place.replace(table.as_posix(), f"{study.as_posix()}:tables.enrolment"))


def _write_enrolment(study: Path, target: Path) -> tuple[Problem, ...]:
    draft, problems = read_any(study)
    bundle = bundle_of(draft, problems)
    if bundle is None:
        raise ScenarioError(problems)
    if "enrolment" not in bundle.tables:
        raise ScenarioError([*problems, error("SCO004", study.as_posix())])
    rows = bundle.tables["enrolment"]
    rows = rows.assign(suppressed=rows["suppressed"].astype(int))
    good = rows["grade"].isin(GRADES)
    columns = ["school", "grade", "year", "pupils", "suppressed"]
    target.write_bytes(csv_bytes(rows.loc[good, columns].astype({"year": "Int64", "pupils": "Int64"})))
    left = tuple(sorted(rows.loc[~good, "grade"].unique().tolist()))
    return (note("SCO016", study.as_posix(), left, count=int((~good).sum())),) if left else ()


def _locked(register: Register, start: Outset, say: Progress) -> Snapshot:
    year, base = int(start.panel.years[-1]), start.base
    target = start.ask.out or base.with_name(f"{base.name}-{year}")
    if (target / MANIFEST).is_file() and locked_manifest(target):
        return _again(target, register, year, start.problems)
    check_free(target)
    made = start.predict(say)
    rows = rounded(made.rows)
    with whole_folder(target) as folder:
        (folder / TABLE).write_bytes(csv_bytes(_as_understood(register)))
        (folder / FORECAST).write_bytes(csv_bytes(rows))
        document = {
            **manifest(start, made),
            "kind": "snapshot",
            "locked": True,
            "year": year,
            "date": _date(year),
            "files": hashes(folder / name for name in (TABLE, FORECAST)),
        }
        (folder / MANIFEST).write_bytes(document_bytes(document))
    return Snapshot(target, year, rows, start.problems)


def _as_understood(register: Register) -> pd.DataFrame:
    """The table under the heads of the dictionary; a name beside each id, columns that say nothing left out."""
    rows = register.rows.assign(pupils=register.rows["pupils"].astype("Int64"))
    rows["suppressed"] = rows["suppressed"].astype(int)
    rows.insert(1, "school_name", rows["school"].map(lambda key: register.names.get(key, "")))
    silent = [name for name in ("school_name", "district") if (rows[name] == "").all()]
    return rows.drop(columns=silent + ([] if rows["suppressed"].any() else ["suppressed"]))


def _date(year: int) -> str:
    """Day of SOURCE_DATE_EPOCH, else the last school year of the table: never the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC).date().isoformat() if epoch.isdigit() else str(year)


def locked_manifest(folder: Path) -> Mapping[str, Any]:
    """The manifest of a snapshot; empty for any other folder."""
    try:
        made = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return made if isinstance(made, dict) and made.get("locked") is True else {}


def check_locked(folder: Path, made: Mapping[str, Any]) -> None:
    """Raises ScenarioError SCO005 if a locked file is not what it was."""
    names = [name for name, was in made["files"].items() if not _same(folder / name, was)]
    if names:
        raise ScenarioError([error("SCO005", (folder / name).as_posix(), name) for name in names])


def _same(file: Path, was: str) -> bool:
    return file.is_file() and sha256(file) == was


def _again(target: Path, register: Register, year: int, problems: tuple[Problem, ...]) -> Snapshot:
    """A year that is locked already: told if nothing changed, an error with the rows that did."""
    made = locked_manifest(target)
    check_locked(target, made)
    before = read_register(target / TABLE)
    changes = changed_rows(before.rows, register.rows)
    if changes:
        told = {"year": made["year"], "count": len(changes)}
        raise ScenarioError([error("SCO002", target.as_posix(), shown_changes(changes), **told)])
    same = note("SCO001", target.as_posix(), year=year)
    return Snapshot(target, year, read_forecast(target), (*problems, same), written=False)


def shown_changes(changes: list[tuple[str, str, int, str, str]]) -> tuple[str, ...]:
    """The first changes as `school grade year: before -> after`."""
    said = tuple(f"{school} {grade} {year}: {was} → {now}" for school, grade, year, was, now in changes[:SHOWN])
    return said if len(changes) <= SHOWN else (*said, "…")


def read_forecast(folder: Path) -> pd.DataFrame:
    """The rows of forecast.csv."""
    text = dict.fromkeys(("level", "district", "school", "grade"), str)
    return pd.read_csv(folder / FORECAST, dtype=text, keep_default_na=False, encoding="utf-8-sig")
