"""What stands behind a verdict: when the first breach comes, and how much room is left.

Symbols: B[d, t, s] clause broken in draw d, year t at school s; x[d, t, s] its indicator, c[s] its limit; W the years
of the decision window in which the school is open in some draw.

    first[d, s]  = min {t >= first year of W : B[d, t, s]}, outlook included; none where no year breaks the clause
    room[d, s]   = min over t in W of c[s] - x[d, t, s]                           [unit of the indicator]
    headroom(p)  = the largest h with share of draws {room[d, s] >= h} >= p       negative: so much is missing

Headroom is an order statistic of draws, so that "with probability p" is counted and never interpolated.  Clauses on
rooms have no headroom: what is short of them is a whole room.  Page: docs/science/verdicts.md.
Tests: tests/sim/test_risks.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.bounds import ROOMS_RULE, stage_label
from sim.judge import Bound, Breach
from sim.reduced import Reduced

HEADROOM_AT = (0.80, 0.95)
"""Probabilities for which headroom is told."""
NO_YEAR = -1
"""Stands for a draw without a breach."""
RISK_COLUMNS = ("rule", "stage", "entity", "bound", "p_never", "worst_p50", "headroom_80", "headroom_95", "unit")
FIRST_COLUMNS = ("rule", "stage", "entity", "year", "p_first", "p_by", "in_window")


@dataclass(frozen=True)
class Judged:
    """One clause at one school, all draws."""

    bound: Bound
    stage: str
    school: int
    broken: BoolArray  # [draw, year]
    room: FloatArray | None  # [draw, year] limit less value; None: the clause has no headroom
    inside: slice  # years of the decision window
    open: BoolArray  # [year] open in any draw


def first_years(broken: BoolArray) -> IntArray:
    """Index of the first year with a breach, NO_YEAR where there is none: [draw] from [draw, year]."""
    return np.where(broken.any(axis=1), broken.argmax(axis=1), NO_YEAR)


def headroom(room: FloatArray, probability: float) -> float:
    """The largest h that at least a share `probability` of the draws has; room: least of a draw, [draw]."""
    ordered = np.sort(room)[::-1]
    return float(ordered[int(np.ceil(probability * len(ordered) - 1e-9)) - 1])


def judged(one: Reduced) -> Iterator[Judged]:
    """Every clause at every school it applies to that is open in some year."""
    first, last = (year - one.model.base_year - 1 for year in one.assessment.window)
    for bound, breach in zip(one.assessment.bounds, one.now.breaches, strict=True):
        for school in np.flatnonzero(~np.isnan(bound.limit) & one.now.open.any(axis=0)):
            yield Judged(
                bound,
                stage_label(bound, one.model.grades),
                int(school),
                breach.broken[:, :, school],
                _room(bound, breach, int(school)),
                slice(first, last + 1),
                one.now.open[:, school],
            )


def _room(bound: Bound, breach: Breach, school: int) -> FloatArray | None:
    if bound.code == ROOMS_RULE:
        return None
    return np.asarray(bound.limit[school] - breach.value[:, :, school], dtype=float)


def risk_rows(one: Reduced) -> pd.DataFrame:
    """Headroom of every clause at every school that is open in the decision window."""
    rows = []
    for found in judged(one):
        years = np.flatnonzero(found.open[found.inside])
        if not len(years):
            continue
        broken = found.broken[:, found.inside][:, years]
        least = None if found.room is None else found.room[:, found.inside][:, years].min(axis=1)
        limit = float(found.bound.limit[found.school])
        rows.append(
            (
                found.bound.code,
                found.stage,
                one.model.layout.schools[found.school],
                np.nan if least is None else limit,
                float((~broken.any(axis=1)).mean()),
                np.nan if least is None else limit - headroom(least, 0.5),
                *(np.nan if least is None else headroom(least, p) for p in HEADROOM_AT),
                "rooms" if least is None else "pupils",
            )
        )
    return pd.DataFrame(rows, columns=list(RISK_COLUMNS))


def first_breach_rows(one: Reduced) -> pd.DataFrame:
    """Chance that the first breach from the decision window on comes in a year, and by it.

    Of schools that break the clause in some draw; what happens before the window is told by its own years.
    """
    window = one.assessment.window
    years = np.array([year for year in one.model.years if year >= window[0]])
    frames = []
    for found in judged(one):
        broken = found.broken[:, found.inside.start :]
        if not broken.any():
            continue
        first = first_years(broken)
        chance = np.bincount(first[first != NO_YEAR], minlength=len(years)) / len(first)
        frames.append(
            pd.DataFrame(
                {
                    "rule": found.bound.code,
                    "stage": found.stage,
                    "entity": one.model.layout.schools[found.school],
                    "year": years,
                    "p_first": chance,
                    "p_by": np.cumsum(chance),
                    "in_window": (years <= window[1]).astype(int),
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(FIRST_COLUMNS))
