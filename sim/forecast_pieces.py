"""Why each cell is what it is: the pieces of its path as factors, the ratio into its grade, how far it was believed.

Symbols: x[k] pieces of the log path (`sim/path.py`); r[s, g] grade ratio and its weights (`sim/path_ratios.py`).

    path   = start x product of the factors exp(x[k]), k = births .. ratio-5; start in pupils
    ratio  = exp(R + a + u + v) into the grade, where the school teaches the grade below; else empty: it enters by share
    own_.. = weights of the district's, the school's and the grade's own history, 0 = all common, 1 = all own

Tests: tests/sim/test_forecast_rows.py.
"""

import numpy as np
import pandas as pd

from sim.baselines import moved_within
from sim.panel import Panel
from sim.path import PIECES, Path

WEIGHTS = ("own_district", "own_school", "own_grade")
FACTORS = tuple(f"{name}_effect" if name in ("district", "school", "grade") else name for name in PIECES[1:])
COLUMNS = ("district", "school", "grade", "year", "path", "start", *FACTORS, "ratio", *WEIGHTS)


def piece_rows(panel: Panel, path: Path) -> pd.DataFrame:
    """One row for each cell and year of the path: COLUMNS. panel: that of the path's origin."""
    s, g, h = np.nonzero(~np.isnan(path.log_pupils))
    names = {
        "district": np.array(panel.districts)[panel.district_of][s],
        "school": np.array(panel.schools)[s],
        "grade": np.array(panel.grades)[g],
        "year": path.origin + 1 + h,
        "path": path.pupils[s, g, h],
    }
    columns = ("start", *FACTORS)
    pieces = {to: np.exp(path.pieces[name][s, g, h]) for to, name in zip(columns, PIECES, strict=True)}
    within = moved_within(panel)[s, g]
    below = np.maximum(g - 1, 0)
    learnt, home = path.ratios, panel.district_of[s]
    into = {name: np.full(s.size, np.nan) for name in ("ratio", *WEIGHTS)}
    if within.any():  # with a single grade nobody moves up, and there are no ratios
        ratio = np.exp(learnt.total(panel.district_of)[s, below])
        weights = (learnt.weight_district[home, below], learnt.weight_school[s], learnt.weight_grade[s, below])
        found = zip(into, (ratio, *weights), strict=True)
        into = {name: np.where(within, values, np.nan) for name, values in found}
    return pd.DataFrame({**names, **pieces, **into})
