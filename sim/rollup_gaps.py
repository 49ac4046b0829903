"""How far apart the members of a programme are, within each draw.

Symbols: x_m value of a member in a draw and year, w_m its pupils.

    mean_class   pupils / classes of a stage             over_share   classes over the limit / classes of a stage
    use          pupils / nominal seats                  beyond_share newcomers without a planned seat / pupils
    gap          max_m x_m - min_m x_m                   cv           (sum w (x - X)^2 / sum w)^1/2 / X
    X            sum w x / sum w

Members without a denominator in a draw are left out of it.  cv is the coefficient of variation that balance norms use
(2012 basic balance: weighted by pupils), here between members instead of schools.
Page: docs/science/rollup.md.  Tests: tests/sim/test_rollup_gaps.py.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.quantiles import QUANTILE_NAMES, order_statistics
from sim.rollup import Kept, Key

GAP, CV = "gap", "cv"


def measures(kept: Kept) -> dict[tuple[str, str], tuple[Key, Key]]:
    """Numerator and denominator of every measure, by measure and stage."""
    stages = [key.stage for key in kept.series if key.indicator == "classes" and key.stage != "all"]
    out: dict[tuple[str, str], tuple[Key, Key]] = {}
    for stage in stages:
        roll, classes = Key("roll", stage, "pupils"), Key("classes", stage, "classes")
        out["mean_class", stage] = (roll, classes)
        if Key("classes_over", stage, "classes") in kept.series:
            out["over_share", stage] = (Key("classes_over", stage, "classes"), classes)
    out["use", "all"] = (Key("roll", "all", "pupils"), Key("seats", "all", "seats"))
    out["beyond_share", "all"] = (Key("beyond_seats", "all", "pupils"), Key("roll", "all", "pupils"))
    return out


def gap_rows(parts: Mapping[str, Kept], years: Sequence[int]) -> pd.DataFrame:
    """Rows of every measure, member and year, and of the distance between members; entity `gap` and `cv` are those."""
    frames = []
    for measure, stage in dict.fromkeys(key for kept in parts.values() for key in measures(kept)):
        there = {name: kept for name, kept in parts.items() if (measure, stage) in measures(kept)}
        for year in years:
            values, weights = zip(*(_value(kept, (measure, stage), year) for kept in there.values()), strict=True)
            frames.append(_rows(list(there), np.stack(values), np.stack(weights), (measure, stage, year)))
    return pd.concat(frames, ignore_index=True)


def _value(kept: Kept, key: tuple[str, str], year: int) -> tuple[FloatArray, FloatArray]:
    """Value (nan without a denominator) and pupils, [draw] each."""
    above, below = measures(kept)[key]
    at = kept.years.index(year)
    top, bottom = kept.series[above][:, at].astype(float), kept.series[below][:, at].astype(float)
    pupils = kept.series[Key("roll", key[1], "pupils")][:, at].astype(float)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0.0), pupils


def _rows(names: list[str], values: FloatArray, weights: FloatArray, key: tuple[str, str, int]) -> pd.DataFrame:
    """values, weights: [member, draw]."""
    gap, cv = distance(values, weights)
    table = np.vstack([values, gap[None], cv[None]])
    known = np.asarray(~np.isnan(table).all(axis=1))
    filled = np.where(np.isnan(table), np.nanmean(np.where(known[:, None], table, 0.0), axis=1)[:, None], table)
    quantiles = order_statistics(np.ascontiguousarray(filled.T))
    frame = pd.DataFrame({"entity": [*names, GAP, CV], "mean": filled.mean(axis=1)})
    for name, row in zip(QUANTILE_NAMES, quantiles, strict=True):
        frame[name] = row
    frame.loc[~known, ["mean", *QUANTILE_NAMES]] = np.nan
    measure, stage, year = key
    return frame.assign(measure=measure, stage=stage, year=year)


def distance(values: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gap and coefficient of variation between members by draw, [draw] each; nan with fewer than two members.

    values (nan: left out), weights: [member, draw].
    """
    there = ~np.isnan(values)
    enough = there.sum(axis=0) >= 2
    high = np.where(there, values, -np.inf).max(axis=0)
    low = np.where(there, values, np.inf).min(axis=0)
    w, x = np.where(there, weights, 0.0), np.where(there, values, 0.0)
    total = w.sum(axis=0)
    mean = np.divide((w * x).sum(axis=0), total, out=np.zeros_like(total), where=total > 0.0)
    variance = np.divide((w * (x - mean) ** 2).sum(axis=0), total, out=np.zeros_like(total), where=total > 0.0)
    cv = np.divide(np.sqrt(variance), mean, out=np.full_like(mean, np.nan), where=mean > 0.0)
    gap = np.where(enough, np.where(enough, high, 0.0) - np.where(enough, low, 0.0), np.nan)
    return gap, np.where(enough, cv, np.nan)
