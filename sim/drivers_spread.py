"""Where the spread of a roll comes from: shares of its variance that add up to it exactly.

Symbols: Y[d] roll of a case in draw d, F[d] the forecast, F(S)[d] the same draw with the forces S only and the others
at size zero, D = Y - F.

    forces    births (not registered yet, and estimated counts), county (year, district, level, entry and a declared
              break), school (drift, flow), chance: X_k[d] Shapley values of F(S)[d], sum X_k = F - F()
    case      D by least squares over draws on X_k of the school, on the sum of X_k over the other schools that share a
              grade with it, on the pace of the future, and on which projects are open (for schools that grow grade by
              grade: how long): D = const + a part of each + homes (who moves where, who finds which school)
    variance  Var Y = sum over parts of Cov(part, Y); for a sum this is the Shapley value of variance
              (Colini-Baldeschi, Scarsini and Vaccari 2018, Methodology and Computing in Applied Probability 20:919)

A share is negative where a part makes up for others.  Shares are of the first draws of the run and scaled to the
variance of all draws.  With fewer than DRAWS_PER_COLUMN draws for each column that
varies all of D is `homes`.
Tests: tests/sim/test_drivers_spread.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.model import Model
from sim.processes import Chance, Processes, Walk
from sim.reference_rolls import forecast_rolls
from sim.shapley import Coalition, exact
from sim.world import World

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


def alike_of(model: Model) -> BoolArray:
    """Whether two schools share a grade, [school, other school]; not with themselves."""
    hosts = model.hosts[: len(model.layout.schools)].astype(int)
    return np.asarray((hosts @ hosts.T > 0) & ~np.eye(len(hosts), dtype=bool))


def pace_of(model: Model, seed: int, draws: IntArray) -> FloatArray:
    """Pace of the differences of a future, [draw]."""
    return next(iter(World(model, seed, draws))).pace


@dataclass(frozen=True)
class Causes:
    """What may explain how a case differs from the forecast, draw by draw."""

    forces: Mapping[str, FloatArray]  # [draw, year, school] each
    pace: FloatArray  # [draw], of one value where the future has none
    opening: IntArray  # [draw, project] opening years
    gradual: BoolArray  # [project] a school that grows grade by grade: how long it is open counts
    alike: BoolArray  # [school, other school] share a grade

    def columns(self, i: int, year: int) -> dict[str, FloatArray]:
        """Columns by cause in year index i, [school or 1, draw, column], centred."""
        out = {name: np.stack([own[:, i], own[:, i] @ self.alike.T], axis=-1) for name, own in self.forces.items()}
        out = {name: np.moveaxis(both, 1, 0) for name, both in out.items()}
        is_open = self.opening <= year
        since = np.where(self.gradual, year - np.where(is_open, self.opening, year), is_open)
        out["pace"] = self.pace[None, :, None]
        out["construction"] = since[None].astype(float)
        return {name: column - column.mean(axis=1, keepdims=True) for name, column in out.items()}


def case_parts(beyond: FloatArray, causes: Causes, years: Iterable[tuple[int, int]]) -> dict[str, FloatArray]:
    """Parts of case - forecast [draw, year, school] by cause and homes; years: (index, year) wanted, others stay 0."""
    out = {name: np.zeros_like(beyond) for name in (*causes.forces, *CAUSES[len(FORCES) :])}
    for i, year in years:
        own = (beyond[:, i] - beyond[:, i].mean(axis=0)).T[..., None]  # [school, draw, 1]
        columns = causes.columns(i, year)
        design = np.concatenate(
            [np.broadcast_to(column, (len(own), *column.shape[1:])) for column in columns.values()], axis=2
        )
        size = design.std(axis=1, keepdims=True)
        acts = size > 1e-9
        few = acts.sum(axis=(1, 2)) * DRAWS_PER_COLUMN > design.shape[1]
        scaled = np.where(acts, design / np.where(acts, size, 1.0), 0.0)
        scaled[few] = 0.0
        turned = scaled.transpose(0, 2, 1)
        effects = scaled * (np.linalg.pinv(turned @ scaled, rcond=1e-9, hermitian=True) @ (turned @ own))[:, None, :, 0]
        at = 0
        for name, column in columns.items():
            out[name][:, i] = effects[:, :, at : at + column.shape[2]].sum(axis=2).T
            at += column.shape[2]
        out["homes"][:, i] = own[..., 0].T - effects.sum(axis=2).T
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
