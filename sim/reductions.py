"""The tables that one finished case is reduced to: one function and one row of `REDUCTIONS` each.

A reduction reads draws and writes tidy rows without the columns `future` and `plan`, which are added for it.  A new
table is a new file with its function, a row here, and a shape in `reports/`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.details import Details
from sim.engine import CasePlan
from sim.model import Model
from sim.summary import Assessment, Measured, county_rows, school_rows, verdict_rows, zone_rows


@dataclass(frozen=True)
class Reduced:
    """A finished case with all its draws, ready to be read."""

    now: Measured
    model: Model
    """With all its stages (`sim.ladders.whole`)."""
    case: CasePlan
    """Future, plan and opening years [draw, project]."""
    assessment: Assessment
    study: str
    """Id of the study, the entity of county rows."""
    details: Details
    reference: NDArray[np.int64] | None
    """Public rolls of the reference future under the same plan, [draw, year, grade]; None: not among the cases."""


Reduction = Callable[[Reduced], pd.DataFrame]

REDUCTIONS: MappingProxyType[str, Reduction] = MappingProxyType(
    {
        "schools": lambda one: school_rows(one.now, one.model, one.assessment),
        "zones": lambda one: zone_rows(one.now, one.model),
        "county": lambda one: county_rows(one.now, one.model, one.study, one.reference),
        "verdicts": lambda one: verdict_rows(one.now, one.model, one.assessment, one.study),
    }
)
