"""Would a boosted-tree layer help? LightGBM (L1) on what is left of past forecasts, beside the forecast as it is.

Usage: pip install lightgbm; python -m benchmarks.boosted [--data DIR] [--panel NAME ...] [--part 0.5].  At each origin
a model of 18 features (pulls towards five simple forecasts, size, grade, horizon, entry, last errors and growth of cell
and school, growth of the district) learns the log errors of paths of earlier origins whose targets have come; from the
third such origin on, `part` of what it expects is added to the path (0.5: geometric mean of both).  Prints WAPE and the
change.  It is not part of the program: docs/science/backtests.md says why.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from sim.arrays import FloatArray
from sim.backtest import backtest, origins_of, score_table
from sim.backtest_draws import teaching_origins
from sim.baselines import BASELINES, seen_pupils
from sim.panel import Panel
from sim.path import Path as Forecast
from sim.path import forecasts
from sim.processes_fit import grades_below
from verification.panels import PANELS, data_folder

AHEAD, LEAST, MOST = 5, 3, 0.35
OTHERS = ("naive", "ratio-3", "ratio-3-pooled", "ratio-5-pooled", "constant-share")
SETTINGS = {
    "objective": "l1",
    "num_leaves": 15,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "lambda_l2": 10.0,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "seed": 1,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}
ROUNDS = 150


def features(panel: Panel, path: Forecast, before: Forecast | None) -> FloatArray:
    """What is known at the origin of a path, [school, grade, h, feature]; before: the path of the year before."""
    cut, centre = panel.cut(path.origin), path.log_pupils
    pupils, shape = seen_pupils(cut), centre.shape
    now, own = pupils[:, :, -1], np.log(np.exp(centre) + 0.5)
    size = np.nansum(now, axis=1)
    run, ahead = grades_below(cut.hosts[:, :, -1])[:, :, None], np.arange(1, shape[2] + 1)
    found = [np.clip(np.log(BASELINES[name](cut, shape[2]) + 0.5) - own, -1.0, 1.0) for name in OTHERS]
    found += [centre, np.log(size + 1.0)[:, None, None], ahead, np.arange(shape[1])[None, :, None]]
    found += [(run < ahead).astype(float), (run >= 1).astype(float)]
    said = np.full(now.shape, np.nan) if before is None else before.pupils[:, :, 0]
    both = ~np.isnan(said) & ~np.isnan(now)
    sums = [np.where(both, one, 0.0).sum(axis=1) for one in (now, said)]
    found += [(np.log(now + 0.5) - np.log(said + 0.5))[:, :, None]]
    found += [np.where(both.any(axis=1), np.log((sums[0] + 1.0) / (sums[1] + 1.0)), np.nan)[:, None, None]]
    for years in (1, 3):
        past = pupils[:, :, -1 - years] if pupils.shape[2] > years else np.full(now.shape, np.nan)
        whole = np.nansum(past, axis=1)
        found.append(np.where(whole > 0.0, np.log((size + 1.0) / (whole + 1.0)), np.nan)[:, None, None])
        found.append((np.log(now + 0.5) - np.log(past + 0.5))[:, :, None])
    totals = cut.of_districts()[:, :, -1]
    start = np.log(np.where(totals > 0.0, totals, np.nan))
    found.append((path.district.log_pupils - start[:, :, None])[panel.district_of])
    return np.stack([np.broadcast_to(one, shape) for one in found], axis=-1)


def boosted(panel: Panel, part: float) -> dict[int, FloatArray]:
    """Pupils [school, grade, h] from every origin, moved by `part` of the model's expected log error."""
    import lightgbm  # noqa: PLC0415

    years = teaching_origins(panel)
    paths = forecasts(panel, years, AHEAD)
    known = {year: features(panel, paths[year], paths.get(year - 1)) for year in years}
    result = {}
    for origin in origins_of(panel):
        rows = _lessons(panel, paths, known, origin)
        moved = paths[origin].pupils
        if len({year for year in years if year < origin}) >= LEAST and rows[0].size:
            model = lightgbm.train(SETTINGS, lightgbm.Dataset(rows[0], rows[1], weight=rows[2]), ROUNDS)
            flat = known[origin].reshape(-1, known[origin].shape[-1])
            moved = moved * np.exp(part * np.clip(model.predict(flat), -MOST, MOST).reshape(moved.shape))
        result[origin] = moved
    return result


def _lessons(
    panel: Panel, paths: Mapping[int, Forecast], known: Mapping[int, FloatArray], origin: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Features, log errors and weights of forecasts of earlier origins whose targets have come by the origin."""
    pupils, there, first = seen_pupils(panel), panel.known, int(panel.years[0])
    parts = []
    for year, path in paths.items():
        for h in range(1, AHEAD + 1):
            if year + h > origin or year >= origin:
                continue
            at, centre = year - first, path.pupils[:, :, h - 1]
            fair = there[:, :, at] & there[:, :, at + h] & ~np.isnan(centre)
            error = np.log(pupils[:, :, at + h][fair] + 0.5) - np.log(centre[fair] + 0.5)
            parts.append((known[year][:, :, h - 1][fair], np.clip(error, -1.0, 1.0), centre[fair]))
    if not parts:
        return np.zeros((0, 0)), np.zeros(0), np.zeros(0)
    x, y, weight = (np.concatenate(one) for one in zip(*parts, strict=True))
    return x, y, weight


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of the published panels")
    parser.add_argument("--panel", nargs="+", choices=list(PANELS), default=list(PANELS))
    parser.add_argument("--part", type=float, default=0.5, help="of what the model expects; 0.5: geometric mean")
    asked = parser.parse_args()
    for name in asked.panel:
        panel = PANELS[name](asked.data)
        moved = boosted(panel, asked.part)
        methods = {"boosted": lambda cut, _, moved=moved: moved[int(cut.years[-1])], "ratio-3": BASELINES["ratio-3"]}
        table = score_table(backtest(panel, AHEAD, methods))
        wide = 100.0 * table.pivot_table(index=["level", "horizon"], columns="method", values="wape", sort=False)
        wide["change"] = 100.0 * (wide["boosted"] / wide["schoolplan"] - 1.0)
        print(f"\n{name}, part {asked.part:g}")
        print(wide[wide.index.get_level_values("horizon").isin([1, 3, 5])].round(2).to_string(), flush=True)


if __name__ == "__main__":
    main()
