"""What past forecasts of a place were found to be when the registers came, as further past errors of the calibration.

Symbols: s stretch of a forecast at a level: the factor by which its 80 % intervals would have had to be stretched to
hold 80 % of what came (`sim/register_scores.py`), n its cases, o its origin.

    levels    school-grade speaks of chance, school of the drift of schools, district-grade (else county-grade) of what
              districts share
    of a year forecasts of the same origin and year: mean of s and of n
    found     exp of the mean of log s over origins, each counted by n / (n + FEW), n summed over its years
    weight    the sum of these counts: the effective number of origins

An origin that the panel's own past tests is left out: the same year is never counted twice.  So is a year that comes
after the panel's last: it was not known.  Tests: tests/sim/test_error_record.py.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEW = 30.0  # cases at which an origin counts half
LEAST, MOST = 0.25, 4.0  # stretches beyond these say no more than that
CELLS, SCHOOLS, SHARED = ("school-grade",), ("school",), ("district-grade", "county-grade")
COLUMNS = ("origin", "year", "level", "n", "stretch")


@dataclass(frozen=True)
class Found:
    """How many times wider past intervals should have been, and how many origins say so; 0 = nothing is said."""

    stretch: float = 1.0
    weight: float = 0.0


@dataclass(frozen=True)
class Record:
    """Rows of a record of errors: COLUMNS."""

    rows: pd.DataFrame

    @property
    def origins(self) -> tuple[int, ...]:
        """Years whose forecasts are in it."""
        return tuple(sorted(int(year) for year in self.rows["origin"].unique()))

    def usable(self, tested: Collection[int], last: int) -> "Record":
        """The rows of origins that are not `tested` elsewhere, of years up to `last`, that say a stretch."""
        rows = self.rows
        good = ~rows["origin"].isin(list(tested)) & (rows["year"] <= last) & (rows["stretch"] > 0.0) & (rows["n"] > 0)
        return Record(rows[good].reset_index(drop=True))

    def found(self, levels: Collection[str]) -> Found:
        """What the first of the levels that has rows says."""
        for level in levels:
            rows = self.rows[self.rows["level"] == level]
            if len(rows):
                return _found(rows)
        return Found()


def nothing_recorded() -> Record:
    """An empty record."""
    return Record(pd.DataFrame({name: pd.Series(dtype=object if name == "level" else float) for name in COLUMNS}))


def _found(rows: pd.DataFrame) -> Found:
    cut = rows.assign(log=np.log(np.clip(rows["stretch"].to_numpy(dtype=float), LEAST, MOST)))
    year = cut.groupby(["origin", "year"], as_index=False)[["log", "n"]].mean()
    year["part"] = year["log"] * year["n"]
    origin = year.groupby("origin")[["part", "n"]].sum()
    n = origin["n"].to_numpy(dtype=float)
    weight = n / (n + FEW)
    log = origin["part"].to_numpy(dtype=float) / n
    return Found(float(np.exp((weight * log).sum() / weight.sum())), float(weight.sum()))
