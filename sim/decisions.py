"""Was overcrowding foreseen: made-up capacities, the probability of exceeding them, and what came.

Symbols: N[o] pupils of a school at the origin, w its utilisation then, K capacity, p share of draws above K.

    capacity  K = N[o] / w, w log-normal with median 0.92 and sd 0.15 of its log, drawn once for each school and origin
    event     N[o + h] > K
    auc       chance that a school that came to exceed had a higher p than one that did not, ties half (Hanley and
              McNeil 1982, Radiology 143:29)
    recall    share of events with p >= c; precision: share of events among those; c the lowest with precision >= 1/2
    brier     mean (p - event)^2; skill = 1 - brier / f (1 - f), f the share of events
    reliable  mean p and share of events in groups of p

The capacities are made up since no panel has any; the seed is fixed.  Tests: tests/sim/test_decisions.py.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.streams import combine, entities, normal

UTILISATION, SPREAD = 0.92, 0.15
SEED = 7
GROUPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True)
class Foreseen:
    """How well an event was foreseen."""

    cases: int
    events: int
    auc: float
    recall_at_half: float  # highest recall with precision >= 1/2
    precision_at_half: float
    precision_30: float  # of warnings with p > 0.3
    recall_30: float
    brier_skill: float
    reliability: tuple[tuple[float, float, int], ...]  # mean p, share of events, cases


def capacities(pupils: FloatArray, schools: list[str], origins: IntArray) -> FloatArray:
    """Made-up capacities of schools [case] with pupils at origins [case]; the same for a school and origin always."""
    keys = combine(entities(schools), origins)
    z = normal(SEED, "decisions/utilisation", 0, keys, np.arange(1))[0]
    return np.asarray(pupils / (UTILISATION * np.exp(SPREAD * z)))


def foreseen(probability: FloatArray, event: BoolArray) -> Foreseen:
    """Scores of probabilities [case] against events [case]."""
    share = float(event.mean()) if event.size else np.nan
    precision, recall = _curve(probability, event)
    enough = precision >= 0.5
    best = int(np.argmax(np.where(enough, recall, -1.0))) if enough.any() else -1
    warned = probability > 0.3
    brier = float(((probability - event) ** 2).mean()) if event.size else np.nan
    return Foreseen(
        cases=event.size,
        events=int(event.sum()),
        auc=area_under_curve(probability, event),
        recall_at_half=float(recall[best]) if best >= 0 else 0.0,
        precision_at_half=float(precision[best]) if best >= 0 else np.nan,
        precision_30=float(event[warned].mean()) if warned.any() else np.nan,
        recall_30=float((warned & event).sum() / max(event.sum(), 1)),
        brier_skill=1.0 - brier / (share * (1.0 - share)) if 0.0 < share < 1.0 else np.nan,
        reliability=_reliability(probability, event),
    )


def area_under_curve(probability: FloatArray, event: BoolArray) -> float:
    """Chance that an event [case] had the higher probability [case]; NaN without both kinds."""
    yes, no = int(event.sum()), int((~event).sum())
    if not yes or not no:
        return np.nan
    values, group = np.unique(probability, return_inverse=True)
    of_yes, of_no = (np.bincount(group, kind, minlength=values.size) for kind in (event, ~event))
    below = np.cumsum(of_no) - of_no
    return float((of_yes * (below + 0.5 * of_no)).sum() / (yes * no))


def _curve(probability: FloatArray, event: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Precision and recall of warning at each distinct probability, highest first."""
    values, group = np.unique(-probability, return_inverse=True)
    warned = np.cumsum(np.bincount(group, minlength=values.size))
    hits = np.cumsum(np.bincount(group, event, minlength=values.size))
    return np.asarray(hits / np.maximum(warned, 1)), np.asarray(hits / max(int(event.sum()), 1))


def _reliability(probability: FloatArray, event: BoolArray) -> tuple[tuple[float, float, int], ...]:
    group = np.searchsorted(np.array(GROUPS[1:]), probability, side="right")
    return tuple(
        (float(probability[group == k].mean()), float(event[group == k].mean()), int((group == k).sum()))
        for k in range(len(GROUPS))
        if (group == k).any()
    )


def over_capacity(rows: pd.DataFrame, horizon: int) -> Foreseen:
    """Overcrowding of school totals `horizon` years ahead, from the rows of `sim.backtest_draws.backtest_draws`."""
    part = rows[(rows["level"] == "school") & (rows["horizon"] == horizon) & rows["over"].notna()]
    event = part["actual"].to_numpy(dtype=float) > part["capacity"].to_numpy(dtype=float)
    return foreseen(part["over"].to_numpy(dtype=float), event)
