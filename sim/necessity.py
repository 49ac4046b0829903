"""What happens without a project: the same draws with the plan whole and with one project left out.

Symbols, draw d, year t: S[d,t] pupils without a seat, B[d,t] schools with a breach of the headline, u[d,t] pupils in
seats that the project adds; ' without the project.

    needed in t       share of draws with S'[d,t] > S[d,t] or B'[d,t] > B[d,t]; of a project that waits for something
                      to be seen: share of the draws in which it opens, as it can spare nothing in others
    years needed      years in which that is at least the threshold (one half)
    peak              year with the largest mean of S' - S, else of B' - B, else of u
    after the peak    mean of u at the horizon over its largest mean by year
    bridge            temporary rooms at school s from the first to the last year needed:
                      ceil(max over these t of the q-quantile over d of max(0, S'[d,t,s] - S[d,t,s]) / class size)

Differences are taken within draws.  Page: docs/science/necessity.md.  Tests: tests/sim/test_necessity.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.breaches import county_broken
from sim.money import plan_costs
from sim.reduced import Reduced

NEEDED = 0.5
_EPS = 1e-9


@dataclass(frozen=True)
class Side:
    """A case as the comparison reads it."""

    short: IntArray  # [draw, year, school] pupils without a seat
    unused: IntArray  # [draw, year] empty seats
    broken: IntArray  # [draw, year] schools with a breach of the headline, and one where the county breaks it
    costs: Mapping[str, FloatArray]  # [draw] totals of `sim.money.plan_costs`; empty without `money`


@dataclass(frozen=True)
class Span:
    """When a project is needed."""

    p_needed: FloatArray  # [year]
    years: BoolArray  # [year] needed
    peak: int  # index of the year, -1: never any use


def side_of(one: Reduced) -> Side:
    """What the comparison needs of a finished case."""
    gap = one.now.seats - one.now.result.rolls.sum(axis=3, dtype=np.int64)
    broken = np.logical_or.reduce([breach.broken for breach in one.now.headline])
    of_county = county_broken(one.now.county, *broken.shape[:2])
    count = broken.sum(axis=2, dtype=np.int64) + of_county
    return Side(np.maximum(-gap, 0), np.maximum(gap, 0).sum(axis=2), count, plan_costs(one))


def span_of(whole: Side, without: Side, used: FloatArray, among: BoolArray | None = None) -> Span:
    """When a project is needed; used: pupils in the seats it adds, [draw, year].

    among: draws that are looked at, [draw]; None: all.  Without any the project is needed in no year.
    """
    short = without.short.sum(axis=2) - whole.short.sum(axis=2)
    broken = without.broken - whole.broken
    worse = (short > 0) | (broken > 0)
    worse = worse if among is None else worse[among]
    p_needed = worse.mean(axis=0) if len(worse) else np.zeros(worse.shape[1])
    years = p_needed >= NEEDED
    for measure in (short.mean(axis=0), broken.mean(axis=0), used.mean(axis=0)):
        if measure.max() > 0.0:
            return Span(p_needed, years, int(measure.argmax()))
    return Span(p_needed, years, -1)


def kept_use(used: FloatArray) -> float:
    """Use at the horizon over the largest mean by year; nan where nobody ever uses it.  used: [draw, year]."""
    mean = used.mean(axis=0)
    return float(mean[-1] / mean.max()) if mean.max() > 0.0 else float("nan")


def bridge_rooms(whole: Side, without: Side, span: Span, sizes: FloatArray, q: float) -> IntArray:
    """Temporary rooms by school that seat those whom the project would seat, [school]; sizes: class size [school]."""
    extra = np.maximum(without.short - whole.short, 0)[:, span.years]  # [draw, year, school]
    if extra.shape[1] == 0:
        return np.zeros(extra.shape[2], dtype=np.int64)
    worst = np.quantile(extra, q, axis=0, method="higher").max(axis=0)
    rooms: IntArray = np.ceil(worst / sizes - _EPS).astype(np.int64)
    return rooms


def holds(side: Side, window: slice) -> float:
    """Share of draws without any breach in the years of the window."""
    return float((side.broken[:, window] == 0).all(axis=1).mean())


def ranks(effect: FloatArray, cost: FloatArray, first: FloatArray, months: FloatArray) -> dict[str, IntArray]:
    """Places of projects, 1 first, [project] each: by effect a yuan, by urgency, by ease.

    effect: pupil-years that find a seat; those that cost nothing come first.  first: first year needed (先急后缓), nan:
    never.  months: from decision to opening (先易后难), ties by cost.
    """
    per = np.where(cost > 0.0, effect / np.maximum(cost, _EPS), np.where(effect > 0.0, np.inf, 0.0))
    order = {
        "effect": np.lexsort((cost, -per)),
        "urgency": np.lexsort((-per, np.where(np.isnan(first), np.inf, first))),
        "ease": np.lexsort((cost, np.where(np.isnan(months), np.inf, months))),
    }
    found = {}
    for name, places in order.items():
        found[name] = np.empty(len(places), dtype=np.int64)
        found[name][places] = np.arange(1, len(places) + 1)
    return found


def batches(order: IntArray, cost: FloatArray, budget: Mapping[int, float]) -> FloatArray:
    """Calendar year in whose budget each project fits, [project], nan: never.

    order: place of each project, 1 first.  Served by place, unspent money carried over; nobody overtakes.
    """
    years, found = sorted(budget), np.full(len(cost), np.nan)
    released = np.cumsum([budget[year] for year in years])
    total = 0.0
    for project in np.argsort(order, kind="stable"):
        total += float(cost[project])
        enough = np.flatnonzero(released >= total - _EPS)
        if len(enough):
            found[project] = years[enough[0]]
    return found
