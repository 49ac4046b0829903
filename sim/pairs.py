"""Pupils by home unit and school, added over draws: what tables of access are made from.

    pairs[u, s, g] = sum over draws d, cells c of u and slots k of c at school s of P[d, k, c, g]
    rolls[s, g]    = the same over all cells, those outside the county as well

Whole children, added as integers: the same whatever the draws are divided into. Pseudo-schools and homes outside the
county have no way to school in the study and are left out of the pairs.  Test: tests/sim/test_pairs.py.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.arrays import CountArray, IntArray
from sim.model import Layout, Model


@dataclass(frozen=True)
class Tally:
    """Pupils by home and slot of some years, added up while a block of draws is simulated."""

    years: tuple[int, ...]
    """School years that are kept, rising; the base year may be among them."""
    total: IntArray
    """Sum over draws, [case, year, slot, cell, grade]."""

    def add(self, case: int, year: int, pupils: CountArray) -> None:
        """Add the pupils [draw, slot, cell, grade] of a case and year; other years are left out."""
        if year in self.years:
            self.total[case, self.years.index(year)] += pupils.sum(axis=0, dtype=np.int64)


def tally(model: Model, cases: int, years: tuple[int, ...]) -> Tally:
    """An empty tally of so many cases."""
    cells, slots = model.layout.slot_school.shape
    return Tally(years, np.zeros((cases, len(years), slots, cells, len(model.grades.names)), dtype=np.int64))


def pair_sums(pupils: NDArray[np.integer], layout: Layout) -> IntArray:
    """Pupils of a block of draws by home unit and school, [unit, school, grade].

    pupils: [draw, slot, cell, grade], as in `sim.state.State`, or sums over draws.
    """
    units, schools, grades = len(layout.units), len(layout.schools), pupils.shape[3]
    total = pupils.sum(axis=0, dtype=np.int64).transpose(1, 0, 2)  # [cell, slot, grade]
    school = layout.slot_school
    home = np.broadcast_to(layout.unit_of[:, None], school.shape)
    real = (school >= 0) & (school < schools) & (home >= 0)
    key = home[real] * schools + school[real]
    out = np.zeros((units * schools, grades), dtype=np.int64)
    np.add.at(out, key, total[real])
    return out.reshape(units, schools, grades)


def roll_sums(pupils: NDArray[np.integer], layout: Layout) -> IntArray:
    """Rolls of a block of draws added up, [school, grade]. pupils: [draw, slot, cell, grade]."""
    total = pupils.sum(axis=0, dtype=np.int64).transpose(1, 0, 2)
    school = layout.slot_school
    real = (school >= 0) & (school < len(layout.schools))
    out = np.zeros((len(layout.schools), pupils.shape[3]), dtype=np.int64)
    np.add.at(out, school[real], total[real])
    return out
