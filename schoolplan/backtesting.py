"""`schoolplan backtest TABLE|STUDY`: forecasts made from past years, held to what came; a statement to attach."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from scenarios.problems import Problem, ScenarioError, error, note, warning
from schoolplan.backtest_source import Source, is_study, source_of
from schoolplan.forecast_panel import told_of
from schoolplan.manifest import hashes, libraries, stamp
from schoolplan.progress import Progress, silent
from sim.backtest import LEAST_HISTORY, OWN, backtest, origins_of
from sim.backtest_draws import SEED, Settings, backtest_draws
from sim.backtest_scores import RIVALS, better_rival, predictions_of, scores_of, skill_against
from sim.baselines import BASELINES
from sim.baselines_fitted import FITTED, MOST, available, with_fitted
from sim.decisions import over_capacity

HORIZONS, DRAWS = (1, 3, 5), 200
FORESEEN_AHEAD = 3
WITH_DRAWS = "ratio-3"
"""The simple method that gets the same layer of forces, so that intervals are compared with intervals."""
SIMPLE, EVERY = "simple", "all"
"""Names for all methods that need no library, and for ETS and ARIMA too."""


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
    baselines: tuple[str, ...] = (SIMPLE,)
    """Names of methods, `simple` for all that need no library, `all` for ETS and ARIMA too."""
    fits: int = MOST
    """Fits of ETS and of ARIMA at each level; 0 = all series."""
    lang: str = "zh"


@dataclass(frozen=True)
class BacktestFolder:
    """What was written, and what it says."""

    path: Path
    table: pd.DataFrame
    problems: tuple[Problem, ...]
    view: BacktestView = field(repr=False)


def run(table: Path | str, ask: Ask, progress: Progress | None = None) -> BacktestFolder:
    """Backtest one table or study. Raises ScenarioError (input) or RunError (target folder)."""
    file = Path(table)
    home = file.resolve() if is_study(file) else file
    target = ask.out or home.with_name(f"{home.parent.name if is_study(file) else file.stem}-backtest")
    check_free(target)
    simple, library, problem = _methods(file, ask)
    source = source_of(file, ask.births, ask.events, ask.masked)
    horizons, told = _horizons(source, ask)
    source = replace(source, problems=(*source.problems, *problem, *told))
    view, fitted = _view(source, horizons, replace(ask, baselines=(*simple, *library)), progress or silent)
    with whole_folder(target) as folder:
        _write(view, source, ask, folder)
    return BacktestFolder(target, view.table, (*source.problems, *fitted), view)


def _methods(file: Path, ask: Ask) -> tuple[tuple[str, ...], tuple[str, ...], list[Problem]]:
    """Simple methods, and those of the library that are installed. Raises ScenarioError FOR052.

    naive and ratio-3 are always there: every statement is against them.
    """
    known = (*BASELINES, *FITTED, SIMPLE, EVERY)
    foreign = tuple(name for name in ask.baselines if name not in known)
    if foreign:
        raise ScenarioError([error("FOR052", file.as_posix(), foreign, known=tuple(BASELINES))])
    asked = {*ask.baselines, *(FITTED if EVERY in ask.baselines else ()), *RIVALS}
    every = bool({SIMPLE, EVERY} & asked) or asked <= {*FITTED, *RIVALS}
    simple = tuple(name for name in BASELINES if every or name in asked)
    library = tuple(name for name in FITTED if name in asked)
    if library and not available():
        return simple, (), [warning("FOR050", file.as_posix(), library)]
    return simple, library, []


def _horizons(source: Source, ask: Ask) -> tuple[tuple[int, ...], list[Problem]]:
    """Horizons that the history is long enough for; raises ScenarioError if there is none."""
    panel, origins = source.panel, origins_of(source.panel)
    counted = int(np.asarray(panel.known.any(axis=(0, 1))).sum())
    if not origins:
        numbers = {"least": LEAST_HISTORY + 1, "past": LEAST_HISTORY}
        raise ScenarioError([*source.problems, error("FOR031", source.place, counted, **numbers)])  # type: ignore[arg-type]
    most = int(panel.years[-1]) - origins[0]
    good = tuple(h for h in ask.horizons if h <= most)
    far = tuple(h for h in ask.horizons if h > most)
    if not good:
        raise ScenarioError([*source.problems, error("FOR032", source.place, far, most=most)])
    return good, [warning("FOR032", source.place, far, most=most)] if far else []


@dataclass(frozen=True)
class _Made:
    """Predictions of all methods, rows of the draws of the own one (empty without draws), and what was told."""

    predictions: pd.DataFrame
    rows: pd.DataFrame
    told: tuple[Problem, ...]


def _predictions(source: Source, horizons: tuple[int, ...], ask: Ask, say: Progress) -> _Made:
    panel = source.panel
    pairs = backtest(panel, max(horizons), {name: BASELINES[name] for name in ask.baselines if name in BASELINES})
    pairs = pairs[pairs["horizon"].isin(horizons)].reset_index(drop=True)
    library, told = tuple(name for name in ask.baselines if name in FITTED), []
    if library:
        pairs, fits = with_fitted(pairs, panel, library, ask.fits, say)
        shown = tuple(f"{one.level} {one.fitted}/{one.all}" for one in fits)
        told.append(note("FOR051", source.place, library, most=ask.fits or max(one.all for one in fits), fits=shown))
    if not ask.draws:
        return _Made(predictions_of(pairs, {}), pd.DataFrame(), tuple(told))
    settings = Settings(horizons, ask.draws, ask.seed, seats=source.seats)
    found: dict[str, pd.DataFrame] = {}
    for number, method in enumerate((OWN, WITH_DRAWS)):
        say("backtest", number, 2)
        found[method] = backtest_draws(panel, settings, BASELINES.get(method))
    say("backtest", 2, 2)
    return _Made(predictions_of(pairs, found), found[OWN], tuple(told))


def _view(
    source: Source, horizons: tuple[int, ...], ask: Ask, say: Progress
) -> tuple[BacktestView, tuple[Problem, ...]]:
    made = _predictions(source, horizons, ask, say)
    predictions, table = made.predictions, scores_of(made.predictions)
    foreseen, decisions = _foreseen(made.rows)
    lang = language(ask.lang)
    view = BacktestView(
        title=source.names.get(lang, source.title),
        table=table,
        predictions=predictions,
        skills=tuple(_skills(predictions, table)),
        labels=Labels(lang),
        horizons=horizons,
        origins=tuple(sorted(int(year) for year in predictions["origin"].unique())),
        masked=ask.masked,
        schools=int(predictions.loc[predictions["level"] == "school-grade", "school"].nunique()),
        draws=ask.draws,
        births=source.panel.births is not None,
        events=ask.events is not None,
        foreseen=foreseen,
        decisions=decisions,
        seats=bool(source.seats),
        synthetic=source.synthetic,
        told=told_of((*source.problems, *made.told), source.files, lang),
    )
    return view, made.told


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


def _write(view: BacktestView, source: Source, ask: Ask, folder: Path) -> None:
    digits = {name: 7 for name in view.table.columns if view.table[name].dtype == float}
    (folder / "backtest.csv").write_bytes(csv_bytes(view.table.round(digits)))
    _write_parquet(view.predictions, folder / "predictions.parquet")
    write_backtest_page(view, write_charts(charts(view), folder), folder / "backtest.html")
    (folder / "manifest.json").write_bytes(document_bytes(_manifest(view, source, ask)))


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd")


def _manifest(view: BacktestView, source: Source, ask: Ask) -> Mapping[str, object]:
    return {
        **stamp(),
        "horizons": list(view.horizons),
        "origins": list(view.origins),
        "masked": list(ask.masked),
        "draws": ask.draws,
        "seed": ask.seed,
        "baselines": [name for name in view.table["method"].unique() if name != OWN],
        "inputs": hashes(source.files),
        "libraries": libraries(),
    }
