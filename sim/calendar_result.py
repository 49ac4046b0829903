"""What the construction calendar says: opening years, hand-overs, money and waits, draw by draw.

Equations: opening year = base_year + ceil(handover / 12), handover in months since 1 September of base_year.
Tests: tests/sim/test_construction.py.  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from sim.streams import FloatArray, IntArray

NEVER = 9999
"""Opening year of a project that is not open by 1 September of the last simulated year."""

CAUSES = ("budget", "crew")
"""What a project can wait for."""

_EPSILON = 1e-9  # months (3 milliseconds): a sum of stages that ends on 1 September may miss it by a rounding error


@dataclass(frozen=True)
class Calendar:
    """Result of `opening_years`; rows are draws, columns are projects in the order of the plan.

    projects: project ids.  years: calendar years of the last axis of `spend`, base_year .. horizon + 1.
    opening_year: first 1 September at or after hand-over, or NEVER, [draw, project].
    handover_month: months since 1 September of base_year, inf where opening_year is NEVER, [draw, project].
    spend: capital released, 万元, [draw, project, year].  spend_before: the same before base_year, [draw, project].
    waits: months waited, by cause (CAUSES), each [draw, project]; a wait that never ends counts to the end of `years`.
    """

    projects: tuple[str, ...]
    years: tuple[int, ...]
    opening_year: IntArray
    handover_month: FloatArray
    spend: FloatArray
    spend_before: FloatArray
    waits: dict[str, FloatArray]


def opening_year(handover_month: FloatArray, base_year: int, horizon: int) -> IntArray:
    """First 1 September at or after hand-over, NEVER after 1 September of `horizon`; same shape as `handover_month`.

    handover_month: months since 1 September of base_year, inf when never.
    Formula: base_year + ceil(handover / 12); a project handed over before base_year has an opening year before it.
    """
    years = np.where(np.isfinite(handover_month), handover_month, 0.0)
    opens = base_year + np.ceil((years - _EPSILON) / 12.0).astype(np.int64)
    late = ~np.isfinite(handover_month) | (opens > horizon)
    return np.where(late, NEVER, opens)


def join(parts: Sequence[Calendar]) -> Calendar:
    """One calendar from chunks of draws of the same plan, in the order given."""
    first = parts[0]
    if any(part.projects != first.projects or part.years != first.years for part in parts):
        raise ValueError("calendars of different plans or horizons cannot be joined")
    arrays = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Calendar)
        if field.name not in ("projects", "years", "waits")
    }
    waits = {cause: np.concatenate([part.waits[cause] for part in parts]) for cause in first.waits}
    return Calendar(projects=first.projects, years=first.years, waits=waits, **arrays)
