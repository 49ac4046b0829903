"""Which guards stopped closures, over the draws of a case.  Page: docs/science/guards.md.

Tests: tests/sim/test_guards_rows.py.
"""

import numpy as np
import pandas as pd

from sim.arrays import BoolArray
from sim.guards import REGISTRY, Closing, counting
from sim.reduced import Reduced

COLUMNS = ("project", "guard", "year", "p", "p_by", "set_aside")
ANY = "any"
"""Row of all guards that count together: the closure did not open in that year, though it was due."""


def guard_rows(one: Reduced) -> pd.DataFrame:
    """Rows of the table `guards`; none of a plan whose closures no guard looks at.

    p: share of draws in which the guard was against it on that 1 September.  p_by: in which it was so by then.
    Guards that were never against a closure have no rows; `any` is there for every guarded closure.
    """
    course, adaptive = one.now.result.course, one.case.adaptive
    if course is None or course.stopped is None or adaptive is None or adaptive.fences is None:
        return pd.DataFrame(columns=list(COLUMNS))
    frames = [
        closing_rows(one.case.network.projects[closing.project].id, closing, course.stopped.by[:, :, number], years)
        for number, closing in enumerate(adaptive.fences.closings)
        for years in (one.model.years,)
    ]
    return pd.concat(frames, ignore_index=True)


def closing_rows(project: str, closing: Closing, by: BoolArray, years: range) -> pd.DataFrame:
    """Rows of one closure. by: [draw, year, guard]; years: of that axis."""
    counts = counting(closing)
    found = [(name, by[:, :, number], not counts[number]) for number, name in enumerate(REGISTRY)]
    rows: list[tuple[object, ...]] = []
    for name, said, aside in ((ANY, np.asarray((by & counts).any(axis=2)), False), *found):
        if name != ANY and not said.any():
            continue
        ever: BoolArray = np.asarray(np.logical_or.accumulate(said, axis=1))
        rows += [
            (project, name, year, float(said[:, at].mean()), float(ever[:, at].mean()), int(aside))
            for at, year in enumerate(years)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
