"""How uncertain the number of children is who are not registered yet, as a factor on the entrants of later years.

Symbols: f[y] county factor on the births of calendar year y [log], 0 in the base year and then an AR(1) with stationary
sd s and correlation rho; A entry age, a share of births in September-December.

    f[y] = rho f[y-1] + s (1 - rho^2)^1/2 z[y],   F[y] = 1 while y is registered, else exp(f[y] - s^2 / 2)
    x[t] = log (a F[t-A-1] + (1 - a) F[t-A])                                     entrants of year t

The numbers are those of the births of the simulation (`sim/world.py`, stream births/county), so a draw in which more
children are born is a draw in which more children enter school.  Tests: tests/sim/test_unborn.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.streams import entity, normal

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COUNTY_SD, RHO = 0.04, 0.8  # as the defaults of `spread` in study.yaml: assumptions


@dataclass(frozen=True)
class Unborn:
    """What is known and assumed about births."""

    origin: int  # the base year
    registered: int  # last calendar year whose births are registered
    entry_age: int
    autumn: float  # share of births in September-December
    sd: float = COUNTY_SD  # stationary, of the county's yearly factor [log]
    rho: float = RHO

    def entrants_log(self, seed: int, draws: IntArray, horizon: int) -> FloatArray:
        """Factor x on the entrants of the years origin + 1 .. origin + horizon, [draw, h]."""
        factor = {year: self._factor(level, year) for year, level in self._walk(seed, draws, horizon).items()}
        one = np.ones(len(draws))
        out = np.zeros((len(draws), horizon))
        for h in range(1, horizon + 1):
            born = self.origin + h - self.entry_age
            before, same = factor.get(born - 1, one), factor.get(born, one)
            out[:, h - 1] = np.log(self.autumn * before + (1.0 - self.autumn) * same)
        return out

    def _factor(self, level: FloatArray, year: int) -> FloatArray:
        return np.ones(level.size) if year <= self.registered else np.exp(level - self.sd**2 / 2.0)

    def _walk(self, seed: int, draws: IntArray, horizon: int) -> dict[int, FloatArray]:
        level, county = np.zeros(len(draws)), np.array([entity("county")], dtype=np.uint64)
        found = {self.origin: level}
        for year in range(self.origin + 1, self.origin + horizon - self.entry_age + 1):
            news = normal(seed, "births/county", year, county, draws)[:, 0]
            level = self.rho * level + self.sd * np.sqrt(1.0 - self.rho**2) * news
            found[year] = level
        return found
