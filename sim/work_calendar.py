"""Seasons: when work ends that goes slower, or rests, in some calendar months.

Formula: x months of work that begin at b end at the first e with integral from b to e of p(t) dt = x, where
p is the pace in the calendar month of t (1 without a break, 0 where work stands still).  Months are counted from
1 September of base_year, so month m is calendar month (m + 8) mod 12 + 1.
Tests: tests/sim/test_work_calendar.py.  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from math import floor

from sim.project_terms import Break

YEAR = 12
_SEPTEMBER = 9

Pace = tuple[float, ...]
"""Pace by month of the school year, [12]; the first is September."""


def pace_of(stage: str, breaks: Sequence[Break]) -> Pace | None:
    """Pace of a stage by month of the school year, [12]; None if no break slows it."""
    pace = [1.0] * YEAR
    for one in breaks:
        if stage in one.stages:
            for month in one.months:
                place = (month - _SEPTEMBER) % YEAR
                pace[place] = min(pace[place], one.pace)
    return None if min(pace) == 1.0 else tuple(pace)


def end_of_work(begin: float, months: float, pace: Pace | None) -> float:
    """When `months` of work end that begin at `begin`; pace: [12], at least one > 0."""
    if pace is None:
        return begin + months
    now, left = begin, months
    while left > 0.0:
        month = floor(now)
        rate = pace[month % YEAR]
        done = (month + 1 - now) * rate
        if done >= left:
            return now + left / rate
        left -= done
        now = float(month + 1)
    return now


def work_done(begin: float, until: float, pace: Pace | None) -> float:
    """Months of work done from `begin` to `until`, >= 0; pace: [12]."""
    if pace is None:
        return max(0.0, until - begin)
    now, done = begin, 0.0
    while now < until:
        month = floor(now)
        after = min(float(month + 1), until)
        done += (after - now) * pace[month % YEAR]
        now = after
    return done
