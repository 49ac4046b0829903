"""What a plan costs: capital by calendar year, running costs by school year, net present cost, cost per seat.

Symbols: B base year, H horizon, r discount rate, L life of a building; in draw d, capital K[y] of calendar year y,
running cost O[t] of school year t (booked in calendar year t), project p opened in year o with cost c; N pupils of a
school, N[s] of its stage s, g[s] grant.

    running    O = a schools + b classes + w posts + f boarders + sum of g[s] N[s] max(1, m / N) + fixed
    present    PV(x) = sum over y of x[y] (1 + r)^-(y - B)
    residual   R = sum over p open by H of c max(0, 1 - (H + 1 - o) / L), discounted from H + 1;
               nothing is left of temporary classrooms that are gone by then
    net        PV(K) + PV(O) - PV(R)
    change     net of the plan less net of the plan it is held against, in the same draw

Cost per seat, per used seat-year and per breach avoided are ratios of means over draws (a ratio by draw has no mean
where its denominator can be 0).  Buses cost by the year or by their timetable.  Land that the costs leave out is not
in it.
Page: docs/science/money.md.  Tests: tests/sim/test_money.py.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.arrays import FloatArray
from sim.calendar_result import NEVER
from sim.money_inputs import MoneyInputs, annuity
from sim.reduced import Reduced
from sim.unused import FIGURES, added, figures, rooms_of_project

MONEY_COLUMNS = ("year", "item", "unit", *FIGURES, "p_holds")
COST_COLUMNS = ("indicator", "unit", *FIGURES)
UNIT = "万元"


def running(one: Reduced, money: MoneyInputs) -> dict[str, FloatArray]:
    """Running costs by item, [draw, year] of school years."""
    result = one.now.result
    pupils = result.rolls.sum(axis=3, dtype=np.int64)  # [draw, year, school]
    grown = np.maximum(1.0, money.small_school / np.maximum(pupils, 1))
    grants = sum((money.pupil.get(stage, 0.0) * n * grown for stage, n in one.pupils.items()), np.zeros(pupils.shape))
    posts = sum((need.needed.sum(axis=2) for need in one.staff.values()), np.zeros(pupils.shape[:2]))
    plan = money.fixed[one.case.network.plan]
    shape = pupils.shape[:2]
    return {
        "schools": result.open.sum(axis=2) * money.school,
        "classes": result.classes.sum(axis=(2, 3), dtype=np.int64) * money.class_,
        "posts": posts * money.post,
        "pupils": np.asarray(grants.sum(axis=2)),
        "boarders": result.boarders.sum(axis=(2, 3)) * money.boarder,
        "measures": np.broadcast_to(plan["measures"], shape),
        "buses": np.broadcast_to(plan["buses"], shape),
    }


def capital(one: Reduced) -> FloatArray:
    """Capital released, [draw, calendar year] from the base year to horizon + 1; earlier payments in the base year."""
    draws, years = len(one.now.result.rolls), one.model.horizon - one.model.base_year + 2
    calendar = one.case.calendar
    if calendar is None or not calendar.projects:
        return np.zeros((draws, years))
    spend = calendar.spend.sum(axis=1)
    spend[:, 0] += calendar.spend_before.sum(axis=1)
    return np.asarray(spend)


def present(values: FloatArray, first: int, base_year: int, rate: float) -> FloatArray:
    """Present value [draw] at base_year of [draw, year] from calendar year `first` on."""
    factors = (1.0 + rate) ** -(np.arange(values.shape[1]) + first - base_year)
    return np.asarray(values @ factors)


def residual(one: Reduced, money: MoneyInputs) -> FloatArray:
    """Present value of what buildings are still worth after the horizon, straight line, [draw]."""
    model, opens = one.model, one.case.opening_year
    end = model.horizon + 1
    gone = np.array([project.until < end for project in one.case.network.projects], dtype=bool)
    used = np.where((opens == NEVER) | gone, money.life_years, np.clip(end - opens, 0, money.life_years))
    worth = (1.0 - used / money.life_years) @ money.costs[one.case.network.plan]
    return np.asarray(worth * (1.0 + money.rate) ** -(end - model.base_year))


def money_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `money` of a case; none for a study without the section."""
    money, model = one.details.money, one.model
    if money is None:
        return pd.DataFrame(columns=list(MONEY_COLUMNS))
    items, spent = running(one, money), capital(one)
    rows = [
        {"year": model.base_year + y, "item": "capital", "unit": UNIT, **figures(spent[:, y])}
        for y in range(spent.shape[1])
    ]
    every = {**items, "operating": np.sum(list(items.values()), axis=0)}
    for item, values in every.items():
        if values.any():
            rows += [{"year": year, "item": item, "unit": UNIT, **figures(values[:, t])}
                     for t, year in enumerate(model.years)]  # fmt: skip
    return pd.DataFrame([*rows, *_floor(one, money)], columns=list(MONEY_COLUMNS))


