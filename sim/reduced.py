"""A finished case with all its draws, ready to be read by the functions of `sim/reductions.py`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.details import Details
from sim.engine import CasePlan
from sim.model import Model
from sim.summary import Assessment, Measured


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
