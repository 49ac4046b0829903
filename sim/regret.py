"""What a plan costs against the best one of each future, and what it is worth to wait and see.

Symbols: futures f, plans p, draws d (the same worlds for all plans of a future), measure y[f, p, d] over all simulated
years t: pupil-years without a seat, S[t] each, seat-years unused, U[t] each (`sim/unused.py`), capital in 万元; in a
study with `money` the net present cost NPC in 万元 (`sim/money.py`), and with prices a of a pupil-year without a seat
and b of an empty seat-year, discount rate r, base year B, one weighed figure in 万元.

    regret[f, p]  = mean_d y[f, p] - min over plans q of mean_d y[f, q]
    worst[p]      = max over f of regret[f, p];    the plan with the least worst regret is the minimax choice
    difference    = y[f, a, d] - y[f, b, d] in the same draw; mean, quantiles, share of draws in which a has less
    waiting       a acts on what is seen, b adds the same on fixed dates: the value of waiting
    phase         b is a without its second phases: what the option of a second phase (a land reserve) is worth
    weighed       NPC + sum over t of (a S[t] + b U[t]) (1 + r)^-(t - B)

Measures keep their units: a yuan, a pupil without a seat and an empty seat are added up only at the planner's prices.
Page: docs/science/adaptive.md.  Tests: tests/sim/test_regret.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.engine import CasePlan
from sim.money import capital, plan_costs, present
from sim.reduced import Reduced
from sim.triggers import Rule

MEASURES = (
    ("short", "pupil-years"),
    ("unused", "seat-years"),
    ("capital", "万元"),
    ("net_present", "万元"),
    ("weighed", "万元"),
)
"""The last two in a study with `money`, and with prices."""
REGRET_COLUMNS = ("measure", "unit", "value", "best", "regret")
OPTION_COLUMNS = (
    "against", "option", "measure", "unit", "mean", "p05", "p50", "p95", "p_less", "p_more"
)  # fmt: skip
WAITING, PHASE, OTHER = "waiting", "phase", "other"


@dataclass(frozen=True)
class Built:
    """A project of a plan as others are told apart from it: what it adds where, and what must be seen for it."""

    adds: tuple[object, ...]
    rules: tuple[Rule, ...] = ()
    phase: bool = False
    """Whether it is the second phase of another."""


@dataclass(frozen=True)
class Outcome:
    """A finished case by measure, [draw] each, and what its plan consists of."""

    totals: Mapping[str, FloatArray]
    projects: frozenset[Built]

    @property
    def adaptive(self) -> bool:
        """Whether it acts on what is seen."""
        return any(project.rules for project in self.projects)

    @property
    def adds(self) -> frozenset[tuple[object, ...]]:
        """What is added where, whenever that is."""
        return frozenset(project.adds for project in self.projects)

    @property
    def first(self) -> frozenset[Built]:
        """Its projects without second phases."""
        return frozenset(project for project in self.projects if not project.phase)


def outcome_of(one: Reduced) -> Outcome:
    """Totals of a case over all simulated years."""
    gap = one.now.seats - one.now.result.rolls.sum(axis=3, dtype=np.int64)
    short, unused = (np.maximum(side, 0).sum(axis=2).astype(np.float64) for side in (-gap, gap))
    totals = {"short": short.sum(axis=1), "unused": unused.sum(axis=1), "capital": capital(one).sum(axis=1)}
    return Outcome({**totals, **_in_money(one, short, unused)}, frozenset(_projects(one.case)))


def _in_money(one: Reduced, short: FloatArray, unused: FloatArray) -> dict[str, FloatArray]:
    """Net present cost, and with what missing and empty seats are counted as, [draw]; short, unused: [draw, year]."""
    money, base = one.details.money, one.model.base_year
    if money is None:
        return {}
    found = {"net_present": plan_costs(one)["net_present"]}
    if money.prices is not None:
        missing, empty = money.prices
        found["weighed"] = found["net_present"] + present(missing * short + empty * unused, base + 1, base, money.rate)
    return found


def _projects(case: CasePlan) -> Iterator[Built]:
    rules = () if case.adaptive is None else case.adaptive.rules
    for number, project in enumerate(case.network.projects):
        young = 0 if case.early is None else case.early.network.projects[number].rooms
        own = [rule for rule in rules if rule.project == number]
        phase = any(rule.after >= 0 for rule in own)
        # Numbers of projects differ between plans.
        seen = tuple(replace(rule, project=0, after=min(rule.after, 0)) for rule in own)
        yield Built((project.id, project.kind, project.school, project.rooms, young), seen, phase)


def regret_rows(outcomes: Mapping[str, Outcome]) -> pd.DataFrame:
    """Rows of the table `regret` of one future, all plans; none with one plan.

    outcomes: by plan, over the same draws.
    """
    rows: list[dict[str, object]] = []
    for measure, unit in _measures(outcomes) if len(outcomes) > 1 else ():
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
            for measure, unit in _measures(outcomes):
                apart = one.totals[measure] - other.totals[measure]
                head = {"plan": plan, "against": against, "option": option_of(one, other)}
                rows.append({**head, "measure": measure, "unit": unit, **_figures(apart)})
    return pd.DataFrame(rows, columns=["plan", *OPTION_COLUMNS])


def _measures(outcomes: Mapping[str, Outcome]) -> list[tuple[str, str]]:
    """Measures that the study knows; all plans of a run know the same."""
    known = next(iter(outcomes.values())).totals
    return [(measure, unit) for measure, unit in MEASURES if measure in known]


def option_of(one: Outcome, other: Outcome) -> str:
    """What the difference between a plan with triggers and another one is the value of."""
    if one.first != one.projects and other.projects == one.first:
        return PHASE
    if not other.adaptive and other.adds == one.adds:
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
