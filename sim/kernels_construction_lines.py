"""The lines of the compiled loop: land, money of several sources, review desks and crews, served in the order of keys.

The same rules as `sim/queues.py`.  Every function serves whom it can, which go on in this instant, and says whether
there were any.
Tests: tests/sim/test_construction_properties.py.  Page: docs/science/construction.md, section Speed.
"""

from sim.arrays import IntArray
from sim.compiled_parts import part
from sim.construction_arrays import FOR_CREW, FOR_LAND, FOR_MONEY, Plan, State
from sim.kernels_construction_life import go_on


@part
def _ahead(plan: Plan, state: State, p: int, q: int) -> bool:  # pragma: no cover - compiled
    """Whether p is served before q: by priority, month of asking, rank of the id."""
    one, other = plan.projects[p], plan.projects[q]
    if one.priority != other.priority:
        return bool(one.priority < other.priority)
    if state.sites[p].asked != state.sites[q].asked:
        return bool(state.sites[p].asked < state.sites[q].asked)
    return bool(one.rank < other.rank)


@part
def _line_up(plan: Plan, state: State, line: int, queue: IntArray) -> int:  # pragma: no cover - compiled
    """Put into `queue`, in order, who stands in a line; how many they are."""
    found = 0
    for p in range(len(state.sites)):
        if state.sites[p].waits == line:
            at = found
            while at > 0 and _ahead(plan, state, p, queue[at - 1]):
                queue[at] = queue[at - 1]
                at -= 1
            queue[at] = p
            found += 1
    return found


@part
def kept(level: int, share: float) -> int:  # pragma: no cover - compiled
    """`sim.queues.carried`."""
    return level if share == 1.0 else int(level * share)


@part
def _within_reach(plan: Plan, state: State, source: int, units: int) -> bool:  # pragma: no cover - compiled
    """Whether a source can ever hold so much from now on, if nobody else is served."""
    purse, own = plan.purses[source], state.purses[source]
    level = own.level
    if units > level + own.to_come or purse.kept == 1.0:
        return bool(units <= level + own.to_come)
    for i in range(own.next, purse.last):
        level = kept(level, purse.kept) + plan.refills[i].units
        if level >= units:
            return True
    return False


@part
def grant_land(plan: Plan, state: State, queue: IntArray, now: float) -> bool:  # pragma: no cover - compiled
    """Up to the first who must wait; who can never be served is passed over.  queue: room for everybody, [project]."""
    source, served = len(plan.purses) - 1, 0
    own = state.purses[source]
    for i in range(_line_up(plan, state, FOR_LAND, queue)):
        units = plan.legs[state.sites[queue[i]].leg].units
        if units <= own.level:
            own.level -= units
            queue[served] = queue[i]
            served += 1
        elif _within_reach(plan, state, source, units):
            break
    for i in range(served):
        state.sites[queue[i]].until = now
    return served > 0


@part
def _short_of(plan: Plan, state: State, p: int) -> tuple[int, bool]:  # pragma: no cover - compiled
    """The source for want of which a payment cannot be made, -1 if it can; whether it can never be made."""
    project, payment, short = plan.projects[p], state.sites[p].leg + p, -1
    for i in range(project.share_first, project.share_last):
        source = plan.shares[i].source
        units = state.parts[payment, source]
        if units > state.purses[source].level:
            if not _within_reach(plan, state, source, units):
                return source, True
            short = source if short < 0 else short
        elif units > 0 and state.purses[source].blocked and short < 0:
            short = source
    return short, False


@part
def grant_money(plan: Plan, state: State, queue: IntArray, now: float) -> bool:  # pragma: no cover - compiled
    """Who must wait blocks its sources, unless it can never be served.  queue: room for everybody, [project]."""
    served = 0
    for source in range(len(plan.purses)):
        state.purses[source].blocked = False
    for i in range(_line_up(plan, state, FOR_MONEY, queue)):
        p = queue[i]
        site, parts = state.sites[p], state.parts[state.sites[p].leg + p]
        short, never = _short_of(plan, state, p)
        if short < 0:
            for source in range(len(parts)):
                state.purses[source].level -= parts[source]
            queue[served] = p
            served += 1
            continue
        if site.lacking != short:
            go_on(state, p, now)
            site.lacking, site.cause, site.since = short, plan.purses[short].cause, now
        for source in range(len(parts)):
            if not never and parts[source] > 0:
                state.purses[source].blocked = True
    for i in range(served):
        state.paid[state.sites[queue[i]].leg + queue[i]] = now
        state.sites[queue[i]].until = now
    return served > 0


@part
def grant_places(
    plan: Plan, state: State, line: int, queue: IntArray, now: float
) -> bool:  # pragma: no cover - compiled
    """Desks or crews, for whoever finds a free one.  queue: room for everybody, [project]."""
    served = 0
    for i in range(_line_up(plan, state, line, queue)):
        p = queue[i]
        site = state.sites[p]
        if state.free[site.lacking] > 0:
            state.free[site.lacking] -= 1
            if line == FOR_CREW:
                site.crew = True
            else:
                site.desk = site.lacking
            queue[served] = p
            served += 1
    for i in range(served):
        state.sites[queue[i]].until = now
    return served > 0
