"""Moving up a grade: the homes of a case share the fate of their homes in the reference world.

Symbols, for one home and grade of one draw: n[j], N = sum n pupils by school j and in all, a year before; m[j], M the
same in the reference world; k[j] pupils there who stay with their school (and who join them), o those whose school ends
and who find another, M' = sum k + o all together a year later; R ratio of the county in this draw and grade.

    total     N' = floor(M' min(N, M) / M + (N - M)+ R + u)
    staying   in proportion to k[j] min(n[j], m[j]) / m[j] + (n[j] - m[j])+ R, schools that host the next grade
    pool      in proportion to o min(e, E) / E + (e - E)+ R, e and E pupils of schools that end, in the case and there

So how many children a home has depends on no plan, only where they go (decision record 0007): what the shocks of a
school brought to a home or took from it stays with the home when a plan sends its children elsewhere.  Homes that are
as in the reference world give exactly its pupils.  Children whom only this case has (a future with more births, an
estate) move up as the county does.  Entrants follow by the same rule: children who reach school against those of the
reference world, and the places they found.  Pupils of pseudo-schools move up where they are (decision record 0008).
Decision record 0032.  Tests: tests/sim/test_progression.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import BoolArray, CountArray, IntArray
from sim.kernels_follow import Guide, Luck, fill_followed
from sim.model import Model
from sim.reference_world import ReferenceYear, stays
from sim.world import YearWorld


@dataclass(frozen=True)
class Moved:
    """Pupils after moving up, before admission."""

    staying: CountArray  # [draw, slot, cell, grade]; the first grade is empty
    pool: CountArray  # [draw, cell, grade] pupils of public schools who need another one
    left: IntArray  # [draw]
    arrived: IntArray  # [draw]
    graduated: IntArray  # [draw]


def move_up(model: Model, pupils: CountArray, guide: ReferenceYear, world: YearWorld) -> Moved:
    """One year of progression for pupils [draw, slot, cell, grade]; guide: the same year of the reference world."""
    real, pseudo = model.layout.real, model.layout.pseudo
    draws, _, cells, grades = pupils.shape
    staying = np.zeros_like(pupils)
    staying[:, pseudo, :, 1:] = pupils[:, pseudo, :, :-1]
    pool, flow = np.zeros((draws, cells, grades), dtype=np.int32), np.zeros((draws, 2), dtype=np.int64)
    luck = Luck(world.grades_of_cells("progression/total"), world.grades_of_cells("progression/which"))
    there = Guide(guide.before[:, real], guide.kept[:, real], guide.placed[:, real], guide.ratio)
    fill_followed(pupils[:, real], there, stays(model), _spans(model), luck, staying[:, real], pool, flow)
    return Moved(staying, pool, flow[:, 0], flow[:, 1], pupils[..., -1].sum(axis=(1, 2), dtype=np.int64))


def _spans(model: Model) -> IntArray:
    """First slot and last + 1 whose schools host a grade or the next, in any home, [grade, 2]."""
    hosts = np.vstack([model.may_host[: len(model.layout.schools)], np.zeros((1, model.hosts.shape[1]), dtype=bool)])
    hosts[:, :-1] |= hosts[:, 1:]
    used = np.asarray(hosts[model.layout.slot_school[:, model.layout.real]].any(axis=0))  # [slot, grade]
    spans = [np.flatnonzero(column) for column in used.T]
    return np.array([(slots[0], slots[-1] + 1) if slots.size else (0, 0) for slots in spans], dtype=np.int64)


def first_graders(entrants: CountArray, guide: ReferenceYear, world: YearWorld) -> CountArray:
    """First graders of all schools by home, [draw, cell], from children who reach school [draw, cell]."""
    there, found = guide.entrants, guide.placed[..., 0].sum(axis=1)
    same = np.minimum(entrants, there)
    # Where nobody reached school in the reference world, places were found by nobody.
    kept = np.divide(found * same, there, out=found.astype(float), where=there > 0)
    more = (entrants - same) * guide.ratio[:, :1]
    whole: CountArray = np.floor(kept + more + world.cells("entry/total")).astype(np.int32)
    return whole


def release(moved: Moved, where: BoolArray, cells: IntArray, grades: IntArray, slots: IntArray) -> None:
    """Send pupils of some (cell, grade, slot) to the pool in the draws `where` (closures, all-grade openings).

    where: [draw].  cells, grades, slots: [entry], one pupil stock each.
    """
    leaving = moved.staying[:, slots, cells, grades] * where[:, None]
    moved.staying[:, slots, cells, grades] -= leaving.astype(np.int32)
    np.add.at(moved.pool.transpose(1, 2, 0), (cells, grades), leaving.T.astype(np.int32))
