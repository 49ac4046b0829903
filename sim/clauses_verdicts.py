"""Verdicts of clauses on indicators, and their rows by school, stage and year.

Verdict of a school and clause: as of a rule (`sim/judge.py`), joint over the decision window.  Not assessed: the value
of the school is unknown in some draw and year of the window in which the clause is for it.  County: over the schools
whose value is known; where some are not known and the known ones do not fail, the county is not assessed either, since
its probability can only be lower.  Columns are those of `sim.summary.verdict_rows`; `source` says what is missing.

Rows by year: mean and quantiles over the draws in which the value is known; p_exceed is the share of all draws on the
wrong side of the bound.  Page: docs/science/indicators.md.  Tests: tests/sim/test_clauses.py.
"""

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.bounds import stage_label
from sim.clauses import ClauseBreach, without_data
from sim.clauses_inputs import ClauseBound
from sim.indicators import EVERY, INDICATORS
from sim.quantiles import QUANTILE_NAMES, QUANTILES
from sim.reduced import Reduced
from sim.summary import county_verdict, school_verdict, window_of

MISSING, LEFT_OUT = "missing", "left-out"
"""First word of `source` where a clause is not assessed: what is missing, or that the pack leaves the school out."""


def clause_verdict_rows(one: Reduced) -> pd.DataFrame:
    """Rows of every judged clause: its schools, then the county."""
    rows: list[dict[str, object]] = []
    for breach in one.clauses:
        rows.extend(_of_schools(one, breach))
        rows.append(_of_county(one, breach))
    rows.extend(_nothing(one, bound) for bound in without_data(one))
    return pd.DataFrame(rows)


def _of_schools(one: Reduced, breach: ClauseBreach) -> list[dict[str, object]]:
    """A row for every school that the clause is for in the window or after it, and for those that are left out."""
    inside, bound = window_of(one.model, one.assessment), breach.bound
    later = slice(inside.start, None)
    there = np.asarray((one.now.result.open & breach.applies)[:, later].any(axis=(0, 1)))
    lost = np.asarray(breach.unknown[:, inside].any(axis=(0, 1)))
    rows = []
    for school in np.flatnonzero(there):
        row = school_verdict(one.now, bound, breach, int(school), one.model, one.assessment)
        if lost[school]:
            row |= _unknown(bound)
        elif not breach.applies[:, inside, school].any():
            row |= _outlook()
        rows.append(row)
    for school in np.flatnonzero(bound.when.schools & ~there & one.now.open[inside].any(axis=0)):
        row = school_verdict(one.now, bound, breach, int(school), one.model, one.assessment)
        rows.append(row | _unknown(bound) | {"source": LEFT_OUT})
    return rows


def _of_county(one: Reduced, breach: ClauseBreach) -> dict[str, object]:
    inside, bound = window_of(one.model, one.assessment), breach.bound
    row = county_verdict([breach], bound.code, stage_label(bound, one.model.grades), one.assessment, inside)
    row |= {"entity": one.study, "unverified": "" if bound.verified else bound.code}
    known = (breach.applies & ~np.isnan(breach.value))[:, inside].any()
    if not known or (breach.unknown[:, inside].any() and row["verdict"] != "fails"):
        row |= {"verdict": "not-assessed", "source": _missing(bound)}
    return row | (_unknown(bound) if not known else {})


def _nothing(one: Reduced, bound: ClauseBound) -> dict[str, object]:
    """The county's row of a clause of which the study says nothing for any school."""
    keys = {"rule": bound.code, "scope": "county", "stage": stage_label(bound, one.model.grades), "entity": one.study}
    numbers = {"required": one.assessment.required, "schools_over_p90": np.nan, "pupils_over_p90": np.nan}
    return {**keys, **numbers, **_unknown(bound)}


def _unknown(bound: ClauseBound) -> dict[str, object]:
    """What a verdict says when there is none; why stands in `source`."""
    empty = dict.fromkeys(("probability", "first_year", "worst_year"), np.nan)
    return {**empty, "verdict": "not-assessed", "pupils": 0.0, "source": _missing(bound), "unverified": ""}


def _outlook() -> dict[str, object]:
    empty = dict.fromkeys(("probability", "first_year", "worst_year"), np.nan)
    return {**empty, "verdict": "outlook", "pupils": 0.0, "unverified": ""}


def _missing(bound: ClauseBound) -> str:
    return f"{MISSING} {INDICATORS[bound.indicator].stock or bound.indicator}"


def indicator_rows(one: Reduced) -> pd.DataFrame:
    """Every indicator of which the study has data, by school, stage and year in which it is known in some draw."""
    limits = {(breach.bound.indicator, breach.bound.stage): breach for breach in one.clauses}
    frames = []
    for name, indicator in INDICATORS.items():
        for stage in _stages(one, name):
            breach = limits.get((name, stage))
            values = indicator.value(one, stage) if breach is None else breach.value
            if values is not None:
                exceed = _exceeding(one, name, stage)
                keys = {"stage": stage, "indicator": name, "unit": indicator.unit}
                frames.append(known_rows(values, exceed, keys, one.model.years, one.model.layout.schools))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _stages(one: Reduced, name: str) -> tuple[str, ...]:
    """Stages of an indicator: those its clauses are about, else the ones that share a school's stocks."""
    about = dict.fromkeys(bound.stage for bound in one.details.clauses.bounds if bound.indicator == name)
    return tuple(about) if EVERY in about else tuple(dict.fromkeys([*one.sharing, *about]))


def _exceeding(one: Reduced, name: str, stage: str) -> FloatArray:
    """Probability of the wrong side of any clause on the indicator, [year, school]; nan: no clause is for it."""
    of = [b for b in one.clauses if (b.bound.indicator, b.bound.stage) == (name, stage)]
    if not of:
        return np.full((len(one.model.years), len(one.model.layout.schools)), np.nan)
    broken = np.logical_or.reduce([breach.broken for breach in of]).mean(axis=0)
    applies = np.logical_or.reduce([breach.applies for breach in of]).any(axis=0)
    return np.where(applies, broken, np.nan)


def known_rows(
    values: FloatArray, exceed: FloatArray, keys: dict[str, str], years: range, schools: tuple[str, ...]
) -> pd.DataFrame:
    """Tidy rows of values [draw, year, school] with nan, over the draws in which they are known.

    exceed: [year, school].  Years and schools without any known value have no row.
    """
    there = np.flatnonzero(~np.isnan(values).all(axis=0).reshape(-1))
    flat = np.ascontiguousarray(values.reshape(len(values), -1)[:, there].T)  # [year and school, draw]
    ordered = np.sort(flat, axis=1)  # nan last
    count = (~np.isnan(ordered)).sum(axis=1)
    place = np.array(QUANTILES)[:, None] * (count - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, count - 1)
    row = np.arange(len(there))
    below, above = ordered[row, low], ordered[row, high]
    quantiles = below + (place - low) * (above - below)
    year, school = np.divmod(there, len(schools))
    frame = {
        "year": np.array(list(years))[year],
        "entity": np.array(schools, dtype=object)[school],
        **keys,
        "mean": np.nansum(flat, axis=1) / np.maximum(count, 1),
        **dict(zip(QUANTILE_NAMES, quantiles, strict=True)),
        "p_exceed": exceed.reshape(-1)[there],
    }
    return pd.DataFrame(frame)
