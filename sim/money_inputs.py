"""What money results need of a study: running costs, discounting, the education budget, costs of plans that are fixed.

Tests: tests/sim/test_money.py.  Page: docs/science/money.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_boarding import Bus
from scenarios.schema_plan import PlanFile
from sim.arrays import FloatArray
from sim.buses import Terms, timetable_cost
from sim.model import Model


@dataclass(frozen=True)
class MoneyInputs:
    """Amounts in 万元, of one year where they run."""

    school: float
    class_: float
    post: float
    pupil: Mapping[str, float]  # by stage
    boarder: float
    small_school: int
    rate: float  # real discount rate [1/year]
    life_years: int
    budget: Mapping[int, float]  # education budget by calendar year
    costs: Mapping[str, FloatArray]  # plan -> capital cost [project]
    fixed: Mapping[str, Mapping[str, FloatArray]]  # plan -> measures and buses, [year]
    prices: tuple[float, float] | None = None  # of a pupil-year without a seat, of an empty seat-year; None: not given


def annuity(rate: float, years: int) -> float:
    """Yearly charge of one unit of capital over so many years: r / (1 - (1 + r)^-n), or 1 / n without interest."""
    return 1.0 / years if rate == 0.0 else rate / (1.0 - (1.0 + rate) ** -years)


def money_inputs(bundle: Bundle, model: Model) -> MoneyInputs | None:
    """Inputs of a checked bundle; None where the study has no section `money`."""
    values = bundle.money
    if values is None:
        return None
    return MoneyInputs(
        school=values.school,
        class_=values.class_,
        post=values.post,
        pupil=values.pupil,
        boarder=values.boarder,
        small_school=values.small_school,
        rate=values.discount_rate,
        life_years=values.life_years,
        budget=values.budget,
        costs={name: np.array([one.cost for one in plan.projects]) for name, plan in bundle.plans.items()},
        fixed={name: _fixed(plan, model.years, bundle) for name, plan in bundle.plans.items()},
        prices=None if values.prices is None else (values.prices.missing_place, values.prices.empty_seat),
    )


def _fixed(plan: PlanFile, years: range, bundle: Bundle) -> dict[str, FloatArray]:
    measures, buses = np.zeros(len(years)), np.zeros(len(years))
    for t, year in enumerate(years):
        measures[t] = sum(one.cost for one in plan.measures if one.first <= year <= one.last)
        buses[t] = sum(_bus_year(bus, bundle) for bus in plan.buses if bus.runs_in(year))
    return {"measures": measures, "buses": buses}


def _bus_year(bus: Bus, bundle: Bundle) -> float:
    """Cost of a year [10 000 yuan]: the one given, or that of the timetable where the study prices kilometres.

    Formula: vehicles x 4 km x trips a year x yuan a kilometre / 10 000, out and back twice, half of it empty.
    """
    if bus.cost_per_year is not None:
        return bus.cost_per_year
    price = None if bundle.money is None else bundle.money.bus_km
    if price is None or bus.km is None or bundle.boarding is None:
        return 0.0
    terms = Terms(bus.seats, bundle.boarding.trips(bus.kind), bus.cost_per_km or price)
    return timetable_cost(bus.vehicles or 1, bus.km, terms)
