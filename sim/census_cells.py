"""Cells of a study from a census: single ages of each county, divided between its units and groups, in whole children.

The children of a county keep their number at every age, and the residents in every band, however they are divided.
Page: docs/science/people.md. Test: tests/sim/test_census_cells.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ages import (
    Bands,
    Split,
    births_by_age,
    difference_sd,
    largest_remainder,
    split_by_births,
    split_sprague,
    whole_ages,
)
from sim.arrays import FloatArray, IntArray
from sim.raking import Margin, rake
from sim.rounding import rounded

AGES = 15
"""Single ages 0-14 are made."""
MIGRANT_SD = 0.35
"""Log sd of the number of migrant children where it follows the share of all residents registered outside the county:
half to double covers 95 %. Assumption."""
AREA_SD = 0.40
"""Log sd of a unit's people where they were shared by area alone. Assumption: settlement is far from even."""
RASTER_SD = 0.20
"""Log sd of a unit's people where they were shared by a population raster. Assumption."""
DWELLINGS_SD = 0.20
"""Log sd of a unit's people where they were shared by dwellings: some stand empty, some are full. Assumption."""


@dataclass(frozen=True)
class PartAges:
    """Single ages of counties, both ways."""

    sprague: FloatArray  # [part, age]
    guided: FloatArray  # [part, age] by births; NaN where births are missing
    whole: IntArray  # [part, age] what the study takes: births-guided where known, else Sprague, in whole children
    sd: FloatArray  # [part, age] log sd of the split
    shifted: tuple[tuple[int, int, float], ...]  # (part, band, people) where Sprague was negative
    known: NDArray[np.bool_]  # [band] whether births guide this band


@dataclass(frozen=True)
class Cells:
    """Children of the units of one county."""

    children: IntArray  # [unit, age, group], groups local and migrant
    sd: FloatArray  # [unit, age, group] log sd


def split_ages(bands: Bands, births: dict[int, float] | None, year: int, survival: float) -> PartAges:
    """Ages 0-14 of counties both ways. bands: [part, band].  births: by calendar year, None without any.

    year: of the census, reference day 1 November.  survival: yearly below school age.
    """
    young = bands.up_to(AGES)
    sprague = split_sprague(bands, AGES)
    guided = _guided(young, births, year, survival)
    chosen = np.where(np.isnan(guided.ages), sprague.ages, guided.ages)
    sd = difference_sd(sprague.ages, guided.ages, young.edges)
    return PartAges(sprague.ages, guided.ages, whole_ages(chosen, young), sd, sprague.shifted, guided.known)


def _guided(young: Bands, births: dict[int, float] | None, year: int, survival: float) -> Split:
    return split_by_births(young, births_by_age(births or {}, year, AGES), survival)


def cells_of_part(ages: IntArray, sd: FloatArray, migrants: float | None, weights: FloatArray, unit_sd: float) -> Cells:
    """Children of one county by unit, age and group.

    ages, sd: [age].  migrants: share of migrant children, the same at every age, None if it is not known (all local).
    weights: [unit] >= 0, not all zero.  unit_sd: log sd of a unit's share, 0 where there is one unit.
    """
    share = migrants or 0.0
    by_group = np.stack([ages * (1.0 - share), ages * share], axis=1)
    moved = np.rint(ages.sum() * share)
    in_group = Margin("group", (1,), np.array([ages.sum() - moved, moved]))
    by_group = _whole(by_group, [Margin("age", (0,), ages.astype(np.float64)), in_group])
    seed = weights[:, None, None] / weights.sum() * by_group[None]
    units = Margin("unit", (0,), _unit_totals(int(ages.sum()), weights))
    children = _whole(seed, [units, Margin("age and group", (1, 2), by_group.astype(np.float64))])
    group_sd = (
        np.array([MIGRANT_SD * share / (1.0 - share) if share < 1.0 else 0.0, MIGRANT_SD]) if share else np.zeros(2)
    )
    spread = np.sqrt(sd[:, None] ** 2 + group_sd[None, :] ** 2 + unit_sd**2)
    return Cells(children, np.broadcast_to(np.minimum(spread, 1.0), children.shape))


def people_of_part(counts: IntArray, weights: FloatArray) -> IntArray:
    """Residents of one county [sex, band] divided between its units [unit, sex, band]; every band keeps its total.

    weights: [unit] >= 0, not all zero.
    """
    seed = weights[:, None, None] / weights.sum() * counts[None]
    units = Margin("unit", (0,), _unit_totals(int(counts.sum()), weights))
    return _whole(seed, [units, Margin("sex and age", (1, 2), counts.astype(np.float64))])


def _unit_totals(total: int, weights: FloatArray) -> FloatArray:
    parts = largest_remainder((total * weights / weights.sum())[None], np.array([total]))
    out: FloatArray = parts[0].astype(np.float64)
    return out


def _whole(seed: FloatArray, margins: list[Margin]) -> IntArray:
    return rounded(rake(seed, margins).values, margins)


def urban_by_density(people: FloatArray, area: FloatArray, share: float) -> NDArray[np.bool_]:
    """Units that are urban [unit]: the densest ones, until they hold the urban share of the county.

    people, area: [unit].  A unit is taken where its middle person still belongs to the share.
    """
    density = np.divide(people, area, out=np.zeros_like(people), where=area > 0.0)
    order = np.argsort(-density, kind="stable")
    before = np.cumsum(people[order]) - people[order] / 2.0
    out = np.zeros(len(people), dtype=bool)
    out[order] = (before < share * people.sum()) & (people[order] > 0.0)
    return out
