"""Rules of a plan that act on signals: when they fire in each draw, and what is then due.

Symbols, draw d, rule r, 1 September of year t, month m(t) = 12 (t - base year): x signal, c bound, n years in a row,
l lag of the decision in months, a[p] earliest start of project p.

    streak[d, t] = streak[d, t - 1] + 1 if x > c (above), x < c (below), else 0     x not known: 0
    fires        = streak >= n, t within the years of the rule, once              second phase: years since the first
                                                                                   one is open count, none before
    start        due[d, p] = max(m(t) + l, a[p])
    defer        on the 1 September before the start, a <= due < m(t) + 12: due += so many months; as often as it holds
    cancel       from m(t) + l on the project is not begun; one whose construction has begun goes on

Tests: tests/sim/test_triggers.py.  Page: docs/science/adaptive.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.calendar_result import NEVER
from sim.signals import SIGNALS, Place, Snapshot

Act = Literal["start", "cancel", "defer"]
ACTS: tuple[Act, ...] = ("start", "cancel", "defer")


@dataclass(frozen=True)
class Rule:
    """One trigger; exactly one of `above` and `below` is given.

    project: index in the plan.  first, last: years whose 1 September it may fire on.  lag: months from the decision to
    its effect.  months: by which a start is put off.  after: index of the project whose second phase this is, or -1.
    """

    project: int
    act: Act
    signal: str
    place: Place
    above: float | None
    below: float | None
    years: int
    lag: int
    first: int
    last: int
    months: int = 0
    after: int = -1

    def __post_init__(self) -> None:
        if (self.above is None) == (self.below is None):
            raise ValueError(f"a rule has one bound, above or below, found {self.above} and {self.below}")
        if self.years < 1 or self.lag < 0 or (self.act == "defer" and self.months < 1):
            raise ValueError(f"years >= 1, lag >= 0 and months >= 1 are needed, found {self}")

    def holds(self, value: FloatArray) -> BoolArray:
        """Whether the bound is passed, same shape; nan is not."""
        if self.above is not None:
            return np.asarray(value > self.above)
        return np.asarray(value < np.float64(self.below or 0.0))


@dataclass(frozen=True)
class Fired:
    """When the rules of a block of draws fired, NEVER where they did not; all [draw, project].

    start, cancel: year of the decision.  defer: year of the last one.  deferred: months put off in all.
    """

    start: IntArray
    cancel: IntArray
    defer: IntArray
    deferred: IntArray


class Watch:
    """Looks at the signals of every 1 September, and keeps what is due; one per case and block."""

    def __init__(self, rules: Sequence[Rule], earliest: IntArray, base_year: int, draws: int) -> None:
        """earliest: month before which a project does not start, [project]; months since 1 September of base_year."""
        shape = (draws, len(earliest))
        self.rules, self.base_year, self.earliest = tuple(rules), base_year, earliest
        self.streak = np.zeros((len(self.rules), draws), dtype=np.int64)
        self.due = np.broadcast_to(earliest.astype(np.float64), shape).copy()
        self.cancel_at = np.full(shape, np.inf)
        years = {act: np.full(shape, NEVER, dtype=np.int64) for act in ACTS}
        self.fired = Fired(**years, deferred=np.zeros(shape, dtype=np.int64))
        self.may_wait = np.isin(np.arange(len(earliest)), [rule.project for rule in rules if rule.act == "defer"])
        """Projects whose start may still be put off, [project]."""
        for rule in self.rules:
            if rule.act == "start":
                self.due[:, rule.project] = np.inf

    def look(self, now: Snapshot, opening: IntArray) -> None:
        """Decide on 1 September of `now.year`; opening: years in which projects opened until then, [draw, project]."""
        order = {act: place for place, act in enumerate(("start", "defer", "cancel"))}
        for number in sorted(range(len(self.rules)), key=lambda i: order[self.rules[i].act]):
            rule = self.rules[number]
            holds = rule.holds(SIGNALS[rule.signal](now, rule.place))
            if rule.after >= 0:
                holds &= opening[:, rule.after] <= now.year
            self.streak[number] = np.where(holds, self.streak[number] + 1, 0)
            if rule.first <= now.year <= rule.last:
                self._act(rule, self.streak[number] >= rule.years, now.year)

    def _act(self, rule: Rule, ready: BoolArray, year: int) -> None:
        month, project = 12 * (year - self.base_year), rule.project
        due, done = self.due[:, project], getattr(self.fired, rule.act)[:, project]
        if rule.act == "start":
            now = ready & (done == NEVER)
            due[now] = max(month + rule.lag, int(self.earliest[project]))
        elif rule.act == "defer":
            now = ready & (month <= due) & (due < month + 12)
            due[now] += rule.months
            self.fired.deferred[now, project] += rule.months
        else:
            now = ready & np.isinf(self.cancel_at[:, project])
            self.cancel_at[now, project] = month + rule.lag
        done[now] = year
