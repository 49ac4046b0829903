"""What every clause asks schools to have, draw by draw: the inverse of the indicators and of the rules on classes.

    a least per pupil   D = b / x1      x1 = value of the indicator with one unit of the stock: indicators are linear
    rooms for classes   D = the smallest number of rooms with which classes formed as the engine does keep the limit
    pupils of a school  D = its roll, what it has is the limit: the pupils who would have to go elsewhere
    land                D = site area of the pack, linear between its sizes, as `schoolplan land` reads it; schools
                        smaller than the smallest size need its area, larger ones the area per pupil of the largest

Teachers and beds: `sim/sizing_people.py`.  Classes of schools that keep their limit ask for the rooms they use.  Where
no number of rooms helps, because the planned size lies above the limit, the need is not known (nan).
Page: docs/science/sizing.md.
Tests: tests/sim/test_sizing_needs.py.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.bounds import stage_label
from sim.classes import form_classes, largest_classes
from sim.clauses import ClauseBreach, clause_breaches, limits_of
from sim.indicators import INDICATORS, stock
from sim.judge import Bound, stage_grades
from sim.reduced import Reduced
from sim.sizing import Need
from sim.sizing_people import bed_needs, teacher_needs
from sim.stocks import PlanStocks, Stocks

_PRICES = {"teaching_area_m2": "building", "sports_area_m2": "sports", "land_m2": "land"}


def needs_of(one: Reduced, years: slice) -> Iterator[Need]:
    """Needs of a finished case in some of its years, in the order of the pack: rules, indicators, land; then people."""
    for bound in one.assessment.bounds:
        yield _of_rule(one, bound, years)
    kinds = one.details.stocks.base
    turned = [
        breach
        for breach in clause_breaches(one)
        if breach.bound.direction == "at_least" and INDICATORS[breach.bound.indicator].stock in kinds
    ]
    unit = _with_one_unit(one) if turned else one
    yield from (_of_indicator(one, unit, breach, years) for breach in turned)
    yield from _of_land(one, years)
    yield from teacher_needs(one, years)
    yield from bed_needs(one, years)


def _with_one_unit(one: Reduced) -> Reduced:
    """The same case in which every school has one unit of every stock: values are what a unit is worth."""
    stocks, plan = one.details.stocks, one.case.network.plan
    schools = len(one.model.layout.schools)
    nothing = PlanStocks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool), {k: np.zeros(0) for k in stocks.base})
    ones = Stocks({kind: np.ones(schools) for kind in stocks.base}, {plan: nothing})
    none = np.zeros((len(one.case.opening_year), 0), dtype=np.int64)
    unit = replace(one, details=replace(one.details, stocks=ones), case=replace(one.case, opening_year=none))
    # Pupils and shares do not depend on stocks: what has been worked out is used again.
    unit.__dict__.update({name: getattr(one, name) for name in ("pupils", "sharing", "shares")})
    return unit


def _of_indicator(one: Reduced, unit: Reduced, breach: ClauseBreach, years: slice) -> Need:
    bound = breach.bound
    indicator = INDICATORS[bound.indicator]
    worth = indicator.value(unit, bound.stage)
    there = stock(one, indicator.stock)
    if worth is None or there is None:
        raise AssertionError("a clause that was judged has data")
    asked = breach.applies[:, years] & (worth[:, years] > 0.0)
    limit = np.broadcast_to(limits_of(one, bound), worth.shape)[:, years]
    worth = worth[:, years]
    needed = np.divide(limit, worth, out=np.full(worth.shape, np.nan), where=asked)
    kind = indicator.stock
    return Need(
        rule=bound.code,
        stage=bound.stage,
        kind=kind,
        unit="m2" if kind.endswith("_m2") else "rooms",
        needed=needed,
        there=there[:, years],
        verified=bound.verified,
        m2=_special_m2(one, kind),
        price=_PRICES.get(kind, "building" if _special_m2(one, kind) is not None else ""),
    )


def _special_m2(one: Reduced, kind: str) -> FloatArray | None:
    """Gross floor area of a special room to be built, [school]; None for what is not a special room with a clause."""
    rules = one.details.rooms
    special = rules.special.get(kind.removesuffix("_rooms"))
    if special is None or rules.norms is None or not kind.endswith("_rooms"):
        return None
    return np.where(special.area > 0.0, special.area / rules.norms.net_share, np.nan)


def _of_rule(one: Reduced, bound: Bound, years: slice) -> Need:
    result, label = one.now.result, stage_label(bound, one.model.grades)
    held = ~np.isnan(bound.limit) & one.now.open[years].any(axis=0)
    rolls = result.rolls[:, years].astype(np.int64)
    there = result.rooms[:, years].astype(float)
    if bound.indicator == "school_size":
        chosen = np.flatnonzero(stage_grades(one.model.grades, bound.stages))
        pupils = np.where(held, rolls[..., chosen].sum(axis=3), np.nan)
        limit = np.broadcast_to(np.floor(bound.limit), pupils.shape)
        return Need(bound.code, label, "pupils", "pupils", pupils, limit, bound.verified)
    index = one.assessment.bounds.index(bound)
    broken = one.now.breaches[index].broken[:, years]
    used = (rolls > 0).sum(axis=3) if bound.indicator == "rooms" else result.classes[:, years].sum(axis=3)
    needed = np.where(held, np.minimum(used, there), np.nan)
    for school in np.flatnonzero(held):
        at = np.nonzero(broken[:, :, school])
        if len(at[0]):
            planned = _planned(one, years)[at[1], school]
            needed[at[0], at[1], school] = _rooms_that_do(
                rolls[at[0], at[1], school],
                result.rooms[:, years][at[0], at[1], school],
                planned,
                np.inf if bound.indicator == "rooms" else float(np.floor(bound.limit[school])),
                stage_grades(one.model.grades, bound.stages),
            )
    return Need(bound.code, label, "rooms", "rooms", needed, there, bound.verified, classroom_m2(one), "building")


def _planned(one: Reduced, years: slice) -> IntArray:
    """Planned class sizes, [year, school, grade] of some years."""
    schools, grades = len(one.model.layout.schools), len(one.model.grades.names)
    shape = (len(one.model.years), schools, grades)
    out: IntArray = np.broadcast_to(one.now.planned, shape)[years]
    return out


def _rooms_that_do(
    rolls: IntArray, rooms: NDArray[np.integer], planned: IntArray, cap: float, chosen: BoolArray
) -> FloatArray:
    """The smallest number of rooms above those there with which classes keep a limit, [cell].

    rolls, planned: [cell, grade].  cap: pupils of a class in the grades chosen [grade]; inf: a class for every grade.
    nan: not even with a room for every class of the planned size.
    """
    most = (-(-rolls // np.maximum(planned, 1))).sum(axis=1)
    found, now = np.full(len(rolls), np.nan), rooms.astype(np.int64) + 1
    left = np.arange(len(rolls))
    while len(left):
        formed = form_classes(rolls[left], now[left], planned[left])
        large = np.where(chosen, largest_classes(rolls[left], formed.count), 0).max(axis=1)
        good = ~formed.short if np.isinf(cap) else large <= cap
        found[left[good]] = now[left[good]]
        left = left[~good & (now[left] < most[left])]
        now[left] += 1
    return found


def classroom_m2(one: Reduced) -> FloatArray | None:
    """Gross floor area of a classroom that holds a class of the planned size, [school]; None without norms."""
    norms, grades = one.details.rooms.norms, one.model.grades
    if norms is None:
        return None
    seat = np.array([norms.seat_m2.get(grades.stages[stage], np.nan) for stage in grades.stage_of])
    size = _planned(one, slice(0, 1))[0]  # [school, grade]
    hosts = one.model.hosts[: len(size)]
    area = np.where(hosts, seat * size, -np.inf).max(axis=1)
    return np.where(np.isfinite(area), area / norms.net_share, np.nan)


def _of_land(one: Reduced, years: slice) -> Iterator[Need]:
    there = stock(one, "land_m2")
    if there is None:
        return
    grades = one.model.grades
    for rule in one.details.rooms.land:
        chosen = np.flatnonzero(stage_grades(grades, rule.stages))
        pupils = one.now.result.rolls[:, years][..., chosen].sum(axis=3, dtype=np.int64)
        beyond = pupils * rule.site_m2[-1] / rule.pupils[-1]
        needed = np.where(pupils > rule.pupils[-1], beyond, np.interp(pupils, rule.pupils, rule.site_m2))
        needed = np.where(rule.schools & (pupils > 0), needed, np.nan)
        label = rule.stages[0] if len(rule.stages) == 1 else "all"
        yield Need(rule.code, label, "land_m2", "m2", needed, there[:, years], rule.verified, None, "land")
