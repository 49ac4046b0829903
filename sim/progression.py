"""Moving up one grade: net ratio as the difference of two gross flows.

For a home cell c and grade g with N pupils in public schools of the county and mean ratio r (weighted by the schools attended):

    q = max((phi + 1 - r) / 2, 1 - r, 0)       leavers L ~ Bin(N, q)
    j = r - 1 + q                               arrivals A ~ Poisson(j N),   so that E = r N and Var = phi N

Leavers come evenly from the cell's schools; arrivals join school s in proportion to P[s] max(r[s] - 1 + q, 0), which gives every
school its own expected ratio.  Source of the dispersion: fitted on the study's history (sim/ratios.py).  Whoever's school does not
host the next grade changes to another public school through the admission pool.  Ratios are ratios of public rolls, so those who
leave for a private school or another county are in them: pupils of pseudo-schools move up where they are, and nobody changes
between the two (decision record 0008).  Tests: tests/sim/test_progression.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model import Model
from sim.variates import Chance, even_split
from sim.world import YearWorld

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Ladder:
    """Ratios and rights to stay by slot, fixed for a model."""

    ratio: FloatArray  # [real slot, cell, grade - 1]
    stays: BoolArray  # [slot, cell, grade - 1] the school hosts the next grade too


def ladder(model: Model) -> Ladder:
    """Ratio of every slot and whether its pupils can stay when they move up."""
    layout = model.layout
    school = layout.slot_school
    both = model.hosts[:, :-1] & model.hosts[:, 1:]
    padded = np.vstack([both, np.zeros((1, both.shape[1]), dtype=bool)])
    stays = padded[school.T]
    real = np.minimum(school[:, layout.real].T, len(layout.schools) - 1)
    return Ladder(model.ratios.school[real], stays)


@dataclass(frozen=True)
class Moved:
    """Pupils after moving up, before admission."""

    staying: CountArray  # [draw, slot, cell, grade]; the first grade is empty
    pool: CountArray  # [draw, cell, grade] pupils of public schools who need another one
    left: IntArray  # [draw]
    arrived: IntArray  # [draw]
    graduated: IntArray  # [draw]


def move_up(model: Model, steps: Ladder, pupils: CountArray, world: YearWorld, chance: Chance) -> Moved:
    """One year of progression for pupils [draw, slot, cell, grade]."""
    real = model.layout.real
    below = pupils[..., :-1]
    public = below[:, real].astype(float)
    count = public.sum(axis=1)
    factor = np.exp(world.level_log)[:, :, None]
    mean = np.einsum("djcg,jcg->dcg", public, steps.ratio)
    ratio = np.divide(mean, count, out=np.ones_like(mean), where=count > 0.0) * factor
    phi = 0.0 if model.rounded else model.ratios.phi
    leave = np.clip(np.maximum((phi + 1.0 - ratio) / 2.0, 1.0 - ratio), 0.0, 1.0)
    left = chance.binomial(count.astype(np.int32), leave, world.grades_of_cells("progression/leavers")[:, :, :-1])
    came = chance.poisson((ratio - 1.0 + leave) * count, world.grades_of_cells("progression/arrivals")[:, :, :-1])
    u = world.grades_of_cells("progression/which")[:, :, :-1]
    moved = below.copy()
    moved[:, real] -= even_split(left, public, u)
    pull = public * np.maximum(steps.ratio * factor[:, None] - 1.0 + leave[:, None], 0.0)
    joined = even_split(came, pull, u)
    moved[:, real] += joined
    staying = np.zeros_like(pupils)
    staying[..., 1:] = moved * steps.stays
    pool = np.zeros((len(pupils), *pupils.shape[2:]), dtype=np.int32)
    # Arrivals whom no attended school pulls apply like everybody new.
    pool[:, :, 1:] = (moved - staying[..., 1:]).sum(axis=1) + (came - joined.sum(axis=1))
    return Moved(
        staying,
        pool,
        left.sum(axis=(1, 2), dtype=np.int64),
        came.sum(axis=(1, 2), dtype=np.int64),
        pupils[..., -1].sum(axis=(1, 2), dtype=np.int64),
    )


def release(moved: Moved, where: BoolArray, cells: IntArray, grades: IntArray, slots: IntArray) -> None:
    """Send pupils of given (cell, grade, slot) triples to the pool in the draws `where` (closures, all-grade openings)."""
    leaving = moved.staying[:, slots, cells, grades] * where[:, None]
    moved.staying[:, slots, cells, grades] -= leaving.astype(np.int32)
    np.add.at(moved.pool, (slice(None), cells, grades), leaving.astype(np.int32))
