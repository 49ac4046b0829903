"""From five-year age bands to single ages, two ways: Sprague multipliers, and shares of births.

Sprague (1880): the number at a single age is a weighted sum of five neighbouring five-year groups; the weights are the
osculatory fifth-difference interpolation of the cumulated population, exact where the density is a polynomial of degree
three. Source: Shryock and Siegel, The Methods and Materials of Demography (1976), appendix C; test: the weights are
recomputed from the polynomials in tests/sim/test_ages.py.
Births-guided: inside a band, ages share as the births of their birth years do (times survival to the age).
Neither creates or loses a child: every band keeps its total, also after rounding. Page: docs/science/people.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray

WIDTH = 5
LEAST_SD = 0.02
"""Least log sd of an age that a band was divided into: ages are misreported even if both splits agree. Assumption."""
MOST_SD = 0.30
"""Greatest one: a band's total is counted, and births of neighbouring years seldom differ by more. Where the two splits
lie farther apart, Sprague was led astray (students of a college at 15-19 bend the ages below). Assumption."""
ONE_SPLIT_SD = 0.05
"""Log sd where only one split is possible, as `spread.children_estimated_sd` of a study. Assumption."""

# Weights of the groups [age in group, group], for the two panels at the lower end and the middle one.
_FIRST = (
    (0.3616, -0.2768, 0.1488, -0.0336, 0.0),
    (0.2640, -0.0960, 0.0400, -0.0080, 0.0),
    (0.1840, 0.0400, -0.0320, 0.0080, 0.0),
    (0.1200, 0.1360, -0.0720, 0.0160, 0.0),
    (0.0704, 0.1968, -0.0848, 0.0176, 0.0),
)
_SECOND = (
    (0.0336, 0.2272, -0.0752, 0.0144, 0.0),
    (0.0080, 0.2320, -0.0480, 0.0080, 0.0),
    (-0.0080, 0.2160, -0.0080, 0.0000, 0.0),
    (-0.0160, 0.1840, 0.0400, -0.0080, 0.0),
    (-0.0176, 0.1408, 0.0912, -0.0144, 0.0),
)
_MIDDLE = (
    (-0.0128, 0.0848, 0.1504, -0.0240, 0.0016),
    (-0.0016, 0.0144, 0.2224, -0.0416, 0.0064),
    (0.0064, -0.0336, 0.2544, -0.0336, 0.0064),
    (0.0064, -0.0416, 0.2224, 0.0144, -0.0016),
    (0.0016, -0.0240, 0.1504, 0.0848, -0.0128),
)


@dataclass(frozen=True)
class Bands:
    """Counts by age band: band b holds the ages edges[b] .. edges[b + 1] - 1, without gaps."""

    edges: tuple[int, ...]  # lower age of each band, and the end of the last
    counts: FloatArray  # [unit, band] >= 0

    def __post_init__(self) -> None:
        """Raises ValueError where counts do not fit the edges."""
        if self.edges[0] != 0 or any(low >= high for low, high in pairwise(self.edges)):
            raise ValueError(f"bands start at 0 and rise: {self.edges}")
        if self.counts.ndim != 2 or self.counts.shape[1] != len(self.edges) - 1:
            raise ValueError(f"counts {self.counts.shape} do not fit {len(self.edges) - 1} bands")
        if not np.isfinite(self.counts).all() or (self.counts < 0).any():
            raise ValueError("counts are finite and not negative")

    def up_to(self, age: int) -> "Bands":
        """The bands below an age that is one of the edges."""
        last = self.edges.index(age)
        return Bands(self.edges[: last + 1], self.counts[:, :last])


@dataclass(frozen=True)
class Split:
    """Single ages [unit, age] that add to the bands exactly (to rounding of doubles)."""

    ages: FloatArray
    shifted: tuple[tuple[int, int, float], ...]  # (unit, band, people moved) where a negative result was moved inside
    known: BoolArray  # [band] whether the method says anything about this band


def sprague_weights(groups: int) -> FloatArray:
    """Multipliers [age, group] of `groups` five-year groups (at least 5); the upper end mirrors the lower one."""
    if groups < WIDTH:
        raise ValueError(f"Sprague needs at least five five-year groups, not {groups}")
    out = np.zeros((groups * WIDTH, groups))
    for group in range(groups):
        first = min(max(group - 2, 0), groups - WIDTH)
        rows = slice(group * WIDTH, (group + 1) * WIDTH)
        place = group - first
        panel = np.array({0: _FIRST, 1: _SECOND, 2: _MIDDLE, 3: _SECOND, 4: _FIRST}[place])
        out[rows, first : first + WIDTH] = panel if place <= 2 else panel[::-1, ::-1]
    return out


def split_sprague(bands: Bands, ages: int) -> Split:
    """Single ages 0 .. ages - 1 by Sprague multipliers.

    bands: [unit, band], made of whole five-year groups up to at least 25 years (0 and 1-4 may stand apart: they are
    honoured).  ages: a multiple of five.  A negative result becomes 0 and what is missing is taken from the other ages
    of its band in proportion; `shifted` names unit, band and number.
    """
    groups = five_year_groups(bands)
    values = groups @ sprague_weights(groups.shape[1]).T
    return _fit_to_bands(values[:, :ages], bands.up_to(ages))


def five_year_groups(bands: Bands) -> FloatArray:
    """Bands added up to five-year groups [unit, group]; raises ValueError where no edge stands at a multiple of five.

    A band wider than five years (an open one at the end) ends the series; it is not part of it.
    """
    last = next((i for i, (low, high) in enumerate(pairwise(bands.edges)) if high - low > WIDTH), len(bands.edges) - 1)
    tops = range(WIDTH, bands.edges[last] + WIDTH, WIDTH)
    missing = [age for age in tops if age not in bands.edges]
    if missing:
        raise ValueError(f"no band ends at age {missing[0]}")
    cut = [bands.edges.index(age) for age in (0, *tops)]
    return np.add.reduceat(bands.counts[:, : cut[-1]], cut[:-1], axis=1)


def births_by_age(births: dict[int, float], census_year: int, ages: int, share: float = 10 / 12) -> FloatArray:
    """Births of those who are `a` years old on the census day [age]; NaN where a year of births is missing.

    births: by calendar year.  share: part of the calendar year before the census day (1 November: 10/12), so age a was
    born in year Y - a with this share and in Y - a - 1 with the rest.
    """
    of_year = [births.get(census_year - age, float("nan")) for age in range(ages + 1)]
    years = np.array(of_year, dtype=np.float64)
    mix: FloatArray = share * years[:-1] + (1.0 - share) * years[1:]
    return mix


def split_by_births(bands: Bands, born: FloatArray, survival: float) -> Split:
    """Single ages in proportion to births x survival ** age inside each band.

    bands: [unit, band].  born: [age] of `births_by_age`, as many ages as the bands have.  survival: yearly, 0-1.
    A band of one age needs no births; another band with an age without births is not known (NaN).
    """
    values = np.broadcast_to(born * survival ** np.arange(len(born)), (len(bands.counts), len(born)))
    return _fit_to_bands(values, bands)


def _fit_to_bands(values: FloatArray, bands: Bands) -> Split:
    """Values [unit, age] scaled inside each band to its count; negatives moved inside the band and named."""
    out = np.zeros_like(values, dtype=np.float64)
    shifted: list[tuple[int, int, float]] = []
    known = np.ones(len(bands.edges) - 1, dtype=bool)
    for band, (low, high) in enumerate(pairwise(bands.edges)):
        total = bands.counts[:, band]
        if high - low == 1:
            out[:, low] = total
            continue
        part = values[:, low:high]
        known[band] = bool(np.isfinite(part).all())
        if not known[band]:
            out[:, low:high] = np.nan
            continue
        positive = np.maximum(part, 0.0)
        below = np.flatnonzero((part < 0.0).any(axis=1) & (total > 0.0)).tolist()
        shifted += [(unit, band, float(-np.minimum(part[unit], 0.0).sum())) for unit in below]
        whole = positive.sum(axis=1)
        even = np.full_like(part, 1.0 / (high - low))
        shares = np.divide(positive, whole[:, None], out=even, where=whole[:, None] > 0.0)
        out[:, low:high] = shares * total[:, None]
    return Split(out, tuple(shifted), known)


def whole_ages(split: FloatArray, bands: Bands) -> IntArray:
    """Whole people [unit, age] by largest remainder inside each band; every band keeps its whole total.

    split: [unit, age].  Ties go to the lower age, so the result does not depend on the machine.
    Raises ValueError where a band's count is no whole number or a split is not known.
    """
    if not np.isfinite(split).all() or (bands.counts != np.rint(bands.counts)).any():
        raise ValueError("whole ages need a known split of whole bands")
    out = np.zeros(split.shape, dtype=np.int64)
    for band, (low, high) in enumerate(pairwise(bands.edges)):
        out[:, low:high] = largest_remainder(split[:, low:high], bands.counts[:, band].astype(np.int64))
    return out


def largest_remainder(values: FloatArray, totals: IntArray) -> IntArray:
    """Whole numbers [row, part] near values that add to totals [row]; a part is off by less than one.

    values: [row, part] >= 0 that add to about the totals.  Ties go to the earlier part.
    """
    # Digits far below one person are noise of the arithmetic: without them equal parts stay equal.
    exact = np.round(values, 9)
    down = np.floor(exact).astype(np.int64)
    missing = totals - down.sum(axis=1)
    order = np.argsort(-(exact - down), axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    out: IntArray = down + (rank < missing[:, None])
    return out


def difference_sd(first: FloatArray, second: FloatArray, edges: Sequence[int]) -> FloatArray:
    """Log sd of each age [unit, age] from two splits of the same bands.

    d[a] = ln(first[a] / second[a]); two independent estimates of equal quality differ with variance 2 sd**2, so
    sd = sqrt(mean of d**2 over the ages of the band / 2), at least LEAST_SD and at most MOST_SD; 0 for a band of one
    age (it was counted).  first, second: [unit, age].  Where one of them is not known (NaN): ONE_SPLIT_SD.  A number
    below one person counts as one.
    """
    out = np.zeros(first.shape)
    gap = np.log(np.maximum(first, 1.0)) - np.log(np.maximum(second, 1.0))
    for low, high in pairwise(edges):
        if high - low > 1:
            sd = np.sqrt(np.mean(gap[:, low:high] ** 2, axis=1) / 2.0)
            sd = np.where(np.isnan(sd), ONE_SPLIT_SD, np.clip(sd, LEAST_SD, MOST_SD))
            out[:, low:high] = sd[:, None]
    return out
