"""School buses: whom they carry, how long it takes, what a year costs; and bus, beds and walking side by side.

Symbols, at demand point i for one school and one grade: n[i] pupils (pupils of the unit x share of the point), p[i]
chance to board, walk[i] and ride[i] minutes one way, km[i] length of the way, L and M limits on foot and by bus [min].

    far[i]     = n[i] (1 - p[i]) where walk[i] > L, or no way on foot     day pupils beyond the limit
    daily bus    carries far;  weekly bus  carries n p
    runs       = ceil(children / seats)
    km a year  = 4 km runs (weeks x days, daily; weeks, weekly)           out and back, twice: half of it empty
    cost       = km a year x yuan a kilometre / 10 000                    [10 000 yuan]
    still      = children with ride[i] > M, or no way by bus              beyond the limit all the same

A bus of a plan drives as far as the longest way of its children, unless it says its length; where bus and beds are
compared, the runs of a school are as long as the mean way.  Children are means over the draws of a case; runs are of
that mean.  Minutes are means over children who have both ways.
In the money of a plan a bus costs by its timetable: vehicles x 4 km x trips x price, whoever sits in it.
Page: docs/science/boarding.md.  Tests: tests/sim/test_buses.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray

LEGS = 4
EPS = 1e-9  # children; guards ceil() against the last bit of a sum


@dataclass(frozen=True)
class Ways:
    """Ways to one school from every demand point, [point]; infinite: none."""

    walk: FloatArray  # minutes on foot
    ride: FloatArray  # minutes by bus
    km: FloatArray
    limit: float  # longest way on foot that is near [min]
    ride_limit: float  # longest way by bus that is near [min]


@dataclass(frozen=True)
class Carried:
    """Children with a way in common terms."""

    children: float
    walk: float  # mean minutes on foot; nan: nobody has both ways
    ride: float  # mean minutes by bus
    still: float  # children beyond the limit by bus, or without a way
    km: float  # longest way of any of them [km]
    mean_km: float  # mean way [km]


@dataclass(frozen=True)
class Terms:
    """A bus and a school year."""

    seats: int
    trips: float  # times a year: school days, or weeks
    yuan_per_km: float


def far(ways: Ways, pupils: FloatArray, chance: FloatArray) -> FloatArray:
    """Day pupils beyond the limit on foot, [point]. pupils, chance: [point]."""
    return np.asarray(np.where(ways.walk > ways.limit, pupils * (1.0 - chance), 0.0))


def carried(ways: Ways, children: FloatArray) -> Carried:
    """What a bus does for these children, [point]."""
    total = float(children.sum())
    both = np.isfinite(ways.walk) & np.isfinite(ways.ride)
    timed = float(children[both].sum())
    there = children > EPS
    return Carried(
        children=total,
        walk=float(children[both] @ ways.walk[both]) / timed if timed > EPS else np.nan,
        ride=float(children[both] @ ways.ride[both]) / timed if timed > EPS else np.nan,
        still=float(children[ways.ride > ways.ride_limit].sum()),
        km=float(ways.km[there].max()) if there.any() else 0.0,
        mean_km=float(children @ ways.km) / total if total > EPS else 0.0,
    )


def runs(children: float, seats: int) -> int:
    """Trips of one vehicle that carry them all."""
    return int(np.ceil(children / seats - EPS))


def yearly_cost(children: float, km: float, terms: Terms) -> float:
    """Cost of a year [10 000 yuan]."""
    return timetable_cost(runs(children, terms.seats), km, terms)


def timetable_cost(vehicles: int, km: float, terms: Terms) -> float:
    """Cost of a year [10 000 yuan] of so many vehicles, whoever sits in them."""
    return vehicles * LEGS * km * terms.trips * terms.yuan_per_km / 1e4
