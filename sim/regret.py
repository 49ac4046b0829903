"""What a plan costs against the best one of each future, and what it is worth to wait and see.

Symbols: futures f, plans p, draws d (the same worlds for all plans of a future), measure y[f, p, d] over all simulated
years: pupil-years without a seat, seat-years unused (`sim/unused.py`), capital in 万元.

    regret[f, p]  = mean_d y[f, p] - min over plans q of mean_d y[f, q]
    worst[p]      = max over f of regret[f, p];    the plan with the least worst regret is the minimax choice
    difference    = y[f, a, d] - y[f, b, d] in the same draw; mean, quantiles, share of draws in which a has less
    waiting       a acts on what is seen, b has the same projects on fixed dates: the value of waiting
    phase         b is a without its second phases: what the option of a second phase (a land reserve) is worth

Measures keep their units: a yuan, a pupil without a seat and an empty seat are not added up here.
Page: docs/science/adaptive.md.  Tests: tests/sim/test_regret.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.engine import CasePlan
from sim.money import capital
from sim.reduced import Reduced

FloatArray = NDArray[np.float64]

MEASURES = (("short", "pupil-years"), ("unused", "seat-years"), ("capital", "万元"))
REGRET_COLUMNS = ("measure", "unit", "value", "best", "regret")
OPTION_COLUMNS = (
    "against", "option", "measure", "unit", "mean", "p05", "p50", "p95", "p_less", "p_more"
)  # fmt: skip
WAITING, PHASE, OTHER = "waiting", "phase", "other"


@dataclass(frozen=True)
class Outcome:
    """A finished case by measure, [draw] each, and what its plan consists of."""

    totals: Mapping[str, FloatArray]
    projects: frozenset[str]
    phases: frozenset[str]
    """Projects that are second phases of others."""
    adaptive: bool


def outcome_of(one: Reduced) -> Outcome:
    """Totals of a case over all simulated years."""
    gap = one.now.seats - one.now.result.rolls.sum(axis=3, dtype=np.int64)
    totals = {
        "short": np.maximum(-gap, 0).sum(axis=(1, 2)).astype(np.float64),
        "unused": np.maximum(gap, 0).sum(axis=(1, 2)).astype(np.float64),
        "capital": capital(one).sum(axis=1),
    }
    return Outcome(totals, *_parts(one.case))


def _parts(case: CasePlan) -> tuple[frozenset[str], frozenset[str], bool]:
    ids = [project.id for project in case.network.projects]
    rules = () if case.adaptive is None else case.adaptive.rules
    return frozenset(ids), frozenset(ids[rule.project] for rule in rules if rule.after >= 0), case.adaptive is not None


def regret_rows(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Rows of the table `regret` of one future, all plans; none with one plan.

    outcomes: by plan, over the same draws.
    """
    rows: list[dict[str, object]] = []
    for measure, unit in MEASURES if len(outcomes) > 1 else ():
        means = {plan: float(one.totals[measure].mean()) for plan, one in outcomes.items()}
        best = min(means.values())
        rows += [
            {"plan": plan, "measure": measure, "unit": unit, "value": mean, "best": best, "regret": mean - best}
            for plan, mean in means.items()
        ]
    return pd.DataFrame(rows, columns=["plan", *REGRET_COLUMNS])


def option_rows(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Rows of the table `plan_options` of one future: every plan with triggers against every other plan, paired."""
    rows: list[dict[str, object]] = []
    for plan, one in outcomes.items():
        for against, other in outcomes.items() if one.adaptive else ():
            if against == plan:
                continue
            for measure, unit in MEASURES:
                apart = one.totals[measure] - other.totals[measure]
                head = {"plan": plan, "against": against, "option": option_of(one, other)}
                rows.append({**head, "measure": measure, "unit": unit, **_figures(apart)})
    return pd.DataFrame(rows, columns=["plan", *OPTION_COLUMNS])


def option_of(one: Outcome, other: Outcome) -> str:
    """What the difference between a plan with triggers and another one is the value of."""
    if one.phases and other.projects == one.projects - one.phases:
        return PHASE
    if not other.adaptive and other.projects == one.projects:
        return WAITING
    return OTHER


def _figures(apart: FloatArray) -> dict[str, float]:
    """Mean, quantiles and signs of paired differences, [draw]; what is less than a thousandth is no difference."""
    low, middle, high = np.quantile(apart, [0.05, 0.5, 0.95])
    return {
        "mean": float(apart.mean()),
        "p05": float(low),
        "p50": float(middle),
        "p95": float(high),
        "p_less": float((apart < -1e-3).mean()),
        "p_more": float((apart > 1e-3).mean()),
    }
