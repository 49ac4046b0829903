"""Where the spread of a roll comes from: shares of its variance that add up to it exactly.

Symbols: Y[d] roll of a case in draw d, F[d] the forecast, F(S)[d] the same draw with the forces S only and the others
at size zero, D = Y - F.

    forces    births (not registered yet, and estimated counts), county (year, district, level, entry and a declared
              break), school (drift, flow), chance: X_k[d] Shapley values of F(S)[d], sum X_k = F - F()
    case      D by least squares over draws on the pace of the future and on which projects are open and for how long:
              D = const + pace part + construction part + homes (who moves where, who finds which school)
    variance  Var Y = sum over parts of Cov(part, Y); for a sum this is the Shapley value of variance
              (Colini-Baldeschi, Scarsini and Vaccari 2018, Methodology and Computing in Applied Probability 20:919)

A share is negative where a part makes up for others.  Shares are of the first draws of the run and scaled to the
variance of all draws.  Below DRAWS_PER_COLUMN draws for each column of the regression all of D is `homes`.
Tests: tests/sim/test_drivers_spread.py.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.model import NEVER, Model
from sim.processes import Chance, Processes, Walk
from sim.reference_rolls import forecast_rolls
from sim.shapley import Coalition, exact
from sim.world import World

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FORCES = ("births", "county", "school", "chance")
CAUSES = (*FORCES, "pace", "construction", "homes")
DRAWS_PER_COLUMN = 8
BLOCK = 125
_NONE = Walk(0.0)


def only(model: Model, some: Coalition) -> Model:
    """The model with these forces of its forecast only."""
    sizes: Processes = model.outlook.processes
    if "county" not in some:
        sizes = replace(sizes, year=_NONE, district=_NONE, level=_NONE, entry=0.0, shock=None)
    if "school" not in some:
        sizes = replace(sizes, drift=_NONE, flow=_NONE)
    if "chance" not in some:
        sizes = replace(sizes, chance=Chance(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, sizes.chance.carry))
    births, estimated = model.births, model.estimated
    if "births" not in some:
        births, estimated = replace(births, county_sd=0.0, zone_sd=0.0, unit_sd=0.0), None
    return replace(model, births=births, estimated=estimated, forecast=replace(model.outlook, processes=sizes))


def rolls_by_draw(model: Model, seed: int, draws: IntArray) -> FloatArray:
    """Rolls of the forecast, [draw, year, school]."""
    blocks = [forecast_rolls(model, seed, draws[i : i + BLOCK]) for i in range(0, len(draws), BLOCK)]
    return np.concatenate([block.sum(axis=3, dtype=np.int64) for block in blocks]).astype(float)


def forces_of(model: Model, seed: int, draws: IntArray) -> dict[str, FloatArray]:
    """What each force does to every school and year in every draw, [draw, year, school] each."""
    weights = exact(tuple(sorted(FORCES)))
    return weights.shares({some: rolls_by_draw(only(model, some), seed, draws) for some in weights.coalitions})


def pace_of(model: Model, seed: int, draws: IntArray) -> FloatArray:
    """Pace of the differences of a future, [draw]."""
    return next(iter(World(model, seed, draws))).pace


def case_parts(beyond: FloatArray, pace: FloatArray, opening: IntArray, years: range) -> dict[str, FloatArray]:
    """Parts of case - forecast [draw, year, school]: pace, construction, homes.

    pace: [draw], of one value where the future has none.  opening: opening years [draw, project].
    """
    out = {name: np.zeros_like(beyond) for name in ("pace", "construction", "homes")}
    for i, year in enumerate(years):
        flags = opening <= year
        since = np.where(flags, year - np.where(opening == NEVER, year, opening), 0)
        columns = {"pace": pace[:, None], "construction": np.concatenate([flags, since], axis=1).astype(float)}
        columns = {name: (c - c.mean(axis=0))[:, c.std(axis=0) > 1e-9] for name, c in columns.items()}
        own = beyond[:, i] - beyond[:, i].mean(axis=0)
        design = np.concatenate(list(columns.values()), axis=1)
        if 0 < design.shape[1] * DRAWS_PER_COLUMN <= len(own):
            slopes = np.linalg.lstsq(design, own, rcond=None)[0]
            first = columns["pace"].shape[1]
            out["pace"][:, i] = columns["pace"] @ slopes[:first]
            out["construction"][:, i] = columns["construction"] @ slopes[first:]
        out["homes"][:, i] = own - out["pace"][:, i] - out["construction"][:, i]
    return out


def variance_parts(parts: Mapping[str, FloatArray], roll: FloatArray, known: FloatArray) -> dict[str, FloatArray]:
    """Shares of the variance of a roll [draw, ...] by part [draw, ...], scaled to the known variance [...].

    The parts must add up to the roll but for a constant; where the draws used do not vary, all is `homes`.
    """
    apart = roll - roll.mean(axis=0)
    variance = (apart**2).mean(axis=0)
    varies = variance > 1e-12
    scale = np.divide(known, variance, out=np.zeros_like(known), where=varies)
    out = {name: ((part - part.mean(axis=0)) * apart).mean(axis=0) * scale for name, part in parts.items()}
    out["homes"] = out["homes"] + np.where(varies, 0.0, known)
    return out
