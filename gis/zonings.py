"""A zoning as plain arrays: who goes where, how far, and what changes between two of them.

A zoning of a stage is a table of shares w[u, s]: of the children of unit u the share whose school is s (rows sum to 1;
a row of zeros: no zone).  With weights v[u, s] of a zone with several schools, and h[s, g] = 1 where school s hosts
grade g (a teaching point hosts the lowest ones):  w_us = mean over g of  v_us h_sg / sum_s' v_us' h_s'g.
n_u children, c[u, s] the way to school.

    moved children      m_u = n_u (1 - sum_s min(w_us, w'_us))          the least that can change school
    nearest-share       sum n_u w_us [c_us <= (1 + slack) min_s' c_us'] / sum n_u   over units with a zone and a way,
                        s' public schools with all grades of the stage
    way to school       c_u = sum_s w_us c_us
    compactness         4 pi area / perimeter^2          1 for a circle, .785 for a square (Polsby and Popper 1991)

Clause of the nearest-share: primary 100 %, junior 95 % of urban pupils (evaluation of counties for quality balance).
Tests: tests/gis/test_zonings.py (closed forms on squared paper, plain loops).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis.arrays import BoolArray, FloatArray, IntArray
from gis.catchments import reachable_cost

NEAR_SLACK = 0.001
"""How much longer than the nearest a way may be and yet count as the nearest: rounding of distances."""


@dataclass(frozen=True)
class Zoning:
    """A zoning of one stage."""

    stage: str
    units: tuple[str, ...]
    schools: tuple[str, ...]
    share: FloatArray
    """Share of each unit's children by school, [unit, school]."""

    def names(self, row: int) -> tuple[str, ...]:
        """Schools of a unit, sorted as `schools`."""
        return tuple(self.schools[at] for at in np.flatnonzero(self.share[row] > 0))

    def served(self) -> pd.DataFrame:
        """Columns unit, school: one row for each pair, as `gis.zones.dissolve` wants it."""
        unit, school = np.nonzero(self.share > 0)
        rows = {"unit": [self.units[at] for at in unit], "school": [self.schools[at] for at in school]}
        return pd.DataFrame(rows, columns=["unit", "school"])

    def table(self) -> pd.DataFrame:
        """Columns stage, unit, school, for the checks of `gis.checks_zones`."""
        served = self.served()
        served.insert(0, "stage", self.stage)
        return served


def zone_weights(served: pd.DataFrame, units: Sequence[str], schools: Sequence[str]) -> FloatArray:
    """Weights of the schools of each unit, [unit, school]; units and schools that are not listed are left out.

    served: columns unit, school and, where schools of a zone differ, weight.
    """
    row = {name: at for at, name in enumerate(units)}
    column = {name: at for at, name in enumerate(schools)}
    found = np.zeros((len(units), len(schools)))
    weights = served["weight"] if "weight" in served.columns else np.ones(len(served))
    for unit, school, weight in zip(served["unit"], served["school"], weights, strict=True):
        if unit in row and school in column:
            found[row[unit], column[school]] += float(weight)
    return found


def grade_shares(weights: FloatArray, hosts: BoolArray) -> FloatArray:
    """Share of the children of a unit by grade and school: the weights among the schools that host the grade.

    weights: [unit, school].  hosts: [school, grade].  Returns [unit, school, grade]; zeros where nobody hosts it.
    """
    found = weights[:, :, None] * hosts[None, :, :]
    whole = found.sum(axis=1, keepdims=True)
    result: FloatArray = np.divide(found, whole, out=np.zeros_like(found), where=whole > 0)
    return result


def moved_children(before: FloatArray, after: FloatArray, children: FloatArray) -> FloatArray:
    """Children whose school changes, the least that the shares allow. before, after: [unit, school]; all: [unit]."""
    kept = np.minimum(before, after).sum(axis=1)
    some = (before > 0).any(axis=1) | (after > 0).any(axis=1)
    result: FloatArray = np.where(some, children * np.clip(1.0 - kept, 0.0, 1.0), 0.0)
    return np.where(result < 1e-9 * np.maximum(children, 1.0), 0.0, result)


def changed_units(before: FloatArray, after: FloatArray) -> BoolArray:
    """Units whose schools or shares change. before, after: [unit, school].  Returns [unit]."""
    return np.asarray((np.abs(before - after) > 1e-9).any(axis=1), dtype=bool)


