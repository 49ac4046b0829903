"""Women of the county by single age, from the `population` table: the latest count not after the base year."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.schema_births import LAST_FERTILE_AGE

FloatArray = NDArray[np.float64]
AGES = LAST_FERTILE_AGE + 1


@dataclass(frozen=True)
class WomenCount:
    """What the table says of women on one day; a person of a band is as likely of each of its ages."""

    day: dt.date
    count: FloatArray
    """Women of the county by single age 0 .. 49, [age]."""
    gaps: dict[str, tuple[int, ...]]
    """Ages 0 .. 49 that a unit does not hold; a unit without any row holds none."""


def women_count(population: pd.DataFrame, units: tuple[str, ...], base_year: int) -> WomenCount | None:
    """The latest count of women up to the end of the base year; None where there is none.

    population: rows of the table (numbers may be floats, NaN where a cell is bad).  units: those that must be counted.
    """
    rows = population[(population["sex"] == "female") & population["age_from"].notna() & population["people"].notna()]
    rows = rows[(rows["as_of"] != "") & (rows["as_of"] <= f"{base_year}-12-31")]
    if rows.empty:
        return None
    day = str(rows["as_of"].max())
    rows = _without_parts(rows[rows["as_of"] == day])
    gaps: dict[str, tuple[int, ...]] = {}
    total = np.zeros(AGES)
    for unit in units:
        count = _by_age(rows[rows["unit"] == unit])
        missing = np.flatnonzero(np.isnan(count))
        if len(missing):
            gaps[unit] = tuple(missing.tolist())
        total += np.nan_to_num(count)
    return WomenCount(dt.date.fromisoformat(day), total, gaps)


def _without_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """The row of all people where there is one, else those of the groups: nobody is counted twice."""
    total = rows["group"] == ""
    has_total = rows.assign(total=total).groupby(["unit", "age_from"])["total"].transform("any")
    return rows[total | ~has_total]


def _by_age(rows: pd.DataFrame) -> FloatArray:
    """Women of one unit by single age, [age]; NaN where no band of known end holds the age."""
    out = np.full(AGES, np.nan)
    for low, high, people in zip(rows["age_from"], rows["age_to"], rows["people"], strict=True):
        if np.isnan(high) or low >= AGES:
            continue
        ages = slice(int(low), min(int(high) + 1, AGES))
        out[ages] = np.nan_to_num(out[ages]) + people / (high - low + 1)
    return out


def by_single_age(bands: Mapping[int, float], last: int = AGES - 1) -> FloatArray:
    """Values by the first age of a band as values by single age, [age]; 0 below the first band.

    Every band ends where the next begins, the last one at age `last`.
    """
    out = np.zeros(AGES)
    starts = sorted(bands)
    for start, end in zip(starts, [*starts[1:], last + 1], strict=True):
        out[start:end] = bands[start]
    return out


def fertility_shape(rates: Mapping[int, float]) -> FloatArray:
    """Shares of the total fertility rate by single age, [age]; they add up to 1."""
    by_age = by_single_age(rates)
    shape: FloatArray = by_age / by_age.sum()
    return shape
