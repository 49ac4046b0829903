"""How much of a quota is reached by each year, within each draw of the construction calendar.

A quota counts groups of projects; a group (one school, or one project) counts once, from the first 1 September on
which one of its projects is open:

    reached[d, t] = number of groups g with min over projects p of g of opening[d, p] <= t

Counts of several studies are added within the draw: a programme's chance of meeting a target is that of the sum.
Tests: tests/sim/test_quotas.py.  Page: docs/science/quotas.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.arrays import IntArray


@dataclass(frozen=True)
class Tracked:
    """One year of a quota: what is reached over draws, and the chance of the target (None where none is set)."""

    year: int
    target: int | None
    mean: float
    p10: float
    p50: float
    p90: float
    p_met: float | None
    short: float | None
    """Mean number missing to the target."""


def reached(opening_year: IntArray, groups: Sequence[Sequence[int]], years: Sequence[int]) -> IntArray:
    """Groups counted by 1 September of each year, [draw, year].

    opening_year: [draw, project], `NEVER` where a project does not open.  groups: columns of the projects of each
    group, none of them empty.
    """
    wanted = np.asarray(years, dtype=np.int64)
    total = np.zeros((len(opening_year), len(wanted)), dtype=np.int64)
    for group in groups:
        first = opening_year[:, list(group)].min(axis=1)
        total += first[:, None] <= wanted[None, :]
    return total


def track(count: IntArray, years: Sequence[int], targets: Mapping[int, int]) -> list[Tracked]:
    """Mean, quantiles (of a draw that was simulated: inverted empirical distribution) and chances, one per year.

    count: [draw, year], as `reached` gives it or a sum of several.  Raises ValueError without draws.
    """
    if not len(count):
        raise ValueError("no draws")
    out = []
    for column, year in enumerate(years):
        values, target = count[:, column], targets.get(year)
        p10, p50, p90 = np.quantile(values, [0.1, 0.5, 0.9], method="inverted_cdf")
        met = None if target is None else float((values >= target).mean())
        short = None if target is None else float(np.maximum(target - values, 0).mean())
        out.append(Tracked(year, target, float(values.mean()), float(p10), float(p50), float(p90), met, short))
    return out
