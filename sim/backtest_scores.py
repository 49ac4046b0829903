"""The table of a backtest from its predictions, and nothing else: whoever has the predictions can compute it again.

Symbols: y actual, f the forecast that is said, q[p] quantiles.

    f         the median of the draws where there are draws, else the method's number (column `mean`)
    rows      level, horizon, method: n, wape, mape (median), mase, bias of f (`sim/scores.py`)
    intervals crps: mean in pupils; cover50, cover80, cover90: shares of y inside; width80: mean of q90 - q10 in pupils;
              empty for methods without draws
    skill     wape / wape of the better of `naive` and `ratio-3` on the method's cases of that level and horizon - 1;
              negative = better; a method that was fitted to a sample of series is compared on this sample

Tests: tests/cli/test_backtest.py, tests/sim/test_backtest_scores.py.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim import scores
from sim.backtest import KEYS, LEVELS, OWN
from sim.backtest_draws import QUANTILES

RIVALS = ("naive", "ratio-3")
NAMES = tuple(f"p{round(100 * level):02d}" for level in QUANTILES)
COVERS = {"cover50": ("p25", "p75"), "cover80": ("p10", "p90"), "cover90": ("p05", "p95")}
COLUMNS = ("level", *KEYS[1:2], "district", "school", "grade", "year", "horizon", "method", "mean", *NAMES, "actual",
           "scale", "crps", "pit")  # fmt: skip


def predictions_of(pairs: pd.DataFrame, drawn: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each scored number and method: COLUMNS.

    pairs: as `sim.backtest.backtest`; drawn: by method, as `sim.backtest_draws.backtest_draws`.
    """
    methods = [name for name in pairs.columns if name not in (*KEYS, "actual", "scale")]
    parts = []
    for method in methods:
        part = pairs[[*KEYS, "actual", "scale"]].assign(method=method, mean=pairs[method])
        if method in drawn:
            part = _with_draws(part, drawn[method])
        parts.append(part[part["mean"].notna()])
    found = pd.concat(parts, ignore_index=True)
    found["year"] = found["origin"] + found["horizon"]
    return found.reindex(columns=list(COLUMNS))


def _with_draws(part: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Mean, quantiles, crps and pit of the draws in place of the method's number, where it was drawn."""
    names = {f"q{name[1:]}": name for name in NAMES}
    taken = drawn[[*KEYS, "mean", *names, "crps", "pit"]].rename(columns={**names, "mean": "drawn"})
    both = part.merge(taken, on=KEYS, how="left", validate="one_to_one")
    both["mean"] = both["drawn"].where(both["drawn"].notna(), both["mean"])
    return both.drop(columns="drawn")


def said(predictions: pd.DataFrame) -> pd.Series:
    """The forecast that is said: the median of the draws, else the method's number."""
    return predictions["p50"].where(predictions["p50"].notna(), predictions["mean"])


def scores_of(predictions: pd.DataFrame) -> pd.DataFrame:
    """The rows of backtest.csv, by level, horizon and method in the order of the predictions."""
    table = predictions.assign(said=said(predictions))
    order = {method: place for place, method in enumerate(table["method"].unique())}
    rows = [
        {"level": level, "horizon": horizon, "method": method, **_scores(part)}
        for (level, horizon, method), part in table.groupby(["level", "horizon", "method"], sort=False)
    ]
    found = pd.DataFrame(rows)
    found["skill"] = found["wape"] / _best(table, found) - 1.0
    keys = pd.DataFrame({"l": found["level"].map(LEVELS.index), "h": found["horizon"], "m": found["method"].map(order)})
    return found.loc[keys.sort_values(["l", "h", "m"]).index].reset_index(drop=True)


def _best(table: pd.DataFrame, found: pd.DataFrame) -> pd.Series:
    """WAPE of the better rival on the cases of each row of the scores, [row]; NaN where neither forecast any."""
    parts = dict(list(table.groupby(["level", "horizon", "method"], sort=False)))
    best = []
    for key in found[["level", "horizon", "method"]].itertuples(index=False, name=None):
        own, wapes = parts[key], []
        for rival in (parts.get((*key[:2], name)) for name in RIVALS):
            if rival is None:
                continue
            same = rival if len(rival) == len(own) else rival.merge(own[KEYS], on=KEYS)
            if len(same):
                wapes.append(scores.wape(same["actual"].to_numpy(dtype=float), same["said"].to_numpy(dtype=float)))
        best.append(min(wapes, default=np.nan))
    return pd.Series(best, index=found.index)


def _scores(part: pd.DataFrame) -> dict[str, float]:
    y, f, scale = (part[name].to_numpy(dtype=float) for name in ("actual", "said", "scale"))
    row = {
        "n": len(part),
        "wape": scores.wape(y, f),
        "mape": scores.median_ape(y, f),
        "mase": scores.mase(y, f, scale),
        "bias": scores.bias(y, f),
    }
    drawn = part[part["crps"].notna()]
    if drawn.empty:
        return row | dict.fromkeys(("crps", *COVERS, "width80"), np.nan)
    inside = {
        name: scores.coverage(*(drawn[column].to_numpy(dtype=float) for column in ("actual", *bounds)))
        for name, bounds in COVERS.items()
    }
    return row | {"crps": float(drawn["crps"].mean()), **inside, "width80": float((drawn["p90"] - drawn["p10"]).mean())}


def better_rival(table: pd.DataFrame, level: str, horizon: int) -> str:
    """The rival with fewer errors at a level and horizon; empty where neither was scored."""
    rows = table[(table["level"] == level) & (table["horizon"] == horizon) & table["method"].isin(RIVALS)]
    rows = rows[rows["wape"].notna()].sort_values("wape", kind="stable")
    return "" if rows.empty else str(rows["method"].iloc[0])


def skill_against(predictions: pd.DataFrame, level: str, horizons: Sequence[int], rival: str) -> scores.Skill:
    """Change of the absolute error of the own forecast against a rival's on the cases both forecast."""
    chosen = predictions[(predictions["level"] == level) & predictions["horizon"].isin(list(horizons))]
    own, other = (chosen[chosen["method"] == method] for method in (OWN, rival))
    both = own.assign(said=said(own)).merge(other.assign(said=said(other)), on=KEYS, suffixes=("", "_rival"))
    errors = [np.abs((both[name] - both["actual"]).to_numpy(dtype=float)) for name in ("said", "said_rival")]
    blocks = (pd.factorize(both["district"])[0].astype(np.int64), both["origin"].to_numpy(dtype=np.int64))
    return scores.skill(errors[0], errors[1], blocks)
