"""Signals that a plan may act on: numbers known on 1 September of a year, from that draw's stocks of the day alone.

Symbols, draw d, year t: n[s, g] pupils, R[s] rooms, k[s, g] classes, z[s, g] planned class size, S[s] = floor(R z')
seats with z' the mean planned size of the grades of a school; D[u] children of unit u who start a stage, P[s] planned
entry places (`sim/alert_zones.py`); A schools and U units of the place that the signal looks at.

    entry_pressure  sum_U D / sum_A P             the zones of the place, whole; nan without places
    utilisation     sum_A n / sum_A S             nan without seats
    pupils          sum_A n, or sum_U pupils by home where the place is units
    births          children of U aged one on 31 August: born in the school year that ended a year before, so that
                    their number is known; who was born since is not looked at
    beyond_seats    sum_A max(0, n - S)
    large_classes   classes of A with more than z pupils, part of all its classes; nan without classes

Nothing here knows a later year than t.  nan: not known, no trigger acts on it.  Page: docs/science/adaptive.md.
Tests: tests/sim/test_signals.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.alert_zones import entry_places, parts_of, zone_links
from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.model import Model
from sim.network import Regime


@dataclass(frozen=True)
class Place:
    """What a signal looks at; without schools and units the whole county.

    schools, units: indices.  stage: index of a stage of school, None: all stages.
    """

    schools: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    stage: int | None = None


@dataclass(frozen=True)
class Zoned:
    """Schools and units that belong to a place in every draw of a block."""

    schools: BoolArray  # [draw, school]
    units: BoolArray  # [draw, unit]


@dataclass(frozen=True)
class Snapshot:
    """Stocks of a block of draws on 1 September of `year`."""

    model: Model
    year: int
    rolls: NDArray[np.integer]  # [draw, school, grade]
    rooms: NDArray[np.integer]  # [draw, school]
    classes: NDArray[np.integer]  # [draw, school, grade]
    planned: IntArray  # [school, grade] planned class size of the year
    demand: CountArray  # [draw, unit, stage] children by home who start a stage, as `sim/alerts.py` counts them
    by_home: CountArray  # [draw, unit, grade] pupils by home at schools of the county
    aged_one: CountArray  # [draw, unit]
    networks: tuple[Regime, ...]
    network_of: IntArray  # [draw] which of them
    zones: dict[tuple[object, ...], tuple[BoolArray, BoolArray]] = field(default_factory=dict)
    """Zones of places by network, made once; a network never changes, so a block may keep them for all years."""

    @property
    def seats(self) -> IntArray:
        """Nominal seats, [draw, school]; of a school whose grades change, of the grades that have pupils."""
        schools = len(self.model.layout.schools)
        taught = np.broadcast_to(self.model.hosts[:schools], self.rolls.shape)
        if self.model.gains is not None:
            there = np.asarray(self.rolls > 0)
            turned = np.asarray(self.model.gains.any(axis=1)) & there.any(axis=2)  # [draw, school]
            taught = np.where(turned[:, :, None], there, taught)
        size = (taught * self.planned).sum(axis=2) / np.maximum(taught.sum(axis=2), 1)
        seats: IntArray = np.floor(self.rooms * size + 1e-9).astype(np.int64)
        return seats


Signal = Callable[[Snapshot, Place], FloatArray]
"""Value in every draw, [draw]; nan where it is not known."""


def entry_pressure(now: Snapshot, place: Place) -> FloatArray:
    """Children who start the stage over planned entry places of whole zones, [draw]; nan without places."""
    if place.stage is None:
        raise ValueError("entry_pressure looks at one stage")
    model = now.model
    grade, count = model.grades.first_of(place.stage), len(model.layout.schools)
    zoned = _around(now, place)
    takes = np.stack([one.runs[:count, grade] for one in now.networks])[now.network_of]
    places = entry_places(now.rooms, model.hosts[:count].sum(axis=1), now.planned[:, grade], takes)
    return _ratio((now.demand[:, :, place.stage] * zoned.units).sum(axis=1), (places * zoned.schools).sum(axis=1))


def utilisation(now: Snapshot, place: Place) -> FloatArray:
    """Pupils over seats of whole schools, [draw]; nan without seats."""
    at = _schools(now, place)
    return _ratio((now.rolls.sum(axis=2) * at).sum(axis=1), (now.seats * at).sum(axis=1))


def pupils(now: Snapshot, place: Place) -> FloatArray:
    """Pupils of schools, or of homes where the place is units, [draw]; of the grades of its stage."""
    grades = _grades(now.model, place)
    if place.units:
        total = now.by_home[:, list(place.units)][:, :, grades].sum(axis=(1, 2))
    else:
        total = (now.rolls[:, :, grades].sum(axis=2) * _schools(now, place)).sum(axis=1)
    return np.asarray(total, dtype=np.float64)


def births(now: Snapshot, place: Place) -> FloatArray:
    """Children aged one on 31 August, of the units of the place or of the zones of its schools, [draw]."""
    units = _around(now, place).units if place.schools else _fixed(place.units, now.aged_one)
    return np.asarray((now.aged_one * units).sum(axis=1), dtype=np.float64)


def beyond_seats(now: Snapshot, place: Place) -> FloatArray:
    """Pupils beyond the seats of their school, whole schools, [draw]."""
    over = np.maximum(now.rolls.sum(axis=2) - now.seats, 0)
    return np.asarray((over * _schools(now, place)).sum(axis=1), dtype=np.float64)


def large_classes(now: Snapshot, place: Place) -> FloatArray:
    """Part of the classes with more pupils than planned, [draw]; classes of a grade are as even as can be."""
    grades = _grades(now.model, place)
    rolls, classes, size = now.rolls[:, :, grades], now.classes[:, :, grades], now.planned[:, grades]
    there = np.maximum(classes, 1)
    small, larger = rolls // there, rolls % there  # so many classes have one pupil more
    over = np.where(small > size, classes, np.where(small + 1 > size, larger, 0))
    at = _schools(now, place)
    return _ratio((over.sum(axis=2) * at).sum(axis=1), (classes.sum(axis=2) * at).sum(axis=1))


SIGNALS: dict[str, Signal] = {
    "entry_pressure": entry_pressure,
    "utilisation": utilisation,
    "pupils": pupils,
    "births": births,
    "beyond_seats": beyond_seats,
    "large_classes": large_classes,
}


def _ratio(above: NDArray[np.number], below: NDArray[np.number]) -> FloatArray:
    """Quotient, [draw]; nan where `below` is 0."""
    out: FloatArray = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return out


def _grades(model: Model, place: Place) -> IntArray:
    if place.stage is None:
        return np.arange(len(model.grades.names))
    return np.flatnonzero(model.grades.stage_of == place.stage)


def _schools(now: Snapshot, place: Place) -> BoolArray:
    """Schools that a signal of schools adds up, [draw, school]: those named, those of the zones of units, or all."""
    if place.schools:
        return _fixed(place.schools, now.rooms)
    if place.units:
        return _around(now, place).schools
    grades = _grades(now.model, place)
    hosting = now.model.may_host[: now.rooms.shape[1]][:, grades].any(axis=1)
    return np.broadcast_to(hosting, now.rooms.shape)


def _fixed(members: tuple[int, ...], like: NDArray[np.integer]) -> BoolArray:
    """Members of a fixed list, [draw, like.shape[1]]; an empty list means all."""
    row = np.zeros(like.shape[1], dtype=bool)
    row[list(members)] = True
    return np.broadcast_to(row | (not members), like.shape)


def _around(now: Snapshot, place: Place) -> Zoned:
    """The zones that the schools and units of a place belong to, whole, in the network of each draw."""
    if not place.schools and not place.units:
        return Zoned(_fixed((), now.rooms), _fixed((), now.aged_one))
    if place.stage is None:
        raise ValueError("zones belong to a stage")
    found = [_zone(now, network, place) for network in now.networks]
    return Zoned(*(np.stack([one[i] for one in found])[now.network_of] for i in (0, 1)))


def _zone(now: Snapshot, network: Regime, place: Place) -> tuple[BoolArray, BoolArray]:
    """Schools [school] and units [unit] of the zones of a place in one network."""
    key = (id(network), place)
    if key not in now.zones:
        assert place.stage is not None
        parts = parts_of(zone_links(network, now.model.layout, now.model.grades.first_of(place.stage)))
        wanted = {*parts.school[list(place.schools)].tolist(), *parts.unit[list(place.units)].tolist()} - {-1}
        schools = np.isin(parts.school, list(wanted))
        schools[list(place.schools)] = True  # a school in nobody's zone stands for itself
        now.zones[key] = schools, np.isin(parts.unit, list(wanted))
    return now.zones[key]
