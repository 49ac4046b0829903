"""`schoolplan backtest TABLE`: forecasts made from past years, held to what came; a statement to attach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from reports.backtest_figures import charts
from reports.backtest_html import write_backtest_page
from reports.backtest_view import BacktestView, Skill
from reports.forecast_html import write_charts
from reports.i18n import Labels, language
from reports.run_folder import csv_bytes, document_bytes
from reports.whole import check_free, whole_folder
from scenarios.forecast_tables import ForecastTables, read_forecast_tables
from scenarios.problems import Problem, ScenarioError, error, warning
from schoolplan.forecast_panel import panel_of, told_of
from schoolplan.manifest import hashes, libraries, stamp
from schoolplan.progress import Progress, silent
from sim.backtest import LEAST_HISTORY, OWN, backtest, origins_of
from sim.backtest_draws import SEED, Settings, backtest_draws
from sim.backtest_scores import better_rival, predictions_of, scores_of, skill_against
from sim.baselines import BASELINES
from sim.decisions import over_capacity
from sim.panel import Panel

HORIZONS, DRAWS = (1, 3, 5), 200
FORESEEN_AHEAD = 3
WITH_DRAWS = "ratio-3"
"""The simple method that gets the same layer of forces, so that intervals are compared with intervals."""


@dataclass(frozen=True)
class Ask:
    """What the caller may choose."""

    horizons: tuple[int, ...] = HORIZONS
    births: Path | None = None
    events: Path | None = None
    out: Path | None = None
    draws: int = DRAWS
    seed: int = SEED
    masked: tuple[int, ...] = ()
    lang: str = "zh"


@dataclass(frozen=True)
class BacktestFolder:
    """What was written, and what it says."""

    path: Path
    table: pd.DataFrame
    problems: tuple[Problem, ...]
    view: BacktestView = field(repr=False)


def run(table: Path | str, ask: Ask, progress: Progress | None = None) -> BacktestFolder:
    """Backtest one table. Raises ScenarioError (input) or RunError (target folder)."""
    file = Path(table)
    target = ask.out or file.with_name(f"{file.stem}-backtest")
    check_free(target)
    tables = read_forecast_tables(file, ask.births, ask.events)
    start = panel_of(tables, ask.masked)
    horizons, told = _horizons(tables, start.panel, ask)
    view = _view(tables, start.panel, horizons, (*tables.problems, *start.problems, *told), ask, progress or silent)
    with whole_folder(target) as folder:
        _write(view, tables, ask, folder)
    return BacktestFolder(target, view.table, (*tables.problems, *start.problems, *told), view)


def _horizons(tables: ForecastTables, panel: Panel, ask: Ask) -> tuple[tuple[int, ...], list[Problem]]:
    """Horizons that the history is long enough for; raises ScenarioError if there is none."""
    file, origins = tables.files[0].as_posix(), origins_of(panel)
    counted = int(np.asarray(panel.known.any(axis=(0, 1))).sum())
    if not origins:
        numbers = {"least": LEAST_HISTORY + 1, "past": LEAST_HISTORY}
        raise ScenarioError([*tables.problems, error("FOR031", file, counted, **numbers)])  # type: ignore[arg-type]
    most = int(panel.years[-1]) - origins[0]
    good = tuple(h for h in ask.horizons if h <= most)
    far = tuple(h for h in ask.horizons if h > most)
    if not good:
        raise ScenarioError([*tables.problems, error("FOR032", file, far, most=most)])
    return good, [warning("FOR032", file, far, most=most)] if far else []


def _predictions(panel: Panel, horizons: tuple[int, ...], ask: Ask, say: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predictions of all methods, and the rows of the draws of the own one (empty without draws)."""
    pairs = backtest(panel, max(horizons))
    pairs = pairs[pairs["horizon"].isin(horizons)].reset_index(drop=True)
    if not ask.draws:
        return predictions_of(pairs, {}), pd.DataFrame()
    settings = Settings(horizons, ask.draws, ask.seed)
    found: dict[str, pd.DataFrame] = {}
    for number, method in enumerate((OWN, WITH_DRAWS)):
        say("backtest", number, 2)
        found[method] = backtest_draws(panel, settings, BASELINES.get(method))
    say("backtest", 2, 2)
    return predictions_of(pairs, found), found[OWN]


def _view(
    tables: ForecastTables,
    panel: Panel,
    horizons: tuple[int, ...],
    problems: tuple[Problem, ...],
    ask: Ask,
    say: Progress,
) -> BacktestView:
    predictions, rows = _predictions(panel, horizons, ask, say)
    table = scores_of(predictions)
    foreseen, decisions = _foreseen(rows)
    lang = language(ask.lang)
    return BacktestView(
        title=tables.files[0].stem,
        table=table,
        predictions=predictions,
        skills=tuple(_skills(predictions, table)),
        labels=Labels(lang),
        horizons=horizons,
        origins=tuple(sorted(int(year) for year in predictions["origin"].unique())),
        masked=ask.masked,
        schools=int(predictions.loc[predictions["level"] == "school-grade", "school"].nunique()),
        draws=ask.draws,
        births=panel.births is not None,
        events=ask.events is not None,
        foreseen=foreseen,
        decisions=decisions,
        told=told_of(problems, tables.files, lang),
    )


def _skills(predictions: pd.DataFrame, table: pd.DataFrame) -> list[Skill]:
    """Against the better rival at every level and horizon."""
    found = []
    for level, horizon in table[["level", "horizon"]].drop_duplicates().itertuples(index=False, name=None):
        rival = better_rival(table, level, horizon)
        rows = table[(table["level"] == level) & (table["horizon"] == horizon) & (table["method"] == rival)]
        if rival and rows["wape"].item() > 0.0:  # nothing is better or worse by a share than a method without errors
            one = skill_against(predictions, level, [horizon], rival)
            found.append(Skill(level, int(horizon), rival, one.change, one.low, one.high))
    return found


def _foreseen(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """Overcrowding three years on: reliability and scores; empty where nothing was drawn or no school was over."""
    if rows.empty or not ((rows["level"] == "school") & (rows["horizon"] == FORESEEN_AHEAD)).any():
        return pd.DataFrame(), {}
    found = over_capacity(rows, FORESEEN_AHEAD)
    if not 0 < found.events < found.cases:
        return pd.DataFrame(), {}
    reliability = pd.DataFrame(found.reliability, columns=["said", "came", "cases"])
    names = ("cases", "auc", "recall_at_half", "precision_at_half", "precision_30", "recall_30", "brier_skill")
    return reliability, {"came": found.events, **{name: float(getattr(found, name)) for name in names}}


def _write(view: BacktestView, tables: ForecastTables, ask: Ask, folder: Path) -> None:
    digits = {name: 7 for name in view.table.columns if view.table[name].dtype == float}
    (folder / "backtest.csv").write_bytes(csv_bytes(view.table.round(digits)))
    _write_parquet(view.predictions, folder / "predictions.parquet")
    write_backtest_page(view, write_charts(charts(view), folder), folder / "backtest.html")
    (folder / "manifest.json").write_bytes(document_bytes(_manifest(view, tables, ask)))


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


def _manifest(view: BacktestView, tables: ForecastTables, ask: Ask) -> Mapping[str, object]:
    return {
        **stamp(),
        "horizons": list(view.horizons),
        "origins": list(view.origins),
        "masked": list(ask.masked),
        "draws": ask.draws,
        "seed": ask.seed,
        "inputs": hashes(tables.files),
        "libraries": libraries(),
    }
