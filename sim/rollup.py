"""Results of several studies added up within each draw: series by year, breaches of clauses in the decision window.

Symbols: v_m[d, t] a number of member m in draw d and year t (pupils of a stage, seats, schools over a limit, ...);
B_m[d] schools of m that break a clause anywhere in its decision window, X_m[d] its pupils over in the worst year.
Clauses on a county as a whole (difference coefficients, targets) that decide are broken by the county, no school.

    series    V[d, t] = sum_m v_m[d, t]; means and quantiles are taken of V
    clause    nobody breaks it in d: sum_m B_m[d] = 0; H = share of such draws; verdicts are those of `sim/judge.py`
    spread    in 9 of 10 worlds at most K schools in M members break it: the 90 % quantiles of sum_m B_m and of the
              number of members with B_m > 0; pupils over likewise of sum_m X_m

Quantiles do not add: for two independent members the 90 % quantile of the sum is less than the sum of the two
quantiles, and the chance that nobody breaks a clause is the product, not the smaller one (closed forms in the tests).
Draws of the members are of one world (`sim/kin.py`), so a sum within a draw is a number of that world.
Record 0040; page docs/science/rollup.md.  Tests: tests/sim/test_rollup.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, IntArray
from sim.judge import word
from sim.quantiles import quantile_rows


@dataclass(frozen=True, order=True)
class Key:
    """What a series is of."""

    indicator: str
    stage: str
    unit: str


@dataclass(frozen=True)
class Clause:
    """Breaches of one clause in one case."""

    stage: str
    schools: IntArray  # [draw] schools that break it anywhere in the decision window
    pupils: IntArray  # [draw] pupils over in the worst year of the window
    broken: BoolArray  # [draw, year] anybody breaks it, all simulated years
    over: IntArray  # [draw, year] pupils over
    county: IntArray | None = None  # [draw] clauses on counties broken in the window; None: no such clause


@dataclass(frozen=True)
class Kept:
    """What is kept of one case of one member; a case of a group or of the whole has the same form."""

    years: tuple[int, ...]  # simulated school years
    window: tuple[int, int]  # decision window
    required: float  # probability asked for
    series: Mapping[Key, IntArray] = field(repr=False)  # [draw, year]
    clauses: Mapping[str, Clause] = field(repr=False)  # by code; `all` is every clause together
    members: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64), repr=False)
    """Members that break any limit in the window, [draw]; empty for a member itself."""


def added(parts: Sequence[Kept]) -> Kept:
    """Members added up within each draw, over the years that all of them simulate.

    The window is the widest of theirs (each member is judged in its own), the probability asked for the highest.
    Raises ValueError without members, without common years, or where the members have not the same draws.
    """
    if not parts:
        raise ValueError("no members")
    years = tuple(sorted(set(parts[0].years).intersection(*(part.years for part in parts))))
    if not years:
        raise ValueError("the members have no year in common")
    at = [np.array([part.years.index(year) for year in years]) for part in parts]
    keys = dict.fromkeys(key for part in parts for key in part.series)
    series = {
        key: _sum([part.series[key][:, i] for part, i in zip(parts, at, strict=True) if key in part.series])
        for key in keys
    }
    codes = dict.fromkeys(code for part in parts for code in part.clauses)
    clauses = {
        code: _clause([(p.clauses[code], i) for p, i in zip(parts, at, strict=True) if code in p.clauses])
        for code in codes
    }
    return Kept(
        years,
        (min(part.window[0] for part in parts), max(part.window[1] for part in parts)),
        max(part.required for part in parts),
        series,
        clauses,
        _sum([failed(part.clauses["all"]).astype(np.int64) for part in parts]),
    )


def _sum(arrays: Sequence[IntArray]) -> IntArray:
    if len({array.shape for array in arrays}) > 1:
        raise ValueError("the members have not the same draws")
    out: IntArray = np.sum(arrays, axis=0)
    return out


def failed(clause: Clause) -> BoolArray:
    """Whether anybody breaks it in the decision window, a school or a county as a whole, [draw]."""
    broken = clause.schools > 0
    return np.asarray(broken if clause.county is None else broken | (clause.county > 0))


def _clause(parts: Sequence[tuple[Clause, IntArray]]) -> Clause:
    stages = {clause.stage for clause, _ in parts}
    return Clause(
        stages.pop() if len(stages) == 1 else "all",
        _sum([clause.schools for clause, _ in parts]),
        _sum([clause.pupils for clause, _ in parts]),
        np.logical_or.reduce([clause.broken[:, at] for clause, at in parts]),
        _sum([clause.over[:, at] for clause, at in parts]),
        _sum(of_county) if (of_county := [c.county for c, _ in parts if c.county is not None]) else None,
    )


def series_rows(kept: Kept, entity: str) -> pd.DataFrame:
    """Tidy rows of all series: mean, quantiles; see `sim.quantiles.quantile_rows`."""
    years = range(kept.years[0], kept.years[-1] + 1)
    frames = [
        quantile_rows(
            values[:, :, None],
            {"stage": key.stage, "indicator": key.indicator, "unit": key.unit},
            None,
            years,
            [entity],
        )
        for key, values in kept.series.items()
    ]
    return pd.concat(frames, ignore_index=True)


def clause_rows(kept: Kept, entity: str, scope: str) -> pd.DataFrame:
    """Verdicts of all clauses over all members: nobody breaks it anywhere in the window."""
    rows = [_clause_row(kept, code, clause) for code, clause in kept.clauses.items()]
    return pd.DataFrame(rows).assign(scope=scope, entity=entity)


def _clause_row(kept: Kept, code: str, clause: Clause) -> dict[str, object]:
    draws = len(clause.schools)
    good = int((~failed(clause)).sum())
    inside = [i for i, year in enumerate(kept.years) if kept.window[0] <= year <= kept.window[1]]
    marginal = clause.broken[:, inside].mean(axis=0)
    risky = np.flatnonzero(marginal > 1.0 - kept.required)
    worst = int(marginal.argmax())
    years = [kept.years[i] for i in inside]
    is_all = code == "all" and kept.members.size > 0
    return {
        "rule": code,
        "stage": clause.stage,
        "verdict": word(good, draws, kept.required),
        "probability": good / draws,
        "required": kept.required,
        "first_year": float(years[risky[0]]) if risky.size else np.nan,
        "worst_year": float(years[worst]) if marginal.max() > 0.0 else np.nan,
        "pupils": float(clause.over[:, inside][:, worst].mean()),
        "schools_over_p90": _ninth(clause.schools),
        "pupils_over_p90": _ninth(clause.pupils),
        "members_over_p90": _ninth(kept.members) if is_all else np.nan,
    }


def _ninth(values: IntArray) -> float:
    """What nine of ten draws do not exceed."""
    return float(np.quantile(values, 0.9, method="higher"))
