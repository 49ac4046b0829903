"""Moving up one grade: net ratio as the difference of two gross flows.

For a home cell c and grade g with N pupils in public schools of the county and the ratio r of the home (mean of the
ratios of the schools its pupils attend in the base year, times the level shock of the home):

    q = max(1 - sqrt(r - phi), 1 - r, 0)       leavers L ~ Bin(N, q)
    j = r - 1 + q                               arrivals A ~ Poisson(j N)

so that the mean is r N and the variance q (1 - q) N + j N = phi N, as far as leaving and arriving can make it
(r (1 - r) <= phi <= r; decision record 0013).

Leavers come evenly from the cell's schools; arrivals join school s in proportion to P[s] max(r[s] - 1 + q, 0), which
gives every school its own expected ratio.  How many children a home has depends on no plan, only where they go
(decision record 0007).  Source of the dispersion: fitted on the study's history (sim/ratios.py).  Whoever's school does
not host the next grade changes to another public school through the admission pool.  Ratios are ratios of public rolls,
so those who leave for a private school or another county are in them: pupils of pseudo-schools move up where they are,
and nobody changes between the two (decision record 0008).  Tests: tests/sim/test_progression.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.kernels import GrossFlow, fill_moved
from sim.model import Model
from sim.variates import Chance
from sim.world import YearWorld

CountArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rung:
    """Transitions whose pupils sit in the same range of slots, with what is fixed about them."""

    grades: slice  # grades before moving up
    slots: slice  # real slots that host any of them
    ratio: FloatArray  # [slot, cell, grade]
    home: FloatArray  # [cell, grade] mean ratio of a home
    stays: BoolArray  # [slot, cell, grade] the school hosts the next grade too


Ladder = tuple[Rung, ...]


def ladder(model: Model) -> Ladder:
    """All transitions of a model, lowest first; only slots that can hold pupils of a grade are worked on."""
    layout = model.layout
    school = layout.slot_school[:, layout.real].T
    both = np.vstack([model.hosts[:, :-1] & model.hosts[:, 1:], np.zeros((1, model.hosts.shape[1] - 1), dtype=bool)])
    ratio = model.ratios.school[np.minimum(school, len(layout.schools) - 1)]
    home = _home_ratio(model, ratio)
    spans = [_span(model, school, grade) for grade in range(model.hosts.shape[1] - 1)]
    rungs, first = [], 0
    for grade in range(1, len(spans) + 1):
        if grade == len(spans) or spans[grade] != spans[first]:
            slots, grades = slice(*spans[first]), slice(first, grade)
            stays = both[school[slots]][:, :, grades]
            own = np.ascontiguousarray(ratio[slots, :, grades])
            rungs.append(Rung(grades, slots, own, home[:, grades], stays))
            first = grade
    return tuple(rungs)


def _home_ratio(model: Model, ratio: FloatArray) -> FloatArray:
    """Mean ratio of the schools a home uses in the base year, else the county's, [cell, grade - 1]."""
    now = model.pupils[:, model.layout.real, :-1].transpose(1, 0, 2)
    count = now.sum(axis=0)
    county = np.broadcast_to(model.ratios.county, count.shape).copy()
    mean: FloatArray = np.divide((now * ratio).sum(axis=0), count, out=county, where=count > 0)
    return mean


def _span(model: Model, school: IntArray, grade: int) -> tuple[int, int]:
    """First and last + 1 real slot that can hold pupils of a grade in any cell."""
    can = np.append(model.hosts[: len(model.layout.schools), grade], False)
    used = np.flatnonzero(can[np.where(school >= 0, school, -1)].any(axis=1))
    return (int(used[0]), int(used[-1]) + 1) if used.size else (0, 0)


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
    pseudo = model.layout.pseudo
    draws, _, cells, grades = pupils.shape
    staying = np.zeros_like(pupils)
    staying[:, pseudo, :, 1:] = pupils[:, pseudo, :, :-1]
    pool = np.zeros((draws, cells, grades), dtype=np.int32)
    left, arrived = np.zeros(draws, dtype=np.int64), np.zeros(draws, dtype=np.int64)
    factor = np.exp(world.level_log)
    for rung in steps:
        after = slice(rung.grades.start + 1, rung.grades.stop + 1)
        below = pupils[:, rung.slots, :, rung.grades]
        flow = _gross_flow(model, rung, below, factor, world, chance)
        kept, changing = staying[:, rung.slots, :, after], pool[:, :, after]
        fill_moved(below, rung.ratio, rung.stays, factor, flow, kept, changing)
        left += flow.left.sum(axis=(1, 2), dtype=np.int64)
        arrived += flow.came.sum(axis=(1, 2), dtype=np.int64)
    return Moved(staying, pool, left, arrived, pupils[..., -1].sum(axis=(1, 2), dtype=np.int64))


def share_that_leaves(ratio: FloatArray, phi: FloatArray | float) -> FloatArray:
    """Probability of leaving that gives mean `ratio` and variance `phi` per pupil, element by element."""
    share: FloatArray = 1.0 - np.sqrt(np.clip(ratio - phi, 0.0, 1.0))
    return np.maximum(share, np.clip(1.0 - ratio, 0.0, 1.0))


def _gross_flow(
    model: Model, rung: Rung, pupils: CountArray, factor: FloatArray, world: YearWorld, chance: Chance
) -> GrossFlow:
    """Who leaves and who comes on one rung."""

    def uniforms(name: str) -> FloatArray:
        return world.grades_of_cells(f"progression/{name}")[:, :, rung.grades]

    count = pupils.sum(axis=1, dtype=np.int32)
    ratio = rung.home * factor[:, :, None]
    leave = share_that_leaves(ratio, 0.0 if model.rounded else model.ratios.phi[rung.grades])
    left = chance.binomial(count, leave, uniforms("leavers"))
    came = chance.poisson((ratio - 1.0 + leave) * count, uniforms("arrivals"))
    return GrossFlow(leave, left, came, uniforms("which"))


def release(moved: Moved, where: BoolArray, cells: IntArray, grades: IntArray, slots: IntArray) -> None:
    """Send pupils of some (cell, grade, slot) to the pool in the draws `where` (closures, all-grade openings).

    where: [draw].  cells, grades, slots: [entry], one pupil stock each.
    """
    leaving = moved.staying[:, slots, cells, grades] * where[:, None]
    moved.staying[:, slots, cells, grades] -= leaving.astype(np.int32)
    np.add.at(moved.pool.transpose(1, 2, 0), (cells, grades), leaving.T.astype(np.int32))