def way_to_school(share: FloatArray, cost: FloatArray) -> FloatArray:
    """Mean way of a unit's children, NaN without a zone, inf where a school of its zone cannot be reached.

    share, cost: [unit, school], cost inf or NaN without a way.  Returns [unit].
    """
    reach = reachable_cost(cost)
    total = np.where(share > 0, share * np.where(share > 0, reach, 0.0), 0.0).sum(axis=1)
    result: FloatArray = np.where(share.sum(axis=1) > 0, total, np.nan)
    return result


def nearest_children(
    share: FloatArray, cost: FloatArray, offered: BoolArray | None = None, slack: float = NEAR_SLACK
) -> FloatArray:
    """Share of each unit's children whose school is the nearest (or nearer), NaN without a zone or a way, [unit].

    share, cost: [unit, school].  offered: schools that could be chosen, [school]; None: all.
    slack: how much longer than the nearest a way may be, as a share of it.
    """
    least = reachable_cost(cost, offered).min(axis=1, initial=np.inf)
    near = reachable_cost(cost) <= least[:, None] * (1.0 + slack)
    known = (share.sum(axis=1) > 0) & np.isfinite(least)
    return np.where(known, (share * near).sum(axis=1), np.nan)


def beyond_limit(share: FloatArray, near: FloatArray, children: FloatArray) -> FloatArray:
    """Children farther from their school than the limit, [unit].

    share: [unit, school].  near: share of a unit's children within the limit of a school, [unit, school].
    children: [unit].
    """
    result: FloatArray = children * (share * (1.0 - near)).sum(axis=1)
    return result


def weighted_share(part: FloatArray, children: FloatArray) -> float:
    """Share over all children of a share by unit; NaN entries are left out; NaN if nobody is counted. Both: [unit]."""
    known = np.isfinite(part) & (children > 0)
    total = float(children[known].sum())
    return float((part[known] * children[known]).sum()) / total if total > 0 else float("nan")


def weighted_quantiles(values: FloatArray, weights: FloatArray, at: Iterable[float]) -> list[float]:
    """Least values that at least a share of the weight does not exceed; values that are not finite are left out.

    values, weights: of equal shape.
    """
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return [float("nan") for _ in at]
    order = np.argsort(values[known], kind="stable")
    sorted_values, reached = values[known][order], np.cumsum(weights[known][order])
    found = np.searchsorted(reached, np.array(list(at)) * reached[-1] * (1 - 1e-12))
    return [float(sorted_values[min(place, len(sorted_values) - 1)]) for place in found]


def compactness(area: FloatArray, perimeter: FloatArray) -> FloatArray:
    """4 pi area / perimeter^2, by element; 0 for a shape without area."""
    result: FloatArray = np.divide(
        4.0 * np.pi * area, perimeter**2, out=np.zeros_like(area, dtype=np.float64), where=perimeter > 0
    )
    return result


def split_groups(group: Sequence[str], share: FloatArray) -> dict[str, list[IntArray]]:
    """Groups (neighbourhoods) whose units go to different schools: the rows of each set of schools, the largest first.

    group: group of each unit, "" for none, [unit].  share: [unit, school]; units without a zone are left out.
    """
    names = np.asarray(group, dtype=object)
    zoned = share.sum(axis=1) > 0
    found: dict[str, list[IntArray]] = {}
    for name in sorted(set(names[zoned].tolist()) - {""}):
        rows = np.flatnonzero((names == name) & zoned)
        _, which = np.unique(share[rows] > 0, axis=0, return_inverse=True)
        sets = [rows[which.ravel() == number] for number in range(int(which.max()) + 1)]
        if len(sets) > 1:
            found[str(name)] = sorted(sets, key=lambda one: (-len(one), int(one[0])))
    return found


def stage_children(children: pd.DataFrame, units: Sequence[str], ages: Sequence[int]) -> FloatArray:
    """Children of the ages of a stage by unit, [unit]. children: columns unit, age, children (all groups)."""
    mine = children[children["age"].isin(list(ages))].groupby("unit")["children"].sum()
    result: FloatArray = mine.reindex(list(units)).fillna(0.0).to_numpy(dtype=np.float64)
    return result


def stage_ages(stages: Sequence[tuple[str, int | None, int]]) -> Mapping[str, tuple[int, ...]]:
    """Ages of the children of each stage: from its age of entry, or from where the stage before it ends.

    stages: (id, age of entry or None, number of grades), the lowest first.
    """
    found: dict[str, tuple[int, ...]] = {}
    following: int | None = None
    for name, entry, grades in stages:
        first = entry if entry is not None else following
        if first is not None:
            found[name] = tuple(range(first, first + grades))
            following = first + grades
    return found
