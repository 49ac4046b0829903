"""How unequal a good is shared out among children: Lorenz curve, Gini and Theil, weighted by children.

Symbols: value x_i (seats per child, km, minutes) of place i with w_i children, W = sum w_i, mean m = sum(w_i x_i) / W.

    Gini    G = sum_i sum_j w_i w_j |x_i - x_j| / (2 W^2 m)                                   in [0, 1)
    Theil   T = sum_i (w_i / W) (x_i / m) ln(x_i / m),  0 ln 0 = 0                            in [0, ln W / min w]
    parts   T = T_between + sum_g s_g T_g,  s_g = W_g m_g / (W m),
            T_between = sum_g s_g ln(m_g / m)    (groups g, town and village; shares of the good, not of children)

Every child of a place has the place's value: what differs inside a place is not seen. Sources: C. Gini, Variabilita e
mutabilita (1912); H. Theil, Economics and Information Theory (1967), chapter 4, for the parts.
Pinned by tests/gis/test_inequality.py: closed forms, the sum of the parts, the package `inequality` as another program.
"""

from dataclasses import dataclass

import numpy as np

from gis.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class TheilParts:
    """Theil's T and what it is made of: total = between + sum of `within`."""

    total: float
    between: float
    within: FloatArray
    """s_g T_g of each group, [group]; 0 for a group without children."""


def _sound(value: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values and weights of places with children; refuses what no measure of inequality is defined for."""
    x, w = np.asarray(value, dtype=np.float64), np.asarray(weight, dtype=np.float64)
    if x.shape != w.shape or x.ndim != 1:
        raise ValueError(f"values {x.shape} and weights {w.shape}: one weight for each value is expected")
    if not np.isfinite(w).all() or (w < 0).any():
        raise ValueError("weights must be finite and not negative")
    x, w = x[w > 0], w[w > 0]
    if not np.isfinite(x).all() or (x < 0).any():
        raise ValueError("values must be finite and not negative where there are children")
    return x, w


def lorenz(value: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cumulative share of children and of the good, both [place with children + 1], from (0, 0) to (1, 1).

    value, weight: [place].  Empty of meaning (all NaN but the first) where nobody has anything. Raises ValueError for
    negative or infinite numbers.
    """
    x, w = _sound(value, weight)
    order = np.argsort(x, kind="stable")
    people, good = np.cumsum(w[order]), np.cumsum((w * x)[order])
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = [np.concatenate([[0.0], part / part[-1:]]) for part in (people, good)]
    return shares[0], shares[1]


def gini(value: FloatArray, weight: FloatArray) -> float:
    """Gini coefficient of values [place] weighted by children [place]; NaN without children or without any good.

    Twice the area between the Lorenz curve and the diagonal, by trapezia: exact for the double sum above, in n log n.
    """
    x, w = _sound(value, weight)
    if not len(x) or float((w * x).sum()) == 0.0:
        return float("nan")
    people, good = lorenz(x, w)
    return float(max(0.0, 1.0 - ((people[1:] - people[:-1]) * (good[1:] + good[:-1])).sum()))


def theil(value: FloatArray, weight: FloatArray) -> float:
    """Theil's T of values [place] weighted by children [place]; NaN without children or without any good."""
    x, w = _sound(value, weight)
    total = float((w * x).sum())
    if not len(x) or total == 0.0:
        return float("nan")
    part = x * (w.sum() / total)
    return float((w / w.sum() * _x_ln_x(part)).sum())


def theil_parts(value: FloatArray, weight: FloatArray, group: IntArray, groups: int) -> TheilParts:
    """Theil's T between and within groups.

    value, weight: [place].  group: number of the group of each place, 0 .. groups - 1, [place].
    NaN throughout without children or without any good. Raises ValueError for a group number outside.
    """
    if len(group) and (int(group.min()) < 0 or int(group.max()) >= groups):
        raise ValueError(f"group numbers {int(group.min())} .. {int(group.max())}: expected 0 .. {groups - 1}")
    x, w = _sound(value, weight)
    inside = group[np.asarray(weight) > 0]
    good, people = np.bincount(inside, w * x, groups), np.bincount(inside, w, groups)
    if not len(x) or good.sum() == 0.0:
        return TheilParts(float("nan"), float("nan"), np.full(groups, np.nan))
    share = good / good.sum()
    mean = np.divide(good, people, out=np.zeros(groups), where=people > 0)
    ratio = mean / (good.sum() / people.sum())
    between = float((people / people.sum() * _x_ln_x(ratio)).sum())
    # A group whose children have nothing has no inside to be unequal: its share of the good is 0.
    own = [theil(x[inside == g], w[inside == g]) if good[g] > 0 else 0.0 for g in range(groups)]
    within = share * np.array(own)
    return TheilParts(between + float(within.sum()), between, within)


def _x_ln_x(x: FloatArray) -> FloatArray:
    """Value times its logarithm, x ln x, with its limit 0 at 0, by element."""
    result: FloatArray = x * np.log(np.where(x > 0, x, 1.0))
    return result
