"""Made-up tables for the tests of `forecast` and `backtest`: four schools of two districts, nine years."""

from pathlib import Path

import numpy as np
import pandas as pd

GRADES = ("1", "2", "3", "4")
YEARS = tuple(range(2012, 2021))
HOME = {"a1": "north", "a2": "north", "b1": "south", "b2": "south"}


def rows(seed: int = 3) -> pd.DataFrame:
    """school, grade, year, pupils, district: cohorts that move up, entrants that fall slowly."""
    random = np.random.default_rng(seed)
    found = []
    for number, (school, district) in enumerate(HOME.items()):
        size = 40 + 15 * number
        grid = np.zeros((len(GRADES), len(YEARS)), dtype=int)
        grid[:, 0] = random.poisson(size, len(GRADES))
        for t in range(1, len(YEARS)):
            grid[0, t] = random.poisson(size - t)
            grid[1:, t] = random.binomial(grid[:-1, t - 1], 0.97)
        found += [
            (school, grade, year, grid[g, t], district)
            for g, grade in enumerate(GRADES)
            for t, year in enumerate(YEARS)
        ]
    return pd.DataFrame(found, columns=["school", "grade", "year", "pupils", "district"])


def births(first: int = 2004, last: int = 2019) -> pd.DataFrame:
    """district, year, births."""
    years = range(first, last + 1)
    return pd.DataFrame([(d, year, 110 - (year - first)) for d in ("north", "south") for year in years]).set_axis(
        ["district", "year", "births"], axis=1
    )


def write(frame: pd.DataFrame, path: Path) -> Path:
    """The frame as a CSV file; returns its path."""
    frame.to_csv(path, index=False, encoding="utf-8")
    return path
