"""Calendars read as a builder reads them: dates of stages, what was waited for, money by source.

Dates: a month m since 1 September of base_year is the day floor(m) months after it plus the part of the month left.
Quantiles are over all draws; a stage that is not reached counts as later than any date, so that a quantile which
falls among such draws is not told (empty), never too early.
Formula of the money at hand in year y: A(y) = k (A(y - 1) - spent(y - 1)) + given(y), k the share carried over.
Tests: tests/sim/test_works.py.  Page: docs/science/construction.md.
"""

import calendar as days
import datetime as dt
from collections.abc import Mapping, Sequence
from math import floor

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.calendar_result import Calendar
from sim.legs import YUAN
from sim.programme import Purse, calendar_year
from sim.project_terms import Fund

QUANTILES = (0.1, 0.5, 0.9)
STAGE_COLUMNS = (
    "project", "stage", "order", "p_ends", "begin_p10", "begin_p50", "begin_p90", "end_p10", "end_p50", "end_p90",
)  # fmt: skip
CAUSE_COLUMNS = ("project", "kind", "cause", "probability", "months", "months_p90")
FUND_COLUMNS = ("year", "source", "kind", "mean", "p10", "p50", "p90", "unit")
SHORTEST = 0.05
"""Months; a shorter wait is none."""


def date_of(month: float, base_year: int) -> str:
    """Day of a month since 1 September of base_year, as YYYY-MM-DD; empty for what is not finite.

    >>> date_of(0.0, 2026), date_of(4.5, 2026)
    ('2026-09-01', '2027-01-16')
    """
    if not np.isfinite(month):
        return ""
    whole = floor(month + 1e-9)
    year, place = divmod(base_year * 12 + 8 + whole, 12)
    length = days.monthrange(year, place + 1)[1]
    # A day on record comes back as that day: 9/30 of a month is a hair below it in binary.
    day = min(length, 1 + floor(max(0.0, month - whole) * length + 1e-6))
    return dt.date(year, place + 1, day).isoformat()


def month_of_date(day: str, base_year: int) -> float:
    """Months since 1 September of base_year of a day YYYY-MM-DD; nan for an empty one. Undoes `date_of` to a day."""
    if not day:
        return float("nan")
    date = dt.date.fromisoformat(day)
    length = days.monthrange(date.year, date.month)[1]
    return (date.year - base_year) * 12 + date.month - 9 + (date.day - 1) / length


def late_quantiles(months: FloatArray) -> tuple[float, ...]:
    """Quantiles of [draw], nan = never and later than all; inf where a quantile falls among those."""
    found = np.quantile(np.where(np.isnan(months), np.inf, months), QUANTILES, method="nearest")
    return tuple(float(value) for value in found)


def stage_rows(
    built: Calendar, passed: Mapping[str, Sequence[str]], done: Mapping[str, frozenset[str]], base_year: int
) -> pd.DataFrame:
    """Begin and end of every stage of every project.

    passed: stages of each project in order.  done: stages that ended before the simulation; their begin is not known.
    """
    places = {stage: place for place, stage in enumerate(built.stages)}
    rows = []
    for number, project in enumerate(built.projects):
        for order, stage in enumerate(passed[project], start=1):
            begin, end = (array[:, number, places[stage]] for array in (built.stage_begin, built.stage_end))
            known = stage not in done.get(project, frozenset())
            begins = [date_of(month, base_year) if known else "" for month in late_quantiles(begin)]
            ends = [date_of(month, base_year) for month in late_quantiles(end)]
            rows.append((project, stage, order, float((~np.isnan(end)).mean()), *begins, *ends))
    return pd.DataFrame(rows, columns=list(STAGE_COLUMNS))


def cause_rows(built: Calendar) -> pd.DataFrame:
    """What each project waited for, how it ended and which risks struck; rows of probability 0 are left out."""
    rows: list[tuple[str, str, str, float, float, float]] = []
    nan = float("nan")
    for number, project in enumerate(built.projects):
        for cause, waits in built.waits.items():
            months = waits[:, number]
            share = float((months >= SHORTEST).mean())
            if share > 0:
                late = float(np.quantile(months, 0.9))
                rows.append((project, "wait", cause, share, float(months.mean()), late))
        for place, state in enumerate(built.states):
            share = float((built.state[:, number] == place).mean())
            if share > 0:
                rows.append((project, "end", state, share, nan, nan))
        for place, risk in enumerate(built.risks):
            share = float(built.struck[:, number, place].mean())
            if share > 0:
                rows.append((project, "risk", risk, share, nan, nan))
    return pd.DataFrame(rows, columns=list(CAUSE_COLUMNS))


def spent_by_source(built: Calendar, shares: FloatArray) -> FloatArray:
    """Capital released, 万元, [draw, year, source]; what was released before base_year stands in the first year.

    shares: [project, source], what each project takes from each source.
    """
    spent: FloatArray = built.spend_by_source.sum(axis=1)
    if spent.size:
        spent[:, 0] += built.spend_before @ shares
    return spent


def at_hand(spent: FloatArray, purse: Purse, years: Sequence[int], base_year: int) -> FloatArray:
    """Money of one source that can be spent in each year, 万元, [draw, year].

    spent: [draw, year].  What is spent before base_year counts in the first year here, as in `spent_by_source`.
    """
    given = {calendar_year(month, base_year): yuan / YUAN for month, yuan in purse.refills}
    level = purse.released / YUAN
    for year in sorted(given):
        if year <= years[0]:
            level = purse.kept * level + given[year]
    found = np.empty(spent.shape)
    rest = np.full(len(spent), level)
    for place, year in enumerate(years):
        if place:
            rest = purse.kept * np.maximum(rest, 0.0) + given.get(year, 0.0)
        found[:, place] = rest
        rest = rest - spent[:, place]
    return found


def fund_rows(
    built: Calendar, sources: Mapping[str, Fund], purses: Sequence[Purse], shares: FloatArray, base_year: int
) -> pd.DataFrame:
    """Spending, money given and money at hand of every source by calendar year, 万元.

    purses: the sources as they are simulated, in the same order.  shares: [project, source].
    """
    spent, rows = spent_by_source(built, shares), []
    for place, (fund, purse) in enumerate(zip(sources.values(), purses, strict=True)):
        hand = at_hand(spent[:, :, place], purse, built.years, base_year)
        for at, year in enumerate(built.years):
            money = float(fund.years.get(year, 0.0))
            head = {"year": year, "source": purse.name, "unit": "万元"}
            rows.append(head | {"kind": "fund_budget", **dict.fromkeys(("mean", "p10", "p50", "p90"), money)})
            for kind, values in (("fund_spend", spent[:, at, place]), ("fund_at_hand", hand[:, at])):
                low, middle, high = np.quantile(values, QUANTILES) if len(values) else (0.0, 0.0, 0.0)
                mean = float(values.mean()) if len(values) else 0.0
                rows.append(head | {"kind": kind, "mean": mean, "p10": low, "p50": middle, "p90": high})
    return pd.DataFrame(rows, columns=list(FUND_COLUMNS))
