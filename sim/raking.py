"""Raking: an array is scaled until it adds to official totals.

x[i, j, ...] = seed[i, j, ...] a[i] b[j] ..., iterative proportional fitting (Deming and Stephan 1940). The result is
the array nearest to the seed (in the Kullback-Leibler sense) that keeps every total; zeros of the seed stay zero.
Whole numbers: sim/rounding.py. Page: docs/science/people.md. Test: tests/sim/test_raking.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrays import FloatArray

MOST_ROUNDS = 1000
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Fault:
    """Why totals cannot be met; the front door turns it into a message."""

    code: str  # of the message, CEN050 to CEN053
    margin: str
    found: str
    params: Mapping[str, object]


class RakingError(ValueError):
    """Totals that cannot be met, with every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{one.code} {one.margin}: {dict(one.params)}" for one in faults))


@dataclass(frozen=True)
class Margin:
    """Official totals over the axes that are not named: axes (0,) of a [unit, age] array = totals [unit]."""

    name: str  # as messages name it
    axes: tuple[int, ...]  # axes that the totals keep, rising
    totals: FloatArray  # shape of those axes; NaN: no total is known there


@dataclass(frozen=True)
class Raked:
    """The fitted array and how it got there."""

    values: FloatArray  # shape of the seed
    rounds: int
    residual: float  # largest |sum - total| / total (or the sum itself where the total is 0)


def sweep(values: FloatArray, margins: Sequence[Margin]) -> list[float]:
    """Scale an array of any shape in place to each margin in turn; the largest |factor - 1| of each margin."""
    largest = []
    for margin in margins:
        factors = _factors(margin.totals, sums(values, margin))
        values *= spread_out(factors, margin, values.ndim)
        known = margin.totals > 0.0
        largest.append(float(np.abs(factors[known] - 1.0).max(initial=0.0)))
    return largest


def rake(seed: FloatArray, margins: Sequence[Margin], rounds: int = MOST_ROUNDS) -> Raked:
    """Fit an array of any shape to its margins.

    seed: finite, >= 0.  Raises RakingError: CEN050 where totals of two margins contradict each other, CEN051 where a
    total has no cell that could hold it (structural zeros), CEN052 where the fit does not settle.
    """
    _check(seed, margins)
    values = np.array(seed, dtype=np.float64)
    for done in range(1, rounds + 1):
        sweep(values, margins)
        residual = max((_residual(values, margin) for margin in margins), default=0.0)
        if residual <= TOLERANCE:
            return Raked(values, done, residual)
    worst = max(margins, key=lambda margin: _residual(values, margin))
    at, have, want = _worst_place(values, worst)
    params = {"margin": worst.name, "at": at, "want": f"{want:.6g}", "rounds": rounds}
    raise RakingError([Fault("CEN052", worst.name, f"{have:.6g}", params)])


def sums(values: FloatArray, margin: Margin) -> FloatArray:
    """Sums of an array of any shape over the axes that a margin does not keep."""
    away = tuple(axis for axis in range(values.ndim) if axis not in margin.axes)
    out: FloatArray = values.sum(axis=away)
    return out


def spread_out(values: NDArray[Any], margin: Margin, dimensions: int) -> NDArray[Any]:
    """An array of a margin's shape with axes of length 1 where it was summed, so that it broadcasts."""
    away = tuple(axis for axis in range(dimensions) if axis not in margin.axes)
    return np.expand_dims(values, away)


def _factors(totals: FloatArray, have: FloatArray) -> FloatArray:
    factors = np.divide(totals, have, out=np.zeros_like(have), where=have > 0.0)
    return np.where(np.isnan(totals), 1.0, factors)


def _residual(values: FloatArray, margin: Margin) -> float:
    off = np.abs(sums(values, margin) - margin.totals) / np.where(margin.totals > 0.0, margin.totals, 1.0)
    return float(np.nan_to_num(off, nan=0.0).max(initial=0.0))


def _worst_place(values: FloatArray, margin: Margin) -> tuple[str, float, float]:
    have = sums(values, margin)
    off = np.nan_to_num(np.abs(have - margin.totals), nan=-1.0)
    at = np.unravel_index(int(off.argmax()), off.shape)
    return _index(at), float(have[at]), float(margin.totals[at])


def _index(at: Any) -> str:
    return ", ".join(str(int(i) + 1) for i in at)


def _check(seed: FloatArray, margins: Sequence[Margin]) -> None:
    """Shapes (ValueError, our own mistake), structural zeros and contradicting totals (RakingError)."""
    if not np.isfinite(seed).all() or (seed < 0.0).any():
        raise ValueError("the seed of a raking is finite and not negative")
    for margin in margins:
        if margin.totals.shape != tuple(seed.shape[axis] for axis in margin.axes):
            raise ValueError(f"{margin.name}: totals {margin.totals.shape} do not fit axes {margin.axes}")
    faults = [fault for margin in margins for fault in _empty_totals(seed, margin)]
    for first, second in combinations(margins, 2):
        faults += _contradiction(first, second)
    if faults:
        raise RakingError(faults)


def _empty_totals(seed: FloatArray, margin: Margin) -> list[Fault]:
    empty = np.argwhere((margin.totals > 0.0) & (sums(seed, margin) <= 0.0))
    return [
        Fault(
            "CEN051",
            margin.name,
            f"{float(margin.totals[tuple(at)]):.10g}",
            {"margin": margin.name, "at": _index(at)},
        )
        for at in empty
    ]


def _contradiction(first: Margin, second: Margin) -> list[Fault]:
    """Two margins must agree on every axis they share (on the grand total where they share none)."""
    shared = tuple(axis for axis in first.axes if axis in second.axes)
    totals = []
    for margin in (first, second):
        away = tuple(i for i, axis in enumerate(margin.axes) if axis not in shared)
        totals.append(margin.totals.sum(axis=away))  # NaN where a total is not known: nothing to compare
    ours, theirs = np.atleast_1d(totals[0]), np.atleast_1d(totals[1])
    off = np.argwhere(np.abs(ours - theirs) > 1e-9 * np.maximum(np.abs(ours), 1.0))
    faults = []
    for at in off:
        a, b = (f"{float(side[tuple(at)]):.10g}" for side in (ours, theirs))
        faults.append(
            Fault(
                "CEN050", first.name, a, {"first": first.name, "second": second.name, "at": _index(at), "a": a, "b": b}
            )
        )
    return faults