def _floor(one: Reduced, money: MoneyInputs) -> list[dict[str, object]]:
    """Education budget a pupil of public schools [yuan], and the chance that it does not fall against the year before.

    The year before the first simulated one has no draws: its pupils are those on record.
    """
    model = one.model
    pupils = one.now.result.rolls.sum(axis=(2, 3), dtype=np.int64).astype(float)
    rows: list[dict[str, object]] = []
    for t, year in enumerate(model.years):
        now, before = money.budget.get(year), money.budget.get(year - 1)
        if now is None:
            continue
        per = now * 1e4 / np.maximum(pupils[:, t], 1.0)
        holds = np.nan
        if before is not None:
            last = pupils[:, t - 1] if t else np.full(len(pupils), _base_pupils(one))
            holds = float((per >= before * 1e4 / np.maximum(last, 1.0) - 1e-9).mean())
            sums = {**dict.fromkeys(FIGURES, now), "p_holds": float(now >= before)}
            rows.append({"year": year, "item": "budget_sum", "unit": UNIT, **sums})
        rows.append({"year": year, "item": "budget_per_pupil", "unit": "元", **figures(per), "p_holds": holds})
    return rows


def _base_pupils(one: Reduced) -> float:
    """Pupils of public schools in the base year."""
    real = one.model.layout.real
    early = 0 if one.model.early is None else one.model.early.pupils[:, one.model.early.layout.real].sum()
    return float(one.model.pupils[:, real].sum() + early)


def plan_costs(one: Reduced) -> dict[str, FloatArray]:
    """Totals of a case by draw, [draw] each, 万元."""
    money, model = one.details.money, one.model
    if money is None:
        return {}
    spent = capital(one)
    yearly = np.sum(list(running(one, money).values()), axis=0)
    found = {
        "capital": spent.sum(axis=1),
        "operating": yearly.sum(axis=1),
        "capital_present": present(spent, model.base_year, model.base_year, money.rate),
        "operating_present": present(yearly, model.base_year + 1, model.base_year, money.rate),
        "residual_present": residual(one, money),
    }
    return {**found, "net_present": found["capital_present"] + found["operating_present"] - found["residual_present"]}


def plan_cost_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `plan_costs` of a case."""
    money, base = one.details.money, one.base
    own = plan_costs(one)
    rows: list[dict[str, object]] = [{"indicator": k, "unit": UNIT, **figures(v)} for k, v in own.items()]
    if money is None:
        return pd.DataFrame(columns=list(COST_COLUMNS))
    if base is not None:
        other = plan_costs(base)
        change = {name: own[name] - other[name] for name in ("operating", "operating_present", "net_present")}
        rows += [{"indicator": f"{k}_change", "unit": UNIT, **figures(v)} for k, v in change.items()]
        avoided = breach_years(base) - breach_years(one)
        rows.append({"indicator": "breaches_avoided", "unit": "school-years", **figures(avoided)})
        rows += _ratio("cost_per_breach_avoided", change["net_present"], avoided)
    return pd.DataFrame([*rows, *_per_seat(one, money)], columns=list(COST_COLUMNS))


def breach_years(one: Reduced) -> FloatArray:
    """School-years with a breach of the headline, all simulated years, [draw]."""
    broken = np.logical_or.reduce([breach.broken for breach in one.now.headline])
    return np.asarray(broken.sum(axis=(1, 2)).astype(float))


def _per_seat(one: Reduced, money: MoneyInputs) -> list[dict[str, object]]:
    """Capital of projects that add rooms over the seats at the horizon, and its yearly charge over used seat-years."""
    costs, charge = money.costs[one.case.network.plan], annuity(money.rate, money.life_years)
    seats, capital_, charged, used = (np.zeros(len(one.now.result.rolls)) for _ in range(4))
    for number in range(len(one.case.network.projects)):
        if rooms_of_project(one, number) > 0:
            of = added(one, number)
            seats += of.seats[:, -1]
            capital_ += np.where(of.seats[:, -1] > 0, costs[number], 0.0)
            charged += costs[number] * charge * (of.seats > 0).sum(axis=1)
            used += of.used.sum(axis=1)
    rows: list[dict[str, object]] = [{"indicator": "seats_added", "unit": "seats", **figures(seats)}]
    return [*rows, *_ratio("cost_per_seat", capital_, seats), *_ratio("cost_per_used_seat_year", charged, used)]


def _ratio(name: str, cost: FloatArray, things: FloatArray) -> list[dict[str, object]]:
    """Ratio of means, where there is anything to divide by."""
    if things.mean() <= 0.0:
        return []
    nothing: Mapping[str, float] = dict.fromkeys(FIGURES, np.nan)
    return [{"indicator": name, "unit": UNIT, **nothing, "mean": float(cost.mean() / things.mean())}]
