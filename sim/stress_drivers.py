"""Drivers of a case that can be turned up and down: pure transformations of its rates, its openings and its forecast.

An amount x stands for, from the year after the base year on (t >= 1; nothing that is known already changes):

    births        b'[t] = x b[t]                                factor on births that are not registered yet
    urbanisation  m'[t] = x m[t], d'[t] = d[t] + (x - 1) m[t]   factor on the stated yearly rate m of leaving villages;
                  d is what acts (`sim/futures.py`), of town children where negative: times (1 - s') / s',
                  1 - s'[t] = (1 - s0) prod_{u <= t} (1 - m'[u])
    migration     e'[t] = e[t] + x / 1000                       net arrivals per child and year, all homes and ages
    housing       A' = x A                                      factor on the children that estates bring
    delivery      due' = due + 12 x                             years by which every phase of an estate is late
    pull          o'[t] = x o[t]                                factor on the odds of attending outside the zone
    retention     N'[s, g, h] = N[s, g, h] (1 + x)^min(g, h)    relative change of every grade ratio, h years ahead,
                  g = 0 for the first grade: pupils of grade g have moved up min(g, h) times by then
    delay         opens' = opens + x                            whole years by which every project is late

Amounts are compared as shares of the way from the neutral amount to the end of the range.
Page: docs/science/stress.md.  Tests: tests/sim/test_stress_drivers.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.schema_future import FutureFile
from sim.across import Across
from sim.arrays import FloatArray
from sim.engine import CasePlan
from sim.future_flows import moved_share, urban_path, urban_rates, urban_share
from sim.futures import FutureRates
from sim.housing import Estate
from sim.model import NEVER, Model
from sim.od import ways


@dataclass(frozen=True)
class Driver:
    """What can be turned, and how far by default; limits are what it can mean at all."""

    id: str
    unit: str  # factor | per_mille | years | share
    neutral: float
    low: float
    high: float
    least: float = -np.inf
    most: float = np.inf
    whole: bool = False  # whole amounts only

    def amount(self, share: float) -> float:
        """The amount at a share of the way to the upper (positive) or lower (negative) end of the range."""
        end = self.high if share >= 0.0 else self.low
        amount = self.neutral + abs(share) * (end - self.neutral)
        return float(np.rint(amount)) if self.whole else amount

    def at(self, u: FloatArray) -> FloatArray:
        """Amounts [n] at uniform numbers u [n] over the whole range; whole amounts are equally likely."""
        if self.whole:
            return np.minimum(np.floor(self.low + u * (self.high - self.low + 1.0)), self.high)
        spread: FloatArray = self.low + u * (self.high - self.low)
        return spread


DRIVERS = (
    Driver("births", "factor", 1.0, 0.5, 1.5, least=0.0),
    Driver("urbanisation", "factor", 1.0, 0.0, 3.0, least=0.0, most=10.0),
    Driver("migration", "per_mille", 0.0, -30.0, 30.0, least=-500.0, most=500.0),
    Driver("housing", "factor", 1.0, 0.0, 2.0, least=0.0),
    Driver("delivery", "years", 0.0, 0.0, 3.0, least=0.0, most=30.0),
    Driver("pull", "factor", 1.0, 0.5, 2.0, least=0.0, most=100.0),
    Driver("retention", "share", 0.0, -0.05, 0.05, least=-0.9, most=1.0),
    Driver("delay", "years", 0.0, 0.0, 4.0, least=0.0, most=30.0, whole=True),
)
"""In the order of the tables; ranges are assumptions, to be replaced by the planner's."""


@dataclass(frozen=True)
class Footing:
    """A case and what its drivers turn."""

    model: Model
    case: CasePlan
    leaving: FloatArray  # [year - base] stated yearly rate of village children who leave for town
    share: float  # urban share of children in the base year


@dataclass(frozen=True)
class Turned:
    """A case with its drivers turned; retention changes the forecast, therefore the model."""

    model: Model
    case: CasePlan


def footing(model: Model, future: FutureFile, case: CasePlan) -> Footing:
    """What the drivers of a case need; future: that of the case.  Raises ValueError as `moved_share` does."""
    share = urban_share(model)
    rates = urban_rates(urban_path(moved_share(model, future), share))
    return Footing(model, case, rates, share)


