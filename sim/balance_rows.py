"""Rows on difference coefficients: by year in the county's table, verdicts, and one table with both ways to weigh.

Verdict over the decision window as of any clause (`sim/judge.py`).  Where an indicator is unknown for a school the
clause is not assessed, unless the known indicators fail it.  Page: docs/science/coefficients.md.
Tests: tests/sim/test_balance.py.
"""

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.balance import MEAN, Judged, above, broken_by
from sim.clauses_verdicts import MISSING, known_rows
from sim.judge import word
from sim.reduced import Reduced
from sim.summary import window_of

EVERY = "*"
"""Instead of the schools without a value: the study has none for any school."""
COLUMNS = (
    "rule", "stage", "indicator", "mode", "bound", "verdict", "probability", "verdict_unweighted",
    "probability_unweighted", "worst_year", "p50_worst", "unweighted_p50_worst", "source", "missing",
)  # fmt: skip


def coefficient_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the county by year: `cv:<indicator>` and `cv_unweighted:<indicator>`, and their means."""
    frames = []
    limit_of = {"each": one.details.balance.mode == "each", MEAN: one.details.balance.mode == MEAN}
    for judged in one.coefficients:
        named = {**judged.parts, MEAN: judged.mean}
        for name, part in named.items():
            if part is None:
                continue
            bounded = limit_of[MEAN if name == MEAN else "each"]
            for label, values in (("cv", part.weighted), ("cv_unweighted", part.unweighted)):
                keys = {"stage": judged.bound.stage, "indicator": f"{label}:{name}", "unit": "coefficient"}
                over = above(values, judged.bound.limit).mean(axis=0)[:, None]
                exceed = over if bounded else np.full(over.shape, np.nan)
                whole = np.where(np.isnan(values).any(axis=0), np.nan, values)[:, :, None]
                frames.append(known_rows(whole, exceed, keys, one.model.years, (one.study,)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def coefficient_verdicts(one: Reduced) -> pd.DataFrame:
    """One row of verdicts for every clause on coefficients, scope county."""
    return pd.DataFrame([_verdict(one, judged) for judged in one.coefficients])


def _verdict(one: Reduced, judged: Judged) -> dict[str, object]:
    inside, assessment, bound = window_of(one.model, one.assessment), one.assessment, judged.bound
    broken = broken_by(one, judged)[:, inside]
    marginal = broken.mean(axis=0)
    good, draws = int((~broken.any(axis=1)).sum()), len(broken)
    row: dict[str, object] = {
        "rule": bound.code, "scope": "county", "stage": bound.stage, "entity": one.study,
        "verdict": word(good, draws, assessment.required), "probability": good / draws,
        "required": assessment.required, "first_year": _first(marginal, one), "worst_year": _worst(marginal, one),
        "pupils": 0.0, "source": "simulated", "schools_over_p90": np.nan, "pupils_over_p90": np.nan,
        "unverified": "" if bound.verified else bound.code,
    }  # fmt: skip
    lacking = [name for name, schools in judged.missing.items() if schools]
    if lacking and row["verdict"] != "fails":
        nothing = dict.fromkeys(("probability", "first_year", "worst_year"), np.nan)
        row |= {**nothing, "verdict": "not-assessed", "source": f"{MISSING} {' '.join(lacking)}", "unverified": ""}
    return row


def _first(marginal: FloatArray, one: Reduced) -> float:
    risky = np.flatnonzero(marginal > 1.0 - one.assessment.required)
    return float(one.assessment.window[0] + risky[0]) if risky.size else np.nan


def _worst(marginal: FloatArray, one: Reduced) -> float:
    return float(one.assessment.window[0] + int(marginal.argmax())) if marginal.max() > 0.0 else np.nan


def coefficient_table(one: Reduced) -> pd.DataFrame:
    """One row for every clause and indicator: weighted and unweighted verdict, schools without a value."""
    rows = []
    for judged in one.coefficients:
        rows += [_of_indicator(one, judged, name) for name in judged.parts]
        if one.details.balance.mode == MEAN or judged.mean is not None:
            rows.append(_of_indicator(one, judged, MEAN))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _of_indicator(one: Reduced, judged: Judged, name: str) -> dict[str, object]:
    """A coefficient, or their mean, against the limit that the mode sets it; without a limit there is no verdict."""
    inputs, assessment = one.details.balance, one.assessment
    part = judged.mean if name == MEAN else judged.parts[name]
    limits = {"each": judged.bound.limit, MEAN: inputs.each_at_most if name != MEAN else judged.bound.limit}
    limit = np.nan if limits[inputs.mode] is None or (name == MEAN and inputs.mode == "each") else limits[inputs.mode]
    lacking = sorted({s for n, found in judged.missing.items() if name in (MEAN, n) for s in found})
    row: dict[str, object] = dict.fromkeys(COLUMNS, np.nan)
    row |= {
        "rule": judged.bound.code, "stage": judged.bound.stage, "indicator": name, "mode": inputs.mode, "bound": limit,
        "verdict": "not-assessed", "verdict_unweighted": "not-assessed",
        "source": judged.sources.get(name, "") or ("simulated" if part is not None and name == MEAN else ""),
        "missing": EVERY if part is None and name != MEAN else " ".join(one.model.layout.schools[s] for s in lacking),
    }  # fmt: skip
    if part is None or lacking:
        return row
    inside = window_of(one.model, one.assessment)
    middle = np.median(part.weighted[:, inside], axis=0)
    worst = int(np.nan_to_num(middle, nan=-1.0).argmax())
    row |= {
        "worst_year": float(assessment.window[0] + worst),
        "p50_worst": float(middle[worst]),
        "unweighted_p50_worst": float(np.median(part.unweighted[:, inside], axis=0)[worst]),
    }
    if limit is None or np.isnan(limit):
        return row | {"verdict": "", "verdict_unweighted": ""}
    for suffix, values in (("", part.weighted), ("_unweighted", part.unweighted)):
        good = int((~above(values[:, inside], limit)).all(axis=1).sum())
        row |= {f"verdict{suffix}": word(good, len(values), assessment.required)}
        row |= {f"probability{suffix}": good / len(values)}
    return row
