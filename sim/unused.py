"""Seats that stand empty and pupils without a seat, added over years: what building too much and too little costs.

Symbols, by draw d, school year t and school s: S nominal seats (rooms x planned class size), N pupils; S- the seats
without the rooms that a project adds, z = S - S- the seats that it adds while it is open.

    unused      sum over t, s of max(0, S - N)      [seat-years]
    short       sum over t, s of max(0, N - S)      [pupil-years]
    used        sum over t of min(z, max(0, N - S-))
    stranded    sum over t of z - used
    cost        sum over t of c A (z - used) / z    c capital cost, A = r / (1 - (1 + r)^-L) yearly charge

The last so many pupils of a school sit in the seats that were added: two projects at one school each count as the last.
Periods: the decision window, the outlook after it, all years, and every year of the county.
Page: docs/science/money.md.  Tests: tests/sim/test_unused.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.money_inputs import annuity
from sim.reduced import Reduced
from sim.summary import nominal_seats

QUANTILES = (0.05, 0.5, 0.95)
FIGURES = ("mean", "p05", "p50", "p95")
COLUMNS = ("scope", "entity", "period", "indicator", "unit", *FIGURES)


@dataclass(frozen=True)
class Added:
    """Seats that a project adds at its school, [draw, year] each; 0 while it is not open."""

    seats: IntArray
    used: IntArray


def figures(values: IntArray | FloatArray) -> dict[str, object]:
    """Mean and quantiles of [draw]."""
    low, middle, high = np.quantile(values, QUANTILES)
    return {"mean": float(np.mean(values)), "p05": float(low), "p50": float(middle), "p95": float(high)}


def rooms_of_project(one: Reduced, number: int) -> int:
    """General classrooms that a project adds, for all stages of its school."""
    early = one.case.early
    young = 0 if early is None else early.network.projects[number].rooms
    return one.case.network.projects[number].rooms + young


def added(one: Reduced, number: int) -> Added:
    """Seats that a project adds and pupils who sit in them."""
    result, years = one.now.result, np.array(list(one.model.years))
    project = one.case.network.projects[number]
    there = (one.case.opening_year[:, number, None] <= years) & (years <= project.until)
    rooms = result.rooms.astype(np.int64)
    rooms[:, :, project.school] -= rooms_of_project(one, number) * there
    without = nominal_seats(replace(result, rooms=np.maximum(rooms, 0)), one.model, one.now.planned)
    before, now = without[:, :, project.school], one.now.seats[:, :, project.school]
    seats = np.where(result.open[:, :, project.school], np.maximum(now - before, 0), 0)
    pupils = result.rolls[:, :, project.school].sum(axis=2, dtype=np.int64)
    return Added(seats, np.clip(pupils - before, 0, seats))


def periods(one: Reduced) -> dict[str, BoolArray]:
    """Years of each period, [year]."""
    years, (first, last) = np.array(list(one.model.years)), one.assessment.window
    named = {"window": (years >= first) & (years <= last), "outlook": years > last, "all": years > 0}
    return {name: mask for name, mask in named.items() if mask.any()}


def unused_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `unused` of a case: county, schools and projects by period."""
    spans = periods(one)
    rows = [*_county(one, spans), *_schools(one, spans)]
    for number, project in enumerate(one.case.network.projects):
        if rooms_of_project(one, number) > 0:
            rows += _project(one, number, project.id, spans)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sides(one: Reduced) -> tuple[tuple[str, str, IntArray], ...]:
    """Unused seats, pupils without a seat and seats, [draw, year, school] each."""
    gap = one.now.seats - one.now.result.rolls.sum(axis=3, dtype=np.int64)
    return (
        ("unused", "seat-years", np.maximum(gap, 0)),
        ("short", "pupil-years", np.maximum(-gap, 0)),
        ("seats", "seat-years", one.now.seats),
    )


def _row(head: tuple[str, ...], values: IntArray | FloatArray) -> dict[str, object]:
    """A row; head: the columns before the figures, in order; values: [draw]."""
    return {**dict(zip(COLUMNS, head, strict=False)), **figures(values)}


def _county(one: Reduced, spans: dict[str, BoolArray]) -> Iterator[dict[str, object]]:
    yearly = {str(year): np.arange(len(one.model.years)) == t for t, year in enumerate(one.model.years)}
    for indicator, unit, values in _sides(one):
        total = values.sum(axis=2)
        for period, mask in {**spans, **yearly}.items():
            head: dict[str, object] = {
                "scope": "county",
                "entity": one.study,
                "period": period,
                "indicator": indicator,
                "unit": unit,
            }
            yield head | figures(total[:, mask].sum(axis=1))


def _schools(one: Reduced, spans: dict[str, BoolArray]) -> Iterator[dict[str, object]]:
    there = one.now.open.any(axis=0)
    for indicator, unit, values in _sides(one):
        for period, mask in spans.items():
            total = values[:, mask].sum(axis=1)
            for school in np.flatnonzero(there):
                name = one.model.layout.schools[school]
                head: dict[str, object] = {
                    "scope": "school",
                    "entity": name,
                    "period": period,
                    "indicator": indicator,
                    "unit": unit,
                }
                yield head | figures(total[:, school])


def _project(one: Reduced, number: int, name: str, spans: dict[str, BoolArray]) -> Iterator[dict[str, object]]:
    of = added(one, number)
    empty = of.seats - of.used
    values: list[tuple[str, str, IntArray | FloatArray]] = [
        ("added", "seat-years", of.seats),
        ("used", "seat-years", of.used),
        ("stranded", "seat-years", empty),
    ]
    money = one.details.money
    if money is not None:
        share = np.divide(empty, of.seats, out=np.zeros(empty.shape), where=of.seats > 0)
        charge = money.costs[one.case.network.plan][number] * annuity(money.rate, money.life_years)
        values.append(("stranded_cost", "万元", share * charge))
    for indicator, unit, yearly in values:
        for period, mask in spans.items():
            head: dict[str, object] = {
                "scope": "project",
                "entity": name,
                "period": period,
                "indicator": indicator,
                "unit": unit,
            }
            yield head | figures(yearly[:, mask].sum(axis=1))
