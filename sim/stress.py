"""Reverse stress: the smallest change of a driver, or of two together, with which a plan fails.

Symbols: x_d amount of driver d, n_d neutral, z_d = (x_d - n_d) / (end of the range - n_d) its share of the way; a ray
is a direction v with |v| = 1 (a driver up or down, or two at once), r >= 0 the way along it: z_d = r v_d.  H(r) share
of draws without a breach, all points in the same draws; the plan fails where H(r) < p (p = 1/2 as in `sim/judge.py`).

    scan      H at r = 1/4, 1/2, 3/4, 1 (whole amounts: at every one)
    monotone  no step H[k+1] - H[k] > 2 se, or none < -2 se,   se = sd(good[k+1] - good[k]) / sqrt(draws)
    finer     where it is not, H is scanned at every 1/16, too
    bisect    the first cell of the scan that goes from holding to failing, until it is narrower than the tolerance

r is reported at its failing end, so that what is said is true in the draws that were made; r = sqrt(sum z_d^2), so one
driver and two can be compared.  Source: bisection of a bracketed
root; elementary.  Page: docs/science/stress.md.  Tests: tests/sim/test_stress.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import cos, radians, sin

import numpy as np

from sim.stress_drivers import Driver
from sim.stress_outcomes import Amounts, Ask, Outcome

CELLS, FINER = 4, 16
TOLERANCE = 1.0 / 128.0
NOISE = 2.0
"""Standard errors of a paired difference that pass as chance."""
ANGLES = (22.5, 45.0, 67.5)


@dataclass(frozen=True)
class Ray:
    """A direction in which drivers are turned."""

    parts: Mapping[str, float]  # driver -> v, |v| = 1 over all of them
    steps: int = 0  # whole amounts up to the end of the range; 0: any amount


@dataclass(frozen=True)
class Found:
    """How far one can go along a ray."""

    ray: Ray
    reach: float  # r of the nearest point found to fail; NaN where none fails up to the end of the range
    amounts: Mapping[str, float]  # at `reach`, or at the end of the range
    outcome: Outcome  # there
    monotone: bool
    scanned: tuple[tuple[float, float], ...]  # (r, H) of every point that was tried, by r

    @property
    def fails(self) -> bool:
        """Whether the plan fails anywhere along the ray."""
        return not np.isnan(self.reach)


def single_rays(drivers: Sequence[Driver]) -> list[Ray]:
    """Every driver up and down, where its range goes there."""
    rays = []
    for driver in drivers:
        for sign, end in ((1.0, driver.high), (-1.0, driver.low)):
            if end != driver.neutral:
                rays.append(Ray({driver.id: sign}, round(abs(end - driver.neutral)) if driver.whole else 0))
    return rays


def pair_rays(found: Sequence[Found], drivers: Sequence[Driver], most: int = 3) -> list[Ray]:
    """Pairs of the `most` single drivers that take least to fail, at three angles between them."""
    whole = {driver.id for driver in drivers if driver.whole}
    near: dict[str, float] = {}
    for one in by_reach(found):
        (name, sign), *rest = one.ray.parts.items()
        if one.fails and not rest and name not in whole:
            near.setdefault(name, sign)
    chosen = list(near.items())[:most]
    return [
        Ray({a: sign_a * cos(radians(angle)), b: sign_b * sin(radians(angle))})
        for (a, sign_a), (b, sign_b) in combinations(chosen, 2)
        for angle in ANGLES
    ]


def by_reach(found: Sequence[Found]) -> list[Found]:
    """Those that take least first; those that never fail last, in the order given."""
    return sorted(found, key=lambda one: (not one.fails, one.reach if one.fails else 0.0))


def search(
    ask: Ask,
    drivers: Sequence[Driver],
    rays: Sequence[Ray],
    base: Outcome,
    below: float,
    tolerance: float = TOLERANCE,
) -> list[Found]:
    """How far one can go along each ray before H falls below a probability; all rays advance together.

    base: outcome of the neutral point, which must hold.  tolerance: width of the last bracket, in r.  Raises ValueError
    where the plan fails already.
    """
    if base.probability < below:
        raise ValueError("the plan fails before anything is changed")
    walks = [_Walk(ray, {0.0: base}, below, tolerance) for ray in rays]
    known = {driver.id: driver for driver in drivers}
    while todo := [(walk, r) for walk in walks for r in walk.wanted()]:
        points = [amounts_at(walk.ray, r, known) for walk, r in todo]
        for (walk, r), outcome in zip(todo, ask(points), strict=True):
            walk.seen[r] = outcome
    return [walk.found(known) for walk in walks]


def amounts_at(ray: Ray, r: float, drivers: Mapping[str, Driver]) -> Amounts:
    """Amounts of the drivers at a point of a ray."""
    return {name: drivers[name].amount(r * part) for name, part in ray.parts.items()}


@dataclass
class _Walk:
    """The points of one ray that were tried so far."""

    ray: Ray
    seen: dict[float, Outcome]
    below: float
    tolerance: float

    def wanted(self) -> list[float]:
        """Points to try next; none when the walk is done."""
        cells = self.ray.steps or CELLS
        if missing := self._missing(cells):
            return missing
        if not self.ray.steps:
            if not self.monotone() and (missing := self._missing(FINER)):
                return missing
            if bracket := self._bracket():
                low, high = bracket
                return [(low + high) / 2.0] if high - low > self.tolerance else []
        return []

    def _missing(self, cells: int) -> list[float]:
        return [k / cells for k in range(1, cells + 1) if k / cells not in self.seen]

    def _bracket(self) -> tuple[float, float] | None:
        order = sorted(self.seen)
        for low, high in pairwise(order):
            if self.seen[high].probability < self.below:
                return low, high
        return None

    def monotone(self) -> bool:
        """Whether H never rises, or never falls, along the points of the scan by more than chance."""
        cells = self.ray.steps or CELLS
        good = np.array([self.seen[k / cells].good for k in range(cells + 1)], dtype=float)
        steps = np.diff(good, axis=0)
        error = steps.std(axis=1) / np.sqrt(steps.shape[1])
        change, chance = steps.mean(axis=1), NOISE * error + 1e-12
        return bool((change <= chance).all() or (change >= -chance).all())

    def found(self, drivers: Mapping[str, Driver]) -> Found:
        bracket = self._bracket()
        at = 1.0 if bracket is None else bracket[1]
        reach = float("nan") if bracket is None else at
        scanned = tuple((r, self.seen[r].probability) for r in sorted(self.seen))
        return Found(self.ray, reach, amounts_at(self.ray, at, drivers), self.seen[at], self.monotone(), scanned)
