"""Special rooms that meet the clause which holds in a draw and year: small rural schools have a smaller bound.

Page: docs/science/rooms.md.  Tests: tests/sim/test_room_stock.py.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sim.reduced import Reduced


def sharing_grades(one: "Reduced") -> IntArray:
    """Grades of the stages that share what a school owns, [chosen]."""
    grades = one.model.grades
    return np.flatnonzero(np.isin(grades.stage_of, [grades.stages.index(name) for name in one.sharing]))


def small_classes(one: "Reduced", at: IntArray, below: FloatArray) -> BoolArray:
    """Whether the largest class of some schools has pupils and fewer than `below` [chosen], [draw, year, chosen]."""
    largest = one.largest[:, :, at]
    return np.asarray((largest > 0) & (largest < below))


def with_small(one: "Reduced", kind: str, found: FloatArray) -> FloatArray:
    """The stock of a kind [draw, year, school], with rooms that count only where classes are small."""
    stocks, below = one.details.stocks, one.details.rooms.small_below.get(kind.removesuffix("_rooms"))
    if below is None:
        return found
    base, other = stocks.base[kind], stocks.base[kind + "_small"]
    # nan differs from a number here: a room of unknown area may be none too small for the smaller bound.
    at = np.flatnonzero((below > 0.0) & ~((base == other) | (np.isnan(base) & np.isnan(other))))
    if len(at) == 0:
        return found
    wider = stocks.at(kind + "_small", one.case.network.plan, one.case.opening_year, one.model.years)[:, :, at]
    found[:, :, at] = np.where(small_classes(one, at, below[at]), wider, found[:, :, at])
    return found
