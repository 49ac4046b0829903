"""What the construction calendar says: opening years, hand-overs, money and waits, draw by draw.

Equations: opening year = base_year + ceil(handover / 12), handover in months since 1 September of base_year.
Tests: tests/sim/test_construction.py.  Page: docs/science/construction.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from sim.arrays import BoolArray, FloatArray, IntArray

NEVER = 9999
"""Opening year of a project that is not open by 1 September of the last simulated year."""

CAUSES = ("budget", "crew")
"""What a project of any plan can wait for; `Calendar.waits` holds more where a plan has more."""

STATES = ("ok", "late", "money", "dependency", "approval", "not_started", "cancelled", "stopped")
"""First entries of `Calendar.states`: opens; is not ready in time; waits for money, or for another project, to the end;
its approvals lapse as fast as they are passed; was never decided; was given up; was stopped before. Every risk that can
stop a project adds "stopped:<risk>"."""

GUARDS = "guards"
"""State of a closure that guards stop to the last simulated year; only in plans that have some."""

_EPSILON = 1e-9  # months (3 milliseconds): a sum of stages that ends on 1 September may miss it by a rounding error


@dataclass(frozen=True)
class Calendar:
    """Result of `opening_years`; rows are draws, columns are projects in the order of the plan.

    projects: project ids.  years: calendar years of the last axis of `spend`, base_year .. horizon + 1.
    opening_year: first 1 September at or after hand-over, or NEVER, [draw, project].
    handover_month: months since 1 September of base_year, inf where opening_year is NEVER, [draw, project].
    spend: capital released, 万元, [draw, project, year].  spend_before: the same before base_year, [draw, project].
    paid: 万元 that had been paid before the simulation, from no source of the plan, [project].
    sources: names of the sources of capital.  spend_by_source: [draw, project, year, source].
    waits: months lost, by cause, each [draw, project]; a wait that never ends counts to the end of `years`. Causes:
    budget (the source "budget"), budget:<source>, crew, desk:<name>, dependency, season, approval, risk.
    stages: names of stages.  stage_begin, stage_end: months, [draw, project, stage], first begin and last end of a
    stage that is passed again, nan where it is not reached (or not known: the begin of a stage that was done before).
    state: place in `states` of how a project ends, [draw, project].
    risks: names of risks.  struck: whether a risk came about, [draw, project, risk].
    """

    projects: tuple[str, ...]
    years: tuple[int, ...]
    opening_year: IntArray
    handover_month: FloatArray
    spend: FloatArray
    spend_before: FloatArray
    waits: dict[str, FloatArray]
    paid: FloatArray
    sources: tuple[str, ...]
    spend_by_source: FloatArray
    stages: tuple[str, ...]
    stage_begin: FloatArray
    stage_end: FloatArray
    states: tuple[str, ...]
    state: IntArray
    risks: tuple[str, ...]
    struck: BoolArray

    def waited(self, cause: str) -> FloatArray:
        """Months lost to a cause and all its kinds ("budget" with every "budget:<source>"), [draw, project]."""
        found = [months for name, months in self.waits.items() if name.split(":")[0] == cause]
        return np.sum(found, axis=0) if found else np.zeros(self.opening_year.shape)


def opening_year(handover_month: FloatArray, base_year: int, horizon: int) -> IntArray:
    """First 1 September at or after hand-over, NEVER after 1 September of `horizon`; same shape as `handover_month`.

    handover_month: months since 1 September of base_year, inf when never.
    Formula: base_year + ceil(handover / 12); a project handed over before base_year has an opening year before it.
    """
    years = np.where(np.isfinite(handover_month), handover_month, 0.0)
    opens = base_year + np.ceil((years - _EPSILON) / 12.0).astype(np.int64)
    late = ~np.isfinite(handover_month) | (opens > horizon)
    return np.where(late, NEVER, opens)


def with_guards(calendar: Calendar, opens: IntArray) -> Calendar:
    """The calendar with what guards make of the openings, [draw, project]: later ones, or none (state "guards")."""
    never = (opens == NEVER) & (calendar.opening_year != NEVER)
    states = (*calendar.states, GUARDS)
    return replace(
        calendar,
        opening_year=opens,
        handover_month=np.where(never, np.inf, calendar.handover_month),
        states=states,
        state=np.where(never, states.index(GUARDS), calendar.state),
    )


def rows(calendar: Calendar, draws: IntArray) -> Calendar:
    """The calendar of some draws; draws: their numbers, [draw]."""
    cut: dict[str, Any] = {}
    for one in fields(Calendar):
        value = getattr(calendar, one.name)
        if one.name == "waits":
            cut["waits"] = {cause: months[draws] for cause, months in value.items()}
        elif isinstance(value, np.ndarray) and one.name != "paid":
            cut[one.name] = value[draws]
    return replace(calendar, **cut)


def join(parts: Sequence[Calendar]) -> Calendar:
    """One calendar from chunks of draws of the same plan, in the order given."""
    first = parts[0]
    same = [one.name for one in fields(Calendar) if isinstance(getattr(first, one.name), tuple)]
    if any(getattr(part, name) != getattr(first, name) for part in parts for name in same):
        raise ValueError("calendars of different plans or horizons cannot be joined")
    arrays: dict[str, Any] = {
        one.name: np.concatenate([getattr(part, one.name) for part in parts])
        for one in fields(Calendar)
        if one.name not in (*same, "waits", "paid")
    }
    waits = {cause: np.concatenate([part.waits[cause] for part in parts]) for cause in first.waits}
    return replace(first, waits=waits, **arrays)
