"""Sums of stocks by cell over the units where children live.  Tests: tests/sim/test_home_sums.py."""

import numpy as np

from sim.arrays import CountArray
from sim.model import Model


def unit_sum(model: Model, cells: CountArray) -> CountArray:
    """Sums over the cells of each unit, [draw, unit, ...]; children from outside the county are left out.

    cells: [draw, cell, ...].
    """
    # Cells are ordered by unit and the outside cell is last, so a unit's cells stand side by side.
    inside = model.layout.unit_of[model.layout.unit_of >= 0]
    starts = np.searchsorted(inside, np.arange(len(model.layout.units)))
    out: CountArray = np.add.reduceat(cells[:, : len(inside)], starts, axis=1)
    return out


def in_first_grades(model: Model, pupils: CountArray) -> CountArray:
    """Pupils in the first grade of every stage by home, [draw, unit, stage]; pupils: [draw, slot, cell, grade]."""
    first = [model.grades.first_of(stage) for stage in range(len(model.grades.stages))]
    return unit_sum(model, pupils[..., first].sum(axis=1, dtype=np.int32))
