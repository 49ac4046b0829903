"""Sums of stocks by cell over units and first grades."""

import numpy as np

from sim.home_sums import in_first_grades, unit_sum
from tests.sim import adaptive_cases


def test_cells_of_a_unit_are_added_and_children_from_outside_left_out():
    model = adaptive_cases.study().model
    cells = np.arange(1, len(model.layout.cells) + 1, dtype=np.int32)[None]
    found = unit_sum(model, cells)
    by_unit = [int(cells[0, model.layout.unit_of == unit].sum()) for unit in range(len(model.layout.units))]
    assert found.tolist() == [by_unit]
    assert found.sum() == cells.sum() - cells[0, -1]


def test_first_grades_are_those_of_every_stage():
    model = adaptive_cases.study().model
    pupils = np.zeros((1, model.layout.slot_school.shape[1], len(model.layout.cells), 9), dtype=np.int32)
    cell = int(np.flatnonzero(model.layout.unit_of == 1)[0])
    pupils[0, :2, cell] = np.arange(9)  # grade 1 holds 0, grade 7 holds 6, in two schools
    assert in_first_grades(model, pupils)[0].tolist() == [[0, 0], [0, 12], [0, 0]]
