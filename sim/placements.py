"""Who had no seat in the school of its zone, where it went, why and how far: what admission did to single children.

An event is a row of `CaseResult.events`: draw, year (index), cell, grade, school that had no seat, school joined (-1:
none, the child stays), reason, children.  Only events are kept, so a county with seats for all keeps nothing.
"""

import numpy as np
from numpy.typing import NDArray

from sim.kernels_admission import EVENT

CountArray = NDArray[np.int32]
IntArray = NDArray[np.int64]

DRAW, YEAR, CELL, GRADE, FROM, TO, REASON, CHILDREN = range(8)
"""Columns of the events of a case."""


def events_of_years(years: list[CountArray], draws: IntArray) -> CountArray:
    """Events of a block of draws, by draw, then by year; years: [event, 7] of each year with draws of the block."""
    rows = np.concatenate([np.zeros((0, EVENT), np.int32), *years])
    year = np.repeat(np.arange(len(years), dtype=np.int32), [len(one) for one in years])
    out = np.concatenate([draws[rows[:, :1]].astype(np.int32), year[:, None], rows[:, 1:]], axis=1)
    return out[np.argsort(out[:, DRAW], kind="stable")]


def joined_events(early: CountArray, school: CountArray, grades: int) -> CountArray:
    """Events of both ladders; grades: of the stage before school, whose grades come first."""
    later = school.copy()
    later[:, GRADE] += grades
    both = np.concatenate([early, later])
    return both[np.argsort(both[:, DRAW], kind="stable")]
