"""A forecast held to the register that came: scores by level and year, places of single numbers, the error record.

Symbols: y actual, q[p] quantile of level p, f = q[0.5] (the mean where there are no quantiles).

    wape, bias   of f (`sim/scores.py`); naive and ratio-3: wape of the simple methods on the cases that they forecast
    skill        wape / wape of the better of both simple methods on the cases that all forecast - 1; negative = better
    pinball      mean over cases and the levels said, in pupils
    place        share of the forecast below y, by straight lines between the quantiles; 0 and 1 beyond the outermost
    stretch      80 % quantile over cases of |y - f| / ((q[0.9] - q[0.1]) / 2): the factor by which the 80 % intervals
                 would have had to be stretched to hold 80 % of what came; 1 = honest, above 1 = too narrow

Tests: tests/sim/test_register_scores.py.
"""

import numpy as np
import pandas as pd

from sim import scores
from sim.arrays import FloatArray

QUANTILES = {"p05": 0.05, "p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90, "p95": 0.95}
COVERS = {"cover50": ("p25", "p75"), "cover80": ("p10", "p90"), "cover90": ("p05", "p95")}
SIMPLE = ("naive", "ratio")
LEVELS = ("school-grade", "school", "district-grade", "district", "county-grade", "county")
NAN = float("nan")


def said(cases: pd.DataFrame) -> FloatArray:
    """The number that was said of each case [case]: the median, else the mean."""
    return np.asarray(cases["p50"].where(cases["p50"].notna(), cases["mean"]).to_numpy(dtype=float))


def score_rows(cases: pd.DataFrame) -> pd.DataFrame:
    """One row for each level and year: horizon, n and the scores.

    cases: level, horizon, year, mean, quantiles, actual, naive, ratio (NaN where unknown), one row for each number.
    """
    rows = [
        {"level": level, "horizon": horizon, "year": year, **_scores(part)}
        for (level, horizon, year), part in cases.groupby(["level", "horizon", "year"], sort=False)
    ]
    found = pd.DataFrame(rows)
    order = found["level"].map(LEVELS.index)
    return found.assign(order=order).sort_values(["order", "horizon"]).drop(columns="order").reset_index(drop=True)


def _scores(part: pd.DataFrame) -> dict[str, float]:
    actual, own = part["actual"].to_numpy(dtype=float), said(part)
    row = {"n": len(part), "wape": scores.wape(actual, own), "bias": scores.bias(actual, own)}
    simple = {name: part[name].to_numpy(dtype=float) for name in SIMPLE}
    for name, numbers in simple.items():
        known = ~np.isnan(numbers)
        row[f"wape_{name}"] = scores.wape(actual[known], numbers[known])
    row["skill"] = _skill(actual, own, simple)
    drawn = part[part["p50"].notna()]
    if drawn.empty:
        return row | dict.fromkeys((*COVERS, "pinball", "width80", "stretch"), NAN)
    y = drawn["actual"].to_numpy(dtype=float)
    values = {name: drawn[name].to_numpy(dtype=float) for name in QUANTILES}
    row |= {name: scores.coverage(y, values[low], values[high]) for name, (low, high) in COVERS.items()}
    losses = [float(scores.pinball(y, values[name], level).mean()) for name, level in QUANTILES.items()]
    width = values["p90"] - values["p10"]
    return row | {"pinball": float(np.mean(losses)), "width80": float(width.mean()), "stretch": stretch(y, values)}


def _skill(actual: FloatArray, own: FloatArray, simple: dict[str, FloatArray]) -> float:
    """Against the better of the simple methods that forecast anything, on the cases that all of them forecast."""
    known = [~np.isnan(values) for values in simple.values() if not np.isnan(values).all()]
    if not known:
        return NAN
    both = np.logical_and.reduce(known)
    rivals = [scores.wape(actual[both], values[both]) for values in simple.values() if not np.isnan(values).all()]
    best = min(rivals)
    return scores.wape(actual[both], own[both]) / best - 1.0 if best > 0.0 else NAN


def stretch(actual: FloatArray, quantiles: dict[str, FloatArray]) -> float:
    """The factor `stretch` over the cases [case] whose interval has a width; NaN where none has."""
    half = (quantiles["p90"] - quantiles["p10"]) / 2.0
    wide = half > 0.0
    if not wide.any():
        return NAN
    return float(np.quantile(np.abs(actual - quantiles["p50"])[wide] / half[wide], 0.8))


def places(cases: pd.DataFrame) -> FloatArray:
    """Where each actual number fell in its forecast, 0 to 1, [case]; NaN where nothing was drawn."""
    levels = np.array([0.0, *QUANTILES.values(), 1.0])
    found = np.full(len(cases), NAN)
    for number, row in enumerate(cases[[*QUANTILES, "actual"]].to_numpy(dtype=float)):
        knots, y = row[:-1], row[-1]
        if np.isnan(knots).any():
            continue
        if y < knots[0] or y > knots[-1]:
            found[number] = levels[0] if y < knots[0] else levels[-1]
        else:  # the middle of both sides, so that ties of small numbers favour neither
            sides = [np.searchsorted(knots, y, side="left"), np.searchsorted(knots, y, side="right") - 1]
            equal = knots[sides[0]] == y
            low, high = levels[1 + sides[0]], levels[1 + sides[1]]
            found[number] = (low + high) / 2.0 if equal else np.interp(y, knots, levels[1:-1])
    return found


def largest_misses(cases: pd.DataFrame, count: int) -> pd.DataFrame:
    """The cases farthest from what was said, with `said`, `miss` (said - actual) and `place`, the largest first."""
    rows = cases.assign(said=said(cases), place=places(cases))
    rows["miss"] = rows["said"] - rows["actual"]
    far = rows["miss"].abs()
    return rows.assign(far=far).sort_values(["far", "school"], ascending=[False, True]).head(count).drop(columns="far")
