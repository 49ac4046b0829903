"""Rows on the school rule of the resource indicators and on standard schools: verdicts, by year, against targets.

Page: docs/science/coefficients.md.  Tests: tests/sim/test_school_standard.py.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.deciding_words import target_rule
from sim.arrays import FloatArray
from sim.balance_inputs import OWNERSHIPS, Target
from sim.bounds import stage_label
from sim.clauses import ClauseBreach
from sim.clauses_verdicts import MISSING, known_rows
from sim.judge import word
from sim.reduced import Reduced
from sim.school_standard import Reached
from sim.summary import county_verdict, school_verdict, window_of

_EPS = 1e-9
SHARE, LEAST, MOST = "standard_share", "standard_share_least", "standard_share_most"
NOTHING = dict.fromkeys(("probability", "first_year", "worst_year"), np.nan)


def resource_verdicts(one: Reduced) -> pd.DataFrame:
    """Verdicts of the school rule by school and of the county; of a study without imported indicators the county's."""
    rows: list[dict[str, object]] = []
    for breach, got in one.resources:
        if one.details.imported.there:
            rows += _of_schools(one, breach, got)
        rows.append(_of_county(one, breach, got))
    return pd.DataFrame(rows)


def _of_schools(one: Reduced, breach: ClauseBreach, got: Reached) -> list[dict[str, object]]:
    inside = window_of(one.model, one.assessment)
    there = np.flatnonzero((one.now.result.open & breach.applies)[:, inside.start :].any(axis=(0, 1)))
    rows = []
    for school in there:
        row = school_verdict(one.now, breach.bound, breach, int(school), one.model, one.assessment)
        if not breach.applies[:, inside, school].any():
            row |= {**NOTHING, "verdict": "outlook", "unverified": ""}
        else:
            row |= _lacking(breach, got, inside, np.array([school]), row)
        rows.append(row)
    return rows


def _of_county(one: Reduced, breach: ClauseBreach, got: Reached) -> dict[str, object]:
    inside = window_of(one.model, one.assessment)
    stage = stage_label(breach.bound, one.model.grades)
    row = county_verdict([breach], breach.bound.code, stage, one.assessment, inside)
    row |= {"entity": one.study, "unverified": "" if breach.bound.verified else breach.bound.code}
    return row | _lacking(breach, got, inside, np.arange(breach.applies.shape[2]), row)


def _lacking(
    breach: ClauseBreach, got: Reached, inside: slice, schools: NDArray[np.int64], row: dict[str, object]
) -> dict[str, object]:
    """What the row says where something is unknown and the known does not fail: the indicators that are missing."""
    at = np.ix_(np.arange(breach.applies.shape[0]), np.arange(inside.start, inside.stop), schools)
    if row["verdict"] == "fails" or not breach.unknown[at].any():
        return {}
    names = [name for name, gone in zip(got.names, got.missing, strict=True) if (gone[at] & breach.applies[at]).any()]
    said = {"verdict": "not-assessed", "pupils": 0.0, "source": f"{MISSING} {' '.join(names)}", "unverified": ""}
    return {**NOTHING, **said}


def resource_rows(one: Reduced) -> pd.DataFrame:
    """Rows of schools by stage and year: `resources_met` and `resource_lowest` where they are known."""
    frames = []
    names = {id(bound): "resources_met" for bound in one.details.balance.met}
    for breach, got in one.resources:
        met = id(breach.bound) in names
        value = np.where((got.unknown == 0) & breach.applies, got.met if met else got.lowest, np.nan)
        keys = {
            "stage": breach.bound.stage,
            "indicator": "resources_met" if met else "resource_lowest",
            "unit": "indicators" if met else "share",
        }
        frames.append(_known(value, breach.broken.mean(axis=0), keys, one, one.model.layout.schools))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _known(
    value: FloatArray, exceed: FloatArray, keys: dict[str, str], one: Reduced, names: tuple[str, ...]
) -> pd.DataFrame:
    return known_rows(value, exceed, keys, one.model.years, names)


