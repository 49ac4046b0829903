"""Who crosses the county line beyond what the ratios hold, by kind of home and age.

Symbols: e net arrivals by group, g children whose parents leave the villages for work, b share of them who stay behind,
r children who come back, l migrant children who leave again, all per child and year; c[a] share of a band's children
among all who may move, s share of the arrivals that the band has; f[a] = s / c factor of an age (1 without a profile).

    towns       e_local f
    villages    e_local f + r f_r - g (1 - b) f_g          local group
    migrants    e_migrant f_m - l

Each term is the future's number less what the ratios hold already (`sim/futures.py`), so that equal futures add exactly
nothing; positive terms come (Poisson), negative ones leave (binomial), and they are not set off against each other:
a year in which as many return as leave moves both.  g b, those left behind, stays and is reported
(`sim/expected_flows.py`).  Tests: tests/sim/test_across.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.age_bands import ages_of_band
from scenarios.schema_study import StudyFile
from sim.arrays import FloatArray, IntArray
from sim.model import Model
from sim.od import Ways, movable

TOWN, VILLAGE, MIGRANT = range(3)
NEAR_ZERO = 1e-12  # a rate below it is a rounding error of two equal paths


@dataclass(frozen=True)
class Across:
    """Extra yearly rates per child, by kind of home; both >= 0."""

    coming: FloatArray  # [year - base, kind, age index]
    leaving: FloatArray  # [year - base, kind, age index]

    def acts(self, i: int) -> bool:
        """Whether anybody crosses the line in year index i."""
        return bool(self.coming[i].any() or self.leaving[i].any())


def across(terms: Sequence[tuple[tuple[int, ...], FloatArray]]) -> Across:
    """Rates from terms (kinds of home, signed rate by year and age [year - base, age index])."""
    years, ages = terms[0][1].shape
    coming, leaving = np.zeros((years, 3, ages)), np.zeros((years, 3, ages))
    for kinds, rate in terms:
        exact = np.where(np.abs(rate) < NEAR_ZERO, 0.0, rate)
        for kind in kinds:
            coming[:, kind] += np.maximum(exact, 0.0)
            leaving[:, kind] += np.maximum(-exact, 0.0)
    return Across(coming, leaving)


def flat(local: FloatArray, migrant: FloatArray, ages: int) -> Across:
    """The same rate at every age; local, migrant: [year - base]."""
    ones = np.ones(ages)
    return across([((TOWN, VILLAGE), local[:, None] * ones), ((MIGRANT,), migrant[:, None] * ones)])


def kind_of(model: Model) -> IntArray:
    """Kind of each home, [cell]; -1 outside the county."""
    layout = model.layout
    kind = np.where(layout.migrant, MIGRANT, np.where(layout.urban, TOWN, VILLAGE))
    return np.where(layout.unit_of >= 0, kind, -1)


def of_cells(rates: FloatArray, model: Model) -> FloatArray:
    """Rates of a year [kind, age index] by home, [cell, age index]; zero outside the county."""
    kind = kind_of(model)
    values: FloatArray = rates[kind] * (kind >= 0)[:, None]
    return values


def age_factors(
    profile: Mapping[str, float] | None, study: StudyFile, model: Model, kinds: tuple[int, ...]
) -> FloatArray:
    """Factor of each age on the rate of a stream, [age index]; mean 1 over the children of those kinds of home.

    profile: share of the stream by band or stage, None: every age alike.  Raises ValueError for a band without
    children who could move.
    """
    have = movable(model)[np.isin(kind_of(model), kinds)].sum(axis=0)
    if profile is None:
        return np.ones(len(have))
    factor = np.zeros(len(have))
    for band, share in profile.items():
        ages = [age for age in ages_of_band(band, study) or () if age < len(have)]
        children = have[ages].sum()
        if share > 0.0 and children <= 0.0:
            raise ValueError(f"no child of the band {band} could move")
        factor[ages] = share * have.sum() / max(children, 1.0)
    return factor


def county_stream(model: Model, below: float) -> Ways | None:
    """One stream for the migrant homes with fewer children than `below`: from outside the county to each of them.

    Where a home has two or three children an age without any could never be joined by anybody; the small homes
    therefore share their arrivals, in proportion to the children they have in the base year.
    """
    have = movable(model).sum(axis=1)
    small = np.flatnonzero((kind_of(model) == MIGRANT) & (have > 0.0) & (have < below))
    if small.size < 2:
        return None
    outside = np.array([len(model.layout.cells) - 1])
    return Ways(outside, small, (have[small] / have[small].sum())[None])
