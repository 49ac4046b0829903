"""ETS and ARIMA for single series, from statsmodels (extra `baselines`): the forecaster's usual tools as baselines.

    series  pupils of a cell, a stage of a school, a school, a county's grade or a county: the last unbroken run of
            counts up to the origin, of LEAST years or more; a constant series stays as it is
    ets     simple exponential smoothing, from LONG years on also with a damped trend; the smaller AICc (Hyndman,
            Koehler, Ord and Snyder 2008, Forecasting with Exponential Smoothing)
    arima   (0,1,0), (0,1,0) with drift, (1,1,0), (0,1,1); the smallest AICc (Hyndman and Khandakar 2008, J. Statistical
            Software 27:3: small orders, since a school has ten years and not a hundred)
    sample  a fit takes milliseconds and a backtest has tens of thousands: of each level as many series as `most` fits
            allow are drawn by their names, with a fixed seed, at all of their origins

Levels are fitted one by one, so they do not add up.  Tests: tests/sim/test_baselines_fitted.py.
"""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.arrays import FloatArray
from sim.backtest import Cases, cases_at, truth_of
from sim.panel import Panel
from sim.streams import entities

Progress = Callable[[str, int, int], None]

FITTED = ("ets", "arima")
LEAST, LONG = 5, 8  # years of a series; years from which a trend is tried
MOST = 300  # fits of each level and method unless asked otherwise
WORKERS, FEW, CHUNK = 2, 40, 50  # processes; series that are not worth a process; series handed over at once
ORDERS = (((0, 1, 0), "n"), ((0, 1, 0), "t"), ((1, 1, 0), "n"), ((0, 1, 1), "n"))
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Fits:
    """How many of the series of a level were fitted; a series counts once for each of its origins."""

    level: str
    fitted: int
    all: int


def available() -> bool:
    """Whether the library is installed."""
    return find_spec("statsmodels") is not None


def fit_ets(history: FloatArray, horizon: int) -> FloatArray:
    """Forecast [h] of a series [year] without gaps; NaN where no model can be fitted."""
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    trends: list[dict[str, object]] = [{"trend": None}]
    if history.size >= LONG:
        trends.append({"trend": "add", "damped_trend": True})
    models = [partial(ExponentialSmoothing, initialization_method="estimated", **trend) for trend in trends]
    return _best(history, horizon, models, {})


def fit_arima(history: FloatArray, horizon: int) -> FloatArray:
    """Forecast [h] of a series [year] without gaps; NaN where no model can be fitted."""
    from statsmodels.tsa.arima.model import ARIMA

    loose = {"enforce_stationarity": False, "enforce_invertibility": False}
    models = [partial(ARIMA, order=order, trend=trend, **loose) for order, trend in ORDERS]
    return _best(history, horizon, models, {"cov_type": "none"})


def _best(
    history: FloatArray, horizon: int, models: Sequence[Callable[[FloatArray], Any]], options: Mapping[str, object]
) -> FloatArray:
    """The forecast of the model with the smallest AICc, not below zero."""
    if np.ptp(history) == 0.0:
        return np.full(horizon, float(history[-1]))
    best, found = np.inf, np.full(horizon, np.nan)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # that a short series fits badly is what is being tested
        for model_of in models:
            try:
                model = model_of(history).fit(**options)
                aicc, ahead = float(model.aicc), np.asarray(model.forecast(horizon), dtype=float)
            except (ValueError, IndexError, ZeroDivisionError, np.linalg.LinAlgError):
                continue
            if aicc < best and np.isfinite(ahead).all():
                best, found = aicc, np.maximum(ahead, 0.0)
    return found


METHODS: Mapping[str, Callable[[FloatArray, int], FloatArray]] = {"ets": fit_ets, "arima": fit_arima}


def recent(history: FloatArray) -> FloatArray:
    """The last unbroken run of a series [year] that ends at the origin."""
    gaps = np.flatnonzero(np.isnan(history))
    return history[gaps[-1] + 1 if gaps.size else 0 :]