def standard_rows(one: Reduced) -> pd.DataFrame:
    """Rows of schools by year: `standard_school`, 1 or 0 in a draw; those that are not known are left out."""
    found = one.standard
    if found is None or not said(one):
        return pd.DataFrame()
    value = np.where(found.counted & ~found.unknown, found.met.astype(float), np.nan)
    keys = {"stage": "all", "indicator": "standard_school", "unit": "share"}
    exceed = np.full(value.shape[1:], np.nan)
    return _known(value, exceed, keys, one, one.model.layout.schools)


def said(one: Reduced) -> bool:
    """Whether there is anything to say of standard schools: no school is unknown, or the study imports indicators."""
    return one.standard is not None and (one.details.imported.there or not one.standard.unknown.any())


def shares(one: Reduced, ownership: str) -> tuple[FloatArray, FloatArray] | None:
    """Least and most share of standard schools of an ownership, [draw, year]; nan without such schools."""
    found = one.standard
    if found is None:
        return None
    mine = one.details.balance.owned(ownership, found.counted.shape[2])
    count = (found.counted & mine).sum(axis=2)
    number = np.where(count > 0, count, np.nan)
    met, unknown = (found.met & mine).sum(axis=2), (found.unknown & mine).sum(axis=2)
    return met / number, (met + unknown) / number


def share_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the county by year and ownership; p_exceed is the probability of missing the target of the year."""
    frames: list[pd.DataFrame] = []
    for ownership in OWNERSHIPS if said(one) else ():
        if ownership == "public" and not one.details.balance.owned("private", len(one.model.layout.schools)).any():
            continue
        both = shares(one, ownership)
        if both is None:
            continue
        least, most = both
        known = not (least < most).any()
        named = ((SHARE, least),) if known else ((LEAST, least), (MOST, most))
        for name, value in named:
            keys = {"stage": "all", "indicator": _labelled(name, ownership), "unit": "share"}
            frames.append(_known(value[:, :, None], _missed(one, value, ownership), keys, one, (one.study,)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _labelled(name: str, ownership: str) -> str:
    return name if ownership == "all" else f"{name}:{ownership}"


def _missed(one: Reduced, value: FloatArray, ownership: str) -> FloatArray:
    """Probability of being below the target in force, [year, 1]; nan where none is."""
    out = np.full((value.shape[1], 1), np.nan)
    for t, year in enumerate(one.model.years):
        due = [x for x in one.details.balance.targets if x.ownership == ownership and (x.year or 0) <= year]
        if due:
            out[t, 0] = (value[:, t] < max(target.share for target in due) - _EPS).mean()
    return out


def target_verdicts(one: Reduced) -> pd.DataFrame:
    """Verdict rows of the county on targets: in every year of the window, or in the year of the target."""
    rows = [_target(one, target) for target in one.details.balance.targets]
    return pd.DataFrame([row for row in rows if row is not None])


def _target(one: Reduced, target: Target) -> dict[str, object] | None:
    both = shares(one, target.ownership)
    if both is None:
        return None
    rule = target_rule(target.ownership, target.year)
    row: dict[str, object] = {
        "rule": rule, "scope": "county", "stage": "all", "entity": one.study, "verdict": "not-assessed", **NOTHING,
        "required": one.assessment.required, "pupils": 0.0, "source": "simulated", "schools_over_p90": np.nan,
        "pupils_over_p90": np.nan, "unverified": "",
    }  # fmt: skip
    years = one.model.years
    if target.year is not None and target.year not in years:
        return row | {"source": f"{MISSING} {target.year}"}
    start = years.index(target.year) if target.year is not None else 0
    inside = slice(start, start + 1) if target.year is not None else window_of(one.model, one.assessment)
    least, most = (value[:, inside] for value in both)
    if np.isnan(least).all():
        return row | {"source": f"{MISSING} schools"}
    worst = _verdict(one, least, target.share)
    if (least < most).any() and _verdict(one, most, target.share)["verdict"] != "fails":
        return row | {"source": f"{MISSING} standard_school"}
    first = (least < target.share - _EPS).mean(axis=0)
    risky = np.flatnonzero(first > 1.0 - one.assessment.required)
    year = float(years[inside.start + int(risky[0])]) if risky.size else np.nan
    return row | worst | {"first_year": year}


def _verdict(one: Reduced, share: FloatArray, wanted: float) -> dict[str, object]:
    good = int((~(share < wanted - _EPS).any(axis=1)).sum())
    return {"verdict": word(good, len(share), one.assessment.required), "probability": good / len(share)}
