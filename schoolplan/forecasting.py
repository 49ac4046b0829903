"""`schoolplan forecast TABLE|STUDY`: tables in, a folder with the forecast of every school, grade and year out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from reports.forecast_book import write_book
from reports.forecast_figures import charts
from reports.forecast_html import write_charts, write_forecast_page
from reports.forecast_view import ForecastView
from reports.i18n import Labels, language
from reports.run_folder import csv_bytes, document_bytes
from reports.whole import check_free, whole_folder
from scenarios.problems import Problem
from schoolplan.backtest_source import is_study
from schoolplan.forecast_panel import told_of
from schoolplan.forecast_start import Ask, Outset, Predicted, of_table
from schoolplan.forecast_study import of_study
from schoolplan.forecast_trust import trust_of
from schoolplan.manifest import libraries, stamp
from schoolplan.progress import Progress, silent
from sim.forecast_pieces import piece_rows
from sim.forecast_rows import STATISTICS

__all__ = ["Ask", "ForecastFolder", "manifest", "outset", "rounded", "run", "write_papers"]


@dataclass(frozen=True)
class ForecastFolder:
    """What was written, and what it says."""

    path: Path
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    view: ForecastView = field(repr=False)


def outset(source: Path, ask: Ask) -> Outset:
    """What is forecast: a table, a study, or the reference future of a scenario. Raises ScenarioError."""
    return of_study(source, ask) if is_study(source) else of_table(source, ask)


def run(source: Path | str, ask: Ask, progress: Progress | None = None) -> ForecastFolder:
    """Forecast from a table or a study. Raises ScenarioError (input) or RunError (target folder)."""
    file = Path(source)
    home = file.resolve() if is_study(file) else file
    target = ask.out or home.with_name(f"{home.parent.name if is_study(file) else file.stem}-forecast")
    check_free(target)
    say = progress or silent
    start = outset(file, ask)
    made = start.predict(say)
    say("trust", 0, 1)
    view = _view(start, made)
    say("trust", 1, 1)
    say("papers", 0, 1)
    with whole_folder(target) as folder:
        write_papers(view, folder)
        (folder / "forecast.csv").write_bytes(csv_bytes(rounded(made.rows)))
        (folder / "manifest.json").write_bytes(document_bytes(manifest(start, made)))
    say("papers", 1, 1)
    return ForecastFolder(target, made.rows, start.problems, view)


def write_papers(view: ForecastView, folder: Path) -> None:
    """Charts, page and workbook of a forecast."""
    write_forecast_page(view, write_charts(charts(view), folder), folder / "forecast.html")
    write_book(view, folder / "forecast.xlsx")


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as they are written: no more digits than the draws support."""
    return rows.assign(**{name: rows[name].round(1) for name in STATISTICS})


def _view(start: Outset, made: Predicted) -> ForecastView:
    lang = language(start.ask.lang)
    return ForecastView(
        title=start.title,
        rows=made.rows,
        history=start.history,
        pieces=piece_rows(start.panel, made.path),
        name=start.name,
        labels=Labels(lang),
        origin=made.path.origin,
        draws=start.chosen.draws,
        seed=start.chosen.seed,
        births=start.panel.births is not None,
        trust=trust_of(start.tested or start.panel, start.chosen.years),
        told=told_of(start.problems, start.files, lang),
        stages=start.stages,
        synthetic=start.synthetic,
    )


def manifest(start: Outset, made: Predicted) -> Mapping[str, object]:
    """Where a forecast comes from: hashes of inputs and code, versions, seed; no times, no machine."""
    return {
        **stamp(),
        **start.about,
        "schools": int(made.rows.loc[made.rows["level"] == "school", "school"].nunique()),
        "years": start.chosen.years,
        "masked": list(start.ask.masked),
        "draws": start.chosen.draws,
        "seed": start.chosen.seed,
        "inputs": start.inputs,
        "libraries": libraries(),
    }
