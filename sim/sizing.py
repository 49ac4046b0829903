"""Inverse sizing: the smallest addition with which a clause holds in a year, or in a whole window, with probability p.

Symbols: D[d, t, s] what the clause asks a school to have (m2, rooms), R[d, t, s] what it has, T the years looked at.

    gap          G[d, s] = max over t in T of (D - R)                  what is missing in draw d; negative: to spare
    least        g(p, s) = the smallest x with share of draws (G[., s] <= x) >= p      an order statistic
    addition     A(p, s) = the least whole number of units that is >= max(g(p, s), 0)
    county       A(r, .) with one rank r for all schools: the smallest r at which all schools hold together in a share p
                 of the draws; the county lacks sum_s A(r, s)

Nothing is interpolated: with A the clause holds in at least a share p of the draws, with one unit less it does not,
which the tests show.  A school whose stock is unknown has no gap (nan).  Source: DESIGN, section 7; an inverse
problem of order statistics.  Page: docs/science/sizing.md.  Tests: tests/sim/test_sizing.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray

LEVELS = (0.5, 0.8, 0.9, 0.95)
"""Probabilities for which additions are told."""
_EPS = 1e-6


@dataclass(frozen=True)
class Need:
    """What one clause asks of schools, and what they have."""

    rule: str
    stage: str
    kind: str  # what is counted: the stock, `rooms`, `pupils`
    unit: str
    needed: FloatArray  # [draw, year, school] nan: the clause is not for the school that year
    there: FloatArray  # [draw, year, school] nan: not known
    verified: bool = True
    m2: FloatArray | None = None  # [school] gross floor area of one unit where it is a room; None: it is not built
    price: str = ""  # which unit cost holds: building, sports, land; empty: none
    county: bool = False  # of the county as a whole: the last axis is 1, there are no schools


@dataclass(frozen=True)
class Gap:
    """A need over some years."""

    needed: FloatArray  # [draw, school] in the year that asks for most; nan: never for the school
    there: FloatArray  # [draw, school] least of the years; nan: not known
    missing: FloatArray  # [draw, school] largest D - R of a year; nan: not known


def gap_of(need: Need, years: slice) -> Gap:
    """The gap over some years, draws by schools; years in which the clause is not for a school ask for nothing."""
    needed, there = need.needed[:, years], need.there[:, years]
    asked = ~np.isnan(needed)
    ever = asked.any(axis=1)
    short = np.where(asked, needed - there, -np.inf)  # an unknown stock stays nan and wins
    missing = np.where(ever, short.max(axis=1), np.nan)
    most = np.where(asked, needed, -np.inf).max(axis=1)
    return Gap(np.where(ever, most, np.nan), there.min(axis=1), missing)


def rank_of(share: float, draws: int) -> int:
    """Number of draws that make up at least a share of all."""
    return min(max(int(np.ceil(share * draws - 1e-9)), 1), draws)


def least(values: FloatArray, share: float) -> FloatArray:
    """The smallest x with at least a share of the draws at or below it, [column] from [draw, column].

    nan where a draw is not known; draws in which the clause is not for the school count as holding (-inf).
    """
    ordered = np.sort(values, axis=0)  # nan last
    found: FloatArray = ordered[rank_of(share, len(values)) - 1]
    return np.where(np.isnan(ordered[-1]), np.nan, found)


def units_up(values: FloatArray) -> FloatArray:
    """The least whole number of units that covers a gap, none for a negative one; element by element."""
    out: FloatArray = np.maximum(np.ceil(values - _EPS), 0.0)
    return out + 0.0


def addition(gap: Gap, share: float) -> FloatArray:
    """Whole units to add to every school by itself so that the clause holds in a share of the draws, [school]."""
    return units_up(least(held_where_absent(gap), share))


def held_where_absent(gap: Gap) -> FloatArray:
    """Gaps [draw, school] in which draws without the clause count as holding; nan where it never is for the school."""
    never = np.isnan(gap.needed).all(axis=0)
    absent = np.isnan(gap.needed) & ~never
    return np.where(absent, -np.inf, gap.missing)


def together(gap: Gap, share: float) -> FloatArray:
    """Whole units to add to every school so that all hold at once in a share of the draws, [school].

    One rank for all schools, the smallest that does; schools of unknown stock or without the clause: nan.
    """
    missing = held_where_absent(gap)
    known = ~np.isnan(missing).any(axis=0)
    out = np.full(missing.shape[1], np.nan)
    if not known.any():
        return out
    draws = len(missing)
    ordered = np.sort(missing[:, known], axis=0)
    wanted, low, high = rank_of(share, draws), rank_of(share, draws), draws
    while low < high:  # the number of draws in which all hold never falls with the rank
        middle = (low + high) // 2
        if _held(missing[:, known], units_up(ordered[middle - 1])) >= wanted:
            high = middle
        else:
            low = middle + 1
    out[known] = units_up(ordered[low - 1])
    return out


def _held(missing: FloatArray, added: FloatArray) -> int:
    """Draws in which no school lacks anything."""
    return int((missing <= added + _EPS).all(axis=1).sum())


def holds(gap: Gap, added: FloatArray) -> FloatArray:
    """Share of draws in which a school lacks nothing with an addition [school], [school]; nan: not known."""
    missing = held_where_absent(gap)
    share = (missing <= added + _EPS).mean(axis=0)
    return np.where(np.isnan(missing).any(axis=0), np.nan, share)
