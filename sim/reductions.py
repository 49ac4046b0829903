"""The tables that one finished case is reduced to: one function and one row of `REDUCTIONS` each.

A reduction reads draws and writes tidy rows without the columns `future` and `plan`, which are added for it.  A new
table is a new file with its function, a row here, and a shape in `reports/`.
"""

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd

from sim.reduced import Reduced as Reduced
from sim.summary import county_rows, school_rows, verdict_rows, zone_rows

Reduction = Callable[[Reduced], pd.DataFrame]

REDUCTIONS: MappingProxyType[str, Reduction] = MappingProxyType(
    {
        "schools": lambda one: school_rows(one.now, one.model, one.assessment),
        "zones": lambda one: zone_rows(one.now, one.model),
        "county": lambda one: county_rows(one.now, one.model, one.study, one.reference),
        "verdicts": lambda one: verdict_rows(one.now, one.model, one.assessment, one.study),
    }
)
