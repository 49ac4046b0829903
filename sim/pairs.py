"""Pupils by home unit and school, added over draws: what tables of access are made from.

    pairs[u, s, g] = sum over draws d, cells c of u and slots k of c at school s of P[d, k, c, g]

Whole children, added as integers: the same whatever the draws are divided into. Pseudo-schools and homes outside the
county have no way to school in the study and are left out.  Test: tests/sim/test_pairs.py.
"""

import numpy as np
from numpy.typing import NDArray

from sim.model import Layout

CountArray = NDArray[np.int32]
IntArray = NDArray[np.int64]


def pair_sums(pupils: CountArray, layout: Layout) -> IntArray:
    """Pupils of a block of draws by home unit and school, [unit, school, grade].

    pupils: [draw, slot, cell, grade], as in `sim.state.State`.
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
