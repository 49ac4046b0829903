"""Who boards: a logistic curve in the way to school, fitted school by school to the boarders on record.

Symbols: x[i, s] way from demand point i to school s (km, or minutes on foot), w[i] share of the
children of the unit who live at point i, k stage, b slope, h[s, k] way at which half of the pupils board, P[c, s, g]
pupils of home c at school s in grade g, G the grades that may board.

    p(x)      = 1 / (1 + exp(-(x - h[s, k]) / b))
    q[c, s, k] = sum over points i of the unit of c of w[i] p(x[i, s])
    h[s, k]   solves  sum_c sum_{g in G of k} P[c, s, g] q[c, s, k] = boarders on record        (base year, exactly)
    N, m      = sum_c P[d, t, c, s, g],  sum_c P[d, t, c, s, g] q[c, s, k]
    B[d, t, s, g] = inverse of the binomial (N, m / N) at u[d, s, cohort]

h is the default of the study where nothing is on record.  Pupils from outside the county, whose way is not known, board
like the others of their school and stage.  u belongs to draw, school and cohort: the same cohort tends to board a lot,
or little, in all its years.  A school boards only where it has beds or had boarders on record.
Page: docs/science/boarding.md.  Tests: tests/sim/test_boarding.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.kernels_boarding import add_weighted
from sim.stocks import Stocks
from sim.streams import combine, entities, uniform
from sim.variates import Chance
from sim.world import YearWorld


@dataclass(frozen=True)
class Beds:
    """Where children board as projects open, for a plan whose openings are not known before the simulation."""

    stocks: Stocks
    plan: str
    on_record: BoolArray  # [school] boarders on record

    def may(self, opening: IntArray, year: int) -> BoolArray:
        """Whether a school has beds (or it is not known), or boarders on record, [draw, school].

        opening: years in which projects have opened, [draw, project].
        """
        beds = self.stocks.at("beds", self.plan, opening, range(year, year + 1))[:, 0]
        return np.asarray(self.on_record | np.isnan(beds) | (beds > 0.0))


@dataclass(frozen=True)
class Boards:
    """Pupils who may board, and their chance to; of one plan, for the draws of a run."""

    entry: IntArray  # [n] place in slot x cell x grade of the pupils, rising
    column: IntArray  # [n] which school and grade it adds to
    chance: FloatArray  # [n] q of that home, school and stage
    school: IntArray  # [column] index of the school
    grade: IntArray  # [column] index of the grade
    stage: IntArray  # [column] index of the stage
    may: BoolArray  # [draw of the run, year, school] beds there, or boarders on record
    schools: tuple[str, ...]  # all schools, for names of random numbers
    stages: int
    base_year: int
    beds: Beds | None = None  # of a plan with triggers, instead of `may`


def fitted_half(way: FloatArray, pupils: FloatArray, observed: float, slope: float) -> float:
    """The half-way at which sum of pupils x chance is what was observed; -inf: all board, inf: nobody does.

    way, pupils: [point], pupils who may board at each.  Raises ValueError for more boarders than pupils.
    """
    total = float(pupils.sum())
    if observed > total * (1.0 + 1e-12):
        raise ValueError(f"{observed} boarders of {total} pupils")
    if observed >= total * (1.0 - 1e-12):
        return -np.inf
    if observed <= 0.0:
        return np.inf

    def missing(half: float) -> float:
        return float(pupils @ expit((way - half) / slope)) - observed

    # At 40 slopes beyond the nearest and farthest way the share is 1 or 0 to the last bit of a count of children.
    reach = 40.0 * slope
    return float(brentq(missing, float(way.min()) - reach, float(way.max()) + reach, xtol=1e-12, rtol=1e-14))


def boarders(
    boards: Boards | None, pupils: CountArray, world: YearWorld, chance: Chance, opening: IntArray | None = None
) -> CountArray:
    """Boarders of a year by draw, school and stage, [draw, school, stage]; [draw, 0, 0] without the section.

    pupils: [draw, slot, cell, grade] of `sim.state.State` in `world.year`.  opening: years in which projects of a plan
    with triggers have opened, [draw, project].
    """
    if boards is None:
        return np.zeros((len(pupils), 0, 0), dtype=np.int32)
    columns = len(boards.school)
    all_of, those = np.zeros((len(pupils), columns)), np.zeros((len(pupils), columns))
    flat = np.ascontiguousarray(pupils).reshape(len(pupils), -1)
    add_weighted(flat, boards.entry, boards.column, boards.chance, all_of, those)
    if boards.beds is not None and opening is not None:
        may = boards.beds.may(opening, world.year)
    else:
        may = boards.may[world.draws, world.year - boards.base_year - 1]
    there = may[:, boards.school]
    mean = np.divide(those, all_of, out=np.zeros_like(those), where=all_of > 0.0) * there
    found = chance.binomial(all_of.astype(np.int64), mean, _luck(boards, world))
    out = np.zeros((len(pupils), len(boards.schools), boards.stages), dtype=np.int32)
    for at, (school, stage) in enumerate(zip(boards.school, boards.stage, strict=True)):
        out[:, school, stage] += found[:, at]
    return out


def _luck(boards: Boards, world: YearWorld) -> FloatArray:
    """Uniforms of school and cohort, [draw, column]: a cohort keeps its number as it moves up."""
    school = entities([f"boards|{name}" for name in boards.schools])[boards.school]
    return uniform(world.seed, "boarding/cohort", 0, combine(school, world.year - boards.grade), world.draws)
