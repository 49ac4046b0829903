"""Nearest school with seats: first as few children as possible without a seat, then the shortest ways.

    first   V = min sum_s v_s        then   min sum_us n_u c_us x_us  with  sum_s v_s <= V
    with    sum_s x_us = 1,  sum_u n_u x_us - v_s <= b_s,  v >= 0,

n children, c travel, b seats, v children beyond the seats of a school.  With x in [0, 1] the children of a unit may be
divided: a transport problem, solved exactly in one go, a child beyond the seats costing M = schools x the longest way
(more than any chain of moves that gives it a seat).  In its solution at most as many units are divided as there are
schools; whole units (x binary) keep all others as they are, and each divided one goes to one of its schools or of the
six nearest, as a small integer problem solved to a gap of 0.1 % or 200 nodes of its tree.  The divided solution bounds
what whole units can reach, so that how far they are from the best is known.  Solver: HiGHS (scipy.optimize.milp).
Zones that come out need not hang together; the checks say where not.
Tests: tests/gis/test_catchments_seats.py (every assignment of small cases tried).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.catchments import main_school, reachable_cost

GAP = 1e-3
"""Relative gap at which the solver of the small integer problem stops."""
CANDIDATES = 6
"""Nearest schools that a unit may go to which would have to be divided, beside those that share it."""
NODES = 200
"""Nodes of its search tree at which it stops at the latest."""
_LEAST = 1e-6
"""Children counted of a unit without any, so that it still gets the school that is nearest to it."""
_WHOLE = 1e-6
"""How far from 0 or 1 a share may be and yet be whole: tolerance of the solver."""


@dataclass(frozen=True)
class Seated:
    """Units assigned to schools with seats."""

    share: FloatArray
    """Share of each unit's children by school, [unit, school]; whole units: 0 or 1; a row of zeros: none in reach."""
    over: FloatArray
    """Children beyond the seats of a school, [school]."""
    least_over: float
    """Children beyond all seats that no assignment can avoid."""
    travel: float
    """Children x travel."""
    least_travel: float
    """The same if children of a unit could be divided and just the children of `least_over` lacked a seat."""

    @property
    def school(self) -> IntArray:
        """School of each unit, -1 where none can be reached, [unit]."""
        return main_school(self.share)


def nearest_with_seats(cost: FloatArray, children: FloatArray, seats: FloatArray, whole: bool = True) -> Seated:
    """Assign units to schools so that fewest children lack a seat, and of these ways the shortest.

    cost: [unit, school], inf or NaN = no way.  children: [unit].  seats: [school]; NaN or 0: the school is not offered.
    whole: units stay whole; else their children may be divided.
    Raises RuntimeError if the solver finds nothing (it always can: children may go beyond the seats).
    """
    seats = np.nan_to_num(seats)
    reach = reachable_cost(cost, seats > 0)
    share = _assigned(reach, children, seats, False)
    least_over, least_travel = float(_over(share, children, seats).sum()), _travel(share, reach, children)
    split = ((share > _WHOLE) & (share < 1.0 - _WHOLE)).any(axis=1)
    if whole and split.any():
        left = seats - children[~split] @ share[~split]
        rank = reach[split].argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        among = np.where((share[split] > _WHOLE) | (rank < CANDIDATES), reach[split], np.inf)
        share[split] = _assigned(among, children[split], left, True)
    if whole:
        share = np.round(share)
    over = _over(share, children, seats)
    return Seated(share, over, least_over, _travel(share, reach, children), least_travel)


def _over(share: FloatArray, children: FloatArray, seats: FloatArray) -> FloatArray:
    return np.maximum(children @ share - seats, 0.0)


def _travel(share: FloatArray, reach: FloatArray, children: FloatArray) -> float:
    return float((children[:, None] * share * np.where(np.isfinite(reach), reach, 0.0)).sum())


def _assigned(reach: FloatArray, children: FloatArray, seats: FloatArray, whole: bool) -> FloatArray:
    """Shares [unit, school]: the fewest children beyond the seats, then the shortest ways."""
    unit, school = np.nonzero(np.isfinite(reach))
    share = np.zeros(reach.shape)
    if not len(unit):
        return share
    rules = _rules(unit, school, children, seats)
    travel = np.maximum(children[unit], _LEAST) * reach[unit, school]
    none, one = np.zeros(len(seats)), np.ones(len(seats))
    if whole:  # a unit moves as a whole, for the sake of one child: no price of a child is high enough
        fewest = _solve(np.concatenate([0.0 * travel, one]), rules, len(unit), True)
        short = float(fewest[len(unit) :].sum())
        rules.append(LinearConstraint(np.concatenate([0.0 * travel, one]), -np.inf, short + _WHOLE * max(short, 1.0)))
        found = _solve(np.concatenate([travel, none]), rules, len(unit), True)
    else:
        price = len(seats) * max(float(reach[unit, school].max()), _LEAST)
        found = _solve(np.concatenate([travel, price * one]), rules, len(unit), False)
    share[unit, school] = np.clip(found[: len(unit)], 0.0, 1.0)
    return share


def _solve(objective: FloatArray, rules: list[LinearConstraint], pairs: int, whole: bool) -> FloatArray:
    integer: BoolArray = np.arange(len(objective)) < (pairs if whole else 0)
    bounds = Bounds(0.0, np.where(np.arange(len(objective)) < pairs, 1.0, np.inf))
    kind = integer.astype(np.int64)
    # A count of nodes, not seconds: every machine gives the same.
    limits = {"mip_rel_gap": GAP, "node_limit": NODES}
    result = milp(objective, integrality=kind, bounds=bounds, constraints=rules, options=limits)  # type: ignore[arg-type]
    if result.x is None:
        raise RuntimeError(f"nearest_with_seats: {result.message}")
    return np.asarray(result.x, dtype=np.float64)


def _rules(unit: IntArray, school: IntArray, children: FloatArray, seats: FloatArray) -> list[LinearConstraint]:
    """Each unit is assigned once; a school has its seats and what goes beyond them."""
    pairs, schools = len(unit), len(seats)
    column, row = np.arange(pairs), np.unique(unit, return_inverse=True)[1]
    once = coo_array((np.ones(pairs), (row, column)), shape=(int(row.max()) + 1, pairs + schools)).tocsr()
    values = np.concatenate([children[unit], -np.ones(schools)])
    spare = np.arange(schools)
    where = (np.concatenate([school, spare]), np.concatenate([column, pairs + spare]))
    load = coo_array((values, where), shape=(schools, pairs + schools)).tocsr()
    return [LinearConstraint(once, 1.0, 1.0), LinearConstraint(load, -np.inf, seats)]