def with_fitted(
    pairs: pd.DataFrame, panel: Panel, methods: Sequence[str], most: int = MOST, say: Progress | None = None
) -> tuple[pd.DataFrame, list[Fits]]:
    """The rows of a backtest with a column for each method, NaN where it was not fitted; and how many were.

    pairs: as `sim.backtest.backtest`; most: fits of each level and method, 0 = all.
    """
    table = _histories(pairs, panel)
    table = table[table["history"].map(len) >= LEAST]
    table["key"] = [row.tobytes() for row in table["history"]]
    kept, counts = _sample(table, most)
    unique = table[kept].drop_duplicates("key").set_index("key")["history"]
    horizon, made = int(pairs["horizon"].max()), pairs.copy()
    for number, method in enumerate(methods):
        tell = _shifted(say, number, len(methods))
        ahead = fitted(unique.tolist(), method, horizon, tell)
        rows = pd.Index(unique.index).get_indexer(pd.Index(table.loc[kept, "key"]))
        column = pd.Series(np.nan, index=pairs.index)
        column.loc[table.index[kept]] = ahead[rows, table.loc[kept, "horizon"].to_numpy() - 1]
        made[method] = column
    return made, counts


def _histories(pairs: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Series, history up to the origin, origin, horizon and level of every row of a backtest."""
    truth, places = truth_of(panel), []
    for number, part in pairs.groupby(pairs["origin"] * 1000 + pairs["horizon"], sort=False):
        origin, h = divmod(int(str(number)), 1000)
        cases = cases_at(truth, origin, h)
        names = np.concatenate([_names(one) for one in cases])
        histories = [recent(row) for one in cases for row in one.history]
        places += [(*one, origin, h) for one in zip(part.index, names, histories, strict=True)]
    table = pd.DataFrame(places, columns=["row", "series", "history", "origin", "horizon"]).set_index("row")
    table["level"] = pairs["level"]
    return table


def _names(cases: Cases) -> NDArray[np.str_]:
    parts = [
        np.broadcast_to(np.asarray(part), len(cases.actual)) for part in (cases.district, cases.school, cases.grade)
    ]
    return np.array(["|".join((cases.level, *row)) for row in zip(*parts, strict=True)])


def _sample(table: pd.DataFrame, most: int) -> tuple[NDArray[np.bool_], list[Fits]]:
    """Rows of the series that are fitted, [row], and how many fits of each level that are."""
    fits = table.drop_duplicates(["series", "origin"])
    size = fits.groupby(["level", "series"], sort=False).size().rename("fits").reset_index()
    size["order"] = entities(tuple(size["series"]))
    size = size.sort_values(["level", "order"], kind="stable")
    size["upto"] = size.groupby("level")["fits"].cumsum()
    chosen = size[(size["upto"] <= most) | (most == 0)]
    counts = [
        Fits(str(level), int(chosen.loc[chosen["level"] == level, "fits"].sum()), int(part["fits"].sum()))
        for level, part in size.groupby("level")
    ]
    return table["series"].isin(set(chosen["series"])).to_numpy(), counts


def fitted(
    histories: Sequence[FloatArray], method: str, horizon: int, say: Progress | None = None, workers: int = WORKERS
) -> FloatArray:
    """Forecasts [series, h] of series [year] without gaps; the number of processes changes nothing."""
    chunks = [histories[start : start + CHUNK] for start in range(0, len(histories), CHUNK)]
    found = []
    with _pool(workers if len(histories) > FEW else 1) as pool:
        mapped = map if pool is None else pool.map
        for done, part in enumerate(mapped(partial(_fit_chunk, method, horizon), chunks)):
            found.append(part)
            if say is not None:
                say("backtest", done + 1, len(chunks))
    return np.concatenate(found) if found else np.zeros((0, horizon))


def _fit_chunk(method: str, horizon: int, histories: Sequence[FloatArray]) -> FloatArray:
    return np.stack([METHODS[method](history, horizon) for history in histories])


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    """Fresh processes of one thread each: for series this short, threads of linear algebra cost ten times the work."""
    if workers <= 1:
        yield None
        return
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            yield pool
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _shifted(say: Progress | None, number: int, of: int) -> Progress | None:
    """Progress of one of several methods as a part of the whole."""
    if say is None:
        return None
    return lambda what, done, all_of: say(what, number * all_of + done, of * all_of)
