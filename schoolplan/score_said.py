"""What a folder of `forecast`, `snapshot` or `run` said, in one form."""

from pathlib import Path

import pandas as pd

from reports.matrix import baseline_plan
from reports.run_folder import RunFolder
from reports.whole import MARK
from scenarios.problems import ScenarioError, error
from scenarios.score_tables import Register, read_register
from schoolplan.score_cases import Said
from schoolplan.snapshots import FORECAST, TABLE, check_locked, locked_manifest, read_forecast
from sim.forecast_rows import ALL, KEYS, STATISTICS


def said_of(folder: Path, register: Register) -> tuple[Said, Register | None]:
    """The forecast of a folder without a run, and the register that was locked with it (None for a plain forecast)."""
    made = locked_manifest(folder)
    if (folder / MARK).exists() or not (folder / FORECAST).is_file():
        raise ScenarioError([error("SCO006", folder.as_posix())])
    if made:
        check_locked(folder, made)
    rows = read_forecast(folder)
    origin = int(rows["year"].min()) - 1
    if made:
        locked = read_register(folder / TABLE)
        return Said(rows, origin, locked.rows), locked
    return Said(rows, origin, register.rows[register.rows["year"] <= origin]), None


def is_run(folder: Path) -> bool:
    """Whether this is a run folder."""
    return (folder / "study.json").is_file()


def said_of_run(run: RunFolder, plan: str | None) -> tuple[Said, str]:
    """The rolls of a plan in the reference future, and the plan: by default the one without projects."""
    known = tuple(one.id for one in run.study.plans)
    chosen = plan or baseline_plan(run.study).id
    if chosen not in known:
        raise ScenarioError([error("SCO014", run.path.as_posix(), chosen, known=known)])
    case = {"future": run.study.reference_future, "plan": chosen, "indicator": "roll"}
    schools, county = (_case(table, case) for table in (run.tables.schools, run.tables.county))
    cells = schools[schools["stage"].str.startswith("grade:") & (schools["p95"] > 0)]
    totals = schools[(schools["stage"] == ALL) & (schools["p95"] > 0)]
    parts = [
        _tidy("school-grade", cells, cells["stage"].str.removeprefix("grade:")),
        _tidy("school", totals, totals["stage"]),
        _tidy("county", county[county["stage"] == ALL], county.loc[county["stage"] == ALL, "stage"]).assign(school=""),
    ]
    past = run.tables.history.assign(district="", suppressed=run.tables.history["pupils"].isna())
    return Said(pd.concat(parts, ignore_index=True), run.study.base_year, past, closed=True), chosen


def _case(table: pd.DataFrame, case: dict[str, str]) -> pd.DataFrame:
    for column, value in case.items():
        table = table[table[column] == value]
    return table


def _tidy(level: str, rows: pd.DataFrame, grade: pd.Series) -> pd.DataFrame:
    made = rows.assign(level=level, district="", school=rows["entity"], grade=grade)
    return made.astype({"school": str, "grade": str, "year": "int64"})[[*KEYS, *STATISTICS]]
