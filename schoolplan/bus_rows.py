"""Tables of school buses, and of walking, bus and beds side by side, from pupils by home and school of a finished job.

Test: tests/cli/test_bus_rows.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from gis.arrays import BUS, WALK, Travel
from reports.shapes_boarding import BUSES, OPTIONS
from scenarios.schema_boarding import BoardingDefaults, Bus
from schoolplan.prepare import Prepared
from sim.arrays import FloatArray
from sim.boarding_build import Curves, curves_of, may_board, ways_of
from sim.buses import Carried, Terms, Ways, carried, far, runs, yearly_cost
from sim.ensemble import Job, pairs_of
from sim.pairs import pair_sums


@dataclass(frozen=True)
class _Ground:
    """What all cases of a job share."""

    prepared: Prepared
    defaults: BoardingDefaults
    curves: Curves | None
    travel: Travel
    boards: FloatArray | None
    """Chance to board by demand point, [school, stage, point]; None without the section."""

    def ways(self, school: int) -> Ways:
        """Ways to a school of the layout."""
        at = self.prepared.space.schools.index(self.prepared.model.layout.schools[school])
        minutes, near = self.travel.point_minutes, self.prepared.bundle.study.travel.limit_min
        return Ways(minutes[WALK][:, at], minutes[BUS][:, at], self.travel.point_km[:, at], near.walk, near.bus)


@dataclass(frozen=True)
class _Year:
    """One case and year: pupils at demand points, and where children board."""

    ground: _Ground
    case: tuple[str, str]
    year: int
    pupils: FloatArray  # [unit of the space, school, grade], mean over draws
    may: FloatArray  # [school] share of draws in which it boards
    beds: FloatArray  # [school] mean beds, nan unknown

    def at_points(self, school: int, grade: int) -> FloatArray:
        """Pupils of a grade by demand point, [point]."""
        travel = self.ground.travel
        return np.asarray(self.pupils[travel.point_unit, school, grade] * travel.point_weight)

    def parts(self, school: int) -> Iterator[tuple[int, FloatArray, FloatArray]]:
        """Grade, pupils and chance to board by demand point of a school."""
        model, curves = self.ground.prepared.model, self.ground.curves
        for grade in np.flatnonzero(model.hosts[school]):
            pupils, stage = self.at_points(school, int(grade)), model.grades.stage_of[grade]
            if self.ground.boards is None or curves is None or not curves.grades[grade]:
                yield int(grade), pupils, np.zeros(len(pupils))
            else:
                yield int(grade), pupils, self.ground.boards[school, stage] * self.may[school]


def bus_rows(prepared: Prepared, job: Job) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `buses` and `boarding_options` of a job; empty for a study with neither boarding nor buses."""
    bundle, travel = prepared.bundle, prepared.space.travel
    wanted = bundle.study.boarding is not None or any(plan.buses for plan in bundle.plans.values())
    if not wanted or bundle.boarding is None or travel is None:
        return BUSES.empty(), OPTIONS.empty()
    curves = None if bundle.study.boarding is None else curves_of(bundle, prepared.model, prepared.space)
    ground = _Ground(prepared, bundle.boarding, curves, travel, None if curves is None else _chances(prepared, curves))
    years = list(_years(ground, job))
    buses = [row for year in years for bus in _plan_buses(year) for row in _of_bus(year, bus)]
    options = [row for year in years for row in _options(year)]
    return pd.DataFrame(buses, columns=list(BUSES.names)), pd.DataFrame(options, columns=list(OPTIONS.names))


def _chances(prepared: Prepared, curves: Curves) -> FloatArray:
    """Chance to board by demand point, [school, stage, point]; 0 where nobody may."""
    section, space = prepared.bundle.study.boarding, prepared.space
    if section is None:
        raise ValueError("the study has no section boarding")
    at = [space.schools.index(school) for school in prepared.model.layout.schools]
    way = ways_of(prepared.bundle, space, section.measure)[:, at].T[:, None, :]
    chance = expit((way - curves.half[:, :, None]) / section.slope)
    return np.asarray(np.where(np.isnan(curves.half)[:, :, None], 0.0, chance))


def _years(ground: _Ground, job: Job) -> Iterator[_Year]:
    prepared, model = ground.prepared, ground.prepared.model
    order = [model.layout.units.index(unit) for unit in prepared.space.units]
    for number, case in enumerate(job.cases):
        kept, plan = pairs_of(job, number), case.network.plan
        beds = job.details.stocks.at("beds", plan, case.opening_year, model.years)
        observed = np.full((beds.shape[2], 1), np.nan) if ground.curves is None else ground.curves.observed
        may = may_board(observed, beds).mean(axis=0)
        for at, year in enumerate(job.pair_years):
            if year > model.base_year:
                i = year - model.base_year - 1
                pupils = pair_sums(kept.pupils[at][None], model.layout)[order] / job.draws
                yield _Year(ground, (case.rates.future, plan), year, pupils, may[i], beds[:, i].mean(axis=0))