def inert(foot: Footing) -> tuple[str, ...]:
    """Drivers that have nothing to act on in this case."""
    case, estates = foot.case, foot.case.rates.estates
    idle = {
        "urbanisation": not foot.leaving.any() or ways(foot.model, True, np.inf) is None,
        "housing": not estates,
        "delivery": not estates,
        "delay": not case.network.projects,
    }
    return tuple(driver.id for driver in DRIVERS if idle.get(driver.id, False))


def turned(foot: Footing, amounts: Mapping[str, float]) -> Turned:
    """The case with drivers turned to amounts; those not named stay neutral.  Raises KeyError for an unknown driver."""
    known = {driver.id: driver.neutral for driver in DRIVERS}
    if unknown := set(amounts) - set(known):
        raise KeyError(", ".join(sorted(unknown)))
    at = known | dict(amounts)
    rates = foot.case.rates
    index = rates.births_index.copy()
    index[1:] *= at["births"]
    pull = rates.pull.copy()
    pull[1:] *= at["pull"]
    rates = replace(rates, births_index=index, pull=pull, estates=_estates(rates.estates, at))
    rates = _urban(foot, rates, at["urbanisation"])
    rates = _migration(foot.model, rates, at["migration"] / 1000.0)
    opens = foot.case.opening_year
    opens = np.where(opens < NEVER, opens + round(at["delay"]), opens)
    seen = foot.case.adaptive
    seen = None if seen is None else replace(seen, late=round(at["delay"]))
    model = _retained(foot.model, at["retention"])
    return Turned(model, replace(foot.case, rates=rates, opening_year=opens, adaptive=seen))


def _estates(estates: tuple[Estate, ...], at: Mapping[str, float]) -> tuple[Estate, ...]:
    factor, late = at["housing"], 12.0 * at["delivery"]
    if factor == 1.0 and late == 0.0:
        return estates
    return tuple(
        replace(e, lots=tuple(replace(lot, arrivals=factor * lot.arrivals, due=lot.due + late) for lot in e.lots))
        for e in estates
    )


def _urban(foot: Footing, rates: FutureRates, factor: float) -> FutureRates:
    """Rates with the stated pace of leaving villages times a factor."""
    if factor == 1.0 or not foot.leaving.any():
        return rates
    before = _before(foot.leaving, foot.share)
    of_villages = np.where(rates.urban < 0.0, rates.urban * before / (1.0 - before), rates.urban)
    extra = of_villages + (factor - 1.0) * foot.leaving
    before = _before(np.minimum(factor * foot.leaving, 1.0), foot.share)
    urban = np.where(extra < 0.0, extra * (1.0 - before) / before, np.minimum(extra, 1.0))
    return replace(
        rates,
        urban=urban,
        to_town=rates.to_town or (ways(foot.model, True, rates.decay_km) if (urban > 0.0).any() else None),
        to_villages=rates.to_villages or (ways(foot.model, False, rates.decay_km) if (urban < 0.0).any() else None),
    )


def _before(leaving: FloatArray, share: float) -> FloatArray:
    """Urban share of the year before, [year - base]."""
    village = (1.0 - share) * np.cumprod(1.0 - leaving)
    return np.concatenate([[share], 1.0 - village[:-1]])


def _migration(model: Model, rates: FutureRates, extra: float) -> FutureRates:
    """Rates with more (or fewer) net arrivals per child and year, everywhere and at every age."""
    if extra == 0.0:
        return rates
    line = rates.across(model)
    coming, leaving = line.coming.copy(), line.leaving.copy()
    coming[1:] += max(extra, 0.0)
    leaving[1:] += max(-extra, 0.0)
    return replace(rates, lines=Across(coming, leaving))


def _retained(model: Model, change: float) -> Model:
    """The model whose forecast holds grade ratios that changed by a share, from the base year on."""
    if change == 0.0:
        return model
    path = model.outlook.path
    _, grades, years = path.log_pupils.shape
    times = np.minimum(np.arange(grades)[:, None], 1 + np.arange(years)[None, :])
    pupils = path.log_pupils + np.log1p(change) * times
    return replace(model, forecast=replace(model.outlook, path=replace(path, log_pupils=pupils)))
