"""The life of a project in the compiled loop: step by step, until it waits for something or is over.

The same rules, to the last bit, as the SimPy process of `sim/building.py`, which says them in words; a step there is a
line of the process, here a number, so that a project can stop at any of them and go on later.
Tests: tests/sim/test_construction_properties.py (both programs and the plain reference agree).
Page: docs/science/construction.md, section Speed.
"""

from math import floor

import numpy as np

from sim.compiled_parts import part
from sim.construction_arrays import (
    BEGIN,
    CHANCE,
    CLOCK,
    CREW,
    DESK,
    END,
    FOR_CREW,
    FOR_DESK,
    FOR_LAND,
    FOR_MONEY,
    HELD,
    LAPSED,
    LEG,
    NOTHING,
    OTHER,
    OTHERS,
    OVER,
    PARCEL,
    PASSED,
    PAY,
    QUOTA,
    REPEATS,
    RISKS,
    VALID,
    Plan,
    State,
)

EPSILON = 1e-9  # months, as in sim/building.py
_YEAR = 12


@part
def go_on(state: State, p: int, now: float) -> None:  # pragma: no cover - compiled
    """The wait of a project ends, if it is in one."""
    site = state.sites[p]
    if site.cause >= 0:
        if now > site.since:
            state.waits[p, site.cause] = state.waits[p, site.cause] + now - site.since
        site.cause = -1


@part
def stand(state: State, p: int, line: int, cause: int, now: float) -> bool:  # pragma: no cover - compiled
    """A wait begins; `line` says for what."""
    site = state.sites[p]
    site.waits, site.cause, site.asked, site.since = line, cause, now, now
    return False


@part
def _lose(state: State, p: int, cause: int, months: float) -> None:  # pragma: no cover - compiled
    if months > 0:
        state.waits[p, cause] = state.waits[p, cause] + months


@part
def leave(plan: Plan, state: State, p: int) -> None:  # pragma: no cover - compiled
    """Give back the desk and the crew."""
    site = state.sites[p]
    if site.desk >= 0:
        state.free[site.desk] += 1
        site.desk = -1
    if site.crew:
        state.free[len(plan.places) - 1] += 1
        site.crew = False


@part
def _end_of_work(plan: Plan, begin: float, months: float, pace: int) -> float:  # pragma: no cover - compiled
    """`sim.work_calendar.end_of_work`."""
    now, left = begin, months
    while left > 0.0:
        month = floor(now)
        rate = plan.paces[pace, month % _YEAR]
        done = (month + 1 - now) * rate
        if done >= left:
            return float(now + left / rate)
        left -= done
        now = float(month + 1)
    return now


@part
def _work(
    plan: Plan, state: State, p: int, now: float, pace: int, months: float
) -> bool:  # pragma: no cover - compiled
    """Work begins now."""
    site, length = state.sites[p], months
    if pace >= 0:
        length = _end_of_work(plan, now, months, pace) - now
        _lose(state, p, plan.season, length - months)
    site.waits, site.until = CLOCK, now + length
    return False


@part
def _again(state: State, p: int, slot: int, why: int, now: float) -> bool:  # pragma: no cover - compiled
    """Pass a stage once more; how long it takes this time comes from outside."""
    site = state.sites[p]
    state.slots[slot].times += 1
    site.slot, site.why, site.step = slot, why, DESK
    site.waits, site.months, site.until = CHANCE, np.nan, now
    return False


@part
def _claim(plan: Plan, state: State, p: int, yuan: int, now: float) -> bool:  # pragma: no cover - compiled
    """Stand in line for a payment and all that is owed, divided among the sources as `sim.building.split` does."""
    site, project = state.sites[p], plan.projects[p]
    total, before, share = yuan + site.owed, 0, 0.0
    site.owed, site.lacking = 0, -1
    for i in range(project.share_first, project.share_last):
        one, upto = plan.shares[i], total
        if i < project.share_last - 1:
            share += one.share
            upto = min(total, np.int64(np.rint(total * share)))
        state.parts[site.leg + p, one.source] = upto - before
        if upto > before and site.lacking < 0:
            site.lacking = one.source
        before = upto
    return stand(state, p, FOR_MONEY, plan.purses[site.lacking].cause, now)