def _plan_buses(year: _Year) -> list[Bus]:
    plan = year.ground.prepared.bundle.plans[year.case[1]]
    return [bus for bus in plan.buses if bus.runs_in(year.year)]


def _of_bus(year: _Year, bus: Bus) -> list[dict[str, object]]:
    """A row for every school of a bus; the cost of a year in all is shared by children."""
    ground, prepared = year.ground, year.ground.prepared
    units = np.isin(np.array(prepared.space.units)[ground.travel.point_unit], bus.units)
    found: list[tuple[str, Carried]] = []
    for name in bus.schools:
        school = prepared.model.layout.schools.index(name)
        ways = ground.ways(school)
        riders = np.zeros(len(units))
        for _, pupils, chance in year.parts(school):
            riders += pupils * chance if bus.kind == "weekly" else far(ways, pupils, chance)
        found.append((name, carried(ways, np.where(units, riders, 0.0))))
    every = sum(one.children for _, one in found)
    return [_bus_row(year, bus, name, one, one.children / every if every > 0.0 else 1.0 / len(found))
            for name, one in found]  # fmt: skip


def _bus_row(year: _Year, bus: Bus, school: str, one: Carried, share: float) -> dict[str, object]:
    defaults, km = year.ground.defaults, one.km if bus.km is None else bus.km
    money = year.ground.prepared.bundle.money
    terms = Terms(bus.seats, defaults.trips(bus.kind), bus.cost_per_km or (money and money.bus_km) or 0.0)
    cost = yearly_cost(one.children, km, terms) if bus.cost_per_year is None else bus.cost_per_year * share
    return {
        "future": year.case[0], "plan": year.case[1], "year": year.year, "bus": bus.id, "school": school,
        "kind": bus.kind, "children": one.children, "runs": runs(one.children, bus.seats), "km": km,
        "minutes_walk": one.walk, "minutes_bus": one.ride, "saved": one.walk - one.ride, "still_far": one.still,
        "cost_per_year": cost,
    }  # fmt: skip


def _options(year: _Year) -> Iterator[dict[str, object]]:
    """Walking, a daily bus, and beds with a weekly bus, for every school with day pupils beyond the limit."""
    ground = year.ground
    section, defaults, grades = ground.prepared.bundle.study.boarding, ground.defaults, ground.prepared.model.grades
    yuan = defaults.bus_cost_per_km.value if section is None else section.bus_cost_per_km
    daily, weekly = (
        Terms(defaults.bus_seats.value, defaults.trips(kind), yuan or defaults.bus_cost_per_km.value)
        for kind in ("daily", "weekly")
    )
    for school, name in enumerate(ground.prepared.model.layout.schools):
        ways, all_far, boarders = ground.ways(school), np.zeros(len(ground.travel.point_unit)), 0.0
        may: dict[str, FloatArray] = {}
        for grade, pupils, chance in year.parts(school):
            distant = far(ways, pupils, chance)
            all_far += distant
            boarders += float(pupils @ chance)
            if ground.curves is not None and ground.curves.grades[grade]:
                stage = grades.stages[grades.stage_of[grade]]
                may[stage] = may.get(stage, 0.0) + distant
        if all_far.sum() < 0.5:
            continue
        one = carried(ways, all_far)
        head: dict[str, object] = {"future": year.case[0], "plan": year.case[1], "year": year.year, "school": name}
        head |= {"children": one.children}
        yield head | _said("walk", one.walk, one.children)
        yield head | _said("bus", one.ride, one.still, yearly=yearly_cost(one.children, one.mean_km, daily))
        if may:
            yield head | _boarding(year, (school, boarders), one, (ways, may), weekly)


def _boarding(
    year: _Year, at: tuple[int, float], every: Carried, far_by_stage: tuple[Ways, dict[str, FloatArray]], terms: Terms
) -> dict[str, object]:
    """Beds for the far children whom the norm lets board; the others go on walking."""
    (school, boarders), (ways, may) = at, far_by_stage
    defaults = year.ground.defaults
    one = carried(ways, np.sum(list(may.values()), axis=0))
    missing = max(boarders + one.children - year.beds[school], 0.0) if not np.isnan(year.beds[school]) else np.nan
    missing = min(missing, one.children) if not np.isnan(missing) else missing
    parts = {stage: float(children.sum()) for stage, children in may.items()}
    bed = sum(defaults.bed_cost(stage) * n for stage, n in parts.items()) / max(sum(parts.values()), 1e-9)
    trips = one.ride / defaults.school_days.value  # a weekly trip, spread over the school days
    return _said(
        "board", trips, every.children - one.children, beds=missing, capital=missing * bed,
        yearly=yearly_cost(one.children, one.mean_km, terms),
    )  # fmt: skip


def _said(
    option: str, minutes: float, still: float, *, beds: float = 0.0, capital: float = 0.0, yearly: float = 0.0
) -> dict[str, object]:
    return {
        "option": option, "minutes": minutes, "still_far": still, "beds": beds, "capital": capital,
        "cost_per_year": yearly,
    }  # fmt: skip
