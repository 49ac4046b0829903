"""The event loop of construction, compiled by numba: instant after instant, draw after draw.

The same rules, to the last bit, as the SimPy model of `sim/yard.py`; see docs/science/construction.md, section Speed,
and docs/decisions/0063.  What happens to one project: `sim/kernels_construction_life.py`; who is served:
`sim/kernels_construction_lines.py`.
Tests: tests/sim/test_construction_properties.py (both programs and the plain reference agree).
"""

import numpy as np

from sim.arrays import IntArray
from sim.compiled_parts import part, whole
from sim.construction_arrays import CHANCE, FOR_CREW, FOR_DESK, Plan, State
from sim.kernels_construction_life import EPSILON, live
from sim.kernels_construction_lines import grant_land, grant_money, grant_places, kept


@part
def _next_month(plan: Plan, state: State) -> float:  # pragma: no cover - compiled
    """When something happens next."""
    now = np.inf
    for p in range(len(state.sites)):
        now = min(now, state.sites[p].until)
    for source in range(len(plan.purses)):
        if state.purses[source].next < plan.purses[source].last:
            now = min(now, plan.refills[state.purses[source].next].month)
    return now


@part
def _drain(plan: Plan, state: State, now: float) -> bool:  # pragma: no cover - compiled
    """All that happens by itself in this instant; whether a project then lacks the duration of a stage."""
    for source in range(len(plan.purses)):
        purse, own = plan.purses[source], state.purses[source]
        while own.next < purse.last and plan.refills[own.next].month == now:
            units = plan.refills[own.next].units
            own.level = kept(own.level, purse.kept) + units
            own.to_come -= units
            own.next += 1
    lacks, happened = False, True
    while happened:
        happened, lacks = False, False
        for p in range(len(state.sites)):
            site = state.sites[p]
            if site.until == now:
                if site.waits == CHANCE and np.isnan(site.months):
                    lacks = True
                else:
                    live(plan, state, p, now)
                    happened = True
    return lacks


@part
def _instant(plan: Plan, state: State, queue: IntArray, now: float) -> bool:  # pragma: no cover - compiled
    """All that happens in this instant; False if it must stop on the way, see `_drain`."""
    while True:
        if _drain(plan, state, now):
            return False
        if grant_land(plan, state, queue, now) or grant_money(plan, state, queue, now):
            continue
        if not grant_places(plan, state, FOR_DESK, queue, now) and not grant_places(plan, state, FOR_CREW, queue, now):
            return True


@whole
def advance(
    plan: Plan, block: State, rows: IntArray, month: float, queue: IntArray
) -> None:  # pragma: no cover - compiled
    """All that happens in some draws up to `month`, that day included; nothing at or after the end of the programme.

    rows: [row].  queue: room for everybody, [project].  A draw in which a stage is passed again stops there as `paused`
    until it is told how long that takes.
    """
    for d in rows:
        state = State(
            block.sites[d],
            block.legs[d],
            block.slots[d],
            block.risks[d],
            block.purses[d],
            block.clock[d],
            block.told[d],
            block.due[d],
            block.free[d],
            block.paid[d],
            block.parts[d],
            block.waits[d],
        )
        clock = state.clock[0]
        clock.paused = False
        while not clock.paused:
            now = clock.now if clock.woken else _next_month(plan, state)
            if now > month + EPSILON or now >= plan.end:
                clock.now = max(clock.now, min(month, plan.end))
                break
            clock.now, clock.woken = now, False
            clock.paused = not _instant(plan, state, queue, now)
