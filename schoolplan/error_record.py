"""The record of errors that `score` keeps, read again so that it widens or narrows later intervals."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from scenarios.problems import Problem, ScenarioError, error, note
from schoolplan.manifest import sha256
from sim.backtest import origins_of
from sim.error_record import Record, nothing_recorded
from sim.panel import Panel
from sim.register_scores import LEVELS

RECORD, SCORES, MANIFEST = "errors.csv", "scores", "manifest.json"
COLUMNS = ("forecast", "register", "origin", "year", "horizon", "level", "n", "stretch")
KEY = 16
"""Characters of the hash of a manifest that tell one forecast from another."""


@dataclass(frozen=True)
class Recorded:
    """What a forecast learns from a record: the usable rows, the file they are from, and what is told."""

    record: Record
    files: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def forecast_key(folder: Path) -> str:
    """What tells one forecast from another: the hash of its manifest."""
    return sha256(folder / MANIFEST)[:KEY]


def read_record(file: Path) -> pd.DataFrame:
    """The rows of a record; empty if there is none. Raises ScenarioError SCO017 for a file that is no record."""
    if not file.is_file():
        return pd.DataFrame(columns=list(COLUMNS))
    try:
        found = pd.read_csv(file, dtype={"forecast": str, "register": str}, encoding="utf-8-sig")
    except (ValueError, OSError):
        found = pd.DataFrame()
    if tuple(found.columns) != COLUMNS:
        raise ScenarioError([error("SCO017", file.as_posix(), file.name, columns=COLUMNS)])
    return found


def recorded_for(base: Path, panel: Panel, given: Path | None) -> Recorded:
    """What a record says of forecasts of a panel. Raises ScenarioError (SCO017, FOR062).

    base: the table or the study's folder without suffix, beside which `score` keeps `scores/errors.csv`; of that file
    only rows of forecasts that lie beside it under the same name are taken.  given: a record whose rows are all taken.
    """
    file = given or base.parent / SCORES / RECORD
    rows = read_record(file)
    if rows.empty:
        return Recorded(nothing_recorded())
    checked = _checked(rows, file)
    mine = checked if given else checked[checked["forecast"].isin(_forecasts_of(base))]
    last, tested = int(panel.years[-1]), origins_of(panel)
    usable = Record(mine).usable(tested, last)
    numbers = {
        "covered": int(mine["origin"].isin(tested).sum()),
        "later": int((~mine["origin"].isin(tested) & (mine["year"] > last)).sum()),
        "other": len(checked) - len(mine),
    }
    if usable.rows.empty:
        told = note("FOR061", file.as_posix(), file.name, **numbers)  # type: ignore[arg-type]
        return Recorded(usable, (), (told,))
    used = {"rows": len(usable.rows), "origins": len(usable.origins), "covered": numbers["covered"]}
    told = note("FOR060", file.as_posix(), file.name, **used)  # type: ignore[arg-type]
    return Recorded(usable, (file,), (told,))


def _checked(rows: pd.DataFrame, file: Path) -> pd.DataFrame:
    """The rows with numbers. Raises ScenarioError FOR062 with the rows that make no sense."""
    made = rows.copy()
    for name in ("origin", "year", "horizon", "n", "stretch"):
        made[name] = pd.to_numeric(rows[name], errors="coerce")
    words = rows["stretch"].notna() & made["stretch"].isna()
    wrong = words | (made["stretch"] <= 0.0) | ~(made["n"] > 0) | ~made["level"].isin(LEVELS)
    wrong |= ~(made["horizon"] > 0) | (made["origin"] + made["horizon"] != made["year"])
    if wrong.any():
        places = tuple(int(place) + 2 for place in made.index[wrong])
        first = ",".join(str(value) for value in rows.loc[wrong].iloc[0])
        raise ScenarioError([error("FOR062", file.as_posix(), first, rows=places)])
    return made.astype({"origin": int, "year": int})


def _forecasts_of(base: Path) -> set[str]:
    """Keys of the folders of forecasts and snapshots beside a table that carry its name."""
    if not base.parent.is_dir():
        return set()
    folders = [place for place in base.parent.iterdir() if place.name.startswith(f"{base.name}-")]
    return {forecast_key(place) for place in folders if (place / MANIFEST).is_file()}
