"""Zones of early warnings: units and schools that belong together, their children and entry places by draw.

Symbols: stage e with entry grade f, year t, draw d, network k(d) (which projects are open), unit u, school s;
D[d, u] children of unit u who start the stage, R[d, s] rooms, G[s] grades of the school, z planned class size.

    P[d, s]  = z floor(R / G)        whole classes that it can open in every grade alike (even intake), R >= G
               floor(z R / G)        with fewer rooms than grades: its part of a composite class
               0                     a school that does not take pupils into grade f
    zone     = units and schools joined by "u is in the zone of s" in the network that most draws have: its connected
               parts.  Two zones share no school and no unit.
    D[d, Z]  = sum of D[d, u] over the units of zone Z
    P[d, Z]  = sum of P[d, s] over the schools of Z; in a draw with another network k, the places of each connected part
               of k are divided over its units as its children are, and P[d, Z] is what the units of Z get

So a zone whose new school is late in a draw shares the places it then really has with its old neighbours; children and
places are neither lost nor counted twice.  Tests: tests/sim/test_alerts.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.model import Layout
from sim.network import Regime

EPS = 1e-9  # classes; guards floor() against the last bit of a division


@dataclass(frozen=True)
class Parts:
    """Connected parts of units and schools in one network, numbered from 0."""

    count: int
    unit: IntArray  # [unit] its part
    school: IntArray  # [school] its part; -1: in no unit's zone


@dataclass(frozen=True)
class Zones:
    """Zones of a stage and year with what every draw holds of them."""

    units: tuple[tuple[int, ...], ...]  # [zone]
    schools: tuple[tuple[int, ...], ...]  # [zone]; empty: units that no school serves
    demand: FloatArray  # [draw, zone] children who start the stage
    places: FloatArray  # [draw, zone] planned entry places


def entry_places(rooms: NDArray[np.integer], grades: IntArray, size: IntArray, takes: BoolArray) -> FloatArray:
    """Planned entry places P, [draw, school].

    rooms: [draw, school].  grades: grades of each school, [school].  size: planned class size, [school].
    takes: whether the school takes pupils into the entry grade, [draw, school].
    """
    per_grade = rooms / np.maximum(grades, 1)
    whole = size * np.floor(per_grade + EPS)
    part = np.floor(size * per_grade + EPS)
    return np.where(takes, np.where(rooms >= grades, whole, part), 0.0)


def zone_links(regime: Regime, layout: Layout, grade: int) -> BoolArray:
    """Whether a school is a zone school of any home of a unit, [unit, school]."""
    return links_of(regime.in_zone[:, grade], layout)


def links_of(in_zone: BoolArray, layout: Layout) -> BoolArray:
    """As `zone_links`, from the zone schools of homes in one grade, [cell, slot]."""
    schools = len(layout.schools)
    out = np.zeros((len(layout.units), schools), dtype=bool)
    in_zone = in_zone & (layout.slot_school >= 0) & (layout.slot_school < schools)
    cell, slot = np.nonzero(in_zone & (layout.unit_of >= 0)[:, None])
    out[layout.unit_of[cell], layout.slot_school[cell, slot]] = True
    return out


def parts_of(links: BoolArray) -> Parts:
    """Connected parts; a unit without a school is a part of its own. links: [unit, school]."""
    units, schools = links.shape
    unit, school = np.nonzero(links)
    graph = coo_matrix((np.ones(len(unit)), (unit, units + school)), shape=(units + schools, units + schools))
    _, label = connected_components(graph, directed=False)
    served = links.any(axis=0)
    used, unit_part = np.unique(label[:units], return_inverse=True)
    school_part = np.where(served, np.searchsorted(used, label[units:]), -1)
    return Parts(len(used), unit_part.reshape(-1).astype(np.int64), school_part.astype(np.int64))


def zones_of(parts: list[Parts], index: IntArray, children: NDArray[np.integer], places: FloatArray) -> Zones:
    """Zones of a stage and year.

    parts: of every network of the year.  index: network of a draw, [draw].  children: [draw, unit].
    places: [draw, school].
    """
    usual = int(np.bincount(index, minlength=len(parts)).argmax())
    own = parts[usual]
    demand = _added(children, own.unit, own.count)
    given = np.zeros_like(demand)
    for number, part in enumerate(parts):
        rows = np.flatnonzero(index == number)
        if len(rows):
            given[rows] = _places(part, own, children[rows], places[rows])
    units = tuple(tuple(np.flatnonzero(own.unit == zone).tolist()) for zone in range(own.count))
    schools = tuple(tuple(np.flatnonzero(own.school == zone).tolist()) for zone in range(own.count))
    return Zones(units, schools, demand, given)


def _places(part: Parts, own: Parts, children: NDArray[np.integer], places: FloatArray) -> FloatArray:
    """Places of the usual zones in draws with the network of `part`, [draw, zone]."""
    every = _added(places, part.school, part.count)
    if part is own:
        return every
    crowd = _added(children, part.unit, part.count)
    units = np.bincount(part.unit, minlength=part.count)[part.unit]
    there = crowd[:, part.unit]
    share = np.divide(children, there, out=np.broadcast_to(1.0 / units, children.shape).copy(), where=there > 0.0)
    given: FloatArray = (every[:, part.unit] * share) @ np.equal.outer(own.unit, np.arange(own.count)).astype(float)
    return given


def _added(values: NDArray[np.generic], part: IntArray, count: int) -> FloatArray:
    """Values [draw, row] added by part of the row, in the order of the rows, [draw, part]; -1: in none."""
    out = np.zeros((count, len(values)))
    for row, number in zip(np.ascontiguousarray(values.T), part, strict=True):
        if number >= 0:
            out[number] += row
    return np.ascontiguousarray(out.T)
