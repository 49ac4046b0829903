"""`schoolplan forecast TABLE`: tables in, a folder with the forecast of every school, grade and year out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from reports.forecast_book import write_book
from reports.forecast_figures import charts
from reports.forecast_html import write_charts, write_forecast_page
from reports.forecast_view import ForecastView
from reports.i18n import Labels, language
from reports.run_folder import csv_bytes, document_bytes
from reports.whole import check_free, whole_folder
from scenarios.forecast_tables import ForecastTables, read_forecast_tables
from scenarios.problems import Problem, ScenarioError, error
from schoolplan.error_record import Recorded, recorded_for
from schoolplan.forecast_panel import closings_of, gone_schools, panel_of, told_of
from schoolplan.forecast_trust import trust_of
from schoolplan.manifest import hashes, libraries, stamp
from schoolplan.progress import Progress, silent
from sim.draws import joint_draws
from sim.forecast_pieces import piece_rows
from sim.forecast_rows import STATISTICS, forecast_rows, with_closings
from sim.learning import learn
from sim.panel import Panel
from sim.path import Path as Forecast

YEARS, DRAWS, SEED = 5, 500, 1


@dataclass(frozen=True)
class Ask:
    """What the caller may choose."""

    years: int = YEARS
    births: Path | None = None
    events: Path | None = None
    out: Path | None = None
    draws: int = DRAWS
    seed: int = SEED
    masked: tuple[int, ...] = ()
    errors: Path | None = None
    """Record of errors of scored forecasts; none = that of `scores/` beside the table, if its forecasts are there."""
    lang: str = "zh"


@dataclass(frozen=True)
class ForecastFolder:
    """What was written, and what it says."""

    path: Path
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    view: ForecastView = field(repr=False)


def run(table: Path | str, ask: Ask, progress: Progress | None = None) -> ForecastFolder:
    """Forecast from one table. Raises ScenarioError (input) or RunError (target folder)."""
    file = Path(table)
    target = ask.out or file.with_name(f"{file.stem}-forecast")
    check_free(target)
    say = progress or silent
    tables = read_forecast_tables(file, ask.births, ask.events)
    start = panel_of(tables, ask.masked)
    panel = start.panel
    recorded = recorded_for(file.with_suffix(""), panel, ask.errors)
    path, rows = predicted(tables, panel, ask, say, recorded)
    problems = (*tables.problems, *start.problems, *gone_schools(tables, panel), *recorded.problems)
    say("trust", 0, 1)
    view = _view(tables, panel, path, rows, problems, ask)
    say("trust", 1, 1)
    say("papers", 0, 1)
    with whole_folder(target) as folder:
        write_papers(view, folder)
        (folder / "forecast.csv").write_bytes(csv_bytes(rounded(rows)))
        made = manifest((*tables.files, *recorded.files), ask, len(panel.schools))
        (folder / "manifest.json").write_bytes(document_bytes(made))
    say("papers", 1, 1)
    return ForecastFolder(target, rows, problems, view)


def write_papers(view: ForecastView, folder: Path) -> None:
    """Charts, page and workbook of a forecast."""
    write_forecast_page(view, write_charts(charts(view), folder), folder / "forecast.html")
    write_book(view, folder / "forecast.xlsx")


def predicted(
    tables: ForecastTables, panel: Panel, ask: Ask, say: Progress, recorded: Recorded
) -> tuple[Forecast, pd.DataFrame]:
    """The path from the last year of a panel, and the rows drawn around it.

    Raises ScenarioError where the last year has no pupils to start from (FOR025; FOR034 where it is masked).
    """
    last = int(panel.years[-1])
    if not panel.known[:, :, -1].any():
        code = "FOR034" if last in ask.masked else "FOR025"
        raise ScenarioError([*tables.problems, error(code, tables.files[0].as_posix(), last)])
    path, processes = learn(panel, ask.years, recorded.record)
    offered = np.asarray(~np.isnan(path.log_pupils).any(axis=2))
    closings = closings_of(tables, panel)
    say("draws", 0, 1)
    pupils = joint_draws(path, panel, processes, ask.seed, ask.draws)
    say("draws", 1, 1)
    moved = with_closings(pupils, offered, panel.district_of, closings)
    return path, forecast_rows(panel, moved, path.origin)


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as they are written: no more digits than the draws support."""
    return rows.assign(**{name: rows[name].round(1) for name in STATISTICS})


def _view(
    tables: ForecastTables,
    panel: Panel,
    path: Forecast,
    rows: pd.DataFrame,
    problems: tuple[Problem, ...],
    ask: Ask,
) -> ForecastView:
    lang = language(ask.lang)
    return ForecastView(
        title=tables.files[0].stem,
        rows=rows,
        history=tables.history,
        pieces=piece_rows(panel, path),
        name=tables.name,
        labels=Labels(lang),
        origin=path.origin,
        draws=ask.draws,
        seed=ask.seed,
        births=panel.births is not None,
        trust=trust_of(panel, ask.years),
        told=told_of(problems, tables.files, lang),
    )


def manifest(files: Sequence[Path], ask: Ask, schools: int) -> Mapping[str, object]:
    """Where a forecast comes from: hashes of inputs and code, versions, seed; no times, no machine."""
    return {
        **stamp(),
        "schools": schools,
        "years": ask.years,
        "masked": list(ask.masked),
        "draws": ask.draws,
        "seed": ask.seed,
        "inputs": hashes(files),
        "libraries": libraries(),
    }
