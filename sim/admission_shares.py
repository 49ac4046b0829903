"""Shares that admission makes forward: entrants in their zone, migrant pupils in public places; clauses on them.

Symbols, in one draw and year: Z[s, k] pupils of the first grade of stage k at school s whose home has s in its zone
(with the schools that feeders lead to), A[s, k] all of them whose home is in the county; M public and P private migrant
pupils, b share of private places that are purchased.

    zone share       sum_s Z / sum_s A          public schools
    nearby entry     the same over the schools that the clause is for (in towns, not boarding)
    migrant pupils   (M + b P) / (M + P)        of the stages of the clause

Children sent on by the bureau attend outside their zone and count against it.  nan: nobody to count.
Page: docs/science/admission.md.  Tests: tests/sim/test_admission_shares.py.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.admission_inputs import NEARBY
from sim.arrays import BoolArray, FloatArray
from sim.clauses import applies
from sim.clauses_inputs import ClauseBound
from sim.clauses_verdicts import MISSING, known_rows
from sim.indicators import EVERY
from sim.judge import word
from sim.summary import window_of

if TYPE_CHECKING:
    from sim.reduced import Reduced


_EPS = 1e-9
ZONE_SHARE, MIGRANT_SHARE = "zone_share", "migrants_in_public_share"


def zone_share(one: "Reduced", stage: str, schools: BoolArray | None = None) -> FloatArray:
    """Share of the entrants of a stage who attend a school of their zone, [draw, year].

    schools: those that count, what broadcasts to [draw, year, school]; None: public ones.
    """
    zoned = one.now.result.zoned[:, :, :, one.model.grades.stages.index(stage)].astype(np.int64)
    public = ~one.details.admission.private
    count = public if schools is None else schools & public
    inside, whole = ((zoned[..., part] * count).sum(axis=2) for part in range(2))
    return np.asarray(np.divide(inside, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def migrant_share(one: "Reduced", stages: tuple[str, ...]) -> FloatArray:
    """Share of the migrant pupils of some stages who are in public or purchased places, [draw, year]."""
    at = [one.model.grades.stages.index(stage) for stage in stages]
    public, private = (one.now.result.migrants[:, :, at, part].sum(axis=2) for part in range(2))
    bought = one.details.admission.purchased.get(one.case.network.plan, 0.0)
    whole = public + private
    return np.asarray(np.divide(public + bought * private, whole, out=np.full(whole.shape, np.nan), where=whole > 0))


def _compulsory(one: "Reduced") -> tuple[str, ...]:
    """Compulsory stages of the study; all where the pack names none of them."""
    stages = one.model.grades.stages
    found = tuple(stage for stage in stages if stage in one.details.clauses.compulsory)
    return found or stages


def share_of(one: "Reduced", bound: ClauseBound) -> FloatArray:
    """The value of a clause on shares, [draw, year]."""
    if bound.indicator == NEARBY:
        return zone_share(one, bound.stage, applies(one, bound))
    return migrant_share(one, _compulsory(one) if bound.stage == EVERY else (bound.stage,))


def admission_share_rows(one: "Reduced") -> pd.DataFrame:
    """Rows of the county by year: shares by stage, and the values of the clauses with how likely they break them."""
    every = _compulsory(one)
    named: list[tuple[str, str, FloatArray, ClauseBound | None]] = []
    named += [(ZONE_SHARE, stage, zone_share(one, stage), None) for stage in every]
    named += [(MIGRANT_SHARE, EVERY, migrant_share(one, every), None)]
    named += [(MIGRANT_SHARE, stage, migrant_share(one, (stage,)), None) for stage in every]
    named += [(bound.indicator, bound.stage, share_of(one, bound), bound) for bound in one.details.admission.bounds]
    frames = []
    for name, stage, values, bound in named:
        exceed = np.full(values.shape[1:], np.nan) if bound is None else _broken(values, bound).mean(axis=0)
        keys = {"stage": stage, "indicator": name, "unit": "share"}
        frames.append(known_rows(values[:, :, None], exceed[:, None], keys, one.model.years, (one.study,)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _broken(values: FloatArray, bound: ClauseBound) -> BoolArray:
    with np.errstate(invalid="ignore"):
        wrong = values < bound.limit - _EPS if bound.direction == "at_least" else values > bound.limit + _EPS
    return np.asarray(wrong)


def admission_verdicts(one: "Reduced") -> pd.DataFrame:
    """One row of verdicts for every clause on these shares, scope county; not assessed where nobody is to count."""
    return pd.DataFrame([_verdict(one, bound) for bound in one.details.admission.bounds])


def _verdict(one: "Reduced", bound: ClauseBound) -> dict[str, object]:
    inside, assessment = window_of(one.model, one.assessment), one.assessment
    values = share_of(one, bound)[:, inside]
    broken, draws = _broken(values, bound), len(values)
    good, marginal = int((~broken.any(axis=1)).sum()), broken.mean(axis=0)
    risky, some = np.flatnonzero(marginal > 1.0 - assessment.required), bool(marginal.max() > 0.0)
    row: dict[str, object] = {
        "rule": bound.code, "scope": "county", "stage": bound.stage, "entity": one.study,
        "verdict": word(good, draws, assessment.required), "probability": good / draws,
        "required": assessment.required,
        "first_year": float(assessment.window[0] + risky[0]) if risky.size else np.nan,
        "worst_year": float(assessment.window[0] + int(marginal.argmax())) if some else np.nan,
        "pupils": 0.0, "source": "simulated", "schools_over_p90": np.nan, "pupils_over_p90": np.nan,
        "unverified": "" if bound.verified else bound.code,
    }  # fmt: skip
    if np.isnan(values).all():
        nothing = dict.fromkeys(("probability", "first_year", "worst_year"), np.nan)
        row |= {**nothing, "verdict": "not-assessed", "source": f"{MISSING} {bound.indicator}", "unverified": ""}
    return row