@part
def _carry_on(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """The leg under way: it holds what it needs, whether or not that was free."""
    site, project = state.sites[p], plan.projects[p]
    leg, own = plan.legs[site.leg], state.legs[site.leg]
    own.began = project.begun
    if leg.desk >= 0:
        state.free[leg.desk] -= 1
        site.desk = leg.desk
    if leg.crew:
        state.free[len(plan.places) - 1] -= 1
        site.crew = True
    end = project.begun + own.months
    if leg.pace >= 0:
        end = _end_of_work(plan, project.begun, own.months, leg.pace)
    end = max(end, project.start)
    if leg.pace >= 0:
        _lose(state, p, plan.season, end - project.begun - own.months)
    site.step, site.waits, site.until = PARCEL, CLOCK, now + max(0.0, end - now)
    return False


@part
def _risks(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """Judge the risks of a leg that falls due, one after another, each with what it brings."""
    site = state.sites[p]
    leg = plan.legs[site.leg]
    if site.step == REPEATS:
        risk = plan.risks[site.risk]
        if risk.repeat_first + site.repeat < risk.repeat_last:
            site.repeat += 1
            return _again(state, p, plan.repeats[risk.repeat_first + site.repeat - 1], plan.risk, now)
        site.risk += 1
        site.step = RISKS
    while site.risk < leg.risk_last:
        risk = plan.risks[site.risk]
        chance = state.risks[risk.column]
        if chance.strikes:
            chance.came = True
            if risk.state >= 0:
                site.state, site.waits = risk.state, NOTHING
                return False
            site.owed += risk.yuan
            _lose(state, p, plan.risk, chance.longer)
            site.longer += chance.longer
            site.repeat, site.step = 0, REPEATS
            return True
        site.risk += 1
    site.step = OTHERS
    return True


@part
def _fall_due(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """Steps BEGIN to PAY: the decision, risks, other projects, money."""
    site, project = state.sites[p], plan.projects[p]
    if site.step == BEGIN:
        if project.stopped >= 0:
            site.state, site.waits = project.stopped, NOTHING
            return False
        site.step = LEG
    if site.step == LEG:
        if site.leg == project.last:
            site.step = OVER
            return _claim(plan, state, p, 0, now) if site.owed != 0 else True
        if site.leg == project.first and not np.isnan(project.begun):
            return _carry_on(plan, state, p, now)
        site.risk, site.link = plan.legs[site.leg].risk_first, plan.legs[site.leg].after_first
        site.longer, site.step = 0.0, RISKS
    if site.step in (RISKS, REPEATS):
        return _risks(plan, state, p, now)
    leg = plan.legs[site.leg]
    if site.step == OTHERS:
        while site.link < leg.after_last:
            site.lacking = plan.after[site.link]
            if not state.told[site.lacking]:
                return stand(state, p, OTHER, plan.dependency, now)
            site.link += 1
    site.step = VALID
    return _claim(plan, state, p, leg.yuan, now) if leg.yuan > 0 else True


@part
def _lapsed(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """Note the approvals of a leg that have lapsed; whether there are any."""
    leg, found = plan.legs[state.sites[p].leg], False
    for i in range(leg.approval_first, leg.approval_last):
        one = plan.approvals[i]
        state.due[i] = now - state.slots[one.slot].ended > one.months + EPSILON
        found = found or state.due[i]
    return found


@part
def _equip(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """Steps VALID to HELD: approvals, a desk and a crew, all at the same moment; then the work begins."""
    site = state.sites[p]
    leg, slot = plan.legs[site.leg], plan.slots[max(site.slot, 0)]
    if site.step == VALID:
        site.approval, site.step = leg.approval_first, DESK
        if _lapsed(plan, state, p, now):
            site.lapsing, site.step = True, LAPSED
    if site.step == LAPSED:
        for i in range(site.approval, leg.approval_last):
            if state.due[i]:
                site.approval = i + 1
                return _again(state, p, plan.approvals[i].slot, plan.approval, now)
        site.step = VALID
        return True
    if site.step == DESK:
        desk = slot.desk if site.slot >= 0 else leg.desk
        site.step = CREW
        if desk >= 0:
            site.lacking = desk
            return stand(state, p, FOR_DESK, plan.places[desk], now)
    if site.step == CREW:
        site.step = HELD
        if slot.crew if site.slot >= 0 else leg.crew:
            site.lacking = len(plan.places) - 1
            return stand(state, p, FOR_CREW, plan.places[site.lacking], now)
    if site.slot >= 0:
        site.step = PASSED
        _lose(state, p, site.why, site.months)
        return _work(plan, state, p, now, slot.pace, site.months)
    if _lapsed(plan, state, p, now):
        leave(plan, state, p)
        site.step = VALID
        return True
    site.lapsing, site.step = False, PARCEL
    state.legs[site.leg].began = now
    return _work(plan, state, p, now, leg.pace, state.legs[site.leg].months + site.longer)


@part
def _tell(state: State, event: int, now: float) -> None:  # pragma: no cover - compiled
    """What others wait for has happened: they go on in this instant."""
    state.told[event] = True
    for p in range(len(state.sites)):
        if state.sites[p].waits == OTHER and state.sites[p].lacking == event:
            state.sites[p].until = now


@part
def _end(plan: Plan, state: State, p: int, now: float) -> bool:  # pragma: no cover - compiled
    """Steps PASSED to OVER: the end of a stage passed again; land, then the end of a leg; hand-over."""
    site, project = state.sites[p], plan.projects[p]
    if site.step == PASSED:
        state.slots[site.slot].ended = now
        if plan.slots[site.slot].column >= 0:
            state.legs[plan.slots[site.slot].column].ended = now
        leave(plan, state, p)
        site.slot, site.step = -1, REPEATS if site.why == plan.risk else LAPSED
        return True
    if site.step == OVER:
        site.waits, site.handover = NOTHING, now if np.isnan(project.handed) else project.handed
        if project.event >= 0:
            _tell(state, project.event, now)
        return False
    leg = plan.legs[site.leg]
    if leg.land and site.step == PARCEL:
        leave(plan, state, p)
        site.step = QUOTA
        if leg.parcel > now:
            site.until = now + (leg.parcel - now)
            return stand(state, p, CLOCK, plan.land, now)
    if leg.land and site.step == QUOTA and leg.units > 0:
        site.step = END
        return stand(state, p, FOR_LAND, plan.land, now)
    state.legs[site.leg].ended = now
    if leg.slot >= 0:
        state.slots[leg.slot].ended = now
    leave(plan, state, p)
    site.leg += 1
    site.step = LEG
    return True


@part
def live(plan: Plan, state: State, p: int, now: float) -> None:  # pragma: no cover - compiled
    """What a project waited for is there: it goes on until it waits again, or is over."""
    site = state.sites[p]
    go_on(state, p, now)
    site.until = np.inf
    ready = True
    while ready:
        if site.step <= PAY:
            ready = _fall_due(plan, state, p, now)
        elif site.step <= HELD:
            ready = _equip(plan, state, p, now)
        else:
            ready = _end(plan, state, p, now)
