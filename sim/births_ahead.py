"""Entrants of a bare table whose births are not published yet: how many more or fewer they may be.

Symbols: b[n, y] log factor of draw n on the births of year y, a share of entrants who were born the year before,
x[n, d, e] log factor on those who enter the lowest grade of district d in year e, age from birth to that grade.

    births   b = u - sd^2 / 2,  u[y] = rho u[y - 1] + sd (1 - rho^2)^1/2 z[y] from the last year in which the births of
             all districts are known, where u = 0: the AR(1) of the county in `sim/world.py`, its sizes, its stream
    x        log (a exp b[e - age - 1] + (1 - a) exp b[e - age]),  b = 0 for births that are known at the origin
    grades   a cohort that a school takes in at a higher grade, g years later, has the x of the year it entered school

A district without any births has x = 0: its entrants follow those of past years, and so do their errors.
Carried on by `sim/draws.py`.  Tests: tests/sim/test_births_ahead.py.
"""

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.panel import Panel
from sim.streams import entity, normal

COUNTY_SD, RHO = 0.04, 0.8
"""The defaults of a study (`spread.births_county_sd`, `spread.births_rho`): assumptions."""


def entrants_ahead(panel: Panel, ahead: int, seed: int, draws: int | IntArray) -> FloatArray | None:
    """Log factor on the intake of every school and grade, [draw, school, grade, h]; None for a panel without births.

    panel: of which the births known in its last year count.  draws: how many, or their numbers [draw].
    """
    if panel.births is None:
        return None
    origin = int(panel.years[-1])
    births = panel.births.known_at(origin)
    numbers = np.arange(draws) if isinstance(draws, int) else np.asarray(draws, dtype=np.int64)
    entry = np.arange(origin + 1, origin + ahead + 1)
    born = np.arange(entry[0] - births.entry_age - 1, entry[-1] - births.entry_age + 1)
    known = np.zeros((len(panel.districts), born.size), dtype=bool)
    column = born - births.first
    inside = (column >= 0) & (column < births.count.shape[1])
    known[:, inside] = ~np.isnan(births.count[:, column[inside]])
    counted = np.asarray((~np.isnan(births.count)).any(axis=1), dtype=bool)
    if not counted.any():
        return None
    free: BoolArray = ~known & counted[:, None]
    log = np.where(free[None], _county(born, np.asarray(free.any(axis=0), dtype=bool), seed, numbers)[:, None, :], 0.0)
    factor = np.exp(log)
    x = np.log(births.autumn * factor[:, :, :-1] + (1.0 - births.autumn) * factor[:, :, 1:])  # [draw, district, h]
    out = np.zeros((numbers.size, len(panel.districts), len(panel.grades), ahead))
    for grade in range(min(len(panel.grades), ahead)):
        out[:, :, grade, grade:] = x[:, :, : ahead - grade]
    return np.asarray(out[:, panel.district_of])


def _county(born: IntArray, free: BoolArray, seed: int, draws: IntArray) -> FloatArray:
    """Log factor b of the county, [draw, year]; the walk starts in the first year that is free somewhere."""
    out, state = np.zeros((draws.size, born.size)), np.zeros(draws.size)
    key = np.array([entity("county")], dtype=np.uint64)
    begun = np.cumsum(free) > 0
    for place, year in enumerate(born.tolist()):
        if begun[place]:
            news = normal(seed, "births/county", year, key, draws)[:, 0]
            state = RHO * state + COUNTY_SD * np.sqrt(1.0 - RHO**2) * news
            out[:, place] = state - COUNTY_SD**2 / 2.0
    return out
